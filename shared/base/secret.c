#include "secret.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t pages_for(size_t capacity) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (capacity + 1 + page - 1) / page * page;
}

/* Whole pages, since both the lock and the exclusion from core dumps work on pages. The lock is best effort: an
 * unprivileged process may be over its limit, and a secret in swap is better than a rotation that never happens. */
static char *locked_pages(size_t size) {
    char *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        static const char last_words[] = "keyturn: out of memory for a secret\n";
        fwrite(last_words, 1, sizeof last_words - 1, stderr);
        abort();
    }
    (void)mlock(pages, size);
    (void)madvise(pages, size, MADV_DONTDUMP);
    return pages;
}

/* Pages that were wiped and are still locked: one is mapped, locked and left out of core dumps by three calls of the kernel. */
enum { SPARE_MOST = 64 };

static struct {
    pthread_mutex_t lock;
    size_t count;
    char *pages[SPARE_MOST];
} spare = {PTHREAD_MUTEX_INITIALIZER, 0, {NULL}};

static char *take_spare(void) {
    pthread_mutex_lock(&spare.lock);
    char *page = spare.count > 0 ? spare.pages[--spare.count] : NULL;
    pthread_mutex_unlock(&spare.lock);
    return page;
}

static bool keep_spare(char *page) {
    pthread_mutex_lock(&spare.lock);
    bool kept = spare.count < SPARE_MOST;
    if (kept)
        spare.pages[spare.count++] = page;
    pthread_mutex_unlock(&spare.lock);
    return kept;
}

static bool is_one_page(size_t size) {
    return size == pages_for(0);
}

/* Nothing was ever written beyond what there was room for, so that the rest of the pages is as it came: empty. */
static void wipe(struct secret *secret) {
    explicit_bzero(secret->bytes, secret->capacity + 1);
    secret->length = 0;
}

/* Makes room within the pages there are. */
static bool widen(struct secret *secret, size_t capacity) {
    if (capacity >= pages_for(secret->capacity))
        return false;
    if (capacity > secret->capacity)
        secret->capacity = capacity;
    return true;
}

void secret_open(struct secret *secret, size_t capacity) {
    if (secret->bytes != NULL) {
        wipe(secret);
        if (widen(secret, capacity))
            return;
        secret_close(secret);
    }
    size_t size = pages_for(capacity);
    char *kept = is_one_page(size) ? take_spare() : NULL;
    secret->bytes = kept != NULL ? kept : locked_pages(size);
    secret->capacity = capacity;
    secret->length = 0;
}

bool secret_set(struct secret *secret, const void *bytes, size_t length) {
    secret_open(secret, secret->bytes == NULL ? length : secret->capacity);
    if (!widen(secret, length))
        return false;
    memcpy(secret->bytes, bytes, length);
    secret->length = length;
    return true;
}

void secret_copy(struct secret *copy, const struct secret *secret) {
    secret_open(copy, secret->length);
    if (secret->length > 0)
        memcpy(copy->bytes, secret->bytes, secret->length);
    copy->length = secret->length;
}

bool secret_equal(const struct secret *a, const struct secret *b) {
    return a->length == b->length && (a->length == 0 || CRYPTO_memcmp(a->bytes, b->bytes, a->length) == 0);
}

bool secret_empty(const struct secret *secret) {
    return secret->length == 0;
}

void secret_close(struct secret *secret) {
    if (secret == NULL || secret->bytes == NULL)
        return;
    wipe(secret);
    size_t size = pages_for(secret->capacity);
    if (!is_one_page(size) || !keep_spare(secret->bytes))
        munmap(secret->bytes, size);
    *secret = (struct secret){0};
}
