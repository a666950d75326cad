#include "media/ice.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

void ice_set(struct ice *ice, const char *ufrag, const char *pwd)
{
    if (text_eq(ice->now.ufrag, ufrag) && text_eq(ice->now.pwd, pwd))
        return;
    ice->before = ice->now;
    snprintf(ice->now.ufrag, sizeof ice->now.ufrag, "%s", ufrag);
    snprintf(ice->now.pwd, sizeof ice->now.pwd, "%s", pwd);
}

/* "ours:theirs" (RFC 8445 7.3): only ours is known before the phone's description has come. */
static bool is_name(const struct stun *stun, const struct ice_words *words)
{
    size_t len = strlen(words->ufrag);
    return len > 0 && stun->username_len > len && stun->username[len] == ':' &&
           memcmp(stun->username, words->ufrag, len) == 0;
}

/* Whose password signs it; NULL: nobody's. */
static const struct ice_words *words_of(const struct ice *ice, const struct stun *stun)
{
    const struct ice_words *all[] = {&ice->now, &ice->before};
    for (size_t i = 0; i < 2; i++)
        if (is_name(stun, all[i]) && stun_is_signed(stun, all[i]->pwd))
            return all[i];
    return NULL;
}

/* Signed only when the phone has shown that it knows the password (RFC 8489 9.1.3). */
static enum ice_what refuse(struct stun_out *answer, const struct stun *stun, int code,
                            const char *reason, const struct ice_words *words)
{
    stun_begin(answer, STUN_ERROR, stun->transaction);
    stun_add_error(answer, code, reason);
    uint8_t unknown[2 * STUN_UNKNOWN_MAX];
    for (size_t i = 0; i < stun->unknown_count; i++) {
        unknown[2 * i] = (uint8_t)(stun->unknown[i] >> 8);
        unknown[2 * i + 1] = (uint8_t)stun->unknown[i];
    }
    if (code == 420)
        stun_add(answer, STUN_UNKNOWN, unknown, 2 * stun->unknown_count);
    if (words)
        stun_sign(answer, words->pwd);
    stun_end(answer);
    return ICE_REFUSED;
}

/* In the order of RFC 8489 sections 6.3 and 9.1.3, then RFC 8445 7.3.1.1. */
enum ice_what ice_take(const struct ice *ice, const struct stun_address *from, const uint8_t *bytes,
                       size_t len, struct stun_out *answer)
{
    struct stun stun;
    answer->len = 0;
    if (!stun_read(bytes, len, &stun) || stun.class != STUN_REQUEST ||
        stun.method != STUN_BINDING || !stun.has_fingerprint)
        return ICE_IGNORED;
    if (!stun.integrity || !stun.username)
        return refuse(answer, &stun, 400, "Bad Request", NULL);
    const struct ice_words *words = words_of(ice, &stun);
    if (!words)
        return refuse(answer, &stun, 401, "Unauthenticated", NULL);
    if (stun.unknown_count)
        return refuse(answer, &stun, 420, "Unknown Attribute", words);
    if (stun.is_controlled) /* so are we, always */
        return refuse(answer, &stun, 487, "Role Conflict", words);
    stun_begin(answer, STUN_SUCCESS, stun.transaction);
    stun_add_address(answer, from);
    stun_sign(answer, words->pwd);
    stun_end(answer);
    return stun.is_nominating ? ICE_NOMINATED : ICE_CHECKED;
}
