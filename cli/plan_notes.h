/* What a person should know beside the plan of one user: tags that set something, what holds the user back, and until when. Pure. */
#ifndef KEYTURN_PLAN_NOTES_H
#define KEYTURN_PLAN_NOTES_H

#include "plan_read.h"

enum { PLAN_NOTES = 6, PLAN_NOTE_SIZE = PLAN_WHY_SIZE + 64 };

/* Fills in the notes, each one line; how many. */
size_t plan_notes(const struct plan_user *user, char notes[PLAN_NOTES][PLAN_NOTE_SIZE]);

/* Do the tags of the user set anything? They are there, and the policy takes them. */
bool plan_overridden(const struct plan_user *user);

/* "22:00", of seconds into a day; "mon tue ", of days, empty for all of them. */
void plan_note_clock(int64_t seconds, char text[CLOCK_SIZE]);
void plan_note_days(unsigned days, char text[PLAN_NOTE_SIZE]);

#endif
