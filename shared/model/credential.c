#include "credential.h"

#include <string.h>

void credential_copy(struct credential *copy, const struct credential *credential) {
    struct secret kept = copy->secret_access_key;
    *copy = *credential;
    copy->secret_access_key = kept;
    secret_copy(&copy->secret_access_key, &credential->secret_access_key);
}

void credential_close(struct credential *credential) {
    if (credential == NULL)
        return;
    secret_close(&credential->secret_access_key);
    *credential = (struct credential){0};
}

static bool is_whole(const struct credential *credential) {
    return credential->account[0] != '\0' && credential->user[0] != '\0' && credential->access_key_id[0] != '\0' &&
           credential->created[0] != '\0' && !secret_empty(&credential->secret_access_key) &&
           credential->secret_access_key.length <= CREDENTIAL_SECRET_MOST;
}

bool credential_print(const struct credential *credential, struct secret *json, struct fault *fault) {
    struct text out;
    if (!is_whole(credential))
        return fault_set(fault, FAULT_INVALID, "credential", "a member of the credential is empty or too long");
    text_open(&out, CREDENTIAL_JSON_MOST);
    struct doc *doc = doc_object();
    doc_set_text(doc, "AccessKeyId", credential->access_key_id);
    doc_set_text(doc, "SecretAccessKey", credential->secret_access_key.bytes);
    doc_set_text(doc, "CreatedDate", credential->created);
    doc_set_text(doc, "UserName", credential->user);
    doc_set_text(doc, "Account", credential->account);
    secret_open(json, CREDENTIAL_JSON_MOST);
    bool printed = doc_print(doc, &out) && secret_set(json, out.bytes, out.length);
    doc_close(doc);
    text_close(&out);
    return printed || fault_set(fault, FAULT_INVALID, "credential", "longer than %d bytes", (int)CREDENTIAL_JSON_MOST);
}

static bool take(const struct doc *doc, const char *name, char *to, size_t size) {
    const char *text = doc_text(doc_member(doc, name));
    return text != NULL && text[0] != '\0' && text_copy(to, size, text);
}

static bool take_secret(const struct doc *doc, struct secret *secret) {
    const char *text = doc_text(doc_member(doc, "SecretAccessKey"));
    size_t length = text != NULL ? strlen(text) : 0;
    if (length == 0 || length > CREDENTIAL_SECRET_MOST)
        return false;
    secret_open(secret, CREDENTIAL_SECRET_MOST);
    return secret_set(secret, text, length);
}

bool credential_read(const struct secret *json, struct credential *credential, struct fault *fault) {
    /* What the parser would say of it could hold a piece of a secret. */
    struct doc *doc = doc_parse(json->bytes, json->length, "credential", NULL);
    bool read = take(doc, "AccessKeyId", credential->access_key_id, sizeof credential->access_key_id) &&
                take(doc, "CreatedDate", credential->created, sizeof credential->created) &&
                take(doc, "UserName", credential->user, sizeof credential->user) &&
                take(doc, "Account", credential->account, sizeof credential->account) &&
                take_secret(doc, &credential->secret_access_key);
    doc_close(doc);
    if (!read)
        credential_close(credential);
    return read || fault_set(fault, FAULT_INVALID, "credential", "a member is missing, empty or too long");
}
