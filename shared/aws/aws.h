/* A session with AWS: one thread's way to sign a call, send it, retry what may be retried and name what failed.
 * A session belongs to one thread; the environment behind it (endpoints, regions, credential cache) is shared and constant. */
#ifndef KEYTURN_AWS_H
#define KEYTURN_AWS_H

#include "credentials.h"
#include "fault.h"
#include "http.h"

enum { AWS_MAX_ACCOUNTS = 1024, AWS_ALLOWED_HOSTS = 8, AWS_URL_SIZE = 512, AWS_ROLE_SIZE = ARN_SIZE };

enum aws_service { AWS_IAM, AWS_STS, AWS_SECRETSMANAGER, AWS_SES, AWS_SERVICE_COUNT };

/* An account this process works for. An empty role means: its own credentials are of that account. */
struct aws_account {
    char id[ACCOUNT_SIZE];
    char role_arn[AWS_ROLE_SIZE];
    char external_id[1225];   /* sts:ExternalId is 2-1224 characters */
    char region[REGION_SIZE]; /* where its secrets are */
};

/* What the configuration says, and what AWS_ENDPOINT_URL[_SERVICE], AWS_REGION add to it. */
struct aws_settings {
    char region[REGION_SIZE];                        /* the program's own */
    char partition[16];                              /* aws, aws-cn, aws-us-gov: from the region */
    char verify_region[REGION_SIZE];                 /* the second region a new key is tried in */
    char endpoint[AWS_URL_SIZE];                     /* for every service; empty: AWS's own */
    char endpoints[AWS_SERVICE_COUNT][AWS_URL_SIZE]; /* for one service, before the former */
    char allow_http[AWS_ALLOWED_HOSTS][256];
    char session_name[65];              /* RoleSessionName: keyturn-worker */
    int64_t attempts;                   /* tries of a call that may be repeated; 0: 4 */
    const struct aws_account *accounts; /* borrowed, must outlive */
    size_t account_count;
};

struct aws_environment; /* shared by all sessions of a process: settings and the credential cache */
struct aws;             /* a session */

/* Reads AWS_ENDPOINT_URL*, AWS_REGION/AWS_DEFAULT_REGION into empty members, checks URLs against the rule on plain http,
 * finds the program's credentials. NULL and FAULT_CONFIG otherwise. */
struct aws_environment *aws_environment_open(const struct aws_settings *settings, struct fault *fault);
void aws_environment_close(struct aws_environment *environment);

/* The program ends: from now on no call is begun or tried again (FAULT_STOPPED where none was), and those on their way end soon, without an
 * answer. From any thread. */
void aws_environment_give_up(struct aws_environment *environment);

/* Is any endpoint one of AWS's own? (A test clock is refused then.) */
bool aws_environment_is_real(const struct aws_environment *environment);

/* Does what is sent to the service, as the session stands, pass no other machine in the clear: https, or plain http to this machine? */
bool aws_is_private(const struct aws *aws, enum aws_service service);

/* The partition of the session's region, "aws". */
const char *aws_partition(const struct aws *aws);

/* Called after each attempt, for metrics: service ("iam"), operation, result ("ok" or a fault's name), seconds. May be NULL. */
typedef void (*aws_observer)(const char *service, const char *operation, const char *result, double seconds);
void aws_environment_observe(struct aws_environment *environment, aws_observer observer);

/* A session, for the calling thread. */
struct aws *aws_open(struct aws_environment *environment, struct fault *fault);
void aws_close(struct aws *aws);

/* From now on calls are made in this account: by its role where it has one, from the cache. FAULT_CONFIG if the account is not
 * configured; what AssumeRole answered otherwise. */
bool aws_use_account(struct aws *aws, const char *account, struct fault *fault) MUST_CHECK;

/* From now on calls are made with the program's own credentials. */
void aws_use_own(struct aws *aws);

/* Begins a look: forgets the server's time seen before. The first answer after it sets aws_look_now(). */
void aws_look_begin(struct aws *aws);

/* The Date of the first answer since aws_look_begin(), Unix seconds; 0 if there was none. */
int64_t aws_look_now(const struct aws *aws);

/* The look's now plus the CLOCK_BOOTTIME that passed since. Every changing operation is signed with it, and only while less than
 * LEASE_SECONDS passed since the look began (FAULT_LATE afterwards): both by the same reading of that clock. */
int64_t aws_look_elapsed_now(const struct aws *aws);

#endif
