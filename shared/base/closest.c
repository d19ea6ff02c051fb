#include "closest.h"

#include "text.h"

#include <string.h>

enum { LONGEST_WORD = 63 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Edit distance (Levenshtein) by one row of the usual table. */
static size_t distance(const char *a, const char *b) {
    size_t row[LONGEST_WORD + 1];
    size_t width = strlen(b);
    if (strlen(a) > LONGEST_WORD || width > LONGEST_WORD)
        return LONGEST_WORD;
    for (size_t j = 0; j <= width; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= width; j++) {
            size_t above = row[j];
            row[j] = least(least(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
            diagonal = above;
        }
    }
    return row[width];
}

struct closest closest_to(const char *word) {
    return (struct closest){.word = word, .distance = 1 + (strlen(word) + 2) / 3};
}

void closest_offer(const char *known, void *closest) {
    struct closest *search = closest;
    size_t far = *search->word != '\0' && text_starts(known, search->word) ? 1 : distance(search->word, known);
    if (far < search->distance && text_copy(search->best, sizeof search->best, known))
        search->distance = far;
}
