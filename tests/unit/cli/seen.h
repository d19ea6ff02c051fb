/* Keyrings as a look would show them, for the stories of plans. */
#ifndef KEYTURN_TEST_SEEN_H
#define KEYTURN_TEST_SEEN_H

#include "keyring.h"
#include "policy.h"

#define SEEN_NOW INT64_C(1795305600) /* 2026-11-22T00:00:00Z */
#define DAYS     *INT64_C(86400)

/* The default ages, 76/90/104 days, in mode apply. */
void seen_policy(struct policy *policy);

/* A ring of nobody, in scope, without keys or a secret. */
void seen_nothing(struct keyring *ring);

/* Adds an Active key of that age that nobody stored; returns it. */
struct key *seen_key(struct keyring *ring, const char *id, int64_t age);

/* The same, stored and current since then, with the secret and the note that go with it. */
struct key *seen_current(struct keyring *ring, const char *id, int64_t age);

#endif
