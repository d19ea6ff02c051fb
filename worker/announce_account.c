/* What is told of an account, not of one of its users. */
#include "announce.h"
#include "announce_event.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static bool holds_word(const char *words, const char *wanted) {
    char copy[WATCH_TOLD_SIZE];
    char *rest = copy;
    text_clip(copy, sizeof copy, words);
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " "))
        if (strcmp(word, wanted) == 0)
            return true;
    return false;
}

bool announce_control(struct look *look, const struct control *control, struct fault *fault) {
    struct event events[CONTROL_EVENTS];
    char before[WATCH_TOLD_SIZE];
    char told[WATCH_TOLD_SIZE] = "";
    bool known;
    size_t count = control_events(control, aws_partition(look->aws), look->job.account, events);
    if (!watch_told(look->store, look->job.account, before, &known, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        char id[EVENT_ID_SIZE];
        event_id(&events[i], id);
        bool old = !known && aws_look_elapsed_now(look->aws) - events[i].time > ANNOUNCE_AGAIN_FOR;
        if (!old && !holds_word(before, id) && !announce_publish(look, &events[i], fault))
            return false;
        size_t used = strlen(told);
        snprintf(told + used, sizeof told - used, "%s%s", used > 0 ? " " : "", id);
    }
    return (known && strcmp(before, told) == 0) || watch_tell(look->store, look->job.account, told, fault);
}

bool announce_unreachable(struct look *look, const struct fault *why, int64_t now, struct fault *fault) {
    struct event event = {.type = EVENT_ACCOUNT_UNREACHABLE, .time = now - now % 3600};
    text_clip(event.partition, sizeof event.partition, aws_partition(look->aws));
    text_clip(event.account, sizeof event.account, look->job.account);
    text_clip(event.reason, sizeof event.reason, fault_name(why->kind));
    snprintf(event.message, sizeof event.message, "%.60s: %.60s %.360s", why->where, why->code, why->message);
    return announce_publish(look, &event, fault);
}
