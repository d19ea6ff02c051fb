#include "table.h"

#include "mem.h"

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

static bool same(const struct lines *a, size_t i, const struct lines *b, size_t j) {
    return a->lengths[i] == b->lengths[j] && memcmp(a->at[i], b->at[j], a->lengths[i]) == 0;
}

/* common[i][j]: how many lines the ends from i and from j have in common, in order. */
static unsigned *measure(const struct lines *a, const struct lines *b) {
    size_t width = b->count + 1;
    unsigned *common = mem_zero((a->count + 1) * width, sizeof *common);
    for (size_t i = a->count; i-- > 0;)
        for (size_t j = b->count; j-- > 0;) {
            unsigned down = common[(i + 1) * width + j];
            unsigned right = common[i * width + j + 1];
            common[i * width + j] = same(a, i, b, j) ? common[(i + 1) * width + j + 1] + 1
                                    : down > right   ? down
                                                     : right;
        }
    return common;
}

static void say(struct text *out, const char *mark, const struct lines *lines, size_t at) {
    text_add(out, mark);
    text_append(out, lines->at[at], lines->lengths[at]);
    text_add(out, "\n");
}

bool table_equal(const char *expected, const char *happened, struct text *difference) {
    struct lines a = split(expected);
    struct lines b = split(happened);
    unsigned *common = measure(&a, &b);
    size_t width = b.count + 1;
    size_t i = 0;
    size_t j = 0;
    bool equal = true;
    while (i < a.count || j < b.count) {
        if (i < a.count && j < b.count && same(&a, i, &b, j)) {
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
