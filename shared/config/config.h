/* The configuration: one YAML file for all programs, every scalar overridable by KEYTURN_<SECTION>_<KEY>, every secret also as ..._file.
 * What is unknown, of a wrong unit or impossible is refused with file, line and the reason: nothing starts half-configured.
 * config_load() owns everything in it. Over libcyaml, the only place that knows it. */
#ifndef KEYTURN_CONFIG_H
#define KEYTURN_CONFIG_H

#include "fault.h"
#include "policy.h"
#include "secret.h"
#include "slots.h"
#include "text.h"

enum {
    CONFIG_PATH_SIZE = 4096,
    CONFIG_MAX_PROPERTIES = 64,
    CONFIG_MAX_ACCOUNTS = 1024,
    CONFIG_LISTEN_SIZE = 128,
    CONFIG_TAG_MAX = 16
};

/* When an audit record that is written must be on disk too: within a second, or before the credential leaves. */
enum config_audit_sync { AUDIT_SYNC_SECOND, AUDIT_SYNC_ALWAYS };

struct config_property {
    char name[128];
    char value[1024];
};

struct config_account {
    char id[ACCOUNT_SIZE];
    char role_arn[ARN_SIZE];
    char external_id[1225];
    char region[REGION_SIZE]; /* empty: aws.region */
};

struct config {
    char path[CONFIG_PATH_SIZE];
    struct {
        char brokers[1024];
        size_t property_count;
        struct config_property properties[CONFIG_MAX_PROPERTIES]; /* kafka.properties: any of librdkafka's */
    } kafka;
    struct {
        char host[256];
        int64_t port;
        char username[65];
        struct secret password; /* redis.password, or redis.password_file */
        bool tls;
        char ca_file[1024];
        int64_t database;
        char prefix[33];
    } redis;
    struct {
        char region[REGION_SIZE];
        char verify_region[REGION_SIZE];
        char endpoint[512]; /* aws.endpoint; AWS_ENDPOINT_URL[_SERVICE] beside it */
        struct text_list allow_http;
    } aws;
    struct {
        char name[256]; /* template: {account} {user_id} {user}; default "keyturn/{account}/{user_id}" */
        char kms_key_id[ARN_SIZE];
        size_t tag_count;
        struct config_property tags[CONFIG_TAG_MAX];
    } secrets;
    size_t account_count;
    struct config_account *accounts;
    struct policy_set policies;
    struct {
        int64_t threads; /* 1-1024; 32 */
        int64_t hold;    /* seconds a user is handed out for; 150 */
        int64_t
            brake_after; /* so many failures, discards and rollbacks in an account stop its creations; 0: never; 10 */
        int64_t brake_share;  /* ... and at least this share of its users, percent; 1 */
        int64_t brake_within; /* ... within this time, seconds; 1 h */
    } worker;
    struct {
        int64_t inventory_every; /* seconds; 1 h */
        int64_t batch;           /* users handed out at once; 64 */
    } scheduler;
    struct {
        char from[257];           /* sender address; needed where a policy sends mail */
        char admin[257];          /* admin recipient */
        char region[REGION_SIZE]; /* of SES; empty: aws.region */
        int64_t rate;             /* mails a second, 0: unlimited; 1 */
        struct {
            int64_t every;           /* seconds; parts of a day, or whole days; 1 d */
            char at[CLOCK_SIZE];     /* "07:00"; 00:00 */
            char tz[ZONE_NAME_SIZE]; /* empty: UTC */
            struct slots slots;      /* what the three mean */
        } digest;
        int64_t settle_ms; /* between the ledger's claim and sending; 2 s; shorter only with unsafe_test_clock */
    } notify;
    struct {
        char listen[CONFIG_LISTEN_SIZE]; /* host:port; another host than this one only with TLS, here or before it */
        bool behind_tls_proxy;
        char certificate_file[1024]; /* PEM, the chain; with private_key: TLS */
        struct secret private_key;   /* PEM; api.private_key, or api.private_key_file */
        char keys_file[1024];        /* of the API keys */
        char keys_secret[513];       /* name or ARN of the secret that holds them instead; empty: the file */
        struct secret sealing_keys;  /* of the credential cache, "id:base64" a line */
        char sealing_keys_file
            [1024];           /* ... or a file of such lines, read again now and then; neither: nothing is cached */
        int64_t cache_ttl;    /* seconds a credential is cached at most, 0: not at all; 300 */
        int64_t rate;         /* requests a second of one key, 0: unlimited; 100 */
        int64_t request_rate; /* POSTs a second of one key, 0: unlimited; 10 */
        int64_t connections_per_address; /* at once, 0: as many as there may be; 256 */
        char audit_log[1024];
        int audit_sync; /* enum config_audit_sync */
    } api;
    struct {
        char listen
            [CONFIG_LISTEN_SIZE]; /* host:port of /metrics /healthz /readyz; "127.0.0.1:0" picks a port; empty: none */
    } metrics;
    struct {
        char level[16];
    } log;
    char warning[256]; /* a sentence for the log at start (a file with a secret that everybody may read); empty: none */
    int64_t unsafe_test_clock_floor; /* seconds; 0: not set. Refused if any endpoint is AWS's own */
};

/* Reads and checks the file at `path` (NULL: KEYTURN_CONFIG, then /etc/keyturn/keyturn.yaml) and the environment. NULL and FAULT_CONFIG, whose
 * `where` is "file:line". The caller closes it. */
struct config *config_load(const char *path, struct fault *fault);

/* The file that config_load() reads for a path. Borrowed: from the caller, the environment, or a constant. */
const char *config_path(const char *path);
void config_close(struct config *config);

/* Appends the configuration in force as YAML, secrets shown as "(set)". */
bool config_show(const struct config *config, struct text *out) MUST_CHECK;

/* Reads only `policies` (and unsafe_test_clock) of a file: for SIGHUP and tools. */
bool config_load_policies(const char *path, struct policy_set *policies, struct fault *fault) MUST_CHECK;

/* For tools that need policies and little else: the defaults and what the file says, no account, no environment; what is missing for the
 * services is not asked for. NULL and FAULT_CONFIG. The caller closes it. */
struct config *config_load_policy_file(const char *path, struct fault *fault);

/* The name of a user's secret by the template, with characters Secrets Manager refuses (and '_') escaped as _xx hex, and a trailing -xxxxxx made harmless.
 * False and FAULT_CONFIG if it does not fit 512 characters. */
bool config_secret_name(const struct config *config, const char *account, const char *user, const char *user_id,
                        char *name, size_t size, struct fault *fault) MUST_CHECK;

#endif
