#include "policies.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <pthread.h>

#include <cmocka.h>

enum { READERS = 4, READS = 2000, RELOADS = 300 };

static struct policy_set *named(const char *name) {
    struct policy_set *set = calloc(1, sizeof *set);
    assert_non_null(set);
    set->count = 1;
    text_clip(set->policies[0].name, sizeof set->policies[0].name, name);
    return set;
}

static struct policies *begin_with(const char *name) {
    struct policy_set *set = named(name);
    struct policies *policies = policies_open(set);
    free(set);
    return policies;
}

static void reload(struct policies *policies, const char *name) {
    struct policy_set *set = named(name);
    policies_replace(policies, set);
    free(set);
}

/* However many reloads come meanwhile, and however long it takes. */
static void a_reader_keeps_the_set_it_began_with(void **state) {
    (void)state;
    struct policies *policies = begin_with("first");
    const struct policy_set *held = policies_hold(policies);
    for (int i = 0; i < 50; i++)
        reload(policies, "later");
    assert_string_equal(held->policies[0].name, "first");
    const struct policy_set *now = policies_hold(policies);
    assert_string_equal(now->policies[0].name, "later");
    policies_release(policies, held);
    policies_release(policies, now);
    policies_close(policies);
}

static void a_set_nobody_reads_is_not_kept(void **state) {
    (void)state;
    struct policies *policies = begin_with("first");
    const struct policy_set *held = policies_hold(policies);
    for (int i = 0; i < 50; i++)
        reload(policies, "later");
    assert_int_equal(policies_count(policies), 2);
    policies_release(policies, held);
    assert_int_equal(policies_count(policies), 1);
    policies_close(policies);
}

/* The name and the number in `rotate_after` of one set belong together. */
static void *read_many(void *context) {
    struct policies *policies = context;
    size_t torn = 0;
    for (int i = 0; i < READS; i++) {
        char name[24];
        const struct policy_set *held = policies_hold(policies);
        snprintf(name, sizeof name, "p%d", (int)held->policies[0].rotate_after);
        torn += !text_equal(name, held->policies[0].name);
        policies_release(policies, held);
    }
    return torn == 0 ? context : NULL;
}

static void readers_and_reloads_do_not_disturb_each_other(void **state) {
    (void)state;
    pthread_t readers[READERS];
    struct policies *policies = begin_with("p0");
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_many, policies), 0);
    for (int i = 1; i <= RELOADS; i++) {
        char name[24];
        snprintf(name, sizeof name, "p%d", i);
        struct policy_set *set = named(name);
        set->policies[0].rotate_after = i;
        policies_replace(policies, set);
        free(set);
    }
    for (int i = 0; i < READERS; i++) {
        void *well = NULL;
        pthread_join(readers[i], &well);
        assert_non_null(well);
    }
    assert_int_equal(policies_count(policies), 1);
    policies_close(policies);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_keeps_the_set_it_began_with),
        cmocka_unit_test(a_set_nobody_reads_is_not_kept),
        cmocka_unit_test(readers_and_reloads_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
