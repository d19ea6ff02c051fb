/* keyturn-broker: librdkafka's mock cluster as a program of its own, so that several programs and kcat can share it. */

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "options.h"
#include "port.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, ERROR_LENGTH = 256 };

struct broker {
    rd_kafka_t *client; /* the mock cluster lives inside a client, which itself talks to nobody */
    rd_kafka_mock_cluster_t *cluster;
};

static bool fail(const char *what, const char *why) {
    fprintf(stderr, "keyturn-broker: %s: %s\n", what, why);
    return false;
}

static bool open_client(struct broker *broker) {
    char why[ERROR_LENGTH];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "client.id", "keyturn-broker", NULL, 0);
    rd_kafka_conf_set(conf, "log_level", "4", NULL, 0); /* warnings; not the notice that it has no servers to talk to */
    broker->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (broker->client)
        return true;
    rd_kafka_conf_destroy(conf);
    return fail("cannot make a client", why);
}

static bool refuse_port(uint16_t port, int error) {
    fprintf(stderr, "keyturn-broker: cannot listen on 127.0.0.1:%u: %s\n", port, strerror(error));
    return false;
}

static bool open_cluster(struct broker *broker, uint16_t port) {
    int error = port_probe(port);
    if (error)
        return refuse_port(port, error);
    port_want(port);
    broker->cluster = rd_kafka_mock_cluster_new(broker->client, 1);
    return broker->cluster ? true : fail("mock cluster", "did not start");
}

static bool create_topics(struct broker *broker, const struct options *options) {
    for (int i = 0; i < options->topic_count; i++) {
        const struct topic *topic = &options->topics[i];
        rd_kafka_resp_err_t error = rd_kafka_mock_topic_create(broker->cluster, topic->name, topic->partitions, 1);
        if (error)
            return fail(topic->name, rd_kafka_err2str(error));
    }
    return true;
}

static bool broker_open(struct broker *broker, const struct options *options) {
    return open_client(broker) && open_cluster(broker, options->port) && create_topics(broker, options);
}

static void broker_close(struct broker *broker) {
    if (broker->cluster)
        rd_kafka_mock_cluster_destroy(broker->cluster);
    if (broker->client)
        rd_kafka_destroy(broker->client);
}

/* Blocks the signals that end the program, in this thread and in all it starts, so that wait_for_end can take them. */
static sigset_t hold_signals(void) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    return ends;
}

/* Returns at the first of the held signals; the kernel sends SIGTERM at the end of the parent, unless that ended before
 * it was asked to. */
static void wait_for_end(const sigset_t *ends, pid_t parent) {
    int number = 0;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent)
        sigwait(ends, &number);
}

int main(int argc, char **argv) {
    pid_t parent = getppid();
    struct options options;
    struct broker broker = {0};
    if (!options_read(argc, argv, &options))
        return EXIT_USAGE;
    if (options.help) {
        options_usage();
        return EXIT_OK;
    }
    sigset_t ends = hold_signals();
    bool serving = broker_open(&broker, &options);
    if (serving) {
        printf("listening on %s\n", rd_kafka_mock_cluster_bootstraps(broker.cluster));
        fflush(stdout);
        wait_for_end(&ends, parent);
    }
    broker_close(&broker);
    return serving ? EXIT_OK : EXIT_FAILED;
}
