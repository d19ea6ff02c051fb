/* The series of one metric, between the file that counts and the file that prints. Guarded by the metric's lock. */
#ifndef KEYTURN_SERIES_H
#define KEYTURN_SERIES_H

#include "metrics.h"

#include <pthread.h>

enum metric_type { TYPE_COUNTER, TYPE_GAUGE, TYPE_HISTOGRAM };

enum { BUCKETS = 17, SERIES_SLOTS = 4096 };

extern const double bucket_bounds[BUCKETS];

struct series {
    char *labels[METRIC_LABELS_MAX];
    double value;             /* of counters and gauges; the sum of a histogram */
    uint64_t counts[BUCKETS]; /* observations in each bucket alone */
    uint64_t count;           /* all observations */
};

struct metric_row {
    const char *name;
    enum metric_type type;
    const char *labels; /* names, comma separated */
    const char *help;
    pthread_mutex_t lock;
    size_t used;
    struct series *slots[SERIES_SLOTS]; /* open addressing, twice as many as series */
};

/* The table, in the order of METRICS. */
extern struct metric_row metric_rows[METRIC_COUNT];

/* The label names of a row, cut apart into `names` (which point into `room`). Returns how many. */
size_t metric_label_names(const struct metric_row *row, char *room, size_t size, const char *names[METRIC_LABELS_MAX]);

#endif
