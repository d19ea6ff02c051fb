#include "plan_read.h"

#include "clock.h"
#include "mem.h"
#include "observe.h"
#include "pace.h"
#include "pool.h"
#include "scope.h"
#include "text.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum {
    THREADS = 16,
    READS_OF_A_USER = 2, /* ListAccessKeys, DescribeSecret */
    PATIENCE_MS = 3600 * 1000,
    PROGRESS_MS = 200,
};

/* One account while it is read. The threads share the pace and the progress; each has its session and its user. */
struct account_reading {
    const struct plan_request *request;
    struct plan_reading *reading;
    struct plan_account *account;
    struct pace pace;
    struct fault fault; /* of a visit */
    size_t first;       /* of its users in the reading */
    pthread_mutex_t lock;
    size_t done;
    int64_t told_ms;
};

/* --- the inventory -------------------------------------------------------------------------------------------------------- */

static bool asked_for(const struct option_list *users, const char *name) {
    for (size_t i = 0; i < users->count; i++)
        if (text_equal(users->items[i], name))
            return true;
    return users->count == 0;
}

static void keep_described(const struct iam_user *user, struct plan_user *kept) {
    for (size_t i = 0; i < user->tag_count && kept->described_count < PLAN_DESCRIBED; i++)
        if (text_starts(user->tags[i].key, "AKIA"))
            text_clip(kept->described[kept->described_count++], KEY_ID_SIZE, user->tags[i].key);
}

static bool keep_user(struct account_reading *account, const struct iam_user *user, const struct policy *policy) {
    struct plan_reading *reading = account->reading;
    if (reading->user_count == PLAN_USERS_MAX)
        return fault_set(&account->fault, FAULT_INVALID, "plan", "over %d users", PLAN_USERS_MAX);
    if (reading->user_count == reading->user_capacity) {
        reading->user_capacity = reading->user_capacity == 0 ? 64 : 2 * reading->user_capacity;
        reading->users = mem_grow(reading->users, reading->user_capacity * sizeof *reading->users);
    }
    struct plan_user *kept = &reading->users[reading->user_count++];
    *kept = (struct plan_user){.policy = policy, .legible = !user->truncated};
    text_clip(kept->account, sizeof kept->account, account->account->id);
    text_clip(kept->name, sizeof kept->name, user->name);
    text_clip(kept->user_id, sizeof kept->user_id, user->id);
    kept->reachable = policy == NULL || iam_user_recipient(user, policy)[0] != '\0';
    keep_described(user, kept);
    if (policy != NULL)
        scope_override(policy, user, &kept->override);
    return true;
}

static bool visit(const struct iam_user *user, void *context) {
    struct account_reading *account = context;
    const struct option_list *users = account->request->users;
    account->account->seen++;
    if (!asked_for(users, user->name))
        return true;
    const struct policy *policy = scope_policy(&account->request->config->policies, account->account->id, user);
    account->account->selected += policy != NULL;
    account->account->unselected += policy == NULL && !user->truncated;
    bool told = policy != NULL || user->truncated || users->count > 0;
    return !told || keep_user(account, user, policy);
}

static bool read_inventory(struct account_reading *account, struct aws *aws, struct fault *fault) {
    char marker[IAM_MARKER_SIZE] = "";
    do {
        pace_wait(&account->pace, 1);
        if (!iam_account_users_page(aws, marker, visit, account, fault)) {
            if (account->fault.kind != FAULT_NONE)
                *fault = account->fault;
            return false;
        }
    } while (marker[0] != '\0');
    return true;
}

/* --- one user ------------------------------------------------------------------------------------------------------------- */

static void say_why(char why[PLAN_WHY_SIZE], const struct fault *fault) {
    snprintf(why, PLAN_WHY_SIZE, "%s: %s: %s", fault->where, fault_name(fault->kind), fault->message);
}

static void unreadable(struct plan_user *user, const struct fault *fault) {
    user->outlook.kind = OUTLOOK_UNREADABLE;
    say_why(user->why, fault);
}

/* What could not be read holds like a pause, and is said; it makes no user unreadable. */
static void read_control(struct account_reading *account, struct aws *aws) {
    struct plan_account *into = account->account;
    struct fault fault = {.kind = FAULT_NONE};
    pace_wait(&account->pace, 1);
    if (!control_read(aws, account->request->config, into->id, &into->control, &fault))
        say_why(into->unread, &fault);
}

static bool look(struct account_reading *account, struct aws *aws, struct plan_user *user, struct fault *fault) {
    struct keyring ring;
    struct secret_description secret;
    char name[SECRET_NAME_SIZE];
    if (!config_secret_name(account->request->config, user->account, user->name, user->user_id, name, sizeof name,
                            fault))
        return false;
    const struct observe_target target = {.account = user->account,
                                          .user = user->name,
                                          .user_id = user->user_id,
                                          .secret_name = name,
                                          .in_scope = true,
                                          .no_recipient = !user->reachable};
    pace_wait(&account->pace, READS_OF_A_USER);
    if (!observe(aws, &target, &ring, &secret, fault))
        return false;
    for (size_t i = 0; i < ring.key_count; i++)
        for (size_t d = 0; d < user->described_count; d++)
            ring.keys[i].described = ring.keys[i].described || text_equal(ring.keys[i].id, user->described[d]);
    struct policy own;
    struct fault why;
    if (!override_apply(user->policy, &user->override, &own, &why))
        text_clip(user->refused, sizeof user->refused, why.message);
    outlook_of(&own, &ring, &user->outlook);
    return true;
}

static void tell_progress(struct account_reading *account) {
    pthread_mutex_lock(&account->lock);
    size_t all = account->reading->user_count - account->first;
    int64_t now = clock_boot_ms();
    account->done++;
    if (account->request->progress && (now - account->told_ms >= PROGRESS_MS || account->done == all)) {
        fprintf(stderr, "\r\033[Kaccount %s: %zu of %zu users read", account->account->id, account->done, all);
        account->told_ms = now;
    }
    pthread_mutex_unlock(&account->lock);
}

static void run(void *context, void *thread, void *item) {
    struct account_reading *account = context;
    struct plan_user *user = item;
    struct fault fault = {.kind = FAULT_NONE};
    if (!look(account, thread, user, &fault))
        unreadable(user, &fault);
    tell_progress(account);
}

/* Without a read: what a policy does not select, and what the inventory could not show whole. */
static bool is_settled(struct plan_user *user) {
    struct fault fault;
    if (!user->legible) {
        (void)fault_set(&fault, FAULT_INVALID, "GetAccountAuthorizationDetails",
                        "it has more groups or tags than can be judged");
        unreadable(user, &fault);
    } else if (user->policy == NULL) {
        user->outlook.kind = OUTLOOK_LEFT;
        user->outlook.plan = (struct plan){.step = STEP_SKIP, .reason = REASON_OUT_OF_SCOPE};
    }
    return !user->legible || user->policy == NULL;
}

static void *open_session(void *context, struct fault *fault) {
    const struct account_reading *account = context;
    return aws_open(account->request->environment, fault);
}

static void close_session(void *context, void *thread) {
    (void)context;
    aws_close(thread);
}

static bool read_users(struct account_reading *account, struct fault *fault) {
    struct plan_reading *reading = account->reading;
    size_t count = reading->user_count - account->first;
    const struct pool_work work = {open_session, run, close_session, account};
    if (count == 0)
        return true;
    struct pool *pool = pool_open(count < THREADS ? count : THREADS, &work, fault);
    if (pool == NULL)
        return false;
    for (size_t i = account->first; i < reading->user_count; i++)
        if (!is_settled(&reading->users[i]))
            while (!pool_offer(pool, &reading->users[i], PROGRESS_MS))
                ;
        else
            tell_progress(account);
    bool ended = pool_close(pool, PATIENCE_MS);
    if (account->request->progress)
        fputs("\r\033[K", stderr);
    return ended || fault_set(fault, FAULT_UNKNOWN, "plan", "some calls do not end");
}

/* --- accounts ------------------------------------------------------------------------------------------------------------- */

static bool read_account(const struct plan_request *request, struct plan_reading *reading, struct aws *aws,
                         struct plan_account *plan_account, struct fault *fault) {
    struct account_reading account = {
        .request = request, .reading = reading, .account = plan_account, .first = reading->user_count};
    pace_open(&account.pace, request->rate);
    pthread_mutex_init(&account.lock, NULL);
    if (request->progress)
        fprintf(stderr, "\r\033[Kaccount %s: reading the inventory", plan_account->id);
    bool read = aws_use_account(aws, plan_account->id, fault) && read_inventory(&account, aws, fault);
    if (read)
        read_control(&account, aws);
    read = read && read_users(&account, fault);
    pthread_mutex_destroy(&account.lock);
    pace_close(&account.pace);
    return read;
}

static bool all_found(const struct plan_request *request, const struct plan_reading *reading, struct fault *fault) {
    for (size_t i = 0; i < request->users->count; i++) {
        size_t user = 0;
        while (user < reading->user_count && !text_equal(reading->users[user].name, request->users->items[i]))
            user++;
        if (user == reading->user_count)
            return fault_set(fault, FAULT_GONE, "--user", "no account read has a user \"%s\"",
                             request->users->items[i]);
    }
    return true;
}

bool plan_read(const struct plan_request *request, struct plan_reading *reading, struct fault *fault) {
    size_t count = request->config->account_count;
    *reading = (struct plan_reading){.policies = &request->config->policies, .account_count = count};
    reading->accounts = mem_zero(count, sizeof *reading->accounts);
    struct aws *aws = aws_open(request->environment, fault);
    bool read = aws != NULL;
    for (size_t i = 0; i < count && read; i++) {
        text_clip(reading->accounts[i].id, ACCOUNT_SIZE, request->config->accounts[i].id);
        read = read_account(request, reading, aws, &reading->accounts[i], fault);
    }
    aws_close(aws);
    plan_sort(reading);
    return read && all_found(request, reading, fault);
}

void plan_reading_close(struct plan_reading *reading) {
    mem_free(reading->accounts);
    mem_free(reading->users);
    *reading = (struct plan_reading){0};
}
