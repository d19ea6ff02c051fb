#include "apikey_home.h"

#include "text.h"

static bool open_aws(const struct config *config, struct apikey_home *home, struct fault *fault) {
    if (!service_settings_aws(config, "keyturn", config->aws.region, &home->settings, fault) ||
        (home->environment = aws_environment_open(&home->settings, fault)) == NULL)
        return false;
    home->aws = aws_open(home->environment, fault);
    return home->aws != NULL;
}

static bool open_configured(const char *path, struct apikey_home *home, struct fault *fault) {
    struct config *config = config_load(path, fault);
    if (config == NULL)
        return false;
    service_settings_api_keys(config, &home->keys);
    bool opened = home->keys.secret[0] == '\0' || open_aws(config, home, fault);
    config_close(config);
    return opened;
}

bool apikey_home_open(const struct options *options, struct apikey_home *home, struct fault *fault) {
    *home = (struct apikey_home){.aws = NULL};
    bool opened = options->file == NULL ? open_configured(options->config, home, fault)
                                        : text_copy(home->keys.file, sizeof home->keys.file, options->file) ||
                                              fault_set(fault, FAULT_CONFIG, "--file", "the path is too long");
    if (!opened)
        apikey_home_close(home);
    return opened;
}

void apikey_home_close(struct apikey_home *home) {
    struct kafka_settings kafka = {.property_count = 0};
    struct store_settings store = {.port = 0};
    if (home->aws != NULL)
        aws_close(home->aws);
    if (home->environment != NULL)
        aws_environment_close(home->environment);
    service_settings_close(&kafka, &store, &home->settings);
    *home = (struct apikey_home){.aws = NULL};
}
