/* The spellings of the tags on a secret, each read and written here and nowhere else. Owns nothing, reaches nothing.
 *
 *     keyturn:intent:<random>     create <time>
 *     keyturn:promoted            <key id> <time>
 *     keyturn:inactive            <key id> [<key id>] <time> [for <why>]
 *     keyturn:deleting:<key id>   discard <time> [for <why>]  |  delete <time> [for <why>]
 *     keyturn:discards            <how many in a row> <time of the last>
 *     keyturn:asked               rotate:<key id> <time> [by <who>]  |  rollback:<key id> <time> [by <who>]
 *     keyturn:answered            rotate:<key id> <time>  |  rollback:<key id> <time>    of the request it answers
 *     keyturn:leaked:<key id>     emergency <time> [by <who>]
 *     keyturn:paused              paused <time> [by <who>]  |  rollback <time> [by <who>]  |  resumed <time> [by <who>]
 *     keyturn:braked              <what> <how many> <time>    on the control of an account only
 *     keyturn:user                <user name>
 *
 * Times are AWS's, in decimal Unix seconds. "rollback" is the pause that is written with a request to roll back. Words are parted by one
 * space; <who> may hold spaces; <why> is the wire name of a reason, so that a change is announced with its reason also after a crash. Everything else under "keyturn:" is not understood, and whoever reads it must not act. */
#ifndef KEYTURN_TAGS_H
#define KEYTURN_TAGS_H

#include "keyring.h"
#include "secretsmanager.h"

/* Names of the tags on a secret; those ending in a colon go on with a key id or a random part. */
#define TAG_INTENT   "keyturn:intent:"
#define TAG_PROMOTED "keyturn:promoted"
#define TAG_INACTIVE "keyturn:inactive"
#define TAG_DELETING "keyturn:deleting:"
#define TAG_DISCARDS "keyturn:discards"
#define TAG_ASKED    "keyturn:asked"
#define TAG_ANSWERED "keyturn:answered"
#define TAG_LEAKED   "keyturn:leaked:"
#define TAG_PAUSED   "keyturn:paused"
#define TAG_BRAKED   "keyturn:braked"
#define TAG_USER     "keyturn:user"

/* Reads one tag into the ring, whose keys must be there already. Tags of others are passed over. False: a tag of ours that cannot be
 * understood, or one more intent than a ring holds. A mark of a key not listed goes to ring->gone while there is room; one too many is
 * passed over, since its turn comes when others have been taken off; the report of a leaked key not listed goes to ring->leaks_gone alike.
 * A request that is answered is not in ring->asked, in whichever order the two tags are read. */
bool tags_read(const struct secret_tag *tag, struct keyring *ring) MUST_CHECK;

/* Reads the value of TAG_BRAKED, which stands on no user's secret. False: it cannot be understood. */
bool tags_read_braked(const struct secret_tag *tag, char what[WHY_SIZE], int64_t *count, int64_t *at) MUST_CHECK;

/* Each fills a whole tag, name and value. To take a tag off, only the name is used. */
void tags_intent(const struct intent *intent, struct secret_tag *tag);
void tags_promoted(const struct note *note, struct secret_tag *tag);
void tags_inactive(const struct note *note, struct secret_tag *tag);

/* ... naming two keys, where both were seen Inactive; with an empty `too` the note of one. */
void tags_inactive_two(const struct note *note, const char *too, struct secret_tag *tag);

/* `discarding`: the key never was current, and is counted in keyturn:discards. `why` may be empty. */
void tags_deleting(const char *key_id, bool discarding, int64_t at, const char *why, struct secret_tag *tag);

/* `last`: when the last of them was. */
void tags_discards(int64_t in_a_row, int64_t last, struct secret_tag *tag);

/* The request is met, or refused. It is named, not taken off: one that was written over it meanwhile stands. */
void tags_answered(const struct request *request, struct secret_tag *tag);

/* `actor` may be empty; characters a tag cannot hold become '_'. */
void tags_asked(const struct request *request, struct secret_tag *tag);
void tags_leaked(const char *key_id, int64_t at, const char *actor, struct secret_tag *tag);
void tags_paused(int64_t at, bool for_rollback, const char *actor, struct secret_tag *tag);
void tags_resumed(int64_t at, const char *actor, struct secret_tag *tag);

/* `what`: small letters and '_'; `count`: at least 1. */
void tags_braked(const char *what, int64_t count, int64_t at, struct secret_tag *tag);

#endif
