/* "Did you mean": of the words that are known, the one nearest to what somebody wrote. Owns nothing. */
#ifndef KEYTURN_CLOSEST_H
#define KEYTURN_CLOSEST_H

#include "base.h"

/* Known words are offered one by one; the closest to `word`, which is borrowed, is kept, if it is close at all: a third of its letters may be wrong,
 * left out or put in, and one more; a word that `word` is the beginning of is nearest. */
struct closest {
    const char *word;
    size_t distance;
    char best[64]; /* empty: none is close */
};

/* Starts the search. */
struct closest closest_to(const char *word);

/* Considers one more known word; `closest` is a struct closest. */
void closest_offer(const char *known, void *closest);

#endif
