/* credentials: what an SDK's credential_process wants on standard output. */
#include "api_client.h"
#include "api_path.h"
#include "command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PATH_MAX_BYTES = 4096 };

static const char *const formats[] = {"credential_process", "env", "credentials_file", "ses_smtp"};

static const char *format_of(const struct options *options) {
    const char *wanted = options->format != NULL ? options->format : formats[0];
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (text_equal(formats[i], wanted))
            return formats[i];
    return NULL;
}

static void add_path(const struct options *options, struct text *path) {
    text_add(path, "/credentials/");
    text_add_encoded(path, options->words[1], false);
    api_path_parameter(path, "format", format_of(options));
    api_path_parameter(path, "account", options->accounts.count > 0 ? options->accounts.items[0] : NULL);
    api_path_parameter(path, "region", options->region);
}

/* Past stdio, whose buffer would keep a copy. */
static bool write_out(const struct text *body, struct fault *fault) {
    for (size_t done = 0; done < body->length;) {
        ssize_t wrote = write(STDOUT_FILENO, body->bytes + done, body->length - done);
        if (wrote < 0 && errno != EINTR)
            return fault_set(fault, FAULT_INVALID, "output", "%s", strerror(errno));
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

static bool fetch(const struct options *options, struct api_client *client, struct fault *fault) {
    struct text path;
    struct text body;
    text_open(&path, PATH_MAX_BYTES);
    text_open(&body, API_BODY_MAX);
    add_path(options, &path);
    bool told = api_get_bytes(client, path.bytes, &body, fault) && write_out(&body, fault);
    text_close(&body);
    text_close(&path);
    return told;
}

int credentials_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    if (options->word_count != 2)
        return command_refuse("credentials needs one USER");
    if (format_of(options) == NULL)
        return command_refuse("there is no format \"%s\"", options->format);
    if (options->accounts.count > 1 || (options->json && options->format != NULL))
        return command_refuse("credentials takes one --account, and one of --json and --format");
    struct api_client *client = api_open(options, &fault);
    bool told = client != NULL && fetch(options, client, &fault);
    api_close(client);
    return told ? EXIT_FINE : command_fault(&fault);
}
