/* A redis-server of the test's own: on a free loopback port and on a socket in a folder of its own, gone with the test.
 * Where there is no redis-server the stories are skipped, loudly; they fail where everything is mandatory (CI,
 * KEYTURN_REQUIRE). */
#ifndef KEYTURN_TESTS_REDIS_SERVER_H
#define KEYTURN_TESTS_REDIS_SERVER_H

#include "store.h"

/* Group setup and teardown. The state is not used: there is one server a test program. */
int redis_server_start(void **state);
int redis_server_stop(void **state);

/* At the head of each story: skips it if there is no server. */
void redis_server_needed(void);

/* Ends the server as a crash does (-9), and starts it again with its files. */
void redis_server_kill(void);
void redis_server_revive(void);

/* Lets it stand still, and go on. */
void redis_server_freeze(void);
void redis_server_thaw(void);

/* Settings to reach it: by its socket, by its port. Borrowed for ever. */
const struct store_settings *redis_server_socket(void);
const struct store_settings *redis_server_port(void);

/* A loopback port nobody listens on now. */
int redis_server_free_port(void);

/* Empties it. */
void redis_server_flush(void);

#endif
