#include "word.h"

#include "calendar.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool only(const char *text, const char *allowed) {
    return text[strspn(text, allowed)] == '\0';
}

bool word_account(const char *text) {
    return strlen(text) == ACCOUNT_SIZE - 1 && only(text, DIGITS);
}

bool word_account_pattern(const char *text) {
    return word_account(text) || (strpbrk(text, "*?") != NULL && only(text, DIGITS "*?"));
}

bool word_role(const char *text) {
    char account[ACCOUNT_SIZE] = "";
    const char *at = text;
    for (int colons = 0; colons < 4 && at != NULL; colons++) {
        at = strchr(at, ':');
        at = at == NULL ? NULL : at + 1;
    }
    if (at == NULL || !text_starts(text, "arn:aws") || strlen(at) < sizeof account)
        return false;
    memcpy(account, at, sizeof account - 1);
    return text_matches(text, "arn:aws*:iam::*") && word_account(account) && text_starts(at + 12, ":role/") &&
           at[18] != '\0' && only(at + 18, LETTERS DIGITS "/+=,.@_-");
}

bool word_region(const char *text) {
    return only(text, "abcdefghijklmnopqrstuvwxyz" DIGITS "-");
}

bool word_endpoint(const char *text) {
    if (*text == '\0')
        return true;
    const char *host = text_starts(text, "https://") ? text + 8 : text_starts(text, "http://") ? text + 7 : "";
    return *host != '\0' && *host != '/' && *host != ':' && only(host, LETTERS DIGITS "._-:/[]");
}

bool word_host(const char *text) {
    return *text != '\0' && (only(text, LETTERS DIGITS "._-") || only(text, DIGITS "abcdefABCDEF:."));
}

/* 0 to 65535; -1: no port. */
static long port_of(const char *text) {
    char *end;
    long port = strtol(text, &end, 10);
    return only(text, DIGITS) && end != text && strlen(text) <= 5 && port <= 65535 ? port : -1;
}

bool word_listen(const char *text) {
    const char *colon = strrchr(text, ':');
    return *text == '\0' ||
           (colon != NULL && colon != text && port_of(colon + 1) >= 0 && only(text, LETTERS DIGITS "._-:[]"));
}

bool word_brokers(const char *text) {
    char one[256];
    for (;;) {
        size_t length = strcspn(text, ",");
        if (length == 0 || length >= sizeof one)
            return false;
        memcpy(one, text, length);
        one[length] = '\0';
        const char *colon = strrchr(one, ':');
        if (!word_listen(one) || port_of(colon + 1) == 0)
            return false;
        if (text[length] == '\0')
            return true;
        text += length + 1;
    }
}

bool word_mail(const char *text) {
    const char *at = strchr(text, '@');
    return *text == '\0' || (at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
                             strpbrk(text, " \t<>,;") == NULL);
}

bool word_name(const char *text) {
    return *text != '\0' && only(text, LETTERS DIGITS "_-.");
}

bool word_prefix(const char *text) {
    return only(text, LETTERS DIGITS "_-.:");
}

bool word_tag_prefix(const char *text) {
    return *text != '\0' && only(text, LETTERS DIGITS "_-.:/") && strncmp(text, "aws:", 4) != 0;
}

bool word_path(const char *text) {
    return *text == '/' && text[strlen(text) - 1] == '/';
}

bool word_zone(const char *text) {
    return only(text, LETTERS DIGITS "_-+/") && *text != '/';
}

bool word_clock(const char *text) {
    int64_t seconds;
    return calendar_parse_clock(text, &seconds);
}
