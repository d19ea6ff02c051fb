#include "log.h"

#include "clock.h"
#include "instant.h"
#include "steering.h"
#include "text.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_CEILING = 16 * 1024, LATE_BYTES = 64 * 1024 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static const char *program_name = "keyturn";
static enum log_level least_level = LOG_INFO;
static bool pretty; /* for a person at a terminal */

/* Lines that wait to be written together. */
static struct {
    pthread_mutex_t lock;
    size_t length;
    char bytes[LATE_BYTES];
} late = {.lock = PTHREAD_MUTEX_INITIALIZER};

void log_begin(const char *program, enum log_level least) {
    program_name = program;
    least_level = least;
    pretty = isatty(STDERR_FILENO) == 1;
}

bool log_parse_level(const char *name, enum log_level *level) {
    for (size_t i = 0; i < COUNT_OF(level_names); i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

static bool is_plain(const char *at) {
    bool ascii = *at >= ' ' && *at < 0x7f;
    return *at != '\0' && *at != '"' && *at != '\\' && (ascii || steering_at(at, NULL) == 0);
}

static size_t plain_length(const char *value) {
    size_t length = 0;
    while (is_plain(value + length))
        length++;
    return length;
}

/* How many bytes of the value it took. */
static size_t add_escaped(struct text *line, const char *at) {
    uint32_t code = 0;
    size_t length = steering_at(at, &code);
    if (length > 0)
        text_format(line, "\\u%04x", (unsigned)code);
    else
        text_format(line, "\\%c", *at);
    return length > 0 ? length : 1;
}

/* The log sits below the JSON library, so it quotes by itself: RFC 8259 asks for '"', '\' and control characters; whoever reads it on a terminal
 * asks for whatever else would steer that. */
static void add_quoted(struct text *line, const char *value) {
    text_add(line, "\"");
    while (*value != '\0') {
        size_t plain = plain_length(value);
        text_append(line, value, plain);
        value += plain;
        if (*value != '\0')
            value += add_escaped(line, value);
    }
    text_add(line, "\"");
}

static void add_masked(struct text *line, const char *value) {
    size_t from = line->length;
    text_add(line, value);
    steering_mask(line->bytes + from);
    line->length = from + strlen(line->bytes + from);
}

static void add_pair(struct text *line, const char *name, const char *value) {
    if (value == NULL)
        return;
    if (pretty) {
        text_format(line, "  %s=", name);
        add_masked(line, value);
        return;
    }
    text_add(line, ",");
    add_quoted(line, name);
    text_add(line, ":");
    add_quoted(line, value);
}

static void add_pairs(struct text *line, va_list pairs) {
    for (const char *name = va_arg(pairs, const char *); name != NULL; name = va_arg(pairs, const char *))
        add_pair(line, name, va_arg(pairs, const char *));
}

static void add_time(struct text *line, int64_t now) {
    char when[INSTANT_SIZE];
    const char thousandths[] = {'.', (char)('0' + now / 100 % 10), (char)('0' + now / 10 % 10), (char)('0' + now % 10),
                                'Z'};
    instant_iso(now / 1000, when);
    text_append(line, when, strlen(when) - 1);
    text_append(line, thousandths, sizeof thousandths);
}

static void begin_line(struct text *line, enum log_level level, const char *message) {
    char when[INSTANT_SIZE];
    int64_t now = clock_wall_ms();
    text_open(line, LINE_CEILING);
    if (pretty) {
        instant_iso(now / 1000, when);
        text_format(line, "%.8s %-5s %s: %s", when + 11, level_names[level], program_name, message);
        return;
    }
    text_add(line, "{\"time\":\"");
    add_time(line, now);
    text_add(line, "\",\"level\":\"");
    text_add(line, level_names[level]);
    text_add(line, "\",\"program\":\"");
    text_add(line, program_name);
    text_add(line, "\",\"message\":");
    add_quoted(line, message);
}

static void write_out(const char *bytes, size_t length) {
    size_t written = length > 0 ? fwrite(bytes, 1, length, stderr) : 0;
    (void)written; /* nobody is left to tell */
}

/* The lock is held. */
static void write_late(void) {
    write_out(late.bytes, late.length);
    late.length = 0;
}

/* What was said before it goes out before it. */
static void end_line(struct text *line) {
    text_add(line, pretty ? "\n" : "}\n");
    pthread_mutex_lock(&late.lock);
    write_late();
    write_out(line->bytes, line->length);
    pthread_mutex_unlock(&late.lock);
    text_close(line);
}

static void end_line_late(struct text *line) {
    text_add(line, pretty ? "\n" : "}\n");
    pthread_mutex_lock(&late.lock);
    if (line->length > sizeof late.bytes - late.length)
        write_late();
    memcpy(late.bytes + late.length, line->bytes, line->length);
    late.length += line->length;
    if (pretty)
        write_late();
    pthread_mutex_unlock(&late.lock);
    text_close(line);
}

void log_line(enum log_level level, const char *message, ...) {
    if (level < least_level)
        return;
    struct text line;
    begin_line(&line, level, message);
    va_list pairs;
    va_start(pairs, message);
    add_pairs(&line, pairs);
    va_end(pairs);
    end_line(&line);
}

void log_line_late(enum log_level level, const char *message, ...) {
    if (level < least_level)
        return;
    struct text line;
    begin_line(&line, level, message);
    va_list pairs;
    va_start(pairs, message);
    add_pairs(&line, pairs);
    va_end(pairs);
    end_line_late(&line);
}

void log_flush(void) {
    pthread_mutex_lock(&late.lock);
    write_late();
    pthread_mutex_unlock(&late.lock);
}

void log_fault(enum log_level level, const char *message, const struct fault *fault, ...) {
    if (level < least_level)
        return;
    struct text line;
    begin_line(&line, level, message);
    va_list pairs;
    va_start(pairs, fault);
    add_pairs(&line, pairs);
    va_end(pairs);
    add_pair(&line, "fault", fault_name(fault->kind));
    add_pair(&line, "where", fault->where);
    add_pair(&line, "code", fault->code[0] != '\0' ? fault->code : NULL);
    add_pair(&line, "reason", fault->message);
    end_line(&line);
}
