/* A letter: subject, text and HTML of one mail, written from an event. It carries references only, for no
 * member of an event holds a secret; the one exception is the secret that its writer is handed (enclosure.h). Owns its three texts, which are
 * wiped when it is closed. */
#ifndef KEYTURN_LETTER_H
#define KEYTURN_LETTER_H

#include "event.h"
#include "route.h"
#include "secret.h"
#include "text.h"

enum { LETTER_CEILING = 256 * 1024 };

struct letter {
    struct text subject; /* the first line of the .txt template, one line whatever the values hold */
    struct text text;
    struct text html;
};

/* What a letter says beside its event. */
struct letter_notes {
    bool to_admin;
    bool no_recipient;  /* the user has no address: the admin's copy says so */
    const char *events; /* of a digest: one line an event; NULL otherwise */
    const char *count;  /* of a digest: how many; NULL otherwise */
    const struct secret
        *secret; /* of LETTER_CREATED: the secret access key itself, borrowed; NULL or empty: the reference only */
};

/* What the digest of a period says: for each list a line an entry, and how many it has; "" where it has none. */
struct letter_lists {
    const char *policy;
    const char *from; /* the period, ISO 8601 */
    const char *to;
    const char *summary;
    const char *lists[DIGEST_LISTS];
    const char *lost;  /* digests that may not have been told */
    const char *more;  /* how many entries found no room */
    const char *since; /* Redis knows nothing from before */
};

/* Opens and fills the letter of a digest. FAULT_INVALID: a template is wrong; the letter is closed. */
bool letter_write_lists(struct letter *letter, const struct letter_lists *lists, struct fault *fault) MUST_CHECK;

/* Opens and fills the letter. `event` is any of a digest's events. FAULT_INVALID: a template is wrong; the letter is closed. */
bool letter_write(struct letter *letter, enum letter_kind kind, const struct event *event,
                  const struct letter_notes *notes, struct fault *fault) MUST_CHECK;

/* Zeroed ones may be closed. */
void letter_close(struct letter *letter);

/* Appends the line of a digest that stands for the event. */
void letter_digest_line(const struct event *event, struct text *lines);

#endif
