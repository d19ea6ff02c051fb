#include "credential_format.h"

#include "base64.h"
#include "digest.h"
#include "instant.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { SMTP_PORT = 587, CREDENTIAL_PROCESS_VERSION = 1, SMTP_VERSION = 4 };

/* --- names ------------------------------------------------------------------------------------------------------------- */

bool credential_format_parse(const char *name, enum credential_format *format) {
    static const char *const names[] = {
#define X(format, name, media) name,
        CREDENTIAL_FORMATS(X)
#undef X
    };
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (text_equal(name, names[i])) {
            *format = (enum credential_format)i;
            return true;
        }
    return false;
}

const char *credential_format_media(enum credential_format format) {
    static const char *const media[] = {
#define X(format, name, media_type) media_type,
        CREDENTIAL_FORMATS(X)
#undef X
    };
    return media[format];
}

/* Words of small letters and at last a number, with '-' between them. */
bool credential_region_fits(const char *region) {
    size_t words = 0;
    size_t length = strspn(region, "abcdefghijklmnopqrstuvwxyz");
    if (strlen(region) >= REGION_SIZE)
        return false;
    for (; length > 0 && region[length] == '-'; words++) {
        region += length + 1;
        length = strspn(region, "abcdefghijklmnopqrstuvwxyz");
    }
    size_t digits = strspn(region, "0123456789");
    return words >= 2 && length == 0 && digits >= 1 && digits <= 2 && region[digits] == '\0';
}

/* --- SES ---------------------------------------------------------------------------------------------------------------- */

/* The chain of Signature Version 4, over words that never change but for the region. */
static void sign_chain(const struct secret *start, const char *region, unsigned char signature[SHA256_BYTES]) {
    const char *const words[] = {region, "ses", "aws4_request", "SendRawEmail"};
    digest_hmac(start->bytes, start->length, "11111111", 8, signature);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        unsigned char key[SHA256_BYTES];
        memcpy(key, signature, sizeof key);
        digest_hmac(key, sizeof key, words[i], strlen(words[i]), signature);
        explicit_bzero(key, sizeof key);
    }
}

bool credential_smtp_password(const struct secret *secret_access_key, const char *region, struct secret *password,
                              struct fault *fault) {
    struct secret start = {0};
    unsigned char versioned[1 + SHA256_BYTES] = {SMTP_VERSION};
    if (region == NULL || !credential_region_fits(region))
        return fault_set(fault, FAULT_CONFIG, "region", "the region is missing or is none");
    secret_open(&start, 4 + secret_access_key->length);
    memcpy(stpcpy(start.bytes, "AWS4"), secret_access_key->bytes, secret_access_key->length);
    start.length = 4 + secret_access_key->length;
    sign_chain(&start, region, versioned + 1);
    secret_close(&start);
    secret_open(password, BASE64_SIZE(sizeof versioned));
    base64_write(BASE64_STANDARD, versioned, sizeof versioned, password->bytes);
    password->length = strlen(password->bytes);
    explicit_bzero(versioned, sizeof versioned);
    return true;
}

static bool print_ses_smtp(const struct credential *credential, const struct credential_wish *wish, struct text *out,
                           struct fault *fault) {
    struct secret password = {0};
    char host[REGION_SIZE + 32];
    if (!credential_smtp_password(&credential->secret_access_key, wish->region, &password, fault))
        return false;
    snprintf(host, sizeof host, "email-smtp.%s.amazonaws.com", wish->region);
    struct doc *doc = doc_object();
    doc_set_text(doc, "Host", host);
    doc_set_int(doc, "Port", SMTP_PORT);
    doc_set_text(doc, "Username", credential->access_key_id);
    doc_set_text(doc, "Password", password.bytes);
    bool printed = doc_print_pretty(doc, out) && text_add(out, "\n");
    doc_close(doc);
    secret_close(&password);
    return printed;
}

/* --- the SDKs ----------------------------------------------------------------------------------------------------------- */

static bool print_credential_process(const struct credential *credential, const struct credential_wish *wish,
                                     struct text *out, struct fault *fault) {
    char expires[INSTANT_SIZE];
    (void)fault;
    instant_iso(wish->expires, expires);
    struct doc *doc = doc_object();
    doc_set_int(doc, "Version", CREDENTIAL_PROCESS_VERSION);
    doc_set_text(doc, "AccessKeyId", credential->access_key_id);
    doc_set_text(doc, "SecretAccessKey", credential->secret_access_key.bytes);
    doc_set_text(doc, "Expiration", expires);
    if (wish->not_guaranteed)
        doc_set_bool(doc, "Guaranteed", false);
    doc_set_text(doc, "CreatedDate", credential->created);
    doc_set_text(doc, "account", credential->account);
    doc_set_text(doc, "user", credential->user);
    bool printed = doc_print_pretty(doc, out) && text_add(out, "\n");
    doc_close(doc);
    return printed;
}

/* export NAME='value': within single quotes a shell takes everything as it stands, but for the quote itself. */
static bool add_export(struct text *out, const char *name, const char *value) {
    text_format(out, "export %s='", name);
    for (const char *c = value; *c != '\0'; c++)
        text_append(out, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
    return text_add(out, "'\n");
}

/* A session token left over from another credential would be sent with this one, and refused. */
static bool print_env(const struct credential *credential, const struct credential_wish *wish, struct text *out,
                      struct fault *fault) {
    (void)fault;
    return text_add(out, "unset AWS_SESSION_TOKEN\n") &&
           add_export(out, "AWS_ACCESS_KEY_ID", credential->access_key_id) &&
           add_export(out, "AWS_SECRET_ACCESS_KEY", credential->secret_access_key.bytes) &&
           (wish->region == NULL || add_export(out, "AWS_DEFAULT_REGION", wish->region));
}

static bool is_profile(const char *name) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=,.@_-";
    size_t length = strlen(name);
    return length > 0 && length < USER_NAME_SIZE && strspn(name, allowed) == length;
}

static bool print_credentials_file(const struct credential *credential, const struct credential_wish *wish,
                                   struct text *out, struct fault *fault) {
    const char *profile = wish->profile != NULL ? wish->profile : credential->user;
    if (!is_profile(profile))
        return fault_set(fault, FAULT_CONFIG, "profile", "a profile is named by letters, digits and +=,.@_-");
    return text_format(out, "[%s]\naws_access_key_id = %s\naws_secret_access_key = ", profile,
                       credential->access_key_id) &&
           text_add(out, credential->secret_access_key.bytes) && text_add(out, "\n") &&
           (wish->region == NULL || text_format(out, "region = %s\n", wish->region));
}

/* --- any of them -------------------------------------------------------------------------------------------------------- */

/* As every access key of AWS is: no blank, no control character, nothing a line or a quote could end with unseen. */
static bool is_visible(const char *text) {
    if (text == NULL || text[0] == '\0')
        return false;
    for (; *text != '\0'; text++)
        if (!isgraph((unsigned char)*text))
            return false;
    return true;
}

static bool (*const printers[FORMAT_COUNT])(const struct credential *, const struct credential_wish *, struct text *,
                                            struct fault *) = {
    [FORMAT_CREDENTIAL_PROCESS] = print_credential_process,
    [FORMAT_ENV] = print_env,
    [FORMAT_CREDENTIALS_FILE] = print_credentials_file,
    [FORMAT_SES_SMTP] = print_ses_smtp,
};

bool credential_format_print(enum credential_format format, const struct credential *credential,
                             const struct credential_wish *wish, struct text *out, struct fault *fault) {
    struct fault why = {0};
    bool visible = is_visible(credential->access_key_id) && is_visible(credential->secret_access_key.bytes) &&
                   strlen(credential->secret_access_key.bytes) == credential->secret_access_key.length;
    if (!visible)
        return fault_set(fault, FAULT_INVALID, "credential", "the access key has characters none has");
    if (wish->region != NULL && !credential_region_fits(wish->region))
        return fault_set(fault, FAULT_CONFIG, "region", "the region is none");
    if (printers[format](credential, wish, out, &why))
        return true;
    if (why.kind == FAULT_NONE)
        fault_set(&why, FAULT_INVALID, "credential", "longer than %zu bytes", out->ceiling);
    if (fault != NULL)
        *fault = why;
    return false;
}
