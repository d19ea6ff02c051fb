#include "letter.h"

#include "instant.h"
#include "render.h"
#include "template_sources.h"

#include <string.h>

static const struct {
    const char *text;
    const char *html;
} templates[LETTER_COUNT] = {
#define X(kind, name) {name##_txt, name##_html},
    LETTERS(X)
#undef X
};

static void when(int64_t instant, char text[INSTANT_SIZE]) {
    text[0] = '\0';
    if (instant != 0)
        instant_iso(instant, text);
}

/* The first line becomes the subject, and what follows the blank line after it the text. */
static void take_subject(struct letter *letter, const char *rendered) {
    size_t line = strcspn(rendered, "\n");
    text_append(&letter->subject, rendered, line);
    for (char *c = letter->subject.bytes; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20)
            *c = ' ';
    }
    text_add(&letter->text, rendered + line + strspn(rendered + line, "\n"));
}

static bool fill(struct letter *letter, enum letter_kind kind, const struct render_value *values, size_t count,
                 struct fault *fault) {
    struct text rendered;
    text_open(&rendered, LETTER_CEILING);
    bool well = render(templates[kind].text, values, count, RENDER_TEXT, &rendered, fault) &&
                render(templates[kind].html, values, count, RENDER_HTML, &letter->html, fault);
    if (well)
        take_subject(letter, rendered.bytes);
    text_close(&rendered);
    return well;
}

static bool open_and_fill(struct letter *letter, enum letter_kind kind, const struct render_value *values, size_t count,
                          struct fault *fault) {
    text_open(&letter->subject, 1024);
    text_open(&letter->text, LETTER_CEILING);
    text_open(&letter->html, LETTER_CEILING);
    if (fill(letter, kind, values, count, fault))
        return true;
    letter_close(letter);
    return false;
}

bool letter_write_lists(struct letter *letter, const struct letter_lists *lists, struct fault *fault) {
    const struct render_value values[] = {
        {"policy", lists->policy},
        {"from", lists->from},
        {"to", lists->to},
        {"summary", lists->summary},
        {"rotations", lists->lists[DIGEST_ROTATIONS]},
        {"two_active", lists->lists[DIGEST_TWO_ACTIVE]},
        {"overdue", lists->lists[DIGEST_OVERDUE]},
        {"no_recipient", lists->lists[DIGEST_NO_RECIPIENT]},
        {"lost", lists->lost},
        {"more", lists->more},
        {"since", lists->since},
    };
    return open_and_fill(letter, LETTER_LISTS, values, COUNT_OF(values), fault);
}

bool letter_write(struct letter *letter, enum letter_kind kind, const struct event *event,
                  const struct letter_notes *notes, struct fault *fault) {
    char time[INSTANT_SIZE];
    char next_look[INSTANT_SIZE];
    char due[INSTANT_SIZE];
    char id[EVENT_ID_SIZE];
    when(event->time, time);
    when(event->next_look, next_look);
    when(event->due, due);
    event_id(event, id);
    const struct render_value values[] = {
        {"user", event->user},
        {"account", event->account},
        {"policy", event->policy},
        {"key_id", event->key_id},
        {"time", time},
        {"reason", event->reason},
        {"message", event->message},
        {"actor", event->actor},
        {"secret_arn", event->secret_arn},
        {"next_look", next_look},
        {"due", due},
        {"event_id", id},
        {"to_admin", notes->to_admin ? "yes" : ""},
        {"no_recipient", notes->no_recipient ? "yes" : ""},
        {"events", notes->events},
        {"count", notes->count},
        {"secret_access_key", notes->secret != NULL ? notes->secret->bytes : ""},
    };
    return open_and_fill(letter, kind, values, COUNT_OF(values), fault);
}

void letter_close(struct letter *letter) {
    text_close(&letter->subject);
    text_close(&letter->text);
    text_close(&letter->html);
}

void letter_digest_line(const struct event *event, struct text *lines) {
    char time[INSTANT_SIZE];
    when(event->time, time);
    text_format(lines, "%s  %s  %s/%s%s%s\n", time, event_type_name(event->type), event->account, event->user,
                event->key_id[0] != '\0' ? "  " : "", event->key_id);
}
