/* The sums and RSA as they are: EVP looks each up in a provider, which takes longer than a sum does,
 * and decodes a key in milliseconds. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.h"

#include "base/codec.h"
#include "base/mem.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/md5.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static void sum_md5(const void *bytes, size_t len, unsigned char *out)
{
    MD5(bytes, len, out);
}

static void sum_sha1(const void *bytes, size_t len, unsigned char *out)
{
    SHA_CTX sum;
    SHA1_Init(&sum);
    SHA1_Update(&sum, bytes, len);
    SHA1_Final(out, &sum);
}

static void sum_sha256(const void *bytes, size_t len, unsigned char *out)
{
    SHA256_CTX sum;
    SHA256_Init(&sum);
    SHA256_Update(&sum, bytes, len);
    SHA256_Final(out, &sum);
}

static const struct {
    size_t size;
    void (*sum)(const void *bytes, size_t len, unsigned char *out);
} kinds[] = {
    [HASH_MD5] = {MD5_DIGEST_LENGTH, sum_md5},
    [HASH_SHA1] = {SHA_DIGEST_LENGTH, sum_sha1},
    [HASH_SHA256] = {SHA256_DIGEST_LENGTH, sum_sha256},
};

size_t hash_size(enum hash_kind kind)
{
    return kinds[kind].size;
}

void hash_bytes(enum hash_kind kind, const void *bytes, size_t len, unsigned char out[HASH_MAX])
{
    kinds[kind].sum(bytes, len, out);
}

char *hash_joined(enum hash_kind kind, char out[HASH_HEX_MAX], const char *const *parts,
                  size_t count)
{
    unsigned char digest[HASH_MAX];
    char joined[1024];
    joined[0] = 0; /* of no parts */
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

void hash_hmac_sha1(const void *key, size_t key_len, const void *bytes, size_t len,
                    unsigned char out[HASH_MAX])
{
    unsigned size = 0;
    if (!HMAC(EVP_sha1(), key, (int)key_len, bytes, len, out, &size))
        abort();
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
    RSA *rsa;
};

static struct rsa_key *key_of(RSA *rsa)
{
    if (!rsa)
        return NULL;
    struct rsa_key *key = xmalloc(sizeof *key);
    key->rsa = rsa;
    /* Blinding hides a secret key from who can time us; ours is in the source (world/keyring.c). */
    RSA_set_flags(rsa, RSA_FLAG_NO_BLINDING);
    return key;
}

/* PKCS #8 (RFC 5958): a private key of any kind, with its kind. */
static RSA *read_pkcs8(RSA **ret, const unsigned char **at, long len)
{
    const ASN1_OBJECT *kind = NULL;
    const unsigned char *inner = NULL;
    int inner_len = 0;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, at, len);
    bool is_rsa = info && PKCS8_pkey_get0(&kind, &inner, &inner_len, NULL, info) &&
                  OBJ_obj2nid(kind) == NID_rsaEncryption;
    RSA *rsa = is_rsa ? d2i_RSAPrivateKey(ret, &inner, inner_len) : NULL;
    PKCS8_PRIV_KEY_INFO_free(info);
    return rsa;
}

/* By the name in the first line. */
static const struct {
    const char *name;
    RSA *(*read)(RSA **ret, const unsigned char **at, long len);
} pem_forms[] = {
    {PEM_STRING_PKCS8INF, read_pkcs8},
    {PEM_STRING_RSA, d2i_RSAPrivateKey},
    {PEM_STRING_PUBLIC, d2i_RSA_PUBKEY},
    {PEM_STRING_RSA_PUBLIC, d2i_RSAPublicKey},
};

struct rsa_key *rsa_key_from_pem(const char *pem)
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    char *name = NULL, *header = NULL;
    unsigned char *bytes = NULL;
    long len = 0;
    RSA *rsa = NULL;
    PEM_read_bio(in, &name, &header, &bytes, &len);
    for (size_t i = 0; name && i < sizeof pem_forms / sizeof *pem_forms; i++) {
        const unsigned char *at = bytes;
        if (strcmp(name, pem_forms[i].name) == 0)
            rsa = pem_forms[i].read(NULL, &at, len);
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(bytes);
    BIO_free(in);
    ERR_clear_error();
    return key_of(rsa);
}

struct rsa_key *rsa_key_new(void)
{
    RSA *rsa = RSA_new();
    BIGNUM *exponent = BN_new();
    if (!rsa || !BN_set_word(exponent, RSA_F4) || !RSA_generate_key_ex(rsa, 2048, exponent, NULL))
        abort();
    BN_free(exponent);
    return key_of(rsa);
}

void rsa_key_free(struct rsa_key *key)
{
    if (!key)
        return;
    RSA_free(key->rsa);
    free(key);
}

static void number_out(const BIGNUM *number, struct buf *out)
{
    unsigned char bytes[1024];
    int len = BN_num_bytes(number);
    if (len <= (int)sizeof bytes)
        codec_base64(out, BASE64_URL, bytes, (size_t)BN_bn2bin(number, bytes));
}

void rsa_key_jwk(const struct rsa_key *key, struct buf *n, struct buf *e)
{
    number_out(RSA_get0_n(key->rsa), n);
    number_out(RSA_get0_e(key->rsa), e);
}

void rsa_key_pem(const struct rsa_key *key, struct buf *out, bool is_private)
{
    BIO *mem = BIO_new(BIO_s_mem());
    if (is_private)
        PEM_write_bio_RSAPrivateKey(mem, key->rsa, NULL, NULL, 0, NULL, NULL);
    else
        PEM_write_bio_RSA_PUBKEY(mem, key->rsa);
    char *bytes;
    long len = BIO_get_mem_data(mem, &bytes);
    buf_add(out, bytes, (size_t)len);
    BIO_free(mem);
}

void rsa_sign(const struct rsa_key *key, const void *bytes, size_t len, struct buf *signature)
{
    unsigned char digest[HASH_MAX];
    unsigned size = (unsigned)RSA_size(key->rsa);
    char *room = buf_room(signature, size);
    hash_bytes(HASH_SHA256, bytes, len, digest);
    if (!room || RSA_sign(NID_sha256, digest, (unsigned)hash_size(HASH_SHA256),
                          (unsigned char *)room, &size, key->rsa) != 1)
        abort();
    buf_commit(signature, size);
}

bool rsa_verify(const struct rsa_key *key, const void *bytes, size_t len, const void *signature,
                size_t signature_len)
{
    unsigned char digest[HASH_MAX];
    hash_bytes(HASH_SHA256, bytes, len, digest);
    bool is_good = signature_len == (size_t)RSA_size(key->rsa) &&
                   RSA_verify(NID_sha256, digest, (unsigned)hash_size(HASH_SHA256), signature,
                              (unsigned)signature_len, key->rsa) == 1;
    ERR_clear_error();
    return is_good;
}

void hash_random(void *out, size_t len)
{
    unsigned char *at = out;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno != EINTR)
            abort();
        at += got > 0 ? got : 0;
        len -= got > 0 ? (size_t)got : 0;
    }
}
