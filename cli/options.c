#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char WHERE[] = "arguments";

enum value_of { NO_VALUE, TEXT_VALUE, NUMBER_VALUE, LIST_VALUE, CHOICE_VALUE };

static const char *const choices[] = {"auto", "always", "never"};

static const struct row {
    unsigned bit;
    const char *name;
    const char *value; /* as help shows it; empty: takes none */
    const char *sentence;
    enum value_of takes;
    int64_t most;
    size_t offset;
} rows[] = {
    {OPTION_CONFIG, "--config", "FILE", "the configuration (KEYTURN_CONFIG, then /etc/keyturn/keyturn.yaml)",
     TEXT_VALUE, 0, offsetof(struct options, config)},
    {OPTION_PARTITIONS, "--partitions", "N", "partitions of topics that are made, instead of the numbers shown",
     NUMBER_VALUE, 10000, offsetof(struct options, partitions)},
    {OPTION_REPLICATION, "--replication", "N",
     "copies of each partition of topics that are made (the broker's default)", NUMBER_VALUE, 1000,
     offsetof(struct options, replication)},
    {OPTION_API, "--api", "URL", "the API (KEYTURN_API_URL, then http://127.0.0.1:8000); http only on loopback",
     TEXT_VALUE, 0, offsetof(struct options, api)},
    {OPTION_REASON, "--reason", "TEXT", "why, for whoever reads it later", TEXT_VALUE, 0,
     offsetof(struct options, reason)},
    {OPTION_ALL, "--all", "", "of pause and resume: every account; of dlq retry: every letter", NO_VALUE, 0,
     offsetof(struct options, all)},
    {OPTION_FOLLOW, "--follow", "", "print events as they come, until interrupted", NO_VALUE, 0,
     offsetof(struct options, follow)},
    {OPTION_TYPE, "--type", "TYPE", "only events of this type, as key.created", TEXT_VALUE, 0,
     offsetof(struct options, type)},
    {OPTION_STATE, "--state", "STATE", "only users in this state, as blocked", TEXT_VALUE, 0,
     offsetof(struct options, state)},
    {OPTION_FORMAT, "--format", "FORMAT", "credential_process (unless given), env, credentials_file or ses_smtp",
     TEXT_VALUE, 0, offsetof(struct options, format)},
    {OPTION_LIMIT, "--limit", "N", "letters at most (1000)", NUMBER_VALUE, 100000, offsetof(struct options, limit)},
    {OPTION_CSV, "--csv", "", "print CSV, a line for each key", NO_VALUE, 0, offsetof(struct options, csv)},
    {OPTION_MAN, "--man", "", "print a manual page, for man(1)", NO_VALUE, 0, offsetof(struct options, man)},
    {OPTION_POLICY, "--policy", "POLICY", "of plan: a file with `policies:`; elsewhere: the name of one", TEXT_VALUE, 0,
     offsetof(struct options, policy)},
    {OPTION_ROLE, "--role-arn", "ARN", "read the account of this role, through it; may be repeated", LIST_VALUE, 0,
     offsetof(struct options, roles)},
    {OPTION_ACCOUNT, "--account", "ID", "only this account; of plan ID=ARN: as --role-arn, and may be repeated",
     LIST_VALUE, 0, offsetof(struct options, accounts)},
    {OPTION_REGION, "--region", "NAME", "where the secrets are (AWS_REGION, then AWS_DEFAULT_REGION); of ses_smtp: SES",
     TEXT_VALUE, 0, offsetof(struct options, region)},
    {OPTION_USER, "--user", "NAME", "only this user; may be repeated", LIST_VALUE, 0, offsetof(struct options, users)},
    {OPTION_RATE, "--rate", "N", "calls a second at most, in each account (20)", NUMBER_VALUE, 1000,
     offsetof(struct options, rate)},
    {OPTION_COLOR, "--color", "WHEN", "auto (on a terminal), always or never", CHOICE_VALUE, 0,
     offsetof(struct options, color)},
    {OPTION_FILE, "--file", "FILE", "the API keys' own file, instead of what the configuration names", TEXT_VALUE, 0,
     offsetof(struct options, file)},
    {OPTION_SCOPE, "--scope", "SCOPE", "credentials:read, users:read, rotate, admin or metrics; may be repeated",
     LIST_VALUE, 0, offsetof(struct options, scopes)},
    {OPTION_EXPIRES, "--expires", "TIME", "from now on, as 90d (never)", TEXT_VALUE, 0,
     offsetof(struct options, expires)},
    {OPTION_JSON, "--json", "", "print JSON", NO_VALUE, 0, offsetof(struct options, json)},
    {OPTION_DETAILED, "--detailed-exitcode", "", "exit 2 where something would change", NO_VALUE, 0,
     offsetof(struct options, detailed)},
    {OPTION_VERSION, "--version", "", "print the version", NO_VALUE, 0, offsetof(struct options, version)},
    {OPTION_HELP, "--help", "", "this page", NO_VALUE, 0, offsetof(struct options, help)},
};

static const struct row *find(const char *argument) {
    size_t length = strcspn(argument, "=");
    if (strcmp(argument, "-h") == 0)
        return find("--help");
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, argument, length) == 0)
            return &rows[i];
    return NULL;
}

static bool read_number(const struct row *row, const char *text, int64_t *number, struct fault *fault) {
    char *end = NULL;
    errno = 0;
    *number = strtoll(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && *number >= 1 && *number <= row->most)
        return true;
    return fault_set(fault, FAULT_CONFIG, WHERE, "%s must be a number from 1 to %lld, not \"%s\"", row->name,
                     (long long)row->most, text);
}

static bool add_value(const struct row *row, const char *value, struct option_list *list, struct fault *fault) {
    if (list->count == OPTIONS_TIMES)
        return fault_set(fault, FAULT_CONFIG, WHERE, "%s may be given %d times at most", row->name, OPTIONS_TIMES);
    list->items[list->count++] = value;
    return true;
}

static bool choose(const struct row *row, const char *value, const char **chosen, struct fault *fault) {
    for (size_t i = 0; i < COUNT_OF(choices); i++)
        if (strcmp(choices[i], value) == 0)
            *chosen = choices[i];
    return *chosen != NULL ||
           fault_set(fault, FAULT_CONFIG, WHERE, "%s must be auto, always or never, not \"%s\"", row->name, value);
}

static bool store(const struct row *row, const char *value, struct options *options, struct fault *fault) {
    char *member = (char *)options + row->offset;
    options->given |= row->bit;
    if (row->takes == NUMBER_VALUE)
        return read_number(row, value, (int64_t *)(void *)member, fault);
    if (row->takes == LIST_VALUE)
        return add_value(row, value, (struct option_list *)(void *)member, fault);
    if (row->takes == CHOICE_VALUE)
        return choose(row, value, (const char **)(void *)member, fault);
    if (row->takes == TEXT_VALUE)
        *(const char **)(void *)member = value;
    else
        *(bool *)(void *)member = true;
    return true;
}

/* `next` is the argument after this one; *used tells whether it was this one's value. */
static bool read_option(const char *argument, const char *next, bool *used, struct options *options,
                        struct fault *fault) {
    const struct row *row = find(argument);
    const char *equals = strchr(argument, '=');
    *used = false;
    if (row == NULL)
        return fault_set(fault, FAULT_CONFIG, WHERE, "unknown option %s", argument);
    if (row->takes == NO_VALUE && equals != NULL)
        return fault_set(fault, FAULT_CONFIG, WHERE, "%s takes no value", row->name);
    if (row->takes == NO_VALUE || equals != NULL)
        return store(row, equals != NULL ? equals + 1 : "", options, fault);
    if (next == NULL)
        return fault_set(fault, FAULT_CONFIG, WHERE, "%s needs a value: %s %s", row->name, row->name, row->value);
    *used = true;
    return store(row, next, options, fault);
}

static bool add_word(struct options *options, const char *word, struct fault *fault) {
    if (options->word_count == OPTIONS_WORDS)
        return fault_set(fault, FAULT_CONFIG, WHERE, "too many words, from \"%s\" on", word);
    options->words[options->word_count++] = word;
    return true;
}

bool options_parse(int argc, char *const *argv, struct options *options, struct fault *fault) {
    bool only_words = false;
    memset(options, 0, sizeof *options);
    for (int i = 1; i < argc; i++) {
        bool used = false;
        bool fine = true;
        if (!only_words && strcmp(argv[i], "--") == 0)
            only_words = true;
        else if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0')
            fine = read_option(argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used, options, fault);
        else
            fine = add_word(options, argv[i], fault);
        if (!fine)
            return false;
        i += used ? 1 : 0;
    }
    return true;
}

void options_each(unsigned which,
                  void (*visit)(const char *name, const char *value, const char *sentence, void *context),
                  void *context) {
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if ((which & rows[i].bit) != 0)
            visit(rows[i].name, rows[i].value, rows[i].sentence, context);
}

void options_help(unsigned which, struct text *out) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char name[64];
        if ((which & rows[i].bit) == 0)
            continue;
        text_clip(name, sizeof name, rows[i].name);
        size_t length = strlen(name);
        if (rows[i].value[0] != '\0') {
            name[length] = ' ';
            text_clip(name + length + 1, sizeof name - length - 1, rows[i].value);
        }
        text_format(out, "  %-22s %s\n", name, rows[i].sentence);
    }
}

const char *options_name(unsigned which) {
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if ((which & rows[i].bit) != 0)
            return rows[i].name;
    return "";
}
