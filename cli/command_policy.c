#include "command.h"
#include "findings.h"
#include "mem.h"
#include "shown.h"
#include "timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_WORD = 2 /* after "policy check" */ };

/* The one word behind the command; NULL, with the refusal said, unless there is exactly one. */
static const char *file_of(const struct options *options) {
    if (options->word_count == FILE_WORD + 1)
        return options->words[FILE_WORD];
    (void)command_refuse("%s %s needs one FILE", options->words[0], options->words[1]);
    return NULL;
}

static void print_doc(struct doc *doc) {
    struct text out;
    text_open(&out, SHOWN_MAX);
    shown_doc(&out, doc);
    fputs(out.bytes, stdout);
    text_close(&out);
    doc_close(doc);
}

/* --- check --------------------------------------------------------------------------------------------------------------- */

static struct doc *findings_doc(const char *file, const struct findings *findings) {
    struct doc *doc = doc_object();
    struct doc *list = doc_array();
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        struct doc *row = doc_object();
        const char *line = strrchr(finding->fault.where, ':');
        doc_set_text(row, "severity", finding->refused ? "error" : "warning");
        doc_set_text(row, "policy", finding->policy[0] != '\0' ? finding->policy : NULL);
        if (line != NULL)
            doc_set_int(row, "line", strtoll(line + 1, NULL, 10));
        doc_set_text(row, "message", finding->fault.message);
        doc_add(list, row);
    }
    doc_set_text(doc, "file", file);
    doc_set_int(doc, "policies", (int64_t)findings->policy_count);
    doc_set_bool(doc, "fine", findings->refused == 0);
    doc_set(doc, "findings", list);
    return doc;
}

static void print_findings(const char *file, const struct findings *findings) {
    size_t warnings = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        warnings += !finding->refused;
        printf("%s: %s%s\n", finding->fault.where, finding->refused ? "" : "warning: ", finding->fault.message);
    }
    printf("%s: %s; policies: %zu, findings: %zu, warnings: %zu\n", file, findings->refused == 0 ? "fine" : "refused",
           findings->policy_count, findings->refused, warnings);
}

int policy_check_command(const struct options *options) {
    const char *file = file_of(options);
    if (file == NULL)
        return EXIT_USAGE;
    struct findings *findings = mem_zero(1, sizeof *findings);
    config_find(file, findings);
    if (options->json)
        print_doc(findings_doc(file, findings));
    else
        print_findings(file, findings);
    int code = findings->refused == 0 ? EXIT_FINE : EXIT_FAULT;
    mem_free(findings);
    return code;
}

/* --- timeline ------------------------------------------------------------------------------------------------------------ */

static bool is_chosen(const struct options *options, const struct policy *policy) {
    return options->policy == NULL || text_equal(options->policy, policy->name);
}

static void print_drawings(const struct options *options, const struct policy_set *policies) {
    struct timeline timeline;
    struct text out;
    text_open(&out, SHOWN_MAX);
    for (size_t i = 0; i < policies->count; i++) {
        if (!is_chosen(options, &policies->policies[i]))
            continue;
        timeline_live(&policies->policies[i], &timeline);
        text_add(&out, out.length > 0 ? "\n" : "");
        timeline_draw(&timeline, &out);
    }
    fputs(out.bytes, stdout);
    text_close(&out);
}

static void print_drawings_doc(const struct options *options, const struct policy_set *policies) {
    struct timeline timeline;
    struct doc *doc = doc_object();
    struct doc *list = doc_array();
    for (size_t i = 0; i < policies->count; i++) {
        if (!is_chosen(options, &policies->policies[i]))
            continue;
        timeline_live(&policies->policies[i], &timeline);
        doc_add(list, timeline_doc(&timeline));
    }
    doc_set(doc, "timelines", list);
    print_doc(doc);
}

int policy_timeline_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    const char *file = file_of(options);
    if (file == NULL)
        return EXIT_USAGE;
    struct config *config = config_load_policy_file(file, &fault);
    if (config == NULL)
        return command_fault(&fault);
    bool known = options->policy == NULL || policy_named(&config->policies, options->policy) != NULL;
    if (!known)
        (void)fault_set(&fault, FAULT_CONFIG, file, "there is no policy \"%s\"", options->policy);
    else
        (options->json ? print_drawings_doc : print_drawings)(options, &config->policies);
    config_close(config);
    return known ? EXIT_FINE : command_fault(&fault);
}
