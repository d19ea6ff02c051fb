#include "command.h"
#include "config.h"
#include "service_settings.h"

#include <stdio.h>

enum { SHOWN_MAX = 4 * 1024 * 1024 };

/* As the services end that are started with it. */
static int refused(const struct fault *fault) {
    (void)command_fault(fault);
    return EXIT_USAGE;
}

int config_check_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct config *config = config_load(options->config, &fault);
    if (config == NULL)
        return refused(&fault);
    if (!service_settings_check(config, &fault)) {
        config_close(config);
        return refused(&fault);
    }
    printf("%s: fine; accounts: %zu, policies: %zu\n", config->path, config->account_count, config->policies.count);
    config_close(config);
    return EXIT_FINE;
}

int config_show_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct text shown;
    struct config *config = config_load(options->config, &fault);
    if (config == NULL)
        return refused(&fault);
    text_open(&shown, SHOWN_MAX);
    bool whole =
        config_show(config, &shown) || fault_set(&fault, FAULT_INVALID, config->path, "it is too large to show");
    if (whole)
        fputs(shown.bytes, stdout);
    text_close(&shown);
    config_close(config);
    return whole ? EXIT_FINE : command_fault(&fault);
}
