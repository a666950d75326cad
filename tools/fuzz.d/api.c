/*
 * One HTTP request through everything behind the listener: routes, gate, forms, JSON, handlers and
 * verbs, in a world of its own from acme-rc. The input reads as a request: "METHOD path?query",
 * header lines, an empty line, the body. "Authorization: super" is a live token of the Super Admin.
 */
#include "api/serve.h"
#include "control/admin.h"
#include "oauth/oauth.h"
#include "rest/rest.h"

#include "fuzz.d/fuzz.h"
#include "fuzz.d/world.h"

static void fuzz_api_start(struct api *api)
{
    struct route_family families[32];
    struct journal_limits limits = {.events = 100};
    size_t count = 0;
    families[count++] = oauth_routes();
    families[count++] = admin_routes();
    count += rest_families(families + count, 30);
    api->router = router_new(families, count);
    api->journal = journal_new(&limits);
    api->faults = faults_new();
    api->world = fuzz_world();
}

static void fuzz_api_stop(struct api *api)
{
    router_free(api->router);
    world_free(api->world);
    faults_free(api->faults);
    journal_free(api->journal);
}

/* "Bearer ..." of a live session. */
static const char *fuzz_api_token(struct api *api, struct arena *arena)
{
    struct user *user = user_named(api->world, "superadmin");
    struct app *app = api->world->apps[0];
    struct session *session =
        session_start(api->world, app, user, app->scopes, 3600000, 604800000, true, "fuzz", 0);
    return arena_printf(arena, "Bearer %s", session->current.access);
}

/* Cuts the next line off `*text`; "" at the end. */
static char *fuzz_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    *text = end ? end + 1 : line + strlen(line);
    if (end)
        *end = 0;
    return line;
}

static void fuzz_request(struct api *api, struct arena *arena, char *text, size_t size)
{
    struct web_header headers[WEB_HEADERS_MAX];
    struct web_request request = {.headers = headers, .query = "", .body = ""};
    char *end = text + size, *first = fuzz_line(&text), *space = strchr(first, ' ');
    if (!space)
        return;
    *space = 0;
    request.method = first;
    request.path = space + 1;
    char *query = strchr(space + 1, '?');
    if (query) {
        *query = 0;
        request.query = query + 1;
    }
    for (char *line; *(line = fuzz_line(&text)) && request.header_count < WEB_HEADERS_MAX;) {
        char *value = strstr(line, ": ");
        if (!value)
            continue;
        *value = 0;
        value += 2;
        if (strcmp(line, "Authorization") == 0 && strcmp(value, "super") == 0)
            value = (char *)fuzz_api_token(api, arena);
        headers[request.header_count++] = (struct web_header){line, value};
    }
    request.body = text;
    request.body_len = (size_t)(end - text);

    struct web_reply reply;
    struct plan plan;
    web_reply_init(&reply);
    api_serve(api, arena, &request, &reply, &plan);
    assert(plan.kind == PLAN_CLOSE || (reply.status >= 200 && reply.status < 600));
    /* No request may answer with our own failure. */
    assert(reply.status != 500);
    web_reply_done(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct api api;
    struct arena arena;
    char *text = fuzz_text(data, size);
    arena_init(&arena);
    fuzz_api_start(&api);
    fuzz_request(&api, &arena, text, size);
    fuzz_api_stop(&api);
    arena_done(&arena);
    free(text);
    return 0;
}
