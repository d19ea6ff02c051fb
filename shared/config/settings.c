#include "settings.h"

#include "config.h"
#include "word.h"

#include <ctype.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
enum { CENTURY = 36525 };

static const char *const log_levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const audit_syncs[] = {"second", "always", NULL};
static const char *const modes[] = {"plan", "apply", NULL};
static const char *const two_active_rules[] = {"notify", "retire_oldest", NULL};
static const char *const spare_inactive_rules[] = {"leave", "delete", NULL};
static const char *const two_inactive_rules[] = {"leave", "delete_both", NULL};
static const char *const slot_conflict_rules[] = {"delete_early", "wait", NULL};
static const char *const mail_rules[] = {"none", "reference", "inline", NULL};
static const char *const missing_rules[] = {"fallback_admin", "skip_user", NULL};

#define AT(type, member)             .offset = offsetof(type, member)
#define COUNT(type, member)          .count = offsetof(type, member)
#define SIZE(type, member)           .size = sizeof(((type *)0)->member)
#define MUST_BE(predicate, sentence) .acceptable = (predicate), .expected = (sentence)

#define TEXT(at, member)     .path = (at), .kind = SETTING_TEXT, AT(struct config, member), SIZE(struct config, member)
#define NUMBER(at, member)   .path = (at), .kind = SETTING_INT, AT(struct config, member)
#define DURATION(at, member) .path = (at), .kind = SETTING_DURATION, AT(struct config, member)

static const struct setting config_rows[] = {
    {TEXT("kafka.brokers", kafka.brokers), .fallback = "127.0.0.1:9092",
     MUST_BE(word_brokers, "host:port, or several separated by commas")},
    {.path = "kafka.properties", .kind = SETTING_MAP, .most = CONFIG_MAX_PROPERTIES},

    {TEXT("redis.host", redis.host), .fallback = "127.0.0.1", MUST_BE(word_host, "a host name or an address")},
    {NUMBER("redis.port", redis.port), .least = 1, .most = 65535, .fallback = "6379"},
    {TEXT("redis.username", redis.username), .flags = SETTING_SHY},
    {.path = "redis.password", .kind = SETTING_SECRET, .flags = SETTING_SHY, AT(struct config, redis.password)},
    {.path = "redis.password_file", .kind = SETTING_SECRET_FILE, AT(struct config, redis.password)},
    {.path = "redis.tls", .kind = SETTING_BOOL, AT(struct config, redis.tls), .fallback = "false"},
    {TEXT("redis.ca_file", redis.ca_file), .flags = SETTING_SHY},
    {NUMBER("redis.database", redis.database), .least = 0, .most = 1023, .fallback = "0"},
    {TEXT("redis.prefix", redis.prefix),
     .fallback = "kt:", MUST_BE(word_prefix, "made of letters, digits, '_', '-', '.' and ':'")},

    {TEXT("aws.region", aws.region), .flags = SETTING_SHY, MUST_BE(word_region, "a region such as eu-central-1")},
    {TEXT("aws.verify_region", aws.verify_region), .flags = SETTING_SHY,
     MUST_BE(word_region, "a region such as eu-west-1")},
    {TEXT("aws.endpoint", aws.endpoint), .flags = SETTING_SHY,
     MUST_BE(word_endpoint, "a URL such as https://host:port, without user, query or blanks")},
    {.path = "aws.allow_http",
     .kind = SETTING_TEXTS,
     .flags = SETTING_SHY,
     AT(struct config, aws.allow_http.items),
     COUNT(struct config, aws.allow_http.count),
     .size = TAG_KEY_SIZE,
     .most = 8,
     MUST_BE(word_host, "a host name or an address, without scheme and port")},

    {TEXT("secrets.name", secrets.name), .fallback = "keyturn/{account}/{user_id}"},
    {TEXT("secrets.kms_key_id", secrets.kms_key_id), .flags = SETTING_SHY},
    {.path = "secrets.tags", .kind = SETTING_MAP, .most = CONFIG_TAG_MAX},

    {NUMBER("worker.threads", worker.threads), .least = 1, .most = 1024, .fallback = "32"},
    {DURATION("worker.hold", worker.hold), .least = 1, .most = HOUR, .fallback = "150s"},

    {NUMBER("worker.brake_after", worker.brake_after), .least = 0, .most = 4096, .fallback = "10"},
    {.path = "worker.brake_share", .kind = SETTING_PERCENT, AT(struct config, worker.brake_share), .fallback = "1%"},
    {DURATION("worker.brake_within", worker.brake_within), .least = 60, .most = DAY, .fallback = "1h"},

    {DURATION("scheduler.inventory_every", scheduler.inventory_every), .least = 1, .most = 7 * DAY, .fallback = "1h"},
    {NUMBER("scheduler.batch", scheduler.batch), .least = 1, .most = 1000, .fallback = "64"},

    {TEXT("notify.from", notify.from), .flags = SETTING_SHY, MUST_BE(word_mail, "a mail address")},
    {TEXT("notify.admin", notify.admin), .flags = SETTING_SHY, MUST_BE(word_mail, "a mail address")},
    {TEXT("notify.region", notify.region), .flags = SETTING_SHY, MUST_BE(word_region, "a region such as eu-central-1")},
    {NUMBER("notify.rate", notify.rate), .least = 0, .most = 10000, .fallback = "1"},
    {NUMBER("notify.settle_ms", notify.settle_ms), .least = 0, .most = 60000, .fallback = "2000"},

    {DURATION("notify.digest_every", notify.digest.every), .least = 10, .most = 31 * DAY, .fallback = "1d"},
    {TEXT("notify.digest_at", notify.digest.at), .fallback = "00:00",
     MUST_BE(word_clock, "a time of day, as \"07:00\"")},
    {TEXT("notify.digest_tz", notify.digest.tz), .flags = SETTING_SHY,
     MUST_BE(word_zone, "the name of a time zone, as Europe/Berlin")},
    {TEXT("api.listen", api.listen), .fallback = "127.0.0.1:8000", MUST_BE(word_listen, "host:port")},
    {.path = "api.behind_tls_proxy",
     .kind = SETTING_BOOL,
     AT(struct config, api.behind_tls_proxy),
     .fallback = "false"},
    {TEXT("api.certificate_file", api.certificate_file), .flags = SETTING_SHY},
    {.path = "api.private_key", .kind = SETTING_SECRET, .flags = SETTING_SHY, AT(struct config, api.private_key)},
    {.path = "api.private_key_file", .kind = SETTING_SECRET_FILE, AT(struct config, api.private_key)},
    {TEXT("api.keys_file", api.keys_file), .fallback = "/etc/keyturn/api-keys.json"},
    {TEXT("api.keys_secret", api.keys_secret), .flags = SETTING_SHY},
    {.path = "api.sealing_keys", .kind = SETTING_SECRET, .flags = SETTING_SHY, AT(struct config, api.sealing_keys)},
    {TEXT("api.sealing_keys_file", api.sealing_keys_file), .flags = SETTING_SHY | SETTING_NAMES_SECRETS},
    {DURATION("api.cache_ttl", api.cache_ttl), .least = 0, .most = HOUR, .fallback = "5m"},
    {NUMBER("api.rate", api.rate), .least = 0, .most = 1000000, .fallback = "100"},
    {NUMBER("api.request_rate", api.request_rate), .least = 0, .most = 1000000, .fallback = "10"},
    {NUMBER("api.connections_per_address", api.connections_per_address), .least = 0, .most = 1024, .fallback = "256"},
    {TEXT("api.audit_log", api.audit_log), .fallback = "/var/log/keyturn/audit.jsonl"},
    {.path = "api.audit_sync",
     .kind = SETTING_CHOICE,
     AT(struct config, api.audit_sync),
     .names = audit_syncs,
     .fallback = "always"},

    {TEXT("metrics.listen", metrics.listen), .fallback = "127.0.0.1:0",
     MUST_BE(word_listen, "host:port, or empty for none")},

    {TEXT("log.level", log.level), .fallback = "info", .names = log_levels},

    {DURATION("unsafe_test_clock.floor", unsafe_test_clock_floor), .flags = SETTING_SHY, .least = 1,
     .most = SAFETY_FLOOR},
};

#undef TEXT
#undef NUMBER
#undef DURATION
#define TEXT(at, member) \
    .path = (at), .kind = SETTING_TEXT, AT(struct config_account, member), SIZE(struct config_account, member)

static const struct setting account_rows[] = {
    {TEXT("id", id), .flags = SETTING_REQUIRED, MUST_BE(word_account, "an account id of 12 digits")},
    {TEXT("role_arn", role_arn), .flags = SETTING_SHY,
     MUST_BE(word_role, "the ARN of a role, arn:aws:iam::<12 digits>:role/<name>")},
    {TEXT("external_id", external_id), .flags = SETTING_SHY},
    {TEXT("region", region), .flags = SETTING_SHY, MUST_BE(word_region, "a region such as eu-central-1")},
};

#undef TEXT
#define AGE(at, member) \
    .path = (at), .kind = SETTING_DURATION, AT(struct policy, member), .most = (int64_t)CENTURY * DAY
#define CHOICE(at, member, choices) .path = (at), .kind = SETTING_CHOICE, AT(struct policy, member), .names = (choices)
#define TEXTS(at, member, counter)                                                        \
    .path = (at), .kind = SETTING_TEXTS, .flags = SETTING_SHY, AT(struct policy, member), \
    COUNT(struct policy, counter), .size = TAG_KEY_SIZE, .most = SELECT_MAX
#define AGES(at, member, counter)                                                             \
    .path = (at), .kind = SETTING_DURATIONS, .flags = SETTING_SHY, AT(struct policy, member), \
    COUNT(struct policy, counter), .most = NOTICE_MAX

#define CLOCK(at, member)                                                                                             \
    .path = (at), .kind = SETTING_TEXT, .flags = SETTING_SHY, AT(struct policy, member), SIZE(struct policy, member), \
    MUST_BE(word_clock, "a time of day, as \"22:00\"")

#define BOUNDS(at, age)                                                \
    {AGE(at ".min", overrides.ages[age].min), .flags = SETTING_SHY}, { \
        AGE(at ".max", overrides.ages[age].max), .flags = SETTING_SHY  \
    }

static const struct setting policy_rows[] = {
    {.path = "name",
     .kind = SETTING_TEXT,
     .flags = SETTING_REQUIRED,
     AT(struct policy, name),
     .size = POLICY_NAME_SIZE,
     MUST_BE(word_name, "a name of letters, digits, '_', '-' and '.'")},
    {CHOICE("mode", mode, modes)},
    {.path = "rollout", .kind = SETTING_PERCENT, AT(struct policy, rollout)},
    {TEXTS("canary_accounts", canary_accounts.items, canary_accounts.count),
     MUST_BE(word_account_pattern, "12 digits, or a pattern with '*'")},
    {.path = "effective", .kind = SETTING_INSTANT, .flags = SETTING_SHY, AT(struct policy, effective)},
    {AGE("rollout_over", rollout_over), .flags = SETTING_SHY},
    {AGE("spread", spread)},
    {AGE("jitter", jitter), .flags = SETTING_SHY},
    {TEXTS("select.accounts", select.accounts.items, select.accounts.count),
     MUST_BE(word_account_pattern, "12 digits, or a pattern with '*'")},
    {.path = "select.path_prefix",
     .kind = SETTING_TEXT,
     AT(struct policy, select.path_prefix),
     .size = USER_PATH_SIZE,
     MUST_BE(word_path, "a path that begins and ends with '/'")},
    {TEXTS("select.name_prefix", select.name_prefix.items, select.name_prefix.count)},
    {TEXTS("select.groups_any", select.groups_any.items, select.groups_any.count)},
    {TEXTS("select.groups_none", select.groups_none.items, select.groups_none.count)},
    {TEXTS("select.tags_present", select.tags_present.items, select.tags_present.count)},
    {AGE("rotate_after", rotate_after)},
    {AGE("deactivate_after", deactivate_after)},
    {AGE("min_overlap", min_overlap)},
    {.path = "delete_after", .kind = SETTING_DELETE_RULE},
    {AGE("min_inactive", min_inactive)},
    {AGES("warn_before", warn_before, warn_count)},
    {CHOICE("two_active", two_active, two_active_rules)},
    {CHOICE("spare_inactive", spare_inactive, spare_inactive_rules)},
    {CHOICE("two_inactive", two_inactive, two_inactive_rules)},
    {CHOICE("slot_conflict", slot_conflict, slot_conflict_rules)},
    {.path = "in_use.require", .kind = SETTING_IN_USE},
    {AGE("in_use.max_hold", in_use_max_hold)},
    {.path = "verify.settle", .kind = SETTING_DURATION, AT(struct policy, verify_settle), .most = HOUR},
    {.path = "verify.successes", .kind = SETTING_INT, AT(struct policy, verify_successes), .least = 1, .most = 10},
    {.path = "verify.timeout", .kind = SETTING_DURATION, AT(struct policy, verify_timeout), .least = 1, .most = DAY},
    {CHOICE("deliver.mail", mail, mail_rules)},
    {.path = "deliver.recipient_tags",
     .kind = SETTING_TEXTS,
     AT(struct policy, recipient_tags),
     COUNT(struct policy, recipient_tag_count),
     .size = TAG_KEY_SIZE,
     .most = RECIPIENT_TAG_MAX},
    {CHOICE("deliver.missing", missing, missing_rules)},
    {.path = "window.days",
     .kind = SETTING_TEXTS,
     .flags = SETTING_SHY,
     AT(struct policy, window.days),
     COUNT(struct policy, window.day_count),
     .size = DAY_NAME_SIZE,
     .most = 7,
     .names = calendar_day_names},
    {CLOCK("window.from", window.from)},
    {CLOCK("window.to", window.to)},
    {.path = "window.tz",
     .kind = SETTING_TEXT,
     .flags = SETTING_SHY,
     AT(struct policy, window.tz),
     SIZE(struct policy, window.tz),
     MUST_BE(word_zone, "the name of a time zone, as Europe/Berlin")},
    {.path = "blackouts",
     .kind = SETTING_TEXTS,
     .flags = SETTING_SHY,
     AT(struct policy, blackouts),
     COUNT(struct policy, blackout_count),
     .size = BLACKOUT_SIZE,
     .most = BLACKOUT_MAX},
    {.path = "overrides.tag_prefix",
     .kind = SETTING_TEXT,
     AT(struct policy, overrides.tag_prefix),
     SIZE(struct policy, overrides.tag_prefix),
     MUST_BE(word_tag_prefix, "the beginning of a tag's name: letters, digits, '_', '-', '.', '/' and ':'")},
    BOUNDS("overrides.rotate_after", OVERRIDE_ROTATE_AFTER),
    BOUNDS("overrides.deactivate_after", OVERRIDE_DEACTIVATE_AFTER),
    BOUNDS("overrides.delete_after", OVERRIDE_DELETE_AFTER),
    BOUNDS("overrides.min_overlap", OVERRIDE_MIN_OVERLAP),
    {AGE("overrides.window", overrides.window), .flags = SETTING_SHY},
    {.path = "overrides.exempt", .kind = SETTING_BOOL, .flags = SETTING_SHY, AT(struct policy, overrides.exempt)},
    {.path = "digest",
     .kind = SETTING_TEXTS,
     .flags = SETTING_SHY,
     AT(struct policy, digest),
     COUNT(struct policy, digest_count),
     .size = DIGEST_NAME_SIZE,
     .most = DIGEST_LISTS,
     .names = digest_list_names},
    {AGES("notify_only.at", notify_at, notify_count)},
    {AGE("notify_only.overdue", notify_overdue), .flags = SETTING_SHY},
};

_Static_assert(COUNT_OF(config_rows) <= SETTINGS_MOST && COUNT_OF(policy_rows) <= SETTINGS_MOST, "SETTINGS_MOST");

const struct setting_table setting_tables[TABLE_COUNT] = {
    [TABLE_CONFIG] = {"", config_rows, COUNT_OF(config_rows)},
    [TABLE_ACCOUNTS] = {"accounts[].", account_rows, COUNT_OF(account_rows)},
    [TABLE_POLICIES] = {"policies[].", policy_rows, COUNT_OF(policy_rows)},
};

bool setting_is_list(const struct setting *setting) {
    return setting->kind == SETTING_TEXTS || setting->kind == SETTING_DURATIONS;
}

void setting_environment_name(const struct setting *setting, struct text *name) {
    text_add(name, "KEYTURN_");
    for (const char *c = setting->path; *c != '\0'; c++)
        text_format(name, "%c", *c == '.' ? '_' : toupper((unsigned char)*c));
}
