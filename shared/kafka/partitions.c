#include "partitions.h"

#include <string.h>

bool partitions_add(struct partitions *partitions, const char *topic, int32_t number, size_t window) {
    if (partitions->count == KAFKA_MAX_PARTITIONS)
        return false;
    struct partition *row = &partitions->rows[partitions->count++];
    *row =
        (struct partition){.topic = topic, .number = number, .assignment = ++partitions->assignments, .committed = -1};
    offsets_open(&row->offsets, window);
    return true;
}

struct partition *partitions_find(struct partitions *partitions, const char *topic, int32_t number) {
    for (size_t i = 0; i < partitions->count; i++) {
        struct partition *row = &partitions->rows[i];
        if (row->number == number && strcmp(row->topic, topic) == 0)
            return row;
    }
    return NULL;
}

struct partition *partitions_owner(struct partitions *partitions, const struct kafka_message *message,
                                   uint64_t assignment) {
    struct partition *row = partitions_find(partitions, message->topic, message->partition);
    return row != NULL && row->assignment == assignment ? row : NULL;
}

void partitions_let_go(struct partitions *partitions) {
    size_t kept = 0;
    for (size_t i = 0; i < partitions->count; i++) {
        struct partition *row = &partitions->rows[i];
        if (row->revoking)
            offsets_close(&row->offsets);
        else
            partitions->rows[kept++] = *row;
    }
    partitions->count = kept;
}

size_t partitions_in_flight(const struct partitions *partitions, bool revoking_only) {
    size_t in_flight = 0;
    for (size_t i = 0; i < partitions->count; i++)
        if (partitions->rows[i].revoking || !revoking_only)
            in_flight += partitions->rows[i].in_flight;
    return in_flight;
}

bool partition_turned(struct partition *partition) {
    bool stalled = partition->stalled ? !offsets_roomy(&partition->offsets) : offsets_full(&partition->offsets);
    bool turned = stalled != partition->stalled;
    partition->stalled = stalled;
    return turned;
}
