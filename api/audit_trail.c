#include "audit_trail.h"

#include "digest.h"
#include "mem.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NANOSECONDS = 1000000000 };

struct audit_trail {
    char path[PLACE_PATH];
    char kept[PLACE_PATH + 16]; /* the file of the place */
    struct audit_place place;
    int descriptor;
    int lock;
};

static int64_t modified(const struct stat *file) {
    return (int64_t)file->st_mtim.tv_sec * NANOSECONDS + file->st_mtim.tv_nsec;
}

/* --- the files of the log */

static bool ends(const char *name, const char *end) {
    size_t length = strlen(name);
    size_t end_length = strlen(end);
    return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

/* The log itself, or what it became when it was moved away. */
static bool is_ours(const char *name, const char *base) {
    static const char *const others[] = {".gz", ".xz", ".zst", ".bz2", ".new", ".lock", ".position"};
    size_t length = strlen(base);
    if (!text_starts(name, base) || (name[length] != '\0' && name[length] != '.' && name[length] != '-'))
        return false;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (ends(name, others[i]))
            return false;
    return true;
}

/* Calls `visit` for each regular file of the log. */
static void each_file(const char *path, void (*visit)(void *context, int folder, const char *name, const struct stat *),
                      void *context) {
    char of_folder[PLACE_PATH];
    char of_name[PLACE_PATH];
    struct stat file;
    text_clip(of_folder, sizeof of_folder, path);
    text_clip(of_name, sizeof of_name, path);
    const char *base = basename(of_name);
    DIR *folder = opendir(dirname(of_folder));
    if (folder == NULL)
        return;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        if (is_ours(entry->d_name, base) && fstatat(dirfd(folder), entry->d_name, &file, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(file.st_mode))
            visit(context, dirfd(folder), entry->d_name, &file);
    closedir(folder);
}

/* Files follow one another by their last change; those of one instant by their inodes. */
static bool is_after(const struct stat *file, int64_t when, int64_t inode) {
    return modified(file) > when || (modified(file) == when && (int64_t)file->st_ino > inode);
}

/* --- finding one of them */

struct search {
    const struct audit_place *from;
    bool same; /* the very file, else the first one after it */
    int descriptor;
    struct stat found;
};

static bool is_wanted(const struct search *search, const struct stat *file) {
    const struct audit_place *from = search->from;
    bool same = (int64_t)file->st_ino == from->inode && (int64_t)file->st_dev == from->device;
    if (search->same || same)
        return search->same && same;
    return is_after(file, from->modified, from->inode) &&
           (search->descriptor < 0 || !is_after(file, modified(&search->found), (int64_t)search->found.st_ino));
}

static void look_at(void *context, int folder, const char *name, const struct stat *file) {
    struct search *search = context;
    if (!is_wanted(search, file))
        return;
    int descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
    if (descriptor < 0)
        return;
    if (search->descriptor >= 0)
        close(search->descriptor);
    search->descriptor = descriptor;
    search->found = *file;
}

static int find(const struct audit_trail *trail, bool same) {
    struct search search = {.from = &trail->place, .same = same, .descriptor = -1};
    each_file(trail->path, look_at, &search);
    return search.descriptor;
}

/* --- the place */

static bool digest_head(int descriptor, int64_t offset, char head[PLACE_DIGEST]) {
    unsigned char bytes[PLACE_HEAD];
    unsigned char digest[SHA256_BYTES];
    size_t length = offset < PLACE_HEAD ? (size_t)offset : PLACE_HEAD;
    if (pread(descriptor, bytes, length, 0) != (ssize_t)length)
        return false;
    digest_sha256(bytes, length, digest);
    digest_hex(digest, sizeof digest, head);
    return true;
}

static bool keep(struct audit_trail *trail, struct fault *fault) {
    struct stat file;
    if (fstat(trail->descriptor, &file) != 0 || !digest_head(trail->descriptor, trail->place.offset, trail->place.head))
        return fault_set(fault, FAULT_UNAVAILABLE, "audit position", "the log cannot be read: %s", strerror(errno));
    trail->place.device = (int64_t)file.st_dev;
    trail->place.inode = (int64_t)file.st_ino;
    trail->place.modified = modified(&file);
    return audit_place_write(trail->kept, &trail->place, fault);
}

static void take(struct audit_trail *trail, int descriptor) {
    if (trail->descriptor >= 0)
        close(trail->descriptor);
    trail->descriptor = descriptor;
    trail->place.offset = 0;
}

/* Is it the file that was being read, or another that got its inode? */
static bool is_the_same(const struct audit_trail *trail, int descriptor) {
    char head[PLACE_DIGEST];
    return digest_head(descriptor, trail->place.offset, head) && strcmp(head, trail->place.head) == 0;
}

static bool open_current(struct audit_trail *trail, struct fault *fault) {
    struct stat file;
    int descriptor = open(trail->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor >= 0 && fstat(descriptor, &file) == 0 && S_ISREG(file.st_mode)) {
        take(trail, descriptor);
        return true;
    }
    if (descriptor >= 0)
        close(descriptor);
    return fault_set(fault, FAULT_CONFIG, "api.audit_log",
                     "its records cannot go to Kafka: it is no regular file that can be read");
}

static bool go_on(struct audit_trail *trail, bool *lost, struct fault *fault) {
    int descriptor = find(trail, true);
    if (descriptor >= 0 && is_the_same(trail, descriptor)) {
        trail->descriptor = descriptor;
        return true;
    }
    if (descriptor >= 0)
        close(descriptor);
    *lost = true;
    descriptor = find(trail, false);
    if (descriptor < 0)
        return open_current(trail, fault);
    take(trail, descriptor);
    return true;
}

/* --- open and close */

struct audit_trail *audit_trail_open(const char *path, bool *lost, struct fault *fault) {
    struct audit_trail *trail = mem_zero(1, sizeof *trail);
    bool found = false;
    *lost = false;
    trail->descriptor = -1;
    text_clip(trail->path, sizeof trail->path, path);
    snprintf(trail->kept, sizeof trail->kept, "%s.position", path);
    struct stat file;
    bool regular = stat(path, &file) == 0 && S_ISREG(file.st_mode);
    trail->lock = regular ? audit_place_lock(trail->kept) : -1;
    bool opened = regular ? trail->lock >= 0 || fault_set(fault, FAULT_CONFLICT, "api.audit_log",
                                                          "another process sends these records to Kafka")
                          : open_current(trail, fault);
    opened = opened && regular && audit_place_read(trail->kept, &trail->place, &found, fault) &&
             (found ? go_on(trail, lost, fault) : open_current(trail, fault)) && keep(trail, fault);
    if (opened)
        return trail;
    audit_trail_close(trail);
    return NULL;
}

void audit_trail_close(struct audit_trail *trail) {
    if (trail == NULL)
        return;
    if (trail->descriptor >= 0)
        close(trail->descriptor);
    if (trail->lock >= 0)
        close(trail->lock);
    mem_free(trail);
}

/* --- reading */

/* The end of the last whole line; all of a full buffer without one, which is no record. */
static size_t whole_lines(const char *bytes, size_t length, size_t most) {
    const char *last = length > 0 ? memrchr(bytes, '\n', length) : NULL;
    if (last != NULL)
        return (size_t)(last - bytes) + 1;
    return length == most ? length : 0;
}

size_t audit_trail_read(struct audit_trail *trail, char *bytes, size_t most) {
    struct stat file;
    if (fstat(trail->descriptor, &file) == 0 && file.st_size < trail->place.offset)
        trail->place.offset = 0; /* it was emptied in place */
    ssize_t length = pread(trail->descriptor, bytes, most, trail->place.offset);
    return length > 0 ? whole_lines(bytes, (size_t)length, most) : 0;
}

bool audit_trail_advance(struct audit_trail *trail, size_t length, struct fault *fault) {
    trail->place.offset += (int64_t)length;
    return keep(trail, fault);
}

void audit_trail_file(const struct audit_trail *trail, struct stat *file) {
    if (fstat(trail->descriptor, file) != 0)
        *file = (struct stat){0};
}

/* Where clocks were set back, the file that is written now may seem older than the one that is left. */
bool audit_trail_next(struct audit_trail *trail, bool *moved, struct fault *fault) {
    struct stat here;
    struct stat there;
    audit_trail_file(trail, &here);
    trail->place.modified = modified(&here);
    int descriptor = find(trail, false);
    *moved = descriptor >= 0 || (stat(trail->path, &there) == 0 && there.st_ino != here.st_ino);
    if (descriptor >= 0)
        take(trail, descriptor);
    else if (*moved && !open_current(trail, fault))
        return false;
    return !*moved || keep(trail, fault);
}

struct rest {
    const struct audit_place *place;
    int64_t bytes;
};

static void add_rest(void *context, int folder, const char *name, const struct stat *file) {
    struct rest *rest = context;
    (void)folder;
    (void)name;
    if ((int64_t)file->st_ino != rest->place->inode && is_after(file, rest->place->modified, rest->place->inode))
        rest->bytes += (int64_t)file->st_size;
}

int64_t audit_trail_behind(const struct audit_trail *trail) {
    struct rest rest = {.place = &trail->place};
    struct stat file;
    audit_trail_file(trail, &file);
    rest.bytes = (int64_t)file.st_size > trail->place.offset ? (int64_t)file.st_size - trail->place.offset : 0;
    each_file(trail->path, add_rest, &rest);
    return rest.bytes;
}
