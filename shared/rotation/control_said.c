/* What a control says, without asking anybody. */
#include "control.h"

#include "text.h"

#include <inttypes.h>
#include <stdio.h>

bool control_is_braked(const struct control *control) {
    return control->braked != 0 && control->braked > control->resumed;
}

enum account_hold control_hold(const struct control *control) {
    if (control->paused != 0)
        return ACCOUNT_PAUSED;
    return control_is_braked(control) ? ACCOUNT_BRAKED : ACCOUNT_GOES_ON;
}

int64_t control_held_since(const struct control *control) {
    if (control->paused != 0)
        return control->paused;
    return control_is_braked(control) ? control->braked : 0;
}

static struct event *add(struct event *events, size_t *count, enum event_type type, int64_t time) {
    struct event *event = &events[(*count)++];
    *event = (struct event){.type = type, .time = time};
    return event;
}

size_t control_events(const struct control *control, const char *partition, const char *account,
                      struct event events[CONTROL_EVENTS]) {
    size_t count = 0;
    if (control_is_braked(control)) {
        struct event *event = add(events, &count, EVENT_ACCOUNT_BRAKED, control->braked);
        text_clip(event->reason, sizeof event->reason, control->braked_for);
        snprintf(event->message, sizeof event->message,
                 "no new keys are made in this account until it is resumed: %" PRId64
                 " failures, discards or rollbacks in a short time, the last of them %s",
                 control->braked_count, control->braked_for);
    }
    if (control->paused != 0 || control->resumed != 0) {
        bool paused = control->paused != 0;
        struct event *event = add(events, &count, paused ? EVENT_ACCOUNT_PAUSED : EVENT_ACCOUNT_RESUMED,
                                  paused ? control->paused : control->resumed);
        text_clip(event->actor, sizeof event->actor, control->actor);
        text_clip(event->message, sizeof event->message,
                  paused ? "paused on request, until resumed: nothing begins, what began is finished"
                         : "resumed: neither a pause nor the brake holds this account any more");
    }
    for (size_t i = 0; i < count; i++) {
        text_clip(events[i].partition, sizeof events[i].partition, partition);
        text_clip(events[i].account, sizeof events[i].account, account);
    }
    return count;
}
