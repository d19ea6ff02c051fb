/* An event on keyturn.events.v1: a CloudEvent 1.0 about one user. Plain struct, owns nothing, never holds a secret. */
#ifndef KEYTURN_EVENT_H
#define KEYTURN_EVENT_H

#include "doc.h"
#include "keyring.h"
#include "policy.h"
#include "vocabulary.h"

enum {
    EVENT_ID_SIZE = 33,
    EVENT_SOURCE_SIZE = 160,
    EVENT_KEY_SIZE = 80,
    EVENT_SCHEMA_SIZE = 96,
    EVENT_SEQUENCE_SIZE = 24,
    EVENT_MAX_BYTES = 64 * 1024,
    EVENT_LISTED_SIZE = 1025,
    EVENT_KEYS = 8,
    PARTITION_SIZE = 16
};

/* A key as an event shows it: id and state, never its secret. */
struct event_key {
    char id[KEY_ID_SIZE];
    char state[16]; /* current candidate superseded orphan foreign own placeholder */
    bool active;
    int64_t created;
};

struct event {
    enum event_type type;
    char partition[PARTITION_SIZE]; /* of ARNs: aws, aws-cn, aws-us-gov */
    char account[ACCOUNT_SIZE];
    char user[USER_NAME_SIZE];
    char user_id[USER_ID_SIZE];
    char policy[POLICY_NAME_SIZE];
    char key_id[KEY_ID_SIZE]; /* the subject; may be empty */
    int64_t time;             /* AWS's time of the change, or when the condition began */
    int64_t sequence;         /* grows per user */
    char reason[40];          /* wire name of a reason or of a fault's kind */
    char message[512];        /* for a person */
    char actor[ACTOR_SIZE];   /* who asked, or empty */
    char secret_arn[ARN_SIZE];
    char version_id[VERSION_ID_SIZE];
    int64_t next_look;              /* 0 = unknown */
    int64_t due;                    /* notices: the date meant; 0 = none */
    int64_t total;                  /* account.listed: how many users stand so */
    char listed[EVENT_LISTED_SIZE]; /* ... and the first of them by name, separated by blanks */
    int64_t attempt;                /* faults in a row */
    size_t key_count;
    struct event_key keys[EVENT_KEYS];
};

/* The deterministic id: hash of account, user id (of an event about an account: the policy), key id, type, the reported state
 * (reason) and time. The same change told
 * twice has one id; the second "blocked" another than the first. */
void event_id(const struct event *event, char id[EVENT_ID_SIZE]);

/* The Kafka key, "account/user". */
void event_key_text(const struct event *event, char key[EVENT_KEY_SIZE]);

/* "io.keyturn.key.created.v1". */
void event_full_type(enum event_type type, char text[64]);

/* "/aws/<partition>/<account>/iam/user/<name>". */
void event_source(const struct event *event, char source[EVENT_SOURCE_SIZE]);

/* "urn:keyturn:schema:key.created:v1". */
void event_schema(enum event_type type, char schema[EVENT_SCHEMA_SIZE]);

/* CloudEvents' sequence is a string that must sort like the number it stands for: 20 digits. */
void event_sequence_text(const struct event *event, char text[EVENT_SEQUENCE_SIZE]);

/* Appends the structured CloudEvents JSON to an open text. */
void event_print(const struct event *event, struct text *out);

/* From structured CloudEvents JSON. FAULT_INVALID says what is wrong; an unknown type is refused with code "unknown_type". */
bool event_parse(const char *bytes, size_t length, struct event *event, struct fault *fault) MUST_CHECK;

#endif
