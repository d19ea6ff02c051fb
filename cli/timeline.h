/* Three rotations of one key under a policy, driven by the real decision on a rehearsed user: what each of the two slots holds, and when
 * that changes. Pure; a plain struct. */
#ifndef KEYTURN_TIMELINE_H
#define KEYTURN_TIMELINE_H

#include "doc.h"
#include "plan.h"

enum { TIMELINE_MAX = 64, TIMELINE_SLOTS = 2, TIMELINE_ROTATIONS = 3 };

/* What a slot holds. NEW: made, not served yet. IN_USE: the first key, before anything was stored. OLD: works, but another is current. */
enum slot_state { SLOT_FREE, SLOT_IN_USE, SLOT_NEW, SLOT_CURRENT, SLOT_OLD, SLOT_INACTIVE };

struct slot {
    enum slot_state state;
    char key[16]; /* "key 2" */
    int64_t created;
};

/* A change, and what the slots hold after it. The first entry is the beginning, without a step (STEP_WAIT). */
struct timeline_entry {
    int64_t at; /* seconds since the first key was made */
    struct plan plan;
    struct slot slots[TIMELINE_SLOTS];
};

struct timeline {
    const struct policy *policy; /* borrowed */
    size_t count;
    struct timeline_entry entries[TIMELINE_MAX];
    bool blocked; /* the last entry is where it stops for a person */
};

/* Lives through the rotations, and on until a fourth would begin. A policy that only watches has the first entry alone. */
void timeline_live(const struct policy *policy, struct timeline *timeline);

/* Appends the drawing, at most 80 columns wide: two bars, then a line for each change. */
void timeline_draw(const struct timeline *timeline, struct text *out);

/* The same as an object; the caller closes it. */
struct doc *timeline_doc(const struct timeline *timeline);

#endif
