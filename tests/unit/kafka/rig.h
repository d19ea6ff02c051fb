/* A reader on a thread of its own, with a sink that keeps messages until the test lets them go. */
#ifndef KEYTURN_TEST_RIG_H
#define KEYTURN_TEST_RIG_H

#include "cluster.h"

#include <pthread.h>

enum { RIG_SEEN = 20000 };

struct rig {
    struct kafka_reader *reader;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct kafka_message *kept[RIG_SEEN]; /* handed out, not done yet */
    int kept_count;
    int slots; /* at most so many are kept at once: a pool of that size */
    bool keep; /* else every message is done at once */
    int seen_count;
    char seen[RIG_SEEN][32]; /* the values, in the order they came */
    bool ran;
    struct fault fault;
};

/* Starts to read. `keep`: messages stay in flight until rig_release(). */
void rig_open(struct rig *rig, const struct kafka_settings *settings, const struct kafka_reader_settings *reader,
              int slots, bool keep);

/* Waits until so many messages came, bounded; returns how many did. */
int rig_wait(struct rig *rig, int count);

/* Takes the oldest message that is kept, or the one with this value; its caller calls kafka_reader_done(). NULL: none. */
struct kafka_message *rig_take(struct rig *rig, const char *value);

/* Done with the message of this value (NULL: with all that are kept), and from now on (NULL) with each at once. */
void rig_release(struct rig *rig, const char *value);

/* How often was this value seen? */
int rig_times(struct rig *rig, const char *value);

/* Fails unless each of "<prefix>-0" to "<prefix>-<count - 1>" came exactly once. */
void rig_assert_each_once(struct rig *rig, const char *prefix, int count);

/* Waits, bounded, until the reader's loop has gone round later than at `after_ms` of clock_boot_ms(); fails if it does not. */
void rig_goes_round(struct rig *rig, int64_t after_ms);

/* Stops the reader and waits for its thread; true if run() ended well. */
bool rig_stop(struct rig *rig);

/* Stops if need be, and closes the reader; what was seen may still be asked for. */
void rig_close(struct rig *rig);

/* Waits until kafka_reader_ready() says so, bounded. */
bool rig_ready(struct rig *rig, bool wanted);

#endif
