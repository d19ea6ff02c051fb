/* The messages in hand: read, and not taken by anybody yet, in the order they came. Nearly always one; each partition
 * that is still to be paused may add one. Owns the messages in it. Private to this library. */
#ifndef KEYTURN_HAND_H
#define KEYTURN_HAND_H

#include "delivery.h"
#include "partitions.h"

enum { HAND_SIZE = KAFKA_MAX_PARTITIONS + 1 };

struct hand {
    size_t head;
    size_t count;
    struct delivery *ring[HAND_SIZE];
};

/* Can it hold no more? */
bool hand_full(const struct hand *hand);

/* Puts a message behind the others; it belongs to the hand now. */
void hand_put(struct hand *hand, struct delivery *delivery);

/* The oldest message, borrowed. */
struct delivery *hand_oldest(const struct hand *hand);

/* Takes the oldest out: it is the caller's now. */
struct delivery *hand_take(struct hand *hand);

/* How many are of partitions that are revoking. */
size_t hand_revoking(const struct hand *hand, struct partitions *partitions);

/* Forgets those of partitions that are revoking, or all; what is in flight is counted down. Returns how many those were. */
size_t hand_drop(struct hand *hand, struct partitions *partitions, bool revoking_only);

#endif
