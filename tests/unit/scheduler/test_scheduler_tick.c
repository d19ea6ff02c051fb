/* The tick, over a real Redis. The seam to Kafka is this file's: it keeps the jobs, or refuses them as a broker in
 * trouble does. */
#include "clock.h"
#include "log.h"
#include "redis_server.h"
#include "scheduler.h"
#include "text.h"
#include "topics.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LONG = 3600 * 1000, CROWD = 1000, JOBS = 4 * CROWD };

static const char account[] = "111111111111";
static struct config_account accounts[3];
static struct config config = {.account_count = COUNT_OF(accounts), .accounts = accounts};
static struct store *store;
static struct scheduler scheduler;
static struct fault fault;

/* --- a broker */

struct kafka_writer {
    bool silent; /* does not answer */
    bool no_topic;
    int64_t lose;  /* this many of the next messages are not acknowledged */
    int64_t takes; /* this many more messages, then the queue is full; -1: any number */
    int64_t asked; /* pings and warmings */
    int64_t unacknowledged;
};

static struct kafka_writer broker;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the jobs */
static struct job jobs[JOBS];
static size_t job_count;

bool kafka_writer_warm(struct kafka_writer *writer, const char *topic, struct fault *trouble) {
    writer->asked++;
    assert_string_equal(topic, TOPIC_JOBS);
    return !writer->no_topic || fault_set(trouble, FAULT_CONFIG, topic, "no such topic");
}

bool kafka_writer_ping(struct kafka_writer *writer, int64_t wait_ms, struct fault *trouble) {
    (void)wait_ms;
    writer->asked++;
    return !writer->silent || fault_set(trouble, FAULT_UNAVAILABLE, "ping", "silence");
}

bool kafka_write_later(struct kafka_writer *writer, const char *topic, const char *key, const void *value,
                       size_t length, const struct kafka_header *headers, size_t header_count, struct fault *trouble) {
    struct job job;
    (void)headers;
    assert_int_equal(header_count, 0);
    assert_string_equal(topic, TOPIC_JOBS);
    if (writer->takes == 0)
        return fault_set(trouble, FAULT_UNAVAILABLE, "queue", "full");
    writer->takes -= writer->takes > 0;
    assert_true(job_parse(value, length, &job, trouble));
    assert_string_equal(key, job.account);
    if (writer->lose > 0) {
        writer->lose--;
        writer->unacknowledged++;
        return true;
    }
    pthread_mutex_lock(&lock);
    assert_true(job_count < JOBS);
    jobs[job_count++] = job;
    pthread_mutex_unlock(&lock);
    return true;
}

bool kafka_writer_flush(struct kafka_writer *writer, int64_t wait_ms, int64_t *failed, struct fault *trouble) {
    (void)wait_ms;
    (void)trouble;
    *failed = writer->unacknowledged;
    writer->unacknowledged = 0;
    return true;
}

/* --- the stories */

static int begin(void **state) {
    (void)state;
    redis_server_needed();
    redis_server_flush();
    log_begin("unit", LOG_ERROR);
    store = store_open(redis_server_socket());
    broker = (struct kafka_writer){.takes = -1};
    text_clip(accounts[0].id, sizeof accounts[0].id, account);
    text_clip(accounts[1].id, sizeof accounts[1].id, "222222222222");
    text_clip(accounts[2].id, sizeof accounts[2].id, "333333333333");
    scheduler =
        (struct scheduler){.store = store, .writer = &broker, .config = &config, .hold_ms = LONG, .batch = DUE_BATCH};
    job_count = 0;
    return 0;
}

static int end(void **state) {
    (void)state;
    store_close(store);
    return 0;
}

/* As an inventory does. */
static void add(const char *where, const char *user, int64_t delay_ms) {
    bool added = false;
    struct status status = {.inventoried = 1700000000};
    snprintf(status.user_id, sizeof status.user_id, "AIDA");
    assert_true(status_write_inventory(store, where, user, &status, &fault));
    assert_true(due_add(store, where, user, delay_ms, &added, &fault));
    assert_true(added);
}

static int64_t tick(void) {
    int64_t idle_ms = 0;
    if (!scheduler_tick(&scheduler, &idle_ms, &fault))
        fail_msg("%s: %s", fault.where, fault.message);
    return idle_ms;
}

static void refused(enum fault_kind kind) {
    int64_t idle_ms = 0;
    assert_false(scheduler_tick(&scheduler, &idle_ms, &fault));
    assert_int_equal(fault.kind, kind);
}

static int64_t out(void) {
    int64_t counts[3] = {0};
    assert_true(due_count(store, account, &counts[0], &counts[1], &counts[2], &fault));
    return counts[2];
}

static bool is_live(const struct job *job) {
    bool taken = false;
    assert_true(due_take(store, job->account, job->user, job->hold, &taken, &fault));
    return taken;
}

static void a_due_user_becomes_one_job(void **state) {
    (void)state;
    const struct status status = {.user_id = "AIDAANN", .policy = "people", .attempt = 2};
    add(account, "ann", 0);
    assert_true(status_write_inventory(store, account, "ann", &status, &fault));
    assert_true(status_write_look(store, account, "ann", &status, &fault));
    int64_t before = clock_wall_ms();
    assert_int_equal(tick(), 0);
    assert_int_equal(job_count, 1);
    assert_string_equal(jobs[0].account, account);
    assert_string_equal(jobs[0].user, "ann");
    assert_string_equal(jobs[0].user_id, "AIDAANN");
    assert_string_equal(jobs[0].policy, "people");
    assert_int_equal(jobs[0].reason, JOB_DUE);
    assert_int_equal(jobs[0].attempt, 2);
    assert_in_range(jobs[0].sent_at, before, clock_wall_ms());
    assert_true(is_live(&jobs[0]));
    assert_in_range(tick(), 1, LONG);
    assert_int_equal(job_count, 1);
}

static void an_idle_tick_says_how_long(void **state) {
    (void)state;
    assert_int_equal(tick(), -1);
    add(account, "ann", LONG);
    assert_in_range(tick(), LONG - 20000, LONG);
    assert_int_equal(job_count, 0);
}

static void more_than_a_batch_takes_several_ticks(void **state) {
    (void)state;
    char name[USER_NAME_SIZE];
    scheduler.batch = 10;
    for (int i = 0; i < 25; i++) {
        snprintf(name, sizeof name, "user-%d", i);
        add(account, name, 0);
    }
    assert_int_equal(tick(), 0);
    assert_int_equal(job_count, 10);
    assert_int_equal(tick(), 0);
    assert_int_equal(tick(), 0);
    assert_int_equal(job_count, 25);
    assert_true(tick() > 0);
}

static void every_account_is_served(void **state) {
    (void)state;
    add("222222222222", "bob", 0);
    add("333333333333", "eve", 0);
    add(account, "ann", 0);
    while (tick() == 0)
        ;
    assert_int_equal(job_count, 3);
}

/* Its users would come back every second: no worker can put them anywhere. */
static void an_account_that_is_not_configured_is_left_alone(void **state) {
    (void)state;
    bool added = true;
    const char *gone = "444444444444";
    add(gone, "old", 0);
    add(account, "ann", LONG);
    assert_int_equal(tick(), 0);
    assert_in_range(tick(), 1, LONG);
    assert_int_equal(job_count, 0);
    text_clip(accounts[1].id, sizeof accounts[1].id, gone); /* configured again */
    assert_true(due_add(store, gone, "old", 0, &added, &fault));
    assert_false(added);
    assert_int_equal(tick(), 0);
    assert_int_equal(job_count, 1);
    assert_string_equal(jobs[0].user, "old");
}

static void nobody_is_handed_out_while_the_broker_is_silent(void **state) {
    (void)state;
    tick(); /* the topic is there */
    scheduler.proven_until = 0;
    broker.silent = true;
    add(account, "ann", 0);
    refused(FAULT_UNAVAILABLE);
    assert_int_equal(scheduler.writer_fault.kind, FAULT_UNAVAILABLE);
    assert_int_equal(scheduler.store_fault.kind, FAULT_NONE);
    assert_int_equal(out(), 0);
    broker.silent = false;
    tick();
    assert_int_equal(job_count, 1);
}

static void nobody_is_handed_out_without_the_topic(void **state) {
    (void)state;
    broker.no_topic = true;
    add(account, "ann", 0);
    refused(FAULT_CONFIG);
    assert_int_equal(out(), 0);
}

static void the_broker_is_not_asked_before_every_batch(void **state) {
    (void)state;
    char name[USER_NAME_SIZE];
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "user-%d", i);
        add(account, name, 0);
    }
    int64_t began = clock_boot_ms();
    while (tick() == 0)
        ;
    assert_int_equal(job_count, 300);
    assert_in_range(broker.asked, 1, 1 + (clock_boot_ms() - began) / SCHEDULER_PROVEN_MS);
}

static void jobs_nobody_acknowledged_are_published_again_when_their_holds_expire(void **state) {
    (void)state;
    scheduler.hold_ms = 0;
    broker.lose = 1;
    add(account, "ann", 0);
    refused(FAULT_UNAVAILABLE);
    assert_int_equal(scheduler.writer_fault.kind, FAULT_UNAVAILABLE);
    broker.silent = true;
    refused(FAULT_UNAVAILABLE); /* it is asked again before anybody is taken */
    broker.silent = false;
    scheduler.hold_ms = LONG;
    tick();
    assert_int_equal(job_count, 1);
    assert_true(is_live(&jobs[0]));
}

static void a_full_queue_ends_the_batch(void **state) {
    (void)state;
    scheduler.hold_ms = 0;
    broker.takes = 1;
    add(account, "ann", 0);
    add(account, "bob", 0);
    refused(FAULT_UNAVAILABLE);
    assert_int_equal(job_count, 1);
    broker.takes = -1;
    scheduler.hold_ms = LONG;
    tick();
    assert_int_equal(job_count, 3);
    assert_false(is_live(&jobs[0]));
    assert_true(is_live(&jobs[1]) && is_live(&jobs[2]));
}

static void what_cannot_be_a_user_is_thrown_out(void **state) {
    (void)state;
    assert_true(due_wake(store, account, "no/such user", &fault));
    add(account, "ann", 0);
    tick();
    assert_int_equal(job_count, 1);
    assert_string_equal(jobs[0].user, "ann");
    assert_int_equal(out(), 1);
}

static void a_user_no_inventory_has_seen_waits_for_it_first_in_line(void **state) {
    (void)state;
    assert_true(due_wake(store, account, "young", &fault));
    tick();
    assert_int_equal(job_count, 0);
    assert_int_equal(out(), 0);
    assert_in_range(tick(), 1, SCHEDULER_UNKNOWN_MS);
    assert_true(due_wake(store, account, "young", &fault));
    const struct status status = {.user_id = "AIDAYOUNG", .inventoried = 1700000000};
    assert_true(status_write_inventory(store, account, "young", &status, &fault));
    tick();
    assert_int_equal(job_count, 1);
    assert_string_equal(jobs[0].user_id, "AIDAYOUNG");
}

static void the_reason_is_told_as_far_as_it_is_known(void **state) {
    (void)state;
    const struct due_user due = {.started = false};
    const struct due_user started = {.started = true};
    struct status status = {.known = true, .next_look = 5000};
    assert_int_equal(scheduler_reason(&due, &status, 5000), JOB_NEW); /* no worker has looked yet */
    status.announced_known = true;
    assert_int_equal(scheduler_reason(&due, &status, 5000), JOB_DUE);
    assert_int_equal(scheduler_reason(&started, &status, 5000), JOB_DUE); /* a rotation goes on */
    assert_int_equal(scheduler_reason(&due, &status, 4000), JOB_CHANGED);
    assert_int_equal(scheduler_reason(&started, &status, 4000), JOB_ASKED);
}

static void a_message_never_outlives_its_hold(void **state) {
    (void)state;
    assert_true(scheduler_message_timeout(150 * 1000) <= 10 * 1000);
    assert_int_equal(scheduler_message_timeout(4000), 2000);
}

/* --- three schedulers, one of them killed */

struct side {
    pthread_t thread;
    struct scheduler scheduler;
    struct kafka_writer broker;
    int64_t ticks; /* and then it is killed */
};

static void *run_side(void *argument) {
    struct side *side = argument;
    int64_t idle_ms = 0;
    struct fault trouble;
    side->scheduler.store = store_open(redis_server_socket());
    for (; side->ticks > 0 && idle_ms == 0; side->ticks--)
        if (!scheduler_tick(&side->scheduler, &idle_ms, &trouble))
            break;
    store_close(side->scheduler.store);
    return NULL;
}

static void three_schedulers_one_killed_one_live_job_a_user(void **state) {
    (void)state;
    static struct side sides[3];
    static int live[CROWD];
    memset(live, 0, sizeof live);
    for (int i = 0; i < CROWD; i++) {
        char name[USER_NAME_SIZE];
        snprintf(name, sizeof name, "%d", i);
        add(account, name, 0);
    }
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        bool dies = i == 0; /* in the middle of its second batch, when some of it is published and the rest is not */
        sides[i] = (struct side){.ticks = dies ? 2 : CROWD, .broker = {.takes = dies ? 20 + 7 : -1}};
        sides[i].scheduler =
            (struct scheduler){.writer = &sides[i].broker, .config = &config, .hold_ms = dies ? 1 : LONG, .batch = 20};
        assert_int_equal(pthread_create(&sides[i].thread, NULL, run_side, &sides[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(sides); i++)
        pthread_join(sides[i].thread, NULL);
    clock_sleep_ms(2); /* the dead one's last holds of 1 ms */
    while (tick() == 0)
        ;
    for (size_t i = 0; i < job_count; i++)
        live[strtol(jobs[i].user, NULL, 10)] += is_live(&jobs[i]);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(live[i], 1);
    assert_in_range(job_count, CROWD, CROWD + 40);
}

#define story(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest stories[] = {
        story(a_due_user_becomes_one_job),
        story(an_idle_tick_says_how_long),
        story(more_than_a_batch_takes_several_ticks),
        story(every_account_is_served),
        story(an_account_that_is_not_configured_is_left_alone),
        story(nobody_is_handed_out_while_the_broker_is_silent),
        story(nobody_is_handed_out_without_the_topic),
        story(the_broker_is_not_asked_before_every_batch),
        story(jobs_nobody_acknowledged_are_published_again_when_their_holds_expire),
        story(a_full_queue_ends_the_batch),
        story(what_cannot_be_a_user_is_thrown_out),
        story(a_user_no_inventory_has_seen_waits_for_it_first_in_line),
        story(the_reason_is_told_as_far_as_it_is_known),
        story(a_message_never_outlives_its_hold),
        story(three_schedulers_one_killed_one_live_job_a_user),
    };
    return cmocka_run_group_tests_name("tick", stories, redis_server_start, redis_server_stop);
}
