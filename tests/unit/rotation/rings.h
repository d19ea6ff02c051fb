/* Builders of keyrings for stories about the decision. One policy and one ring a story, both fresh; ages are counted back from `now`. */
#ifndef KEYTURN_TEST_RINGS_H
#define KEYTURN_TEST_RINGS_H

#include "plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW      INT64_C(1763779200)
#define MINUTES  *INT64_C(60)
#define DAYS     *INT64_C(86400)
#define FLOOR    (26 MINUTES)
#define WHENEVER INT64_C(0) /* the story does not care when the next look is */

extern struct policy policy; /* the `minutes` profile: 30, 60 and 90 minutes */
extern struct keyring ring;  /* no key, no secret; rechecked */

/* Setup of every story. */
int fresh(void **state);

/* --- keys: Active, `age` seconds old */
struct key *own(const char *id, int64_t age);
struct key *current(const char *id, int64_t age, int64_t promoted_ago);
struct key *candidate(const char *id, int64_t age);
struct key *superseded(const char *id, int64_t age);
struct key *orphan(const char *id, int64_t age); /* its intent is open */

/* --- what else stands */
void placeholder(void);
void intent(int64_t age);
void inactive(struct key *key, int64_t since); /* and noted */
void marked(struct key *key, int64_t age);
void leaked(struct key *key, int64_t age);
void asked(enum request_kind kind, const char *key, int64_t age);
void gone_current(const char *id, int64_t promoted_ago); /* AWSCURRENT names a key that is not listed */

/* The decision is this one; `in` seconds from now, or WHENEVER. */
void decides(int row, enum step step, enum reason reason, const char *key, int64_t in);

#define STORY(name) cmocka_unit_test_setup(name, fresh)

#endif
