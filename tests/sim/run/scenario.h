/* A scenario: a policy, users with their keys, what people do meanwhile, and for how long. Read from scenario.json in its folder:
 *
 *     {"profile": "minutes",                 a file of docker/config/profiles; left out: policy.yaml beside it
 *      "apply": true,                        every policy's mode becomes apply
 *      "for": "6h", "inventory_every": "1d", the latter only where it is not to be the configuration's
 *      "digest_every": "30d",                likewise
 *      "users": [{"name": "ann", "path": "/", "groups": [], "tags": {"EmailID": "ann@example.com"},
 *                 "keys": [{"age": "10m", "status": "Inactive", "used": "5m"}]}],
 *      "hands": [{"at": "3h", "user": "ann", "do": "create_key"}]}
 *
 * Owns its document. */
#ifndef KEYTURN_TESTS_SCENARIO_H
#define KEYTURN_TESTS_SCENARIO_H

#include "doc.h"
#include "world.h"

enum { SCENARIO_PATH = 1024, SCENARIO_HANDS = 128 };

/* What somebody does who is not Keyturn. */
struct hand {
    int64_t at; /* seconds since the beginning */
    const char *user;
    const char *
        what; /* rotate rollback emergency pause resume (asked of Keyturn, by "value"; of the key "which", else the one current)
               * lose_create (the answer to the next one) lose_stages (of the key's version)
               * create_key update_key delete_key use_key delete_user create_user add_group drop_group set_tag drop_tag
               * of user "-": refuse lose allow (the call "which", refused by status and code, "400 Throttling", or not answered),
               * lose_redis, refuse_keys accept_keys (every key, by STS), deny_control allow_control (to read it),
               * pause_all resume_all (every account, by "value"), change_policies (to the file "which") */
    const char
        *which; /* the group, the tag's name, the key's label; NULL. set_tag of a key's label describes that key */
    const char *value; /* the tag's value, the key's status; NULL */
};

struct scenario {
    char folder[SCENARIO_PATH];
    char policy[SCENARIO_PATH]; /* the path of the file with policies */
    bool apply;
    int64_t length;          /* seconds */
    int64_t inventory_every; /* seconds; 0: as configured */
    int64_t digest_every;    /* the same */
    size_t hand_count;
    struct hand hands[SCENARIO_HANDS]; /* by time */
    struct doc *doc;
};

/* Reads a scenario. False: the fault says what is wrong with the file. */
bool scenario_open(struct scenario *scenario, const char *folder, const char *repository,
                   struct fault *fault) MUST_CHECK;
void scenario_close(struct scenario *scenario);

/* Makes its users in an account; `began`: Unix seconds. */
bool scenario_people(const struct scenario *scenario, struct world *world, struct world_account *account, int64_t began,
                     struct fault *fault) MUST_CHECK;

/* Makes one of its users (again), with its keys. */
struct world_user *scenario_person(const struct scenario *scenario, struct world *world, struct world_account *account,
                                   const char *name, int64_t now);

/* The whole of a file, to be freed by mem_free(); NULL if it cannot be read. */
char *scenario_read_file(const char *path, size_t *length);

#endif
