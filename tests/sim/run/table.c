#include "table.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

struct lines {
    size_t count;
    const char **at;
    size_t *lengths;
};

static bool counts(const char *line, size_t length) {
    size_t blank = strspn(line, " \t\r");
    return blank < length && line[blank] != '#';
}

static struct lines split(const char *text) {
    size_t most = 1;
    for (const char *c = text; *c != '\0'; c++)
        most += *c == '\n';
    struct lines lines = {.at = mem_zero(most, sizeof *lines.at), .lengths = mem_zero(most, sizeof *lines.lengths)};
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        if (counts(text, length)) {
            lines.at[lines.count] = text;
            lines.lengths[lines.count++] = length;
        }
        text += length + (text[length] == '\n');
    }
    return lines;
}

static void close_lines(struct lines *lines) {
    mem_free(lines->at);
    mem_free(lines->lengths);
}

/* The minutes a line begins with, and where it goes on; -1 and its begin where it begins otherwise. */
static int64_t minutes_of(const char **line, const char *end) {
    char *at;
    int64_t days = strtoll(*line, &at, 10);
    if (at == *line || end - at < 7 || at[0] != 'd')
        return -1;
    int64_t hours = strtoll(at + 1, &at, 10);
    if (*at != ':')
        return -1;
    *line = at + 3;
    return (days * 24 + hours) * 60 + strtoll(at + 1, NULL, 10);
}

/* After "(": one of the words up to ")", parted by "|". Both move on to the ")". */
static bool same_choice(const char **a, const char *a_end, const char **b, const char *b_end) {
    size_t length = 0;
    const char *word = *b;
    while (word + length < b_end && word[length] != ')')
        length++;
    *b += length;
    bool found = false;
    while (*a < a_end && **a != ')') {
        size_t choice = 0;
        while (*a + choice < a_end && (*a)[choice] != ')' && (*a)[choice] != '|')
            choice++;
        found = found || (choice == length && memcmp(*a, word, length) == 0);
        *a += choice + ((*a)[choice] == '|' ? 1 : 0);
    }
    return found;
}

static bool same_text(const char *a, const char *a_end, const char *b, const char *b_end) {
    while (a < a_end && b < b_end && *a == *b) {
        bool choice = *a == '(';
        a++;
        b++;
        if (choice && !same_choice(&a, a_end, &b, b_end))
            return false;
    }
    return a == a_end && b == b_end;
}

struct comparison {
    struct lines a;
    struct lines b;
    int64_t within;
};

static bool same(const struct comparison *comparison, size_t i, size_t j) {
    const char *a = comparison->a.at[i];
    const char *b = comparison->b.at[j];
    const char *a_end = a + comparison->a.lengths[i];
    const char *b_end = b + comparison->b.lengths[j];
    int64_t apart = minutes_of(&a, a_end) - minutes_of(&b, b_end);
    return (apart < 0 ? -apart : apart) <= comparison->within && same_text(a, a_end, b, b_end);
}

/* common[i][j]: how many lines the ends from i and from j have in common, in order. */
static unsigned *measure(const struct comparison *comparison) {
    const struct lines *a = &comparison->a;
    const struct lines *b = &comparison->b;
    size_t width = b->count + 1;
    unsigned *common = mem_zero((a->count + 1) * width, sizeof *common);
    for (size_t i = a->count; i-- > 0;)
        for (size_t j = b->count; j-- > 0;) {
            unsigned down = common[(i + 1) * width + j];
            unsigned right = common[i * width + j + 1];
            common[i * width + j] = same(comparison, i, j) ? common[(i + 1) * width + j + 1] + 1
                                    : down > right         ? down
                                                           : right;
        }
    return common;
}

static void say(struct text *out, const char *mark, const struct lines *lines, size_t at) {
    text_add(out, mark);
    text_append(out, lines->at[at], lines->lengths[at]);
    text_add(out, "\n");
}

bool table_equal(const char *expected, const char *happened, int64_t within, struct text *difference) {
    struct comparison comparison = {split(expected), split(happened), within};
    struct lines a = comparison.a;
    struct lines b = comparison.b;
    unsigned *common = measure(&comparison);
    size_t width = b.count + 1;
    size_t i = 0;
    size_t j = 0;
    bool equal = true;
    while (i < a.count || j < b.count) {
        if (i < a.count && j < b.count && same(&comparison, i, j)) {
            i++;
            j++;
        } else {
            bool missing = i < a.count && (j == b.count || common[(i + 1) * width + j] >= common[i * width + j + 1]);
            say(difference, missing ? "- " : "+ ", missing ? &a : &b, missing ? i++ : j++);
            equal = false;
        }
    }
    mem_free(common);
    close_lines(&a);
    close_lines(&b);
    return equal;
}
