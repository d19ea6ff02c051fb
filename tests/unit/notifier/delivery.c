#include "delivery.h"

#include "clock.h"
#include "mem.h"

int delivery_begin(void **state) {
    struct delivery *delivery = mem_zero(1, sizeof *delivery);
    struct config *config = mem_zero(1, sizeof *config);
    world_begin();
    config->notify.settle_ms = SETTLE_MS;
    text_clip(config->notify.from, sizeof config->notify.from, "keyturn@example.org");
    text_clip(config->notify.admin, sizeof config->notify.admin, ADMIN);
    config->policies.count = 1;
    text_clip(config->policies.policies[0].name, POLICY_NAME_SIZE, "people");
    config->policies.policies[0].mail = MAIL_REFERENCE;
    channel_pace_open(&delivery->pace, 0);
    delivery->config = config;
    delivery->post = (struct post){.config = config, .pace = &delivery->pace};
    *state = delivery;
    return 0;
}

int delivery_end(void **state) {
    struct delivery *delivery = *state;
    channel_pace_close(&delivery->pace);
    mem_free(delivery->config);
    mem_free(delivery);
    return 0;
}

void happens(struct delivery *delivery, enum event_type type, int64_t age_s) {
    delivery->message = world_message(type, age_s, &delivery->event);
}

enum notice_end deliver(struct delivery *delivery) {
    struct notice *notice = mem_zero(1, sizeof *notice);
    enum notice_end end = NOTICE_LATER;
    notice->message = &delivery->message;
    for (int i = 0; i < DELIVERY_RUNS && end == NOTICE_LATER; i++) {
        delivery->fault = (struct fault){0};
        end = notifier_event(&delivery->post, &delivery->config->policies, notice, &delivery->fault);
        delivery->unavailable += delivery->fault.kind == FAULT_UNAVAILABLE;
        if (end == NOTICE_LATER)
            clock_sleep_ms(notice->again_ms);
    }
    mem_free(notice);
    return end;
}
