#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_PARTITIONS = 8, PARTITIONS_MAX = 10000, NAME_MAX_LENGTH = 249 };

static const char *const CONTRACT[] = {"keyturn.jobs.v1", "keyturn.events.v1", "keyturn.audit.v1",
                                       "keyturn.jobs.dlq.v1", "keyturn.events.dlq.v1"};

static bool refuse(const char *option, const char *value, const char *why) {
    fprintf(stderr, "keyturn-broker: %s %s: %s\n", option, value, why);
    return false;
}

static bool read_number(const char *text, long lowest, long highest, long *number) {
    char *end = NULL;
    errno = 0;
    *number = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *number >= lowest && *number <= highest;
}

static bool is_topic_name(const char *name) {
    size_t length = strlen(name);
    return length > 0 && length <= NAME_MAX_LENGTH &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

static bool read_topic(char *value, struct options *options) {
    if (options->topic_count == OPTIONS_TOPICS_MAX)
        return refuse("--topic", value, "too many topics, 64 at most");
    struct topic *topic = &options->topics[options->topic_count];
    char *colon = strrchr(value, ':');
    long partitions = DEFAULT_PARTITIONS;
    if (colon && !read_number(colon + 1, 1, PARTITIONS_MAX, &partitions))
        return refuse("--topic", value, "the partition count after ':' must be a number from 1 to 10000");
    if (colon)
        *colon = '\0';
    if (!is_topic_name(value))
        return refuse("--topic", value, "a topic name has 1 to 249 of the characters a-z A-Z 0-9 . _ -");
    for (int i = 0; i < options->topic_count; i++)
        if (strcmp(options->topics[i].name, value) == 0)
            return refuse("--topic", value, "named twice");
    *topic = (struct topic){.name = value, .partitions = (int)partitions};
    options->topic_count++;
    return true;
}

static bool read_port(char *value, struct options *options) {
    long port = 0;
    if (!read_number(value, 0, UINT16_MAX, &port))
        return refuse("--port", value, "must be a number from 0 to 65535 (0: any free port)");
    options->port = (uint16_t)port;
    return true;
}

static const struct {
    const char *name;
    bool (*read)(char *value, struct options *options);
} OPTIONS[] = {{"--topic", read_topic}, {"--port", read_port}};

static bool read_option(char *name, char *value, struct options *options) {
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        if (strcmp(name, OPTIONS[i].name) == 0)
            return value ? OPTIONS[i].read(value, options) : refuse(name, "", "needs a value");
    return refuse("argument", name, "unknown; see keyturn-broker --help");
}

bool options_read(int argc, char **argv, struct options *options) {
    *options = (struct options){0};
    for (int i = 1; i < argc; i += 2) {
        if (strcmp(argv[i], "--help") == 0) {
            options->help = true;
            return true;
        }
        if (!read_option(argv[i], argv[i + 1], options))
            return false;
    }
    if (options->topic_count == 0)
        for (size_t i = 0; i < sizeof CONTRACT / sizeof *CONTRACT; i++)
            options->topics[options->topic_count++] = (struct topic){CONTRACT[i], DEFAULT_PARTITIONS};
    return true;
}

void options_usage(void) {
    puts("usage: keyturn-broker [--port PORT] [--topic NAME[:PARTITIONS]]...\n"
         "\n"
         "An embedded Kafka broker on 127.0.0.1 for demos and tests; everything it holds is in memory.\n"
         "Prints \"listening on 127.0.0.1:PORT\" and serves until SIGTERM, SIGINT or the end of its parent.\n"
         "\n"
         "  --port PORT                where to listen; 0, the default: any free port\n"
         "  --topic NAME[:PARTITIONS]  a topic to create, with 8 partitions unless said otherwise;\n"
         "                             without any, the five topics of Keyturn");
}
