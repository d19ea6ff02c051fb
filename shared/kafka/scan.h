/* One reading of a whole topic, from its first message to the end it had at the beginning; without a group, and nothing is committed. For tools. */
#ifndef KEYTURN_SCAN_H
#define KEYTURN_SCAN_H

#include "kafka.h"

enum { SCAN_HEADERS = 64 };

/* Calls `visit` for each message, partition by partition in no order, within one by offset; the message, with its first SCAN_HEADERS headers, is borrowed
 * for the call. A visitor that returns false ends the scan, which is no fault. FAULT_UNAVAILABLE: no answer for 30 s; FAULT_CONFIG: no such topic, or
 * not allowed. */
bool kafka_scan(const struct kafka_settings *settings, const char *topic,
                bool (*visit)(const struct kafka_message *message, void *context), void *context,
                struct fault *fault) MUST_CHECK;

#endif
