#include "test_clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t passed_ms;
static _Atomic int64_t skew_ms;
static _Atomic int64_t slept_ms;
static void (*_Atomic when_read)(void);

static int64_t read_ms(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void) {
    return read_ms(CLOCK_REALTIME) + atomic_load(&passed_ms) + atomic_load(&skew_ms);
}

int64_t clock_boot_ms(void) {
    int64_t now = read_ms(CLOCK_BOOTTIME) + atomic_load(&passed_ms);
    void (*then)(void) = atomic_load(&when_read);
    if (then != NULL)
        then();
    return now;
}

void clock_sleep_ms(int64_t milliseconds) {
    atomic_fetch_add(&slept_ms, milliseconds);
    test_clock_pass(milliseconds);
}

void test_clock_pass(int64_t milliseconds) {
    atomic_fetch_add(&passed_ms, milliseconds);
}

void test_clock_skew(int64_t seconds) {
    atomic_store(&skew_ms, seconds * 1000);
}

int64_t test_clock_slept(void) {
    return atomic_exchange(&slept_ms, 0);
}

void test_clock_when_read(void (*then)(void)) {
    atomic_store(&when_read, then);
}
