#include "history.h"

#include "instant.h"
#include "mem.h"

#include <string.h>
#include <strings.h>

/* Upper and lower case are the same in user names, as for IAM. */
static bool is_of(const struct ring_event *event, const char *account, const char *user) {
    return strcmp(event->account, account) == 0 && strcasecmp(event->user, user) == 0;
}

static const char *set_or_null(const char *text) {
    return text[0] != '\0' ? text : NULL;
}

static struct doc *entry_of(const struct event *event) {
    char time[INSTANT_SIZE];
    struct doc *entry = doc_object();
    instant_iso(event->time, time);
    doc_set_text(entry, "time", time);
    doc_set_text(entry, "type", event_type_name(event->type));
    doc_set_text(entry, "key_id", set_or_null(event->key_id));
    doc_set_text(entry, "reason", set_or_null(event->reason));
    doc_set_text(entry, "message", set_or_null(event->message));
    doc_set_text(entry, "actor", set_or_null(event->actor));
    return entry;
}

/* The same change told twice is the same text but for what was looked up later: its id tells. */
static bool is_told(char (*told)[EVENT_ID_SIZE], size_t count, const char *id) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(told[i], id) == 0)
            return true;
    return false;
}

struct doc *history_of(const struct event_ring *ring, const char *account, const char *user, size_t most) {
    struct doc *list = doc_array();
    char(*told)[EVENT_ID_SIZE] = mem_zero(most + 1, sizeof *told);
    size_t count = 0;
    struct event event;
    struct fault fault;
    for (uint64_t i = event_ring_next(ring); i > event_ring_first(ring) && count < most; i--) {
        const struct ring_event *each = event_ring_at(ring, i - 1);
        if (!is_of(each, account, user) || !event_parse(each->json, each->length, &event, &fault))
            continue;
        event_id(&event, told[count]);
        if (is_told(told, count, told[count]))
            continue;
        doc_add(list, entry_of(&event));
        count++;
    }
    mem_free(told);
    return list;
}
