/* Every setting once: its path in the file, its kind, where it goes, its range and its default. The schema, the environment,
 * `config show` and the test of the documentation all walk these rows. Constant tables; nothing is owned. */
#ifndef KEYTURN_CONFIG_SETTINGS_H
#define KEYTURN_CONFIG_SETTINGS_H

#include "lines.h"
#include "text.h"

enum {
    SETTINGS_MOST = 64,     /* rows of one table */
    LIST_ENTRIES_MOST = 64, /* read of a list, before its row's own ceiling is applied */
};

enum setting_kind {
    SETTING_TEXT,        /* char[size]; one of `names` where those are given */
    SETTING_INT,         /* int64_t between least and most */
    SETTING_BOOL,        /* bool */
    SETTING_PERCENT,     /* int64_t from 0 to 100, written with its sign */
    SETTING_INSTANT,     /* int64_t Unix seconds; a date, which is its first second in UTC, or ISO 8601 */
    SETTING_DURATION,    /* int64_t seconds between least and most */
    SETTING_CHOICE,      /* int (an enum), by its place in `names` */
    SETTING_SECRET,      /* struct secret */
    SETTING_SECRET_FILE, /* the row after its secret: a file that holds it */
    SETTING_DELETE_RULE, /* of a policy: an age, next_rotation or never */
    SETTING_IN_USE,      /* of a policy: none or old_idle:<duration> */
    SETTING_TEXTS,       /* char[most][size] and a count: a list */
    SETTING_DURATIONS,   /* int64_t[most] and a count: a list */
    SETTING_MAP,         /* any keys; read by properties.c */
};

enum {
    SETTING_REQUIRED = 1,
    SETTING_SHY = 2,           /* not shown while it is empty or zero */
    SETTING_NAMES_SECRETS = 4, /* the path of a file that holds secrets: nobody else should be able to read it */
};

struct setting {
    const char *path; /* "redis.host"; within a policy or an account: "select.accounts" */
    enum setting_kind kind;
    unsigned flags;
    size_t offset; /* in struct config, policy or config_account */
    size_t size;   /* of a text, or of one text of a list */
    size_t count;  /* offset of a list's count */
    int64_t least;
    int64_t most; /* of a number; the entries of a list */
    const char *const *names;
    const char *fallback;                 /* as it would be written in the file; NULL: empty, or policy_defaults() */
    bool (*acceptable)(const char *text); /* may be NULL */
    const char *expected;                 /* what acceptable() asks for, after "is not" */
};

/* One kind of struct, and where its settings stand in the file. */
struct setting_table {
    const char *prefix; /* "", "accounts[].", "policies[]." */
    const struct setting *rows;
    size_t count;
};

enum setting_tables { TABLE_CONFIG, TABLE_ACCOUNTS, TABLE_POLICIES, TABLE_COUNT };
extern const struct setting_table setting_tables[TABLE_COUNT];

/* Is its value a list of scalars? */
bool setting_is_list(const struct setting *setting);

/* "redis.host" -> "KEYTURN_REDIS_HOST". */
void setting_environment_name(const struct setting *setting, struct text *name);

/* What the settings expect at a pattern ("policies[].select", indices left out): false if they know no such path. */
bool settings_expect(const char *pattern, enum line_kind *kind) MUST_CHECK;

/* Is the pattern a free map, whose keys are not settings? */
bool settings_free_map(const char *pattern);

/* Calls `visit` with each key known directly under the pattern ("" for the top), once each. */
void settings_keys(const char *pattern, void (*visit)(const char *key, void *context), void *context);

#endif
