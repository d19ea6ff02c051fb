#include "api_keys_home.h"

#include "clock.h"
#include "file.h"
#include "random.h"
#include "secret_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_PATIENCE_MS = 30 * 1000, LOCK_PAUSE_MS = 20, PATH_ROOM = API_KEYS_PATH_SIZE + 32 };

static bool refuse(struct fault *fault, const char *what, const char *path) {
    return fault_set(fault, FAULT_CONFIG, "API keys", "%s %.200s: %s", what, path, strerror(errno));
}

/* --- a file ------------------------------------------------------------------------------------------------------------ */

/* A file beside it, since the file itself is replaced; it stays, as removing it would let two in. */
static bool lock_file(const char *path, struct api_keys_held *held, struct fault *fault) {
    char beside[PATH_ROOM];
    snprintf(beside, sizeof beside, "%s.lock", path);
    held->lock = open(beside, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (held->lock < 0)
        return refuse(fault, "cannot make", beside);
    held->locked = true;
    for (int64_t end = clock_boot_ms() + LOCK_PATIENCE_MS; flock(held->lock, LOCK_EX | LOCK_NB) != 0;) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return refuse(fault, "cannot lock", beside);
        if (clock_boot_ms() >= end)
            return fault_set(fault, FAULT_UNAVAILABLE, "API keys", "somebody holds %.200s; try again", beside);
        clock_sleep_ms(LOCK_PAUSE_MS);
    }
    return true;
}

static bool read_file(const char *path, struct api_keys_held *held, struct fault *fault) {
    struct stat about;
    char why[sizeof fault->message];
    secret_open(&held->content, 0);
    if (stat(path, &about) != 0 && errno == ENOENT)
        return true;
    return file_read_secret(path, API_KEYS_JSON_MOST, &held->content, why, sizeof why) ||
           fault_set(fault, FAULT_CONFIG, "API keys", "%s", why);
}

static bool write_all(int descriptor, const struct secret *content) {
    for (size_t at = 0; at < content->length;) {
        ssize_t written = write(descriptor, content->bytes + at, content->length - at);
        if (written < 0 && errno != EINTR)
            return false;
        at += written > 0 ? (size_t)written : 0;
    }
    return fsync(descriptor) == 0;
}

/* Whoever read the former file must be able to read this one. */
static bool keep_owner(int descriptor, const char *path) {
    struct stat former;
    struct stat mine;
    if (stat(path, &former) != 0 || fstat(descriptor, &mine) != 0)
        return errno == ENOENT;
    return (former.st_uid == mine.st_uid && former.st_gid == mine.st_gid) ||
           fchown(descriptor, former.st_uid, former.st_gid) == 0;
}

/* The new name is on disk only when its folder is. */
static bool settle_folder(const char *path) {
    char folder[API_KEYS_PATH_SIZE];
    text_clip(folder, sizeof folder, path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    int descriptor = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool settled = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return settled;
}

static bool replace_file(const char *path, const struct secret *content, struct fault *fault) {
    char fresh[PATH_ROOM];
    char chance[9];
    random_hex(chance, sizeof chance - 1);
    snprintf(fresh, sizeof fresh, "%s.%s", path, chance);
    int descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return refuse(fault, "cannot make", fresh);
    bool written = write_all(descriptor, content) && keep_owner(descriptor, path);
    written = close(descriptor) == 0 && written && rename(fresh, path) == 0 && settle_folder(path);
    if (written)
        return true;
    refuse(fault, "cannot write", path);
    unlink(fresh);
    return false;
}

/* --- a secret ---------------------------------------------------------------------------------------------------------- */

static bool read_secret(const char *name, struct aws *aws, struct api_keys_held *held, struct fault *fault) {
    struct fault why = {0};
    aws_use_own(aws);
    aws_look_begin(aws);
    secret_open(&held->content, 0);
    held->version[0] = '\0';
    if (secret_text_get(aws, name, &held->content, held->version, &why) || why.kind == FAULT_GONE)
        return true;
    if (fault != NULL)
        *fault = why;
    return false;
}

/* A swap whose answer was lost: is what is current now what we put there? */
static bool is_current(const char *name, struct aws *aws, const char *version) {
    struct secret content = {0};
    char current[VERSION_ID_SIZE] = "";
    bool read = secret_text_get(aws, name, &content, current, NULL);
    secret_close(&content);
    return read && strcmp(current, version) == 0;
}

static bool swap_secret(const char *name, struct aws *aws, const struct api_keys_held *held,
                        const struct secret *content, struct fault *fault) {
    char version[VERSION_ID_SIZE];
    struct fault why = {0};
    if (!secret_text_put(aws, name, content, version, fault))
        return false;
    if (secrets_move_current(aws, name, version, held->version, &why))
        return true;
    if (why.kind == FAULT_UNKNOWN && is_current(name, aws, version))
        return true;
    if (why.kind == FAULT_UNKNOWN)
        why.kind = FAULT_CONFLICT; /* it never was, or somebody went on from it: both are seen by reading again */
    if (fault != NULL)
        *fault = why;
    return false;
}

/* --- either ------------------------------------------------------------------------------------------------------------ */

static bool is_file(const struct api_keys_home *home) {
    return home->file[0] != '\0';
}

void api_keys_held_close(struct api_keys_held *held) {
    secret_close(&held->content);
    if (held->locked)
        close(held->lock);
    *held = (struct api_keys_held){0};
}

bool api_keys_home_lock(const struct api_keys_home *home, struct api_keys_held *held, struct fault *fault) {
    return !is_file(home) || lock_file(home->file, held, fault);
}

bool api_keys_home_read(const struct api_keys_home *home, struct aws *aws, struct api_keys_held *held,
                        struct fault *fault) {
    if (is_file(home))
        return read_file(home->file, held, fault);
    if (home->secret[0] != '\0' && aws != NULL)
        return read_secret(home->secret, aws, held, fault);
    return fault_set(fault, FAULT_CONFIG, "API keys", "neither a file nor a secret is named that holds them");
}

bool api_keys_home_write(const struct api_keys_home *home, struct aws *aws, struct api_keys_held *held,
                         const struct secret *content, struct fault *fault) {
    if (is_file(home))
        return replace_file(home->file, content, fault);
    return held->version[0] != '\0' ? swap_secret(home->secret, aws, held, content, fault)
                                    : secret_text_create(aws, home->secret, content, fault);
}
