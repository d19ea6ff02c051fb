#include "inventory.h"

#include "cache.h"
#include "due.h"
#include "listing.h"
#include "log.h"
#include "mem.h"
#include "text.h"

/* What a page says, before any of it is believed: a page counts when it was read to its end. */
struct page {
    const struct inventory *inventory;
    struct judgement_rules rules;
    struct inventory_report *report;
    struct judgement *judgements;
    size_t count;
    size_t capacity;
    struct listing *listing; /* NULL: nobody is to be listed */
    struct fault fault;      /* of a visit */
};

static bool make_room(struct page *page) {
    if (page->count < page->capacity)
        return true;
    if (page->capacity == INVENTORY_PAGE_USERS)
        return fault_set(&page->fault, FAULT_INVALID, "GetAccountAuthorizationDetails", "a page of over %d users",
                         INVENTORY_PAGE_USERS);
    page->capacity = page->capacity == 0 ? 64 : page->capacity * 2;
    if (page->capacity > INVENTORY_PAGE_USERS)
        page->capacity = INVENTORY_PAGE_USERS;
    page->judgements = mem_grow(page->judgements, page->capacity * sizeof *page->judgements);
    return true;
}

static bool judge(const struct iam_user *user, void *context) {
    struct page *page = context;
    struct status before;
    if (page->rules.started == 0)
        page->rules.started = aws_look_now(page->inventory->aws);
    if (!make_room(page) ||
        !status_read(page->inventory->store, page->rules.account, user->name, &before, &page->fault))
        return false;
    judgement_make(&page->rules, user, &before, &page->judgements[page->count++]);
    if (page->listing != NULL)
        listing_add_missed(page->listing, judgement_missed(&page->rules, user), user->name);
    return true;
}

static void count(const struct judgement *judgement, bool added, struct inventory_report *report) {
    report->seen++;
    report->new += added;
    report->changed += judgement->lower;
    report->unreadable += judgement->verdict == JUDGEMENT_UNREADABLE;
}

static bool apply(struct store *store, const char *account, const struct judgement *judgement,
                  struct inventory_report *report, struct fault *fault) {
    const char *user = judgement->user;
    bool added = false;
    if (judgement->verdict == JUDGEMENT_REPLACED && !status_remove(store, account, user, fault))
        return false;
    /* Nothing of a user without a policy is served from the cache: so nothing of it need stay there. What is current stays known, or whoever waits
     * for the next key would ask Secrets Manager each second, and only a promotion would make it known again. */
    if (judgement->verdict == JUDGEMENT_LEFT && !cache_drop(store, account, user, fault))
        return false;
    if (judgement->write && !status_write_inventory(store, account, user, &judgement->status, fault))
        return false;
    if (judgement->write && judgement->verdict != JUDGEMENT_UNREADABLE &&
        !due_add(store, account, user, judgement->delay_ms, &added, fault))
        return false;
    if (judgement->lower && !due_lower(store, account, user, judgement->delay_ms, fault))
        return false;
    count(judgement, added, report);
    if (judgement->verdict == JUDGEMENT_UNREADABLE)
        log_line(LOG_WARN, "a user is left alone: it has more groups or tags than can be read", "account", account,
                 "user", user, NULL);
    return true;
}

static bool apply_all(struct page *page, struct fault *fault) {
    for (size_t i = 0; i < page->count; i++)
        if (!apply(page->inventory->store, page->rules.account, &page->judgements[i], page->report, fault))
            return false;
    return true;
}

/* One page: read, applied, and the next one noted. */
static bool take_page(struct page *page, char marker[IAM_MARKER_SIZE], struct fault *fault) {
    page->count = 0;
    if (!iam_account_users_page(page->inventory->aws, marker, judge, page, fault)) {
        if (page->fault.kind != FAULT_NONE && fault != NULL)
            *fault = page->fault;
        return false;
    }
    if (page->rules.started == 0) /* a page without users: the answer has its date all the same */
        page->rules.started = aws_look_now(page->inventory->aws);
    return apply_all(page, fault) &&
           inventory_write_marker(page->inventory->store, page->rules.account, marker, page->rules.started, fault);
}

static bool take_pages(struct page *page, char marker[IAM_MARKER_SIZE], struct fault *fault) {
    const struct inventory *inventory = page->inventory;
    do {
        if (inventory->interrupted != NULL && inventory->interrupted(inventory->context))
            return fault_set(fault, FAULT_STOPPED, "inventory", "interrupted between two pages");
        if (!take_page(page, marker, fault))
            return false;
    } while (marker[0] != '\0');
    return true;
}

/* --- who is gone */

struct sweep {
    struct page *page;
    struct fault fault;
};

static bool remove_user(const struct page *page, const char *user, struct fault *fault) {
    struct store *store = page->inventory->store;
    page->report->removed++;
    log_line(LOG_INFO, "a user is gone from IAM", "account", page->rules.account, "user", user, NULL);
    return due_remove(store, page->rules.account, user, fault) &&
           status_remove(store, page->rules.account, user, fault);
}

/* Known by a worker's look only: it may be younger than the pages; the next complete inventory decides. */
static bool stamp_user(const struct page *page, const char *user, struct status *status, struct fault *fault) {
    status->inventoried = page->rules.started;
    return status_write_inventory(page->inventory->store, page->rules.account, user, status, fault);
}

static bool sweep_user(const char *user, void *context) {
    struct sweep *sweep = context;
    struct page *page = sweep->page;
    struct status status;
    if (!status_read(page->inventory->store, page->rules.account, user, &status, &sweep->fault))
        return false;
    page->report->in_scope += status.policy[0] != '\0' && status.inventoried >= page->rules.started;
    if (status.inventoried == 0)
        return stamp_user(page, user, &status, &sweep->fault);
    listing_add_known(page->listing, user, &status);
    return status.inventoried >= page->rules.started || remove_user(page, user, &sweep->fault);
}

static bool remove_the_gone(struct page *page, struct fault *fault) {
    struct sweep sweep = {.page = page};
    if (!status_each(page->inventory->store, page->rules.account, sweep_user, &sweep, fault))
        return false;
    if (sweep.fault.kind != FAULT_NONE && fault != NULL)
        *fault = sweep.fault;
    return sweep.fault.kind == FAULT_NONE;
}

/* --- who stands how */

/* Until the end of the period that is running, when they are to be listed again. */
static int64_t until_next_end(const struct page *page) {
    return (slots_end(page->inventory->slots, page->rules.started) - page->rules.started) * 1000;
}

/* Not told: told by the next inventory, which does not wait long. */
static void put_off(const struct page *page, const struct fault *why) {
    page->report->again_ms = INVENTORY_RESTART_MS;
    if (why != NULL)
        log_fault(LOG_WARN, "who stands how could not be announced yet", why, "account", page->rules.account, NULL);
}

/* Once a period, by the first inventory that saw everybody in it. *whole false: this one did not. */
static bool tell_once(const struct page *page, bool *whole, struct fault *fault) {
    const struct inventory *inventory = page->inventory;
    const char *account = page->rules.account;
    int64_t at = slots_begin(inventory->slots, page->rules.started);
    int64_t listed = 0;
    if (!inventory_read_listed(inventory->store, account, &listed, fault))
        return false;
    *whole = listed >= at || !page->report->resumed;
    return listed >= at || !*whole ||
           (listing_tell(page->listing, inventory->writer, aws_partition(inventory->aws), account, at, fault) &&
            inventory_write_listed(inventory->store, account, at, fault));
}

static void tell_listing(const struct page *page) {
    struct fault fault;
    bool whole = true;
    page->report->again_ms = until_next_end(page);
    if (!tell_once(page, &whole, &fault))
        put_off(page, &fault);
    else if (!whole)
        put_off(page, NULL);
}

bool inventory_take(const struct inventory *inventory, const char *account, struct inventory_report *report,
                    struct fault *fault) {
    char marker[IAM_MARKER_SIZE];
    *report = (struct inventory_report){.again_ms = -1};
    struct page page = {
        .inventory = inventory,
        .report = report,
        .rules = {.policies = inventory->policies,
                  .account = account,
                  .spread_ms = inventory->spread_ms,
                  .jitter_ms = inventory->jitter_ms},
    };
    if (!inventory_read_marker(inventory->store, account, marker, sizeof marker, &page.rules.started, fault))
        return false;
    report->resumed = marker[0] != '\0';
    page.listing = inventory->writer != NULL ? listing_open(inventory->policies) : NULL;
    aws_look_begin(inventory->aws);
    bool complete = aws_use_account(inventory->aws, account, fault) && take_pages(&page, marker, fault) &&
                    remove_the_gone(&page, fault);
    if (complete && page.listing != NULL)
        tell_listing(&page);
    listing_close(page.listing);
    mem_free(page.judgements);
    return complete;
}

int64_t inventory_wait(const struct inventory_report *report, int64_t every_ms) {
    return report->again_ms >= 0 && report->again_ms < every_ms ? report->again_ms : every_ms;
}
