/* The inside of an environment: shared by all sessions of a process, constant but for the cache and the clock's offset. */
#ifndef KEYTURN_AWS_ENVIRONMENT_H
#define KEYTURN_AWS_ENVIRONMENT_H

#include "aws.h"
#include "credential_cache.h"

#include <stdatomic.h>

struct aws_environment {
    struct aws_settings settings;
    struct credential_cache *cache; /* slot 0: the program's own; then one for each account */
    aws_observer observer;
    atomic_bool given_up;   /* the program ends */
    _Atomic int64_t offset; /* seconds AWS is ahead of this host, as a refused signature taught; 0 at first */
};

/* Brings `held` up to the program's own credentials, found on this host: slot 0. FAULT_CONFIG names what was tried. */
bool aws_environment_own(struct aws_environment *environment, struct credential_held *held,
                         struct fault *fault) MUST_CHECK;

/* Seconds since 1970 by this host, corrected by what AWS said. */
int64_t aws_environment_time(struct aws_environment *environment);

/* AWS's Date while this host's clock is wrong: what later times are corrected by. */
void aws_environment_learn(struct aws_environment *environment, int64_t date);

#endif
