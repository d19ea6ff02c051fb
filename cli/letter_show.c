#include "letter_show.h"

#include "dead_letter.h"
#include "mem.h"
#include "shown.h"
#include "topics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_MAX = 32 * 1024, LABEL_WIDTH = 30 };

#define ERRORS "__keyturn.errors."

static const char *queue_of(const char *topic) {
    return strcmp(topic, TOPIC_JOBS_DLQ) == 0 ? "jobs" : "events";
}

void letter_id(const struct kafka_message *letter, char id[LETTER_ID_SIZE]) {
    snprintf(id, LETTER_ID_SIZE, "%s/%" PRId32 "/%" PRId64, queue_of(letter->topic), letter->partition, letter->offset);
}

/* Bytes as text: up to the first zero byte, at most PIECE_MAX. */
static void copy_bytes(const void *bytes, size_t length, struct text *to) {
    const char *zero = length > 0 ? memchr(bytes, '\0', length) : NULL;
    size_t until = zero != NULL ? (size_t)(zero - (const char *)bytes) : length;
    text_append(to, bytes, until < PIECE_MAX ? until : PIECE_MAX);
}

static void add_bytes(const void *bytes, size_t length, struct text *out) {
    struct text copy;
    text_open(&copy, PIECE_MAX);
    copy_bytes(bytes, length, &copy);
    shown_add(out, copy.bytes);
    text_close(&copy);
}

static void add_header(const struct kafka_message *letter, const char *before, const char *name, struct text *out) {
    const struct kafka_header *header = dead_letter_header(letter, name);
    if (header == NULL)
        return;
    text_add(out, before);
    add_bytes(header->value, header->length, out);
}

void letter_line(const struct kafka_message *letter, struct text *out) {
    char id[LETTER_ID_SIZE];
    letter_id(letter, id);
    text_add(out, id);
    add_header(letter, "  ", ERRORS "time", out);
    if (letter->key != NULL) {
        text_add(out, "  ");
        add_bytes(letter->key, letter->key_length, out);
    }
    add_header(letter, "  ", ERRORS "code", out);
    add_header(letter, ": ", ERRORS "message", out);
    text_add(out, "\n");
}

void letter_page(const struct kafka_message *letter, struct text *out) {
    letter_line(letter, out);
    for (size_t i = 0; i < letter->header_count; i++) {
        text_add(out, "  ");
        shown_add(out, letter->headers[i].name);
        for (size_t length = strlen(letter->headers[i].name); length < LABEL_WIDTH; length++)
            text_add(out, " ");
        text_add(out, " ");
        add_bytes(letter->headers[i].value, letter->headers[i].length, out);
        text_add(out, "\n");
    }
    text_add(out, "\n");
    add_bytes(letter->value, letter->length, out);
    text_add(out, "\n");
}

/* --- JSON ---------------------------------------------------------------------------------------------------------------- */

static void set_bytes(struct doc *doc, const char *name, const void *bytes, size_t length) {
    struct text copy;
    text_open(&copy, PIECE_MAX);
    copy_bytes(bytes, length, &copy);
    doc_set_text(doc, name, copy.bytes);
    text_close(&copy);
}

static void set_header(struct doc *doc, const char *member, const struct kafka_message *letter, const char *name) {
    const struct kafka_header *header = dead_letter_header(letter, name);
    if (header != NULL)
        set_bytes(doc, member, header->value, header->length);
}

static void set_number(struct doc *doc, const char *member, const struct kafka_message *letter, const char *name) {
    const struct kafka_header *header = dead_letter_header(letter, name);
    char digits[24];
    if (header == NULL || header->length >= sizeof digits)
        return;
    memcpy(digits, header->value, header->length);
    digits[header->length] = '\0';
    doc_set_int(doc, member, strtoll(digits, NULL, 10));
}

/* True if the value stands there byte for byte: it is UTF-8 without a zero byte. */
static bool set_text_value(struct doc *doc, const struct kafka_message *letter) {
    struct doc *trial = doc_object();
    struct text copy;
    text_open(&copy, letter->length + 1);
    text_append(&copy, letter->value, letter->length);
    doc_set_text(trial, "text", copy.bytes);
    bool same = strlen(copy.bytes) == letter->length && text_equal(doc_text(doc_at(trial, "text")), copy.bytes);
    if (same)
        doc_set_text(doc, "text", copy.bytes);
    text_close(&copy);
    doc_close(trial);
    return same;
}

static void set_hex_value(struct doc *doc, const struct kafka_message *letter) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = letter->value;
    char *hex = mem_zero(2 * letter->length + 1, 1);
    for (size_t i = 0; i < letter->length; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    doc_set_text(doc, "hex", hex);
    mem_free(hex);
}

static struct doc *headers_doc(const struct kafka_message *letter) {
    struct doc *list = doc_array();
    for (size_t i = 0; i < letter->header_count; i++) {
        struct doc *row = doc_object();
        doc_set_text(row, "name", letter->headers[i].name);
        set_bytes(row, "value", letter->headers[i].value, letter->headers[i].length);
        doc_add(list, row);
    }
    return list;
}

struct doc *letter_doc(const struct kafka_message *letter, bool whole) {
    struct doc *doc = doc_object();
    struct doc *from = doc_object();
    char id[LETTER_ID_SIZE];
    letter_id(letter, id);
    doc_set_text(doc, "id", id);
    if (letter->key != NULL)
        set_bytes(doc, "key", letter->key, letter->key_length);
    set_header(from, "topic", letter, ERRORS "topic");
    set_number(from, "partition", letter, ERRORS "partition");
    set_number(from, "offset", letter, ERRORS "offset");
    doc_set(doc, "from", from);
    set_header(doc, "code", letter, ERRORS "code");
    set_header(doc, "message", letter, ERRORS "message");
    set_header(doc, "time", letter, ERRORS "time");
    doc_set_int(doc, "bytes", (int64_t)letter->length);
    if (!whole)
        return doc;
    doc_set(doc, "headers", headers_doc(letter));
    if (letter->value != NULL && !set_text_value(doc, letter))
        set_hex_value(doc, letter);
    return doc;
}
