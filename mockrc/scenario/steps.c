#include "scenario/step.h"

#include "base/text.h"
#include "scenario/expect.h"
#include "scenario/run.h"

#include <stdio.h>

/* Arguments that every client step takes. */
static const struct verb_arg common[] = {
    {"profile", "good|naive", "a client that probes, or one that believes what it stored", false},
    {"refresh", "proactive|lazy|off", "when it renews its access token", false},
    {"failover", "yes|no", "whether it tries the secondary proxy", false},
    {"sip_timeout_ms", "count", "how long it waits for a silent proxy (default 500)", false},
    {"ws_timeout_ms", "count", "how long it waits for a silent WebSocket gateway (default 250)",
     false},
    {"max_wait", "count", "seconds a rate limit may hold it (default 0)", false},
    {"weak", "text", "faults it suffers from (rc-client weak lists them)", false},
    {"skew", "text", "how far its clock is ahead, as 20m; behind with - before it", false},
    {"node", "text", "a second rc-client on the same store, by a name (default: the first)", false},
    {NULL, NULL, NULL, false},
};

#define PLANE(name_, path_)                                                                        \
    {                                                                                              \
        .name = name_, .path = "planes/" path_ "/state", .help = "good, bad, unknown, not used"    \
    }

/* THE table. */
static const struct step_kind kinds[] = {
    {.name = "expect",
     .help = "what must have happened since the last expectation: keys of the journal's events",
     .is_wish = true,
     .check = expect_check,
     .play = expect_play},
    {.name = "explain",
     .help = "mockrc explain: the name of what is broken, as the provider sees it, or HEALTHY",
     .is_wish = true,
     .check = explain_check,
     .play = explain_play},
    {.name = "note", .help = "told, not done", .check = run_check_note, .play = run_note},
    {.name = "connect",
     .help = "fill in Platform Settings",
     .cmd = "connect",
     .op = "client.connect",
     .args = {{"domain", "text", "SIP Domain (default, the first time: the account's)", false},
              {"proxy", "text", "Outbound Proxy (default, the first time: proxy a)", false},
              {"secondary", "any text", "Secondary Outbound Proxy; \"\" blanks it", false},
              {"recording", "yes|no", "Enable Recording", false},
              {"transport", "udp|tcp|tls", "how handsets reach the proxies", false},
              {"base_url", "text", "the platform's API (default: this provider)", false},
              {"ca_file", "text", "certificates to trust in place of the system's: ${ca_file}",
               false},
              {"dns", "any text", "name server for the proxies' names (default: ${dns}, if any)",
               false},
              {"client_id", "text", "the app (default: the one with a secret)", false},
              {"client_secret", "any text", "its secret", false},
              {"redirect_uri", "text", "its redirect URI", false},
              {"brand", "text", "1210 or 6010 (default: the account's)", false}},
     .results = {{"pending", "pending", "settings wait for Save", false},
                 {"warnings", "warnings", "what the form warned of", false}},
     .play = run_client},
    {.name = "authenticate",
     .help = "walk the provider's login and consent pages",
     .cmd = "authenticate",
     .op = "client.authenticate",
     .main = "as",
     .args = {{"as", "user", "who logs in, with the password that is right at that moment", false},
              {"username", "text", "typed instead", false},
              {"password", "secret", "typed instead of the right one", false},
              {"extension", "text", "typed beside a phone number", false},
              {"decline", "switch", "press Decline on the consent page", false}},
     .results = {{"authorized", "authorized", "a grant came", false},
                 {"error", "error", "the error word that came instead", false},
                 {"code", "code", "the platform's error code", false},
                 {"diagnosis", "diagnosis", "what the client makes of it", false},
                 {"owner", "owner", "who authorized", false},
                 {"scope", "scope", "what was granted", false},
                 {"warnings", "warnings", "what it warned of", false}},
     .play = run_client},
    {.name = "save",
     .help = "Save, and OK in Confirm Changes",
     .cmd = "save",
     .op = "client.save",
     .args = {{"cancel", "switch", "Cancel in Confirm Changes instead", false},
              {"accept_account", "switch", "even when another account authorized", false}},
     .results = {{"saved", "saved", "the window closed with OK", false},
                 {"changes", "changes/field", "a field that Confirm Changes listed", false}},
     .play = run_client},
    {.name = "sync",
     .help = "read the call log into the client's store",
     .cmd = "sync",
     .op = "client.sync",
     .may_fail = true,
     .args = {{"days", "count", "how far back the first run goes (default 7)", false},
              {"per_page", "count", "records per request (default 1000)", false}},
     .results = {{"complete", "complete", "everything was read", false},
                 {"records", "records", "records read", false},
                 {"new", "new", "of them not seen before", false},
                 {"deleted", "deleted", "of them gone at the platform", false},
                 {"recordings", "recordings", "of them with a recording", false},
                 {"pending", "recordings_pending", "recordings that are not ready yet", false},
                 {"missing", "recordings_missing", "recordings that never came", false},
                 {"pages", "pages", "requests that took", false},
                 {"stored", "stored", "records in the client's store", false},
                 {"way", "way", "how the last part was read: dates, changes", false},
                 {"reset", "reset", "why the sync token was given up", false},
                 {"http_status", "http_status", "status of the answer that stopped it", false},
                 {"error_code", "error_code", "its error code", false}},
     .play = run_client},
    {.name = "status",
     .help = "API Auth Status as the client shows it",
     .cmd = "status",
     .op = "client.status",
     .may_fail = true,
     .main = "api_auth",
     .args = {{"stored", "switch", "from the last probes, without asking anybody", false}},
     .results = {{"api_auth", "api_auth", "the words of the status", false},
                 {"owner", "owner", "who authorized", false},
                 {"unsaved", "unsaved", "a newer authorization waits for Save", false},
                 PLANE("oauth", "oauth"),
                 PLANE("rest", "rest"),
                 PLANE("events", "events"),
                 PLANE("recordings", "recording"),
                 PLANE("primary", "sip.primary"),
                 PLANE("secondary", "sip.secondary"),
                 PLANE("handset", "handset")},
     .play = run_client},
    {.name = "events",
     .help = "subscribe to telephony events, and take in what came",
     .cmd = "events",
     .op = "client.events",
     .may_fail = true,
     .args = {{"transport", "webhook|websocket", "how they come (webhook)", false},
              {"hook_url", "text", "the address that webhooks are to come to (its own)", false},
              {"poll", "count", "read the call log too when that is so old, in seconds (300)",
               false},
              {"end", "switch", "end the subscription instead", false}},
     .results = {{"subscription", "subscription",
                  "created, kept, renewed, replaced, recovered, ended", false},
                 {"lost", "lost", "what was wrong with the one replaced", false},
                 {"diagnosis", "diagnosis", "what the client makes of a refusal", false},
                 {"error_code", "error_code", "the refusal's error code", false},
                 {"received", "received", "notifications that came, ever", false},
                 {"duplicates", "duplicates", "of them twice", false},
                 {"late", "late", "of them after a newer one", false},
                 {"calls", "calls", "calls that are up, as they tell", false},
                 {"ghosts", "ghosts", "calls whose end was not told, ever", false},
                 {"polled", "polled", "new records of the poll that was due", false},
                 {"backfilled", "backfilled", "records read for what was missed", false}},
     .play = run_client},
    {.name = "handsets",
     .help = "register the handsets through the outbound proxies",
     .cmd = "handsets",
     .op = "client.handsets",
     .may_fail = true,
     .args = {{"reload", "switch", "read the devices from the platform again", false},
              {"unregister", "switch", "take the registrations back", false}},
     .results = {{"registered", "registered", "how many are registered", false},
                 {"total", "total", "how many there are", false},
                 {"through", "handsets/proxy", "primary, secondary or none, for every one", true},
                 {"answer", "handsets/answer", "what the proxy said, for every one", true}},
     .play = run_client},
    {.name = "phone",
     .help = "one handset plays: registers, calls, talks, hangs up",
     .cmd = "phone",
     .op = "client.phone",
     .may_fail = true,
     .args = {{"extension", "text", "whose handset (default: the first one)", false},
              {"to", "text", "the number to call", false},
              {"do", "text", "register,call,talk,hangup ... (default: register,keep)", false},
              {"for", "count", "seconds that talk talks and keep keeps, in real time", false},
              {"for_ms", "count", "the same in milliseconds", false}},
     .results = {{"reached", "steps/reached", "for every thing it did", true},
                 {"audio", "audio", "both, sent only, heard only, none", false},
                 {"diagnosis", "diagnosis",
                  "RTP_ONE_WAY, SDP_NOT_ACCEPTABLE (the call got 488), DIALOG_ORPHANED (481)",
                  false}},
     .play = run_client},
    {.name = "diagnose",
     .help = "rc-client doctor: the name of the first broken link, or HEALTHY",
     .cmd = "doctor",
     .op = "client.doctor",
     .main = "diagnosis",
     .args = {{"renew", "switch", "also exchange the refresh token", false}},
     .results = {{"diagnosis", "diagnosis", "the name", false},
                 {"level", "level", "healthy, degraded, broken", false},
                 {"also", "findings/diagnosis", "a name anywhere among the findings", false},
                 {"only", "names", "all names found, commas between; none", false},
                 {"plane", "findings/plane", "a plane anywhere among the findings", false},
                 {"api_auth", "api_auth", "the words of the good status", false}},
     .check = run_check_diagnose,
     .play = run_client},
};

size_t step_kind_count(void)
{
    return sizeof kinds / sizeof *kinds;
}

const struct step_kind *step_kind_at(size_t i)
{
    return &kinds[i];
}

const struct step_kind *step_kind_named(const char *name)
{
    for (size_t i = 0; i < step_kind_count(); i++)
        if (text_eq(kinds[i].name, name))
            return &kinds[i];
    return NULL;
}

const struct verb_arg *step_common_args(void)
{
    return common;
}

const struct step_result *step_result_named(const struct step_kind *kind, const char *name)
{
    for (size_t i = 0; i < STEP_RESULTS_MAX && kind->results[i].name; i++)
        if (text_eq(kind->results[i].name, name))
            return &kind->results[i];
    return NULL;
}

static const struct verb_arg *arg_named(const struct step_kind *kind, const char *name)
{
    for (size_t i = 0; i < STEP_ARGS_MAX && kind->args[i].name; i++)
        if (text_eq(kind->args[i].name, name))
            return &kind->args[i];
    for (size_t i = 0; kind->cmd && common[i].name; i++)
        if (text_eq(common[i].name, name))
            return &common[i];
    return NULL;
}

static int refuse_word(const struct step *step, const struct node *at, const char *file,
                       struct diag *diag)
{
    const char *names[STEP_ARGS_MAX + STEP_RESULTS_MAX + 8] = {"expect"};
    size_t count = 1;
    const struct step_kind *kind = step->kind;
    for (size_t i = 0; i < STEP_ARGS_MAX && kind->args[i].name; i++)
        names[count++] = kind->args[i].name;
    for (size_t i = 0; i < STEP_RESULTS_MAX && kind->results[i].name; i++)
        names[count++] = kind->results[i].name;
    for (size_t i = 0; common[i].name; i++)
        names[count++] = common[i].name;
    char what[64];
    snprintf(what, sizeof what, "%s: unknown word", step->name);
    return verb_unknown(diag, file, at->key_line, at->key_col, what, at->key, names, count);
}

/* An argument's value, or a result's wish. */
static int check_word(const struct step *step, const char *name, const struct node *value,
                      const char *file, struct diag *diag)
{
    const struct verb_arg *arg = arg_named(step->kind, name);
    if (arg && text_eq(arg->wants, "any text"))
        return value->kind < NODE_LIST
                   ? 0
                   : diag_set(diag, ERR_USAGE, file, value->line, value->col,
                              "%s: wanted text, saw %s", name, node_kind_name(value));
    if (arg)
        return verb_arg_check(arg, value, file, diag);
    if (value->kind != NODE_MAP && (value->kind != NODE_LIST || value->first))
        return 0;
    return diag_set(diag, ERR_USAGE, file, value->line, value->col,
                    "%s: wanted a value or a list of values, saw %s", name,
                    value->kind == NODE_LIST ? "an empty list" : node_kind_name(value));
}

static int check_map(const struct step *step, const char *file, struct diag *diag)
{
    int err = 0;
    for (const struct node *word = step->args->first; word && !err; word = word->next) {
        if (text_eq(word->key, "expect"))
            err = word->kind == NODE_MAP && word->first
                      ? 0
                      : diag_set(diag, ERR_USAGE, file, word->line, word->col,
                                 "expect: wanted a map of path: value, saw %s",
                                 word->kind == NODE_MAP ? "an empty one" : node_kind_name(word));
        else if (arg_named(step->kind, word->key) || step_result_named(step->kind, word->key))
            err = check_word(step, word->key, word, file, diag);
        else
            err = refuse_word(step, word, file, diag);
    }
    return err;
}

int step_check(const struct step *step, const char *file, struct diag *diag)
{
    const struct node *args = step->args;
    int err = 0;
    if (!step->kind->cmd)
        return step->kind->check(step, file, diag);
    if (args->kind == NODE_MAP)
        err = check_map(step, file, diag);
    else if (args->kind != NODE_NULL && step->kind->main && args->kind != NODE_LIST)
        err = check_word(step, step->kind->main, args, file, diag);
    else if (args->kind != NODE_NULL)
        err = diag_set(diag, ERR_USAGE, file, args->line, args->col, "%s: wanted a map, saw %s",
                       step->name, node_kind_name(args));
    return err || !step->kind->check ? err : step->kind->check(step, file, diag);
}

bool step_asserts(const struct step *step)
{
    const struct node *args = step->args;
    if (!step->kind)
        return false;
    if (!step->kind->cmd)
        return step->kind->is_wish;
    if (args->kind != NODE_MAP)
        return args->kind != NODE_NULL && step_result_named(step->kind, step->kind->main);
    for (const struct node *word = args->first; word; word = word->next)
        if (text_eq(word->key, "expect") || step_result_named(step->kind, word->key))
            return true;
    return false;
}
