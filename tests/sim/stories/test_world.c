/* The simulated AWS, asked by the real client: it must be AWS where stand-ins are not. */
#include "iam_read.h"
#include "iam_write.h"
#include "secretsmanager.h"
#include "sesv2.h"
#include "sts.h"
#include "text.h"
#include "two_accounts.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define NAME "keyturn/111111111111/AIDAX"

static struct world_user *ann;

static void refused(bool result, const char *code) {
    assert_false(result);
    assert_string_equal(fault.code, code);
}

static int begin(void **state) {
    (void)state;
    two_accounts_open();
    ann = world_add_user(world, account, "ann", "/people/", BEGIN_S - 1000);
    aws_look_begin(aws);
    must(aws_use_account(aws, ACCOUNT, &fault));
    struct iam_key_list keys;
    must(iam_list_access_keys(aws, "ann", &keys, &fault)); /* the look has its time */
    return 0;
}

static int end(void **state) {
    (void)state;
    two_accounts_close();
    return 0;
}

/* --- secrets */

static struct secret_description describe(void) {
    struct secret_description description;
    must(secrets_describe(aws, NAME, &description, &fault));
    return description;
}

static const struct secret_version *version(const struct secret_description *description, const char *id) {
    for (size_t i = 0; i < description->version_count; i++)
        if (strcmp(description->versions[i].id, id) == 0)
            return &description->versions[i];
    return NULL;
}

static void make_secret(void) {
    must(secrets_create_placeholder(aws, NAME, "", NULL, 0, &fault));
}

static bool put(const char *key_id, const char *material) {
    bool unknown = false;
    struct secret_value value = {.created = "2026-01-01T00:00:00Z", .user = "ann", .account = ACCOUNT};
    text_clip(value.access_key_id, sizeof value.access_key_id, key_id);
    secret_open(&value.secret_access_key, 64);
    assert_true(secret_set(&value.secret_access_key, material, strlen(material)));
    bool done = secrets_put_pending(aws, NAME, &value, &unknown, &fault);
    secret_value_close(&value);
    return done;
}

static bool move(const char *to, const char *from) {
    char to_version[VERSION_ID_SIZE];
    keyring_version_of(to, to_version);
    return secrets_move_current(aws, NAME, to_version, from, &fault);
}

static void the_first_version_is_current_whatever_was_asked(void **state) {
    (void)state;
    make_secret();
    struct secret_description seen = describe();
    assert_int_equal(seen.version_count, 1);
    assert_true(version(&seen, keyring_placeholder_version)->current);
    must(put("AKIA0000000000000001", "a"));
    seen = describe();
    assert_true(version(&seen, keyring_placeholder_version)->current);
    assert_true(version(&seen, "keyturn-key-AKIA0000000000000001")->pending);
    assert_false(version(&seen, "keyturn-key-AKIA0000000000000001")->current);
}

static void a_put_is_recognised_and_other_bytes_are_refused(void **state) {
    (void)state;
    make_secret();
    must(put("AKIA0000000000000001", "a"));
    must(move("AKIA0000000000000001", keyring_placeholder_version));
    must(put("AKIA0000000000000001", "a"));
    refused(put("AKIA0000000000000001", "b"), "ResourceExistsException");
    struct secret_description seen = describe();
    assert_true(version(&seen, "keyturn-key-AKIA0000000000000001")->current);
}

static void current_moves_only_from_its_holder(void **state) {
    (void)state;
    make_secret();
    must(put("AKIA0000000000000001", "a"));
    must(move("AKIA0000000000000001", keyring_placeholder_version));
    must(put("AKIA0000000000000002", "b"));
    refused(move("AKIA0000000000000002", keyring_placeholder_version), "InvalidParameterException");
    assert_int_equal(fault.kind, FAULT_CONFLICT);
    must(move("AKIA0000000000000002", "keyturn-key-AKIA0000000000000001"));
    struct secret_description seen = describe();
    assert_true(version(&seen, "keyturn-key-AKIA0000000000000001")->previous);
    assert_true(version(&seen, "keyturn-key-AKIA0000000000000002")->current);
    assert_true(version(&seen, "keyturn-key-AKIA0000000000000002")->pending);
    assert_null(version(&seen, keyring_placeholder_version)); /* no stage, not listed */
}

static void tags_come_and_go_and_fifty_are_the_most(void **state) {
    (void)state;
    struct secret_tag tag = {"keyturn:promoted", "AKIA0000000000000001 1767225600"};
    make_secret();
    must(secrets_tag(aws, NAME, &tag, 1, &fault));
    assert_int_equal(describe().tag_count, 1);
    must(secrets_untag(aws, NAME, (const char(*)[TAG_KEY_SIZE]) & tag.key, 1, &fault));
    assert_int_equal(describe().tag_count, 0);
    for (char letter = '0'; letter < '0' + 50; letter++) {
        tag.key[0] = letter;
        must(secrets_tag(aws, NAME, &tag, 1, &fault));
    }
    tag.key[0] = '~';
    refused(secrets_tag(aws, NAME, &tag, 1, &fault), "InvalidParameterException");
}

/* --- keys */

static bool create(struct iam_key *key, struct secret *secret) {
    return iam_create_access_key(aws, "ann", key, secret, &fault);
}

static void two_keys_are_the_most(void **state) {
    (void)state;
    struct iam_key key;
    struct secret secret = {0};
    secret_open(&secret, 128);
    must(create(&key, &secret));
    must(create(&key, &secret));
    refused(create(&key, &secret), "LimitExceeded");
    assert_int_equal(ann->key_count, 2);
    secret_close(&secret);
}

static void a_key_works_while_it_is_active_and_its_use_is_seen(void **state) {
    (void)state;
    struct iam_key key;
    struct secret secret = {0};
    char owner[USER_NAME_SIZE];
    int64_t used = -1;
    secret_open(&secret, 128);
    must(create(&key, &secret));
    must(iam_get_access_key_last_used(aws, key.id, owner, &used, &fault));
    assert_int_equal(used, 0);
    assert_int_equal(
        sts_prove_key(aws, key.id, &secret, "arn:aws:iam::111111111111:user/people/ann", ann->id, 2, &fault),
        PROOF_PROVEN);
    must(iam_get_access_key_last_used(aws, key.id, owner, &used, &fault));
    assert_int_equal(used, BEGIN_S);
    must(iam_update_access_key(aws, "ann", key.id, KEY_INACTIVE, &fault));
    assert_int_equal(sts_prove_key(aws, key.id, &secret, "ann", ann->id, 2, &fault), PROOF_REFUSED);
    must(iam_delete_access_key(aws, "ann", key.id, &fault));
    assert_int_equal(ann->key_count, 0);
    secret_close(&secret);
}

static void a_user_that_is_gone_is_gone(void **state) {
    (void)state;
    struct iam_key_list keys;
    world_remove_user(account, ann);
    refused(iam_list_access_keys(aws, "ann", &keys, &fault), "NoSuchEntity");
    assert_int_equal(fault.kind, FAULT_GONE);
}

static void accounts_do_not_see_each_other(void **state) {
    (void)state;
    struct iam_key_list keys;
    make_secret();
    must(aws_use_account(aws, OTHER, &fault));
    refused(iam_list_access_keys(aws, "ann", &keys, &fault), "NoSuchEntity");
    assert_int_equal(describe().state, SECRET_ABSENT);
}

static bool count_user(const struct iam_user *user, void *context) {
    (void)user;
    ++*(size_t *)context;
    return true;
}

static void users_come_in_pages(void **state) {
    (void)state;
    char marker[IAM_MARKER_SIZE] = "";
    size_t users = 0;
    size_t pages = 0;
    world->page_most = 2;
    for (int i = 0; i < 4; i++) {
        char name[] = "user-0";
        name[5] = (char)('0' + i);
        world_add_user(world, account, name, "/", BEGIN_S);
    }
    do {
        must(iam_account_users_page(aws, marker, count_user, &users, &fault));
        pages++;
    } while (marker[0] != '\0');
    assert_int_equal(users, 5);
    assert_int_equal(pages, 3);
}

/* --- time, and what does not arrive */

static void an_old_signature_changes_nothing(void **state) {
    (void)state;
    const struct world_header headers[] = {
        {"authorization",
         "AWS4-HMAC-SHA256 Credential=AKIASIMULATEDKEYTURN/20260101/eu-central-1/sts/aws4_request, Signature=0"},
        {"x-amz-date", "20260101T000000Z"}};
    static const char body[] = "Action=GetCallerIdentity&Version=2011-06-15";
    struct world_request request = {.path = "/",
                                    .headers = headers,
                                    .header_count = 2,
                                    .body = body,
                                    .body_length = sizeof body - 1,
                                    .now = BEGIN_S + 900};
    struct world_answer answer = {0};
    text_open(&answer.body, 4096);
    world_answer(world, &request, &answer);
    assert_int_equal(answer.status, 200);
    request.now = BEGIN_S + 901;
    text_reset(&answer.body);
    world_answer(world, &request, &answer);
    assert_int_equal(answer.status, 403);
    text_close(&answer.body);
}

static enum world_fate fate;

static enum world_fate decide(void *context, const char *service, const char *action, int *status, const char **code) {
    (void)context;
    (void)service;
    *status = 503;
    *code = "ServiceUnavailable";
    return strcmp(action, "CreateAccessKey") == 0 ? fate : WORLD_FATE_NONE;
}

static void meets(enum world_fate what, size_t keys) {
    struct iam_key key;
    struct secret secret = {0};
    fate = what;
    world->hooks.fate = decide;
    secret_open(&secret, 128);
    assert_false(create(&key, &secret));
    assert_int_equal(ann->key_count, keys);
    secret_close(&secret);
}

static void a_lost_answer_leaves_a_key_and_a_refusal_does_not(void **state) {
    (void)state;
    meets(WORLD_FATE_REFUSED, 0);
    meets(WORLD_FATE_UNSENT, 0);
    meets(WORLD_FATE_LOST, 1);
    assert_int_equal(fault.kind, FAULT_UNKNOWN);
}

static size_t mails;

static void count_mail(void *context, const struct world_change *change) {
    (void)context;
    mails += change->mail != NULL && strcmp(change->mail, "ann@example.com") == 0;
}

static void a_mail_arrives_at_its_address(void **state) {
    (void)state;
    const struct mail mail = {"keyturn@example.com", "ann@example.com", "subject", "text", NULL};
    world->hooks.changed = count_mail;
    mails = 0;
    aws_use_own(aws);
    must(ses_send(aws, &mail, &fault));
    assert_int_equal(mails, 1);
}

#define story(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest stories[] = {
        story(the_first_version_is_current_whatever_was_asked),
        story(a_put_is_recognised_and_other_bytes_are_refused),
        story(current_moves_only_from_its_holder),
        story(tags_come_and_go_and_fifty_are_the_most),
        story(two_keys_are_the_most),
        story(a_key_works_while_it_is_active_and_its_use_is_seen),
        story(a_user_that_is_gone_is_gone),
        story(accounts_do_not_see_each_other),
        story(users_come_in_pages),
        story(an_old_signature_changes_nothing),
        story(a_lost_answer_leaves_a_key_and_a_refusal_does_not),
        story(a_mail_arrives_at_its_address),
    };
    return cmocka_run_group_tests_name("simulated AWS", stories, NULL, NULL);
}
