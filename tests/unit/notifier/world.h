/* The seams of the notifier, played: a clock that only sleeping moves, a ledger with the rules of the real one, a mail
 * server that answers what a story tells it to, and a topic. Every call can be made the one at which Redis, Kafka and
 * SES stop answering. */
#ifndef KEYTURN_TEST_WORLD_H
#define KEYTURN_TEST_WORLD_H

#include "gather.h"
#include "notifier.h"
#include "secretsmanager.h"

#define WORLD_SECRET "wJalr&XUtnFEMI/K7<MDENG>bPxRfiCYEXAMPLEKEY"

enum { WORLD_MOST = 512, WORLD_TEXT = 4096, WORLD_DIGESTS = 8, WORLD_ENTRIES = 64 };

struct world_mail {
    char to[STATUS_EMAIL_SIZE];
    char subject[256];
    char text[WORLD_TEXT];
    char html[WORLD_TEXT];
    int64_t at_ms;
};

struct world_digest {
    char name[GATHER_NAME_SIZE];
    int64_t due_ms;
    size_t count;
    char fields[WORLD_ENTRIES][GATHER_FIELD_SIZE];
    char values[WORLD_ENTRIES][GATHER_VALUE_SIZE];
    int64_t more;
    char token[GATHER_TOKEN_SIZE];
    int64_t until_ms;
    bool begun;
};

struct world {
    int64_t now_ms; /* of every clock, Redis' and this host's */
    struct status status;
    int64_t epoch_ms; /* 0: lost */
    struct {
        char key[96]; /* "<event id>:<person>" */
        bool sent;
        int64_t until_ms;
        char token[LEDGER_TOKEN_SIZE];
    } ledger[WORLD_MOST];
    size_t ledger_count;
    size_t digest_count;
    struct world_digest digests[WORLD_DIGESTS];
    size_t seen_count;
    char seen[WORLD_MOST][GATHER_NAME_SIZE];
    enum fault_kind answers[WORLD_MOST]; /* of the mail server, in turn; FAULT_NONE: it is sent */
    size_t answer_count;
    struct world_mail mails[WORLD_MOST]; /* that went out: FAULT_UNKNOWN ones too */
    size_t mail_count;
    size_t tries;
    struct {
        char account[ACCOUNT_SIZE]; /* where it is */
        char name[SECRET_NAME_SIZE];
        char version[VERSION_ID_SIZE]; /* that is current */
        char key[KEY_ID_SIZE];         /* what it holds, as the next two */
        char user[USER_NAME_SIZE];
        char owner[ACCOUNT_SIZE];
    } secret;                           /* the one there is, with WORLD_SECRET in it */
    char entered[ACCOUNT_SIZE];         /* the account that AWS is asked in */
    enum fault_kind secret_answers[64]; /* in turn; FAULT_NONE: as it is */
    size_t secret_answer_count;
    int64_t secret_takes_ms;
    size_t secret_reads;
    bool ses_is_public; /* its endpoint is plain http to another machine */
    struct event published[WORLD_MOST];
    size_t published_count;
    size_t buried;
    size_t calls;     /* of the seams, so far */
    size_t down_at;   /* the number of the call from which on none is answered; 0: all are */
    size_t down_for;  /* how many are not; 0: none ever again */
    bool lost_answer; /* the first of them is carried out all the same */
};

extern struct world world;

/* For what else plays a seam. Counts a call; false: it is not carried out. And the answer to the call counted last. */
bool world_reached(void);
bool world_answered(bool carried_out, struct fault *fault);

/* A fresh one, at a fixed time, with a ledger that has been whole for a week and a user that has an address. */
void world_begin(void);

/* How many mails went to an address. */
size_t world_mails_to(const char *address);

/* How many events of notice.failed were published with a reason of that pattern. */
size_t world_failures(const char *pattern);

/* An event of the user, `age_s` old, in a message of static storage. */
struct kafka_message world_message(enum event_type type, int64_t age_s, struct event *event);

#endif
