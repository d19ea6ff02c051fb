#include "enclosure.h"

#include "clock.h"
#include "log.h"
#include "secretsmanager.h"

#include <string.h>
#include <strings.h>

/* What may be over soon. All else will not be within the time a mail may take. */
static const bool passes[FAULT_KIND_COUNT] = {
    [FAULT_THROTTLED] = true, [FAULT_TRANSIENT] = true, [FAULT_UNKNOWN] = true,     [FAULT_CLOCK] = true,
    [FAULT_EXPIRED] = true,   [FAULT_LATE] = true,      [FAULT_UNAVAILABLE] = true, [FAULT_KEY_REFUSED] = true,
};

bool enclosure_is_wanted(const struct post *post, const struct policy_set *policies, const struct notice *notice,
                         const struct posting *posting) {
    const struct policy *policy = policy_named(policies, notice->event.policy);
    return notice->event.type == EVENT_KEY_ACTIVATED && text_equal(posting->person, "user") && notice->own_policy &&
           policy != NULL && policy->mail == MAIL_INLINE && strcasecmp(posting->to, post->config->notify.admin) != 0;
}

/* The secret's name is made of the account and the user, whom the inventory knows; were another one's in it, that must not leave. */
static bool take_value(const struct event *event, const struct secret_value *value, struct secret *secret,
                       struct fault *fault) {
    if (value->placeholder || !text_equal(value->access_key_id, event->key_id) ||
        !text_equal(value->user, event->user) || !text_equal(value->account, event->account))
        return fault_set(fault, FAULT_INVALID, "GetSecretValue", "the version does not hold the key of this event");
    secret_copy(secret, &value->secret_access_key);
    return true;
}

/* A mail must not carry over the network in the clear what TLS brought here. */
static bool may_be_mailed(const struct post *post, struct fault *fault) {
    return aws_is_private(post->aws, AWS_SES) ||
           fault_set(fault, FAULT_CONFIG, "ses", "the endpoint of SES is plain http to another machine");
}

/* Reading may take its time, and the claim grows old meanwhile: a new one is better than a mail that is not sent. */
static bool is_in_time(const struct posting *posting, struct fault *fault) {
    return clock_boot_ms() - posting->asked_ms <= POSTING_SEND_WITHIN_MS ||
           fault_set(fault, FAULT_TRANSIENT, "GetSecretValue",
                     "the answer took longer than the claim of the mail lasts");
}

static bool read_secret(const struct post *post, const struct event *event, const struct posting *posting,
                        struct secret *secret, struct fault *fault) {
    char name[SECRET_NAME_SIZE];
    char version[VERSION_ID_SIZE];
    struct secret_value value = {0};
    keyring_version_of(event->key_id, version);
    bool read =
        may_be_mailed(post, fault) &&
        config_secret_name(post->config, event->account, event->user, event->user_id, name, sizeof name, fault) &&
        aws_use_account(post->aws, event->account, fault) &&
        secrets_get(post->aws, name, version, "AWSCURRENT", &value, fault) && is_in_time(posting, fault) &&
        take_value(event, &value, secret, fault);
    secret_value_close(&value);
    return read;
}

static bool may_pass(const struct notice *notice, enum fault_kind kind) {
    bool stale = kind == FAULT_GONE && clock_boot_ms() - notice->first_ms < ENCLOSURE_STALE_MS;
    return stale || (passes[kind] && notice_is_patient(notice));
}

bool enclosure_read(const struct post *post, const struct notice *notice, const struct posting *posting,
                    struct secret *secret, struct fault *fault) {
    char key[EVENT_KEY_SIZE];
    if (read_secret(post, &notice->event, posting, secret, fault))
        return true;
    if (may_pass(notice, fault->kind)) {
        if (fault->kind != FAULT_THROTTLED)
            fault->kind = FAULT_TRANSIENT; /* of Secrets Manager: Redis and Kafka are well */
        return false;
    }
    event_key_text(&notice->event, key);
    log_fault(LOG_WARN, "the mail to the user holds no secret, only where it is", fault, "event", notice->id, "user",
              key, NULL);
    return true;
}
