#include "flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LINES_MAX = 24, PATIENCE_MS = 1000, DRAIN_MS = 2000 };

/* What the driver reports before it asks for the next step. */
enum event { NOTHING, TOOK, TAKEN, REFUSED, ASSIGNED, REVOKED, REVOKED_HELD, LOST_HELD };

/* What the driver sees. */
enum { NO = 0, STOP = 1, PAUSE = 2, UNSETTLED = 4 };

struct line {
    enum event event;
    int64_t now_ms;
    size_t in_flight;
    unsigned facts;
    enum flow_action action; /* what the flow must say */
};

static const char *const names[] = {"poll",   "offer",      "drop",  "pause",  "resume", "settle",
                                    "commit", "commit now", "await", "let go", "leave"};

#define END \
    { NOTHING, -1, 0, NO, FLOW_ACTIONS }

static const struct row {
    const char *story;
    struct line lines[LINES_MAX];
} rows[] = {
    {"an idle reader polls, and commits now and then",
     {{NOTHING, 0, 0, NO, FLOW_POLL},
      {NOTHING, 100, 0, NO, FLOW_POLL},
      {NOTHING, 500, 0, NO, FLOW_COMMIT},
      {NOTHING, 501, 0, NO, FLOW_POLL},
      {NOTHING, 999, 0, NO, FLOW_POLL},
      {NOTHING, 1000, 0, NO, FLOW_COMMIT},
      END}},
    {"a message is offered at once, and then the next is asked for",
     {{NOTHING, 0, 0, NO, FLOW_POLL}, {TOOK, 1, 1, NO, FLOW_OFFER}, {TAKEN, 2, 1, NO, FLOW_POLL}, END}},
    {"a full pool is waited for, without pausing",
     {{TOOK, 0, 9, NO, FLOW_OFFER},
      {REFUSED, 100, 9, NO, FLOW_OFFER},
      {REFUSED, 499, 9, NO, FLOW_OFFER},
      {REFUSED, 500, 9, NO, FLOW_COMMIT},
      {NOTHING, 500, 9, NO, FLOW_OFFER},
      {TAKEN, 600, 9, NO, FLOW_POLL},
      END}},
    {"only after its patience does the reader pause, and keeps polling and offering",
     {{TOOK, 0, 9, NO, FLOW_OFFER},
      {REFUSED, 500, 9, NO, FLOW_COMMIT},
      {NOTHING, 999, 9, NO, FLOW_OFFER},
      {REFUSED, 1000, 9, NO, FLOW_COMMIT},
      {NOTHING, 1000, 9, NO, FLOW_PAUSE},
      {NOTHING, 1001, 9, NO, FLOW_POLL},
      {NOTHING, 1010, 9, NO, FLOW_OFFER},
      {REFUSED, 1110, 9, NO, FLOW_POLL},
      {NOTHING, 1120, 9, NO, FLOW_OFFER},
      {TAKEN, 1130, 9, NO, FLOW_RESUME},
      {NOTHING, 1131, 9, NO, FLOW_POLL},
      END}},
    {"an assignment while paused resumes, and the message in hand goes first",
     {{TOOK, 0, 9, NO, FLOW_OFFER},
      {REFUSED, 1000, 9, NO, FLOW_COMMIT},
      {NOTHING, 1000, 9, NO, FLOW_PAUSE},
      {NOTHING, 1001, 9, NO, FLOW_POLL},
      {ASSIGNED, 1002, 9, NO, FLOW_PAUSE},
      {NOTHING, 1003, 9, NO, FLOW_OFFER},
      {TAKEN, 1004, 9, NO, FLOW_RESUME},
      END}},
    {"paused, revoked, assigned: polled again without a word of resuming",
     {{TOOK, 0, 9, NO, FLOW_OFFER},
      {REFUSED, 1000, 9, NO, FLOW_COMMIT},
      {NOTHING, 1000, 9, NO, FLOW_PAUSE},
      {NOTHING, 1001, 9, NO, FLOW_POLL},
      {REVOKED_HELD, 1002, 0, NO, FLOW_DROP},
      {NOTHING, 1002, 0, NO, FLOW_COMMIT_NOW},
      {NOTHING, 1003, 0, NO, FLOW_LET_GO},
      {ASSIGNED, 1100, 0, NO, FLOW_POLL},
      END}},
    {"asked to pause: paused, polled, the message in hand kept; asked to go on: offered, then resumed",
     {{TOOK, 0, 0, PAUSE, FLOW_PAUSE},
      {NOTHING, 1, 0, PAUSE, FLOW_POLL},
      {NOTHING, 101, 0, PAUSE, FLOW_POLL},
      {NOTHING, 500, 0, PAUSE, FLOW_COMMIT},
      {NOTHING, 501, 0, PAUSE, FLOW_POLL},
      {NOTHING, 600, 0, NO, FLOW_OFFER},
      {TAKEN, 601, 0, NO, FLOW_RESUME},
      {NOTHING, 602, 0, NO, FLOW_POLL},
      END}},
    {"asked to pause, and assigned meanwhile: the new partitions are paused too",
     {{NOTHING, 0, 0, PAUSE, FLOW_PAUSE},
      {NOTHING, 1, 0, PAUSE, FLOW_POLL},
      {ASSIGNED, 2, 0, PAUSE, FLOW_PAUSE},
      {NOTHING, 3, 0, PAUSE, FLOW_POLL},
      END}},
    {"revoked: what is in flight is waited for, committed, let go",
     {{REVOKED, 0, 2, NO, FLOW_AWAIT},
      {NOTHING, 50, 1, NO, FLOW_AWAIT},
      {NOTHING, 90, 0, NO, FLOW_COMMIT_NOW},
      {NOTHING, 95, 0, NO, FLOW_LET_GO},
      {NOTHING, 96, 0, NO, FLOW_POLL},
      END}},
    {"revoked, and something hangs: waited for only so long",
     {{REVOKED, 0, 1, NO, FLOW_AWAIT},
      {NOTHING, 1999, 1, NO, FLOW_AWAIT},
      {NOTHING, 2000, 1, NO, FLOW_COMMIT_NOW},
      {NOTHING, 2001, 1, NO, FLOW_LET_GO},
      END}},
    {"revoked with a message of them in hand: forgotten first, it comes again elsewhere",
     {{TOOK, 0, 1, NO, FLOW_OFFER},
      {REFUSED, 1, 1, NO, FLOW_OFFER},
      {REVOKED_HELD, 2, 0, NO, FLOW_DROP},
      {NOTHING, 2, 0, NO, FLOW_COMMIT_NOW},
      {NOTHING, 3, 0, NO, FLOW_LET_GO},
      {NOTHING, 4, 0, NO, FLOW_POLL},
      END}},
    {"revoked, but the message in hand is of another partition: it is kept",
     {{TOOK, 0, 1, NO, FLOW_OFFER},
      {REVOKED, 2, 0, NO, FLOW_COMMIT_NOW},
      {NOTHING, 3, 0, NO, FLOW_LET_GO},
      {NOTHING, 4, 1, NO, FLOW_OFFER},
      END}},
    {"lost: others have them already, so nothing is waited for and nothing committed",
     {{TOOK, 0, 1, NO, FLOW_OFFER}, {LOST_HELD, 1, 5, NO, FLOW_DROP}, {NOTHING, 1, 5, NO, FLOW_LET_GO}, END}},
    {"stop: no new message, what is in flight ends while polling goes on, commit, leave",
     {{NOTHING, 0, 2, STOP, FLOW_PAUSE},
      {NOTHING, 1, 2, STOP, FLOW_POLL},
      {NOTHING, 21, 1, STOP, FLOW_POLL},
      {NOTHING, 41, 0, STOP, FLOW_COMMIT_NOW},
      {NOTHING, 42, 0, STOP, FLOW_LEAVE},
      END}},
    {"stop with a message in hand: forgotten",
     {{TOOK, 0, 1, NO, FLOW_OFFER},
      {REFUSED, 1, 1, STOP, FLOW_DROP},
      {NOTHING, 1, 0, STOP, FLOW_PAUSE},
      {NOTHING, 1, 0, STOP, FLOW_COMMIT_NOW},
      {NOTHING, 2, 0, STOP, FLOW_LEAVE},
      END}},
    {"stop: a message that slips through is forgotten too",
     {{NOTHING, 0, 1, STOP, FLOW_PAUSE},
      {NOTHING, 1, 1, STOP, FLOW_POLL},
      {TOOK, 2, 2, STOP, FLOW_DROP},
      {NOTHING, 3, 1, STOP, FLOW_POLL},
      END}},
    {"stop, and something hangs: waited for only so long",
     {{NOTHING, 0, 1, STOP, FLOW_PAUSE},
      {NOTHING, 1999, 1, STOP, FLOW_POLL},
      {NOTHING, 2000, 1, STOP, FLOW_COMMIT_NOW},
      {NOTHING, 2001, 1, STOP, FLOW_LEAVE},
      END}},
    {"revoked while stopping: both end",
     {{NOTHING, 0, 1, STOP, FLOW_PAUSE},
      {NOTHING, 1, 1, STOP, FLOW_POLL},
      {REVOKED, 2, 1, STOP, FLOW_AWAIT},
      {NOTHING, 3, 0, STOP, FLOW_COMMIT_NOW},
      {NOTHING, 4, 0, STOP, FLOW_LET_GO},
      {NOTHING, 5, 0, STOP, FLOW_COMMIT_NOW},
      {NOTHING, 6, 0, STOP, FLOW_LEAVE},
      END}},
    {"partitions that speak while they should be paused are paused one by one, and their messages offered in turn",
     {{NOTHING, 0, 0, PAUSE, FLOW_PAUSE},
      {NOTHING, 1, 0, PAUSE, FLOW_POLL},
      {TOOK, 2, 1, PAUSE | UNSETTLED, FLOW_SETTLE},
      {NOTHING, 3, 1, PAUSE, FLOW_POLL},
      {TOOK, 4, 2, PAUSE | UNSETTLED, FLOW_SETTLE},
      {NOTHING, 5, 2, NO, FLOW_OFFER},
      {TAKEN, 6, 2, NO, FLOW_POLL},
      {NOTHING, 7, 2, NO, FLOW_OFFER},
      {TAKEN, 8, 2, NO, FLOW_RESUME},
      END}},
    {"two in hand, and one of them revoked: the other is kept",
     {{NOTHING, 0, 0, PAUSE, FLOW_PAUSE},
      {TOOK, 1, 1, PAUSE, FLOW_POLL},
      {TOOK, 2, 2, PAUSE, FLOW_POLL},
      {REVOKED_HELD, 3, 0, PAUSE, FLOW_DROP},
      {NOTHING, 4, 0, PAUSE, FLOW_COMMIT_NOW},
      {NOTHING, 5, 0, PAUSE, FLOW_LET_GO},
      {NOTHING, 6, 1, NO, FLOW_OFFER},
      {TAKEN, 7, 1, NO, FLOW_RESUME},
      END}},
    {"stop with several in hand: all forgotten at once",
     {{NOTHING, 0, 0, PAUSE, FLOW_PAUSE},
      {TOOK, 1, 1, PAUSE, FLOW_POLL},
      {TOOK, 2, 2, PAUSE | STOP, FLOW_DROP},
      {NOTHING, 3, 0, PAUSE | STOP, FLOW_COMMIT_NOW},
      {NOTHING, 4, 0, PAUSE | STOP, FLOW_LEAVE},
      END}},
    {"a full window is settled by itself, before the next poll",
     {{NOTHING, 0, 0, NO, FLOW_POLL}, {NOTHING, 1, 4, UNSETTLED, FLOW_SETTLE}, {NOTHING, 2, 4, NO, FLOW_POLL}, END}},
};

static void report(struct flow *flow, const struct line *line) {
    switch (line->event) {
    case TOOK: flow_took(flow, line->now_ms); break;
    case TAKEN: flow_offered(flow, true, line->now_ms); break;
    case REFUSED: flow_offered(flow, false, line->now_ms); break;
    case ASSIGNED: flow_assigned(flow); break;
    case REVOKED: flow_revoke(flow, 0, false, line->now_ms); break;
    case REVOKED_HELD: flow_revoke(flow, 1, false, line->now_ms); break;
    case LOST_HELD: flow_revoke(flow, 1, true, line->now_ms); break;
    case NOTHING: break;
    }
}

static struct flow_facts facts_of(const struct line *line) {
    return (struct flow_facts){
        .now_ms = line->now_ms,
        .in_flight = line->in_flight,
        .pause_asked = (line->facts & PAUSE) != 0,
        .stop_asked = (line->facts & STOP) != 0,
        .unsettled = (line->facts & UNSETTLED) != 0,
    };
}

static void play(const struct row *row) {
    struct flow flow;
    flow_open(&flow, PATIENCE_MS, DRAIN_MS, 0);
    for (size_t i = 0; i < LINES_MAX && row->lines[i].action != FLOW_ACTIONS; i++) {
        struct flow_facts facts = facts_of(&row->lines[i]);
        report(&flow, &row->lines[i]);
        struct flow_step step = flow_next(&flow, &facts);
        if (step.action != row->lines[i].action)
            fail_msg("%s: line %zu says \"%s\", not \"%s\"", row->story, i, names[step.action],
                     names[row->lines[i].action]);
    }
}

static void each_story_goes_step_by_step(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        play(&rows[i]);
}

/* A stop or a rebalance must never wait long for the loop to come round. */
static void no_wait_but_a_drain_is_long(void **state) {
    (void)state;
    struct flow flow;
    flow_open(&flow, 0, 0, 0);
    for (int64_t now_ms = 0; now_ms < 30000; now_ms += 37) {
        struct flow_facts facts = {.now_ms = now_ms, .in_flight = 1};
        struct flow_step step = flow_next(&flow, &facts);
        assert_true(step.wait_ms <= FLOW_SLICE_MS);
        if (step.action == FLOW_POLL && flow.holding == 0)
            flow_took(&flow, now_ms);
        if (step.action == FLOW_OFFER)
            flow_offered(&flow, false, now_ms);
    }
    assert_true(flow.paused);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_story_goes_step_by_step),
        cmocka_unit_test(no_wait_but_a_drain_is_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
