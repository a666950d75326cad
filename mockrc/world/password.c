#include "world/password.h"

#include "base/hash.h"
#include "base/mem.h"
#include "world/world.h"

#include <ctype.h>
#include <string.h>

/* Does b follow a as in "1234" or "aBcd"? */
static bool is_next(char a, char b)
{
    return isalnum((unsigned char)b) && tolower((unsigned char)b) == tolower((unsigned char)a) + 1;
}

/* Three of the same, or four that count up. */
static bool has_run(const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 2; i < len; i++) {
        if (text[i] == text[i - 1] && text[i] == text[i - 2])
            return true;
        if (i >= 3 && is_next(text[i - 3], text[i - 2]) && is_next(text[i - 2], text[i - 1]) &&
            is_next(text[i - 1], text[i]))
            return true;
    }
    return false;
}

static bool holds(const char *text, const char *part)
{
    return part && strlen(part) >= 3 && strcasestr(text, part);
}

const char *password_fault(const struct user *user, const char *password)
{
    size_t len = strlen(password), letters = 0, digits = 0, others = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)password[i];
        letters += isalpha(c) != 0;
        digits += isdigit(c) != 0;
        others += isupper(c) || !isalnum(c);
    }
    if (len < 8 || len > 32)
        return "It must have 8 to 32 characters.";
    if (!letters || !digits || !others)
        return "It needs a letter, a digit, and a capital or special character.";
    if (has_run(password))
        return "It must not hold runs such as 1234 or abcd, nor one character three times.";
    if (holds(password, user->first_name) || holds(password, user->last_name))
        return "It must not hold your name.";
    if (user->password && hash_same(user->password, password))
        return "It must differ from the old one.";
    return NULL;
}

bool password_is_lazy(const struct world *world)
{
    return world->knobs.oauth_password_change_mode == KNOB_PASSWORD_AT_REFRESH;
}

size_t password_set(struct world *world, struct user *user, const char *password, bool is_lazy,
                    uint64_t cause)
{
    xset(&user->password, password);
    user->password_changed_ms = clock_now(world);
    user->password_cause = cause;
    user->must_change_password = false;
    notice_put(world, &(struct notice){.kind = NOTICE_EXTENSION_CHANGED,
                                       .user = user,
                                       .hints = HINT_PASSWORD,
                                       .cause = cause});
    return session_end_user(world, user->id, SESSION_PASSWORD_CHANGED, is_lazy, cause);
}
