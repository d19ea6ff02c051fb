/* rotate, rollback, deactivate, pause, resume: what a person may ask for. */
#include "api_users.h"
#include "command.h"
#include "shown.h"

enum { PATH_MAX_BYTES = 4096 };

/* "111111111111/anna: rotate, written down at ...; it waits: ..., until ...". */
static void add_taken(const struct doc *taken, struct text *out) {
    shown_at(out, "", taken, "account");
    shown_at(out, "/", taken, "user");
    shown_at(out, ": ", taken, "request");
    shown_at(out, ", written down at ", taken, "at");
    shown_at(out, "; it waits: ", taken, "waits_for.why");
    shown_at(out, ", until ", taken, "waits_for.until");
    text_add(out, "\n");
}

static bool is_taken(const struct doc *item) {
    const char *outcome = doc_text(doc_at(item, "outcome"));
    return outcome != NULL && text_equal(outcome, "taken");
}

static void add_accounts(const struct doc *items, struct text *out) {
    for (size_t i = 0; i < doc_count(items); i++) {
        const struct doc *item = doc_item(items, i);
        if (is_taken(item)) {
            add_taken(doc_at(item, "taken"), out);
            continue;
        }
        shown_at(out, "", item, "account");
        shown_at(out, ": ", item, "outcome");
        shown_at(out, ": ", item, "problem.title");
        shown_at(out, ": ", item, "problem.detail");
        text_add(out, "\n");
    }
}

static bool all_taken(const struct doc *items) {
    for (size_t i = 0; i < doc_count(items); i++)
        if (!is_taken(doc_item(items, i)))
            return false;
    return true;
}

static int print_answer(const struct options *options, const struct doc *answer) {
    struct fault fault = {.kind = FAULT_NONE};
    const struct doc *items = doc_at(answer, "items");
    struct text out;
    text_open(&out, SHOWN_MAX);
    if (options->json)
        shown_doc(&out, answer);
    else if (items != NULL)
        add_accounts(items, &out);
    else
        add_taken(answer, &out);
    bool printed = shown_print(&out, &fault);
    text_close(&out);
    return !printed ? command_fault(&fault) : all_taken(items) ? EXIT_FINE : EXIT_FAULT;
}

static int post(const struct options *options, struct api_client *client, const char *path) {
    struct fault fault = {.kind = FAULT_NONE};
    struct doc *answer = api_post(client, path, options->reason, &fault);
    int code = answer != NULL ? print_answer(options, answer) : command_fault(&fault);
    doc_close(answer);
    return code;
}

/* --- for a user ---------------------------------------------------------------------------------------------------------- */

static int post_for_user(const struct options *options, struct api_client *client, const char *verb) {
    struct fault fault = {.kind = FAULT_NONE};
    struct api_user user;
    struct text path;
    if (!api_user_named(client, options, options->words[1], &user, &fault))
        return command_fault(&fault);
    text_open(&path, PATH_MAX_BYTES);
    api_user_path(&user, "/", &path);
    text_add(&path, verb);
    int code = post(options, client, path.bytes);
    text_close(&path);
    return code;
}

static int post_for_key(const struct options *options, struct api_client *client, const char *verb) {
    struct fault fault = {.kind = FAULT_NONE};
    struct api_user user;
    struct text path;
    if (!api_user_of_key(client, options, options->words[1], &user, &fault))
        return command_fault(&fault);
    text_open(&path, PATH_MAX_BYTES);
    api_user_path(&user, "/keys/", &path);
    text_add_encoded(&path, options->words[1], false);
    text_format(&path, "/%s", verb);
    int code = post(options, client, path.bytes);
    text_close(&path);
    return code;
}

static int with_client(const struct options *options,
                       int (*ask)(const struct options *options, struct api_client *client, const char *verb)) {
    struct fault fault = {.kind = FAULT_NONE};
    struct api_client *client = api_open(options, &fault);
    int code = client != NULL ? ask(options, client, options->words[0]) : command_fault(&fault);
    api_close(client);
    return code;
}

/* What is missing on the command line is said before anything is asked. */
static int refuse_unless_whole(const struct options *options, const char *what) {
    if (options->word_count != 2)
        return command_refuse("%s needs one %s", options->words[0], what);
    if (options->reason == NULL || options->reason[0] == '\0')
        return command_refuse("%s needs --reason TEXT", options->words[0]);
    if (options->accounts.count > 1 || options->users.count > 1)
        return command_refuse("%s takes one --account and one --user", options->words[0]);
    return EXIT_FINE;
}

int request_command(const struct options *options) {
    int refused = refuse_unless_whole(options, "USER");
    return refused != EXIT_FINE ? refused : with_client(options, post_for_user);
}

int deactivate_command(const struct options *options) {
    int refused = refuse_unless_whole(options, "KEY_ID");
    if (refused == EXIT_FINE && (options->users.count > 0) != (options->accounts.count > 0))
        return command_refuse("deactivate takes --user and --account together");
    return refused != EXIT_FINE ? refused : with_client(options, post_for_key);
}

/* --- for an account, and for all ----------------------------------------------------------------------------------------- */

static int post_for_account(const struct options *options, struct api_client *client, const char *verb) {
    struct text path;
    text_open(&path, PATH_MAX_BYTES);
    if (options->accounts.count > 0) {
        text_add(&path, "/accounts/");
        text_add_encoded(&path, options->accounts.items[0], false);
    }
    text_format(&path, "/%s", verb);
    int code = post(options, client, path.bytes);
    text_close(&path);
    return code;
}

int pause_command(const struct options *options) {
    if (options->word_count == 2 && !options->all)
        return request_command(options);
    if (options->word_count > 1 || options->all == (options->accounts.count > 0))
        return command_refuse("%s needs a USER, --account ID or --all", options->words[0]);
    if (options->reason == NULL || options->reason[0] == '\0')
        return command_refuse("%s needs --reason TEXT", options->words[0]);
    if (options->accounts.count > 1)
        return command_refuse("%s takes one --account", options->words[0]);
    return with_client(options, post_for_account);
}
