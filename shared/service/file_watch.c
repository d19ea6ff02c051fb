#include "file_watch.h"

#include "digest.h"
#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, FILE_MOST = 1024 * 1024 };

/* What stat() says of it; all zero: it is not there. */
struct mark {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
    struct timespec changed;
};

struct file_watch {
    char path[PATH_SIZE];
    struct mark known;
    struct mark before;                  /* in the look before */
    unsigned char content[SHA256_BYTES]; /* of the known one; all zero: it could not be read */
};

static struct mark mark_of(const char *path) {
    struct stat status;
    struct mark mark;
    memset(&mark, 0, sizeof mark); /* its gaps too: marks are compared as bytes */
    if (stat(path, &status) != 0)
        return mark;
    mark.device = status.st_dev;
    mark.inode = status.st_ino;
    mark.size = status.st_size;
    mark.modified = status.st_mtim;
    mark.changed = status.st_ctim;
    return mark;
}

static bool same_mark(const struct mark *a, const struct mark *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

static void read_content(const char *path, unsigned char content[SHA256_BYTES]) {
    FILE *file = fopen(path, "re");
    memset(content, 0, SHA256_BYTES);
    if (file == NULL)
        return;
    char *bytes = mem_alloc(FILE_MOST);
    size_t length = fread(bytes, 1, FILE_MOST, file);
    if (ferror(file) == 0)
        digest_sha256(bytes, length, content);
    mem_free(bytes);
    (void)fclose(file);
}

struct file_watch *file_watch_open(const char *path) {
    struct file_watch *watch = mem_zero(1, sizeof *watch);
    text_clip(watch->path, sizeof watch->path, path);
    file_watch_known(watch);
    return watch;
}

void file_watch_known(struct file_watch *watch) {
    watch->known = watch->before = mark_of(watch->path);
    read_content(watch->path, watch->content);
}

bool file_watch_changed(struct file_watch *watch) {
    unsigned char content[SHA256_BYTES];
    struct mark now = mark_of(watch->path);
    bool settled = same_mark(&now, &watch->before);
    watch->before = now;
    if (!settled || same_mark(&now, &watch->known))
        return false;
    watch->known = now;
    read_content(watch->path, content);
    bool another = memcmp(content, watch->content, sizeof content) != 0;
    memcpy(watch->content, content, sizeof content);
    return another;
}

void file_watch_close(struct file_watch *watch) {
    mem_free(watch);
}
