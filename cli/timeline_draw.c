#include "timeline.h"

#include "instant.h"
#include "spell.h"
#include "text.h"

#include <stdio.h>

enum { BAR_WIDTH = 66, WHEN_WIDTH = 8, SLOT_WIDTH = 23 };

static const struct {
    const char *word;
    char mark;
} states[] = {
    [SLOT_FREE] = {"free", ' '},       [SLOT_IN_USE] = {"in use", '#'}, [SLOT_NEW] = {"new", '+'},
    [SLOT_CURRENT] = {"current", '#'}, [SLOT_OLD] = {"old", '='},       [SLOT_INACTIVE] = {"inactive", '.'},
};

static const char *const words[STEP_COUNT] = {
    [STEP_CREATE] = "create", [STEP_PROMOTE] = "tried: now current", [STEP_DEACTIVATE] = "deactivate",
    [STEP_DELETE] = "delete", [STEP_BLOCK] = "stops for a person",
};

static const char *word_of(enum step step) {
    return words[step] != NULL ? words[step] : step_name(step);
}

/* --- the bars ------------------------------------------------------------------------------------------------------------ */

/* What the slot holds at that time: by the last entry not after it. */
static enum slot_state state_at(const struct timeline *timeline, size_t slot, int64_t at) {
    size_t last = 0;
    while (last + 1 < timeline->count && timeline->entries[last + 1].at <= at)
        last++;
    return timeline->entries[last].slots[slot].state;
}

/* Where two changes fall into one column, the column shows how it ends. */
static void add_bar(const struct timeline *timeline, size_t slot, int64_t length, struct text *out) {
    text_format(out, "slot %zu  |", slot + 1);
    for (int64_t column = 0; column < BAR_WIDTH; column++)
        text_append(out, &states[state_at(timeline, slot, (column + 1) * length / BAR_WIDTH - 1)].mark, 1);
    text_add(out, "|\n");
}

static void add_bars(const struct timeline *timeline, struct text *out) {
    char end[SPELL_SIZE];
    int64_t length = timeline->entries[timeline->count - 1].at;
    length = length > 0 ? length + length / 16 : 1;
    for (size_t slot = 0; slot < TIMELINE_SLOTS; slot++)
        add_bar(timeline, slot, length, out);
    spell_span(length, end);
    text_format(out, "         0%*s\n", BAR_WIDTH, end);
    text_add(out, "         # current   = old, still works   . inactive\n\n");
}

/* --- the lines ----------------------------------------------------------------------------------------------------------- */

static void add_slot(const struct slot *slot, int64_t at, struct text *out) {
    char age[SPELL_SIZE];
    char cell[128];
    spell_span(at - slot->created, age);
    if (slot->state == SLOT_FREE)
        snprintf(cell, sizeof cell, "free");
    else
        snprintf(cell, sizeof cell, "%s %s, %s", slot->key, states[slot->state].word, age);
    text_format(out, "  %-*s", SLOT_WIDTH, cell);
}

static void add_line(const struct timeline *timeline, size_t index, struct text *out) {
    const struct timeline_entry *entry = &timeline->entries[index];
    char when[SPELL_SIZE];
    spell_span(entry->at, when);
    text_format(out, "%*s", WHEN_WIDTH, when);
    for (size_t slot = 0; slot < TIMELINE_SLOTS; slot++)
        add_slot(&entry->slots[slot], entry->at, out);
    if (index == 0)
        text_add(out, "  key 1 is made");
    else if (entry->plan.step == STEP_PROMOTE || entry->plan.step == STEP_BLOCK)
        text_format(out, "  %s", word_of(entry->plan.step));
    else
        text_format(out, "  %s %s", word_of(entry->plan.step), entry->plan.key);
    text_add(out, "\n");
    if (timeline->blocked && index + 1 == timeline->count)
        text_format(out, "%*s  %s\n", WHEN_WIDTH, "", reason_sentence(entry->plan.reason));
}

static void add_head(const struct policy *policy, struct text *out) {
    char rotate[DURATION_SIZE], off[DURATION_SIZE], erase[DURATION_SIZE], overlap[DURATION_SIZE];
    duration_text(policy->rotate_after, rotate);
    duration_text(policy->deactivate_after, off);
    duration_text(policy->delete_after, erase);
    duration_text(policy->min_overlap, overlap);
    const char *deleted = policy->delete_rule == DELETE_AT_AGE          ? erase
                          : policy->delete_rule == DELETE_NEXT_ROTATION ? "the next rotation"
                                                                        : "never, but for a slot";
    text_format(out, "Policy %s: next key at %s, old key off at %s, deleted at %s.\n", policy->name, rotate, off,
                deleted);
    if (policy->min_overlap > 0)
        text_format(out, "Both keys work for %s at least.\n", overlap);
    else
        text_add(out, "The old key is turned off as soon as the new one has worked.\n");
    if (policy->warn_count > 0)
        text_add(out, "The owner is told ahead:");
    for (size_t i = 0; i < policy->warn_count; i++) {
        duration_text(policy->warn_before[i], rotate);
        text_format(out, "%s %s%s", i > 0 ? "," : "", rotate,
                    i + 1 < policy->warn_count ? "" : " before the next key.\n");
    }
    text_add(out, "\n");
}

static void draw_watching(const struct policy *policy, struct text *out) {
    char age[DURATION_SIZE];
    text_format(out, "Policy %s only watches: no key is ever changed.\n", policy->name);
    for (size_t i = 0; i < policy->notify_count; i++) {
        duration_text(policy->notify_at[i], age);
        text_format(out, "%*s  its owner is told\n", WHEN_WIDTH, age);
    }
    duration_text(policy->notify_overdue, age);
    if (policy->notify_overdue > 0)
        text_format(out, "%*s  it is overdue, and listed\n", WHEN_WIDTH, age);
}

void timeline_draw(const struct timeline *timeline, struct text *out) {
    if (timeline->policy->notify_only) {
        draw_watching(timeline->policy, out);
        return;
    }
    add_head(timeline->policy, out);
    add_bars(timeline, out);
    text_format(out, "%*s  %-*s  %-*s  what happens\n", WHEN_WIDTH, "after", SLOT_WIDTH, "slot 1", SLOT_WIDTH,
                "slot 2");
    for (size_t i = 0; i < timeline->count; i++)
        add_line(timeline, i, out);
}

/* --- JSON ---------------------------------------------------------------------------------------------------------------- */

static struct doc *slots_doc(const struct timeline_entry *entry) {
    struct doc *slots = doc_array();
    for (size_t i = 0; i < TIMELINE_SLOTS; i++) {
        const struct slot *slot = &entry->slots[i];
        struct doc *doc = doc_object();
        doc_set_text(doc, "state", states[slot->state].word);
        if (slot->state != SLOT_FREE) {
            doc_set_text(doc, "key", slot->key);
            doc_set_int(doc, "age", entry->at - slot->created);
        }
        doc_add(slots, doc);
    }
    return slots;
}

struct doc *timeline_doc(const struct timeline *timeline) {
    struct doc *doc = doc_object();
    struct doc *entries = doc_array();
    for (size_t i = 0; i < timeline->count; i++) {
        const struct timeline_entry *entry = &timeline->entries[i];
        struct doc *row = doc_object();
        doc_set_int(row, "at", entry->at);
        doc_set_text(row, "step", i > 0 ? step_name(entry->plan.step) : "begin");
        doc_set_text(row, "key", entry->plan.key[0] != '\0' ? entry->plan.key : NULL);
        doc_set_text(row, "reason", i > 0 ? reason_name(entry->plan.reason) : NULL);
        doc_set(row, "slots", slots_doc(entry));
        doc_add(entries, row);
    }
    doc_set_text(doc, "policy", timeline->policy->name);
    doc_set_bool(doc, "notify_only", timeline->policy->notify_only);
    doc_set_bool(doc, "blocked", timeline->blocked);
    doc_set(doc, "entries", entries);
    return doc;
}
