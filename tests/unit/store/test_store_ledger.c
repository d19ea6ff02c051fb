/* The mail ledger: claimed, sent, released, in doubt. */
#include "ledger.h"
#include "operation.h"
#include "story.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char event[] = "0123456789abcdef0123456789abcdef";

static char token[LEDGER_TOKEN_SIZE]; /* of the last claim */

static enum ledger_state claim_again(const char *person, int64_t *until) {
    enum ledger_state result = LEDGER_CLAIMED;
    assert_true(ledger_claim(store, event, person, token, &result, until, &fault));
    return result;
}

static enum ledger_state claim(const char *person, int64_t *until) {
    token[0] = '\0';
    return claim_again(person, until);
}

static void the_first_to_ask_may_send(void **state) {
    (void)state;
    int64_t until = 0;
    int64_t again = 0;
    int64_t now = 0;
    assert_int_equal(claim("ann@example.org", &until), LEDGER_CLAIMED);
    assert_true(store_now(store, &now, &fault));
    assert_in_range(until, now - 1, now + LEDGER_CLAIM_MS);
    assert_int_equal(claim("ann@example.org", &again), LEDGER_CLAIMED_BY_OTHER);
    assert_int_equal(again, until);
    assert_int_equal(claim("bob@example.org", &again), LEDGER_CLAIMED);
}

static void what_was_sent_is_never_sent_again(void **state) {
    (void)state;
    int64_t until = 0;
    assert_int_equal(claim("ann@example.org", &until), LEDGER_CLAIMED);
    assert_true(ledger_sent(store, event, "ann@example.org", &fault));
    assert_int_equal(claim("ann@example.org", &until), LEDGER_SENT_BEFORE);
    assert_true(ledger_release(store, event, "ann@example.org", token, &fault));
    assert_int_equal(claim("ann@example.org", &until), LEDGER_SENT_BEFORE);
}

static void a_clear_refusal_gives_the_claim_back(void **state) {
    (void)state;
    int64_t until = 0;
    assert_int_equal(claim("ann@example.org", &until), LEDGER_CLAIMED);
    assert_true(ledger_release(store, event, "ann@example.org", token, &fault));
    assert_int_equal(claim("ann@example.org", &until), LEDGER_CLAIMED);
}

/* A gave its claim back and never heard the answer; B claims meanwhile, and A says it again. */
static void a_release_told_twice_leaves_the_next_claim_alone(void **state) {
    (void)state;
    int64_t until = 0;
    char first[LEDGER_TOKEN_SIZE];
    assert_int_equal(claim("ann@example.org", &until), LEDGER_CLAIMED);
    memcpy(first, token, sizeof first);
    assert_true(ledger_release(store, event, "ann@example.org", first, &fault));
    assert_int_equal(claim("ann@example.org", &until), LEDGER_CLAIMED);
    assert_true(ledger_release(store, event, "ann@example.org", first, &fault));
    assert_int_equal(claim_again("ann@example.org", &until), LEDGER_CLAIMED);
    assert_int_equal(claim("ann@example.org", &until), LEDGER_CLAIMED_BY_OTHER);
}

static void a_claim_asked_again_with_its_token_is_the_same_claim(void **state) {
    (void)state;
    int64_t until = 0;
    int64_t again = 0;
    assert_int_equal(claim("ann@example.org", &until), LEDGER_CLAIMED);
    assert_int_equal(claim_again("ann@example.org", &again), LEDGER_CLAIMED);
    assert_int_equal(again, until);
}

#ifndef SIMULATED_STORE /* looks into a real Redis */
static void a_claim_whose_owner_is_gone_is_in_doubt(void **state) {
    (void)state;
    struct command command;
    struct reply *reply = NULL;
    int64_t until = 0;
    command_begin(&command, "SET"); /* as a notifier left it that claimed half a minute ago */
    command_add(&command, "kt:seen:0123456789abcdef0123456789abcdef:ann@example.org");
    command_add(&command, "claimed 1700000000000 aaaabbbbccccdddd");
    assert_true(operation_run(store, &command, REPEAT_ONCE, &reply, &fault));
    reply_close(reply);
    assert_int_equal(claim("ann@example.org", &until), LEDGER_EXPIRED_CLAIM);
    assert_int_equal(until, INT64_C(1700000000000));
    assert_int_equal(claim("ann@example.org", &until), LEDGER_EXPIRED_CLAIM);
}
#endif

static void the_epoch_tells_a_lost_ledger(void **state) {
    (void)state;
    int64_t since = 0;
    int64_t again = 0;
    bool fresh = false;
    assert_true(ledger_epoch(store, &since, &fresh, &fault));
    assert_true(fresh);
    assert_true(ledger_epoch(store, &again, &fresh, &fault));
    assert_false(fresh);
    assert_int_equal(again, since);
    redis_server_flush();
    assert_true(ledger_epoch(store, &again, &fresh, &fault));
    assert_true(fresh);
    assert_true(again >= since);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        story(the_first_to_ask_may_send),
        story(what_was_sent_is_never_sent_again),
        story(a_clear_refusal_gives_the_claim_back),
        story(a_release_told_twice_leaves_the_next_claim_alone),
        story(a_claim_asked_again_with_its_token_is_the_same_claim),
        story(the_epoch_tells_a_lost_ledger),
#ifndef SIMULATED_STORE /* looks into a real Redis */
        story(a_claim_whose_owner_is_gone_is_in_doubt),
#endif
    };
    return cmocka_run_group_tests_name("ledger", stories, redis_server_start, redis_server_stop);
}
