#include "credentials.h"

#include "credential_profile.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

void credentials_copy(struct credentials *copy, const struct credentials *credentials) {
    memcpy(copy->access_key_id, credentials->access_key_id, sizeof copy->access_key_id);
    secret_copy(&copy->secret_access_key, &credentials->secret_access_key);
    secret_copy(&copy->session_token, &credentials->session_token);
    copy->expires = credentials->expires;
}

void credentials_close(struct credentials *credentials) {
    if (credentials == NULL)
        return;
    secret_close(&credentials->secret_access_key);
    secret_close(&credentials->session_token);
    *credentials = (struct credentials){0};
}

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool in_environment(struct credentials *found, struct fault *fault) {
    const char *id = variable("AWS_ACCESS_KEY_ID");
    const char *secret = variable("AWS_SECRET_ACCESS_KEY");
    const char *token = variable("AWS_SESSION_TOKEN");
    if (id == NULL || secret == NULL)
        return fault_set(fault, FAULT_CONFIG, "credentials", "%s is not set",
                         id == NULL ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY");
    if (token != NULL && strlen(token) > TOKEN_CAPACITY)
        return fault_set(fault, FAULT_CONFIG, "credentials", "AWS_SESSION_TOKEN is longer than %d bytes",
                         (int)TOKEN_CAPACITY);
    if (!text_copy(found->access_key_id, sizeof found->access_key_id, id))
        return fault_set(fault, FAULT_CONFIG, "credentials", "AWS_ACCESS_KEY_ID is no access key id");
    return secret_set(&found->secret_access_key, secret, strlen(secret)) &&
           (token == NULL || secret_set(&found->session_token, token, strlen(token)));
}

bool credentials_find(struct credentials *found, struct fault *fault) {
    *found = (struct credentials){0};
    bool begun = variable("AWS_ACCESS_KEY_ID") != NULL || variable("AWS_SECRET_ACCESS_KEY") != NULL;
    if (begun ? in_environment(found, fault) : profile_find(found, fault))
        return true;
    credentials_close(found);
    return false;
}
