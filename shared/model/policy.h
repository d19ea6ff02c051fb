/* A policy: which users it owns, and at which ages of their keys what happens. All durations are seconds.
 * Plain structs without pointers; made by config, read everywhere. Pure: no I/O, no clock. */
#ifndef KEYTURN_POLICY_H
#define KEYTURN_POLICY_H

#include "calendar.h"
#include "fault.h"

enum {
    POLICY_MAX = 32,
    POLICY_NAME_SIZE = 65,
    SELECT_MAX = 16, /* values in one list of a select */
    NOTICE_MAX = 8,  /* entries of warn_before and notify_only.at */
    RECIPIENT_TAG_MAX = 4,
    TAG_KEY_SIZE = 129, /* IAM tag key: 1-128 */
    FINGERPRINT_SIZE = 17,
    DIGEST_NAME_SIZE = 16,
    SAFETY_FLOOR = 26 * 60,  /* 60 s lease + 15 min signature age + 2 x 5 min of stale reads */
    SIGNATURE_AGE = 15 * 60, /* V: how long AWS takes a signature at most */
    LEASE_SECONDS = 60,
};

enum policy_mode { MODE_PLAN, MODE_APPLY };
enum delete_rule { DELETE_AT_AGE, DELETE_NEXT_ROTATION, DELETE_NEVER };
enum two_active_rule { TWO_ACTIVE_NOTIFY, TWO_ACTIVE_RETIRE_OLDEST };
enum spare_inactive_rule { SPARE_INACTIVE_LEAVE, SPARE_INACTIVE_DELETE };
enum two_inactive_rule { TWO_INACTIVE_LEAVE, TWO_INACTIVE_DELETE_BOTH };
enum slot_conflict_rule { SLOT_CONFLICT_DELETE_EARLY, SLOT_CONFLICT_WAIT };
enum mail_rule { MAIL_NONE, MAIL_REFERENCE, MAIL_INLINE };
enum missing_recipient_rule { MISSING_FALLBACK_ADMIN, MISSING_SKIP_USER };

/* What a digest to the admin may list: the rotations of its period, and who stands how at its end. */
enum digest_list { DIGEST_ROTATIONS, DIGEST_TWO_ACTIVE, DIGEST_OVERDUE, DIGEST_NO_RECIPIENT, DIGEST_LISTS };

extern const char *const digest_list_names[]; /* "rotations", "two_active", ..., closed by NULL */

/* Up to SELECT_MAX texts; an empty list asks for nothing. */
struct text_list {
    size_t count;
    char items[SELECT_MAX][TAG_KEY_SIZE];
};

/* All that is set must hold. */
struct policy_select {
    struct text_list accounts; /* patterns with '*'; empty = all */
    char path_prefix[USER_PATH_SIZE];
    struct text_list name_prefix; /* any of them */
    struct text_list groups_any;
    struct text_list groups_none;
    struct text_list tags_present; /* all of them */
};

/* A maintenance window as it is written. */
struct policy_window {
    size_t day_count; /* 0: every day */
    char days[7][DAY_NAME_SIZE];
    char from[CLOCK_SIZE]; /* empty: no window */
    char to[CLOCK_SIZE];
    char tz[ZONE_NAME_SIZE]; /* of the window and of the blackouts; empty: UTC */
};

/* The ages that a user's tags may set, where a policy allows it. */
enum override_age {
    OVERRIDE_ROTATE_AFTER,
    OVERRIDE_DEACTIVATE_AFTER,
    OVERRIDE_DELETE_AFTER,
    OVERRIDE_MIN_OVERLAP,
    OVERRIDE_AGES,
};

struct override_bounds {
    int64_t min;
    int64_t max; /* 0: no tag may set it */
};

/* What tags of a user may set (override.h). All zero: nothing. */
struct policy_overrides {
    char tag_prefix[TAG_KEY_SIZE];
    struct override_bounds ages[OVERRIDE_AGES];
    int64_t window; /* the shortest maintenance window a tag may name; 0: none */
    bool exempt;
};

struct policy {
    char name[POLICY_NAME_SIZE];
    int line; /* in the configuration file, for messages */
    enum policy_mode mode;
    struct policy_select select;
    int64_t rotate_after;
    int64_t deactivate_after;
    int64_t min_overlap;
    enum delete_rule delete_rule;
    int64_t delete_after; /* with DELETE_AT_AGE */
    int64_t min_inactive;
    size_t warn_count;
    int64_t warn_before[NOTICE_MAX];
    enum two_active_rule two_active;
    enum spare_inactive_rule spare_inactive;
    enum two_inactive_rule two_inactive;
    enum slot_conflict_rule slot_conflict;
    int64_t in_use_old_idle; /* 0: no gate */
    int64_t in_use_max_hold;
    int64_t verify_settle;
    int64_t verify_successes;
    int64_t verify_timeout;
    enum mail_rule mail;
    enum missing_recipient_rule missing;
    size_t recipient_tag_count;
    char recipient_tags[RECIPIENT_TAG_MAX][TAG_KEY_SIZE];
    bool notify_only;
    size_t notify_count;
    int64_t notify_at[NOTICE_MAX];
    int64_t notify_overdue;
    int64_t rollout; /* percent of the users, by a stable choice; the others are only shown what would be done */
    struct text_list canary_accounts; /* patterns; whose users are in the roll-out whatever the percentage */
    int64_t effective;                /* AWS time before which this policy changes nothing; 0: from the start */
    int64_t rollout_over;             /* ... and each user has a start of its own within this time from then on */
    int64_t spread;                   /* within which a changed policy reaches its users */
    int64_t jitter;                   /* a key is due up to this much later, each user's by a stable choice */
    struct policy_window window;
    size_t blackout_count;
    char blackouts[BLACKOUT_MAX][BLACKOUT_SIZE];
    struct calendar calendar; /* what the three above mean */
    struct policy_overrides overrides;
    bool overlap_given; /* min_overlap was set, not derived */
    bool exempt;        /* of one user's own policy: its tag says so, and the policy allowed it */
    size_t digest_count;
    char digest[DIGEST_LISTS][DIGEST_NAME_SIZE]; /* the lists its digest has; none: there is no digest */
    int64_t floor;                               /* the safety floor: SAFETY_FLOOR, or shorter by unsafe_test_clock */
    char fingerprint[FINGERPRINT_SIZE];          /* changes with any of the above but name, line and digest */
};

struct policy_set {
    size_t count;
    struct policy policies[POLICY_MAX]; /* in the order of the file */
};

/* What a selection is judged by; the lists are the caller's. */
struct policy_subject {
    const char *account;
    const char *name;
    const char *path;
    const char *const *groups; /* names */
    size_t group_count;
    const char *const *tag_keys;
    size_t tag_count;
};

/* The first policy that selects the user, or NULL. */
const struct policy *policy_match(const struct policy_set *set, const struct policy_subject *subject);

/* The policy of that name, or NULL. */
const struct policy *policy_named(const struct policy_set *set, const char *name);

/* The first policy that would select the user, were only the tags of its `tags_present` there; NULL where there is none, or where
 * a policy selects the user as it is. */
const struct policy *policy_missed_by_tags(const struct policy_set *set, const struct policy_subject *subject);

/* Has the policy's digest that list? */
bool policy_digests(const struct policy *policy, enum digest_list list);

/* Is the user in the roll-out? A larger percentage keeps whom a smaller one had. */
bool policy_includes(const struct policy *policy, const char *account, const char *user_id);

/* When the policy begins to change this user's keys: `effective`, and its share of `rollout_over` later. 0: it always did. */
int64_t policy_start(const struct policy *policy, const char *user_id);

/* The age of this user's key at which its successor is made: rotate_after and its share of `jitter`. */
int64_t policy_rotate_after(const struct policy *policy, const char *user_id);

/* This user's part of a span, for a purpose: from 0 to less than `span`, by a stable choice; 0 of none. */
int64_t policy_share(int64_t span, const char *purpose, const char *user_id);

/* Puts the defaults of a policy (76/90/104 days, mode plan, floor SAFETY_FLOOR) into every member. */
void policy_defaults(struct policy *policy);

/* min_overlap of two ages, where nobody sets it: D - R raised to the floor, and zero where that is zero. */
int64_t policy_overlap(const struct policy *policy);

/* Fills in what depends on other members (min_overlap unless it was set; fingerprint), after the file was read.
 * `overlap_given`: the file set min_overlap itself. */
void policy_finish(struct policy *policy, bool overlap_given);

/* The arithmetic of rotation: R <= D <= X, the slots, the floor. FAULT_CONFIG with the sums spelled out. */
bool policy_check(const struct policy *policy, struct fault *fault) MUST_CHECK;

/* One thing policy_check() would refuse: a FAULT_CONFIG whose code is the setting to blame. */
typedef void policy_finding(const struct fault *finding, void *context);

/* All of them, each visited once; how many. */
size_t policy_check_all(const struct policy *policy, policy_finding *visit, void *context);

#endif
