/* One refresh at a time, at three quarters of a life, and nobody waits who need not. */
#include "credential_cache.h"
#include "test_clock.h"
#include "text.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LIFE = 3600 };

/* Where credentials come from in these tests. */
struct source {
    _Atomic int fetched;
    _Atomic int inside;
    _Atomic bool overlapped;
    bool fails;
    bool stops; /* says so on `entered` and waits for `go` */
    int64_t life;
    sem_t entered;
    sem_t go;
};

static bool fetch(void *context, size_t slot, struct credentials *fresh, int64_t *life, struct fault *fault) {
    struct source *source = context;
    if (atomic_fetch_add(&source->inside, 1) != 0)
        atomic_store(&source->overlapped, true);
    int number = atomic_fetch_add(&source->fetched, 1) + 1;
    if (source->stops) {
        sem_post(&source->entered);
        sem_wait(&source->go);
    }
    atomic_fetch_sub(&source->inside, 1);
    if (source->fails)
        return fault_set(fault, FAULT_DENIED, "AssumeRole", "not you");
    snprintf(fresh->access_key_id, sizeof fresh->access_key_id, "ASIA%zu-%d", slot, number);
    *life = source->life;
    return secret_set(&fresh->secret_access_key, fresh->access_key_id, strlen(fresh->access_key_id));
}

static void source_open(struct source *source) {
    *source = (struct source){.life = LIFE};
    sem_init(&source->entered, 0, 0);
    sem_init(&source->go, 0, 0);
}

static const char *get(struct credential_cache *cache, struct credential_held *held, struct source *source) {
    struct fault fault = {0};
    if (!credential_cache_get(cache, 1, held, fetch, source, &fault))
        return fault_name(fault.kind);
    return held->credentials.access_key_id;
}

struct world {
    struct credential_cache *cache;
    struct credential_held held;
    struct source source;
};

static void begin(struct world *world) {
    *world = (struct world){.cache = credential_cache_open(2)};
    source_open(&world->source);
}

static void end(struct world *world) {
    credential_held_close(&world->held);
    credential_cache_close(world->cache);
    sem_destroy(&world->source.entered);
    sem_destroy(&world->source.go);
}

static void they_are_fetched_once_and_again_at_three_quarters_of_their_life(void **state) {
    (void)state;
    struct world w;
    begin(&w);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    test_clock_pass(LIFE * 740);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    test_clock_pass(LIFE * 20);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-2");
    assert_string_equal(w.held.credentials.secret_access_key.bytes, "ASIA1-2");
    end(&w);
}

static void those_without_an_end_are_fetched_once(void **state) {
    (void)state;
    struct world w;
    begin(&w);
    w.source.life = 0;
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    test_clock_pass((int64_t)365 * 86400 * 1000);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    end(&w);
}

static void a_failed_refresh_is_forgiven_until_they_expire(void **state) {
    (void)state;
    struct world w;
    begin(&w);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    w.source.fails = true;
    test_clock_pass(LIFE * 800);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    assert_int_equal(w.source.fetched, 2); /* not tried again at once */
    test_clock_pass(60 * 1000);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    assert_int_equal(w.source.fetched, 3);
    test_clock_pass(LIFE * 200);
    assert_string_equal(get(w.cache, &w.held, &w.source), "denied");
    w.source.fails = false;
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-5");
    end(&w);
}

static void refused_ones_are_fetched_anew_but_once_for_all_who_held_them(void **state) {
    (void)state;
    struct world w;
    struct credential_held other = {0};
    begin(&w);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    assert_string_equal(get(w.cache, &other, &w.source), "ASIA1-1");
    credential_cache_refused(w.cache, 1, &w.held);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-2");
    credential_cache_refused(w.cache, 1, &other);
    assert_string_equal(get(w.cache, &other, &w.source), "ASIA1-2");
    credential_held_close(&other);
    end(&w);
}

static void very_short_lives_are_still_usable(void **state) {
    (void)state;
    struct world w;
    begin(&w);
    w.source.life = 10;
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    end(&w);
}

struct getter {
    struct world *world;
    struct credential_held held;
    char got[KEY_ID_SIZE];
};

static void *get_in_thread(void *context) {
    struct getter *getter = context;
    text_clip(getter->got, sizeof getter->got, get(getter->world->cache, &getter->held, &getter->world->source));
    return NULL;
}

static void while_one_refreshes_the_others_use_what_is_good(void **state) {
    (void)state;
    struct world w;
    struct getter getter = {.world = &w};
    pthread_t thread;
    begin(&w);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    test_clock_pass(LIFE * 800);
    w.source.stops = true;
    pthread_create(&thread, NULL, get_in_thread, &getter);
    sem_wait(&w.source.entered);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1"); /* at once: the refresh is still on */
    assert_int_equal(w.source.inside, 1);
    sem_post(&w.source.go);
    pthread_join(thread, NULL);
    assert_string_equal(getter.got, "ASIA1-2");
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-2");
    credential_held_close(&getter.held);
    end(&w);
}

static void without_good_ones_the_others_wait_and_share_the_outcome(bool fails, const char *outcome) {
    enum { OTHERS = 6 };
    struct world w;
    struct getter getters[OTHERS + 1];
    pthread_t threads[OTHERS + 1];
    begin(&w);
    w.source.stops = true;
    w.source.fails = fails;
    for (size_t i = 0; i <= OTHERS; i++) {
        getters[i] = (struct getter){.world = &w};
        pthread_create(&threads[i], NULL, get_in_thread, &getters[i]);
        if (i == 0)
            sem_wait(&w.source.entered);
    }
    for (size_t i = 0; i <= OTHERS; i++)
        sem_post(&w.source.go); /* those who come after a failure fetch for themselves */
    for (size_t i = 0; i <= OTHERS; i++) {
        pthread_join(threads[i], NULL);
        assert_string_equal(getters[i].got, outcome);
        credential_held_close(&getters[i].held);
    }
    assert_false(w.source.overlapped);
    assert_true(fails || w.source.fetched == 1);
    end(&w);
}

static void waiting_ends_with_what_was_fetched(void **state) {
    (void)state;
    without_good_ones_the_others_wait_and_share_the_outcome(false, "ASIA1-1");
}

static void waiting_ends_with_the_fault(void **state) {
    (void)state;
    without_good_ones_the_others_wait_and_share_the_outcome(true, "denied");
}

static sem_t clock_read;

static void say_clock_was_read(void) {
    sem_post(&clock_read);
}

/* Who waits looks at the clock first, under the lock that the end of the fetch needs: it has begun to wait by then. */
static void who_waited_for_what_is_no_good_any_more_fetches_anew(void **state) {
    (void)state;
    struct world w;
    begin(&w);
    struct getter getters[2] = {{.world = &w}, {.world = &w}};
    pthread_t threads[2];
    sem_init(&clock_read, 0, 0);
    assert_string_equal(get(w.cache, &w.held, &w.source), "ASIA1-1");
    test_clock_pass(LIFE * 1000);
    w.source.stops = true;
    pthread_create(&threads[0], NULL, get_in_thread, &getters[0]);
    sem_wait(&w.source.entered);
    test_clock_pass(LIFE * 1000);
    test_clock_when_read(say_clock_was_read);
    pthread_create(&threads[1], NULL, get_in_thread, &getters[1]);
    sem_wait(&clock_read);
    test_clock_when_read(NULL);
    w.source.stops = false;
    sem_post(&w.source.go);
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        credential_held_close(&getters[i].held);
    }
    assert_string_equal(getters[0].got, "ASIA1-2");
    assert_string_equal(getters[1].got, "ASIA1-3");
    assert_false(w.source.overlapped);
    sem_destroy(&clock_read);
    end(&w);
}

static void *get_often(void *context) {
    struct getter *getter = context;
    for (int i = 0; i < 500; i++) {
        const char *id = get(getter->world->cache, &getter->held, &getter->world->source);
        if (strcmp(id, getter->held.credentials.secret_access_key.bytes) != 0)
            text_clip(getter->got, sizeof getter->got, "torn");
        if (i % 5 == 0)
            test_clock_pass(LIFE * 100);
        if (i % 50 == 0)
            credential_cache_refused(getter->world->cache, 1, &getter->held);
    }
    return NULL;
}

static void many_threads_never_fetch_at_once_nor_see_halves(void **state) {
    (void)state;
    enum { THREADS = 8 };
    struct world w;
    struct getter getters[THREADS];
    pthread_t threads[THREADS];
    begin(&w);
    for (size_t i = 0; i < THREADS; i++) {
        getters[i] = (struct getter){.world = &w};
        pthread_create(&threads[i], NULL, get_often, &getters[i]);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_string_equal(getters[i].got, "");
        credential_held_close(&getters[i].held);
    }
    assert_false(w.source.overlapped);
    assert_true(w.source.fetched > 10);
    end(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_fetched_once_and_again_at_three_quarters_of_their_life),
        cmocka_unit_test(those_without_an_end_are_fetched_once),
        cmocka_unit_test(a_failed_refresh_is_forgiven_until_they_expire),
        cmocka_unit_test(refused_ones_are_fetched_anew_but_once_for_all_who_held_them),
        cmocka_unit_test(very_short_lives_are_still_usable),
        cmocka_unit_test(while_one_refreshes_the_others_use_what_is_good),
        cmocka_unit_test(waiting_ends_with_what_was_fetched),
        cmocka_unit_test(waiting_ends_with_the_fault),
        cmocka_unit_test(who_waited_for_what_is_no_good_any_more_fetches_anew),
        cmocka_unit_test(many_threads_never_fetch_at_once_nor_see_halves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
