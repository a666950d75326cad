/* Chance; see rnd.h. */
#include "rnd.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void rnd_init(struct rnd *rnd)
{
    *rnd = (struct rnd){0};
}

void rnd_init_seeded(struct rnd *rnd, uint64_t seed, uint64_t run)
{
    *rnd = (struct rnd){.is_seeded = true, .seed = seed, .run = run};
}

static void draw(struct rnd *rnd, unsigned char block[32])
{
    if (!rnd->is_seeded) {
        if (getrandom(block, 32, 0) != 32)
            abort();
        return;
    }
    char text[96];
    int len =
        snprintf(text, sizeof(text), "rc-client %llu %llu %llu", (unsigned long long)rnd->seed,
                 (unsigned long long)rnd->run, (unsigned long long)rnd->counter++);
    if (EVP_Digest(text, (size_t)len, block, NULL, EVP_sha256(), NULL) != 1)
        abort();
}

void rnd_bytes(struct rnd *rnd, unsigned char *to, size_t len)
{
    while (len > 0) {
        unsigned char block[32];
        draw(rnd, block);
        size_t part = len < sizeof(block) ? len : sizeof(block);
        memcpy(to, block, part);
        to += part;
        len -= part;
    }
}

void rnd_hex(struct rnd *rnd, char *to, size_t len)
{
    unsigned char block[32];
    for (size_t i = 0; i < len; i++) {
        if (i % 64 == 0)
            rnd_bytes(rnd, block, sizeof(block));
        unsigned nibble = block[i % 64 / 2] >> (i % 2 ? 0 : 4) & 15;
        to[i] = "0123456789abcdef"[nibble];
    }
    to[len] = '\0';
}

void rnd_uuid(struct rnd *rnd, char to[37])
{
    char hex[33];
    rnd_hex(rnd, hex, 32);
    hex[12] = '4';
    hex[16] = "89ab"[(unsigned char)hex[16] & 3];
    snprintf(to, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

uint64_t rnd_below(struct rnd *rnd, uint64_t limit)
{
    uint64_t drawn;
    rnd_bytes(rnd, (unsigned char *)&drawn, sizeof(drawn));
    return drawn % limit; /* biased by less than limit / 2^64 */
}
