/*
 * set-account: the provider suspends or restores the company (failures.md F039), or takes a feature
 * out of its plan (F040, F083) and gives it back.
 *
 *   set-account: { status: Disabled, reason: SuspendedInvoluntarily }
 *   set-account: { feature: AutomaticInboundCallRecording, on: false }
 *
 * The account is the fixture's first unless `account` names another by its id. Says: account,
 * status, and the feature's state.
 */
#include "control/verbs.h"

#include "base/mem.h"
#include "base/text.h"

static struct account *which(struct verb_call *call)
{
    int64_t id = 0;
    const struct node *named = verb_arg(call, "account");
    if (!named)
        return call->world->account_count ? call->world->accounts[0] : NULL;
    return node_int(named, &id) ? account_by_id(call->world, id) : NULL;
}

/* The features the platform has are few: the nearest is worth naming. */
static int refuse_feature(struct verb_call *call, const struct node *feature)
{
    const char *names[64];
    size_t count = 0;
    while (count < account_feature_count() && count < 64) {
        names[count] = account_feature_name(count);
        count++;
    }
    return verb_unknown(call->diag, call->file, feature->line, feature->col,
                        "feature: no service feature", feature->text, names, count);
}

static int run(struct verb_call *call)
{
    struct account *account = which(call);
    if (!account)
        return verb_refuse(call, verb_arg(call, "account"), "no such account: %s",
                           verb_text(call, "account", "the world has none"));
    size_t bit = 0;
    const struct node *feature = verb_arg(call, "feature"), *status = verb_arg(call, "status");
    if (feature && !account_feature_named(feature->text, &bit))
        return refuse_feature(call, feature);
    if (!feature && !status)
        return verb_refuse(call, call->args, "nothing to change: give status or feature");
    bool is_on = node_bool(verb_arg(call, "on"), true);
    if (feature && is_on)
        account->features_off &= ~((uint64_t)1 << bit);
    else if (feature)
        account->features_off |= (uint64_t)1 << bit;
    if (status) {
        account_status_named(status->text, &account->status);
        bool is_whole = account->status == ACCOUNT_CONFIRMED;
        xset(&account->status_reason, is_whole ? NULL : verb_text(call, "reason", NULL));
        account->status_cause = journal_next(call->journal);
    }
    event_set_int(call->event, EVENT_ACCOUNT, account->id);
    json_int(call->out, "account", account->id);
    json_str(call->out, "status", account_status_name(account->status));
    if (feature)
        json_bool(call->out, feature->text, is_on);
    return ERR_OK;
}

const struct verb verb_set_account = {
    .name = "set-account",
    .help = "suspend or restore the account, or switch a feature of its plan",
    .args = {{"account", "text", "its id (default: the first)", false},
             {"status", "account status", "Confirmed, Disabled ...", false},
             {"reason", "text", "why it is disabled", false},
             {"feature", "text", "a service feature (rest.md section 10)", false},
             {"on", "switch", "the feature is in the plan (default: true)", false}},
    .run = run,
};
