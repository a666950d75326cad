/* A grant as data; see grant.h. */
#include "grant.h"

#include <string.h>

#include "json.h"
#include "oauth.h"
#include "text.h"

/* rest.md section 4: what includes what, followed until nothing new is found. */
static const struct {
    const char *scope, *includes;
} inclusions[] = {
    {"EditExtensions", "ReadAccounts"}, {"EditAccounts", "ReadAccounts"},
    {"EditAccounts", "EditExtensions"}, {"Accounts", "EditAccounts"},
    {"EditCallLog", "ReadCallLog"},     {"ReadCallRecording", "ReadCallLog"},
    {"EditPresence", "ReadPresence"},
};

static bool names(const char *list, const char *scope)
{
    size_t len = strlen(scope);
    for (const char *p = list; (p = strstr(p, scope)) != NULL; p += len) {
        bool starts = p == list || p[-1] == ' ', ends = p[len] == ' ' || p[len] == '\0';
        if (starts && ends)
            return true;
    }
    return false;
}

bool grant_has_scope(const struct grant *grant, const char *scope)
{
    if (names(grant->scope, scope))
        return true;
    for (size_t i = 0; i < sizeof(inclusions) / sizeof(*inclusions); i++) {
        if (strcmp(inclusions[i].includes, scope) == 0 &&
            grant_has_scope(grant, inclusions[i].scope))
            return true;
    }
    return false;
}

/* base64url(SHA-256(access token, newline, refresh token)). */
static void sum_of(const struct grant *grant, char to[44])
{
    struct sb pair = SB_MAX(2 * sizeof(grant->access_token));
    sb_addf(&pair, "%s\n%s", grant->access_token, grant->refresh_token);
    oauth_challenge(sb_text(&pair), to);
    explicit_bzero(pair.text, pair.cap);
    sb_done(&pair);
}

bool grant_is_whole(const struct grant *grant)
{
    char sum[44];
    sum_of(grant, sum);
    return grant->sum[0] == '\0' || strcmp(sum, grant->sum) == 0;
}

bool grant_read(struct grant *grant, const char *body, int64_t now_ms)
{
    cJSON *json = json_parse(body);
    const char *access = json_text(json, "access_token", "");
    const char *refresh = json_text(json, "refresh_token", "");
    bool is_ok = *access != '\0' && strlen(access) < sizeof(grant->access_token) &&
                 strlen(refresh) < sizeof(grant->refresh_token);
    if (is_ok) {
        text_copy(grant->access_token, sizeof(grant->access_token), access);
        text_copy(grant->refresh_token, sizeof(grant->refresh_token), refresh);
        text_copy(grant->scope, sizeof(grant->scope), json_text(json, "scope", ""));
        json_id(json, "owner_id", grant->owner_id, sizeof(grant->owner_id));
        grant->issued_ms = now_ms;
        grant->access_until_ms = now_ms + json_int(json, "expires_in", 3600) * 1000;
        grant->refresh_until_ms =
            *refresh ? now_ms + json_int(json, "refresh_token_expires_in", 604800) * 1000 : 0;
        grant->dead_code[0] = '\0';
        grant->dead_ms = 0;
        sum_of(grant, grant->sum);
    }
    cJSON_Delete(json);
    return is_ok;
}
