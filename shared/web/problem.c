#include "web.h"

#include "doc.h"

#include <stdio.h>

static const struct {
    int status;
    const char *title;
} titles[] = {
    {300, "Multiple choices"},
    {400, "Bad request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not found"},
    {405, "Method not allowed"},
    {409, "Conflict"},
    {413, "Content too large"},
    {414, "URI too long"},
    {415, "Unsupported media type"},
    {422, "Unprocessable content"},
    {429, "Too many requests"},
    {431, "Request header fields too large"},
    {500, "Internal server error"},
    {502, "Bad gateway"},
    {503, "Service unavailable"},
    {504, "Gateway timeout"},
};

static const char *title_of(int status) {
    for (size_t i = 0; i < COUNT_OF(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

void web_problem(struct web_response *response, int status, const char *code, const char *detail) {
    web_problem_with(response, status, code, detail, NULL, NULL);
}

void web_problem_with(struct web_response *response, int status, const char *code, const char *detail, const char *name,
                      struct doc *member) {
    char type[128];
    snprintf(type, sizeof type, "urn:keyturn:problem:%s", code);
    struct doc *doc = doc_object();
    doc_set_text(doc, "type", type);
    doc_set_text(doc, "title", title_of(status));
    doc_set_int(doc, "status", status);
    doc_set_text(doc, "detail", detail);
    if (member != NULL)
        doc_set(doc, name, member);
    text_reset(&response->body);
    response->status = status;
    response->content_type = "application/problem+json";
    if (!doc_print(doc, &response->body))
        response->status = 500;
    doc_close(doc);
}
