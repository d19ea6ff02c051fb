/* A run: the real scheduler, worker and notifier on simulated seams, one after the other on one thread, until the scenario's time is over.
 * Where nothing is due, time jumps to what comes next.
 *
 *     hands ─► inventory_take() ─► scheduler_tick() ─► jobs ─► worker_job() ─► events ─► notifier_event() ─► the next due time */
#ifndef KEYTURN_TESTS_SIMULATION_H
#define KEYTURN_TESTS_SIMULATION_H

#include "scenario.h"

/* Runs a scenario under a seed and appends the table of what happened to an open text. `base`: the configuration beside the policies. */
bool simulation_run(const struct scenario *scenario, const char *base, uint64_t seed, struct text *table,
                    struct fault *fault) MUST_CHECK;

#endif
