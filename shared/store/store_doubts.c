/* What a server may lose all the same: told, and taken as it is. */
#include "operation.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

/* --- INFO: what servers tell that keep CONFIG to themselves */

/* What the server says of itself by its own name. */
static const struct wanted {
    const char *section;
    const char *name; /* with its colon */
    const char *value;
    const char *where;
    const char *why;
} wanted[] = {
    {"persistence", "aof_enabled:", "1", "appendonly",
     "it writes no append-only file, so a restart forgets the due set and the mail ledger; set `appendonly yes`"},
    {"memory", "maxmemory_policy:", "noeviction", "maxmemory-policy",
     "it throws users out of the due set when memory is short; set `maxmemory-policy noeviction`"},
};

/* The value of the line that begins with `name`; empty where there is none. */
static void value_of(const char *lines, const char *name, char *value, size_t size) {
    value[0] = '\0';
    for (const char *line = lines; *line != '\0'; line += strcspn(line, "\n"), line += *line != '\0') {
        if (!text_starts(line, name))
            continue;
        const char *from = line + strlen(name);
        size_t length = strcspn(from, "\r\n");
        text_clip(value, length < size ? length + 1 : size, from);
        return;
    }
}

static bool is_otherwise(struct store *store, const struct wanted *want, struct fault *doubt) {
    char value[32];
    struct command info;
    struct reply *reply = NULL;
    struct fault untold;
    command_begin(&info, "INFO");
    command_add(&info, want->section);
    if (!operation_run(store, &info, REPEAT_ONCE, &reply, &untold))
        return false;
    const char *lines = reply_text(reply);
    value_of(lines == NULL ? "" : lines, want->name, value, sizeof value);
    reply_close(reply);
    if (value[0] == '\0' || text_equal(value, want->value))
        return false;
    fault_set(doubt, FAULT_CONFIG, want->where, "Redis says %s%s: %s", want->name, value, want->why);
    return true;
}

/* --- the user `default`, as whom the append-only file is read */

static const struct reply *member(const struct reply *map, const char *name) {
    for (size_t i = 0; i + 1 < reply_count(map); i += 2)
        if (text_equal(reply_text(reply_item(map, i)), name))
            return reply_item(map, i + 1);
    return NULL;
}

static bool is_among(const struct reply *list, const char *word) {
    for (size_t i = 0; i < reply_count(list); i++)
        if (text_equal(reply_text(reply_item(list, i)), word))
            return true;
    return false;
}

/* Redis 7 and Valkey tell patterns in one text, Redis 6 in a list. */
static bool names_all(const struct reply *patterns) {
    return text_equal(reply_text(patterns), "~*") || is_among(patterns, "*");
}

static bool default_is_restricted(struct store *store, struct fault *doubt) {
    struct command get;
    struct reply *user = NULL;
    struct fault untold;
    command_begin(&get, "ACL");
    command_add(&get, "GETUSER");
    command_add(&get, "default");
    if (!operation_run(store, &get, REPEAT_ONCE, &user, &untold))
        return false;
    bool told = reply_text(member(user, "commands")) != NULL;
    bool may_all = text_equal(reply_text(member(user, "commands")), "+@all") && names_all(member(user, "keys"));
    reply_close(user);
    if (told && !may_all)
        fault_set(doubt, FAULT_CONFIG, "ACL user default",
                  "Redis reads its append-only file as the user default, and drops without a word what that user may "
                  "not do of a script's writes; give it all (`ACL SETUSER default ~* &* +@all`, `off` if nobody is to "
                  "be it), or a restart forgets the due set and the mail ledger");
    return told && !may_all;
}

size_t store_doubts(struct store *store, struct fault doubts[STORE_DOUBTS]) {
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        count += is_otherwise(store, &wanted[i], &doubts[count]);
    count += default_is_restricted(store, &doubts[count]);
    return count;
}
