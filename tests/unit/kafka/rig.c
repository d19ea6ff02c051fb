#include "rig.h"

#include "clock.h"
#include "reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { PATIENCE_S = 30, LOOK_AGAIN_MS = 10 };

static void await_change(struct rig *rig, int64_t wait_ms) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(wait_ms / 1000);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&rig->changed, &rig->lock, &until);
}

static void note(struct rig *rig, const struct kafka_message *message) {
    if (rig->seen_count == RIG_SEEN)
        return;
    snprintf(rig->seen[rig->seen_count++], sizeof rig->seen[0], "%.*s", (int)message->length,
             (const char *)message->value);
}

static bool offer(void *context, struct kafka_message *message, int64_t wait_ms) {
    struct rig *rig = context;
    pthread_mutex_lock(&rig->lock);
    if (rig->kept_count >= rig->slots)
        await_change(rig, wait_ms);
    bool taken = rig->kept_count < rig->slots;
    bool at_once = taken && !rig->keep;
    if (taken)
        note(rig, message);
    if (taken && rig->keep)
        rig->kept[rig->kept_count++] = message;
    pthread_cond_broadcast(&rig->changed);
    pthread_mutex_unlock(&rig->lock);
    if (at_once)
        kafka_reader_done(rig->reader, message);
    return taken;
}

static void *run(void *context) {
    struct rig *rig = context;
    rig->ran = kafka_reader_run(rig->reader, &rig->fault);
    return NULL;
}

void rig_open(struct rig *rig, const struct kafka_settings *settings, const struct kafka_reader_settings *reader,
              int slots, bool keep) {
    struct fault fault = {.kind = FAULT_NONE};
    memset(rig, 0, sizeof *rig);
    pthread_mutex_init(&rig->lock, NULL);
    pthread_cond_init(&rig->changed, NULL);
    rig->slots = slots;
    rig->keep = keep;
    rig->reader = kafka_reader_open(settings, reader, (struct kafka_sink){offer, rig}, &fault);
    if (rig->reader == NULL)
        fail_msg("%s", fault.message);
    assert_int_equal(0, pthread_create(&rig->thread, NULL, run, rig));
}

int rig_wait(struct rig *rig, int count) {
    int64_t until_ms = clock_boot_ms() + PATIENCE_S * 1000;
    pthread_mutex_lock(&rig->lock);
    while (rig->seen_count < count && clock_boot_ms() < until_ms)
        await_change(rig, until_ms - clock_boot_ms());
    int seen = rig->seen_count;
    pthread_mutex_unlock(&rig->lock);
    return seen;
}

struct kafka_message *rig_take(struct rig *rig, const char *value) {
    struct kafka_message *found = NULL;
    pthread_mutex_lock(&rig->lock);
    for (int i = 0; found == NULL && i < rig->kept_count; i++) {
        struct kafka_message *kept = rig->kept[i];
        if (value != NULL && (strlen(value) != kept->length || memcmp(value, kept->value, kept->length) != 0))
            continue;
        found = kept;
        rig->kept_count--;
        memmove(&rig->kept[i], &rig->kept[i + 1], (size_t)(rig->kept_count - i) * sizeof rig->kept[0]);
    }
    pthread_cond_broadcast(&rig->changed);
    pthread_mutex_unlock(&rig->lock);
    return found;
}

void rig_release(struct rig *rig, const char *value) {
    pthread_mutex_lock(&rig->lock);
    rig->keep = rig->keep && value != NULL;
    pthread_mutex_unlock(&rig->lock);
    for (struct kafka_message *kept = rig_take(rig, value); kept != NULL; kept = rig_take(rig, value))
        kafka_reader_done(rig->reader, kept);
}

int rig_times(struct rig *rig, const char *value) {
    int times = 0;
    pthread_mutex_lock(&rig->lock);
    for (int i = 0; i < rig->seen_count; i++)
        times += strcmp(rig->seen[i], value) == 0 ? 1 : 0;
    pthread_mutex_unlock(&rig->lock);
    return times;
}

void rig_assert_each_once(struct rig *rig, const char *prefix, int count) {
    for (int i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s-%d", prefix, i);
        if (rig_times(rig, text) != 1)
            fail_msg("%s came %d times", text, rig_times(rig, text));
    }
}

static int64_t beat(struct rig *rig) {
    pthread_mutex_lock(&rig->reader->lock);
    int64_t beat_ms = rig->reader->beat_ms;
    pthread_mutex_unlock(&rig->reader->lock);
    return beat_ms;
}

void rig_goes_round(struct rig *rig, int64_t after_ms) {
    int64_t until_ms = clock_boot_ms() + PATIENCE_S * 1000;
    while (beat(rig) <= after_ms && clock_boot_ms() < until_ms)
        clock_sleep_ms(1);
    assert_true(beat(rig) > after_ms);
}

bool rig_stop(struct rig *rig) {
    if (rig->thread == 0)
        return rig->ran;
    kafka_reader_stop(rig->reader);
    pthread_join(rig->thread, NULL);
    rig->thread = 0;
    return rig->ran;
}

void rig_close(struct rig *rig) {
    rig_stop(rig);
    kafka_reader_close(rig->reader);
}

bool rig_ready(struct rig *rig, bool wanted) {
    int64_t until_ms = clock_boot_ms() + PATIENCE_S * 1000;
    while (kafka_reader_ready(rig->reader) != wanted && clock_boot_ms() < until_ms)
        clock_sleep_ms(LOOK_AGAIN_MS);
    return kafka_reader_ready(rig->reader) == wanted;
}
