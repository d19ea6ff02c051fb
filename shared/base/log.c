#include "log.h"

#include "clock.h"
#include "instant.h"
#include "steering.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_CEILING = 16 * 1024 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static const char *program_name = "keyturn";
static enum log_level least_level = LOG_INFO;

void log_begin(const char *program, enum log_level least) {
    program_name = program;
    least_level = least;
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
    return *at != '\0' && *at != '"' && *at != '\\' && steering_at(at, NULL) == 0;
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

static void add_pair(struct text *line, bool pretty, const char *name, const char *value) {
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

static void add_pairs(struct text *line, bool pretty, va_list pairs) {
    for (const char *name = va_arg(pairs, const char *); name != NULL; name = va_arg(pairs, const char *))
        add_pair(line, pretty, name, va_arg(pairs, const char *));
}

static void begin_line(struct text *line, bool pretty, enum log_level level, const char *message) {
    char when[INSTANT_SIZE];
    int64_t now = clock_wall_ms();
    instant_iso(now / 1000, when);
    text_open(line, LINE_CEILING);
    if (pretty) {
        text_format(line, "%.8s %-5s %s: %s", when + 11, level_names[level], program_name, message);
        return;
    }
    text_format(line, "{\"time\":\"%.19s.%03dZ\",\"level\":\"%s\",\"program\":\"%s\",\"message\":", when,
                (int)(now % 1000), level_names[level], program_name);
    add_quoted(line, message);
}

static void end_line(struct text *line, bool pretty) {
    text_add(line, pretty ? "\n" : "}\n");
    size_t written = fwrite(line->bytes, 1, line->length, stderr);
    (void)written; /* nobody is left to tell */
    text_close(line);
}

void log_line(enum log_level level, const char *message, ...) {
    if (level < least_level)
        return;
    struct text line;
    bool pretty = isatty(STDERR_FILENO) == 1;
    begin_line(&line, pretty, level, message);
    va_list pairs;
    va_start(pairs, message);
    add_pairs(&line, pretty, pairs);
    va_end(pairs);
    end_line(&line, pretty);
}

void log_fault(enum log_level level, const char *message, const struct fault *fault, ...) {
    if (level < least_level)
        return;
    struct text line;
    bool pretty = isatty(STDERR_FILENO) == 1;
    begin_line(&line, pretty, level, message);
    va_list pairs;
    va_start(pairs, fault);
    add_pairs(&line, pretty, pairs);
    va_end(pairs);
    add_pair(&line, pretty, "fault", fault_name(fault->kind));
    add_pair(&line, pretty, "where", fault->where);
    add_pair(&line, pretty, "code", fault->code[0] != '\0' ? fault->code : NULL);
    add_pair(&line, pretty, "reason", fault->message);
    end_line(&line, pretty);
}
