#include "pace.h"

#include "clock.h"

enum { SECOND_US = 1000 * 1000 };

void pace_open(struct pace *pace, int64_t rate) {
    *pace = (struct pace){.rate = rate};
    pthread_mutex_init(&pace->lock, NULL);
}

void pace_close(struct pace *pace) {
    pthread_mutex_destroy(&pace->lock);
}

void pace_wait(struct pace *pace, int64_t calls) {
    pthread_mutex_lock(&pace->lock);
    int64_t now = clock_boot_ms() * 1000;
    int64_t turn = pace->next_us > now ? pace->next_us : now;
    pace->next_us = turn + calls * SECOND_US / pace->rate;
    pthread_mutex_unlock(&pace->lock);
    if (turn > now)
        clock_sleep_ms((turn - now + 999) / 1000);
}
