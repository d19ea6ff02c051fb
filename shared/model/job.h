/* A job on keyturn.jobs.v1: whom to look at, never what to do. Plain struct, owns nothing. */
#ifndef KEYTURN_JOB_H
#define KEYTURN_JOB_H

#include "doc.h"
#include "policy.h"
#include "vocabulary.h"

enum { JOB_ID_SIZE = 33, JOB_MAX_BYTES = 16 * 1024 };

struct job {
    char id[JOB_ID_SIZE];
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    char user_id[USER_ID_SIZE];
    char policy[POLICY_NAME_SIZE];
    int reason;      /* enum job_reason */
    int64_t hold;    /* the due set's hold, Redis milliseconds: not current any more = the job is dropped */
    int64_t attempt; /* faults in a row so far */
    int64_t sent_at; /* wall milliseconds of the scheduler, for lateness figures only */
};

/* From the bytes of a message: version 1, account of 12 digits, names within IAM's characters. FAULT_INVALID says what is wrong. */
bool job_parse(const char *bytes, size_t length, struct job *job, struct fault *fault) MUST_CHECK;

/* Appends the JSON of a job to an open text. */
void job_print(const struct job *job, struct text *out);

/* 12 digits? */
bool account_is_valid(const char *account);

/* 1-64 characters of [A-Za-z0-9+=,.@_-]? */
bool user_name_is_valid(const char *name);

#endif
