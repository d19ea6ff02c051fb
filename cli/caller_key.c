#include "caller_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_MAX = 512, PATH_SIZE = 4096 };

static const char WHERE[] = "API key";
static const char HOW[] = "KEYTURN_API_KEY, KEYTURN_API_KEY_FILE or ~/.config/keyturn/key is the place for it";

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Only what a header can carry. */
static bool is_printable(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (bytes[i] <= ' ' || bytes[i] > '~')
            return false;
    return length > 0;
}

static bool keep(const char *bytes, size_t length, const char *source, struct secret *api_key, struct fault *fault) {
    while (length > 0 && is_space(bytes[length - 1]))
        length--;
    for (; length > 0 && is_space(*bytes); length--)
        bytes++;
    if (length == 0)
        return fault_set(fault, FAULT_CONFIG, WHERE, "%s holds no key", source);
    secret_open(api_key, KEY_MAX);
    if (is_printable(bytes, length) && secret_set(api_key, bytes, length))
        return true;
    return fault_set(fault, FAULT_CONFIG, WHERE, "%s holds something that is no key", source);
}

static bool read_all(int file, struct secret *whole) {
    while (whole->length < whole->capacity) {
        ssize_t got = read(file, whole->bytes + whole->length, whole->capacity - whole->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        whole->length += (size_t)got;
    }
    return true;
}

static bool is_private(int file) {
    struct stat seen;
    return fstat(file, &seen) == 0 && (seen.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static bool read_file(int file, const char *path, struct secret *api_key, struct fault *fault) {
    struct secret whole = {0};
    secret_open(&whole, KEY_MAX);
    bool read = read_all(file, &whole) || fault_set(fault, FAULT_CONFIG, WHERE, "%s: %s", path, strerror(errno));
    bool kept = read && keep(whole.bytes, whole.length, path, api_key, fault);
    secret_close(&whole);
    return kept;
}

static bool from_named_file(const char *path, struct secret *api_key, struct fault *fault) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fault_set(fault, FAULT_CONFIG, WHERE, "%s: %s", path, strerror(errno));
    bool kept = read_file(file, path, api_key, fault);
    close(file);
    return kept;
}

static bool from_own_file(const char *path, struct secret *api_key, struct fault *fault) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fault_set(fault, FAULT_CONFIG, WHERE, "there is none (%s: %s); %s", path, strerror(errno), HOW);
    bool kept = is_private(file) ? read_file(file, path, api_key, fault)
                                 : fault_set(fault, FAULT_CONFIG, WHERE,
                                             "%s may be read by others: chmod 600 it, and have the key replaced", path);
    close(file);
    return kept;
}

static bool own_path(char path[PATH_SIZE]) {
    const char *base = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (base != NULL && base[0] == '/')
        return snprintf(path, PATH_SIZE, "%s/keyturn/key", base) < PATH_SIZE;
    return home != NULL && home[0] == '/' && snprintf(path, PATH_SIZE, "%s/.config/keyturn/key", home) < PATH_SIZE;
}

bool caller_key_find(struct secret *api_key, struct fault *fault) {
    char path[PATH_SIZE];
    const char *value = getenv("KEYTURN_API_KEY");
    const char *named = getenv("KEYTURN_API_KEY_FILE");
    if (value != NULL && value[0] != '\0')
        return keep(value, strlen(value), "KEYTURN_API_KEY", api_key, fault);
    if (named != NULL && named[0] != '\0')
        return from_named_file(named, api_key, fault);
    if (own_path(path))
        return from_own_file(path, api_key, fault);
    return fault_set(fault, FAULT_CONFIG, WHERE, "there is none; %s", HOW);
}
