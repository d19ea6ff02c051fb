/* The command line of keyturn-broker: which topics to serve, and on which port.
 * Owns nothing but its own fields; topic names point into argv. */
#ifndef BROKER_OPTIONS_H
#define BROKER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { OPTIONS_TOPICS_MAX = 64 };

struct topic {
    const char *name;
    int partitions; /* 1..10000 */
};

struct options {
    uint16_t port; /* 0: the kernel chooses */
    struct topic topics[OPTIONS_TOPICS_MAX];
    int topic_count;
    bool help;
};

/* Reads the arguments; the contract's five topics when none is named. Cuts "NAME:PARTITIONS" in place, so argv must be
 * writable and outlive `options`. On a mistake prints what is wrong on stderr and returns false. */
bool options_read(int argc, char **argv, struct options *options);

/* Prints how to use the program on stdout. */
void options_usage(void);

#endif
