#include "api_problem.h"

#include "doc.h"
#include "text.h"

#include <string.h>

enum { MESSAGE_MAX = 480 };

static const char TYPE_PREFIX[] = "urn:keyturn:problem:";

/* By status, or by its hundred; what a person may do about it, where the problem does not say so itself. */
static const struct {
    int status;
    enum fault_kind kind;
    const char *hint;
} kinds[] = {
    {401, FAULT_DENIED, "is the API key the right one, and not expired?"},
    {403, FAULT_DENIED, "the API key needs another scope"},
    {404, FAULT_GONE, "or the API key may not see it"},
    {409, FAULT_CONFLICT, ""},
    {429, FAULT_THROTTLED, "try again later"},
    {503, FAULT_UNAVAILABLE, "try again later"},
    {500, FAULT_TRANSIENT, ""},
    {400, FAULT_INVALID, ""}, /* and whatever else */
};

static size_t row_of(int status) {
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].status == status)
            return i;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].status == status / 100 * 100)
            return i;
    return COUNT_OF(kinds) - 1;
}

static const char *text_at(const struct doc *doc, const char *path) {
    const char *found = doc_text(doc_at(doc, path));
    return found != NULL ? found : "";
}

/* "; open: rotate, asked by ops at 2026-11-21T22:00:00Z". */
static void add_open(const struct doc *problem, struct text *out) {
    const char *by = text_at(problem, "open.by");
    if (doc_at(problem, "open") == NULL)
        return;
    text_format(out, "; open: %s, asked%s%s at %s", text_at(problem, "open.request"), by[0] != '\0' ? " by " : "", by,
                text_at(problem, "open.at"));
}

static void add_sentence(const struct doc *problem, const char *hint, struct text *out) {
    const char *detail = text_at(problem, "detail");
    text_add(out, text_at(problem, "title"));
    if (detail[0] != '\0')
        text_format(out, ": %s", detail);
    add_open(problem, out);
    if (hint[0] != '\0')
        text_format(out, " (%s)", hint);
}

bool api_problem_none(const struct http_response *response, struct fault *fault) {
    struct text sentence;
    size_t row = row_of(response->status);
    if (response->status < 300)
        return true;
    struct doc *problem = doc_parse(response->body.bytes, response->body.length, "API", NULL);
    text_open(&sentence, MESSAGE_MAX);
    if (text_at(problem, "title")[0] != '\0')
        add_sentence(problem, kinds[row].hint, &sentence);
    (void)fault_set(fault, kinds[row].kind, "API", "%s",
                    sentence.length > 0 ? sentence.bytes : "no Keyturn answers here");
    if (fault != NULL) {
        fault->http_status = response->status;
        if (text_starts(text_at(problem, "type"), TYPE_PREFIX))
            text_clip(fault->code, sizeof fault->code, text_at(problem, "type") + strlen(TYPE_PREFIX));
    }
    text_close(&sentence);
    doc_close(problem);
    return false;
}
