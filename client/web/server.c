/* HTTP for the tenant's page; see server.h. */
#include "web/server.h"

#include <civetweb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "civet.h"

#define REPLY_MAX (48u * 1024 * 1024)
/* A keep-alive connection holds a thread: some browsers with six connections each, and a reserve. */
#define THREADS "48"

struct server {
    struct mg_context *context;
    int port;
    server_fn *handler;
    void *arg;
};

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        {200, "OK"},
        {206, "Partial Content"},
        {303, "See Other"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
        if (reasons[i].status == status)
            return reasons[i].text;
    }
    return "Other";
}

/* Scripts, styles, sounds and forms of our own only; nothing else is loaded. A form's way to the
 * provider is a page with a link (see errand.h), for `form-action` also watches redirects. */
static const char page_headers[] =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

static void write_reply(struct mg_connection *connection, const struct reply *reply, bool is_head,
                        bool is_last)
{
    struct sb out = SB_MAX(REPLY_MAX + 65536);
    sb_addf(&out, "HTTP/1.1 %d %s\r\n", reply->status, reason_of(reply->status));
    if (reply->status != 304)
        sb_addf(&out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
                reply->type ? reply->type : "text/html; charset=utf-8", reply->body.len);
    sb_add(&out, page_headers);
    sb_addf(&out, "Cache-Control: %s\r\n",
            reply->is_cacheable ? "private, max-age=3600" : "no-store");
    sb_addf(&out, "Connection: %s\r\n", is_last ? "close" : "keep-alive");
    sb_add(&out, sb_text(&reply->headers));
    sb_add(&out, "\r\n");
    if (!is_head && reply->status != 304)
        sb_add_n(&out, sb_text(&reply->body), reply->body.len);
    mg_write(connection, out.text, out.len);
    sb_done(&out);
}

static int refuse(struct mg_connection *connection, int status, const char *text)
{
    struct reply reply = {.status = status,
                          .type = "text/plain; charset=utf-8",
                          .headers = SB_MAX(64),
                          .body = SB_MAX(512)};
    sb_addf(&reply.body, "%s\n", text);
    /* The rest of a body nobody reads must not be taken for the next request. */
    write_reply(connection, &reply, false, true);
    sb_done(&reply.body);
    return status;
}

static const char *header(const struct mg_connection *connection, const char *name)
{
    const char *value = mg_get_header(connection, name);
    return value ? value : "";
}

/* The whole body into `body`; 0, or the status to refuse with. */
static int read_body(struct mg_connection *connection, const struct mg_request_info *info,
                     struct sb *body)
{
    static const char form_type[] = "application/x-www-form-urlencoded";
    const char *type = header(connection, "Content-Type");
    char part[4096];
    int got;
    if (info->content_length > SERVER_BODY_MAX)
        return 413;
    if (strncasecmp(type, form_type, strlen(form_type)) != 0)
        return 415;
    while ((got = mg_read(connection, part, sizeof(part))) > 0) {
        sb_add_n(body, part, (size_t)got);
        if (sb_is_cut(body))
            return 413;
    }
    explicit_bzero(part, sizeof(part));
    return info->content_length > 0 && (size_t)info->content_length != body->len ? 400 : 0;
}

struct running {
    struct server *server;
    const struct request *request;
    struct reply *reply;
};

static void *run_in_thread(void *arg)
{
    struct running *running = arg;
    running->server->handler(running->server->arg, running->request, running->reply);
    return NULL;
}

/* civetweb's threads have 100 KB of stack: too little for a handler that speaks to the platform. */
static void run_deep(struct running *running)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_in_thread, running) == 0)
        pthread_join(thread, NULL);
    else
        running->reply->status = 503;
}

static void run_handler(struct server *server, struct mg_connection *connection,
                        struct request *request, const struct sb *body, bool is_head)
{
    struct reply reply = {.status = 200, .headers = SB_MAX(16384), .body = SB_MAX(REPLY_MAX)};
    form_read(&request->query, request->query_text, strlen(request->query_text));
    form_read(&request->form, sb_text(body), body->len);
    run_deep(&(struct running){server, request, &reply});
    write_reply(connection, &reply, is_head, false);
    form_done(&request->query);
    form_done(&request->form);
    sb_done(&reply.headers);
    sb_done(&reply.body);
}

static int on_request(struct mg_connection *connection, void *arg)
{
    struct server *server = arg;
    const struct mg_request_info *info = mg_get_request_info(connection);
    struct sb body = SB_MAX(SERVER_BODY_MAX + 1);
    struct request request = {
        .is_post = strcmp(info->request_method, "POST") == 0,
        .path = info->local_uri ? info->local_uri : "/",
        .query_text = info->query_string ? info->query_string : "",
        .host = header(connection, "Host"),
        .origin = header(connection, "Origin"),
        .range = header(connection, "Range"),
        .if_none_match = header(connection, "If-None-Match"),
        .cookies = header(connection, "Cookie"),
    };
    bool is_head = strcmp(info->request_method, "HEAD") == 0;
    int status = 0;
    if (request.is_post)
        status = read_body(connection, info, &body);
    else if (!is_head && strcmp(info->request_method, "GET") != 0)
        status = 405;
    if (status == 0)
        run_handler(server, connection, &request, &body, is_head);
    else
        refuse(connection, status, reason_of(status));
    if (body.text)
        explicit_bzero(body.text, body.cap);
    sb_done(&body);
    return status ? status : 200;
}

/* civetweb's own remarks about broken connections are nobody's matter. */
static int swallow(const struct mg_connection *connection, const char *message)
{
    return 1;
}

struct server *server_start(int port, server_fn *handler, void *arg, char *why, size_t cap)
{
    struct server *server = xcalloc(1, sizeof(*server));
    struct mg_callbacks callbacks = {.log_message = swallow};
    struct mg_server_port ports[1];
    char address[32];
    *server = (struct server){.handler = handler, .arg = arg};
    snprintf(address, sizeof(address), "127.0.0.1:%d", port);
    const char *options[] = {"listening_ports",
                             address,
                             "num_threads",
                             THREADS,
                             "tcp_nodelay",
                             "1",
                             "enable_keep_alive",
                             "yes",
                             "keep_alive_timeout_ms",
                             "2000",
                             "request_timeout_ms",
                             "10000",
                             NULL};
    mg_init_library(0);
    server->context = mg_start(&callbacks, NULL, options);
    if (server->context == NULL || mg_get_server_ports(server->context, 1, ports) != 1) {
        snprintf(why, cap, "127.0.0.1:%d: cannot listen; is the port in use?", port);
        server_stop(server);
        return NULL;
    }
    server->port = ports[0].port;
    mg_set_request_handler(server->context, "/", on_request, server);
    return server;
}

int server_port(const struct server *server)
{
    return server->port;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    if (server->context)
        civet_stop(server->context, server->port);
    free(server);
}

bool request_cookie(const struct request *request, const char *name, char *to, size_t cap)
{
    size_t name_len = strlen(name);
    for (const char *p = request->cookies; *p;) {
        p += strspn(p, " ;");
        size_t len = strcspn(p, ";");
        if (len > name_len && strncmp(p, name, name_len) == 0 && p[name_len] == '=') {
            size_t value_len = len - name_len - 1;
            if (value_len >= cap)
                return false;
            memcpy(to, p + name_len + 1, value_len);
            to[value_len] = '\0';
            return true;
        }
        p += len;
    }
    return false;
}

void reply_see_other(struct reply *reply, const char *location)
{
    reply->status = 303;
    sb_reset(&reply->body);
    sb_addf(&reply->headers, "Location: %s\r\n", location);
}
