#include "signing_keys.h"

#include <string.h>

void signing_keys_open(struct signing_keys *keys) {
    *keys = (struct signing_keys){0};
    secret_open(&keys->material, (size_t)SIGNING_KEYS * SHA256_BYTES);
}

void signing_keys_close(struct signing_keys *keys) {
    secret_close(&keys->material);
    *keys = (struct signing_keys){0};
}

static unsigned char *key_at(struct signing_keys *keys, size_t row) {
    return (unsigned char *)keys->material.bytes + row * SHA256_BYTES;
}

static bool is_row(const struct signing_key_row *row, const char *access_key_id, const char *day, const char *region,
                   const char *service) {
    return strcmp(row->access_key_id, access_key_id) == 0 && strcmp(row->day, day) == 0 &&
           strcmp(row->region, region) == 0 && strcmp(row->service, service) == 0;
}

const unsigned char *signing_keys_get(struct signing_keys *keys, const struct credentials *credentials, int64_t time,
                                      const char *region, const char *service) {
    char day[SIGV4_DAY_SIZE];
    sigv4_day(time, day);
    for (size_t i = 0; i < SIGNING_KEYS; i++)
        if (is_row(&keys->rows[i], credentials->access_key_id, day, region, service))
            return key_at(keys, i);
    size_t place = keys->next;
    struct signing_key_row *row = &keys->rows[place];
    keys->next = (place + 1) % SIGNING_KEYS;
    sigv4_key(&credentials->secret_access_key, day, region, service, key_at(keys, place));
    text_clip(row->access_key_id, sizeof row->access_key_id, credentials->access_key_id);
    text_clip(row->day, sizeof row->day, day);
    text_clip(row->region, sizeof row->region, region);
    text_clip(row->service, sizeof row->service, service);
    return key_at(keys, place);
}
