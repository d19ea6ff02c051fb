#include "service_settings.h"

#include <string.h>

bool service_settings_check(const struct config *config, struct fault *fault) {
    struct kafka_settings settings;
    service_settings_kafka(config, "keyturn-check", &settings);
    bool fine = kafka_writer_check(&settings, fault) && kafka_reader_check(&settings, fault);
    explicit_bzero(&settings, sizeof settings);
    return fine;
}
