#include "control/admin_parts.h"

#include "api/refuse.h"
#include "base/codec.h"
#include "base/text.h"
#include "control/dashboard.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PREFIX "/__admin"

static void index_page(struct call *call);
static void unknown(struct call *call);

#define ROW(method_, path_, op_, run_)                                                             \
    {                                                                                              \
        .method = method_, .path = PREFIX path_, .op = op_, .layer = LAYER_CONTROL,                \
        .auth = AUTH_NONE, .run = run_                                                             \
    }

static const struct route rows[] = {
    ROW("GET", "", "admin.index", index_page),
    ROW("GET", "/dashboard.js", "admin.index", dashboard_script),
    ROW("GET", "/dashboard.css", "admin.index", dashboard_style),
    ROW("GET", "/health", "admin.health", admin_health),
    ROW("GET", "/ready", "admin.ready", admin_ready),
    ROW("GET", "/env", "admin.env", admin_env),
    ROW("GET", "/journal", "admin.journal", admin_journal),
    ROW("GET", "/journal/near-misses", "admin.near-misses", admin_near_misses),
    ROW("GET", "/wait", "admin.wait", admin_wait),
    ROW("GET", "/clock", "admin.clock", admin_clock),
    ROW("GET", "/world", "admin.world", admin_world),
    ROW("GET", "/media", "admin.media", admin_media),
    ROW("GET", "/faults", "admin.faults", admin_faults),
    ROW("GET", "/verbs", "admin.verbs", admin_verbs),
    ROW("GET", "/knobs", "admin.knobs", admin_knobs),
    ROW("GET", "/routes", "admin.routes", admin_routes_list),
    ROW("GET", "/metrics", "admin.metrics", admin_metrics),
    ROW("POST", "/clock", "admin.verb", admin_verb), /* a read and a verb of one name */
    ROW("GET", "/{page}", "admin.unknown", unknown),
    ROW("POST", "/{verb}", "admin.verb", admin_verb),
};

/* What the index and "did you mean" know; the rows that stand for something. */
static const struct {
    const char *path, *what;
} pages[] = {
    {"health", "is the process there"},
    {"ready", "does every listener serve"},
    {"env", "what to point a client at"},
    {"journal", "what happened: ?op=, status=, ... with from=, limit=, last=, format=jsonl|story"},
    {"journal/near-misses", "the events nearest to what was looked for"},
    {"wait", "the same terms, answered once there is such an event: timeout=, from="},
    {"clock", "world time"},
    {"world", "everything the provider knows, but secrets"},
    {"media", "the audio of phones in calls: port, codec, packets each way, lost, jitter, digits"},
    {"faults", "the rules that are armed, how often each fired, and the kinds there are"},
    {"verbs", "what can be done, with arguments"},
    {"knobs", "what can be turned, with values"},
    {"routes", "every endpoint, with scope, permission and rate group"},
    {"metrics", "counts, as plain text"},
};
enum { PAGES = sizeof pages / sizeof *pages };

struct route_family admin_routes(void)
{
    return (struct route_family){rows, sizeof rows / sizeof *rows};
}

bool admin_is_path(const char *path)
{
    return text_starts(path, PREFIX) && strchr("/", path[strlen(PREFIX)]) != NULL;
}

void admin_refuse(struct web_reply *reply, int status, const char *fmt, ...)
{
    char text[800];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct json_out out;
    reply->status = status;
    reply->content_type = "application/json;charset=UTF-8";
    buf_reset(&reply->body);
    json_out_init(&out, &reply->body);
    json_open(&out, NULL);
    json_str(&out, "error", text);
    json_close(&out);
}

/* As long as the right one, whatever was given. */
static bool is_same_token(const char *given, const char *token)
{
    size_t len = strlen(token);
    unsigned char differs = strlen(given) != len;
    for (size_t i = 0; i < len && given[i]; i++)
        differs |= (unsigned char)(given[i] ^ token[i]);
    return !differs;
}

/* A browser names the page's origin whenever that could matter. */
static bool is_of_elsewhere(const struct web_request *request)
{
    const char *origin = web_header_get(request, "Origin");
    const char *host = web_header_get(request, "Host");
    if (!origin)
        return false;
    const char *authority = strstr(origin, "://");
    return !authority || !host || strcasecmp(authority + 3, host) != 0;
}

static bool is_method(const char *method)
{
    return text_eq(method, "GET") || text_eq(method, "POST");
}

/* POST to what can only be read; a verb of the same name is one. */
static bool is_read_posted(const struct web_request *request, struct web_reply *reply)
{
    const char *name = request->path + strlen(PREFIX);
    name += *name == '/';
    for (size_t i = 0; i < PAGES && text_eq(request->method, "POST"); i++) {
        if (!text_eq(name, pages[i].path) || verb_named(name, NULL))
            continue;
        web_reply_header(reply, "Allow", "GET");
        admin_refuse(reply, 405,
                     "\"%s\" is a read: GET it; what changes something is a verb, see "
                     "GET " PREFIX "/verbs",
                     name);
        return true;
    }
    return false;
}

bool admin_may(const struct web_request *request, struct web_reply *reply, const char *token)
{
    if (!admin_is_path(request->path))
        return true;
    if (is_of_elsewhere(request)) {
        admin_refuse(reply, 403, "a web page of another origin may not use the admin interface");
        return false;
    }
    if (!is_method(request->method)) {
        web_reply_header(reply, "Allow", "GET, POST");
        admin_refuse(reply, 405, "wanted GET (a read) or POST (a verb), saw %s", request->method);
        return false;
    }
    if (!token || (dashboard_is_path(request->path) && text_eq(request->method, "GET")))
        return !is_read_posted(request, reply);
    const char *given = web_header_get(request, "X-Mockrc-Token");
    const char *bearer = web_header_get(request, "Authorization");
    if (!given && bearer && text_starts_nocase(bearer, "Bearer "))
        given = bearer + strlen("Bearer ");
    if (given && is_same_token(given, token))
        return !is_read_posted(request, reply);
    admin_refuse(reply, 401,
                 "the admin token is %s: wanted \"Authorization: Bearer ...\" or "
                 "\"X-Mockrc-Token: ...\"",
                 given ? "wrong" : "missing");
    web_reply_header(reply, "WWW-Authenticate", "Bearer realm=\"mockrc admin\"");
    return false;
}

static void index_page(struct call *call)
{
    struct buf *body = &call->reply->body;
    dashboard_head(call);
    buf_str(body, "<h2>Reads</h2>\n<dl>\n");
    for (size_t i = 0; i < PAGES; i++)
        buf_printf(body, "<dt><a href=\"" PREFIX "/%s\">GET " PREFIX "/%s</a><dd>%s\n",
                   pages[i].path, pages[i].path, pages[i].what);
    buf_str(body, "</dl>\n<h2>Verbs</h2>\n<dl>\n");
    for (size_t i = 0; i < verb_count(); i++) {
        const struct verb *verb = verb_at(i);
        buf_printf(body, "<dt>POST " PREFIX "/%s {", verb->name);
        for (size_t j = 0; j < VERB_ARGS_MAX && verb->args[j].name; j++) {
            buf_str(body, j ? ", " : "");
            codec_html(body, verb->args[j].name);
        }
        buf_str(body, "}<dd>");
        codec_html(body, verb->help);
        buf_char(body, '\n');
    }
    buf_str(body, "</dl>\n");
    dashboard_foot(call);
}

static void unknown(struct call *call)
{
    const char *said = call_arg(call, "page"), *names[PAGES];
    for (size_t i = 0; i < PAGES; i++)
        names[i] = pages[i].path;
    const char *near = text_nearest(said, names, PAGES);
    if (verb_named(said, NULL)) {
        web_reply_header(call->reply, "Allow", "POST");
        admin_refuse(call->reply, 405, "\"%s\" is a verb: POST it", said);
    } else {
        admin_refuse(call->reply, 404, "nothing to read at \"%s\"%s%s%s", said,
                     near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
}
