/* The words of the domain, each list once: identifier, wire name, and where people read it, a sentence.
 * Everything that crosses a boundary (events, logs, metrics, Redis) uses the wire name. Owns nothing. */
#ifndef KEYTURN_VOCABULARY_H
#define KEYTURN_VOCABULARY_H

#include "base.h"

/* What the decision may ask for. The first group only gathers a fact and is followed by another decision in the same look;
 * the second changes nothing at AWS; the third changes tags or stages of the secret; the last changes IAM. */
#define STEPS(X)                                                                            \
    X(ASK_USE, "ask_use", "ask when the key was last used")                                 \
    X(VERIFY, "verify", "try the key at two endpoints")                                     \
    X(RECHECK, "recheck", "ask whether the user is still the same and in scope")            \
    X(WAIT, "wait", "nothing to do before a time")                                          \
    X(BLOCK, "block", "wait for a person")                                                  \
    X(SKIP, "skip", "the policy leaves this user alone")                                    \
    X(NOTICE, "notice", "tell somebody")                                                    \
    X(MAKE_SECRET, "make_secret", "create the secret with its placeholder")                 \
    X(NOTE_PROMOTED, "note_promoted", "write down since when the current key is current")   \
    X(NOTE_INACTIVE, "note_inactive", "write down since when the key is inactive")          \
    X(CLOSE_INTENTS, "close_intents", "take off intents that nothing can come of any more") \
    X(DROP_REQUEST, "drop_request", "note that a request is met, or cannot be met")         \
    X(DROP_MARK, "drop_mark", "take off the mark of a key that is gone, or a void one")     \
    X(DROP_LEAKED, "drop_leaked", "take off the report of a leaked key that is gone")       \
    X(DISCARD, "discard", "mark a key that never became current as on its way out")         \
    X(MARK, "mark", "mark a key as on its way out")                                         \
    X(PROMOTE, "promote", "make the proven candidate current")                              \
    X(MOVE_BACK, "move_back", "make the superseded key current again")                      \
    X(CREATE, "create", "create a key and store it")                                        \
    X(REACTIVATE, "reactivate", "make a superseded key active again")                       \
    X(DEACTIVATE, "deactivate", "make a key inactive")                                      \
    X(DELETE, "delete", "delete an inactive, marked key")                                   \
    X(DELETE_BOTH, "delete_both", "mark and delete both inactive keys")

enum step {
#define X(step, name, sentence) STEP_##step,
    STEPS(X)
#undef X
        STEP_COUNT
};

/* Why a step was chosen, or what it waits for. The sentence is what `status`, logs and mails print. */
#define REASONS(X)                                                                                                     \
    X(NONE, "none", "")                                                                                                \
    X(NOT_DUE, "not_due", "the current key is not due yet")                                                            \
    X(DUE, "due", "the key reached the age at which its successor is made")                                            \
    X(ASKED, "asked", "somebody asked for a rotation")                                                                 \
    X(EMERGENCY, "emergency", "a key was reported as leaked")                                                          \
    X(ROLLBACK, "rollback", "somebody asked for the previous key")                                                     \
    X(PROVEN, "proven", "the new key works")                                                                           \
    X(SETTLING, "settling", "the new key was made seconds ago, and is tried when AWS had time to spread it")           \
    X(NOT_PROVEN, "not_proven", "the new key does not work everywhere yet")                                            \
    X(KEY_REFUSED, "key_refused", "AWS keeps refusing the new key")                                                    \
    X(OVERLAP, "overlap", "both keys work until the overlap is over")                                                  \
    X(OVERLAP_OVER, "overlap_over", "the overlap is over")                                                             \
    X(IN_USE, "in_use", "the old key is still in use")                                                                 \
    X(INACTIVE_LONG_ENOUGH, "inactive_long_enough", "the inactive key reached the age at which it is deleted")         \
    X(SLOT_NEEDED, "slot_needed", "the next key needs this slot")                                                      \
    X(WAITS_FOR_SLOT, "waits_for_slot", "the next key waits for a free slot")                                          \
    X(MARKED, "marked", "the key was marked as on its way out")                                                        \
    X(LEAK_GONE, "leak_gone", "a key that was reported as leaked is gone")                                             \
    X(MARK_AGEING, "mark_ageing", "the mark must be a safety floor old")                                               \
    X(YOUNG_KEY, "young_key", "an unexplained key is too young to be judged")                                          \
    X(STALE_LIST, "stale_list", "IAM does not list the current key yet")                                               \
    X(TORN_READ, "torn_read", "Secrets Manager showed a state between two")                                            \
    X(INTENT_OPEN, "intent_open", "an earlier creation may still come to light")                                       \
    X(MOVED_LATELY, "moved_lately", "the current key changed less than a safety floor ago")                            \
    X(DISCARD_PAUSE, "discard_pause", "a key was discarded; the next attempt waits")                                   \
    X(NOT_STORED, "not_stored", "the secret of the new key could not be stored")                                       \
    X(ORPHAN, "orphan", "a key whose secret nobody holds, left by a creation that died")                               \
    X(RETIRE_OLDEST, "retire_oldest", "the policy retires the older of two active keys")                               \
    X(SPARE_INACTIVE, "spare_inactive", "the policy deletes an inactive spare key")                                    \
    X(TWO_INACTIVE, "two_inactive", "the policy deletes two inactive keys")                                            \
    X(FIRST_NOTE, "first_note", "a fact was seen for the first time and is written down")                              \
    X(WINDOW, "window", "changes wait for the maintenance window, or for the end of a blackout")                       \
    X(ROLLOUT, "rollout", "the policy does not change this user's keys yet")                                           \
    X(PRE_NOTICE, "pre_notice", "the owner is told ahead")                                                             \
    X(OVERDUE, "overdue", "the key of a user that is only watched is past its limit")                                  \
    X(NOTIFY_ONLY, "notify_only", "the policy only tells of the age of this user's keys")                              \
    X(EXEMPT, "exempt", "a tag of the user exempts it, as the policy allows")                                          \
    X(OVERRIDE_REFUSED, "override_refused",                                                                            \
      "tags of the user ask for what the policy does not allow; they are ignored")                                     \
    X(OUT_OF_SCOPE, "out_of_scope", "no policy selects this user any more")                                            \
    X(PAUSED, "paused", "an operator paused this user")                                                                \
    X(ROLLED_BACK, "rolled_back",                                                                                      \
      "rolled back, and paused by it: both keys stay as they are until somebody resumes the user")                     \
    X(RESUMED_LATELY, "resumed_lately", "resumed less than a safety floor ago")                                        \
    X(ACCOUNT_PAUSED, "account_paused", "an operator paused the account")                                              \
    X(ACCOUNT_BRAKED, "account_braked", "too much went wrong in the account; new keys wait for a resume")              \
    X(ACCOUNT_UNREAD, "account_unread", "whether the account is paused could not be read")                             \
    X(NO_ACTIVE_KEY, "no_active_key", "the user has no active key")                                                    \
    X(NO_RECIPIENT, "no_recipient", "the user has no mail address, and the policy skips such users")                   \
    X(NO_KEY, "no_key", "the user has no key at all")                                                                  \
    X(TWO_ACTIVE, "two_active", "the user has two active keys and the policy leaves such users alone")                 \
    X(TWO_INACTIVE_LEFT, "two_inactive_left", "the user has two inactive keys and the policy leaves such users alone") \
    X(LEFT_HALF_WAY, "left_half_way", "a rotation stands half way while nothing may be changed")                       \
    X(FACTS_INCOMPLETE, "facts_incomplete", "what AWS showed is incomplete")                                           \
    X(TOO_MANY_KEYS, "too_many_keys", "the user has more than two keys")                                               \
    X(SECRET_DELETED, "secret_deleted", "the user's secret is scheduled for deletion")                                 \
    X(USER_CHANGED, "user_changed", "another user has this name now")                                                  \
    X(CURRENT_DEAD, "current_dead", "the current key was made inactive or deleted by somebody else")                   \
    X(CANNOT_VERIFY, "cannot_verify", "no endpoint answers whether the new key works")                                 \
    X(FOREIGN_CHANGE, "foreign_change", "somebody else changed a key of this rotation")                                \
    X(TWO_ORPHANS, "two_orphans", "two keys appeared in the window of one creation")                                   \
    X(FOREIGN_KEY, "foreign_key", "somebody else made a key beside the current one")                                   \
    X(NO_FREE_SLOT, "no_free_slot", "both slots are taken and neither may be freed")                                   \
    X(TOO_MANY_DISCARDS, "too_many_discards", "three new keys in a row had to be discarded")                           \
    X(EMERGENCY_STUCK, "emergency_stuck", "a leaked key cannot be replaced without a person")                          \
    X(NOTHING_TO_ROLL_BACK, "nothing_to_roll_back", "no earlier key is left to go back to")                            \
    X(ROLLBACK_FAILED, "rollback_failed", "the earlier key does not work any more")                                    \
    X(FAULT, "fault", "a call failed")

enum reason {
#define X(reason, name, sentence) REASON_##reason,
    REASONS(X)
#undef X
        REASON_COUNT
};

/* CloudEvents types, "io.keyturn." + name + ".v1". */
#define EVENT_TYPES(X)                          \
    X(KEY_CREATED, "key.created")               \
    X(KEY_ACTIVATED, "key.activated")           \
    X(KEY_DEACTIVATED, "key.deactivated")       \
    X(KEY_DELETED, "key.deleted")               \
    X(KEY_DISCARDED, "key.discarded")           \
    X(KEY_REACTIVATED, "key.reactivated")       \
    X(KEY_FOREIGN, "key.foreign")               \
    X(ROTATION_PLANNED, "rotation.planned")     \
    X(ROTATION_DUE_SOON, "rotation.due_soon")   \
    X(ROTATION_SKIPPED, "rotation.skipped")     \
    X(ROTATION_FAILED, "rotation.failed")       \
    X(ROTATION_BLOCKED, "rotation.blocked")     \
    X(ROTATION_UNBLOCKED, "rotation.unblocked") \
    X(USER_OVERDUE, "user.overdue")             \
    X(CREDENTIAL_CLAIMED, "credential.claimed") \
    X(NOTICE_FAILED, "notice.failed")           \
    X(ACCOUNT_LISTED, "account.listed")         \
    X(ACCOUNT_PAUSED, "account.paused")         \
    X(ACCOUNT_RESUMED, "account.resumed")       \
    X(ACCOUNT_BRAKED, "account.braked")         \
    X(ACCOUNT_UNREACHABLE, "account.unreachable")

enum event_type {
#define X(type, name) EVENT_##type,
    EVENT_TYPES(X)
#undef X
        EVENT_TYPE_COUNT
};

/* Why a job was published. */
#define JOB_REASONS(X) X(DUE, "due") X(ASKED, "asked") X(NEW, "new") X(CHANGED, "changed")

enum job_reason {
#define X(reason, name) JOB_##reason,
    JOB_REASONS(X)
#undef X
        JOB_REASON_COUNT
};

/* Wire names and sentences. */
const char *step_name(enum step step);
const char *step_sentence(enum step step);
const char *reason_name(enum reason reason);
const char *reason_sentence(enum reason reason);
const char *event_type_name(enum event_type type);                         /* "key.created" */
bool event_type_parse(const char *full, enum event_type *type) MUST_CHECK; /* from "io.keyturn.key.created.v1" */
extern const char *const job_reason_names[];                               /* closed by NULL */

#endif
