/* Each story runs in a child process of its own: signals are of a process. Its exit status is what it saw. */
#include "signals.h"

#include "clock.h"

#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { FINE = 40, NOT_TOLD = 41, TOLD_TWICE = 42, OUTLIVED = 43 };

struct seen {
    sem_t stops;
    sem_t reloads;
};

static void on_stop(void *context) {
    sem_post(&((struct seen *)context)->stops);
}

static void on_reload(void *context) {
    sem_post(&((struct seen *)context)->reloads);
}

static bool comes(sem_t *sign) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 10;
    return sem_timedwait(sign, &until) == 0;
}

static struct signals *begin(struct seen *seen, int64_t drain_ms) {
    const struct signals_target target = {.stop = on_stop, .reload = on_reload, .context = seen, .drain_ms = drain_ms};
    struct fault fault = {0};
    sem_init(&seen->stops, 0, 0);
    sem_init(&seen->reloads, 0, 0);
    signals_block();
    return signals_open(&target, &fault);
}

static int in_child(int (*story)(void)) {
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(story());
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int term(void) {
    static struct seen seen;
    struct signals *signals = begin(&seen, 10000);
    kill(getpid(), SIGTERM);
    bool told = comes(&seen.stops);
    signals_close(signals);
    return told ? FINE : NOT_TOLD;
}

static void sigterm_asks_to_stop_and_the_process_lives_on_to_drain(void **state) {
    (void)state;
    assert_int_equal(in_child(term), FINE);
}

static int hup(void) {
    static struct seen seen;
    struct signals *signals = begin(&seen, 10000);
    int value = 0;
    kill(getpid(), SIGHUP);
    bool told = comes(&seen.reloads);
    signals_close(signals);
    sem_getvalue(&seen.stops, &value);
    return told && value == 0 ? FINE : NOT_TOLD;
}

static void sighup_reloads_and_does_not_stop(void **state) {
    (void)state;
    assert_int_equal(in_child(hup), FINE);
}

static int twice(void) {
    static struct seen seen;
    begin(&seen, 60000);
    kill(getpid(), SIGINT);
    if (!comes(&seen.stops))
        return NOT_TOLD;
    kill(getpid(), SIGTERM);
    clock_sleep_ms(10000);
    return OUTLIVED;
}

static void a_second_signal_ends_the_process_with_1(void **state) {
    (void)state;
    assert_int_equal(in_child(twice), 1);
}

static int drain_for_ever(void) {
    static struct seen seen;
    begin(&seen, 100);
    kill(getpid(), SIGTERM);
    clock_sleep_ms(10000);
    return OUTLIVED;
}

static void a_drain_that_takes_too_long_ends_the_process_with_1(void **state) {
    (void)state;
    assert_int_equal(in_child(drain_for_ever), 1);
}

static int end_by_itself(void) {
    static struct seen seen;
    struct signals *signals = begin(&seen, 100);
    signals_drain(signals);
    clock_sleep_ms(10000);
    return OUTLIVED;
}

static void a_program_that_ends_by_itself_is_watched_too(void **state) {
    (void)state;
    assert_int_equal(in_child(end_by_itself), 1);
}

static int stranger(void) {
    static struct seen seen;
    struct signals *signals = begin(&seen, 100);
    int value = 0;
    kill(getpid(), SIGUSR2);
    kill(getpid(), SIGHUP);
    bool alive = comes(&seen.reloads);
    clock_sleep_ms(300);
    signals_close(signals);
    sem_getvalue(&seen.stops, &value);
    return alive && value == 0 ? FINE : NOT_TOLD;
}

static void sigusr2_from_outside_changes_nothing(void **state) {
    (void)state;
    assert_int_equal(in_child(stranger), FINE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sigterm_asks_to_stop_and_the_process_lives_on_to_drain),
        cmocka_unit_test(sighup_reloads_and_does_not_stop),
        cmocka_unit_test(a_second_signal_ends_the_process_with_1),
        cmocka_unit_test(a_drain_that_takes_too_long_ends_the_process_with_1),
        cmocka_unit_test(a_program_that_ends_by_itself_is_watched_too),
        cmocka_unit_test(sigusr2_from_outside_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
