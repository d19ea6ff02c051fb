/* The plan of `keyturn topics`: what stands beside what should, as text and as JSON. Pure; owns nothing. */
#ifndef KEYTURN_TOPICS_PLAN_H
#define KEYTURN_TOPICS_PLAN_H

#include "doc.h"
#include "topics.h"

struct topics_plan {
    enum topic_change changes[TOPIC_COUNT_MAX];
    int32_t partitions[TOPIC_COUNT_MAX]; /* what the broker has */
    int32_t wanted;                      /* partitions of topics to be made, 0: each its own */
};

/* How many are missing. */
size_t topics_plan_missing(const struct topics_plan *plan);

/* Appends what a person reads: one line a topic, then the sum. */
void topics_plan_print(const struct topics_plan *plan, struct text *out);

/* {"topics":[{"name","change","partitions","wanted","configs"}],"create":N}; the caller closes it. */
struct doc *topics_plan_doc(const struct topics_plan *plan);

#endif
