/* One stream of events: where it stands, what it may see, and the end of the connection it writes to. It takes from the ring at the pace of its client, so
 * going on from an earlier id and following what comes are the same thing. Not locked: its owner sees to that. */
#ifndef KEYTURN_FOLLOWER_H
#define KEYTURN_FOLLOWER_H

#include "api_keys.h"
#include "event_filter.h"
#include "event_ring.h"
#include "web.h"

struct follower {
    struct web_stream *stream; /* owned */
    struct event_filter filter;
    struct api_key key;
    struct offset_vector at;
    uint64_t number; /* of the ring's event to look at next */
    bool missed;     /* a gap is to be told */
    bool moved;      /* `at` is further than the last id that was sent */
    int64_t sent_ms;
    struct follower *after;
};

/* Why a stream is over, and that word in the metric. */
#define FOLLOWER_ENDS(X)     \
    X(GOES_ON, "")           \
    X(CLIENT_GONE, "client") \
    X(TOO_SLOW, "slow")      \
    X(KEY_GONE, "key")       \
    X(SERVER_ENDS, "server")

enum follower_end {
#define X(end, name) FOLLOWER_##end,
    FOLLOWER_ENDS(X)
#undef X
        FOLLOWER_END_COUNT
};

/* "client", "slow", "key", "server". */
const char *follower_end_name(enum follower_end end);

/* A stream in `response` from `from` on, or, where that is too early, with a gap from what is there. */
struct follower *follower_open(const struct event_ring *ring, const struct api_key *key,
                               const struct event_filter *filter, const struct offset_vector *from,
                               struct web_response *response, int64_t now_ms);

/* Sends what came as far as the client has room for it. */
enum follower_end follower_pump(struct follower *follower, const struct event_ring *ring, int64_t now_ms) MUST_CHECK;

/* The partition was made anew and begins at `offset`. */
void follower_restart(struct follower *follower, int32_t partition, int64_t offset);

/* Takes over what the key may now, at `at` (Unix seconds); FOLLOWER_KEY_GONE if it is not in force or must not read users any more. */
enum follower_end follower_check(struct follower *follower, struct api_keys *keys, int64_t at) MUST_CHECK;

/* Ends the stream once what was written is sent, and frees it. */
void follower_close(struct follower *follower);

#endif
