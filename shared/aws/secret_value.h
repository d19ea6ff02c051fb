/* What a version of a secret holds: an access key as JSON, or the placeholder. */
#ifndef KEYTURN_SECRET_VALUE_H
#define KEYTURN_SECRET_VALUE_H

#include "secretsmanager.h"

/* Appends {"AccessKeyId":...,"SecretAccessKey":...} to an open text; the same value makes the same bytes. */
bool secret_value_print(const struct secret_value *value, struct text *out) MUST_CHECK;

/* Reads it back; the secret is opened. FAULT_INVALID if it is neither a key nor the placeholder. */
bool secret_value_read(const char *bytes, struct secret_value *value, struct fault *fault) MUST_CHECK;

/* Appends what the placeholder holds. */
bool secret_value_print_placeholder(struct text *out) MUST_CHECK;

#endif
