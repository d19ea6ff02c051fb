#include "arguments.h"

#include <string.h>

struct option {
    const char *name;
    const char *value; /* what it takes, for --help; NULL: nothing */
    const char *help;
    void (*take)(struct arguments *arguments, const char *value);
};

static void take_config(struct arguments *arguments, const char *value) {
    arguments->config = value;
}

static void take_check(struct arguments *arguments, const char *value) {
    (void)value;
    arguments->action = ARGUMENTS_CHECK;
}

static void take_help(struct arguments *arguments, const char *value) {
    (void)value;
    arguments->action = ARGUMENTS_HELP;
}

static void take_version(struct arguments *arguments, const char *value) {
    (void)value;
    arguments->action = ARGUMENTS_VERSION;
}

static const struct option options[] = {
    {"--config", "FILE", "the configuration (else KEYTURN_CONFIG, else /etc/keyturn/keyturn.yaml)", take_config},
    {"--check", NULL, "load the configuration, say what is wrong with it, and exit", take_check},
    {"--help", NULL, "this text", take_help},
    {"--version", NULL, "the version", take_version},
};

/* The row that `word` names, by itself or before a '='. */
static const struct option *find_option(const char *word) {
    size_t length = strcspn(word, "=");
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        if (strlen(options[i].name) == length && strncmp(options[i].name, word, length) == 0)
            return &options[i];
    }
    return NULL;
}

/* Takes the option at argv[*at], and its value from behind the '=' or from the next word. */
static bool take(int argc, char *const *argv, int *at, struct arguments *arguments, struct fault *fault) {
    const char *word = argv[*at];
    const struct option *option = find_option(word);
    if (option == NULL)
        return fault_set(fault, FAULT_CONFIG, "arguments", "\"%s\" is no option: see --help", word);
    const char *equals = strchr(word, '=');
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (value != NULL && option->value == NULL)
        return fault_set(fault, FAULT_CONFIG, "arguments", "%s takes no value", option->name);
    if (value == NULL && option->value != NULL && *at + 1 < argc)
        value = argv[++*at];
    if (option->value != NULL && (value == NULL || value[0] == '\0'))
        return fault_set(fault, FAULT_CONFIG, "arguments", "%s needs a %s", option->name, option->value);
    option->take(arguments, value);
    return true;
}

bool arguments_parse(int argc, char *const *argv, struct arguments *arguments, struct fault *fault) {
    *arguments = (struct arguments){.action = ARGUMENTS_RUN};
    for (int at = 1; at < argc; at++) {
        if (!take(argc, argv, &at, arguments, fault))
            return false;
    }
    return true;
}

void arguments_help(const char *name, const char *summary, struct text *out) {
    text_format(out, "keyturn-%s: %s\n\nusage: keyturn-%s [options]\n\n", name, summary, name);
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const char *value = options[i].value != NULL ? options[i].value : "";
        text_format(out, "  %s %-*s %s\n", options[i].name, (int)(14 - strlen(options[i].name)), value,
                    options[i].help);
    }
    text_add(out, "\nSIGTERM and SIGINT drain and stop, at most 30 s; SIGHUP reloads the policies.\n"
                  "exit status: 0 drained, 1 fault, 2 wrong arguments or configuration\n");
}
