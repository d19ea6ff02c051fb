#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(char *why, size_t why_size, const char *path, const char *reason) {
    snprintf(why, why_size, "the file %.200s %s", path, reason);
    return false;
}

static bool refuse_errno(char *why, size_t why_size, const char *path) {
    char reason[128];
    snprintf(reason, sizeof reason, "cannot be read: %s", strerror(errno));
    return refuse(why, why_size, path, reason);
}

static bool read_all(int descriptor, char *bytes, size_t most, size_t *length) {
    ssize_t got = 1;
    *length = 0;
    while (got > 0 && *length < most) {
        got = read(descriptor, bytes + *length, most - *length);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            *length += (size_t)got;
    }
    return got >= 0;
}

static bool read_open(int descriptor, const char *path, char *bytes, size_t most, size_t *length, char *why,
                      size_t why_size) {
    struct stat about;
    char beyond;
    if (fstat(descriptor, &about) != 0)
        return refuse_errno(why, why_size, path);
    if (S_ISDIR(about.st_mode))
        return refuse(why, why_size, path, "is a folder");
    if (S_ISFIFO(about.st_mode) || isatty(descriptor)) /* either would be waited for */
        return refuse(why, why_size, path, "is not a regular file");
    if (!read_all(descriptor, bytes, most, length))
        return refuse_errno(why, why_size, path);
    if (*length == most && read(descriptor, &beyond, 1) > 0) {
        char reason[64];
        snprintf(reason, sizeof reason, "is larger than %zu bytes", most);
        return refuse(why, why_size, path, reason);
    }
    return true;
}

bool file_read(const char *path, char *bytes, size_t most, size_t *length, char *why, size_t why_size) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a pipe would be waited for */
    if (descriptor < 0)
        return refuse_errno(why, why_size, path);
    bool good = read_open(descriptor, path, bytes, most, length, why, why_size);
    close(descriptor);
    return good;
}

bool file_read_secret(const char *path, size_t most, struct secret *secret, char *why, size_t why_size) {
    size_t length = 0;
    secret_open(secret, most);
    if (!file_read(path, secret->bytes, most, &length, why, why_size))
        return false;
    length -= length > 0 && secret->bytes[length - 1] == '\n' ? 1 : 0;
    length -= length > 0 && secret->bytes[length - 1] == '\r' ? 1 : 0;
    secret->bytes[length] = '\0';
    secret->length = length;
    if (memchr(secret->bytes, '\0', length) != NULL)
        return refuse(why, why_size, path, "holds a zero byte; a secret here is one line of text");
    return length > 0 || refuse(why, why_size, path, "is empty");
}

bool file_is_public(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && (about.st_mode & S_IROTH) != 0;
}
