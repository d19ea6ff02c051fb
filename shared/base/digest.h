/* SHA-256, HMAC and the two text forms of bytes, over OpenSSL's libcrypto. Nothing is owned. */
#ifndef KEYTURN_DIGEST_H
#define KEYTURN_DIGEST_H

#include "base.h"

enum { SHA256_BYTES = 32, SHA256_HEX_SIZE = 65 };

/* SHA-256 of `length` bytes. */
void digest_sha256(const void *bytes, size_t length, unsigned char digest[SHA256_BYTES]);

/* HMAC-SHA-256 (RFC 2104) of `length` bytes under `key`. */
void digest_hmac(const void *key, size_t key_length, const void *bytes, size_t length,
                 unsigned char digest[SHA256_BYTES]);

/* Lower-case hexadecimal and a closing zero: `text` holds 2 * length + 1 bytes. */
void digest_hex(const unsigned char *bytes, size_t length, char *text);

/* A 64-bit number that depends on all of `string`, the same on every machine: for spreading and stable choices. */
uint64_t digest_number(const char *string);

#endif
