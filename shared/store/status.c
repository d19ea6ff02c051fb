/* The user hash, one row a member. A text longer than 64 bytes is kept in several fields (path, path.1, ...): one longer value
 * would move the whole hash out of Redis's compact form, at two and a half times the memory. */
#include "status_serving.h"

#include "operation.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { PIECE = 64, PIECE_NAME_SIZE = 32 };

enum writer { INVENTORY = 1, LOOK = 2 };
enum member_type { IS_TEXT, IS_NUMBER, IS_GROWING }; /* a growing number is never set back */

struct member {
    const char *name;
    enum writer writer;
    enum member_type type;
    size_t offset;
    size_t size;  /* of a text's array */
    bool serving; /* see status_serving.h */
};

#define TEXT_MEMBER(member, writer, serving) \
    { #member, writer, IS_TEXT, offsetof(struct status, member), sizeof(((struct status *)0)->member), serving }
#define TEXT(member, writer)    TEXT_MEMBER(member, writer, false)
#define SERVING(member, writer) TEXT_MEMBER(member, writer, true)
#define NUMBER(member, writer, type) \
    { #member, writer, type, offsetof(struct status, member), 0, false }

static const struct member members[] = {
    SERVING(user_id, INVENTORY),
    TEXT(path, INVENTORY),
    SERVING(policy, INVENTORY),
    TEXT(fingerprint, INVENTORY),
    SERVING(override, INVENTORY),
    NUMBER(override_since, INVENTORY, IS_NUMBER),
    TEXT(email, INVENTORY),
    NUMBER(inventoried, INVENTORY, IS_GROWING),
    TEXT(announced, LOOK),
    TEXT(condition, LOOK),
    NUMBER(condition_since, LOOK, IS_NUMBER),
    NUMBER(sequence, LOOK, IS_GROWING),
    NUMBER(attempt, LOOK, IS_NUMBER),
    TEXT(step, LOOK),
    SERVING(reason, LOOK),
    TEXT(step_key, LOOK),
    NUMBER(next_look, LOOK, IS_NUMBER),
    NUMBER(looked, LOOK, IS_NUMBER),
    TEXT(keys, LOOK),
    NUMBER(overdue, LOOK, IS_NUMBER),
};

static size_t pieces_of(const struct member *member) {
    return member->type == IS_TEXT ? (member->size - 2) / PIECE + 1 : 1;
}

static void piece_name(const struct member *member, size_t piece, char name[PIECE_NAME_SIZE]) {
    if (piece == 0)
        text_clip(name, PIECE_NAME_SIZE, member->name);
    else
        snprintf(name, PIECE_NAME_SIZE, "%s.%zu", member->name, piece);
}

/* --- reading */

static void ask_for_member(struct command *command, const struct member *member) {
    char name[PIECE_NAME_SIZE];
    command_borrow(command, member->name);
    for (size_t piece = 1; piece < pieces_of(member); piece++) {
        piece_name(member, piece, name);
        command_add(command, name);
    }
}

/* All of them, or those for serving. */
static void ask(struct store *store, struct command *command, const char *account, const char *user, bool all) {
    command_begin(command, "HMGET");
    operation_key(store, command, "user", account, user);
    for (size_t i = 0; i < COUNT_OF(members); i++)
        if (all || members[i].serving)
            ask_for_member(command, &members[i]);
}

static void take_text(const struct member *member, struct status *status, size_t piece, const char *value) {
    char *text = (char *)status + member->offset;
    size_t length = strlen(text);
    if (length == piece * PIECE) /* else a piece before this one is missing */
        text_clip(text + length, member->size - length, value);
}

static void take_value(const struct member *member, struct status *status, size_t piece, const struct reply *value) {
    const char *text = reply_text(value);
    if (text == NULL)
        return;
    status->known = true;
    if (member->type == IS_TEXT)
        take_text(member, status, piece, text);
    else
        *(int64_t *)(void *)((char *)status + member->offset) = reply_number(value);
    if (member->offset == offsetof(struct status, announced))
        status->announced_known = true;
}

/* In the order of ask(). */
static void take(const struct reply *reply, struct status *status, bool all) {
    size_t at = 0;
    *status = (struct status){0};
    for (size_t i = 0; i < COUNT_OF(members); i++)
        for (size_t piece = 0; (all || members[i].serving) && piece < pieces_of(&members[i]); piece++)
            take_value(&members[i], status, piece, reply_item(reply, at++));
}

static bool read_members(struct store *store, const char *account, const char *user, bool all, struct status *status,
                         struct fault *fault) {
    struct command command;
    struct reply *reply = NULL;
    ask(store, &command, account, user, all);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, fault)) {
        *status = (struct status){0};
        return false;
    }
    take(reply, status, all);
    reply_close(reply);
    return true;
}

bool status_read(struct store *store, const char *account, const char *user, struct status *status,
                 struct fault *fault) {
    return read_members(store, account, user, true, status, fault);
}

bool status_read_serving(struct store *store, const char *account, const char *user, struct status *status,
                         struct fault *fault) {
    return read_members(store, account, user, false, status, fault);
}

void status_ask_serving(struct store *store, struct command *command, const char *account, const char *user) {
    ask(store, command, account, user, false);
}

void status_take_serving(const struct reply *reply, struct status *status) {
    take(reply, status, false);
}

/* --- writing */

static void add_text(struct command *command, const struct member *member, const char *text) {
    char name[PIECE_NAME_SIZE];
    size_t length = strlen(text);
    bool always = member->offset == offsetof(struct status, announced); /* its being there says something */
    for (size_t piece = 0; piece < pieces_of(member); piece++) {
        size_t from = piece * PIECE;
        bool there = from < length || (always && piece == 0);
        piece_name(member, piece, name);
        command_add(command, there ? "=" : "-");
        command_add(command, name);
        command_add_part(command, there ? text + from : "", PIECE);
    }
}

static void add_number(struct command *command, const struct member *member, int64_t number) {
    command_add(command, member->type == IS_GROWING ? "^" : "=");
    command_add(command, member->name);
    command_add_number(command, number);
}

static bool write_members(struct store *store, const char *account, const char *user, const struct status *status,
                          enum writer writer, struct fault *fault) {
    struct command command;
    operation_begin_script(&command, SCRIPT_status_write);
    operation_key(store, &command, "user", account, user);
    operation_key(store, &command, "users", account, NULL);
    operation_key(store, &command, "accounts", NULL, NULL);
    command_add(&command, account);
    command_add(&command, user);
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        const char *at = (const char *)status + members[i].offset;
        if (members[i].writer != writer)
            continue;
        if (members[i].type == IS_TEXT)
            add_text(&command, &members[i], at);
        else
            add_number(&command, &members[i], *(const int64_t *)(const void *)at);
    }
    return operation_number(store, &command, SCRIPT_status_write, NULL, fault);
}

bool status_write_inventory(struct store *store, const char *account, const char *user, const struct status *status,
                            struct fault *fault) {
    return write_members(store, account, user, status, INVENTORY, fault);
}

bool status_write_look(struct store *store, const char *account, const char *user, const struct status *status,
                       struct fault *fault) {
    return write_members(store, account, user, status, LOOK, fault);
}

/* --- leaving */

static bool run(struct store *store, const struct command *command, struct fault *fault) {
    struct reply *reply = NULL;
    bool done = operation_run(store, command, REPEAT_ONCE, &reply, fault);
    reply_close(reply);
    return done;
}

bool status_remove(struct store *store, const char *account, const char *user, struct fault *fault) {
    struct command hash;
    struct command index;
    command_begin(&hash, "DEL");
    operation_key(store, &hash, "user", account, user);
    operation_key(store, &hash, "current", account, user);
    operation_key(store, &hash, "cred", account, user);
    command_begin(&index, "ZREM");
    operation_key(store, &index, "users", account, NULL);
    command_add(&index, user);
    return run(store, &hash, fault) &&
           run(store, &index, fault); /* the index last: a crash between leaves it to find */
}

/* --- the current key */

bool status_set_current(struct store *store, const char *account, const char *user, const char *key_id,
                        struct fault *fault) {
    struct command command;
    operation_begin_script(&command, SCRIPT_status_set_current);
    operation_key(store, &command, "current", account, user);
    operation_key(store, &command, "cred", account, user);
    command_add(&command, key_id);
    return operation_number(store, &command, SCRIPT_status_set_current, NULL, fault);
}

bool status_drop_current(struct store *store, const char *account, const char *user, struct fault *fault) {
    struct command command;
    command_begin(&command, "DEL");
    operation_key(store, &command, "current", account, user);
    operation_key(store, &command, "cred", account, user);
    return run(store, &command, fault);
}
