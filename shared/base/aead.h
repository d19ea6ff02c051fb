/* AES-256-GCM (NIST SP 800-38D), over OpenSSL's libcrypto. Nothing is owned.
 * A nonce is never used twice with one key: take it from random_bytes(). */
#ifndef KEYTURN_AEAD_H
#define KEYTURN_AEAD_H

#include "base.h"

enum { AEAD_KEY_BYTES = 32, AEAD_NONCE_BYTES = 12, AEAD_TAG_BYTES = 16 };

/* Encrypts `length` bytes (at most 64 KiB) into `sealed` (as many), and makes the tag that binds them to the `bound` bytes. */
void aead_seal(const unsigned char key[AEAD_KEY_BYTES], const unsigned char nonce[AEAD_NONCE_BYTES], const void *bound,
               size_t bound_length, const void *plain, size_t length, unsigned char *sealed,
               unsigned char tag[AEAD_TAG_BYTES]);

/* The way back. False, with `plain` wiped, unless key, nonce, bound bytes, sealed bytes and tag are those of one aead_seal(). */
bool aead_open(const unsigned char key[AEAD_KEY_BYTES], const unsigned char nonce[AEAD_NONCE_BYTES], const void *bound,
               size_t bound_length, const unsigned char *sealed, size_t length, const unsigned char tag[AEAD_TAG_BYTES],
               void *plain) MUST_CHECK;

#endif
