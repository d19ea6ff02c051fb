#include "session.h"

#include "aws_environment.h"
#include "test_clock.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void fill_account(struct aws_account *account, const char *id, const char *role, const char *region) {
    text_clip(account->id, sizeof account->id, id);
    text_clip(account->role_arn, sizeof account->role_arn, role);
    text_clip(account->region, sizeof account->region, region);
}

static void fill_accounts(struct aws_account accounts[3]) {
    fill_account(&accounts[0], "111111111111", "", "");
    fill_account(&accounts[1], "222222222222", "arn:aws:iam::222222222222:role/Keyturn", "eu-west-1");
    fill_account(&accounts[2], "333333333333", "arn:aws:iam::333333333333:role/Keyturn", "");
    text_clip(accounts[1].external_id, sizeof accounts[1].external_id, "ex/ternal");
}

void session_open(struct session *session, const struct scripted_step *steps, size_t count) {
    struct aws_settings settings = {.region = "us-east-1", .session_name = "keyturn-test"};
    *session = (struct session){.server = scripted_open(steps, count)};
    fill_accounts(session->accounts);
    text_clip(settings.endpoint, sizeof settings.endpoint, scripted_url(session->server));
    settings.accounts = session->accounts;
    settings.account_count = COUNT_OF(session->accounts);
    setenv("AWS_ACCESS_KEY_ID", "AKIAOWN", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "own-secret", 1);
    unsetenv("AWS_SESSION_TOKEN");
    session->environment = aws_environment_open(&settings, &session->fault);
    assert_non_null(session->environment);
    session->aws = aws_open(session->environment, &session->fault);
    assert_non_null(session->aws);
    test_clock_skew(0);
    test_clock_slept();
}

void session_close(struct session *session) {
    aws_close(session->aws);
    aws_environment_close(session->environment);
    scripted_close(session->server);
}

void session_look(struct session *session) {
    aws_environment_learn(session->environment, SERVER_NOW);
    aws_look_begin(session->aws);
}

void session_observed(struct session *session, int64_t date) {
    aws_environment_learn(session->environment, date);
    aws_look_begin(session->aws);
    aws_session_answered(session->aws, date);
}
