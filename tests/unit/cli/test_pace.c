#include "pace.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { RATE = 100, THREADS = 4, TURNS = 5 };

static void *take_turns(void *context) {
    for (int i = 0; i < TURNS; i++)
        pace_wait(context, 2);
    return NULL;
}

/* 40 calls at 100 a second: the last two begin when the 38 before them had their time. */
static void threads_keep_one_pace_together(void **state) {
    (void)state;
    struct pace pace;
    pthread_t threads[THREADS];
    pace_open(&pace, RATE);
    int64_t began = clock_boot_ms();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(0, pthread_create(&threads[i], NULL, take_turns, &pace));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_true(clock_boot_ms() - began >= 380);
    pace_close(&pace);
}

static void what_was_not_used_is_not_saved_up(void **state) {
    (void)state;
    struct pace pace;
    pace_open(&pace, RATE);
    pace_wait(&pace, 1);
    pace.next_us -= 1000 * 1000; /* as if a second had passed since */
    int64_t began = clock_boot_ms();
    for (int i = 0; i < 6; i++)
        pace_wait(&pace, 1);
    assert_true(clock_boot_ms() - began >= 50);
    pace_close(&pace);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(threads_keep_one_pace_together),
        cmocka_unit_test(what_was_not_used_is_not_saved_up),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
