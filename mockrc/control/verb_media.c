/*
 * dtmf: digits are dialled at phones that are in a call, as telephone events (RFC 4733).
 *
 *   dtmf: { user: "101", digits: "12#" }
 *   dtmf: { call: 3, digits: "0" }
 *
 * Says: phones, how many dial.
 *
 * play: what phones that are in a call hear from now on: a WAV file (PCM, 8000 Hz, 16 bits, one
 * channel), or echo, tone, silence, nothing; `usual` is what they would hear without this verb. A
 * file's name counts from the scenario's folder.
 *
 *   play: { user: "101", what: greeting.wav }
 *
 * Says: phones, how many hear it.
 */
#include "control/verbs.h"

#include "base/text.h"
#include "sip/leg_media.h"
#include "world/clip.h"

#include <string.h>

typedef bool line_fn(struct verb_call *call, struct phone_leg *leg, void *arg);

/* Calls `with` for every phone that is up in the call, or of the user, or both; how many times it
 * said yes. -1: refused. */
static int each_leg(struct verb_call *call, line_fn *with, void *arg)
{
    const struct user *user = NULL;
    int64_t number = 0;
    int count = 0;
    bool has_call = node_int(verb_arg(call, "call"), &number);
    if (verb_arg(call, "user") && !(user = verb_user(call, "user")))
        return -1;
    if (!has_call && !user) {
        verb_refuse(call, call->args, "\"call\" or \"user\" says which phones");
        return -1;
    }
    if (has_call)
        event_set_int(call->event, EVENT_CALL, number);
    for (struct phone_call *at = call->world->phone_calls; at; at = at->next)
        for (struct phone_leg *leg = at->legs; leg; leg = leg->next)
            if (leg->is_phone && leg->state == LEG_UP &&
                (!has_call || at->id == (uint64_t)number) &&
                (!user || leg->party->user_id == user->id))
                count += with(call, leg, arg);
    return count;
}

static bool dial_leg(struct verb_call *call, struct phone_leg *leg, void *arg)
{
    return media_line_dial(call->world, &leg->line, arg);
}

static int dial(struct verb_call *call)
{
    const char *digits = verb_text(call, "digits", "");
    if (!*digits || digits[strspn(digits, "0123456789*#ABCD")] || strlen(digits) > MEDIA_DIGITS_MAX)
        return verb_refuse(call, verb_arg(call, "digits"),
                           "wanted up to %d of 0 to 9, *, #, A to D, saw \"%s\"", MEDIA_DIGITS_MAX,
                           digits);
    int phones = each_leg(call, dial_leg, (void *)digits);
    if (phones < 0)
        return ERR_USAGE;
    if (phones == 0)
        return verb_refuse(call, call->args, "no phone in a call takes digits");
    event_set(call->event, EVENT_DIGITS, digits);
    json_int(call->out, "phones", phones);
    return ERR_OK;
}

const struct verb verb_dtmf = {
    .name = "dtmf",
    .help = "dials digits at phones that are in a call",
    .args = {{"digits", "text", "0 to 9, *, #, A to D", true},
             {"call", "count", "the phones of this call", false},
             {"user", "user", "the phones of this user", false}},
    .run = dial,
};

struct played {
    enum media_source source;
    struct clip *clip;
    bool is_usual;
};

static bool play_leg(struct verb_call *call, struct phone_leg *leg, void *arg)
{
    const struct played *played = arg;
    media_line_play(&leg->line, played->is_usual, played->source, played->clip);
    leg_media_join(call->world->sip, leg->call);
    return leg->line.id != 0;
}

/* "greeting.wav", of the scenario's folder when a scenario asks. */
static int load(struct verb_call *call, const char *name, struct clip **ret)
{
    const char *slash = call->file ? strrchr(call->file, '/') : NULL;
    const char *path =
        *name == '/' || !slash
            ? name
            : arena_printf(call->arena, "%.*s/%s", (int)(slash - call->file), call->file, name);
    struct diag diag;
    if (clip_load(path, ret, &diag))
        return verb_refuse(call, verb_arg(call, "what"), "%s: %s", path, diag.text);
    return 0;
}

static int play(struct verb_call *call)
{
    const char *what = verb_text(call, "what", "");
    struct played played = {.is_usual = text_eq(what, "usual"), .source = MEDIA_CLIP};
    bool is_named = media_source_named(what, &played.source);
    bool is_own = played.source == MEDIA_LINE || (is_named && played.source == MEDIA_CLIP);
    if (is_own || played.source == MEDIA_RINGBACK)
        return verb_refuse(call, verb_arg(call, "what"),
                           "wanted echo, tone, silence, nothing, usual or a WAV file, saw \"%s\"",
                           what);
    if (!played.is_usual && !is_named && load(call, what, &played.clip))
        return ERR_USAGE;
    int phones = each_leg(call, play_leg, &played);
    clip_drop(played.clip);
    if (phones < 0)
        return ERR_USAGE;
    if (phones == 0)
        return verb_refuse(call, call->args, "no phone is in a call");
    event_set(call->event, EVENT_PLAYS, what);
    json_int(call->out, "phones", phones);
    return ERR_OK;
}

const struct verb verb_play = {
    .name = "play",
    .help = "what phones that are in a call hear: a WAV file, a tone, themselves",
    .args = {{"what", "text", "echo, tone, silence, nothing, usual, or a WAV file", true},
             {"call", "count", "the phones of this call", false},
             {"user", "user", "the phones of this user", false}},
    .run = play,
};
