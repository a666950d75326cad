/*
 * call: a call between simulated parties, as the tests of a product that only sees events, presence
 * and call log want it. With `does` whoever is called does that; without it his phones ring, or what
 * set-party says, or his mailbox takes it.
 *
 *   call: { from: "+13035550199", to: "102", does: answer, after: 3s, lasts: 2m }
 *   call: { from: "103", to: "+12125550100" }
 *
 * Says: call, session (the telephony session's id).
 *
 * ring-user: somebody outside calls a user; every contact that can be reached rings. What the phone
 * does then is its own; `lasts` is when the caller hangs up once it was answered.
 *
 *   ring-user: "102"
 *   ring-user: { user: "102", from: "+13035550199", name: TEST CALLER, lasts: 20s }
 *
 * Says: call, as does its event; call.start, call.answer and call.end follow.
 *
 * set-party: what happens when a phone calls a number that nobody has registered.
 *
 *   set-party: { number: "+1202555*", does: busy, after: 3s }
 *   set-party: { number: "911", plays: tone }
 *
 * Says: number, does.
 */
#include "control/verbs.h"

#include "base/text.h"

static int64_t duration(const struct verb_call *call, const char *name, int64_t otherwise)
{
    int64_t ms = otherwise;
    text_duration_ms(verb_text(call, name, ""), &ms);
    return ms;
}

static int ring(struct verb_call *call)
{
    const struct user *user = verb_user(call, "user");
    if (!user)
        return ERR_USAGE;
    struct world *world = call->world;
    const struct switch_draft draft = {
        .from = verb_text(call, "from", "+12125550100"),
        .name = verb_text(call, "name", "TEST CALLER"),
        .to = user->extension_number ? user->extension_number : "",
        .is_simulated = true,
        .plays = {.lasts_ms = duration(call, "lasts", 0)},
        .cause = journal_next(call->journal),
    };
    bool has_phone = world->phones && world->phones->can_ring(world, user);
    struct phone_call *rung = has_phone ? switch_begin(world, &draft) : NULL;
    if (!rung)
        return verb_refuse(call, verb_arg(call, "user"), "no phone of %s can be reached",
                           user->email ? user->email : user->extension_number);
    event_set_int(call->event, EVENT_CALL, (int64_t)rung->id);
    json_int(call->out, "call", (int64_t)rung->id);
    journal_hold(call->journal);
    switch_dial(world, rung, NULL);
    return ERR_OK;
}

static int make_call(struct verb_call *call)
{
    struct world *world = call->world;
    const char *from = verb_text(call, "from", "+12125550100");
    int64_t account = world->account_count ? world->accounts[0]->id : 0;
    const struct user *caller = user_by_extension(world, account, from);
    struct switch_target target;
    struct switch_callee callee = {.plays = {.after_ms = duration(call, "after", 2000)}};
    char session[CALL_ID_LEN];
    callee.is_set = party_does_named(verb_text(call, "does", ""), &callee.plays.does);
    const struct switch_draft draft = {
        .caller = caller,
        .from = caller ? NULL : from,
        .name = caller ? NULL : verb_text(call, "name", "TEST CALLER"),
        .to = verb_text(call, "to", ""),
        .is_simulated = true,
        .plays = {.lasts_ms = duration(call, "lasts", 0)},
        .gives_up_ms = duration(call, "gives-up", 0),
        .leaves_voicemail = node_bool(verb_arg(call, "voicemail"), false),
        .cause = journal_next(call->journal),
    };
    if (!switch_leads_into(world, caller, draft.to) &&
        !switch_find(world, account, draft.to, &target))
        return verb_refuse(call, verb_arg(call, "to"), "%s cannot be dialled", draft.to);
    struct phone_call *begun = switch_begin(world, &draft);
    if (!begun)
        return verb_refuse(call, verb_arg(call, "to"), "there are as many calls as there may be");
    event_set_int(call->event, EVENT_CALL, (int64_t)begun->id);
    json_int(call->out, "call", (int64_t)begun->id);
    json_str(call->out, "session", phone_session_id(begun, session));
    journal_hold(call->journal);
    switch_dial(world, begun, &callee);
    return ERR_OK;
}

const struct verb verb_call = {
    .name = "call",
    .help = "a call between simulated parties",
    .main_arg = "to",
    .args = {{"to", "text", "the number called: outside, an extension, a call queue", true},
             {"from", "text", "the number that calls, or an extension (+12125550100)", false},
             {"name", "text", "the name that goes with a number (TEST CALLER)", false},
             {"does", "answer|busy|reject|ring", "what whoever is called does", false},
             {"after", "duration", "ringing before that (2s)", false},
             {"lasts", "duration", "the caller hangs up so long after the answer", false},
             {"gives-up", "duration", "the caller waits no longer for an answer", false},
             {"voicemail", "switch", "a caller from outside talks to a mailbox", false}},
    .run = make_call,
};

const struct verb verb_ring_user = {
    .name = "ring-user",
    .help = "somebody outside calls a user",
    .main_arg = "user",
    .args = {{"user", "user", "whom", true},
             {"from", "text", "the number that calls (+12125550100)", false},
             {"name", "text", "the name that goes with it (TEST CALLER)", false},
             {"lasts", "duration", "hangs up so long after the answer; without it never", false}},
    .run = ring,
};

static int set(struct verb_call *call)
{
    struct party party = party_of(call->world, verb_text(call, "number", ""));
    party_does_named(verb_text(call, "does", ""), &party.does);
    party_plays_named(verb_text(call, "plays", ""), &party.plays);
    party.after_ms = duration(call, "after", party.after_ms);
    party.lasts_ms = duration(call, "lasts", party.lasts_ms);
    if (!party_set(call->world, verb_text(call, "number", ""), &party))
        return verb_refuse(call, verb_arg(call, "number"), "more than %d parties are set",
                           PARTIES_MAX);
    json_str(call->out, "number", verb_text(call, "number", ""));
    json_str(call->out, "does", party_does_name(party.does));
    return ERR_OK;
}

const struct verb verb_set_party = {
    .name = "set-party",
    .help = "what a number outside does when it is called",
    .args = {{"number", "text", "a number, or a pattern (1202555*)", true},
             {"does", "answer|busy|reject|ring|voicemail", "what it does", false},
             {"after", "duration", "ringing before that", false},
             {"lasts", "duration", "hangs up so long after answering; 0s: never", false},
             {"plays", "usual|echo|tone|silence|nothing", "what phones hear of it", false}},
    .run = set,
};
