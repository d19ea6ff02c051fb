#include "iam_write.h"

#include "aws_call.h"
#include "instant.h"
#include "text.h"
#include "xml.h"

#include <string.h>

static const char version[] = "2010-05-08";

static bool read_key(const struct xml *node, const char *user, struct iam_key *key, struct secret *secret) {
    const char *status = xml_text(xml_at(node, "Status"));
    const char *created = xml_text(xml_at(node, "CreateDate"));
    const char *material = xml_text(xml_at(node, "SecretAccessKey"));
    const char *name = xml_text(xml_at(node, "UserName"));
    key->status = KEY_ACTIVE;
    return xml_take(node, "AccessKeyId", key->id, sizeof key->id) && text_equal(status, "Active") && created != NULL &&
           instant_parse_iso(created, &key->created) && material != NULL && material[0] != '\0' &&
           (name == NULL || strcasecmp(name, user) == 0) && secret_set(secret, material, strlen(material));
}

bool iam_create_access_key(struct aws *aws, const char *user, struct iam_key *key, struct secret *secret,
                           struct fault *fault) {
    struct aws_call call = {.service = AWS_IAM, .operation = "CreateAccessKey", .changes = true, .once = true};
    struct text form;
    *key = (struct iam_key){0};
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "UserName", user);
    struct xml *root = aws_call_query(aws, &call, &form, fault);
    bool made = root != NULL && (read_key(xml_at(root, "CreateAccessKeyResult.AccessKey"), user, key, secret) ||
                                 aws_call_unreadable(&call, fault, "no complete access key"));
    if (!made)
        secret_close(secret);
    xml_close(root);
    text_close(&form);
    return made;
}

/* Sends a change that answers with nothing but its own name. */
static bool change(struct aws *aws, struct aws_call *call, const struct text *form, struct fault *fault) {
    struct xml *root = aws_call_query(aws, call, form, fault);
    bool done = root != NULL;
    xml_close(root);
    return done;
}

bool iam_update_access_key(struct aws *aws, const char *user, const char *key_id, enum key_status status,
                           struct fault *fault) {
    struct aws_call call = {.service = AWS_IAM, .operation = "UpdateAccessKey", .changes = true};
    struct text form;
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "UserName", user);
    aws_form_add(&form, "AccessKeyId", key_id);
    aws_form_add(&form, "Status", status == KEY_ACTIVE ? "Active" : "Inactive");
    bool done = change(aws, &call, &form, fault);
    text_close(&form);
    return done;
}

bool iam_delete_access_key(struct aws *aws, const char *user, const char *key_id, struct fault *fault) {
    struct aws_call call = {.service = AWS_IAM, .operation = "DeleteAccessKey", .changes = true};
    struct text form;
    struct fault reason = {0};
    aws_form_open(&form, call.operation, version);
    aws_form_add(&form, "UserName", user);
    aws_form_add(&form, "AccessKeyId", key_id);
    bool done = change(aws, &call, &form, &reason) || reason.kind == FAULT_GONE;
    if (!done && fault != NULL)
        *fault = reason;
    text_close(&form);
    return done;
}
