/* completion: what bash may offer, made of the tables of commands and options. */
#include "command.h"

#include <stdio.h>

enum { SCRIPT_MAX = 64 * 1024 };

/* A line of the table is a command's name and its options. What is typed so far either begins the name, and its next word is offered, or goes on behind
 * it, and its options are. */
static const char HEAD[] = "_keyturn_commands() {\n"
                           "  cat <<'TABLE'\n";
static const char TAIL[] =
    "TABLE\n"
    "}\n"
    "_keyturn() {\n"
    "  local typed=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" name options rest offered=''\n"
    "  typed=\"${typed:+$typed }\"\n"
    "  while IFS='|' read -r name options; do\n"
    "    rest=\"$name \"\n"
    "    case \"$rest\" in \"$typed\"*) rest=${rest#\"$typed\"} offered+=\" ${rest%% *}\" ;; esac\n"
    "    case \"$typed\" in \"$name \"*) offered+=\" $options\" ;; esac\n"
    "  done < <(_keyturn_commands)\n"
    "  mapfile -t COMPREPLY < <(compgen -W \"$offered\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
    "}\n"
    "complete -F _keyturn keyturn\n";

static void add_option(const char *name, const char *value, const char *sentence, void *context) {
    (void)value;
    (void)sentence;
    text_format(context, "%s ", name);
}

static void add_line(const struct command *command, void *context) {
    text_format(context, "%s|", command->name);
    options_each(command->name, command->options | OPTION_HELP, add_option, context);
    text_add(context, "\n");
}

int completion_command(const struct options *options) {
    struct text out;
    (void)options;
    text_open(&out, SCRIPT_MAX);
    text_add(&out, HEAD);
    command_each(add_line, &out);
    text_add(&out, TAIL);
    fputs(out.bytes, stdout);
    text_close(&out);
    return EXIT_FINE;
}
