#include "scenario.h"

#include "instant.h"
#include "mem.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MOST = 4 * 1024 * 1024, USER_AGE_S = 400 * 86400 };

char *scenario_read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    char *bytes = mem_alloc(FILE_MOST + 1);
    *length = fread(bytes, 1, FILE_MOST, file);
    bytes[*length] = '\0';
    fclose(file);
    return bytes;
}

/* "76d" -> seconds; -1 if it is none. */
static int64_t duration_of(const struct doc *doc, const char *name, int64_t otherwise) {
    const char *text = doc_text(doc_member(doc, name));
    int64_t seconds = otherwise;
    return text == NULL || duration_parse(text, &seconds) ? seconds : -1;
}

static bool read_hand(const struct doc *doc, int64_t after, struct hand *hand, struct fault *fault) {
    *hand = (struct hand){.at = duration_of(doc, "at", -1),
                          .user = doc_text(doc_member(doc, "user")),
                          .what = doc_text(doc_member(doc, "do")),
                          .which = doc_text(doc_member(doc, "which")),
                          .value = doc_text(doc_member(doc, "value"))};
    return (hand->at >= after && hand->user != NULL && hand->what != NULL) ||
           fault_set(fault, FAULT_INVALID, "hands", "each needs at (in order of time), user and do");
}

static bool read_hands(struct scenario *scenario, struct fault *fault) {
    const struct doc *hands = doc_member(scenario->doc, "hands");
    int64_t after = 0;
    for (size_t i = 0; i < doc_count(hands); i++) {
        struct hand *hand = &scenario->hands[scenario->hand_count++];
        if (scenario->hand_count == SCENARIO_HANDS || !read_hand(doc_item(hands, i), after, hand, fault))
            return false;
        after = hand->at;
    }
    return true;
}

static bool find_policy(struct scenario *scenario, const char *repository) {
    const char *profile = doc_text(doc_member(scenario->doc, "profile"));
    int length = profile == NULL ? snprintf(scenario->policy, SCENARIO_PATH, "%.900s/policy.yaml", scenario->folder)
                                 : snprintf(scenario->policy, SCENARIO_PATH, "%.800s/docker/config/profiles/%.60s.yaml",
                                            repository, profile);
    return length > 0 && length < SCENARIO_PATH && access(scenario->policy, R_OK) == 0;
}

bool scenario_open(struct scenario *scenario, const char *folder, const char *repository, struct fault *fault) {
    char path[SCENARIO_PATH + 32];
    size_t length = 0;
    *scenario = (struct scenario){0};
    text_clip(scenario->folder, sizeof scenario->folder, folder);
    snprintf(path, sizeof path, "%s/scenario.json", folder);
    char *bytes = scenario_read_file(path, &length);
    if (bytes == NULL)
        return fault_set(fault, FAULT_CONFIG, "scenario.json", "it cannot be read");
    scenario->doc = doc_parse(bytes, length, "scenario.json", fault);
    mem_free(bytes);
    if (scenario->doc == NULL || !read_hands(scenario, fault))
        return false;
    scenario->length = duration_of(scenario->doc, "for", -1);
    scenario->inventory_every = duration_of(scenario->doc, "inventory_every", 0);
    scenario->digest_every = duration_of(scenario->doc, "digest_every", 0);
    if (!doc_bool(doc_member(scenario->doc, "apply"), &scenario->apply))
        scenario->apply = false;
    return (scenario->length > 0 && find_policy(scenario, repository)) ||
           fault_set(fault, FAULT_CONFIG, "scenario.json", "it needs for, and profile or a policy.yaml beside it");
}

void scenario_close(struct scenario *scenario) {
    doc_close(scenario->doc);
    *scenario = (struct scenario){0};
}

/* --- people */

static bool add_key(const struct doc *doc, struct world *world, struct world_user *user, int64_t now) {
    int64_t age = duration_of(doc, "age", 0);
    int64_t used = duration_of(doc, "used", 0);
    struct world_key *key = age < 0 || used < 0 ? NULL : world_add_key(world, user, now - age);
    if (key == NULL)
        return false;
    key->active = !text_equal(doc_text(doc_member(doc, "status")), "Inactive");
    key->last_used = used > 0 ? now - used : 0;
    return true;
}

static bool add_tag(const char *name, const struct doc *value, void *context) {
    struct world_user *user = context;
    return doc_text(value) != NULL && world_set_tag(user->tags, &user->tag_count, name, doc_text(value));
}

static bool add_groups(const struct doc *groups, struct world_user *user) {
    for (size_t i = 0; i < doc_count(groups) && user->group_count < WORLD_GROUPS; i++)
        text_clip(user->groups[user->group_count++], WORLD_TEXT, doc_text(doc_item(groups, i)));
    return user->group_count == doc_count(groups);
}

static struct world_user *make(const struct doc *doc, struct world *world, struct world_account *account, int64_t now) {
    const char *name = doc_text(doc_member(doc, "name"));
    const char *path = doc_text(doc_member(doc, "path"));
    const struct doc *keys = doc_member(doc, "keys");
    const struct doc *tags = doc_member(doc, "tags");
    if (name == NULL || world_user(account, name) != NULL)
        return NULL;
    struct world_user *user = world_add_user(world, account, name, path == NULL ? "/" : path, now - USER_AGE_S);
    bool good = add_groups(doc_member(doc, "groups"), user) && (tags == NULL || doc_each(tags, add_tag, user));
    for (size_t i = 0; good && i < doc_count(keys); i++)
        good = add_key(doc_item(keys, i), world, user, now);
    return good ? user : NULL;
}

bool scenario_people(const struct scenario *scenario, struct world *world, struct world_account *account, int64_t began,
                     struct fault *fault) {
    const struct doc *users = doc_member(scenario->doc, "users");
    for (size_t i = 0; i < doc_count(users); i++) {
        bool later = false;
        if (doc_bool(doc_member(doc_item(users, i), "later"), &later) && later)
            continue;
        if (make(doc_item(users, i), world, account, began) == NULL)
            return fault_set(fault, FAULT_INVALID, "users", "user %zu cannot be made", i);
    }
    return doc_count(users) > 0 || fault_set(fault, FAULT_INVALID, "users", "there are none");
}

struct world_user *scenario_person(const struct scenario *scenario, struct world *world, struct world_account *account,
                                   const char *name, int64_t now) {
    const struct doc *users = doc_member(scenario->doc, "users");
    for (size_t i = 0; i < doc_count(users); i++)
        if (text_equal(doc_text(doc_member(doc_item(users, i), "name")), name))
            return make(doc_item(users, i), world, account, now);
    return NULL;
}
