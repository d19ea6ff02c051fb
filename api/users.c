#include "route.h"
#include "status.h"

struct listing {
    const struct call *call;
    const char *account;
    struct doc *items;
};

static bool add_user(const char *user, void *context) {
    const struct listing *listing = context;
    struct status status;
    struct fault fault;
    if (!call_sees_user(listing->call, listing->account, user) ||
        !status_read(listing->call->bench->store, listing->account, user, &status, &fault) || !status.known)
        return true;
    struct doc *item = doc_object();
    doc_set_text(item, "account", listing->account);
    doc_set_text(item, "user", user);
    doc_set_text(item, "user_id", status.user_id);
    doc_add(listing->items, item);
    return true;
}

void users_answer(struct call *call) {
    const struct config *config = call->api->config;
    struct fault fault;
    struct doc *items = doc_array();
    struct doc *page = doc_object();
    bool fine = true;
    for (size_t i = 0; i < config->account_count && fine; i++) {
        struct listing listing = {call, config->accounts[i].id, items};
        fine = status_each(call->bench->store, config->accounts[i].id, add_user, &listing, &fault);
    }
    doc_set(page, "items", items);
    if (fine) {
        call_answer(call, 200, page, NULL);
        return;
    }
    doc_close(page);
    call_fault(call, &fault);
}
