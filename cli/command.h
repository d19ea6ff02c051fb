/* The commands of `keyturn`: one table gives the dispatch and every page of help. Owns nothing. */
#ifndef KEYTURN_COMMAND_H
#define KEYTURN_COMMAND_H

#include "options.h"
#include "text.h"

/* How every command ends. */
enum { EXIT_FINE = 0, EXIT_FAULT = 1, EXIT_USAGE = 2, EXIT_CHANGES = 2 };

struct command {
    const char *name; /* one word or two: "version", "topics plan" */
    const char *summary;
    const char *words;   /* what may follow, for its usage line: "[COMMAND]"; empty: nothing may */
    unsigned options;    /* those it takes */
    const char *details; /* the rest of its help page: what it does, and its exit codes */
    int (*run)(const struct options *options);
};

/* Runs `keyturn` with its arguments; returns the exit code. */
int command_main(int argc, char **argv);

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* Appends the overview, that of a family ("topics"), or the page of one command. False: there is no such thing. */
bool command_help(const char *name, struct text *out);

/* Says on stderr what went wrong; returns EXIT_FAULT. */
int command_fault(const struct fault *fault);

/* Says on stderr why the command line is wrong, and where help is; returns EXIT_USAGE. */
int command_refuse(const char *format, ...) PRINTF_LIKE(1, 2);

/* Calls `visit` for each command, in the order of the help. */
void command_each(void (*visit)(const struct command *command, void *context), void *context);

int status_command(const struct options *options);
int request_command(const struct options *options); /* rotate, rollback */
int deactivate_command(const struct options *options);
int pause_command(const struct options *options); /* and resume */
int events_command(const struct options *options);
int credentials_command(const struct options *options);
int report_command(const struct options *options);
int healthcheck_command(const struct options *options);
int dlq_list_command(const struct options *options);
int dlq_show_command(const struct options *options);
int dlq_retry_command(const struct options *options);
int completion_command(const struct options *options);
int plan_command(const struct options *options);
int policy_check_command(const struct options *options);
int policy_timeline_command(const struct options *options);
int topics_plan_command(const struct options *options);
int topics_apply_command(const struct options *options);
int config_check_command(const struct options *options);
int config_show_command(const struct options *options);
int apikey_create_command(const struct options *options);
int apikey_list_command(const struct options *options);
int apikey_revoke_command(const struct options *options);
int version_command(const struct options *options);
int help_command(const struct options *options);

#endif
