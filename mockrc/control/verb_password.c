/*
 * rotate-password: the provider's user gets another password.
 *
 *   rotate-password: superadmin
 *   rotate-password: { user: superadmin, password: "N3w-one", sessions: lazily }
 *
 * Without `password` a new one is made from the seed and said back (`password`). `sessions` tells
 * what becomes of the user's grants: `at-once` they end now, `lazily` their access tokens live on
 * and the next refresh is refused; the knob oauth.password_change.mode says which when it is not
 * given. A lock-out is not lifted by it (failures.md F016). Says: user, password, sessions,
 * sessions_ended.
 */
#include "control/verbs.h"

#include "base/text.h"
#include "world/password.h"

#include <stdio.h>

/* The platform asks for upper and lower case, a digit and a sign: the tail sees to it. */
static void make_password(struct world *world, char out[24])
{
    char word[17];
    snprintf(out, 24, "%s-Aa1", id_hex(&world->ids, word, 16));
}

static bool ends_lazily(struct verb_call *call)
{
    const char *how = verb_text(call, "sessions", NULL);
    if (how)
        return text_eq(how, "lazily");
    return password_is_lazy(call->world);
}

static int run(struct verb_call *call)
{
    struct user *user = verb_user(call, "user");
    if (!user)
        return ERR_USAGE;
    if (user->type != USER_USER)
        return verb_refuse(call, verb_arg(call, "user"), "%s is a %s, which has no password",
                           user->name, user_type_name(user->type));
    char made[24];
    const char *password = verb_text(call, "password", NULL);
    if (!password)
        make_password(call->world, made);
    bool is_lazy = ends_lazily(call);
    size_t ended = password_set(call->world, user, password ? password : made, is_lazy,
                                journal_next(call->journal));
    json_str(call->out, "user", user->email);
    if (!password)
        json_str(call->out, "password", made);
    json_str(call->out, "sessions", is_lazy ? "lazily" : "at-once");
    json_int(call->out, "sessions_ended", (int64_t)ended);
    char words[80];
    snprintf(words, sizeof words, "%zu session%s %s", ended, ended == 1 ? "" : "s",
             is_lazy ? "will be refused at the next refresh" : "ended");
    event_set(call->event, EVENT_REASON, words);
    return ERR_OK;
}

const struct verb verb_rotate_password = {
    .name = "rotate-password",
    .help = "give a user another password",
    .main_arg = "user",
    .args = {{"user", "user", "whose", true},
             {"password", "secret", "the new one; without it one is made and said back", false},
             {"sessions", "at-once|lazily",
              "what becomes of the user's grants (default: the knob oauth.password_change.mode)",
              false}},
    .run = run,
};
