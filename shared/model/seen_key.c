#include "seen_key.h"

#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRY_SIZE = KEY_ID_SIZE + SEEN_KEY_STATE_SIZE + 64 };

void seen_keys_write(const struct seen_key *keys, size_t count, char text[SEEN_KEYS_SIZE]) {
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char entry[ENTRY_SIZE];
        int size = snprintf(entry, sizeof entry, "%s%s:%s:%d:%" PRId64 ":%" PRId64, length > 0 ? " " : "", keys[i].id,
                            keys[i].state, keys[i].active ? 1 : 0, keys[i].created, keys[i].last_used);
        if (size <= 0 || length + (size_t)size >= SEEN_KEYS_SIZE)
            return;
        memcpy(text + length, entry, (size_t)size + 1);
        length += (size_t)size;
    }
}

/* The text up to the next ':' or the end of the entry, which *at moves past. */
static bool take(const char **at, const char *end, char *to, size_t size) {
    if (*at >= end)
        return false;
    size_t length = strcspn(*at, ":");
    if (length > (size_t)(end - *at))
        length = (size_t)(end - *at);
    if (length == 0 || length >= size)
        return false;
    memcpy(to, *at, length);
    to[length] = '\0';
    *at += length + 1;
    return true;
}

static bool take_number(const char **at, const char *end, int64_t *number) {
    char digits[24];
    if (!take(at, end, digits, sizeof digits) || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    *number = strtoll(digits, NULL, 10);
    return true;
}

static bool read_entry(const char *entry, const char *end, struct seen_key *key) {
    int64_t active = 0;
    bool read = take(&entry, end, key->id, sizeof key->id) && take(&entry, end, key->state, sizeof key->state) &&
                take_number(&entry, end, &active) && take_number(&entry, end, &key->created) &&
                take_number(&entry, end, &key->last_used);
    key->active = active == 1;
    return read;
}

size_t seen_keys_read(const char *text, struct seen_key keys[KEYRING_MAX]) {
    size_t count = 0;
    while (*text != '\0' && count < KEYRING_MAX) {
        const char *end = text + strcspn(text, " ");
        keys[count] = (struct seen_key){0};
        if (read_entry(text, end, &keys[count]))
            count++;
        text = *end == ' ' ? end + 1 : end;
    }
    return count;
}
