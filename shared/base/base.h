/* What every file may assume: attributes and the size of arrays.
 * Owns nothing. Never includes anything but the C library. */
#ifndef KEYTURN_BASE_H
#define KEYTURN_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The result says whether the call worked; ignoring it is a defect. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* The argument numbered `which` is a printf format for the arguments from `first` on. */
#define PRINTF_LIKE(which, first) __attribute__((format(printf, which, first)))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Lengths AWS allows, each with its closing zero byte. */
enum {
    ACCOUNT_SIZE = 13,    /* 12 digits */
    USER_NAME_SIZE = 65,  /* IAM user name: 1-64 of [A-Za-z0-9+=,.@_-] */
    USER_ID_SIZE = 129,   /* AIDA...: 16-128 */
    USER_PATH_SIZE = 513, /* /division/team/ */
    KEY_ID_SIZE = 129,    /* AKIA...: 16-128 */
    ARN_SIZE = 2049,      /* 20-2048 */
    REGION_SIZE = 33,
};

#endif
