#include "scratch.h"

#include "settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char full[] =
    "kafka:\n"
    "  brokers: a:1,b:2\n"
    "  properties: {sasl.password: canary-1, linger.ms: 5, ssl.key.password: canary-2}\n"
    "redis: {host: cache, password: canary-3, username: keyturn, tls: true}\n"
    "aws: {region: eu-central-1, verify_region: eu-west-1, allow_http: [moto]}\n"
    "secrets: {kms_key_id: alias/keyturn, tags: {team: security, cost: '42'}}\n"
    "accounts:\n"
    "  - {id: '012345678901', role_arn: 'arn:aws:iam::012345678901:role/k', external_id: x}\n"
    "  - {id: '222222222222', region: us-east-1}\n"
    "policies:\n"
    "  - name: people\n"
    "    mode: apply\n"
    "    rollout: 10%\n"
    "    canary_accounts: ['222222222222']\n"
    "    effective: 2026-12-01\n"
    "    rollout_over: 14d\n"
    "    spread: 6h\n"
    "    jitter: 2h\n"
    "    select: {accounts: ['*'], name_prefix: [test-user-], groups_none: [X], path_prefix: /a/}\n"
    "    rotate_after: 60d\n"
    "    deactivate_after: 70d\n"
    "    min_overlap: 10d\n"
    "    delete_after: next_rotation\n"
    "    warn_before: [14d, 1d]\n"
    "    in_use: {require: 'old_idle:24h', max_hold: 7d}\n"
    "    deliver: {mail: none, recipient_tags: []}\n"
    "  - name: service\n"
    "    select: {groups_any: [SVC]}\n"
    "    notify_only: {at: [305d, 335d], overdue: 365d}\n"
    "    deliver: {mail: none}\n";

static void show(const struct config *config, struct text *page) {
    text_open(page, 1024 * 1024);
    assert_true(config_show(config, page));
}

static void secrets_are_said_to_be_set_and_nothing_more(void **state) {
    struct text page;
    (void)state;
    struct config *config = scratch_load(full);
    show(config, &page);
    assert_null(strstr(page.bytes, "canary-"));
    assert_non_null(strstr(page.bytes, "sasl.password: (set)"));
    assert_non_null(strstr(page.bytes, "ssl.key.password: (set)"));
    assert_non_null(strstr(page.bytes, "  password: (set)"));
    text_close(&page);
    config_close(config);
}

static void what_is_shown_loads_to_the_same(void **state) {
    struct text first;
    struct text second;
    (void)state;
    struct config *config = scratch_load(full);
    show(config, &first);
    struct config *again = scratch_load(first.bytes);
    show(again, &second);
    assert_string_equal(first.bytes, second.bytes);
    assert_int_equal(again->account_count, 2);
    assert_string_equal(again->accounts[0].id, "012345678901");
    assert_int_equal(again->policies.count, config->policies.count);
    for (size_t i = 0; i < config->policies.count; i++)
        assert_string_equal(again->policies.policies[i].fingerprint, config->policies.policies[i].fingerprint);
    text_close(&first);
    text_close(&second);
    config_close(config);
    config_close(again);
}

static void everything_in_the_file_reaches_its_place(void **state) {
    (void)state;
    struct config *config = scratch_load(full);
    const struct policy *people = policy_named(&config->policies, "people");
    const struct policy *service = policy_named(&config->policies, "service");
    assert_int_equal(people->mode, MODE_APPLY);
    assert_int_equal(people->line, 11);
    assert_int_equal(people->rollout_over, 14 * 86400);
    assert_int_equal(people->rollout, 10);
    assert_int_equal(people->canary_accounts.count, 1);
    assert_int_equal(people->effective, 1796083200);
    assert_int_equal(people->spread, 6 * 3600);
    assert_int_equal(people->jitter, 2 * 3600);
    assert_int_equal(people->delete_rule, DELETE_NEXT_ROTATION);
    assert_int_equal(people->min_overlap, 10 * 86400);
    assert_int_equal(people->warn_count, 2);
    assert_int_equal(people->warn_before[1], 86400);
    assert_int_equal(people->in_use_old_idle, 86400);
    assert_int_equal(people->in_use_max_hold, 7 * 86400);
    assert_int_equal(people->recipient_tag_count, 0);
    assert_string_equal(people->select.groups_none.items[0], "X");
    assert_false(people->notify_only);
    assert_true(service->notify_only);
    assert_int_equal(service->notify_at[1], 335 * 86400);
    assert_int_equal(service->notify_overdue, 365 * 86400);
    assert_int_equal(service->recipient_tag_count, 2);
    assert_int_equal(config->secrets.tag_count, 2);
    assert_string_equal(config->secrets.tags[1].value, "42");
    assert_true(config->redis.tls);
    config_close(config);
}

static void policies_alone_are_read_for_a_reload(void **state) {
    struct fault fault;
    struct policy_set *policies = calloc(1, sizeof *policies);
    (void)state;
    assert_true(config_load_policies(scratch_file("unsafe_test_clock: {floor: 3s}\npolicies:\n- name: a\n", 0),
                                     policies, &fault));
    assert_int_equal(policies->count, 1);
    assert_int_equal(policies->policies[0].floor, 3);
    assert_false(config_load_policies(scratch_file("policies:\n- name: a\n  rotate_after: 1m\n", 0), policies, &fault));
    assert_non_null(strstr(fault.message, "safety floor"));
    free(policies);
}

static int clean(void **state) {
    (void)state;
    scratch_clean();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(secrets_are_said_to_be_set_and_nothing_more, clean),
        cmocka_unit_test_teardown(what_is_shown_loads_to_the_same, clean),
        cmocka_unit_test_teardown(everything_in_the_file_reaches_its_place, clean),
        cmocka_unit_test_teardown(policies_alone_are_read_for_a_reload, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
