/* Which accounts `keyturn plan` reads, and the way to them. */
#ifndef KEYTURN_PLAN_ACCOUNTS_H
#define KEYTURN_PLAN_ACCOUNTS_H

#include "aws.h"
#include "config.h"
#include "options.h"

/* Fills config->accounts from --role-arn and --account; without either the count stays 0. FAULT_CONFIG: an ARN that is no role's, an
 * account that is not the role's, or named twice. */
bool plan_accounts_read(const struct options *options, struct config *config, struct fault *fault) MUST_CHECK;

/* The environment for these accounts. Without any, sts:GetCallerIdentity is asked whose the credentials are, and that one is
 * added. `settings` must outlive it, and both are given back by plan_accounts_close(). NULL and the fault otherwise. */
struct aws_environment *plan_accounts_open(struct config *config, struct aws_settings *settings, struct fault *fault);
void plan_accounts_close(struct aws_environment *environment, struct aws_settings *settings);

#endif
