#include "job.h"

#include "fields.h"
#include "text.h"

#include <string.h>

static const struct field job_fields[] = {
    FIELD_TEXT(struct job, id, FIELD_REQUIRED),     FIELD_TEXT(struct job, account, FIELD_REQUIRED),
    FIELD_TEXT(struct job, user, FIELD_REQUIRED),   FIELD_TEXT(struct job, user_id, FIELD_REQUIRED),
    FIELD_TEXT(struct job, policy, FIELD_OPTIONAL), FIELD_NAME(struct job, reason, FIELD_REQUIRED, job_reason_names),
    FIELD_INT(struct job, hold, FIELD_REQUIRED),    FIELD_INT(struct job, attempt, FIELD_OPTIONAL),
    FIELD_INT(struct job, sent_at, FIELD_OPTIONAL),
};

bool account_is_valid(const char *account) {
    return strlen(account) == ACCOUNT_SIZE - 1 && strspn(account, "0123456789") == ACCOUNT_SIZE - 1;
}

bool user_name_is_valid(const char *name) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=,.@_-";
    size_t length = strlen(name);
    return length > 0 && length < USER_NAME_SIZE && strspn(name, allowed) == length;
}

static bool check_version(const struct doc *object, struct fault *fault) {
    int64_t version;
    if (!doc_int(doc_member(object, "v"), &version))
        return fault_set(fault, FAULT_INVALID, "job", "the member \"v\" is missing or no number");
    if (version != 1)
        return fault_set(fault, FAULT_INVALID, "job", "version %lld is not known here; upgrade the workers first",
                         (long long)version);
    return true;
}

static bool check_names(const struct job *job, struct fault *fault) {
    if (!account_is_valid(job->account))
        return fault_set(fault, FAULT_INVALID, "job", "the account is not 12 digits");
    if (!user_name_is_valid(job->user))
        return fault_set(fault, FAULT_INVALID, "job", "the user is not a name IAM allows");
    if (job->user_id[0] == '\0' || job->user_id[strspn(job->user_id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                                     "abcdefghijklmnopqrstuvwxyz0123456789")] != '\0')
        return fault_set(fault, FAULT_INVALID, "job", "the user_id is not an id IAM gives");
    if (job->attempt < 0)
        return fault_set(fault, FAULT_INVALID, "job", "the attempt is negative");
    return true;
}

bool job_parse(const char *bytes, size_t length, struct job *job, struct fault *fault) {
    memset(job, 0, sizeof *job);
    if (length > JOB_MAX_BYTES)
        return fault_set(fault, FAULT_INVALID, "job", "%zu bytes are more than a job has", length);
    struct doc *object = doc_parse(bytes, length, "job", fault);
    bool read = object != NULL && check_version(object, fault) &&
                fields_read(job_fields, COUNT_OF(job_fields), object, job, "job", fault) && check_names(job, fault);
    doc_close(object);
    return read;
}

void job_print(const struct job *job, struct text *out) {
    struct doc *object = doc_object();
    doc_set_int(object, "v", 1);
    fields_write(job_fields, COUNT_OF(job_fields), job, object);
    if (!doc_print(object, out))
        out->overflowed = true;
    doc_close(object);
}
