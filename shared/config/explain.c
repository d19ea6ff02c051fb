#include "explain.h"

#include "closest.h"
#include "config.h"
#include "settings.h"

#include <stdio.h>
#include <string.h>

enum { PATTERN_SIZE = 1100 };

static void list_key(const char *key, void *text) {
    struct text *keys = text;
    text_format(keys, "%s%s", keys->length == 0 ? "" : ", ", key);
}

/* --- the walk */

/* "policies[3].select" -> "policies[].select" */
static void pattern_of(const char *path, char pattern[PATTERN_SIZE]) {
    size_t used = 0;
    bool inside = false;
    for (const char *c = path; *c != '\0' && used + 1 < PATTERN_SIZE; c++) {
        inside = inside && *c != ']';
        if (!inside)
            pattern[used++] = *c;
        inside = inside || *c == '[';
    }
    pattern[used] = '\0';
}

static bool refuse_unknown(const struct lines *lines, const struct line_node *node, const char *parent,
                           struct fault *fault) {
    struct text keys;
    struct closest closest = closest_to(node->key == NULL ? node->path : node->key);
    text_open(&keys, PATTERN_SIZE);
    settings_keys(parent, closest_offer, &closest);
    settings_keys(parent, list_key, &keys);
    if (closest.best[0] != '\0')
        lines_refuse(lines, node->line, fault, "%.200s: there is no such setting; did you mean `%s`?", node->path,
                     closest.best);
    else
        lines_refuse(lines, node->line, fault, "%.100s: there is no such setting; here may stand: %s", node->path,
                     keys.length > 0 ? keys.bytes : "nothing");
    text_close(&keys);
    return false;
}

static bool check_kind(const struct lines *lines, const struct line_node *node, const char *pattern,
                       enum line_kind expected, struct fault *fault) {
    static const char *const wanted[] = {[LINE_SCALAR] = "one value",
                                         [LINE_LIST] = "a list, [a, b] or lines beginning with \"-\"",
                                         [LINE_MAPPING] =
                                             "settings of its own, indented below it, one `key: value` a line"};
    bool empty = node->kind == LINE_SCALAR && *node->value == '\0';
    if (node->kind == expected)
        return true;
    return lines_refuse(lines, node->line, fault, "%.200s: expected %s%s", *node->path == '\0' ? pattern : node->path,
                        wanted[expected], empty ? "; there is nothing: leave the line out" : "");
}

static bool check_count(const struct lines *lines, const struct line_node *node, struct fault *fault) {
    int most = strcmp(node->path, "policies") == 0   ? POLICY_MAX
               : strcmp(node->path, "accounts") == 0 ? CONFIG_MAX_ACCOUNTS
                                                     : LIST_ENTRIES_MOST;
    return node->kind != LINE_LIST || node->children <= (size_t)most ||
           lines_refuse(lines, node->line, fault, "%s: more entries than %d", node->path, most);
}

/* Keys with a dot or a bracket would look like paths; no setting has one. */
static bool is_plain(const struct line_node *node) {
    return node->key == NULL || strpbrk(node->key, ".[]") == NULL;
}

static bool check_node(const struct lines *lines, const struct line_node *node, struct fault *fault) {
    char pattern[PATTERN_SIZE];
    char parent[PATTERN_SIZE];
    enum line_kind expected;
    pattern_of(node->path, pattern);
    pattern_of(lines->nodes[node->parent].path, parent);
    if (settings_free_map(parent))
        return true;
    if (!is_plain(node) || !settings_expect(pattern, &expected))
        return refuse_unknown(lines, node, parent, fault);
    return check_kind(lines, node, pattern, expected, fault) && check_count(lines, node, fault);
}

bool explain_shape(const struct lines *lines, struct fault *fault) {
    for (size_t i = 0; i < lines->count; i++)
        if (!check_node(lines, &lines->nodes[i], fault))
            return false;
    return true;
}
