/*     audit_write() ──write()──► file ──fdatasync()──► disk       of all that was written when it began, by one thread, for all who wait
 *
 * Sequence numbers count records: `written` of the last one written, `synced` of the last one that is on disk. */
#include "audit.h"

#include "clock.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SYNC_EVERY_S = 1, FOLLOW_EVERY_MS = 500, WRITES_MOST = 3 };

struct audit {
    pthread_mutex_t lock;
    pthread_cond_t wanted; /* somebody waits for the disk, another file, or the end */
    pthread_cond_t done;   /* `synced`, `failed` or `followed` moved */
    pthread_t thread;
    bool runs;
    bool ending;
    char path[1024];
    enum config_audit_sync sync;
    int descriptor;
    bool nameless;     /* somebody found the file removed: it is to be followed at once */
    uint64_t followed; /* how often it was looked for */
    bool torn;         /* the last write was cut short: the next begins a line */
    int failed;        /* errno of the last fdatasync(); 0: it went well */
    int refused;       /* errno of the last write(); 0: it went well */
    uint64_t written;
    uint64_t synced;
    uint64_t asked; /* up to which somebody waits */
};

static int open_file(const char *path) {
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR);
}

/* Did somebody who wrote before come to an end within a line? */
static bool ends_within_line(const char *path) {
    char last = '\n';
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat file;
    if (descriptor < 0)
        return false;
    if (fstat(descriptor, &file) == 0 && S_ISREG(file.st_mode) && file.st_size > 0 &&
        pread(descriptor, &last, 1, file.st_size - 1) != 1)
        last = '\n';
    close(descriptor);
    return last != '\n';
}

/* --- to the disk; the lock is held but while the disk works */

static int put_on_disk(int descriptor) {
    return fdatasync(descriptor) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno; /* a pipe has no disk */
}

/* Was the file moved away? Then its place is taken by a new one; what was written to the old one goes to disk first, or it stays. */
static void follow(struct audit *audit) {
    struct stat here;
    struct stat there;
    audit->nameless = false;
    audit->followed++;
    if (fstat(audit->descriptor, &here) == 0 && stat(audit->path, &there) == 0 && here.st_ino == there.st_ino &&
        here.st_dev == there.st_dev)
        return;
    int made = open_file(audit->path);
    if (made < 0)
        return; /* the old one goes on */
    audit->failed = put_on_disk(audit->descriptor);
    int former = audit->failed == 0 ? audit->descriptor : made;
    if (audit->failed == 0) {
        audit->synced = audit->written;
        audit->descriptor = made;
        audit->torn = false;
    }
    close(former);
}

static void sync_now(struct audit *audit) {
    uint64_t upto = audit->written;
    int descriptor = audit->descriptor;
    pthread_mutex_unlock(&audit->lock);
    int failed = put_on_disk(descriptor);
    pthread_mutex_lock(&audit->lock);
    audit->failed = failed;
    if (failed == 0)
        audit->synced = upto;
    pthread_cond_broadcast(&audit->done);
}

static void *keep_syncing(void *argument) {
    struct audit *audit = argument;
    int64_t followed_ms = clock_boot_ms();
    pthread_mutex_lock(&audit->lock);
    while (!audit->ending || audit->synced < audit->written) {
        bool idle = audit->asked <= audit->synced && !audit->ending && !audit->nameless;
        struct timespec when;
        clock_gettime(CLOCK_MONOTONIC, &when);
        when.tv_sec += SYNC_EVERY_S;
        if (idle || audit->failed != 0)
            pthread_cond_timedwait(&audit->wanted, &audit->lock, &when);
        if (audit->synced < audit->written)
            sync_now(audit);
        if (audit->nameless || clock_boot_ms() - followed_ms >= FOLLOW_EVERY_MS) { /* however busy it is */
            follow(audit);
            pthread_cond_broadcast(&audit->done);
            followed_ms = clock_boot_ms();
        }
        if (audit->ending && audit->failed != 0)
            break;
    }
    pthread_mutex_unlock(&audit->lock);
    return NULL;
}

/* --- open and close */

struct audit *audit_open(const char *path, enum config_audit_sync sync, struct fault *fault) {
    struct audit *audit = mem_zero(1, sizeof *audit);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&audit->lock, NULL);
    pthread_cond_init(&audit->wanted, &monotonic);
    pthread_cond_init(&audit->done, NULL);
    pthread_condattr_destroy(&monotonic);
    text_clip(audit->path, sizeof audit->path, path);
    audit->sync = sync;
    audit->descriptor = open_file(path);
    audit->torn = ends_within_line(path);
    if (audit->descriptor < 0)
        fault_set(fault, FAULT_CONFIG, "api.audit_log", "cannot open %.200s: %s", path, strerror(errno));
    else if (pthread_create(&audit->thread, NULL, keep_syncing, audit) != 0)
        fault_set(fault, FAULT_UNAVAILABLE, "api.audit_log", "no thread can be made; look at the limits of this user");
    else
        audit->runs = true;
    if (audit->runs)
        return audit;
    audit_close(audit);
    return NULL;
}

void audit_close(struct audit *audit) {
    if (audit == NULL)
        return;
    pthread_mutex_lock(&audit->lock);
    audit->ending = true;
    pthread_cond_signal(&audit->wanted);
    pthread_mutex_unlock(&audit->lock);
    if (audit->runs)
        pthread_join(audit->thread, NULL);
    if (audit->descriptor >= 0)
        close(audit->descriptor);
    pthread_cond_destroy(&audit->done);
    pthread_cond_destroy(&audit->wanted);
    pthread_mutex_destroy(&audit->lock);
    mem_free(audit);
}

bool audit_waits(const struct audit *audit) {
    return audit->sync == AUDIT_SYNC_ALWAYS;
}

bool audit_writes_to(struct audit *audit, const struct stat *file) {
    struct stat own;
    pthread_mutex_lock(&audit->lock);
    bool same = fstat(audit->descriptor, &own) == 0 && own.st_ino == file->st_ino && own.st_dev == file->st_dev;
    pthread_mutex_unlock(&audit->lock);
    return same;
}

/* --- writing; the lock is held */

static bool refuse(int failed, struct fault *fault) {
    return fault_set(fault, FAULT_UNAVAILABLE, AUDIT_WHERE, "the audit log cannot be written: %s", strerror(failed));
}

/* Ends the line that was cut short. An empty line is no record, and nobody takes it for one. */
static bool end_line(struct audit *audit) {
    audit->refused = write(audit->descriptor, "\n", 1) == 1 ? 0 : errno;
    audit->torn = audit->torn && audit->refused != 0;
    return audit->refused == 0;
}

static bool append(struct audit *audit, const struct text *lines, size_t count, struct fault *fault) {
    if (audit->torn && !end_line(audit))
        return refuse(audit->refused, fault);
    ssize_t written = write(audit->descriptor, lines->bytes, lines->length);
    bool whole = written == (ssize_t)lines->length;
    audit->refused = whole ? 0 : written < 0 ? errno : ENOSPC;
    audit->torn = !whole && written > 0;
    audit->written += whole ? count : 0;
    return whole || refuse(audit->refused, fault);
}

static bool has_name(const struct audit *audit) {
    struct stat file;
    return fstat(audit->descriptor, &file) == 0 && file.st_nlink > 0;
}

static void wait_for_another_file(struct audit *audit) {
    uint64_t followed = audit->followed;
    audit->nameless = true;
    pthread_cond_signal(&audit->wanted);
    while (audit->followed == followed)
        pthread_cond_wait(&audit->done, &audit->lock);
}

static bool find_file(struct audit *audit, struct fault *fault) {
    if (!has_name(audit))
        wait_for_another_file(audit);
    return has_name(audit) || refuse(ENOENT, fault);
}

/* Where the file was removed, what is written to it is nowhere: it goes to the one that takes its place, again if it has to. */
static bool append_where_it_stays(struct audit *audit, const struct text *lines, size_t count, struct fault *fault) {
    bool stays = false;
    for (int i = 0; i < WRITES_MOST && !stays; i++) {
        if (!find_file(audit, fault) || !append(audit, lines, count, fault))
            return false;
        stays = has_name(audit);
    }
    return stays || refuse(ENOENT, fault);
}

static bool wait_for_disk(struct audit *audit, struct fault *fault) {
    uint64_t mine = audit->written;
    if (audit->asked < mine)
        audit->asked = mine;
    audit->failed = 0;
    pthread_cond_signal(&audit->wanted);
    while (audit->synced < mine && audit->failed == 0)
        pthread_cond_wait(&audit->done, &audit->lock);
    return audit->synced >= mine || refuse(audit->failed, fault);
}

bool audit_write_all(struct audit *audit, const struct text *lines, size_t count, struct fault *fault) {
    pthread_mutex_lock(&audit->lock);
    bool done = audit->failed == 0 || audit_waits(audit) || refuse(audit->failed, fault);
    done = done && append_where_it_stays(audit, lines, count, fault);
    done = done && (!audit_waits(audit) || wait_for_disk(audit, fault));
    pthread_mutex_unlock(&audit->lock);
    return done;
}

bool audit_write(struct audit *audit, struct text *line, struct fault *fault) {
    if (line->overflowed || !text_append(line, "\n", 1))
        return fault_set(fault, FAULT_INVALID, "audit", "the record is too long");
    return audit_write_all(audit, line, 1, fault);
}

/* One byte tells as much as a record: what there is no room for begins at the end of a block. */
bool audit_check(struct audit *audit, struct fault *fault) {
    pthread_mutex_lock(&audit->lock);
    bool there = find_file(audit, fault);
    if (there && audit->refused != 0)
        (void)end_line(audit);
    int failed = audit->refused != 0 ? audit->refused : audit->failed;
    pthread_mutex_unlock(&audit->lock);
    return there && (failed == 0 || refuse(failed, fault));
}
