/* What happened in a run, as a table: every changing call, event and mail, by user and time, with keys called k1, k2, ... in the order they
 * were made. Printed, it is the form of expected.txt:
 *
 *     0d 00:30  ann    k2  intent, create, store AWSPENDING, intent off, event key.created, ...
 *
 * What happened to one key within a minute is one line. A second user of a name is name#2. */
#ifndef KEYTURN_TESTS_JOURNAL_H
#define KEYTURN_TESTS_JOURNAL_H

#include "event.h"
#include "world.h"

enum { JOURNAL_WHAT = 300, JOURNAL_LINE = 2048, JOURNAL_MOST = 100 * 1000 };

struct journal;

/* An empty journal; `began_ms`: when its time begins. */
struct journal *journal_open(int64_t began_ms);
void journal_close(struct journal *journal);

/* A user exists from now on, after all others of that name; a key of a user does. */
void journal_user(struct journal *journal, const char *name, const char *user_id);
void journal_key(struct journal *journal, const char *user, const char *key_id);

/* The id of the key called `label` of the latest user of a name; NULL. */
const char *journal_key_called(const struct journal *journal, const char *user, const char *label);

/* A call changed something. `about` is the event a mail was sent for, or NULL. */
void journal_change(struct journal *journal, int64_t now_ms, const struct world_change *change,
                    const struct event *about);

/* An event was published. */
void journal_event(struct journal *journal, int64_t now_ms, const struct event *event);

/* Somebody who is not Keyturn did something, or a job was not done as it should. `key_id` may be NULL. */
void journal_word(struct journal *journal, int64_t now_ms, const char *user, const char *key_id, const char *what);

/* The table. */
void journal_print(const struct journal *journal, struct text *out);

#endif
