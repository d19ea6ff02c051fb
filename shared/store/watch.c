#include "watch.h"

#include "operation.h"
#include "text.h"

bool watch_count(struct store *store, const char *account, const char *what, int64_t age_ms, int64_t window_ms,
                 struct watch_tally *tally, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    *tally = (struct watch_tally){0};
    operation_begin_script(&command, SCRIPT_watch_count);
    operation_key(store, &command, "wrong", account, NULL);
    operation_key(store, &command, "users", account, NULL);
    command_add(&command, what);
    command_add_number(&command, age_ms > 0 ? age_ms : 0);
    command_add_number(&command, window_ms > 0 ? window_ms : 0);
    command_add_number(&command, WATCH_MOST);
    if (!operation_run_script(store, &command, SCRIPT_watch_count, REPEAT_ONCE, &reply, fault))
        return false;
    tally->wrongs = reply_number(reply_item(reply, 0));
    tally->users = reply_number(reply_item(reply, 1));
    tally->added = reply_number(reply_item(reply, 2)) == 1;
    reply_close(reply);
    return true;
}

bool watch_told(struct store *store, const char *account, char told[WATCH_TOLD_SIZE], bool *known,
                struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    told[0] = '\0';
    command_begin(&command, "GET");
    operation_key(store, &command, "told", account, NULL);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault))
        return false;
    const char *text = reply_text(reply);
    *known = text != NULL;
    text_clip(told, WATCH_TOLD_SIZE, text != NULL ? text : "");
    reply_close(reply);
    return true;
}

bool watch_tell(struct store *store, const char *account, const char *told, struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "SET");
    operation_key(store, &command, "told", account, NULL);
    command_add(&command, told);
    bool written = operation_run(store, &command, REPEAT_ONCE, &reply, fault);
    reply_close(reply);
    return written;
}
