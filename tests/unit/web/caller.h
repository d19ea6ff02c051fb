/* A client on a raw socket: what a well-behaved HTTP library would never send is the point. For tests only; failures end the test. */
#ifndef KEYTURN_TEST_CALLER_H
#define KEYTURN_TEST_CALLER_H

#include "base.h"

enum { CALLER_ROOM = 256 * 1024, CALLER_PATIENCE_S = 60 };

struct caller {
    int descriptor;
    size_t length;
    char heard[CALLER_ROOM]; /* zero-terminated */
};

/* Connects to this port of this machine. */
void caller_open(struct caller *caller, int port);
void caller_close(struct caller *caller);

/* Sends; a server that hung up is no failure. */
void caller_say(const struct caller *caller, const char *words);

/* Reads until the server hangs up. */
void caller_hear_all(struct caller *caller);

/* Reads until `words` were heard; false if the server hung up before. */
bool caller_hear(struct caller *caller, const char *words);

/* One whole exchange. */
void caller_ask(struct caller *caller, int port, const char *words);

/* Was it heard? */
bool caller_heard(const struct caller *caller, const char *words);

#endif
