/* A form as IAM and STS are asked by: name=value&name=value, percent-encoded. Owns its decoded bytes. */
#ifndef KEYTURN_TESTS_FORM_H
#define KEYTURN_TESTS_FORM_H

#include "base.h"

enum { FORM_PAIRS = 64 };

struct form {
    char *bytes;
    size_t count;
    const char *names[FORM_PAIRS];
    const char *values[FORM_PAIRS];
};

/* Reads a form. False if it is none; close it all the same. */
bool form_open(struct form *form, const char *bytes, size_t length);
void form_close(struct form *form);

/* The first value of that name, or NULL. */
const char *form_value(const struct form *form, const char *name);

#endif
