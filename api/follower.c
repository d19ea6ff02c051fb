#include "follower.h"

#include "mem.h"

enum {
    BUFFER_BYTES = 256 * 1024, /* that a client may be behind; more than the longest event */
    HEARTBEAT_MS = 15 * 1000,
    BLOCK_BYTES = OFFSET_VECTOR_TEXT + EVENT_MAX_BYTES + 256,
};

static const char HEARTBEAT[] = ":\n\n";
static const char RETRY[] = "retry: 2000\n"; /* how long a browser waits before it comes again */

const char *follower_end_name(enum follower_end end) {
    static const char *const names[] = {
#define X(end, name) name,
        FOLLOWER_ENDS(X)
#undef X
    };
    return names[end];
}

struct follower *follower_open(const struct event_ring *ring, const struct api_key *key,
                               const struct event_filter *filter, const struct offset_vector *from,
                               struct web_response *response, int64_t now_ms) {
    struct follower *follower = mem_zero(1, sizeof *follower);
    follower->filter = *filter;
    follower->key = *key;
    follower->sent_ms = now_ms;
    follower->at = *from;
    follower->number = event_ring_first(ring); /* what stands before `at` is passed over */
    follower->missed = !event_ring_resume(ring, &follower->at);
    follower->stream = web_stream_open(response, BUFFER_BYTES, HEARTBEAT, HEARTBEAT_MS);
    struct text block;
    char id[OFFSET_VECTOR_TEXT];
    offset_vector_print(&follower->at, id);
    text_open(&block, BLOCK_BYTES);
    text_format(&block, "%sid: %s\n\n", RETRY, id);
    (void)!web_stream_write(follower->stream, block.bytes, block.length);
    text_close(&block);
    return follower;
}

/* One block of the stream, if there is room for it. `name` NULL: an id alone, which the client keeps and nobody is told of. *sent: it is written; else it
 * is to be tried again. False: the stream is over. */
static bool send_block(struct follower *follower, const char *name, const char *data, int64_t now_ms, bool *sent) {
    struct text block;
    char id[OFFSET_VECTOR_TEXT];
    bool lives = true;
    offset_vector_print(&follower->at, id);
    text_open(&block, BLOCK_BYTES);
    text_format(&block, "id: %s\n", id);
    if (name != NULL)
        text_format(&block, "event: %s\ndata: %s\n", name, data);
    text_add(&block, "\n");
    *sent = web_stream_room(follower->stream) >= block.length;
    if (*sent) {
        lives = web_stream_write(follower->stream, block.bytes, block.length);
        follower->moved = false;
        follower->sent_ms = now_ms;
    }
    text_close(&block);
    return lives;
}

/* Where the stream stands behind an event. */
static bool step(struct follower *follower, const struct ring_event *event, int64_t now_ms, bool *sent) {
    bool told = event_filter_lets(&follower->filter, &follower->key, event->type, event->account, event->user);
    int64_t before = follower->at.next[event->partition];
    bool lives = true;
    *sent = true;
    follower->at.next[event->partition] = event->offset + 1;
    if (told)
        lives = send_block(follower, event_type_name(event->type), event->json, now_ms, sent);
    else
        follower->moved = true;
    if (!*sent)
        follower->at.next[event->partition] = before;
    return lives;
}

static bool is_next(const struct follower *follower, const struct ring_event *event) {
    return !event->stale && event->offset >= follower->at.next[event->partition];
}

static bool send_gap(struct follower *follower, int64_t now_ms, bool *sent) {
    bool lives = send_block(follower, "gap", "{}", now_ms, sent);
    follower->missed = follower->missed && !*sent;
    return lives;
}

enum follower_end follower_pump(struct follower *follower, const struct event_ring *ring, int64_t now_ms) {
    bool sent = true;
    bool lives = !web_stream_ended(follower->stream);
    if (follower->number < event_ring_first(ring))
        return lives ? FOLLOWER_TOO_SLOW : FOLLOWER_CLIENT_GONE;
    if (lives && follower->missed)
        lives = send_gap(follower, now_ms, &sent);
    while (lives && sent && follower->number < event_ring_next(ring)) {
        const struct ring_event *event = event_ring_at(ring, follower->number);
        if (is_next(follower, event))
            lives = step(follower, event, now_ms, &sent);
        if (sent)
            follower->number++;
    }
    if (lives && sent && follower->moved && now_ms - follower->sent_ms >= HEARTBEAT_MS)
        lives = send_block(follower, NULL, NULL, now_ms, &sent);
    return lives ? FOLLOWER_GOES_ON : FOLLOWER_CLIENT_GONE;
}

void follower_restart(struct follower *follower, int32_t partition, int64_t offset) {
    if (follower->at.next[partition] <= offset)
        return;
    follower->at.next[partition] = offset;
    follower->missed = true;
}

enum follower_end follower_check(struct follower *follower, struct api_keys *keys, int64_t at) {
    return api_keys_hold(keys, &follower->key, at) && api_key_has(&follower->key, SCOPE_USERS_READ) ? FOLLOWER_GOES_ON
                                                                                                    : FOLLOWER_KEY_GONE;
}

void follower_close(struct follower *follower) {
    if (follower == NULL)
        return;
    web_stream_close(follower->stream);
    mem_free(follower);
}
