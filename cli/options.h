/* The options of all commands: one table gives the parser and the help. Owns nothing; texts are borrowed from argv. */
#ifndef KEYTURN_OPTIONS_H
#define KEYTURN_OPTIONS_H

#include "fault.h"
#include "text.h"

enum {
    OPTION_CONFIG = 1 << 0,
    OPTION_PARTITIONS = 1 << 1,
    OPTION_REPLICATION = 1 << 2,
    OPTION_JSON = 1 << 3,
    OPTION_DETAILED = 1 << 4,
    OPTION_HELP = 1 << 5,
    OPTION_POLICY = 1 << 6,
    OPTION_ROLE = 1 << 7,
    OPTION_ACCOUNT = 1 << 8,
    OPTION_REGION = 1 << 9,
    OPTION_USER = 1 << 10,
    OPTION_RATE = 1 << 11,
    OPTION_COLOR = 1 << 12,
    OPTION_VERSION = 1 << 13,
    OPTION_API = 1 << 14,
    OPTION_REASON = 1 << 15,
    OPTION_ALL = 1 << 16,
    OPTION_FOLLOW = 1 << 17,
    OPTION_TYPE = 1 << 18,
    OPTION_CSV = 1 << 19,
    OPTION_STATE = 1 << 20,
    OPTION_FORMAT = 1 << 21,
    OPTION_LIMIT = 1 << 22,
    OPTION_MAN = 1 << 23,
    OPTION_FILE = 1 << 24,
    OPTION_SCOPE = 1 << 25,
    OPTION_EXPIRES = 1 << 26,
};

enum { OPTIONS_WORDS = 4, OPTIONS_TIMES = 64 };

/* The values of an option that may be given several times. */
struct option_list {
    size_t count;
    const char *items[OPTIONS_TIMES];
};

struct options {
    const char *config; /* NULL: not given */
    int64_t partitions; /* 0: not given */
    int64_t replication;
    const char *policy; /* a file, or the name of a policy, as the command takes it */
    struct option_list roles;
    struct option_list accounts; /* ID, or ID=ROLE_ARN, as the command takes it */
    struct option_list users;
    const char *region;
    int64_t rate;
    const char *api; /* NULL: not given */
    const char *reason;
    const char *type;
    const char *state;
    const char *format;
    int64_t limit;    /* 0: not given */
    const char *file; /* NULL: not given */
    struct option_list scopes;
    const char *expires;
    const char *color; /* NULL, or one of auto, always, never */
    bool json;
    bool detailed;
    bool all;
    bool follow;
    bool csv;
    bool man;
    bool help;
    bool version;
    unsigned given; /* which were named at all */
    size_t word_count;
    const char *words[OPTIONS_WORDS]; /* what is no option */
};

/* Reads "--name", "--name value" and "--name=value", in any order with words; "-h" is "--help", and after "--" everything is a word. FAULT_CONFIG says
 * what is wrong. */
bool options_parse(int argc, char *const *argv, struct options *options, struct fault *fault) MUST_CHECK;

/* Appends one line for each of these options, as `command` takes it. */
void options_help(const char *command, unsigned which, struct text *out);

/* Calls `visit` for each of these options, in the order of the help: its name, its value as help shows it (empty: it takes none)
 * and its sentence, both as `command` takes it ("": as most do). */
void options_each(const char *command, unsigned which,
                  void (*visit)(const char *name, const char *value, const char *sentence, void *context),
                  void *context);

/* The name ("--json") of the first of these options. */
const char *options_name(unsigned which);

#endif
