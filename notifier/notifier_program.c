#include "notifier_program.h"

#include "later.h"
#include "ledger_home.h"
#include "lists.h"
#include "log.h"
#include "mem.h"
#include "policies.h"
#include "pool.h"
#include "ticker.h"
#include "topics.h"

#include <stdatomic.h>
#include <stdio.h>

#define GROUP "keyturn.notifier.ses"

enum {
    THREADS_PER_RATE =
        4, /* a letter takes its thread two seconds; more would only queue for the pace past their claims */
    THREADS_LEAST = 4,
    THREADS_MOST = 32,
    WRITE_TIMEOUT_MS = 20 * 1000,
    DRAIN_MS = 4 * 1000,
    FLUSH_MS = 5 * 1000,
    GATHER_MS = 5 * 1000, /* a digest waits so long for more of its kind */
    WAITING_MOST = 1000,  /* notices that wait before no more are taken */
    TICKS_PER_LAG = 25,
};

struct program {
    const struct service_context *context;
    struct policies *policies;
    struct ledger_home *home;
    struct kafka_writer *writer;
    struct channel_pace pace;
    struct pool *pool;
    struct kafka_reader *reader;
    struct later *later;
    struct ticker *ticker;       /* drives it */
    atomic_bool down;            /* Redis or Kafka did not answer the last notice */
    enum fault_kind lists_fault; /* what the last look at them met; only who is at them */
    atomic_bool listing;         /* a thread of the pool is at the digests */
    bool unfit;                  /* Redis cannot be trusted with the ledger; only the thread of the ticker */
    unsigned ticks;              /* the same */
};

/* What a thread of the pool has for itself. */
struct hand {
    struct store *store;
    struct aws *aws;
};

static void *open_hand(void *context, struct fault *fault) {
    struct program *program = context;
    struct aws *aws = aws_open(program->context->aws, fault);
    if (aws == NULL)
        return NULL;
    struct hand *hand = mem_zero(1, sizeof *hand);
    hand->aws = aws;
    hand->store = store_open(&program->context->store);
    return hand;
}

static void close_hand(void *context, void *thread) {
    (void)context;
    struct hand *hand = thread;
    store_close(hand->store);
    aws_close(hand->aws);
    mem_free(hand);
}

/* --- notices on their way */

static void give_back(struct program *program, struct notice *notice) {
    kafka_reader_done(program->reader, notice->message);
    mem_free(notice);
}

static void say_done(const struct notice *notice) {
    char key[EVENT_KEY_SIZE];
    event_key_text(&notice->event, key);
    log_line(LOG_INFO, "mailed", "event", notice->id, "type", event_type_name(notice->event.type), "user", key, NULL);
}

/* At the 1st, 2nd, 4th, 8th ... run that met a fault: an outage is no flood of lines. */
static void say_trouble(struct notice *notice, const struct fault *fault) {
    notice->waits++;
    if ((notice->waits & (notice->waits - 1)) != 0)
        return;
    char key[EVENT_KEY_SIZE] = "";
    if (notice->read)
        event_key_text(&notice->event, key);
    log_fault(LOG_WARN, "a notice waits", fault, "event", notice->read ? notice->id : NULL, "user",
              notice->read ? key : NULL, NULL);
}

static void go_on(struct program *program, struct notice *notice, enum notice_end end) {
    if (end == NOTICE_DONE) {
        give_back(program, notice);
        return;
    }
    if (end == NOTICE_DIGEST && !notice->for_digest) {
        notice->for_digest = true;
        notice->again_ms = GATHER_MS;
    }
    later_keep(program->later, notice);
}

static void run_event(struct program *program, const struct post *post, struct notice *notice) {
    struct fault fault = {0};
    const struct policy_set *policies = policies_hold(program->policies);
    enum notice_end end = notifier_event(post, policies, notice, &fault);
    policies_release(program->policies, policies);
    atomic_store(&program->down, end == NOTICE_LATER && fault.kind == FAULT_UNAVAILABLE);
    if (end == NOTICE_LATER)
        say_trouble(notice, &fault);
    if (end == NOTICE_DONE && notice->count > 0)
        say_done(notice);
    go_on(program, notice, end);
}

static void run_digest(struct program *program, const struct post *post, const struct errand *errand) {
    struct fault fault = {0};
    enum notice_end ends[DIGEST_MOST];
    char count[24];
    snprintf(count, sizeof count, "%zu", errand->count);
    notifier_digest(post, errand->notices, errand->count, ends, &fault);
    if (fault.kind != FAULT_NONE)
        log_fault(LOG_WARN, "a digest met a fault", &fault, "events", count, NULL);
    else
        log_line(LOG_INFO, "digest sent", "events", count, NULL);
    for (size_t i = 0; i < errand->count; i++)
        go_on(program, errand->notices[i], ends[i]);
}

/* Every few seconds one thread of the pool asks whether a digest is due; what went wrong is tried again then. */
static void send_lists(struct program *program, const struct post *post) {
    struct fault fault = {0};
    size_t sent = 0;
    bool well = lists_send(post, &sent, &fault);
    if (!well && fault.kind != program->lists_fault)
        log_fault(LOG_WARN, "a digest waits", &fault, NULL);
    program->lists_fault = well ? FAULT_NONE : fault.kind;
    atomic_store(&program->listing, false);
}

static void run_errand(void *context, void *thread, void *item) {
    struct program *program = context;
    struct hand *hand = thread;
    struct errand *errand = item;
    const struct post post = {
        .config = program->context->config,
        .store = hand->store,
        .aws = hand->aws,
        .pace = &program->pace,
        .writer = program->writer,
    };
    if (errand->count == 0)
        send_lists(program, &post);
    else if (errand->digest)
        run_digest(program, &post, errand);
    else
        run_event(program, &post, errand->notices[0]);
    mem_free(errand);
}

static bool offer_message(void *context, struct kafka_message *message, int64_t wait_ms) {
    struct program *program = context;
    struct notice *notice = mem_zero(1, sizeof *notice);
    notice->message = message;
    struct errand *errand = errand_new(notice);
    if (pool_offer(program->pool, errand, wait_ms))
        return true;
    mem_free(errand);
    mem_free(notice);
    return false;
}

static bool give_errand(void *context, struct errand *errand) {
    struct program *program = context;
    return pool_offer(program->pool, errand, LATER_TICK_MS);
}

static void offer_lists(struct program *program) {
    if (program->unfit || atomic_exchange(&program->listing, true))
        return;
    struct errand *errand = mem_zero(1, sizeof *errand);
    if (pool_offer(program->pool, errand, 0))
        return;
    mem_free(errand);
    atomic_store(&program->listing, false);
}

/* Not while it is silent: `down` says that, and the notices that are tried again find out first when it answers. */
static void look_at_home(struct program *program) {
    struct fault fault = {0};
    bool fit = ledger_home_check(program->home, &fault);
    bool unfit = !fit && fault.kind == FAULT_CONFIG;
    if (unfit && !program->unfit)
        log_fault(LOG_ERROR, "no further event is taken: this Redis may lose the mail ledger", &fault, NULL);
    if (fit && program->unfit)
        log_line(LOG_INFO, "Redis can be trusted with the mail ledger again", NULL);
    program->unfit = unfit || (program->unfit && !fit);
}

/* While nothing can be done, or too much waits already, the backlog waits in Kafka. */
static void tick(void *context) {
    struct program *program = context;
    bool look = program->ticks++ % TICKS_PER_LAG == 0;
    if (look)
        look_at_home(program);
    kafka_reader_pause(program->reader,
                       program->unfit || atomic_load(&program->down) || later_count(program->later) > WAITING_MOST);
    if (!look)
        return;
    offer_lists(program);
    int64_t lag = kafka_reader_lag(program->reader);
    if (lag >= 0)
        metric_set(METRIC_CONSUMER_LAG, (double)lag, TOPIC_EVENTS, NULL);
}

/* --- opening and closing */

static size_t thread_count(int64_t rate) {
    int64_t wanted = rate > 0 && rate < THREADS_MOST ? rate * THREADS_PER_RATE : THREADS_MOST;
    if (wanted < THREADS_LEAST)
        wanted = THREADS_LEAST;
    return (size_t)(wanted < THREADS_MOST ? wanted : THREADS_MOST);
}

static bool open_writer(struct program *program, struct fault *fault) {
    program->writer = kafka_writer_open(&program->context->kafka, WRITE_TIMEOUT_MS, fault);
    return program->writer != NULL && kafka_writer_warm(program->writer, TOPIC_EVENTS, fault);
}

static bool open_pool(struct program *program, struct fault *fault) {
    const struct pool_work work = {open_hand, run_errand, close_hand, program};
    program->pool = pool_open(thread_count(program->context->config->notify.rate), &work, fault);
    return program->pool != NULL;
}

static bool open_reader(struct program *program, struct fault *fault) {
    const struct kafka_reader_settings settings = {
        .group = GROUP, .topics = {TOPIC_EVENTS}, .topic_count = 1, .drain_ms = DRAIN_MS};
    const struct kafka_sink sink = {offer_message, program};
    program->reader = kafka_reader_open(&program->context->kafka, &settings, sink, fault);
    return program->reader != NULL;
}

static void work_later(void *context) {
    later_work(((struct program *)context)->later);
}

static bool open_ticker(struct program *program, struct fault *fault) {
    program->ticker = ticker_open(work_later, program, LATER_TICK_MS, fault);
    return program->ticker != NULL;
}

/* What is left when the threads have ended stays uncommitted: whoever reads next gets it again. */
static void close_program(void *state) {
    struct program *program = state;
    ticker_close(program->ticker);
    pool_close(program->pool, SERVICE_DRAIN_MS);
    struct notice *left = later_close(program->later);
    kafka_reader_close(program->reader);
    while (left != NULL) {
        struct notice *next = left->next;
        give_back(program, left);
        left = next;
    }
    kafka_writer_close(program->writer, FLUSH_MS);
    ledger_home_close(program->home);
    policies_close(program->policies);
    channel_pace_close(&program->pace);
    mem_free(program);
}

static bool open_program(struct service_context *context, void **state, struct fault *fault) {
    if (context->config->notify.from[0] == '\0')
        return fault_set(fault, FAULT_CONFIG, "notify.from", "a notifier needs the address that mails come from");
    struct program *program = mem_zero(1, sizeof *program);
    program->context = context;
    program->policies = policies_open(&context->config->policies);
    program->home = ledger_home_open(&context->store, context->config->unsafe_test_clock_floor > 0);
    program->later = later_open(&(const struct later_owner){give_errand, tick, program});
    channel_pace_open(&program->pace, context->config->notify.rate);
    if (ledger_home_check(program->home, fault) && open_writer(program, fault) && open_pool(program, fault) &&
        open_reader(program, fault) && open_ticker(program, fault)) {
        *state = program;
        return true;
    }
    close_program(program);
    return false;
}

/* --- what the service calls */

static bool run_program(void *state, struct fault *fault) {
    return kafka_reader_run(((struct program *)state)->reader, fault);
}

static void stop_program(void *state) {
    kafka_reader_stop(((struct program *)state)->reader);
}

static void reload_program(void *state, const struct policy_set *policies) {
    policies_replace(((struct program *)state)->policies, policies);
}

static bool kafka_is_well(void *context, struct fault *fault) {
    const struct program *program = context;
    return kafka_reader_health(program->reader, fault);
}

static bool redis_is_well(void *context, struct fault *fault) {
    return ledger_home_check(((struct program *)context)->home, fault);
}

static bool aws_is_well(void *context, struct fault *fault) {
    return channel_ses_ready(&((struct program *)context)->pace, fault);
}

static const char *region_of_ses(const struct config *config) {
    return config->notify.region[0] != '\0' ? config->notify.region : config->aws.region;
}

const struct service notifier_service = {
    .name = "notifier",
    .summary = "tells people by mail what happened to their access keys",
    .open = open_program,
    .run = run_program,
    .stop = stop_program,
    .reload = reload_program,
    .region = region_of_ses,
    .health = {{"kafka", kafka_is_well}, {"redis", redis_is_well}, {"aws", aws_is_well}},
    .close = close_program,
};
