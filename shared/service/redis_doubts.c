#include "redis_doubts.h"

#include "log.h"

void redis_doubts_say(struct store *store) {
    struct fault doubts[STORE_DOUBTS];
    size_t count = store_doubts(store, doubts);
    for (size_t i = 0; i < count; i++)
        log_fault(LOG_WARN, "this Redis may lose what it is told", &doubts[i], NULL);
}
