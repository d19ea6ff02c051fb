/* The files people start from: the example, the profiles, and the reference of every setting. */
#include "scratch.h"

#include "mem.h"
#include "settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DOCUMENT_MOST = 256 * 1024 };

static char *read_document(const char *path) {
    char *bytes = mem_alloc(DOCUMENT_MOST);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(bytes, 1, DOCUMENT_MOST - 1, file);
    fclose(file);
    bytes[length] = '\0';
    return bytes;
}

/* A row of the tables begins "| `redis.host` |". Policies and accounts have tables of their own. */
static void every_setting_is_in_the_reference(void **state) {
    char *document = read_document(REPOSITORY "/docs/configuration.md");
    char row[128];
    (void)state;
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        for (size_t i = 0; i < setting_tables[t].count; i++) {
            snprintf(row, sizeof row, "\n| `%s%s` |", setting_tables[t].prefix, setting_tables[t].rows[i].path);
            if (strstr(document, row) == NULL)
                fail_msg("docs/configuration.md has no row for %s", row + 1);
        }
    }
    mem_free(document);
}

static bool has_a_variable(const struct setting *setting) {
    return !setting_is_list(setting) && setting->kind != SETTING_MAP && !text_starts(setting->path, "unsafe_");
}

static void every_variable_and_default_is_in_the_reference(void **state) {
    char *document = read_document(REPOSITORY "/docs/configuration.md");
    const struct setting_table *table = &setting_tables[TABLE_CONFIG];
    char row[256];
    (void)state;
    for (size_t i = 0; i < table->count; i++) {
        const struct setting *setting = &table->rows[i];
        struct text name;
        text_open(&name, 128);
        setting_environment_name(setting, &name);
        snprintf(row, sizeof row, "| `%s` | %s%s%s |", setting->path, setting->fallback == NULL ? "" : "`",
                 setting->fallback == NULL ? "none" : setting->fallback, setting->fallback == NULL ? "" : "`");
        if (strstr(document, row) == NULL)
            fail_msg("docs/configuration.md does not say: %s", row);
        snprintf(row, sizeof row, "`%s`", name.bytes);
        assert_true((strstr(document, row) != NULL) == has_a_variable(setting));
        text_close(&name);
    }
    mem_free(document);
}

static struct config *load(const char *path) {
    struct fault fault;
    struct config *config = config_load(path, &fault);
    if (config == NULL)
        fail_msg("%s: %s", fault.where, fault.message);
    return config;
}

static void the_example_loads_and_names_every_section(void **state) {
    (void)state;
    struct config *config = load(REPOSITORY "/docker/config/keyturn.yaml");
    assert_true(config->account_count > 0);
    assert_true(config->policies.count > 1);
    assert_string_equal(config->warning, "");
    assert_string_equal(config->metrics.listen, "127.0.0.1:0");
    for (size_t i = 0; i < config->policies.count; i++)
        assert_int_equal(config->policies.policies[i].mode, MODE_PLAN);
    config_close(config);
}

static struct policy_set *profile(const char *name) {
    char path[512];
    struct fault fault;
    struct policy_set *policies = calloc(1, sizeof *policies);
    snprintf(path, sizeof path, "%s/docker/config/profiles/%s.yaml", REPOSITORY, name);
    if (!config_load_policies(path, policies, &fault))
        fail_msg("%s: %s", fault.where, fault.message);
    return policies;
}

static void the_profile_minutes(void **state) {
    (void)state;
    struct policy_set *policies = profile("minutes");
    const struct policy *policy = &policies->policies[0];
    assert_int_equal(policy->rotate_after, 30 * 60);
    assert_int_equal(policy->deactivate_after, 60 * 60);
    assert_int_equal(policy->min_overlap, 30 * 60);
    assert_int_equal(policy->delete_after, 90 * 60);
    assert_int_equal(policy->min_inactive, 0);
    assert_int_equal(policy->slot_conflict, SLOT_CONFLICT_DELETE_EARLY);
    assert_int_equal(policy->two_active, TWO_ACTIVE_RETIRE_OLDEST);
    assert_int_equal(policy->spare_inactive, SPARE_INACTIVE_DELETE);
    assert_int_equal(policy->two_inactive, TWO_INACTIVE_LEAVE);
    assert_string_equal(policy->select.name_prefix.items[0], "test-user-");
    free(policies);
}

static void the_profile_minutes_process(void **state) {
    (void)state;
    struct policy_set *policies = profile("minutes-process");
    const struct policy *policy = &policies->policies[0];
    assert_int_equal(policy->rotate_after, 30 * 60);
    assert_int_equal(policy->deactivate_after, 30 * 60);
    assert_int_equal(policy->min_overlap, 0);
    assert_int_equal(policy->delete_after, 60 * 60);
    free(policies);
}

static void the_profile_sixty_days(void **state) {
    (void)state;
    struct policy_set *policies = profile("sixty-days");
    const struct policy *service = &policies->policies[0];
    const struct policy *people = &policies->policies[1];
    assert_int_equal(policies->count, 2);
    assert_true(service->notify_only);
    assert_int_equal(service->notify_count, 3);
    assert_int_equal(service->notify_at[0], (int64_t)305 * 86400);
    assert_int_equal(service->notify_at[2], (int64_t)360 * 86400);
    assert_int_equal(service->notify_overdue, (int64_t)365 * 86400);
    assert_string_equal(service->select.groups_any.items[0], "IAM_SERVICE_USER");
    assert_int_equal(people->rotate_after, (int64_t)60 * 86400);
    assert_int_equal(people->deactivate_after, people->rotate_after);
    assert_int_equal(people->min_overlap, 0);
    assert_int_equal(people->delete_rule, DELETE_NEXT_ROTATION);
    assert_int_equal(people->warn_count, 1);
    assert_int_equal(people->warn_before[0], 86400);
    assert_int_equal(people->two_active, TWO_ACTIVE_NOTIFY);
    assert_int_equal(people->spare_inactive, SPARE_INACTIVE_DELETE);
    assert_int_equal(people->two_inactive, TWO_INACTIVE_DELETE_BOTH);
    assert_string_equal(people->select.tags_present.items[0], "EmailID");
    assert_string_equal(people->select.groups_none.items[0], "IAM_SERVICE_USER");
    free(policies);
}

static void the_default_profile_keeps_every_active_key_under_90_days(void **state) {
    (void)state;
    struct policy_set *policies = profile("default");
    const struct policy *policy = &policies->policies[0];
    struct policy defaults;
    policy_defaults(&defaults);
    policy_finish(&defaults, false);
    assert_int_equal(policy->mode, MODE_PLAN);
    assert_int_equal(policy->deactivate_after, (int64_t)90 * 86400);
    assert_int_equal(policy->rotate_after, defaults.rotate_after);
    assert_int_equal(policy->delete_after, defaults.delete_after);
    assert_int_equal(policy->min_overlap, defaults.min_overlap);
    free(policies);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_is_in_the_reference),
        cmocka_unit_test(every_variable_and_default_is_in_the_reference),
        cmocka_unit_test(the_example_loads_and_names_every_section),
        cmocka_unit_test(the_profile_minutes),
        cmocka_unit_test(the_profile_minutes_process),
        cmocka_unit_test(the_profile_sixty_days),
        cmocka_unit_test(the_default_profile_keeps_every_active_key_under_90_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
