/* keyturn apikey: keys to the API are made, listed and revoked. A key is shown once, alone on stdout; kept is what it cannot be found from. */
#include "apikey_home.h"
#include "clock.h"
#include "command.h"
#include "instant.h"
#include "mem.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_MAX = 1024 * 1024 };

/* --- what is asked for -------------------------------------------------------------------------------------------------- */

static bool refuse(struct fault *fault, const char *option, const char *value, const char *what) {
    return fault_set(fault, FAULT_CONFIG, option, "\"%s\" %s", value, what);
}

static bool read_name(const char *name, struct api_key *key, struct fault *fault) {
    bool printable = name[0] != '\0';
    for (const char *c = name; *c != '\0'; c++)
        printable = printable && isprint((unsigned char)*c);
    return (printable && text_copy(key->name, sizeof key->name, name)) ||
           refuse(fault, "NAME", name, "is not 1-64 printable characters");
}

static bool read_scopes(const struct option_list *list, struct api_key *key, struct fault *fault) {
    for (size_t i = 0; i < list->count; i++) {
        enum api_scope scope;
        if (!api_scope_parse(list->items[i], &scope))
            return refuse(fault, "--scope", list->items[i],
                          "is none of credentials:read, users:read, rotate, admin, metrics");
        key->scopes |= 1U << scope;
    }
    return key->scopes != 0 || fault_set(fault, FAULT_CONFIG, "--scope", "say at least one thing that the key may do");
}

/* None given is all. */
static bool read_patterns(const char *option, const struct option_list *list, struct api_patterns *patterns,
                          struct fault *fault) {
    if (list->count > API_KEY_PATTERNS)
        return fault_set(fault, FAULT_CONFIG, option, "at most %d patterns", (int)API_KEY_PATTERNS);
    for (size_t i = 0; i < list->count; i++)
        if (!api_pattern_fits(list->items[i]) ||
            !text_copy(patterns->items[patterns->count++], API_KEY_PATTERN_SIZE, list->items[i]))
            return refuse(fault, option, list->items[i], "is no pattern of letters, digits, +=,.@_- and '*', '?'");
    if (list->count == 0)
        text_clip(patterns->items[patterns->count++], API_KEY_PATTERN_SIZE, "*");
    return true;
}

static bool read_expiry(const char *life, struct api_key *key, struct fault *fault) {
    int64_t seconds;
    if (life == NULL)
        return true;
    if (!duration_parse(life, &seconds) || seconds <= 0)
        return refuse(fault, "--expires", life, "is no time from now, as 90d");
    key->expires = key->created + seconds;
    return true;
}

static bool read_wish(const struct options *options, struct api_key *key, struct fault *fault) {
    key->created = clock_wall_ms() / 1000;
    return read_name(options->words[2], key, fault) && read_scopes(&options->scopes, key, fault) &&
           read_patterns("--account", &options->accounts, &key->accounts, fault) &&
           read_patterns("--user", &options->users, &key->users, fault) && read_expiry(options->expires, key, fault);
}

/* --- what is shown ------------------------------------------------------------------------------------------------------- */

static void print_doc(const struct doc *doc) {
    struct text out;
    text_open(&out, SHOWN_MAX);
    bool whole = doc_print_pretty(doc, &out);
    (void)whole; /* a full set takes less than half of it */
    puts(out.bytes);
    text_close(&out);
}

static void print_made(const struct options *options, const struct api_key *key, const struct secret *token) {
    if (!options->json) {
        fprintf(stderr, "The key %s (%s), shown this once:\n", key->id, key->name);
        fflush(stderr);
        /* the one place where a key is meant to be seen */
        fwrite(token->bytes, 1, token->length, stdout);
        puts("");
        return;
    }
    struct doc *doc = doc_object();
    doc_set_text(doc, "key", token->bytes);
    api_key_show(key, doc);
    print_doc(doc);
    doc_close(doc);
}

static void print_patterns(const char *what, const struct api_patterns *patterns) {
    printf("  %s", what);
    for (size_t i = 0; i < patterns->count; i++)
        printf(" %s", patterns->items[i]);
    puts("");
}

static void print_key(const struct api_key *key, int64_t now) {
    char created[INSTANT_SIZE];
    char expires[INSTANT_SIZE] = "never";
    instant_iso(key->created, created);
    if (key->expires != 0)
        instant_iso(key->expires, expires);
    printf("%s  %s\n  scopes  ", key->id, key->name);
    for (int scope = 0; scope < SCOPE_COUNT; scope++)
        if (api_key_has(key, (enum api_scope)scope))
            printf(" %s", api_scope_name((enum api_scope)scope));
    puts("");
    print_patterns("accounts", &key->accounts);
    print_patterns("users   ", &key->users);
    printf("  created  %s\n  expires  %s%s\n", created, expires,
           key->expires != 0 && now >= key->expires ? " (it has)" : "");
}

static void print_list(const struct options *options, const struct api_key_set *set) {
    if (!options->json) {
        for (size_t i = 0; i < set->count; i++)
            print_key(&set->keys[i], clock_wall_ms() / 1000);
        return;
    }
    struct doc *list = doc_array();
    for (size_t i = 0; i < set->count; i++) {
        struct doc *object = doc_object();
        api_key_show(&set->keys[i], object);
        doc_add(list, object);
    }
    print_doc(list);
    doc_close(list);
}

/* --- the changes --------------------------------------------------------------------------------------------------------- */

static bool add(struct api_key_set *set, void *context, struct fault *fault) {
    const struct api_key *key = context;
    /* The answer to a write may have been lost: then it is there. */
    const struct api_key *there = api_key_by_id(set, key->id);
    bool same = there != NULL && memcmp(there->sha256, key->sha256, sizeof key->sha256) == 0;
    return same || api_key_add(set, key, fault);
}

struct revocation {
    const char *id;
    bool was_there;
};

static bool revoke(struct api_key_set *set, void *context, struct fault *fault) {
    struct revocation *revocation = context;
    revocation->was_there = api_key_remove(set, revocation->id) || revocation->was_there;
    return revocation->was_there || fault_set(fault, FAULT_GONE, "apikey", "there is no key \"%s\"", revocation->id);
}

static bool change(const struct options *options, api_keys_change_set what, void *context, struct fault *fault) {
    struct apikey_home home;
    bool done = apikey_home_open(options, &home, fault) && api_keys_change(&home.keys, home.aws, what, context, fault);
    apikey_home_close(&home);
    return done;
}

/* --- the commands -------------------------------------------------------------------------------------------------------- */

static int need_word(const char *command, const char *word) {
    return command_refuse("%s needs %s", command, word);
}

int apikey_create_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct api_key key;
    struct secret token = {0};
    if (options->word_count != 3)
        return need_word("apikey create", "NAME");
    api_key_make(&key, &token);
    if (!read_wish(options, &key, &fault)) {
        secret_close(&token);
        return command_refuse("%s: %s", fault.where, fault.message);
    }
    bool made = change(options, add, &key, &fault);
    if (made)
        print_made(options, &key, &token);
    secret_close(&token);
    return made ? EXIT_FINE : command_fault(&fault);
}

int apikey_list_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct apikey_home home;
    struct api_key_set *set = mem_zero(1, sizeof *set);
    bool read = apikey_home_open(options, &home, &fault) && api_keys_read(&home.keys, home.aws, set, &fault);
    if (read)
        print_list(options, set);
    apikey_home_close(&home);
    mem_free(set);
    return read ? EXIT_FINE : command_fault(&fault);
}

int apikey_revoke_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    if (options->word_count != 3)
        return need_word("apikey revoke", "ID");
    struct revocation revocation = {.id = options->words[2]};
    if (!change(options, revoke, &revocation, &fault))
        return command_fault(&fault);
    if (options->json)
        puts("{}");
    else
        printf("Revoked: %s\n", options->words[2]);
    return EXIT_FINE;
}
