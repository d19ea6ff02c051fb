#include "digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Looked up by name once, and each thread keeps its context: both cost more than the digest of a few words. */
static EVP_MD *sha256;
static pthread_key_t context_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_context(void *context) {
    EVP_MD_CTX_free(context);
}

static void find_sha256(void) {
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (sha256 == NULL || pthread_key_create(&context_key, free_context) != 0)
        abort();
}

static EVP_MD_CTX *context_of_thread(void) {
    pthread_once(&once, find_sha256);
    EVP_MD_CTX *context = pthread_getspecific(context_key);
    if (context == NULL) {
        context = EVP_MD_CTX_new();
        if (context == NULL || pthread_setspecific(context_key, context) != 0)
            abort();
    }
    return context;
}

void digest_sha256(const void *bytes, size_t length, unsigned char digest[SHA256_BYTES]) {
    EVP_MD_CTX *context = context_of_thread();
    if (EVP_DigestInit_ex(context, sha256, NULL) != 1 || EVP_DigestUpdate(context, bytes, length) != 1 ||
        EVP_DigestFinal_ex(context, digest, NULL) != 1)
        abort();
}

void digest_hmac(const void *key, size_t key_length, const void *bytes, size_t length,
                 unsigned char digest[SHA256_BYTES]) {
    if (HMAC(EVP_sha256(), key, (int)key_length, bytes, length, digest, NULL) == NULL)
        abort();
}

void digest_hex(const unsigned char *bytes, size_t length, char *text) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * length] = '\0';
}

uint64_t digest_number(const char *string) {
    unsigned char digest[SHA256_BYTES];
    digest_sha256(string, strlen(string), digest);
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof number; i++)
        number = number << 8 | digest[i];
    return number;
}
