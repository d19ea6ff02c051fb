#include "audit_place.h"

#include "doc.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLACE_BYTES = 1024 };

static bool parse(const char *bytes, size_t length, struct audit_place *place, struct fault *fault) {
    struct doc *doc = doc_parse(bytes, length, "audit position", fault);
    if (doc == NULL)
        return false;
    const char *head = doc_text(doc_member(doc, "head"));
    bool whole =
        doc_int(doc_member(doc, "device"), &place->device) && doc_int(doc_member(doc, "inode"), &place->inode) &&
        doc_int(doc_member(doc, "modified"), &place->modified) && doc_int(doc_member(doc, "offset"), &place->offset) &&
        place->offset >= 0 && head != NULL && text_copy(place->head, sizeof place->head, head);
    doc_close(doc);
    return whole || fault_set(fault, FAULT_INVALID, "audit position", "it lacks a member");
}

bool audit_place_read(const char *path, struct audit_place *place, bool *found, struct fault *fault) {
    char bytes[PLACE_BYTES];
    char why[256];
    size_t length = 0;
    *found = access(path, F_OK) == 0;
    if (!*found)
        return errno == ENOENT || fault_set(fault, FAULT_CONFIG, "audit position", "%.200s: %s", path, strerror(errno));
    if (!file_read(path, bytes, sizeof bytes, &length, why, sizeof why))
        return fault_set(fault, FAULT_CONFIG, "audit position", "%.200s: %s", path, why);
    return parse(bytes, length, place, fault);
}

static void print(const struct audit_place *place, struct text *out) {
    struct doc *doc = doc_object();
    doc_set_int(doc, "device", place->device);
    doc_set_int(doc, "inode", place->inode);
    doc_set_int(doc, "modified", place->modified);
    doc_set_int(doc, "offset", place->offset);
    doc_set_text(doc, "head", place->head);
    if (!doc_print(doc, out))
        out->overflowed = true;
    doc_close(doc);
}

static bool write_whole(const char *path, const struct text *text) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        return false;
    bool written = write(descriptor, text->bytes, text->length) == (ssize_t)text->length && fsync(descriptor) == 0;
    return close(descriptor) == 0 && written;
}

/* A name is on disk when its folder is. */
static bool sync_folder(const char *path) {
    char copy[PLACE_PATH];
    text_clip(copy, sizeof copy, path);
    int descriptor = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    bool synced = fsync(descriptor) == 0;
    close(descriptor);
    return synced;
}

bool audit_place_write(const char *path, const struct audit_place *place, struct fault *fault) {
    char beside[PLACE_PATH + 8];
    struct text text;
    snprintf(beside, sizeof beside, "%s.new", path);
    text_open(&text, PLACE_BYTES);
    print(place, &text);
    bool written = !text.overflowed && write_whole(beside, &text) && rename(beside, path) == 0 && sync_folder(path);
    text_close(&text);
    return written || fault_set(fault, FAULT_UNAVAILABLE, "audit position", "%.200s: %s", path, strerror(errno));
}

int audit_place_lock(const char *path) {
    char beside[PLACE_PATH + 8];
    snprintf(beside, sizeof beside, "%s.lock", path);
    int descriptor = open(beside, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}
