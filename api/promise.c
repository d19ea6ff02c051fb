#include "promise.h"

enum {
    MARGIN = 60,      /* seconds between the end of a promise and the earliest end of the key */
    MARGIN_SHARE = 4, /* and never more than a quarter of the overlap: test clocks are short */
    LONGEST = 12 * 3600,
    UNGUARANTEED = 20 * 60,
};

int64_t promise_known_at(int64_t ends, int64_t ttl, int64_t now) {
    int64_t filled = ends - ttl;
    return ends != 0 && filled < now ? filled : now;
}

int64_t promise_until(int64_t overlap, int64_t known_at, int64_t now) {
    int64_t margin = overlap / MARGIN_SHARE < MARGIN ? overlap / MARGIN_SHARE : MARGIN;
    int64_t until = known_at + overlap - margin;
    if (overlap == 0)
        return now + UNGUARANTEED;
    return until < now + LONGEST ? until : now + LONGEST;
}
