#include "secret_value.h"

#include "doc.h"

#include <string.h>

static const char placeholder_name[] = "keyturn";
static const char placeholder_text[] = "none";

bool secret_value_print(const struct secret_value *value, struct text *out) {
    struct doc *doc = doc_object();
    doc_set_text(doc, "AccessKeyId", value->access_key_id);
    doc_set_text(doc, "SecretAccessKey", value->secret_access_key.bytes);
    doc_set_text(doc, "CreatedDate", value->created);
    doc_set_text(doc, "UserName", value->user);
    doc_set_text(doc, "Account", value->account);
    bool printed = doc_print(doc, out);
    doc_close(doc);
    return printed;
}

bool secret_value_print_placeholder(struct text *out) {
    struct doc *doc = doc_object();
    doc_set_text(doc, placeholder_name, placeholder_text);
    bool printed = doc_print(doc, out);
    doc_close(doc);
    return printed;
}

static bool take(const struct doc *doc, const char *name, char *to, size_t size) {
    const char *text = doc_text(doc_member(doc, name));
    return text != NULL && text[0] != '\0' && text_copy(to, size, text);
}

static bool take_key(const struct doc *doc, struct secret_value *value) {
    const char *secret = doc_text(doc_member(doc, "SecretAccessKey"));
    return take(doc, "AccessKeyId", value->access_key_id, sizeof value->access_key_id) && secret != NULL &&
           secret[0] != '\0' && secret_set(&value->secret_access_key, secret, strlen(secret)) &&
           take(doc, "CreatedDate", value->created, sizeof value->created) &&
           take(doc, "UserName", value->user, sizeof value->user) &&
           take(doc, "Account", value->account, sizeof value->account);
}

bool secret_value_read(const char *bytes, struct secret_value *value, struct fault *fault) {
    /* What the parser would say of it could hold a piece of a secret. */
    struct doc *doc = doc_parse(bytes, strlen(bytes), "SecretString", NULL);
    value->placeholder = text_equal(doc_text(doc_member(doc, placeholder_name)), placeholder_text);
    bool read = value->placeholder || take_key(doc, value);
    doc_close(doc);
    return read || fault_set(fault, FAULT_INVALID, "SecretString",
                             "the version holds neither an access key nor the placeholder");
}

void secret_value_close(struct secret_value *value) {
    if (value == NULL)
        return;
    secret_close(&value->secret_access_key);
    *value = (struct secret_value){0};
}
