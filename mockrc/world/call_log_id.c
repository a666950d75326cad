/*
 * Ids of call records. Each is the record's number put through a mixing that can be undone: nothing
 * is stored, an id leads back to its record in constant time, and neighbours look unlike.
 */
#include "world/call_log_store.h"
#include "world/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a number is mixed for; each kind of id has its own key. */
enum purpose { FOR_RECORD = 1, FOR_SESSION, FOR_TELEPHONY, FOR_RECORDING };

/* Odd, so that they have an inverse modulo any power of two; the second row holds the inverses. */
static const uint64_t factors[2] = {0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u};
static const uint64_t inverses[2] = {0xf1de83e19937733du, 0x96de1b173f119089u};

/* Digits of the decimal ids: 39 bits above this give twelve of them. */
enum { DECIMAL_BITS = 39 };
static const uint64_t decimal_base = 400000000000u;

static uint64_t key_of(const struct world *world, enum purpose purpose)
{
    return (world->call_log ? world->call_log->id_key : 0) * (2u * (uint64_t)purpose + 1);
}

static uint64_t mask_of(int bits)
{
    return bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
}

/* A permutation of the numbers of `bits` bits: each step can be undone. A shift by half the width
 * or more undoes itself. */
static uint64_t scramble(uint64_t value, int bits, uint64_t key)
{
    uint64_t mask = mask_of(bits);
    value = (value + key) & mask;
    for (int i = 0; i < 2; i++) {
        value = value * factors[i] & mask;
        value ^= value >> (bits + 1) / 2;
    }
    return value;
}

static uint64_t unscramble(uint64_t value, int bits, uint64_t key)
{
    uint64_t mask = mask_of(bits);
    for (int i = 1; i >= 0; i--) {
        value ^= value >> (bits + 1) / 2;
        value = value * inverses[i] & mask;
    }
    return (value - key) & mask;
}

static bool is_number(const struct world *world, uint64_t value, uint32_t *ret_number)
{
    if (value >= call_log_count(world) || call_log_at(world, value)->is_open)
        return false;
    *ret_number = (uint32_t)value;
    return true;
}

/* The record that began a session; it may be open still while others of it are told of. */
static bool is_session(const struct world *world, uint64_t value, uint32_t *ret_number)
{
    if (value >= call_log_count(world) || call_log_at(world, value)->is_mirror ||
        call_log_at(world, value)->is_joined)
        return false;
    *ret_number = (uint32_t)value;
    return true;
}

/* Both records of an internal call have the session of the first; further ones are joined to it. */
static uint32_t session_of(const struct world *world, uint32_t number)
{
    const struct call_log *log = world->call_log;
    if (log->records[number].is_mirror)
        return number - 1;
    if (!log->records[number].is_joined)
        return number;
    size_t low = 0, high = log->join_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (log->joins[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return log->joins[low].session;
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* "Q" and 64 bits in eleven letters of the URL-safe base64 alphabet. */
char *call_log_id(const struct world *world, uint32_t number, char out[CALL_ID_LEN])
{
    uint64_t value = scramble(number, 64, key_of(world, FOR_RECORD));
    out[0] = 'Q';
    for (int i = 11; i >= 1; i--, value >>= 6)
        out[i] = letters[value & 63];
    out[12] = '\0';
    return out;
}

bool call_log_by_id(const struct world *world, const char *id, uint32_t *ret_number)
{
    uint64_t value = 0;
    if (strlen(id) != 12 || id[0] != 'Q')
        return false;
    for (int i = 1; i <= 11; i++) {
        const char *at = strchr(letters, id[i]);
        if (!at || (i == 1 && at - letters > 15)) /* eleven letters hold two bits too many */
            return false;
        value = value << 6 | (uint64_t)(at - letters);
    }
    return is_number(world, unscramble(value, 64, key_of(world, FOR_RECORD)), ret_number);
}

static char *decimal_id(const struct world *world, uint32_t number, enum purpose purpose,
                        char out[CALL_ID_LEN])
{
    snprintf(out, CALL_ID_LEN, "%" PRIu64,
             decimal_base + scramble(number, DECIMAL_BITS, key_of(world, purpose)));
    return out;
}

/* What the digits hold; UINT64_MAX, no record's number, when they are no id. */
static uint64_t decimal_value(const struct world *world, const char *id, enum purpose purpose)
{
    uint64_t value = 0;
    if (strlen(id) != 12 || strspn(id, "0123456789") != 12)
        return UINT64_MAX;
    for (; *id; id++)
        value = value * 10 + (uint64_t)(*id - '0');
    if (value - decimal_base > mask_of(DECIMAL_BITS)) /* also when below the base: it wraps */
        return UINT64_MAX;
    return unscramble(value - decimal_base, DECIMAL_BITS, key_of(world, purpose));
}

char *call_session_id(const struct world *world, uint32_t number, char out[CALL_ID_LEN])
{
    return decimal_id(world, session_of(world, number), FOR_SESSION, out);
}

bool call_by_session_id(const struct world *world, const char *id, uint32_t *ret_number)
{
    return is_session(world, decimal_value(world, id, FOR_SESSION), ret_number);
}

char *recording_id(const struct world *world, uint32_t number, char out[CALL_ID_LEN])
{
    return decimal_id(world, number, FOR_RECORDING, out);
}

bool recording_by_id(const struct world *world, const char *id, uint32_t *ret_number)
{
    uint32_t number;
    if (!is_number(world, decimal_value(world, id, FOR_RECORDING), &number) ||
        !call_log_at(world, number)->has_recording)
        return false;
    *ret_number = number;
    return true;
}

/* Eight hex digits, a z, eight more. */
static void telephony_hex(const struct world *world, uint32_t number, char out[18])
{
    uint64_t value = scramble(session_of(world, number), 64, key_of(world, FOR_TELEPHONY));
    snprintf(out, 18, "%08" PRIx32 "z%08" PRIx32, (uint32_t)(value >> 32), (uint32_t)value);
}

char *call_telephony_id(const struct world *world, uint32_t number, char out[CALL_ID_LEN])
{
    char hex[18];
    telephony_hex(world, number, hex);
    snprintf(out, CALL_ID_LEN, "s-%s", hex);
    return out;
}

char *call_party_id(const struct world *world, uint32_t number, int n, char out[CALL_ID_LEN])
{
    char hex[18];
    telephony_hex(world, number, hex);
    snprintf(out, CALL_ID_LEN, "p-%s-%d", hex, n);
    return out;
}

bool call_by_telephony_id(const struct world *world, const char *id, uint32_t *ret_number)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t value = 0;
    if (strlen(id) != 19 || strncmp(id, "s-", 2) != 0 || id[10] != 'z')
        return false;
    for (const char *at = id + 2; *at; at++) {
        if (at == id + 10)
            continue;
        const char *digit = strchr(digits, *at);
        if (!digit)
            return false;
        value = value << 4 | (uint64_t)(digit - digits);
    }
    return is_session(world, unscramble(value, 64, key_of(world, FOR_TELEPHONY)), ret_number);
}
