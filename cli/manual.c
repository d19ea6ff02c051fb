#include "manual.h"

#include <string.h>

/* What all pages say at their end. */
static const struct {
    const char *term;
    const char *sentence;
} environment[] =
    {
        {"KEYTURN_API_URL", "The API, unless --api says it. Plain http is allowed on loopback only."},
        {"KEYTURN_API_KEY, KEYTURN_API_KEY_FILE", "The API key, or a file that holds it."},
        {"KEYTURN_CONFIG", "The configuration, unless --config says it."},
        {"SSL_CERT_FILE", "The certificates trusted, in place of the system's."},
        {"NO_COLOR", "Not empty: no colour, also on a terminal."},
},
  files[] = {
      {"~/.config/keyturn/key", "The API key; nobody but its owner may read it. XDG_CONFIG_HOME is honoured."},
      {"/etc/keyturn/keyturn.yaml", "The configuration."},
};

/* Text of ours as roff: a backslash, a hyphen, and what would begin a request. */
static void add_roff(struct text *out, const char *text) {
    for (; *text != '\0'; text++) {
        bool begins = out->length == 0 || out->bytes[out->length - 1] == '\n';
        if (begins && (*text == '.' || *text == '\''))
            text_add(out, "\\&");
        if (*text == '\\')
            text_add(out, "\\e");
        else if (*text == '-')
            text_add(out, "\\-");
        else
            text_append(out, text, 1);
    }
}

/* A paragraph with the line breaks of the help: those before an indented line are kept, all others are the formatter's. */
static void add_paragraph(struct text *out, const char *text) {
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        char copy[512];
        text_clip(copy, length + 1 < sizeof copy ? length + 1 : sizeof copy, line);
        if (copy[0] == ' ')
            text_add(out, ".br\n");
        add_roff(out, copy + strspn(copy, " "));
        text_add(out, "\n");
        line += length + (line[length] == '\n' ? 1 : 0);
        if (copy[0] == ' ' && *line != ' ' && *line != '\0')
            text_add(out, ".br\n");
    }
}

static void add_option(const char *name, const char *value, const char *sentence, void *context) {
    struct text *out = context;
    text_add(out, ".TP\n.B ");
    add_roff(out, name);
    if (value[0] != '\0') {
        text_add(out, " ");
        add_roff(out, value);
    }
    text_add(out, "\n");
    add_roff(out, sentence);
    text_add(out, "\n");
}

static void add_usage(const struct command *command, struct text *out) {
    text_add(out, ".B keyturn ");
    add_roff(out, command->name);
    text_add(out, "\n");
    if (command->options != 0 || command->words[0] != '\0') {
        text_add(out, command->options != 0 ? "[OPTIONS] " : "");
        add_roff(out, command->words);
        text_add(out, "\n");
    }
}

static void add_command(const struct command *command, void *context) {
    struct text *out = context;
    text_add(out, ".SS ");
    add_roff(out, command->name);
    text_add(out, "\n");
    add_usage(command, out);
    text_add(out, ".PP\n");
    add_roff(out, command->summary);
    text_add(out, ".\n.PP\n");
    add_paragraph(out, command->details);
    if (command->options != 0)
        text_add(out, ".PP\nOptions:\n");
    options_each(command->name, command->options, add_option, out);
}

static void add_terms(struct text *out) {
    text_add(out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < COUNT_OF(environment); i++)
        add_option(environment[i].term, "", environment[i].sentence, out);
    text_add(out, ".SH FILES\n");
    for (size_t i = 0; i < COUNT_OF(files); i++)
        add_option(files[i].term, "", files[i].sentence, out);
}

static void add_title(const struct command *command, struct text *out) {
    text_add(out, ".TH KEYTURN");
    for (const char *c = command != NULL ? command->name : ""; *c != '\0'; c++) {
        char letter = *c == ' ' ? '-' : (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        text_add(out, c == command->name ? "-" : "");
        text_append(out, &letter, 1);
    }
    text_add(out, " 1 \"\" \"Keyturn " KEYTURN_VERSION "\" \"Keyturn\"\n.SH NAME\nkeyturn");
    if (command != NULL) {
        text_add(out, " ");
        add_roff(out, command->name);
    }
    text_add(out, " \\- ");
    add_roff(out, command != NULL ? command->summary : "automatic rotation of AWS IAM access keys");
    text_add(out, "\n");
}

void manual_page(const struct command *command, struct text *out) {
    add_title(command, out);
    text_add(out, ".SH SYNOPSIS\n");
    if (command != NULL) {
        add_usage(command, out);
        text_add(out, ".SH DESCRIPTION\n");
        add_paragraph(out, command->details);
        text_add(out, ".SH OPTIONS\n");
        options_each(command->name, command->options | OPTION_HELP, add_option, out);
    } else {
        text_add(out, ".B keyturn\nCOMMAND [OPTIONS]\n.SH DESCRIPTION\n"
                      "Looks at what Keyturn does, asks it for something, and prepares its configuration and topics.\n"
                      "Options stand anywhere; after two hyphens everything is a word.\n.SH COMMANDS\n");
        command_each(add_command, out);
        text_add(out,
                 ".SH EXIT STATUS\nEach command says its own: 0 done, 1 fault, 2 wrong usage, unless it says more.\n");
    }
    add_terms(out);
}
