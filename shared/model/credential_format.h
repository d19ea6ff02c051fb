/* The forms in which a credential leaves: what AWS's SDKs and shells read, and the SMTP password of SES. Pure: a credential in, text out.
 * The text is opened by the caller and wiped when closed; nothing else keeps a copy. */
#ifndef KEYTURN_CREDENTIAL_FORMAT_H
#define KEYTURN_CREDENTIAL_FORMAT_H

#include "credential.h"
#include "text.h"

enum { CREDENTIAL_FORMAT_MOST = 4096 }; /* bytes of any of them: a ceiling for text_open() */

/* format, its name in ?format=, its media type */
#define CREDENTIAL_FORMATS(X)                                            \
    X(CREDENTIAL_PROCESS, "credential_process", "application/json")      \
    X(ENV, "env", "text/x-shellscript; charset=utf-8")                   \
    X(CREDENTIALS_FILE, "credentials_file", "text/plain; charset=utf-8") \
    X(SES_SMTP, "ses_smtp", "application/json")

enum credential_format {
#define X(format, name, media) FORMAT_##format,
    CREDENTIAL_FORMATS(X)
#undef X
        FORMAT_COUNT
};

/* What a format wants to know beside the credential. */
struct credential_wish {
    int64_t expires;     /* Unix seconds: the Expiration of credential_process */
    bool not_guaranteed; /* "Guaranteed": false there */
    const char *region;  /* of ses_smtp: required; else NULL or the region to name as well */
    const char *profile; /* of credentials_file; NULL: the user's name */
};

/* "env" -> FORMAT_ENV. False if it is none. */
bool credential_format_parse(const char *name, enum credential_format *format) MUST_CHECK;

/* Its media type, for Content-Type. */
const char *credential_format_media(enum credential_format format);

/* Appends the credential in that form. FAULT_CONFIG: the region is missing or none (ses_smtp), or the profile's name cannot be one: the asker's error.
 * FAULT_INVALID: the credential itself cannot be written so. */
bool credential_format_print(enum credential_format format, const struct credential *credential,
                             const struct credential_wish *wish, struct text *out, struct fault *fault) MUST_CHECK;

/* "eu-central-1", "us-gov-west-1": is it well formed? */
bool credential_region_fits(const char *region);

/* The SMTP password that SES derives from a secret access key in a region; `password` is opened. FAULT_CONFIG if the region is none.
 * Source: docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html */
bool credential_smtp_password(const struct secret *secret_access_key, const char *region, struct secret *password,
                              struct fault *fault) MUST_CHECK;

#endif
