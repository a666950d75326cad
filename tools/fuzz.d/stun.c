/*
 * STUN at a browser's line: the bytes as a datagram, and then as the attributes of a check that is
 * signed with the right password, which no chance would find. What is answered is STUN, of the same
 * transaction.
 */
#include "media/ice.h"

#include "fuzz.d/fuzz.h"

static enum ice_what checks(const struct ice *ice, const uint8_t *bytes, size_t len)
{
    static const struct stun_address from = {.port = 7, .bytes = {127, 0, 0, 1}};
    struct stun_out answer;
    struct stun stun;
    uint8_t *copy = malloc(len + 1); /* its own, so that a byte too far is seen */
    memcpy(copy, bytes, len);
    enum ice_what what = ice_take(ice, &from, copy, len, &answer);
    assert((what == ICE_IGNORED) == (answer.len == 0));
    if (answer.len) {
        assert(stun_read(answer.bytes, answer.len, &stun) && stun.has_fingerprint);
        assert(memcmp(stun.transaction, copy + 8, STUN_TRANSACTION) == 0);
        assert(stun.class == (what == ICE_REFUSED ? STUN_ERROR : STUN_SUCCESS));
    }
    free(copy);
    return what;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t transaction[STUN_TRANSACTION] = {1};
    struct ice ice = {0};
    struct stun_out check;
    struct stun stun;
    ice_set(&ice, "ours", "secret");
    assert(checks(&ice, data, size) <= ICE_REFUSED); /* nobody told it the password */
    stun_begin(&check, STUN_REQUEST, transaction);
    size_t len = size & ~(size_t)3, room = sizeof check.bytes - check.len - 32;
    len = len < room ? len : room;
    memcpy(check.bytes + check.len, data, len);
    check.len += len;
    stun_sign(&check, "secret");
    stun_end(&check);
    checks(&ice, check.bytes, check.len);
    if (stun_read(check.bytes, check.len, &stun))
        assert(stun.unknown_count <= STUN_UNKNOWN_MAX && stun.username_len < sizeof check.bytes);
    return 0;
}
