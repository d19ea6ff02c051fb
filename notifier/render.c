#include "render.h"

#include <string.h>

struct rendering {
    const struct render_value *values;
    size_t count;
    enum render_form form;
    struct text *out;
    struct fault *fault;
    const char *section; /* the name of the open one, NULL: none */
    size_t section_length;
    bool silent; /* its condition does not hold */
};

/* A tag as it stands in the template: {{<mark><name>}}. */
struct tag {
    char mark; /* '#', '^', '/', or 0 */
    const char *name;
    size_t length;
};

static void add_escaped(struct text *out, const char *value) {
    static const struct {
        char c;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    for (const char *c = value; *c != '\0'; c++) {
        const char *entity = NULL;
        for (size_t i = 0; i < COUNT_OF(entities); i++) {
            if (entities[i].c == *c)
                entity = entities[i].entity;
        }
        if (entity != NULL)
            text_add(out, entity);
        else
            text_append(out, c, 1);
    }
}

static const char *find_value(const struct rendering *rendering, const struct tag *tag) {
    for (size_t i = 0; i < rendering->count; i++) {
        const struct render_value *value = &rendering->values[i];
        if (strlen(value->name) == tag->length && memcmp(value->name, tag->name, tag->length) == 0)
            return value->value != NULL ? value->value : "";
    }
    fault_set(rendering->fault, FAULT_INVALID, "template", "there is no value \"%.*s\"", (int)tag->length, tag->name);
    return NULL;
}

static bool put_value(struct rendering *rendering, const struct tag *tag) {
    const char *value = find_value(rendering, tag);
    if (value == NULL)
        return false;
    if (rendering->silent)
        return true;
    if (rendering->form == RENDER_HTML)
        add_escaped(rendering->out, value);
    else
        text_add(rendering->out, value);
    return true;
}

static bool open_section(struct rendering *rendering, const struct tag *tag) {
    const char *value = find_value(rendering, tag);
    if (value == NULL)
        return false;
    if (rendering->section != NULL)
        return fault_set(rendering->fault, FAULT_INVALID, "template", "a section within another");
    rendering->section = tag->name;
    rendering->section_length = tag->length;
    rendering->silent = (value[0] == '\0') == (tag->mark == '#');
    return true;
}

static bool close_section(struct rendering *rendering, const struct tag *tag) {
    if (rendering->section == NULL || rendering->section_length != tag->length ||
        memcmp(rendering->section, tag->name, tag->length) != 0)
        return fault_set(rendering->fault, FAULT_INVALID, "template", "\"%.*s\" is closed, and was not open",
                         (int)tag->length, tag->name);
    rendering->section = NULL;
    rendering->silent = false;
    return true;
}

static bool act_on(struct rendering *rendering, const struct tag *tag) {
    if (tag->mark == '/')
        return close_section(rendering, tag);
    return tag->mark != 0 ? open_section(rendering, tag) : put_value(rendering, tag);
}

/* The next place where `c` stands twice; NULL if there is none. */
static const char *find_twice(const char *at, char c) {
    for (at = strchr(at, c); at != NULL && at[1] != c; at = strchr(at + 1, c))
        continue;
    return at;
}

/* Reads the tag that begins at `at`; where the template goes on behind it, or NULL. */
static const char *read_tag(const struct rendering *rendering, const char *at, struct tag *tag) {
    const char *end = find_twice(at, '}');
    if (end == NULL) {
        fault_set(rendering->fault, FAULT_INVALID, "template", "a tag is never closed");
        return NULL;
    }
    tag->mark = strchr("#^/", at[2]) != NULL ? at[2] : '\0';
    tag->name = at + 2 + (tag->mark != '\0');
    tag->length = (size_t)(end - tag->name);
    return end + 2;
}

bool render(const char *source, const struct render_value *values, size_t count, enum render_form form,
            struct text *out, struct fault *fault) {
    struct rendering rendering = {.values = values, .count = count, .form = form, .out = out, .fault = fault};
    const char *at = source;
    for (const char *open = find_twice(at, '{'); open != NULL; open = find_twice(at, '{')) {
        struct tag tag;
        bool begins_line = open == source || open[-1] == '\n';
        if (!rendering.silent)
            text_append(out, at, (size_t)(open - at));
        at = read_tag(&rendering, open, &tag);
        if (at == NULL || !act_on(&rendering, &tag))
            return false;
        if (tag.mark != '\0' && begins_line && *at == '\n')
            at++;
    }
    text_add(out, at);
    if (rendering.section != NULL)
        return fault_set(fault, FAULT_INVALID, "template", "a section is never closed");
    return !out->overflowed || fault_set(fault, FAULT_INVALID, "template", "the letter is too long");
}
