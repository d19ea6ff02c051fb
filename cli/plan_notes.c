#include "plan_notes.h"

#include "instant.h"
#include "spell.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE };

bool plan_overridden(const struct plan_user *user) {
    return user->refused[0] == '\0' && !override_empty(&user->override);
}

void plan_note_clock(int64_t seconds, char text[CLOCK_SIZE]) {
    unsigned hour = (unsigned)(seconds / HOUR) % 100;
    unsigned minute = (unsigned)(seconds % HOUR / MINUTE);
    snprintf(text, CLOCK_SIZE, "%02u:%02u", hour, minute);
}

void plan_note_days(unsigned days, char text[PLAN_NOTE_SIZE]) {
    bool all = days == (1U << 7) - 1;
    text[0] = '\0';
    for (unsigned day = 0; !all && calendar_day_names[day] != NULL; day++)
        if ((days >> day & 1U) != 0)
            snprintf(text + strlen(text), PLAN_NOTE_SIZE - strlen(text), "%s ", calendar_day_names[day]);
}

/* After the colon a blank, then commas. */
static const char *separator(const struct text *note) {
    return note->bytes[note->length - 1] == ':' ? " " : ", ";
}

static void add_window(const struct override *override, struct text *note) {
    char days[PLAN_NOTE_SIZE];
    char from[CLOCK_SIZE];
    char to[CLOCK_SIZE];
    plan_note_days(override->days, days);
    plan_note_clock(override->from, from);
    plan_note_clock(override->to, to);
    text_format(note, "%swindow %s%s-%s", separator(note), days, from, to);
}

static void note_override(const struct plan_user *user, struct text *note) {
    const struct override *override = &user->override;
    char age[DURATION_SIZE];
    if (!plan_overridden(user))
        return;
    text_add(note, "by its own tags:");
    for (size_t i = 0; i < OVERRIDE_AGES; i++) {
        duration_text(override->ages[i], age);
        if (override->given[i])
            text_format(note, "%s%s %s", separator(note), override_age_name((enum override_age)i), age);
    }
    if (override->windowed)
        add_window(override, note);
    if (override->exempt)
        text_format(note, "%sexempt", separator(note));
}

static void note_refused(const struct plan_user *user, struct text *note) {
    if (user->refused[0] != '\0')
        text_format(note, "its tags are ignored: %s", user->refused);
}

static bool goes_on(const struct plan_user *user) {
    enum outlook_kind kind = user->outlook.kind;
    return outlook_changes(kind) || kind == OUTLOOK_HELD || kind == OUTLOOK_WAITING;
}

static void note_rollout(const struct plan_user *user, struct text *note) {
    if (user->outlook.outside && goes_on(user))
        text_format(note, "not in the roll-out of %" PRId64 "%%: what would be done is only announced",
                    user->policy->rollout);
}

static void note_start(const struct plan_user *user, struct text *note) {
    char when[SPELL_WHEN_SIZE];
    spell_when(user->outlook.start, user->outlook.now, when);
    if (user->outlook.start != 0 && goes_on(user))
        text_format(note, "the policy begins with this user %s", when);
}

static bool is_about_age(const struct outlook *outlook) {
    return outlook->plan.reason == REASON_DUE ||
           (outlook->foreseen && outlook->next.step == STEP_CREATE && outlook->next.reason == REASON_DUE);
}

static void note_jitter(const struct plan_user *user, struct text *note) {
    char late[SPELL_SIZE];
    spell_span(user->outlook.jitter, late);
    if (user->outlook.jitter > 0 && user->outlook.start == 0 && is_about_age(&user->outlook))
        text_format(note, "due %s after rotate_after, by jitter", late);
}

static void note_pause(const struct plan_user *user, struct text *note) {
    const struct outlook *outlook = &user->outlook;
    char since[SPELL_WHEN_SIZE];
    spell_when(outlook->paused, outlook->now, since);
    if (outlook->paused == 0)
        return;
    text_format(note, "paused %s%s%s%s, until resumed", since, outlook->paused_by[0] != '\0' ? " by " : "",
                outlook->paused_by, outlook->paused_for_rollback ? " with a request to roll back" : "");
}

size_t plan_notes(const struct plan_user *user, char notes[PLAN_NOTES][PLAN_NOTE_SIZE]) {
    static void (*const all[PLAN_NOTES])(const struct plan_user *user, struct text *note) = {
        note_override, note_refused, note_rollout, note_start, note_jitter, note_pause,
    };
    size_t count = 0;
    struct text note;
    if (user->outlook.kind == OUTLOOK_UNREADABLE || user->policy == NULL)
        return 0;
    text_open(&note, PLAN_NOTE_SIZE);
    for (size_t i = 0; i < PLAN_NOTES; i++) {
        text_reset(&note);
        all[i](user, &note);
        if (note.length > 0)
            text_clip(notes[count++], PLAN_NOTE_SIZE, note.bytes);
    }
    text_close(&note);
    return count;
}
