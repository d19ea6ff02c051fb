#include "hand.h"

#include "mem.h"

bool hand_full(const struct hand *hand) {
    return hand->count == HAND_SIZE;
}

void hand_put(struct hand *hand, struct delivery *delivery) {
    hand->ring[(hand->head + hand->count) % HAND_SIZE] = delivery;
    hand->count++;
}

struct delivery *hand_oldest(const struct hand *hand) {
    return hand->ring[hand->head];
}

struct delivery *hand_take(struct hand *hand) {
    struct delivery *oldest = hand_oldest(hand);
    hand->head = (hand->head + 1) % HAND_SIZE;
    hand->count--;
    return oldest;
}

static struct partition *owner(const struct delivery *delivery, struct partitions *partitions) {
    return partitions_owner(partitions, &delivery->message, delivery->assignment);
}

static bool is_revoking(const struct delivery *delivery, struct partitions *partitions) {
    const struct partition *row = owner(delivery, partitions);
    return row == NULL || row->revoking;
}

size_t hand_revoking(const struct hand *hand, struct partitions *partitions) {
    size_t revoking = 0;
    for (size_t i = 0; i < hand->count; i++)
        revoking += is_revoking(hand->ring[(hand->head + i) % HAND_SIZE], partitions) ? 1 : 0;
    return revoking;
}

static void drop(struct delivery *delivery, struct partitions *partitions) {
    struct partition *row = owner(delivery, partitions);
    if (row != NULL)
        row->in_flight--;
    mem_free(delivery);
}

size_t hand_drop(struct hand *hand, struct partitions *partitions, bool revoking_only) {
    struct hand kept = {.count = 0};
    size_t dropped = 0;
    while (hand->count > 0) {
        struct delivery *delivery = hand_take(hand);
        bool keep = revoking_only && !is_revoking(delivery, partitions);
        if (keep)
            hand_put(&kept, delivery);
        else
            drop(delivery, partitions);
        dropped += keep ? 0 : 1;
    }
    *hand = kept;
    return dropped;
}
