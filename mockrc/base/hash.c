#define OPENSSL_SUPPRESS_DEPRECATED /* MD5(): without EVP's fetch it takes a third of the time */
#include "base/hash.h"

#include "base/codec.h"
#include "base/mem.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/md5.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <endian.h>
#include <stdlib.h>
#include <string.h>

static const EVP_MD *md_of(enum hash_kind kind)
{
    switch (kind) {
    case HASH_MD5:
        return EVP_md5();
    case HASH_SHA1:
        return EVP_sha1();
    case HASH_SHA256:
        break;
    }
    return EVP_sha256();
}

size_t hash_size(enum hash_kind kind)
{
    return (size_t)EVP_MD_get_size(md_of(kind));
}

void hash_bytes(enum hash_kind kind, const void *bytes, size_t len, unsigned char out[HASH_MAX])
{
    unsigned size = 0;
    if (kind == HASH_MD5)
        MD5(bytes, len, out);
    else if (!EVP_Digest(bytes, len, out, &size, md_of(kind), NULL))
        abort();
}

char *hash_joined(enum hash_kind kind, char out[HASH_HEX_MAX], const char *const *parts,
                  size_t count)
{
    unsigned char digest[HASH_MAX];
    char joined[1024] = "";
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += strlen(parts[i]) + (i > 0);
    char *text = len < sizeof joined ? joined : xmalloc(len + 1);
    char *at = text;
    for (size_t i = 0; i < count; i++) {
        size_t part = strlen(parts[i]);
        if (i > 0)
            *at++ = ':';
        memcpy(at, parts[i], part);
        at += part;
    }
    hash_bytes(kind, text, len, digest);
    if (text != joined)
        free(text);
    return codec_hex(out, digest, hash_size(kind));
}

void hash_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len,
                      unsigned char out[HASH_MAX])
{
    unsigned size = 0;
    if (!HMAC(EVP_sha256(), key, (int)key_len, bytes, len, out, &size))
        abort();
}

static uint64_t rotated(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotated(v[1], 13) ^ v[0];
    v[0] = rotated(v[0], 32);
    v[2] += v[3];
    v[3] = rotated(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotated(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotated(v[1], 17) ^ v[2];
    v[2] = rotated(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

uint64_t hash_keyed(const uint64_t key[2], const void *bytes, size_t len)
{
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                     key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u};
    const unsigned char *at = bytes;
    uint64_t last = (uint64_t)len << 56, word;
    for (size_t left = len; left >= 8; left -= 8, at += 8) {
        memcpy(&word, at, 8);
        sip_word(v, le64toh(word));
    }
    for (size_t i = 0; i < len % 8; i++)
        last |= (uint64_t)at[i] << (8 * i);
    sip_word(v, last);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

bool hash_same(const char *a, const char *b)
{
    size_t len = strlen(a);
    return len == strlen(b) && CRYPTO_memcmp(a, b, len) == 0;
}

struct rsa_key {
    EVP_PKEY *pkey;
};

static struct rsa_key *key_of(EVP_PKEY *pkey)
{
    if (!pkey)
        return NULL;
    struct rsa_key *key = xmalloc(sizeof *key);
    key->pkey = pkey;
    return key;
}

struct rsa_key *rsa_key_from_pem(const char *pem)
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    if (!pkey) {
        BIO_free(in);
        in = BIO_new_mem_buf(pem, -1);
        pkey = PEM_read_bio_PUBKEY(in, NULL, NULL, NULL);
    }
    BIO_free(in);
    if (pkey && !EVP_PKEY_is_a(pkey, "RSA")) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    return key_of(pkey);
}

struct rsa_key *rsa_key_new(void)
{
    return key_of(EVP_RSA_gen(2048));
}

void rsa_key_free(struct rsa_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

static void number_out(const struct rsa_key *key, const char *name, struct buf *out)
{
    BIGNUM *number = NULL;
    if (!EVP_PKEY_get_bn_param(key->pkey, name, &number))
        abort();
    unsigned char bytes[1024];
    int len = BN_num_bytes(number);
    if (len <= (int)sizeof bytes)
        codec_base64(out, BASE64_URL, bytes, (size_t)BN_bn2bin(number, bytes));
    BN_free(number);
}

void rsa_key_jwk(const struct rsa_key *key, struct buf *n, struct buf *e)
{
    number_out(key, OSSL_PKEY_PARAM_RSA_N, n);
    number_out(key, OSSL_PKEY_PARAM_RSA_E, e);
}

void rsa_key_pem(const struct rsa_key *key, struct buf *out, bool is_private)
{
    BIO *mem = BIO_new(BIO_s_mem());
    if (is_private)
        PEM_write_bio_PrivateKey(mem, key->pkey, NULL, NULL, 0, NULL, NULL);
    else
        PEM_write_bio_PUBKEY(mem, key->pkey);
    char *bytes;
    long len = BIO_get_mem_data(mem, &bytes);
    buf_add(out, bytes, (size_t)len);
    BIO_free(mem);
}

void rsa_sign(const struct rsa_key *key, const void *bytes, size_t len, struct buf *signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t size = (size_t)EVP_PKEY_get_size(key->pkey);
    char *room = buf_room(signature, size);
    if (!room || EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) != 1 ||
        EVP_DigestSign(ctx, (unsigned char *)room, &size, bytes, len) != 1)
        abort();
    buf_commit(signature, size);
    EVP_MD_CTX_free(ctx);
}

bool rsa_verify(const struct rsa_key *key, const void *bytes, size_t len, const void *signature,
                size_t signature_len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool is_good = EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
                   EVP_DigestVerify(ctx, signature, signature_len, bytes, len) == 1;
    EVP_MD_CTX_free(ctx);
    return is_good;
}

void hash_random(void *out, size_t len)
{
    if (RAND_bytes(out, (int)len) != 1)
        abort();
}
