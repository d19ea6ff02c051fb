#include "table.h"

#include "mem.h"

#include <ctype.h>
#include <string.h>

/* minutes: those it begins with, where `rest` goes on; -1 and its begin where it begins otherwise. */
struct line {
    const char *at;
    const char *rest;
    const char *end;
    int64_t minutes;
};

struct lines {
    size_t count;
    struct line *at;
};

static bool counts(const char *line, size_t length) {
    size_t blank = strspn(line, " \t\r");
    return blank < length && line[blank] != '#';
}

/* By hand: strtoll would read on in the next line, and AddressSanitizer measures all the text that follows each time. */
static bool take_number(const char **at, const char *end, int64_t *number, char mark) {
    while (*at < end && **at == ' ')
        (*at)++;
    const char *digits = *at;
    for (*number = 0; *at < end && *at - digits < 9 && isdigit((unsigned char)**at); (*at)++)
        *number = *number * 10 + (**at - '0');
    if (*at == digits || *at == end || **at != mark)
        return false;
    (*at)++;
    return true;
}

static struct line read_line(const char *at, const char *end) {
    const char *rest = at;
    int64_t days;
    int64_t hours;
    int64_t minutes;
    if (take_number(&rest, end, &days, 'd') && take_number(&rest, end, &hours, ':') &&
        take_number(&rest, end, &minutes, ' '))
        return (struct line){at, rest, end, (days * 24 + hours) * 60 + minutes};
    return (struct line){at, at, end, -1};
}

static struct lines split(const char *text) {
    size_t most = 1;
    for (const char *c = text; *c != '\0'; c++)
        most += *c == '\n';
    struct lines lines = {.at = mem_zero(most, sizeof *lines.at)};
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        if (counts(text, length))
            lines.at[lines.count++] = read_line(text, text + length);
        text += length + (text[length] == '\n');
    }
    return lines;
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
    const struct line *a = &comparison->a.at[i];
    const struct line *b = &comparison->b.at[j];
    int64_t apart = a->minutes - b->minutes;
    return (apart < 0 ? -apart : apart) <= comparison->within && same_text(a->rest, a->end, b->rest, b->end);
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

static void say(struct text *out, const char *mark, const struct line *line) {
    text_add(out, mark);
    text_append(out, line->at, (size_t)(line->end - line->at));
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
            say(difference, missing ? "- " : "+ ", missing ? &a.at[i++] : &b.at[j++]);
            equal = false;
        }
    }
    mem_free(common);
    mem_free(a.at);
    mem_free(b.at);
    return equal;
}
