/* Answers of AWS, kept as files: good/<Operation>/<story> must be read to what the .txt beside it says,
 * malformed/<Operation>/<story>, served with status 200, must be a fault. None of them may look like an empty list,
 * or like success. */
#include "folder.h"
#include "iam_write.h"
#include "secretsmanager.h"
#include "session.h"
#include "sesv2.h"
#include "sts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *status_name(enum key_status status) {
    return status == KEY_ACTIVE ? "active" : "inactive";
}

static bool list_access_keys(struct aws *aws, struct text *said, struct fault *fault) {
    struct iam_key_list list;
    bool read = iam_list_access_keys(aws, "anna", &list, fault);
    for (size_t i = 0; i < list.count; i++)
        text_format(said, "%s %s %lld\n", list.keys[i].id, status_name(list.keys[i].status),
                    (long long)list.keys[i].created);
    return read && (!list.truncated || text_add(said, "truncated\n"));
}

static void say_user(const struct iam_user *user, struct text *said) {
    if (user->name[0] != '\0')
        text_format(said, "%s %s %s %s %lld\n", user->name, user->id, user->path, user->arn, (long long)user->created);
    for (size_t i = 0; i < user->group_count; i++)
        text_format(said, "group %s\n", user->groups[i]);
    for (size_t i = 0; i < user->tag_count; i++)
        text_format(said, "tag %s=%s\n", user->tags[i].key, user->tags[i].value);
    if (user->truncated)
        text_add(said, "truncated\n");
}

static bool get_user(struct aws *aws, struct text *said, struct fault *fault) {
    static struct iam_user user;
    bool read = iam_get_user(aws, "anna", &user, fault);
    say_user(&user, said);
    return read;
}

static bool list_groups_for_user(struct aws *aws, struct text *said, struct fault *fault) {
    static struct iam_user user;
    user = (struct iam_user){0};
    bool read = iam_list_groups_for_user(aws, "anna", &user, fault);
    say_user(&user, said);
    return read;
}

static bool say_visited(const struct iam_user *user, void *said) {
    say_user(user, said);
    return true;
}

static bool account_users(struct aws *aws, struct text *said, struct fault *fault) {
    char marker[IAM_MARKER_SIZE] = "before";
    if (!iam_account_users_page(aws, marker, say_visited, said, fault)) {
        assert_string_equal(marker, "before"); /* a failed page can be asked for again */
        assert_string_equal(said->bytes, "");  /* and none of its users was shown */
        return false;
    }
    return marker[0] == '\0' || text_format(said, "marker %s\n", marker);
}

static bool last_used(struct aws *aws, struct text *said, struct fault *fault) {
    char owner[USER_NAME_SIZE];
    int64_t used;
    return iam_get_access_key_last_used(aws, "AKIA1", owner, &used, fault) &&
           text_format(said, "%s %lld\n", owner, (long long)used);
}

static bool caller_identity(struct aws *aws, struct text *said, struct fault *fault) {
    struct sts_identity who;
    return sts_get_caller_identity(aws, &who, fault) &&
           text_format(said, "%s %s %s\n", who.account, who.arn, who.user_id);
}

static bool assume_role(struct aws *aws, struct text *said, struct fault *fault) {
    struct credentials got;
    bool read = sts_assume_role(aws, "arn:aws:iam::222222222222:role/R", "", "test", &got, fault) &&
                text_format(said, "%s %s %s %lld\n", got.access_key_id, got.secret_access_key.bytes,
                            got.session_token.bytes, (long long)got.expires);
    credentials_close(&got);
    return read;
}

static bool create_access_key(struct aws *aws, struct text *said, struct fault *fault) {
    struct iam_key key;
    struct secret secret = {0};
    bool made =
        iam_create_access_key(aws, "anna", &key, &secret, fault) &&
        text_format(said, "%s %s %lld %s\n", key.id, status_name(key.status), (long long)key.created, secret.bytes);
    secret_close(&secret);
    return made;
}

static bool update_access_key(struct aws *aws, struct text *said, struct fault *fault) {
    (void)said;
    return iam_update_access_key(aws, "anna", "AKIA1", KEY_INACTIVE, fault);
}

static bool delete_access_key(struct aws *aws, struct text *said, struct fault *fault) {
    (void)said;
    return iam_delete_access_key(aws, "anna", "AKIA1", fault);
}

static void say_version(const struct secret_version *version, struct text *said) {
    text_format(said, "%s%s%s%s\n", version->id, version->current ? " current" : "", version->pending ? " pending" : "",
                version->previous ? " previous" : "");
}

static bool describe_secret(struct aws *aws, struct text *said, struct fault *fault) {
    static struct secret_description description;
    static const char *const states[] = {"absent", "present", "deleted"};
    if (!secrets_describe(aws, "keyturn/x", &description, fault))
        return false;
    text_format(said, "%s %s %s\n", states[description.state], description.arn, description.name);
    for (size_t i = 0; i < description.version_count; i++)
        say_version(&description.versions[i], said);
    for (size_t i = 0; i < description.tag_count; i++)
        text_format(said, "tag %s=%s\n", description.tags[i].key, description.tags[i].value);
    return !description.truncated || text_add(said, "truncated\n");
}

static bool get_secret_value(struct aws *aws, struct text *said, struct fault *fault) {
    struct secret_value value;
    bool read = secrets_get(aws, "keyturn/x", NULL, "AWSCURRENT", &value, fault);
    if (read && value.placeholder)
        text_format(said, "placeholder %s\n", value.version_id);
    else if (read)
        text_format(said, "%s %s %s %s %s %s\n", value.access_key_id, value.secret_access_key.bytes, value.version_id,
                    value.created, value.user, value.account);
    secret_value_close(&value);
    return read;
}

static bool create_secret(struct aws *aws, struct text *said, struct fault *fault) {
    (void)said;
    return secrets_create_placeholder(aws, "keyturn/x", "", NULL, 0, fault);
}

static bool put_secret_value(struct aws *aws, struct text *said, struct fault *fault) {
    struct secret_value value = {.access_key_id = "AKIA1", .user = "anna"};
    bool outcome_unknown;
    (void)said;
    assert_true(secret_set(&value.secret_access_key, "s", 1));
    bool stored = secrets_put_pending(aws, "keyturn/x", &value, &outcome_unknown, fault);
    assert_int_equal(outcome_unknown, !stored);
    secret_value_close(&value);
    return stored;
}

static bool move_current(struct aws *aws, struct text *said, struct fault *fault) {
    (void)said;
    return secrets_move_current(aws, "keyturn/x", "keyturn-key-AKIA2", "keyturn-key-AKIA1", fault);
}

static bool tag_resource(struct aws *aws, struct text *said, struct fault *fault) {
    const struct secret_tag tag = {"keyturn:promoted", "AKIA1 1"};
    (void)said;
    return secrets_tag(aws, "keyturn/x", &tag, 1, fault);
}

static bool untag_resource(struct aws *aws, struct text *said, struct fault *fault) {
    const char keys[1][TAG_KEY_SIZE] = {"keyturn:promoted"};
    (void)said;
    return secrets_untag(aws, "keyturn/x", keys, 1, fault);
}

static bool send_email(struct aws *aws, struct text *said, struct fault *fault) {
    const struct mail mail = {"from@example.com", "to@example.com", "subject", "text", NULL};
    (void)said;
    return ses_send(aws, &mail, fault);
}

/* Every operation there is, and the kind of fault that an unreadable success of it is. */
static const struct operation {
    const char *name;
    bool (*call)(struct aws *aws, struct text *said, struct fault *fault);
    enum fault_kind unreadable;
} operations[] = {
    {"ListAccessKeys", list_access_keys, FAULT_INVALID},
    {"GetUser", get_user, FAULT_INVALID},
    {"ListGroupsForUser", list_groups_for_user, FAULT_INVALID},
    {"GetAccountAuthorizationDetails", account_users, FAULT_INVALID},
    {"GetAccessKeyLastUsed", last_used, FAULT_INVALID},
    {"GetCallerIdentity", caller_identity, FAULT_INVALID},
    {"AssumeRole", assume_role, FAULT_INVALID},
    {"CreateAccessKey", create_access_key, FAULT_UNKNOWN},
    {"UpdateAccessKey", update_access_key, FAULT_INVALID},
    {"DeleteAccessKey", delete_access_key, FAULT_INVALID},
    {"DescribeSecret", describe_secret, FAULT_INVALID},
    {"GetSecretValue", get_secret_value, FAULT_INVALID},
    {"CreateSecret", create_secret, FAULT_INVALID},
    {"PutSecretValue", put_secret_value, FAULT_UNKNOWN},
    {"UpdateSecretVersionStage", move_current, FAULT_INVALID},
    {"TagResource", tag_resource, FAULT_INVALID},
    {"UntagResource", untag_resource, FAULT_INVALID},
    {"SendEmail", send_email, FAULT_UNKNOWN},
};

struct trial {
    const struct operation *operation;
    size_t count;
};

/* Serves one file with status 200 and makes the call. */
static bool serve(const struct operation *operation, const char *path, struct text *said, struct fault *fault) {
    struct text body;
    struct session s;
    folder_read(path, &body);
    const struct scripted_step step = {OK_HEAD, body.bytes, SCRIPTED_KEEP, 0};
    session_open(&s, &step, 1);
    session_observed(&s, SERVER_NOW);
    bool done = operation->call(s.aws, said, fault);
    session_close(&s);
    text_close(&body);
    return done;
}

static void refuse(const char *path, const char *name, void *context) {
    struct trial *trial = context;
    struct fault fault = {0};
    struct text said;
    text_open(&said, 1024 * 1024);
    bool done = serve(trial->operation, path, &said, &fault);
    if (done || fault.kind != trial->operation->unreadable)
        print_error("%s/%s: %s %s\n", trial->operation->name, name, fault_name(fault.kind), fault.message);
    assert_false(done);
    assert_int_equal(fault.kind, trial->operation->unreadable);
    assert_null(strstr(fault.message, "se/cr+et"));
    assert_null(strstr(fault.message, "hunter2"));
    text_close(&said);
    trial->count++;
}

static void take(const char *path, const char *name, void *context) {
    struct trial *trial = context;
    struct fault fault = {0};
    struct text said;
    struct text expected;
    char beside[4096];
    const char *dot = strrchr(path, '.');
    if (strcmp(dot, ".txt") == 0)
        return;
    snprintf(beside, sizeof beside, "%.*s.txt", (int)(dot - path), path);
    folder_read(beside, &expected);
    text_open(&said, 1024 * 1024);
    bool done = serve(trial->operation, path, &said, &fault);
    if (!done || strcmp(said.bytes, expected.bytes) != 0)
        print_error("%s/%s: %s\n", trial->operation->name, name, fault.message);
    assert_true(done);
    assert_string_equal(said.bytes, expected.bytes);
    text_close(&said);
    text_close(&expected);
    trial->count++;
}

static void each_file(const char *kind, void (*visit)(const char *path, const char *name, void *context),
                      size_t least) {
    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        char folder[1024];
        struct trial trial = {&operations[i], 0};
        snprintf(folder, sizeof folder, TEST_DATA "/%s/%s", kind, operations[i].name);
        folder_each(folder, visit, &trial);
        assert_true(trial.count >= least);
    }
}

static void good_answers_are_read(void **state) {
    (void)state;
    each_file("good", take, 1);
}

static void malformed_answers_are_faults(void **state) {
    (void)state;
    each_file("malformed", refuse, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_answers_are_read),
        cmocka_unit_test(malformed_answers_are_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
