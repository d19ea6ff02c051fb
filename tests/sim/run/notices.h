/* The notifier's way with notices: run, run again when their time has come, gathered into a digest. What its program does with threads. */
#ifndef KEYTURN_TESTS_NOTICES_H
#define KEYTURN_TESTS_NOTICES_H

#include "notifier.h"

struct notices;

/* `post` without store, session and pace, which are opened here. */
struct notices *notices_open(const struct post *post, const struct store_settings *store,
                             struct aws_environment *environment, struct fault *fault);
void notices_close(struct notices *notices);

/* Runs every event that was published, and every notice whose time has come. */
void notices_work(struct notices *notices, const struct policy_set *policies);

/* In how many ms the next of those that wait is due; -1: none waits. */
int64_t notices_due(const struct notices *notices);

/* The event that is being mailed, or NULL. */
const struct event *notices_event(const struct notices *notices);

#endif
