#include "story.h"

struct store *store;
struct fault fault;

int story_begin(void **state) {
    (void)state;
    redis_server_needed();
    redis_server_flush();
    store = store_open(redis_server_port());
    return 0;
}

int story_end(void **state) {
    (void)state;
    store_close(store);
    store = NULL;
    return 0;
}
