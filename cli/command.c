#include "command.h"
#include "manual.h"
#include "shown.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 128, PAGE_MAX = 16 * 1024 };

static const char TOPICS_DETAILS[] =
    "The topics Keyturn needs, compared with those the broker has. Existing topics are never altered:\n"
    "another number of partitions would move keys to other partitions.\n";

#define API_WORDS                                                                                  \
    "Asks the API: its key is in KEYTURN_API_KEY, in the file KEYTURN_API_KEY_FILE names, or in\n" \
    "~/.config/keyturn/key, which only its owner may read.\n"
#define API_ENDS "Exit codes: 0 done, 1 fault or refused, 2 wrong usage.\n"

static const struct command commands[] = {
    {"status", "show how users stand, or all that is known of one", "[USER]",
     OPTION_API | OPTION_ACCOUNT | OPTION_POLICY | OPTION_STATE | OPTION_COLOR | OPTION_JSON,
     "Without USER a line for each: state, keys, what comes next and when. With USER also the history and the\n"
     "open requests.\n" API_WORDS API_ENDS,
     status_command},
    {"rotate", "ask for a new key for a user now", "USER", OPTION_API | OPTION_ACCOUNT | OPTION_REASON | OPTION_JSON,
     "Waives the age of the key, no overlap. The request is written down before it is answered, and done later;\n"
     "status and events tell how it goes. A second one while one is open is refused.\n" API_WORDS API_ENDS,
     request_command},
    {"rollback", "go back to the previous key of a user", "USER",
     OPTION_API | OPTION_ACCOUNT | OPTION_REASON | OPTION_JSON,
     "The previous key is made active again, tried, and made current; the user is paused until resumed.\n" API_WORDS
         API_ENDS,
     request_command},
    {"deactivate", "emergency: this key is leaked, replace it and turn it off", "KEY_ID",
     OPTION_API | OPTION_ACCOUNT | OPTION_USER | OPTION_REASON | OPTION_JSON,
     "Never refused for another request; says what it waits for. Whose key it is is found by the last look, or\n"
     "said by --user and --account.\n" API_WORDS API_ENDS,
     deactivate_command},
    {"pause", "change nothing on a user, in an account, or anywhere", "[USER]",
     OPTION_API | OPTION_ACCOUNT | OPTION_ALL | OPTION_REASON | OPTION_JSON,
     "Until resumed; emergencies go on. With --all one account that fails does not keep the others: the exit code\n"
     "is then 1.\n" API_WORDS API_ENDS,
     pause_command},
    {"resume", "end a pause", "[USER]", OPTION_API | OPTION_ACCOUNT | OPTION_ALL | OPTION_REASON | OPTION_JSON,
     "Refused while a rollback is unmet, and for a safety floor after the pause.\n" API_WORDS API_ENDS, pause_command},
    {"events", "show the events of a user, or all as they come", "[USER]",
     OPTION_API | OPTION_ACCOUNT | OPTION_FOLLOW | OPTION_TYPE | OPTION_JSON,
     "USER alone: the history the API knows. With --follow: until interrupted, a line for each, with --json a\n"
     "CloudEvent a line; a lost connection is made again, and goes on where it was.\n" API_WORDS
     "Exit codes: 0 done, 1 fault, 2 wrong usage.\n",
     events_command},
    {"credentials", "print the current credential of a user", "USER",
     OPTION_API | OPTION_ACCOUNT | OPTION_FORMAT | OPTION_REGION | OPTION_JSON,
     "Unless told otherwise the document an AWS SDK wants of a credential_process:\n"
     "  [profile anna]\n"
     "  credential_process = keyturn credentials anna\n"
     "Complaints go to standard error.\n" API_WORDS API_ENDS,
     credentials_command},
    {"report", "list every key: age, state, owner, last use, and whether it keeps to the policy", "",
     OPTION_API | OPTION_ACCOUNT | OPTION_POLICY | OPTION_STATE | OPTION_CSV | OPTION_JSON | OPTION_DETAILED,
     "Looks at each user, so a long list takes its time; how far it is is shown on a terminal. A user does not\n"
     "comply while an active key is older than its policy lets a key be.\n" API_WORDS
     "Exit codes: 0 done, 1 fault, 2 wrong usage; with --detailed-exitcode 0 all comply or are unknown, 1 fault,\n"
     "2 some do not comply.\n",
     report_command},
    {"plan", "show what would happen to each user, changing nothing", "",
     OPTION_POLICY | OPTION_ROLE | OPTION_ACCOUNT | OPTION_REGION | OPTION_USER | OPTION_RATE | OPTION_COLOR |
         OPTION_JSON | OPTION_DETAILED,
     "Reads the account of your AWS credentials, or those of the roles named: its users, and two calls for each\n"
     "that a policy selects. Needs no Kafka, no Redis and no configuration; never changes anything.\n"
     "Exit codes: 0 done, 1 fault or a user could not be read, 2 wrong usage; with --detailed-exitcode 0 nothing\n"
     "to do, 1 fault, 2 something would change.\n",
     plan_command},
    {"policy check", "say everything that is wrong with the policies of a file", "FILE", OPTION_JSON,
     "Every finding has its line and its arithmetic; warnings are allowed, but worth knowing.\n"
     "Exit codes: 0 fine, 1 something is refused, 2 wrong usage.\n",
     policy_check_command},
    {"policy timeline", "draw the two key slots of a user over three rotations", "FILE", OPTION_POLICY | OPTION_JSON,
     "The drawing is made by the decision itself, on a user that exists only in memory.\n"
     "Exit codes: 0 done, 1 the file is refused, or has no such policy, 2 wrong usage.\n",
     policy_timeline_command},
    {"topics plan", "show which topics are missing", "",
     OPTION_CONFIG | OPTION_PARTITIONS | OPTION_JSON | OPTION_DETAILED,
     "Exit codes: 0 done, 1 fault, 2 wrong usage; with --detailed-exitcode 0 nothing to make, 1 fault,\n"
     "2 topics are missing.\n",
     topics_plan_command},
    {"topics apply", "show the plan, then make the missing topics", "",
     OPTION_CONFIG | OPTION_PARTITIONS | OPTION_REPLICATION | OPTION_JSON,
     "Exit codes: 0 nothing to make or all made, 1 fault, 2 wrong usage.\n", topics_apply_command},
    {"dlq list", "list dead letters: messages nobody could read", "", OPTION_CONFIG | OPTION_LIMIT | OPTION_JSON,
     "Those of jobs and of events, each with its name, when it was put away, and why. Reads Kafka; changes nothing.\n"
     "Exit codes: 0 done, 1 fault, 2 wrong usage.\n",
     dlq_list_command},
    {"dlq show", "show a dead letter: its headers and its bytes", "LETTER", OPTION_CONFIG | OPTION_JSON,
     "LETTER is a name as dlq list prints it: jobs/0/12. Exit codes: 0 done, 1 fault or no such letter, 2 wrong\n"
     "usage.\n",
     dlq_show_command},
    {"dlq retry", "put a dead letter back where it came from, or all", "[LETTER]",
     OPTION_CONFIG | OPTION_ALL | OPTION_LIMIT | OPTION_JSON,
     "Its bytes, its key and its own headers, on the topic its headers name, and on no other than the one whose dead\n"
     "letters these are. The letter stays, so a second retry puts it back a second time. With --all those that\n"
     "cannot go back are named, and the exit code is 1.\n"
     "Exit codes: 0 put back, 1 fault or refused, 2 wrong usage.\n",
     dlq_retry_command},
    {"healthcheck", "ask whether the program of this configuration lives", "", OPTION_CONFIG | OPTION_JSON,
     "Asks /healthz at metrics.listen, which must name a port. For containers.\n"
     "Exit codes: 0 it lives, 1 it does not answer, 2 wrong usage.\n",
     healthcheck_command},
    {"config check", "read the configuration and say what is wrong with it", "", OPTION_CONFIG | OPTION_JSON,
     "Nothing is started and nothing is connected to. Exit codes: 0 fine, 2 refused, as by every program.\n",
     config_check_command},
    {"config show", "print the configuration in force, secrets left out", "", OPTION_CONFIG,
     "File, environment and defaults taken together, as YAML. Exit codes: 0 fine, 2 refused.\n", config_show_command},
    {"apikey create", "make a key to the API, and print it this once", "NAME",
     OPTION_CONFIG | OPTION_FILE | OPTION_SCOPE | OPTION_ACCOUNT | OPTION_USER | OPTION_EXPIRES | OPTION_JSON,
     "The key stands alone on stdout. What it may see is said by --account and --user, here patterns with '*' and\n"
     "'?', each may be repeated; without them: all. Exit codes: 0 made, 1 fault, 2 wrong usage.\n",
     apikey_create_command},
    {"apikey list", "list the keys to the API, without what they could be used by", "",
     OPTION_CONFIG | OPTION_FILE | OPTION_JSON, "Exit codes: 0 done, 1 fault, 2 wrong usage.\n", apikey_list_command},
    {"apikey revoke", "take a key to the API away", "ID", OPTION_CONFIG | OPTION_FILE | OPTION_JSON,
     "The API refuses it within 30 s. Exit codes: 0 done, 1 fault or no such key, 2 wrong usage.\n",
     apikey_revoke_command},
    {"completion", "print completions for bash", "", 0,
     "For ~/.bashrc: source <(keyturn completion). Exit codes: 0 done, 2 wrong usage.\n", completion_command},
    {"version", "print the version", "", OPTION_JSON, "Exit codes: 0 done, 2 wrong usage.\n", version_command},
    {"help", "explain a command", "[COMMAND]", OPTION_MAN, "Exit codes: 0 done, 2 no such command.\n", help_command},
};

void command_each(void (*visit)(const struct command *command, void *context), void *context) {
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        visit(&commands[i], context);
}

const struct command *command_find(const char *name) {
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static bool is_family_of(const char *family, const char *name) {
    size_t length = strlen(family);
    return strncmp(family, name, length) == 0 && name[length] == ' ';
}

static bool is_family(const char *name) {
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (is_family_of(name, commands[i].name))
            return true;
    return false;
}

/* All commands, or those of a family. */
static void add_list(const char *family, struct text *out) {
    text_add(out, "Commands:\n");
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (family == NULL || is_family_of(family, commands[i].name))
            text_format(out, "  %-22s %s\n", commands[i].name, commands[i].summary);
}

static void add_page(const struct command *command, struct text *out) {
    text_format(out, "keyturn %s: %s\n\n", command->name, command->summary);
    text_format(out, "Usage: keyturn %s%s%s%s\n\n", command->name, command->options != 0 ? " [OPTIONS]" : "",
                command->words[0] != '\0' ? " " : "", command->words);
    if (is_family_of("topics", command->name))
        text_add(out, TOPICS_DETAILS);
    text_format(out, "%s\nOptions:\n", command->details);
    options_help(command->options | OPTION_HELP, out);
}

bool command_help(const char *name, struct text *out) {
    const struct command *command = name != NULL ? command_find(name) : NULL;
    if (command != NULL) {
        add_page(command, out);
        return true;
    }
    if (name != NULL && !is_family(name))
        return false;
    text_format(out, "Usage: keyturn %s [OPTIONS]\n\n", name != NULL ? name : "COMMAND");
    if (name == NULL)
        text_add(out, "Keyturn rotates AWS IAM access keys.\n\n");
    add_list(name, out);
    text_add(out, "\nkeyturn help COMMAND explains one of them.\n");
    return true;
}

int command_fault(const struct fault *fault) {
    fprintf(stderr, "keyturn: %s: %s\n", fault->where, fault->message);
    return EXIT_FAULT;
}

int command_refuse(const char *format, ...) {
    va_list arguments;
    fputs("keyturn: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs("; see keyturn help\n", stderr);
    return EXIT_USAGE;
}

static int print_help(const char *name, FILE *to) {
    struct text page;
    text_open(&page, PAGE_MAX);
    bool known = command_help(name, &page);
    fputs(page.bytes, to);
    text_close(&page);
    return known ? EXIT_FINE : command_refuse("unknown command \"%s\"", name);
}

/* The words from `first` on, one space between them. */
static void join(const struct options *options, size_t first, size_t most, char name[NAME_SIZE]) {
    name[0] = '\0';
    for (size_t i = first; i < options->word_count && i < first + most; i++) {
        size_t length = strlen(name);
        snprintf(name + length, NAME_SIZE - length, "%s%s", i > first ? " " : "", options->words[i]);
    }
}

/* The longest name that the words begin with; *used tells how many of them it has. */
static const struct command *named(const struct options *options, size_t *used) {
    char name[NAME_SIZE];
    for (*used = options->word_count < 2 ? options->word_count : 2; *used > 0; (*used)--) {
        join(options, 0, *used, name);
        const struct command *command = command_find(name);
        if (command != NULL)
            return command;
    }
    return NULL;
}

/* The page of one command, or that of all. */
static int print_manual(const char *name) {
    struct text page;
    const struct command *command = name[0] != '\0' ? command_find(name) : NULL;
    if (name[0] != '\0' && command == NULL)
        return command_refuse("unknown command \"%s\"", name);
    text_open(&page, MANUAL_MAX);
    manual_page(command, &page);
    fputs(page.bytes, stdout);
    text_close(&page);
    return EXIT_FINE;
}

int help_command(const struct options *options) {
    char name[NAME_SIZE];
    join(options, 1, OPTIONS_WORDS, name);
    if (options->man)
        return print_manual(name);
    return print_help(name[0] != '\0' ? name : NULL, stdout);
}

int version_command(const struct options *options) {
    struct doc *doc = doc_object();
    struct text out;
    text_open(&out, PAGE_MAX);
    doc_set_text(doc, "version", KEYTURN_VERSION);
    if (options->json)
        shown_doc(&out, doc);
    else
        text_add(&out, "keyturn " KEYTURN_VERSION "\n");
    fputs(out.bytes, stdout);
    text_close(&out);
    doc_close(doc);
    return EXIT_FINE;
}

static int run_command(const struct command *command, const struct options *options, size_t used) {
    unsigned wrong = options->given & ~(command->options | OPTION_HELP);
    if (options->help)
        return print_help(command->name, stdout);
    if (wrong != 0)
        return command_refuse("%s takes no %s", command->name, options_name(wrong));
    if (options->word_count > used && command->words[0] == '\0')
        return command_refuse("%s takes no \"%s\"", command->name, options->words[used]);
    return command->run(options);
}

static int no_command(const struct options *options) {
    char name[NAME_SIZE];
    join(options, 0, 2, name);
    if (options->help && options->word_count <= 1)
        return print_help(options->word_count == 1 ? name : NULL, stdout);
    if (options->version && options->word_count == 0)
        return version_command(options);
    if (options->word_count == 0) {
        print_help(NULL, stderr);
        return EXIT_USAGE;
    }
    if (options->word_count == 1 && is_family(name)) {
        print_help(name, stderr);
        return EXIT_USAGE;
    }
    return command_refuse("unknown command \"%s\"", name);
}

int command_main(int argc, char **argv) {
    struct options options;
    struct fault fault = {.kind = FAULT_NONE};
    size_t used = 0;
    if (!options_parse(argc, argv, &options, &fault))
        return command_refuse("%s", fault.message);
    const struct command *command = named(&options, &used);
    return command != NULL ? run_command(command, &options, used) : no_command(&options);
}
