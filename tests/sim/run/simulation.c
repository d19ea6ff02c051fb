#include "simulation.h"

#include "due.h"
#include "hands.h"
#include "inventory.h"
#include "log.h"
#include "mem.h"
#include "programs.h"
#include "seams.h"
#include "topics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPERATOR_ACCOUNT "999999999999"
#define OPERATOR_KEY     "AKIASIMULATEDKEYTURN"

enum { BEGIN_S = 1767225600 /* 2026-01-01T00:00:00Z */, ROUNDS_MOST = 10 * 1000 * 1000, PAGE = 5, ACCOUNTS = 8 };

struct simulation {
    const struct scenario *scenario;
    struct world *world;
    struct journal *journal;
    struct programs *programs;
    size_t hands_done;
    int64_t ends_ms;
};

/* --- what is written down */

static void on_change(void *context, const struct world_change *change) {
    struct simulation *simulation = context;
    journal_change(simulation->journal, seams.now_ms, change, programs_mailing(simulation->programs));
}

static void on_message(void *context, const char *topic, const void *value, size_t length) {
    struct simulation *simulation = context;
    struct event event;
    struct fault fault;
    if (strcmp(topic, TOPIC_JOBS) == 0)
        return;
    if (strcmp(topic, TOPIC_EVENTS) == 0 && event_parse(value, length, &event, &fault))
        journal_event(simulation->journal, seams.now_ms, &event);
    else
        journal_word(simulation->journal, seams.now_ms, "-", NULL, "UNREADABLE message");
}

/* --- the loop */

static int64_t until_hand(const struct simulation *simulation) {
    const struct scenario *scenario = simulation->scenario;
    if (simulation->hands_done == scenario->hand_count)
        return INT64_MAX;
    int64_t at_ms = seams.began_ms + scenario->hands[simulation->hands_done].at * 1000;
    return at_ms > seams.now_ms ? at_ms - seams.now_ms : 0;
}

/* Asked of the accounts, not of a user. */
static bool ask_accounts(struct simulation *simulation, const struct hand *hand, bool pause, struct fault *fault) {
    journal_word(simulation->journal, seams.now_ms, "-", NULL, pause ? "ASKED pause_all" : "ASKED resume_all");
    return programs_control(simulation->programs, pause, hand->value != NULL ? hand->value : "", fault);
}

/* Somebody writes other policies into the file. */
static bool change_policies(struct simulation *simulation, const struct hand *hand, struct fault *fault) {
    journal_word(simulation->journal, seams.now_ms, "-", NULL, "BY HAND the policies change");
    return programs_reload(simulation->programs, simulation->scenario, hand->which != NULL ? hand->which : "", fault);
}

static bool do_hand(struct simulation *simulation, const struct hand *hand, struct fault *fault) {
    if (text_equal(hand->what, "change_policies"))
        return change_policies(simulation, hand, fault);
    bool pause = text_equal(hand->what, "pause_all");
    if (pause || text_equal(hand->what, "resume_all"))
        return ask_accounts(simulation, hand, pause, fault);
    return hands_do(simulation->scenario, hand, simulation->world, simulation->world->accounts[0], simulation->journal,
                    fault);
}

static bool do_hands(struct simulation *simulation, struct fault *fault) {
    while (until_hand(simulation) == 0)
        if (!do_hand(simulation, &simulation->scenario->hands[simulation->hands_done++], fault))
            return false;
    return true;
}

static int64_t least(int64_t a, int64_t b) {
    return b >= 0 && b < a ? b : a;
}

/* Everything that is due now, then a jump to what is due next. */
static bool go_on(struct simulation *simulation, struct fault *fault) {
    int64_t idle_ms = 0;
    if (!do_hands(simulation, fault) || !programs_work(simulation->programs, &idle_ms, fault))
        return false;
    int64_t jump = least(simulation->ends_ms - seams.now_ms, idle_ms);
    jump = least(jump, until_hand(simulation));
    seams_pass(jump > 0 ? jump : 1);
    return true;
}

static bool go_through(struct simulation *simulation, struct fault *fault) {
    for (int round = 0; seams.now_ms < simulation->ends_ms; round++) {
        if (round == ROUNDS_MOST)
            return fault_set(fault, FAULT_INVALID, "simulation", "it does not come to an end");
        if (!go_on(simulation, fault))
            return false;
    }
    return true;
}

/* --- beginning and end */

static void know_people(struct simulation *simulation, const struct world_account *account) {
    for (size_t i = 0; i < account->user_count; i++)
        hands_know(simulation->journal, account->users[i]);
}

static bool begin(struct simulation *simulation, const char *base, uint64_t seed, struct fault *fault) {
    const struct world_hooks hooks = {.changed = on_change, .context = simulation};
    simulation->world = world_open(seed, OPERATOR_ACCOUNT, OPERATOR_KEY);
    simulation->world->hooks = hooks;
    simulation->world->page_most = PAGE;
    seams_begin(seed, (int64_t)BEGIN_S * 1000, simulation->world);
    seams_listen(on_message, simulation);
    simulation->journal = journal_open(seams.began_ms);
    simulation->ends_ms = seams.began_ms + simulation->scenario->length * 1000;
    simulation->programs = programs_open(simulation->scenario, base, fault);
    if (simulation->programs == NULL)
        return false;
    programs_make_accounts(simulation->programs, simulation->world);
    struct world_account *first = simulation->world->accounts[0];
    if (!scenario_people(simulation->scenario, simulation->world, first, BEGIN_S, fault))
        return false;
    know_people(simulation, first);
    return true;
}

static void end(struct simulation *simulation) {
    programs_close(simulation->programs);
    journal_close(simulation->journal);
    seams_end();
    world_close(simulation->world);
}

bool simulation_run(const struct scenario *scenario, const char *base, uint64_t seed, struct text *table,
                    struct fault *fault) {
    struct simulation simulation = {.scenario = scenario};
    bool done = begin(&simulation, base, seed, fault) && go_through(&simulation, fault);
    if (simulation.journal != NULL)
        journal_print(simulation.journal, table);
    end(&simulation);
    return done;
}
