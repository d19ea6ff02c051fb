/* The names of an account's users, in the order of their bytes: a sorted set whose scores are all 0. */
#include "operation.h"
#include "status.h"
#include "text.h"

#include <stdio.h>

enum { PAGE = 256, PLACE_SIZE = USER_NAME_SIZE + 1 };

/* ZRANGEBYLEX's word for "after this name"; "-" is before the first. */
static void place_after(const char *name, char place[PLACE_SIZE]) {
    snprintf(place, PLACE_SIZE, "(%s", name);
}

/* Asks for at most `most` names from a place on; *reply is theirs. */
static bool ask_page(struct store *store, const char *account, const char *place, size_t most, struct reply **reply,
                     struct fault *fault) {
    struct command command;
    command_begin(&command, "ZRANGEBYLEX");
    operation_key(store, &command, "users", account, NULL);
    command_add(&command, place);
    command_add(&command, "+");
    command_add(&command, "LIMIT");
    command_add_number(&command, 0);
    command_add_number(&command, (int64_t)most);
    return operation_run(store, &command, REPEAT_ONCE, reply, fault);
}

/* One page from a place on, which moves behind it; *more says whether to go on. */
static bool visit_page(struct store *store, const char *account, char place[PLACE_SIZE], bool *more,
                       bool (*visit)(const char *user, void *context), void *context, struct fault *fault) {
    struct reply *reply = NULL;
    if (!ask_page(store, account, place, PAGE, &reply, fault))
        return false;
    *more = reply_count(reply) == PAGE;
    for (size_t i = 0; i < reply_count(reply); i++) {
        const char *user = reply_text(reply_item(reply, i));
        place_after(user == NULL ? "" : user, place);
        if (user != NULL && !visit(user, context)) {
            *more = false;
            break;
        }
    }
    reply_close(reply);
    return true;
}

bool status_each(struct store *store, const char *account, bool (*visit)(const char *user, void *context),
                 void *context, struct fault *fault) {
    char place[PLACE_SIZE] = "-";
    bool more = true;
    while (more)
        if (!visit_page(store, account, place, &more, visit, context, fault))
            return false;
    return true;
}

bool status_names(struct store *store, const char *account, const char *after, size_t most,
                  char (*names)[USER_NAME_SIZE], size_t *count, struct fault *fault) {
    struct reply *reply = NULL;
    char place[PLACE_SIZE] = "-";
    *count = 0;
    if (after[0] != '\0')
        place_after(after, place);
    if (!ask_page(store, account, place, most, &reply, fault))
        return false;
    for (size_t i = 0; i < reply_count(reply) && i < most; i++) {
        const char *name = reply_text(reply_item(reply, i));
        text_clip(names[(*count)++], USER_NAME_SIZE, name != NULL ? name : "");
    }
    reply_close(reply);
    return true;
}
