/* The Prometheus text format, version 0.0.4: HELP and TYPE of a metric, then its series, sorted so that two pages compare. */
#include "series.h"

#include "mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_ROOM = 128 };

static const char *const type_names[] = {"counter", "gauge", "histogram"};

static void add_escaped(struct text *out, const char *value, bool quotes) {
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '\n')
            text_add(out, "\\n");
        else if (*c == '\\' || (quotes && *c == '"'))
            text_format(out, "\\%c", *c);
        else
            text_append(out, c, 1);
    }
}

/* The shortest spelling that reads back as the same number. */
static void add_number(struct text *out, double number) {
    if (isinf(number) || isnan(number)) {
        text_add(out, isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
        return;
    }
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    text_add(out, digits);
}

struct page {
    struct text *out;
    const struct metric_row *row;
    const char *names[METRIC_LABELS_MAX];
    size_t count;
};

static void add_pair(struct page *page, const char *name, const char *value, bool first) {
    text_format(page->out, "%s%s=\"", first ? "{" : ",", name);
    add_escaped(page->out, value, true);
    text_add(page->out, "\"");
}

/* One line: name and suffix, labels, `le` if there is one, value. */
static void add_line(struct page *page, const struct series *series, const char *suffix, const char *le, double value) {
    text_format(page->out, "%s%s", page->row->name, suffix);
    for (size_t i = 0; i < page->count; i++)
        add_pair(page, page->names[i], series->labels[i], i == 0);
    if (le != NULL)
        add_pair(page, "le", le, page->count == 0);
    text_add(page->out, page->count > 0 || le != NULL ? "} " : " ");
    add_number(page->out, value);
    text_add(page->out, "\n");
}

static void add_histogram(struct page *page, const struct series *series) {
    uint64_t below = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        char le[32];
        snprintf(le, sizeof le, "%g", bucket_bounds[i]);
        below += series->counts[i];
        add_line(page, series, "_bucket", le, (double)below);
    }
    add_line(page, series, "_bucket", "+Inf", (double)series->count);
    add_line(page, series, "_sum", NULL, series->value);
    add_line(page, series, "_count", NULL, (double)series->count);
}

struct entry {
    const struct series *series;
};

static int by_labels(const void *a, const void *b) {
    const struct series *left = ((const struct entry *)a)->series;
    const struct series *right = ((const struct entry *)b)->series;
    int order = 0;
    for (size_t i = 0; i < METRIC_LABELS_MAX && order == 0; i++)
        order = strcmp(left->labels[i], right->labels[i]);
    return order;
}

static void add_series(struct page *page, const struct series *series) {
    if (page->row->type == TYPE_HISTOGRAM)
        add_histogram(page, series);
    else
        add_line(page, series, "", NULL, series->value);
}

/* A metric without labels is there from the beginning, as 0, so that a rate over it never lacks its start. */
static void add_all_series(struct page *page) {
    static const struct series zero = {.labels = {NULL}};
    struct entry *sorted = mem_zero(SERIES_SLOTS, sizeof *sorted);
    size_t found = 0;
    for (size_t i = 0; i < SERIES_SLOTS; i++) {
        if (page->row->slots[i] != NULL)
            sorted[found++].series = page->row->slots[i];
    }
    if (found == 0 && page->count == 0)
        sorted[found++].series = &zero;
    qsort(sorted, found, sizeof *sorted, by_labels);
    for (size_t i = 0; i < found; i++)
        add_series(page, sorted[i].series);
    mem_free(sorted);
}

static void add_metric(struct metric_row *row, struct text *out) {
    char room[NAMES_ROOM];
    struct page page = {.out = out, .row = row};
    page.count = metric_label_names(row, room, sizeof room, page.names);
    text_format(out, "# HELP %s ", row->name);
    add_escaped(out, row->help, false);
    text_format(out, "\n# TYPE %s %s\n", row->name, type_names[row->type]);
    pthread_mutex_lock(&row->lock);
    add_all_series(&page);
    pthread_mutex_unlock(&row->lock);
}

void metrics_print(struct text *out) {
    for (size_t i = 0; i < METRIC_COUNT; i++)
        add_metric(&metric_rows[i], out);
}
