#include "base/id.h"

#include <string.h>

static uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void id_init(struct id *id, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        id->state[i] = mix(&seed);
}

void id_fork(struct id *fork, uint64_t seed, const char *name)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211u;
    id_init(fork, seed ^ hash);
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t id_next(struct id *id)
{
    uint64_t *s = id->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t id_below(struct id *id, uint64_t below)
{
    return below ? (uint64_t)(((unsigned __int128)id_next(id) * below) >> 64) : 0;
}

double id_unit(struct id *id)
{
    return (double)(id_next(id) >> 11) * 0x1.0p-53;
}

static char *letters(struct id *id, char *out, size_t len, const char *alphabet, int bits)
{
    uint64_t word = 0;
    int left = 0;
    for (size_t i = 0; i < len; i++) {
        if (left < bits) {
            word = id_next(id);
            left = 64;
        }
        out[i] = alphabet[word & ((1u << bits) - 1)];
        word >>= bits;
        left -= bits;
    }
    out[len] = '\0';
    return out;
}

char *id_hex(struct id *id, char *out, size_t len)
{
    return letters(id, out, len, "0123456789abcdef", 4);
}

char *id_word(struct id *id, char *out, size_t len)
{
    return letters(id, out, len, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                   6);
}

char *id_uuid(struct id *id, char out[ID_UUID_LEN])
{
    id_hex(id, out, ID_UUID_LEN - 1);
    out[8] = out[13] = out[18] = out[23] = '-';
    out[14] = '4';
    out[19] = "89ab"[id_next(id) & 3];
    return out;
}
