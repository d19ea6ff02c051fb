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

/* What the policies say of themselves is `policy check`'s to tell; that secrets leave by mail is worth saying twice. */
static void warn_of_inline(const struct config *config) {
    for (size_t i = 0; i < config->policies.count; i++)
        if (config->policies.policies[i].mail == MAIL_INLINE)
            printf(
                "%s: warning: policies[%zu].deliver.mail: inline: whoever reads the mailbox of a user of %s can read "
                "the secret, and use it\n",
                config->path, i, config->policies.policies[i].name);
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
    warn_of_inline(config);
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
