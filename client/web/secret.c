/* Passwords and keyed sums; see secret.h. */
#include "web/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define COST   16384
#define SALT   16 /* bytes */
#define HASH   32
#define MEMORY (64u * 1024 * 1024)

static void to_hex(const unsigned char *bytes, size_t len, char *to)
{
    for (size_t i = 0; i < len; i++)
        snprintf(to + 2 * i, 3, "%02x", bytes[i]);
}

static void scrypt_hex(const char *password, const char *salt, char to[2 * HASH + 1])
{
    unsigned char hash[HASH];
    if (EVP_PBE_scrypt(password, strlen(password), (const unsigned char *)salt, strlen(salt), COST,
                       8, 1, MEMORY, hash, sizeof(hash)) != 1)
        abort(); /* out of memory */
    to_hex(hash, sizeof(hash), to);
}

void secret_hash(const char *password, struct rnd *rnd, char to[SECRET_TEXT])
{
    char salt[2 * SALT + 1], hash[2 * HASH + 1];
    rnd_hex(rnd, salt, 2 * SALT);
    scrypt_hex(password, salt, hash);
    snprintf(to, SECRET_TEXT, "scrypt$%d$8$1$%s$%s", COST, salt, hash);
}

bool secret_is(const char *password, const char *stored)
{
    char salt[2 * SALT + 1] = "00000000000000000000000000000000", hash[2 * HASH + 1] = "";
    char wanted[2 * HASH + 1], prefix[32];
    snprintf(prefix, sizeof(prefix), "scrypt$%d$8$1$", COST);
    size_t len = strlen(prefix);
    bool is_known = strncmp(stored, prefix, len) == 0 &&
                    strlen(stored) == len + 2 * SALT + 1 + 2 * HASH &&
                    stored[len + 2 * SALT] == '$';
    if (is_known) {
        memcpy(salt, stored + len, 2 * SALT);
        text_copy(hash, sizeof(hash), stored + len + 2 * SALT + 1);
    }
    scrypt_hex(password, salt, wanted);
    return secret_same(wanted, hash) && is_known;
}

void secret_sum(const unsigned char key[32], const char *text, char to[33])
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (HMAC(EVP_sha256(), key, 32, (const unsigned char *)text, strlen(text), sum, &len) == NULL)
        abort();
    to_hex(sum, 16, to);
}

bool secret_same(const char *a, const char *b)
{
    size_t len = strlen(a);
    return len == strlen(b) && CRYPTO_memcmp(a, b, len) == 0;
}
