/* A simulated AWS: accounts with users, keys, groups and tags, secrets with versions and stages, and the mails that were sent.
 * Pure: a request and an instant give an answer and change the world; no clock, no I/O, no thread. What is random comes from its seed,
 * so the same requests at the same instants give the same bytes.
 *
 *     world_open() ─► world_add_account(), world_add_user(), world_add_key() ─► world_answer() as often as there are requests */
#ifndef KEYTURN_TESTS_WORLD_H
#define KEYTURN_TESTS_WORLD_H

#include "base.h"
#include "text.h"

enum {
    WORLD_TEXT = 257,
    WORLD_GROUPS = 10,
    WORLD_TAGS = 50,
    WORLD_STAGES = 8,
    WORLD_KEYS = 8, /* the limit is two; hands other than a call's may make more */
    WORLD_SECRET_KEY = 41,
    WORLD_NAME = 513,
    WORLD_TOKEN = 65,
    WORLD_PAGE = 1000,
    WORLD_VERSIONS = 100, /* more are dropped if they carry no stage and are a day old */
    WORLD_SESSION_S = 3600,
    WORLD_ACTION = 64,
    WORLD_REFUSALS = 4,
};

struct world_tag {
    char key[WORLD_TEXT];
    char value[WORLD_TEXT];
};

struct world_key {
    char id[KEY_ID_SIZE];
    char secret[WORLD_SECRET_KEY];
    bool active;
    int64_t created; /* this and the next: Unix seconds */
    int64_t last_used;
};

struct world_user {
    char name[USER_NAME_SIZE];
    char id[USER_ID_SIZE];
    char path[USER_PATH_SIZE];
    int64_t created;
    size_t group_count;
    char groups[WORLD_GROUPS][WORLD_TEXT];
    size_t tag_count;
    struct world_tag tags[WORLD_TAGS];
    size_t key_count;
    struct world_key keys[WORLD_KEYS];
    bool lose_create; /* the answer to the next CreateAccessKey is lost */
};

struct world_version {
    char id[WORLD_TOKEN];
    char *value;
    int64_t created;
    size_t stage_count;
    char stages[WORLD_STAGES][WORLD_TEXT];
};

struct world_secret {
    char name[WORLD_NAME];
    char arn[ARN_SIZE];
    size_t tag_count;
    struct world_tag tags[WORLD_TAGS];
    size_t version_count;
    struct world_version versions[WORLD_VERSIONS + 1];
};

struct world_account {
    char id[ACCOUNT_SIZE];
    size_t user_count;
    struct world_user **users; /* in the order they were made */
    size_t secret_count;
    struct world_secret **secrets;
};

/* What AssumeRole gave. */
struct world_session {
    char key_id[KEY_ID_SIZE];
    char account[ACCOUNT_SIZE];
    int64_t expires;
};

/* One thing that a call changed. Everything is borrowed for the call of `changed`. */
struct world_change {
    const char *account;
    const char *user;   /* of IAM; NULL: it was something else */
    const char *secret; /* the name of a secret; NULL */
    const char *mail;   /* the address of a mail; NULL */
    const char *action; /* "CreateAccessKey", ... */
    const char *what;   /* the key's id, the version's, the tag's name, the mail's subject; NULL: none */
    const char *value;  /* Active or Inactive, the stage, the tag's value; NULL: none */
};

/* What is to become of a call, decided before it is carried out. */
enum world_fate {
    WORLD_FATE_NONE,
    WORLD_FATE_REFUSED, /* the answer is the status and code set by the hook; nothing is changed */
    WORLD_FATE_UNSENT,  /* nothing arrives, nothing is changed */
    WORLD_FATE_LOST,    /* carried out; the answer does not arrive */
};

struct world_call;

/* Calls of this kind are refused until further notice; with a status of 0 they are carried out, and not answered. */
struct world_refusal {
    char action[WORLD_ACTION]; /* "ListAccessKeys", ... */
    int status;
    char code[WORLD_ACTION]; /* "Throttling", ... */
};

struct world_hooks {
    void (*changed)(void *context, const struct world_change *change); /* may be NULL */
    /* Asked for each call that is well signed; NULL: every call is carried out. With REFUSED it sets *status and *code. */
    enum world_fate (*fate)(void *context, const char *service, const char *action, int *status, const char **code);
    void *context;
};

struct world {
    uint64_t random;
    int64_t serial;
    size_t page_most; /* users on a page; 0: WORLD_PAGE */
    char operator_account[ACCOUNT_SIZE];
    char operator_key[KEY_ID_SIZE]; /* the credentials that may assume roles */
    size_t account_count;
    struct world_account **accounts;
    size_t session_count;
    struct world_session *sessions;
    size_t calls;
    bool refuse_keys;               /* STS knows no user's key */
    char denied_secret[WORLD_NAME]; /* nobody may do anything with the secret of that name; empty: none */
    size_t refusal_count;
    struct world_refusal refusals[WORLD_REFUSALS];
    struct world_hooks hooks;
};

/* An empty world of a seed, with one key that may assume a role in any account. */
struct world *world_open(uint64_t seed, const char *operator_account, const char *operator_key);
void world_close(struct world *world);

/* The world's own random numbers; below 0 is 0. */
uint64_t world_random(struct world *world, uint64_t below);

/* Makes an account; finds one, or NULL. */
struct world_account *world_add_account(struct world *world, const char *id);
struct world_account *world_account(struct world *world, const char *id);

/* Makes a user with an id of its own; finds one by name, or NULL; takes one away, with its keys. */
struct world_user *world_add_user(struct world *world, struct world_account *account, const char *name,
                                  const char *path, int64_t created);
struct world_user *world_user(struct world_account *account, const char *name);
void world_remove_user(struct world_account *account, struct world_user *user);

/* Makes a key, whatever the limit. */
struct world_key *world_add_key(struct world *world, struct world_user *user, int64_t created);

/* Takes it away. */
void world_remove_key(struct world_user *user, struct world_key *key);

/* The key of that id and whose it is; NULL if there is none. */
struct world_key *world_find_key(struct world *world, const char *key_id, struct world_account **account,
                                 struct world_user **user);

/* Makes a secret with one version, which is AWSCURRENT. */
struct world_secret *world_add_secret(struct world *world, struct world_account *account, const char *name,
                                      const char *version, const char *value, int64_t now);

/* Finds a secret by name or ARN; NULL. */
struct world_secret *world_secret(struct world_account *account, const char *name);

/* Sets a tag, in any of the lists. False if there is no room. */
bool world_set_tag(struct world_tag *tags, size_t *count, const char *key, const char *value);
void world_drop_tag(struct world_tag *tags, size_t *count, const char *key);

/* Does the version carry the stage? */
bool world_has_stage(const struct world_version *version, const char *stage);

struct world_header {
    const char *name;
    const char *value;
};

struct world_request {
    const char *path;
    const struct world_header *headers;
    size_t header_count;
    const char *body;
    size_t body_length;
    int64_t now; /* Unix seconds */
};

struct world_answer {
    int status;
    int64_t date; /* of the Date header */
    char request_id[40];
    char error_type[128]; /* of x-amzn-ErrorType, or empty */
    enum world_fate fate; /* UNSENT and LOST: there is no answer */
    struct text body;     /* open */
};

/* Carries out one request as AWS would. The answer's body is opened by the caller. */
void world_answer(struct world *world, const struct world_request *request, struct world_answer *answer);

#endif
