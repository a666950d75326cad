#include "world/keyring.h"

#include "base/mem.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

/* PUBLIC TEST KEY. Everybody can read it here: never use it, or trust it, for anything real. */
static const char test_key[] = "-----BEGIN PRIVATE KEY-----\n"
                               "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC8qNGxD7gBKFDa\n"
                               "Nil8zJzcMTh1d07TQPEX5dBcD7rz1awGKiiM3pMC6/1gJu4eiFpKBCDyKUz2+8mM\n"
                               "z50gdZojqgNH70hrvUIuYSZnvHva8OySs7YykhXi7MFkbWSQZrXarL4v/KqtDUPc\n"
                               "eDA6MWmNLRBvgy6R/PGaDDI7OAGd3vMFA8QTGl7ai6Ftk1wLjyxbxVwgXyxZrXaK\n"
                               "5Y5BXJD2Hm50mN8V2xaSDRe9lGF3UP6+kxNR/55blB4elax7v+dw6DzNE+/59TTW\n"
                               "RqQWRsoKl4A83L/SllYfGwrEO7Vst6p1RHONTYeLhdamNiN1L41tUt/PpL4CmhUj\n"
                               "0lLgyXdjAgMBAAECggEAGRJgZ6T8oZ6/e/hltBGnKPYbmDTGU3nWcIQYmBt5D22O\n"
                               "gnU41VvA8sr07cHOtF0PjrWUwUnu0gXtJ5rxuT4XwXSXIgixOaw5rts3VOLuHM8W\n"
                               "yXo7lOXoJbOsEdId4rjboxeA4PS1o/DW22ZXlmw5qErcW811s24Hl57WUBtlz5p2\n"
                               "MvOBlArquKF6tgfz6oSyYYziOloN0osJ3Aq/xqjCERP1k72XGCGDM91GqdBAqJiS\n"
                               "av2k07HLVSroSBNfJ/vVieZ07hAiykXLieM5DrDQPIN6H+E1pQQ4PgKVo33G6BpY\n"
                               "zAyDxf7CJKrWO6wooS+5ERV2BzoxyQv8xu93BiWaRQKBgQD1O9Qke2mV/LAzcS3m\n"
                               "5yGcVcbl08uxQkz4gfDs23DaLhqO2h7dK7zZPBeEEnpumoJdB/OQViyfesp9sBPF\n"
                               "w96NEeZIxqW6YXftUN+nLDsUnGEu1pH9TYajrxDGw/+DHJSfZ3qnCytwIgA+fD8w\n"
                               "QkTa1+RE3KvqkzsnDBhUAswbxQKBgQDE8Sec5tEyk+1ogPgwoKtwLu5RKymWNCRq\n"
                               "Xlq0I5ROg4c6IOqHi06nsttqg+hzjOUd+KNtInU+x63DcIBsvaRCM/njyOibX01r\n"
                               "CZNnFcHYhDEnyHSZr5yovu+/pCJRnszhRkXX5d0DbVBszwZ5tOmaRDuIA6zq6cGM\n"
                               "pE6b1pQxBwKBgQDu0uU24jlhqESw1Hgvdsh0x9R73ldwuXDcUy+ee9bbpCqZFDMa\n"
                               "kY3IwYzlQlmZfT+X+jZpSoMKjTrGTMP0xVvnZpcuKMcdS+7PXwNwetLOr7y1MKHc\n"
                               "XbPRlJxx9k7QEPVsiAoaw/X5riMutzGSffcwaTAVIBMMz3W8ATtwFYlRQQKBgE1U\n"
                               "/F8J639WwtRUQCCoFml4pC/PKQdH9jymTCuMBQJHd2QF5NHQi9Qh0TKkFTS6UIVS\n"
                               "Sqnh6/P46Gxj0qngVY2BZ1BgZaYM6BNtsSm7S2C/l6WtesuWP4erYez4gFlYZ87V\n"
                               "jztVkVF1LS1spXhI56mhvVaNSur7Wvrk0dEzkwElAoGAMwyBUHIEKotODP6gTQT4\n"
                               "nkxUq7EOdex5/TIh+oZqhXq9/vLtNLy0tBMdxEBkrULflb7TrpObEwNvbkHhaOlo\n"
                               "XTWpm3RNTb1uRxPssaMwiOslmQCmceszUPjn35RgPAT3ofdql+oVjIdB/WQkVgk4\n"
                               "/Ds7HEOBCQcQQEYfWgD4QPA=\n"
                               "-----END PRIVATE KEY-----\n";

struct known {
    UT_hash_handle hh;
    struct jwt_credential *credential;
    int64_t expires_ms;
    char assertion[];
};

struct keyring {
    struct rsa_key *key;
    struct known *known; /* oldest first */
};

static struct keyring *keyring_of(struct world *world)
{
    if (!world->keyring)
        world->keyring = xcalloc(1, sizeof *world->keyring);
    return world->keyring;
}

const struct rsa_key *keyring_key(struct world *world)
{
    struct keyring *keyring = keyring_of(world);
    if (!keyring->key)
        keyring->key = rsa_key_from_pem(test_key);
    assert(keyring->key);
    return keyring->key;
}

const char *keyring_key_id(void)
{
    return "mockrc-public-test-key-1";
}

static struct known *find(const struct world *world, const char *assertion)
{
    struct known *known = NULL;
    if (world->keyring)
        HASH_FIND(hh, world->keyring->known, assertion, (unsigned)strlen(assertion), known);
    return known;
}

struct jwt_credential *keyring_recall(const struct world *world, const char *assertion,
                                      int64_t *ret_expires_ms)
{
    const struct known *known = find(world, assertion);
    if (!known)
        return NULL;
    *ret_expires_ms = known->expires_ms;
    return known->credential;
}

static void known_free(struct keyring *keyring, struct known *known)
{
    HASH_DEL(keyring->known, known);
    free(known);
}

void keyring_note(struct world *world, const char *assertion, struct jwt_credential *credential,
                  int64_t expires_ms)
{
    struct keyring *keyring = keyring_of(world);
    struct known *known = find(world, assertion);
    if (known)
        known_free(keyring, known);
    else if (HASH_COUNT(keyring->known) >= KEYRING_ASSERTIONS_MAX)
        known_free(keyring, keyring->known);
    size_t len = strlen(assertion);
    known = xcalloc(1, sizeof *known + len + 1);
    known->credential = credential;
    known->expires_ms = expires_ms;
    memcpy(known->assertion, assertion, len);
    HASH_ADD(hh, keyring->known, assertion[0], (unsigned)len, known);
}

void keyring_done(struct world *world)
{
    struct keyring *keyring = world->keyring;
    if (!keyring)
        return;
    while (keyring->known)
        known_free(keyring, keyring->known);
    rsa_key_free(keyring->key);
    free(keyring);
    world->keyring = NULL;
}
