/* A Redis command: its words, in fixed room, without a destructor. Words are zero-terminated and never parsed by a shell or a
 * format, so any name can be one. A command that outgrows its room is marked and refused when it is sent. */
#ifndef KEYTURN_REDIS_COMMAND_H
#define KEYTURN_REDIS_COMMAND_H

#include "text.h"

enum { COMMAND_WORDS = 128, COMMAND_BYTES = 8 * 1024 };

struct command {
    size_t count;
    const char *words[COMMAND_WORDS]; /* borrowed literals, or within bytes[] */
    size_t used;
    bool overflowed;
    char bytes[COMMAND_BYTES];
};

/* Starts over with one word, which is borrowed. */
void command_begin(struct command *command, const char *verb);

/* Adds a word that lasts as long as the command, borrowed. */
void command_borrow(struct command *command, const char *word);

/* Adds a word, copied. */
void command_add(struct command *command, const char *word);

/* Adds a word of at most `length` bytes, copied. */
void command_add_part(struct command *command, const char *word, size_t length);

/* Adds a number in decimal. */
void command_add_number(struct command *command, int64_t number);

/* Adds the key <prefix><kind>, <prefix><kind>:<first> or <prefix><kind>:<first>/<second>; NULL leaves a part out. */
void command_add_key(struct command *command, const char *prefix, const char *kind, const char *first,
                     const char *second);

/* Appends so many words to `out` as they are sent (RESP: an array of bulk strings). */
void command_spell(size_t count, const char *const *words, struct text *out);

#endif
