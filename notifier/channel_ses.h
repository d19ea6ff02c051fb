/* The channel that mails by SES: what came of a mail, and no faster than the account may. Each thread has a session of
 * its own; the pace is shared by all of them. */
#ifndef KEYTURN_CHANNEL_SES_H
#define KEYTURN_CHANNEL_SES_H

#include "letter.h"
#include "sesv2.h"

#include <pthread.h>
#include <stdatomic.h>

/* Nothing more is known than what the fault's kind says. */
enum channel_result {
    CHANNEL_SENT,
    CHANNEL_MAYBE,   /* no answer: it may have been sent, and must not be again */
    CHANNEL_NOT_NOW, /* not sent; may be tried again */
    CHANNEL_NEVER,   /* not sent, and will not be */
};

struct channel_pace {
    pthread_mutex_t lock;
    int64_t gap_ms;  /* between two mails; 0: none */
    int64_t next_ms; /* clock_boot_ms() of the next free turn */
    atomic_int last; /* enum fault_kind of the last mail, for readiness */
};

/* `rate` mails a second, 0: as many as there are. Closed by channel_pace_close(). */
void channel_pace_open(struct channel_pace *pace, int64_t rate);
void channel_pace_close(struct channel_pace *pace);

/* Waits for its turn and sends one mail to one address. The fault says what happened unless it was sent. */
enum channel_result channel_ses_send(struct aws *aws, struct channel_pace *pace, const char *from, const char *to,
                                     const struct letter *letter, struct fault *fault);

/* May mails go out, by what the last one met? FAULT_DENIED and its like: not until a person did something. */
bool channel_ses_ready(const struct channel_pace *pace, struct fault *fault) MUST_CHECK;

#endif
