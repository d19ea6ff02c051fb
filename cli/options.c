#include "options.h"

#include "closest.h"

#include <errno.h>
#include <stdio.h>
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
    {OPTION_ALL, "--all", "", "every account", NO_VALUE, 0, offsetof(struct options, all)},
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
    {OPTION_POLICY, "--policy", "POLICY", "only this policy, by its name", TEXT_VALUE, 0,
     offsetof(struct options, policy)},
    {OPTION_ROLE, "--role-arn", "ARN", "read the account of this role, through it; may be repeated", LIST_VALUE, 0,
     offsetof(struct options, roles)},
    {OPTION_ACCOUNT, "--account", "ID", "only in this account", LIST_VALUE, 0, offsetof(struct options, accounts)},
    {OPTION_REGION, "--region", "NAME", "where the secrets are (AWS_REGION, then AWS_DEFAULT_REGION)", TEXT_VALUE, 0,
     offsetof(struct options, region)},
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

/* What an option says otherwise on the page of one command. */
static const struct own {
    const char *command;
    unsigned bit;
    const char *value;
    const char *sentence;
} owns[] = {
    {"plan", OPTION_POLICY, "FILE", "a file with `policies:`; a whole configuration will do"},
    {"plan", OPTION_ACCOUNT, "ID=ARN", "as --role-arn, and the role must be of that account; may be repeated"},
    {"pause", OPTION_ACCOUNT, "ID", "this account; with USER: the user of this account"},
    {"resume", OPTION_ACCOUNT, "ID", "this account; with USER: the user of this account"},
    {"deactivate", OPTION_ACCOUNT, "ID", "the account of the key's user"},
    {"deactivate", OPTION_USER, "NAME", "the key's user"},
    {"apikey create", OPTION_ACCOUNT, "PATTERN", "accounts it may see; may be repeated (all)"},
    {"apikey create", OPTION_USER, "PATTERN", "users it may see; may be repeated (all)"},
    {"dlq retry", OPTION_ALL, "", "every letter"},
    {"credentials", OPTION_REGION, "NAME", "of ses_smtp: the region of SES"},
    {"report", OPTION_DETAILED, "", "exit 2 where a user does not comply"},
    {"topics plan", OPTION_DETAILED, "", "exit 2 where a topic is missing"},
};

static const struct own *own_of(const char *command, unsigned bit) {
    for (size_t i = 0; i < COUNT_OF(owns); i++)
        if (owns[i].bit == bit && strcmp(owns[i].command, command) == 0)
            return &owns[i];
    return NULL;
}

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

static bool refuse_option(const char *argument, struct fault *fault) {
    struct closest closest = closest_to(argument + strspn(argument, "-")); /* hyphens are no likeness */
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        closest_offer(rows[i].name + strlen("--"), &closest);
    if (closest.best[0] == '\0')
        return fault_set(fault, FAULT_CONFIG, WHERE, "unknown option %s", argument);
    return fault_set(fault, FAULT_CONFIG, WHERE, "unknown option %s (did you mean --%s?)", argument, closest.best);
}

/* `next` is the argument after this one; *used tells whether it was this one's value. */
static bool read_option(const char *argument, const char *next, bool *used, struct options *options,
                        struct fault *fault) {
    const struct row *row = find(argument);
    const char *equals = strchr(argument, '=');
    *used = false;
    if (row == NULL)
        return refuse_option(argument, fault);
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

void options_each(const char *command, unsigned which,
                  void (*visit)(const char *name, const char *value, const char *sentence, void *context),
                  void *context) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct own *own = own_of(command, rows[i].bit);
        if ((which & rows[i].bit) != 0)
            visit(rows[i].name, own != NULL ? own->value : rows[i].value,
                  own != NULL ? own->sentence : rows[i].sentence, context);
    }
}

static void add_line(const char *option, const char *value, const char *sentence, void *context) {
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", option, value[0] != '\0' ? " " : "", value);
    text_format(context, "  %-22s %s\n", name, sentence);
}

void options_help(const char *command, unsigned which, struct text *out) {
    options_each(command, which, add_line, out);
}

const char *options_name(unsigned which) {
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if ((which & rows[i].bit) != 0)
            return rows[i].name;
    return "";
}
