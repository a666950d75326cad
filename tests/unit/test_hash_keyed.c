#include "support/cmocka_all.h"

#include "base/hash.h"

#include <string.h>

/* The reference vectors of SipHash-2-4: key 00 01 .. 0f, message 00 01 .. of growing length. */
static void sums_are_those_of_siphash_2_4(void **state)
{
    static const struct {
        size_t len;
        uint64_t want;
    } rows[] = {
        {0, 0x726fdb47dd0e0e31u},  {7, 0xab0200f58b01d137u},  {8, 0x93f5f5799a932462u},
        {15, 0xa129ca6149be45e5u}, {63, 0x958a324ceb064572u},
    };
    unsigned char bytes[64];
    uint64_t key[2];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    memcpy(key, bytes, sizeof key);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (hash_keyed(key, bytes, rows[i].len) != rows[i].want)
            fail_msg("%zu bytes: %016llx", rows[i].len,
                     (unsigned long long)hash_keyed(key, bytes, rows[i].len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_are_those_of_siphash_2_4)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
