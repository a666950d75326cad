#include "media/stun.h"

#include "base/hash.h"

#include <string.h>

enum {
    COOKIE = 0x2112a442,
    FINGERPRINT_XOR = 0x5354554e,
    ATTRIBUTE = 4, /* the header of one */
    INTEGRITY_LEN = 20,
    FINGERPRINT_LEN = 4,
    OPTIONAL = 0x8000, /* from here on who does not know it passes it by (RFC 8489 14) */
};

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

/* The CRC of ITU-T V.42, as FINGERPRINT wants it. */
static uint32_t crc32(const uint8_t *bytes, size_t len)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* --- reading --- */

/* Port and address, taken apart with the cookie and the transaction (RFC 8489 14.2). */
static void read_address(struct stun *stun, const uint8_t *value, size_t len)
{
    bool is_v6 = len == 20 && value[1] == 2;
    if (!is_v6 && !(len == 8 && value[1] == 1))
        return;
    stun->has_address = true;
    stun->address.is_v6 = is_v6;
    stun->address.port = get16(value + 2) ^ (COOKIE >> 16);
    for (size_t i = 0; i < len - 4; i++)
        stun->address.bytes[i] = value[4 + i] ^ stun->bytes[4 + i];
}

/* False: it is broken. */
static bool read_attribute(struct stun *stun, int type, const uint8_t *value, size_t len)
{
    size_t at = (size_t)(value - stun->bytes) - ATTRIBUTE;
    switch (type) {
    case STUN_USERNAME: /* of several the first counts (RFC 8489 14) */
        stun->username_len = stun->username ? stun->username_len : len;
        stun->username = stun->username ? stun->username : (const char *)value;
        return true;
    case STUN_INTEGRITY:
        stun->integrity = at;
        return len == INTEGRITY_LEN;
    case STUN_USE_CANDIDATE:
        stun->is_nominating = true;
        return true;
    case STUN_ICE_CONTROLLED:
        stun->is_controlled = true;
        return true;
    case STUN_XOR_MAPPED_ADDRESS:
        read_address(stun, value, len);
        return true;
    case STUN_ERROR_CODE:
        stun->error = len >= 4 ? (value[2] & 7) * 100 + value[3] : 0;
        return true;
    case STUN_PRIORITY:
    case STUN_UNKNOWN:
        return true;
    }
    if (type < OPTIONAL && stun->unknown_count < STUN_UNKNOWN_MAX)
        stun->unknown[stun->unknown_count++] = (uint16_t)type;
    return true;
}

/* It is the last one, and the sum of what stands before it. */
static bool read_fingerprint(struct stun *stun, const uint8_t *value, size_t len)
{
    size_t at = (size_t)(value - stun->bytes) - ATTRIBUTE;
    stun->has_fingerprint = true;
    return len == FINGERPRINT_LEN && at + ATTRIBUTE + FINGERPRINT_LEN == stun->len &&
           get32(value) == (crc32(stun->bytes, at) ^ FINGERPRINT_XOR);
}

static bool read_attributes(struct stun *stun)
{
    size_t at = STUN_HEADER;
    while (at < stun->len) {
        int type = get16(stun->bytes + at);
        size_t len = get16(stun->bytes + at + 2), padded = (len + 3) & ~(size_t)3;
        const uint8_t *value = stun->bytes + at + ATTRIBUTE;
        if (padded > stun->len - at - ATTRIBUTE)
            return false;
        bool is_read = type == STUN_FINGERPRINT ? read_fingerprint(stun, value, len)
                       : stun->integrity        ? true /* not of what was signed */
                                                : read_attribute(stun, type, value, len);
        if (!is_read)
            return false;
        at += ATTRIBUTE + padded;
    }
    return true;
}

bool stun_read(const uint8_t *bytes, size_t len, struct stun *ret)
{
    if (len < STUN_HEADER || bytes[0] & 0xc0 || get32(bytes + 4) != COOKIE)
        return false;
    size_t body = get16(bytes + 2);
    if (body % 4 || body != len - STUN_HEADER)
        return false;
    unsigned type = get16(bytes);
    /* The bits of class and method are mixed (RFC 8489 figure 3). */
    *ret = (struct stun){
        .bytes = bytes,
        .len = len,
        .class = (enum stun_class)((type >> 7 & 2) | (type >> 4 & 1)),
        .method = (int)((type >> 2 & 0xf80) | (type >> 1 & 0x70) | (type & 0xf)),
        .transaction = bytes + 8,
    };
    return read_attributes(ret);
}

/* Signed is what stands before, with a length that ends behind the signature (RFC 8489 14.5). */
static void sign(const uint8_t *bytes, size_t len, const char *password, uint8_t ret[INTEGRITY_LEN])
{
    unsigned char sum[HASH_MAX];
    struct buf said;
    uint8_t head[STUN_HEADER];
    memcpy(head, bytes, sizeof head);
    put16(head + 2, (unsigned)(len - STUN_HEADER + ATTRIBUTE + INTEGRITY_LEN));
    buf_init(&said, len);
    buf_add(&said, head, sizeof head);
    buf_add(&said, bytes + STUN_HEADER, len - STUN_HEADER);
    hash_hmac_sha1(password, strlen(password), said.data, said.len, sum);
    memcpy(ret, sum, INTEGRITY_LEN);
    buf_done(&said);
}

bool stun_is_signed(const struct stun *stun, const char *password)
{
    uint8_t sum[INTEGRITY_LEN], differs = 0;
    if (!stun->integrity)
        return false;
    sign(stun->bytes, stun->integrity, password, sum);
    const uint8_t *said = stun->bytes + stun->integrity + ATTRIBUTE;
    for (int i = 0; i < INTEGRITY_LEN; i++)
        differs |= (uint8_t)(sum[i] ^ said[i]);
    return !differs;
}

/* --- writing --- */

void stun_begin(struct stun_out *out, enum stun_class class,
                const uint8_t transaction[STUN_TRANSACTION])
{
    memset(out, 0, sizeof *out);
    put16(out->bytes, STUN_BINDING | ((unsigned)class & 2) << 7 | ((unsigned)class & 1) << 4);
    put32(out->bytes + 4, COOKIE);
    memcpy(out->bytes + 8, transaction, STUN_TRANSACTION);
    out->len = STUN_HEADER;
}

void stun_add(struct stun_out *out, int attribute, const void *value, size_t len)
{
    size_t padded = (len + 3) & ~(size_t)3;
    if (ATTRIBUTE + padded > sizeof out->bytes - out->len)
        return;
    uint8_t *at = out->bytes + out->len;
    put16(at, (unsigned)attribute);
    put16(at + 2, (unsigned)len);
    if (len)
        memcpy(at + ATTRIBUTE, value, len);
    out->len += ATTRIBUTE + padded;
    put16(out->bytes + 2, (unsigned)(out->len - STUN_HEADER));
}

void stun_add_address(struct stun_out *out, const struct stun_address *address)
{
    uint8_t value[20] = {0, address->is_v6 ? 2 : 1};
    size_t len = address->is_v6 ? 16 : 4;
    put16(value + 2, address->port ^ (COOKIE >> 16));
    for (size_t i = 0; i < len; i++)
        value[4 + i] = address->bytes[i] ^ out->bytes[4 + i];
    stun_add(out, STUN_XOR_MAPPED_ADDRESS, value, 4 + len);
}

void stun_add_error(struct stun_out *out, int code, const char *reason)
{
    uint8_t value[4 + 64] = {0, 0, (uint8_t)(code / 100), (uint8_t)(code % 100)};
    size_t len = strlen(reason);
    if (len > sizeof value - 4)
        len = sizeof value - 4;
    memcpy(value + 4, reason, len);
    stun_add(out, STUN_ERROR_CODE, value, 4 + len);
}

void stun_sign(struct stun_out *out, const char *password)
{
    uint8_t sum[INTEGRITY_LEN];
    sign(out->bytes, out->len, password, sum);
    stun_add(out, STUN_INTEGRITY, sum, sizeof sum);
}

void stun_end(struct stun_out *out)
{
    uint8_t sum[FINGERPRINT_LEN];
    put16(out->bytes + 2, (unsigned)(out->len - STUN_HEADER + ATTRIBUTE + FINGERPRINT_LEN));
    put32(sum, crc32(out->bytes, out->len) ^ FINGERPRINT_XOR);
    stun_add(out, STUN_FINGERPRINT, sum, sizeof sum);
}
