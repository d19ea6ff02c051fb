#include "secret_text.h"

#include "aws_call.h"
#include "doc.h"
#include "random.h"

#include <string.h>

enum { TOKEN_LENGTH = 32 };

static struct aws_call call_of(const char *operation, const char *target, bool changes) {
    return (struct aws_call){.service = AWS_SECRETSMANAGER,
                             .operation = operation,
                             .target = target,
                             .content_type = "application/x-amz-json-1.1",
                             .changes = changes};
}

static struct doc *ask(struct aws *aws, struct aws_call *call, struct doc *request, struct fault *fault) {
    struct doc *answer = aws_call_json(aws, call, request, fault);
    doc_close(request);
    return answer;
}

static bool read_text(const struct doc *answer, struct secret *content, char version[VERSION_ID_SIZE]) {
    const char *value = doc_text(doc_member(answer, "SecretString"));
    const char *id = doc_text(doc_member(answer, "VersionId"));
    if (value == NULL || id == NULL || !text_copy(version, VERSION_ID_SIZE, id))
        return false;
    secret_open(content, strlen(value));
    return secret_set(content, value, strlen(value));
}

bool secret_text_get(struct aws *aws, const char *name, struct secret *content, char version[VERSION_ID_SIZE],
                     struct fault *fault) {
    struct aws_call call = call_of("GetSecretValue", "secretsmanager.GetSecretValue", false);
    struct doc *request = doc_object();
    doc_set_text(request, "SecretId", name);
    doc_set_text(request, "VersionStage", "AWSCURRENT");
    struct doc *answer = ask(aws, &call, request, fault);
    bool read = answer != NULL &&
                (read_text(answer, content, version) || aws_call_unreadable(&call, fault, "it holds no text"));
    doc_close(answer);
    return read;
}

static struct doc *request_to_write(const char *member, const char *name, const struct secret *content,
                                    char token[TOKEN_LENGTH + 1]) {
    struct doc *request = doc_object();
    random_hex(token, TOKEN_LENGTH);
    doc_set_text(request, member, name);
    doc_set_text(request, "ClientRequestToken", token);
    doc_set_text(request, "SecretString", content->bytes);
    return request;
}

static bool is_written(struct aws_call *call, struct doc *answer, struct fault *fault) {
    bool written = answer != NULL && (doc_text(doc_member(answer, "ARN")) != NULL ||
                                      aws_call_unreadable(call, fault, "it names no secret"));
    doc_close(answer);
    return written;
}

bool secret_text_create(struct aws *aws, const char *name, const struct secret *content, struct fault *fault) {
    struct aws_call call = call_of("CreateSecret", "secretsmanager.CreateSecret", true);
    struct fault reason = {0};
    char token[TOKEN_LENGTH + 1];
    if (is_written(&call, ask(aws, &call, request_to_write("Name", name, content, token), &reason), &reason))
        return true;
    if (strcmp(reason.code, "ResourceExistsException") == 0)
        reason.kind = FAULT_CONFLICT;
    if (fault != NULL)
        *fault = reason;
    return false;
}

bool secret_text_put(struct aws *aws, const char *name, const struct secret *content, char version[VERSION_ID_SIZE],
                     struct fault *fault) {
    struct aws_call call = call_of("PutSecretValue", "secretsmanager.PutSecretValue", true);
    char token[TOKEN_LENGTH + 1];
    struct doc *request = request_to_write("SecretId", name, content, token);
    struct doc *stages = doc_array();
    doc_add_text(stages, "AWSPENDING");
    doc_set(request, "VersionStages", stages);
    memcpy(version, token, sizeof token);
    return is_written(&call, ask(aws, &call, request, fault), fault);
}
