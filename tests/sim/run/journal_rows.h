/* The inside of a journal: who there is, which keys, what happened. Private to journal.c and journal_table.c. */
#ifndef KEYTURN_TESTS_JOURNAL_ROWS_H
#define KEYTURN_TESTS_JOURNAL_ROWS_H

#include "journal.h"

struct person {
    char name[USER_NAME_SIZE];
    char id[USER_ID_SIZE];
    unsigned number; /* among those of the name */
    unsigned keys;
};

struct named_key {
    char id[KEY_ID_SIZE];
    size_t person;
    unsigned number;
};

struct entry {
    int64_t at_ms;
    size_t person;
    size_t key; /* 1 + its place; 0: none */
    char what[JOURNAL_WHAT];
};

struct journal {
    int64_t began_ms;
    size_t person_count;
    struct person *persons; /* the first is nobody in particular */
    size_t key_count;
    struct named_key *keys;
    size_t count;
    size_t capacity;
    struct entry *entries;
};

#endif
