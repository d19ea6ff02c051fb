#include "aead.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

/* Looked up by name once, not at each use. */
static EVP_CIPHER *aes;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find_aes(void) {
    aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

static EVP_CIPHER_CTX *context_of(void) {
    pthread_once(&once, find_aes);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (aes == NULL || context == NULL)
        abort();
    return context;
}

void aead_seal(const unsigned char key[AEAD_KEY_BYTES], const unsigned char nonce[AEAD_NONCE_BYTES], const void *bound,
               size_t bound_length, const void *plain, size_t length, unsigned char *sealed,
               unsigned char tag[AEAD_TAG_BYTES]) {
    int done;
    EVP_CIPHER_CTX *context = context_of();
    bool fine = EVP_EncryptInit_ex(context, aes, NULL, key, nonce) == 1 &&
                EVP_EncryptUpdate(context, NULL, &done, bound, (int)bound_length) == 1 &&
                (length == 0 || EVP_EncryptUpdate(context, sealed, &done, plain, (int)length) == 1) &&
                EVP_EncryptFinal_ex(context, tag, &done) == 1 && /* writes nothing: GCM has no blocks to fill */
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, AEAD_TAG_BYTES, tag) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!fine)
        abort();
}

/* The tag is compared by the last step, in constant time; what was decrypted before it is not to be seen by anybody. */
bool aead_open(const unsigned char key[AEAD_KEY_BYTES], const unsigned char nonce[AEAD_NONCE_BYTES], const void *bound,
               size_t bound_length, const unsigned char *sealed, size_t length, const unsigned char tag[AEAD_TAG_BYTES],
               void *plain) {
    int done;
    unsigned char expected[AEAD_TAG_BYTES];
    unsigned char rest[AEAD_TAG_BYTES];
    for (size_t i = 0; i < sizeof expected; i++)
        expected[i] = tag[i];
    EVP_CIPHER_CTX *context = context_of();
    bool fine = EVP_DecryptInit_ex(context, aes, NULL, key, nonce) == 1 &&
                EVP_DecryptUpdate(context, NULL, &done, bound, (int)bound_length) == 1 &&
                (length == 0 || EVP_DecryptUpdate(context, plain, &done, sealed, (int)length) == 1) &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, AEAD_TAG_BYTES, expected) == 1 &&
                EVP_DecryptFinal_ex(context, rest, &done) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!fine)
        OPENSSL_cleanse(plain, length);
    return fine;
}
