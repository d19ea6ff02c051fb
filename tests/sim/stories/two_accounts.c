#include "two_accounts.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct aws_account accounts[] = {
    {.id = ACCOUNT, .role_arn = "arn:aws:iam::111111111111:role/keyturn"},
    {.id = OTHER, .role_arn = "arn:aws:iam::222222222222:role/keyturn"},
};

struct world *world;
struct world_account *account;
static struct aws_environment *environment;
struct aws *aws;
struct fault fault;

void two_accounts_open(void) {
    struct aws_settings settings = {
        .region = "eu-central-1", .verify_region = "eu-west-1", .accounts = accounts, .account_count = 2};
    setenv("AWS_ACCESS_KEY_ID", "AKIASIMULATEDKEYTURN", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "of-the-simulation", 1);
    world = world_open(1, "999999999999", "AKIASIMULATEDKEYTURN");
    seams_begin(1, (int64_t)BEGIN_S * 1000, world);
    account = world_add_account(world, ACCOUNT);
    world_add_account(world, OTHER);
    environment = aws_environment_open(&settings, &fault);
    assert_non_null(environment);
    aws = aws_open(environment, &fault);
    assert_non_null(aws);
}

void two_accounts_close(void) {
    aws_close(aws);
    aws_environment_close(environment);
    seams_end();
    world_close(world);
}
