#include "credential.h"

#include "members.h"

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

static bool take(const struct members *members, const char *name, char *to, size_t size) {
    return members_copy(members, name, to, size) && to[0] != '\0';
}

static bool take_secret(const struct members *members, struct secret *secret) {
    struct member_text text;
    if (!members_text(members, "SecretAccessKey", &text) || text.length == 0 || text.length > CREDENTIAL_SECRET_MOST)
        return false;
    secret_open(secret, CREDENTIAL_SECRET_MOST);
    return secret_set(secret, text.bytes, text.length);
}

bool credential_read(const struct secret *json, struct credential *credential, struct fault *fault) {
    struct members members;
    /* What the parser would say of it could hold a piece of a secret. */
    bool parsed = members_open(&members, json->bytes, json->length, "credential", NULL);
    bool read = parsed && take(&members, "AccessKeyId", credential->access_key_id, sizeof credential->access_key_id) &&
                take(&members, "CreatedDate", credential->created, sizeof credential->created) &&
                take(&members, "UserName", credential->user, sizeof credential->user) &&
                take(&members, "Account", credential->account, sizeof credential->account) &&
                take_secret(&members, &credential->secret_access_key);
    if (parsed)
        members_close(&members);
    if (!read)
        credential_close(credential);
    return read || fault_set(fault, FAULT_INVALID, "credential", "a member is missing, empty or too long");
}
