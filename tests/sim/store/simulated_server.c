/* redis_server.h on the simulated Redis: the stories told of the real one are told of this one too. */
#include "redis_server.h"
#include "seams.h"

enum { BEGIN_S = 1767225600 /* 2026-01-01T00:00:00Z */ };

static const struct store_settings settings;

int redis_server_start(void **state) {
    (void)state;
    seams_begin(1, (int64_t)BEGIN_S * 1000, NULL);
    return 0;
}

int redis_server_stop(void **state) {
    (void)state;
    seams_end();
    return 0;
}

void redis_server_needed(void) {
}

void redis_server_flush(void) {
    seams_store_flush();
}

const struct store_settings *redis_server_socket(void) {
    return &settings;
}

const struct store_settings *redis_server_port(void) {
    return &settings;
}
