#include "series.h"

#include "mem.h"

#include <stdarg.h>
#include <string.h>

const double bucket_bounds[BUCKETS] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                       1,     2.5,    5,     10,   30,    60,   120, 300};

struct metric_row metric_rows[METRIC_COUNT] = {
#define X(id, type, name, labels, help) \
    {"keyturn_" name, TYPE_##type, labels, help, PTHREAD_MUTEX_INITIALIZER, 0, {NULL}},
    METRICS(X)
#undef X
};

static size_t label_count(const struct metric_row *row) {
    size_t count = row->labels[0] != '\0' ? 1 : 0;
    for (const char *c = row->labels; *c != '\0'; c++)
        count += *c == ',';
    return count;
}

size_t metric_label_names(const struct metric_row *row, char *room, size_t size, const char *names[METRIC_LABELS_MAX]) {
    text_clip(room, size, row->labels);
    size_t count = 0;
    char *rest = NULL;
    for (char *name = strtok_r(room, ",", &rest); name != NULL && count < METRIC_LABELS_MAX;
         name = strtok_r(NULL, ",", &rest))
        names[count++] = name;
    return count;
}

typedef char label_values[METRIC_LABELS_MAX][METRIC_LABEL_BYTES + 1];

/* Labels are words of this project and of AWS: what is no ASCII would make the whole page unreadable to a strict reader. */
static void take_label(char value[METRIC_LABEL_BYTES + 1], const char *given) {
    text_clip(value, METRIC_LABEL_BYTES + 1, given);
    for (char *c = value; *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    }
}

static void take_labels(const struct metric_row *row, label_values values, va_list given) {
    memset(values, 0, sizeof(label_values));
    size_t count = label_count(row);
    const char *value = va_arg(given, const char *);
    for (size_t i = 0; i < count && value != NULL; i++) {
        take_label(values[i], value);
        value = va_arg(given, const char *);
    }
}

static bool same_labels(const struct series *series, label_values values) {
    for (size_t i = 0; i < METRIC_LABELS_MAX; i++) {
        if (strcmp(series->labels[i], values[i]) != 0)
            return false;
    }
    return true;
}

/* FNV-1a, with the closing zero. */
static uint64_t mix(uint64_t hash, const char *value) {
    do
        hash = (hash ^ (unsigned char)*value) * 0x100000001b3U;
    while (*value++ != '\0');
    return hash;
}

/* The slot of these values: theirs, or the free one where they would go. There is always a free one. */
static struct series **find_slot(struct metric_row *row, label_values values) {
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t i = 0; i < METRIC_LABELS_MAX; i++)
        hash = mix(hash, values[i]);
    size_t slot = hash % SERIES_SLOTS;
    while (row->slots[slot] != NULL && !same_labels(row->slots[slot], values))
        slot = (slot + 1) % SERIES_SLOTS;
    return &row->slots[slot];
}

static struct series *make_series(struct metric_row *row, struct series **slot, label_values values) {
    struct series *series = mem_zero(1, sizeof *series);
    for (size_t i = 0; i < METRIC_LABELS_MAX; i++)
        series->labels[i] = mem_copy(values[i]);
    row->used++;
    *slot = series;
    return series;
}

/* The series of these values, made when it is new; beyond the ceiling the one called "other". */
static struct series *find_series(struct metric_row *row, label_values values) {
    struct series **slot = find_slot(row, values);
    if (*slot != NULL)
        return *slot;
    if (row->used < METRIC_SERIES_MAX)
        return make_series(row, slot, values);
    size_t count = label_count(row);
    for (size_t i = 0; i < count; i++)
        text_clip(values[i], METRIC_LABEL_BYTES + 1, "other");
    slot = find_slot(row, values);
    return *slot != NULL ? *slot : make_series(row, slot, values);
}

static void add_to(struct series *series, double amount) {
    series->value += amount;
}

static void set_to(struct series *series, double value) {
    series->value = value;
}

static void observe(struct series *series, double value) {
    series->value += value;
    series->count++;
    for (size_t i = 0; i < BUCKETS; i++) {
        if (value <= bucket_bounds[i]) {
            series->counts[i]++;
            return;
        }
    }
}

static void change(enum metric metric, void (*how)(struct series *, double), double value, va_list labels) {
    struct metric_row *row = &metric_rows[metric];
    label_values values;
    take_labels(row, values, labels);
    pthread_mutex_lock(&row->lock);
    how(find_series(row, values), value);
    pthread_mutex_unlock(&row->lock);
}

void metric_add(enum metric metric, double amount, ...) {
    va_list labels;
    va_start(labels, amount);
    change(metric, add_to, amount, labels);
    va_end(labels);
}

void metric_set(enum metric metric, double value, ...) {
    va_list labels;
    va_start(labels, value);
    change(metric, set_to, value, labels);
    va_end(labels);
}

void metric_observe(enum metric metric, double value, ...) {
    va_list labels;
    va_start(labels, value);
    change(metric, observe, value, labels);
    va_end(labels);
}
