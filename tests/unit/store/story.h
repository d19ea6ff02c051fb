/* What the stories of the store begin and end with: an empty Redis, and one connection to it. */
#ifndef KEYTURN_TESTS_STORY_H
#define KEYTURN_TESTS_STORY_H

#include "redis_server.h"

extern struct store *store;
extern struct fault fault; /* of the last call that was given it */

/* Setup and teardown of one story. */
int story_begin(void **state);
int story_end(void **state);

#define story(name) cmocka_unit_test_setup_teardown(name, story_begin, story_end)

#endif
