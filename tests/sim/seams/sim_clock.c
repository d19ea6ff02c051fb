/* clock.h and random.h of a simulated run. */
#include "clock.h"
#include "random.h"
#include "seams.h"
#include "sim_store.h"

#include <string.h>

struct seams seams;

void seams_begin(uint64_t seed, int64_t now_ms, struct world *world) {
    seams_end();
    seams = (struct seams){.now_ms = now_ms, .began_ms = now_ms, .random = seed * 2 + 1, .world = world};
}

void seams_end(void) {
    seams_store_flush();
    sim_kafka_flush();
    seams = (struct seams){0};
}

void seams_pass(int64_t milliseconds) {
    seams.now_ms += milliseconds > 0 ? milliseconds : 0;
}

int64_t clock_wall_ms(void) {
    return seams.now_ms - SEAMS_WALL_BEHIND_MS;
}

int64_t clock_boot_ms(void) {
    return seams.now_ms - seams.began_ms + SEAMS_BOOT_MS;
}

void clock_sleep_ms(int64_t milliseconds) {
    seams_pass(milliseconds);
}

/* splitmix64 */
static uint64_t next(void) {
    uint64_t z = seams.random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void random_bytes(void *bytes, size_t length) {
    unsigned char *to = bytes;
    for (size_t i = 0; i < length; i++)
        to[i] = (unsigned char)(next() >> 56);
}

uint64_t random_below(uint64_t below) {
    return below == 0 ? 0 : next() % below;
}

void random_hex(char *text, size_t length) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++)
        text[i] = digits[next() >> 60];
    text[length] = '\0';
}
