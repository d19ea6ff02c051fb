#include "command.h"
#include "config.h"
#include "service_settings.h"
#include "shown.h"

#include <stdio.h>

enum { SENTENCE_SIZE = 256 };

/* As the services end that are started with it. */
static int refused(const struct fault *fault) {
    (void)command_fault(fault);
    return EXIT_USAGE;
}

/* What the policies say of themselves is `policy check`'s to tell; that secrets leave by mail is worth saying twice. False: they do not. */
static bool warn_of_inline(const struct config *config, size_t i, char sentence[SENTENCE_SIZE]) {
    snprintf(
        sentence, SENTENCE_SIZE,
        "policies[%zu].deliver.mail: inline: whoever reads the mailbox of a user of %s can read the secret, and use it",
        i, config->policies.policies[i].name);
    return config->policies.policies[i].mail == MAIL_INLINE;
}

static void add_checked(const struct config *config, struct text *out) {
    char sentence[SENTENCE_SIZE];
    for (size_t i = 0; i < config->policies.count; i++)
        if (warn_of_inline(config, i, sentence))
            text_format(out, "%s: warning: %s\n", config->path, sentence);
    text_format(out, "%s: fine; accounts: %zu, policies: %zu\n", config->path, config->account_count,
                config->policies.count);
}

static void add_finding(struct doc *findings, const char *severity, const char *where, const char *message) {
    struct doc *row = doc_object();
    doc_set_text(row, "severity", severity);
    doc_set_text(row, "where", where);
    doc_set_text(row, "message", message);
    doc_add(findings, row);
}

/* `why` NULL: it is fine. */
static void add_checked_doc(const struct config *config, const struct fault *why, struct text *out) {
    char sentence[SENTENCE_SIZE];
    struct doc *doc = doc_object();
    struct doc *findings = doc_array();
    if (why != NULL)
        add_finding(findings, "error", why->where, why->message);
    for (size_t i = 0; why == NULL && i < config->policies.count; i++)
        if (warn_of_inline(config, i, sentence))
            add_finding(findings, "warning", config->path, sentence);
    if (why == NULL) {
        doc_set_text(doc, "file", config->path);
        doc_set_int(doc, "accounts", (int64_t)config->account_count);
        doc_set_int(doc, "policies", (int64_t)config->policies.count);
    }
    doc_set_bool(doc, "fine", why == NULL);
    doc_set(doc, "findings", findings);
    shown_doc(out, doc);
    doc_close(doc);
}

static bool tell(const struct options *options, const struct config *config, const struct fault *why,
                 struct fault *fault) {
    struct text out;
    text_open(&out, SHOWN_MAX);
    if (options->json)
        add_checked_doc(config, why, &out);
    else if (why == NULL)
        add_checked(config, &out);
    bool told = shown_print(&out, fault);
    text_close(&out);
    return told;
}

int config_check_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct fault unheard = {.kind = FAULT_NONE};
    struct config *config = config_load(options->config, &fault);
    bool fine = config != NULL && service_settings_check(config, &fault);
    bool told = tell(options, config, fine ? NULL : &fault, &unheard);
    config_close(config);
    if (!told)
        return command_fault(&unheard);
    if (!fine && !options->json)
        (void)command_fault(&fault);
    return fine ? EXIT_FINE : EXIT_USAGE;
}

int config_show_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct text shown;
    struct config *config = config_load(options->config, &fault);
    if (config == NULL)
        return refused(&fault);
    text_open(&shown, SHOWN_MAX);
    bool whole =
        config_show(config, &shown) || fault_set(&fault, FAULT_INVALID, config->path, "it is too large to show");
    if (whole)
        fputs(shown.bytes, stdout);
    text_close(&shown);
    config_close(config);
    return whole ? EXIT_FINE : command_fault(&fault);
}
