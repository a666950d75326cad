/* doctor: probe everything, name what is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkup.h"
#include "command.h"
#include "text.h"

const struct option doctor_options[] = {
    {"renew", NULL, NULL, "also exchange the refresh token, to learn whether it still lives"},
    {0},
};

const char doctor_help[] =
    "Probes in order: the platform's name, connection and certificate, the clock, the grant (with\n"
    "--renew also the refresh token), the service user and its role, scopes, the company call log\n"
    "and how fresh ours is, a recording, the events' subscription, what proxies the platform\n"
    "provisions, both configured proxies, every handset. It names the diagnosis at the first "
    "broken link, with what it saw on\n"
    "the wire and the admin's remedy, and lists what else it found.\n"
    "\n"
    "Exit: 0 healthy (perhaps with advice), 1 degraded, 2 broken.\n";

static const char *remedy_of(const char *name)
{
    const struct diagnosis *known = diagnosis_find(name);
    return known ? known->remedy : "Look the raw code up with the provider.";
}

/* All names in one line, so that "this and nothing else" is one comparison. */
static void put_names(cJSON *result, const struct checkup *checkup)
{
    struct sb names = SB_MAX(4096);
    for (int i = 0; i < checkup->count; i++)
        sb_addf(&names, "%s%s", i ? ", " : "", checkup->findings[i].diagnosis);
    json_put(result, "names", checkup->count ? sb_text(&names) : "none");
    sb_done(&names);
}

/* What was asked, in order; and what was not: a refresh token shows only when it is exchanged that it
 * lives, so a password changed meanwhile may not show yet. */
static void put_probes(cJSON *result, const struct checkup *checkup)
{
    cJSON *list = cJSON_AddArrayToObject(result, "probes");
    for (int i = 0; i < checkup->probe_count; i++) {
        cJSON *probe = cJSON_CreateObject();
        json_put(probe, "probe", checkup->probes[i].name);
        cJSON_AddBoolToObject(probe, "ok", checkup->probes[i].is_ok);
        json_put(probe, "seen", checkup->probes[i].seen);
        cJSON_AddItemToArray(list, probe);
    }
    json_put_time(result, "refresh_unproven_since", checkup->unproven_since_ms);
}

int cmd_doctor(struct call *call)
{
    struct checkup *checkup = xcalloc(1, sizeof(*checkup));
    char word[160];
    checkup_run(call->client, args_has(call->args, "renew"), checkup);
    int level = checkup_level(checkup);
    bool is_healthy = level <= LEVEL_ADVICE;
    checkup_word(checkup, word, sizeof(word));
    json_put(call->result, "diagnosis", is_healthy ? "HEALTHY" : checkup->findings[0].diagnosis);
    json_put(call->result, "level", is_healthy ? "healthy" : level_text((enum level)level));
    json_put(call->result, "api_auth", word);
    put_names(call->result, checkup);
    put_probes(call->result, checkup);
    cJSON *list = cJSON_AddArrayToObject(call->result, "findings");
    for (int i = 0; i < checkup->count; i++) {
        const struct finding *finding = &checkup->findings[i];
        cJSON *object = cJSON_CreateObject();
        json_put(object, "diagnosis", finding->diagnosis);
        json_put(object, "plane", finding->plane);
        json_put(object, "level", level_text(finding->level));
        json_put(object, "evidence", finding->evidence);
        json_put(object, "remedy", remedy_of(finding->diagnosis));
        cJSON_AddItemToArray(list, object);
    }
    explicit_bzero(checkup, sizeof(*checkup));
    free(checkup);
    return is_healthy ? EXIT_OK : level == LEVEL_BROKEN ? EXIT_USAGE : EXIT_NEGATIVE;
}

void show_doctor(const cJSON *result, FILE *out)
{
    const cJSON *finding;
    const cJSON *probe;
    cJSON_ArrayForEach(probe, json_at(result, "probes"))
    {
        fprintf(out, "%-4s %-20s %s\n", json_is_true(probe, "ok") ? "ok" : "NO",
                json_text(probe, "probe", "?"), json_text(probe, "seen", ""));
    }
    fprintf(out, "%s%s (%s)\n", cJSON_GetArraySize(json_at(result, "probes")) > 0 ? "\n" : "",
            json_text(result, "diagnosis", "?"), json_text(result, "level", "?"));
    if (json_text(result, "refresh_unproven_since", NULL))
        fprintf(out,
                "The refresh token was last proven good at %s: a password changed since then may\n"
                "not show before it is exchanged again (doctor --renew does, safely).\n",
                json_text(result, "refresh_unproven_since", ""));
    cJSON_ArrayForEach(finding, json_at(result, "findings"))
    {
        fprintf(out, "\n%s  [%s, %s]\n  seen:   %s\n  remedy: %s\n",
                json_text(finding, "diagnosis", "?"), json_text(finding, "plane", "?"),
                json_text(finding, "level", "?"), json_text(finding, "evidence", ""),
                json_text(finding, "remedy", ""));
    }
}
