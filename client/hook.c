/* The webhook listener; see hook.h. */
#include "hook.h"

#include <civetweb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civet.h"
#include "clock.h"
#include "text.h"

struct body {
    struct body *next;
    size_t len;
    char text[];
};

struct hook {
    struct mg_context *server;
    int port;
    char secret[128];
    struct hook_options options;
    pthread_mutex_t mutex; /* of the rest */
    struct body *first, **last;
    int count;
    size_t bytes;
    int64_t refused;
};

/* The whole answer in one write: more than one costs 40 ms each (Nagle against delayed ACK). */
static int answer(struct mg_connection *connection, int status, const char *headers)
{
    char text[700];
    int len = snprintf(text, sizeof(text),
                       "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"
                       "%sConnection: close\r\n\r\n",
                       status, status == 200 ? "OK" : "Refused", headers);
    mg_write(connection, text, (size_t)len);
    return status;
}

/* The handshake: the token comes back. One that could end our header line is no token. */
static int echo(struct mg_connection *connection, const char *token)
{
    char header[400];
    if (strlen(token) > 300 || strpbrk(token, "\r\n"))
        return answer(connection, 400, "");
    snprintf(header, sizeof(header), "Validation-Token: %s\r\n", token);
    return answer(connection, 200, header);
}

static bool keep(struct hook *hook, struct body *body)
{
    pthread_mutex_lock(&hook->mutex);
    bool has_room = hook->count < HOOK_BODIES_MAX && hook->bytes + body->len <= HOOK_BYTES_MAX;
    if (has_room) {
        *hook->last = body;
        hook->last = &body->next;
        hook->count++;
        hook->bytes += body->len;
    }
    pthread_mutex_unlock(&hook->mutex);
    if (has_room && hook->options.on_arrival)
        hook->options.on_arrival(hook->options.arg);
    return has_room;
}

/* The body as it came; NULL when it is too long or broke off. */
static struct body *read_body(struct mg_connection *connection, long long content_length)
{
    if (content_length < 0 || content_length > HOOK_BODY_MAX)
        return NULL;
    struct body *body = xcalloc(1, sizeof(*body) + (size_t)content_length + 1);
    while (body->len < (size_t)content_length) {
        int got = mg_read(connection, body->text + body->len, (size_t)content_length - body->len);
        if (got <= 0) {
            free(body);
            return NULL;
        }
        body->len += (size_t)got;
    }
    return body;
}

static int on_request(struct mg_connection *connection, void *arg)
{
    struct hook *hook = arg;
    const struct mg_request_info *info = mg_get_request_info(connection);
    const char *validation = mg_get_header(connection, "Validation-Token");
    const char *token = mg_get_header(connection, "Verification-Token");
    if (info->local_uri == NULL || strcmp(info->local_uri, HOOK_PATH) != 0)
        return answer(connection, 404, "");
    if (strcmp(info->request_method, "POST") != 0)
        return answer(connection, 405, "");
    if (hook->options.delay_ms) {
        struct clock machine = clock_machine();
        clock_wait_ms(&machine, hook->options.delay_ms);
    }
    if (validation)
        return echo(connection, validation);
    if (token == NULL || strcmp(token, hook->secret) != 0) {
        pthread_mutex_lock(&hook->mutex);
        hook->refused++;
        pthread_mutex_unlock(&hook->mutex);
        return answer(connection, 401, "");
    }
    struct body *body = read_body(connection, info->content_length);
    if (body == NULL)
        return answer(connection, 413, "");
    if (keep(hook, body))
        return answer(connection, 200, "");
    free(body);
    return answer(connection, 503, "");
}

static int swallow(const struct mg_connection *connection, const char *message)
{
    return 1; /* broken connections are nobody's matter */
}

struct hook *hook_start(const struct hook_options *options, char *why, size_t cap)
{
    struct hook *hook = xcalloc(1, sizeof(*hook));
    struct mg_callbacks callbacks = {.log_message = swallow};
    struct mg_server_port ports[1];
    char address[32];
    hook->options = *options;
    hook->last = &hook->first;
    text_copy(hook->secret, sizeof(hook->secret), options->secret);
    pthread_mutex_init(&hook->mutex, NULL);
    snprintf(address, sizeof(address), "127.0.0.1:%d", options->port);
    const char *settings[] = {"listening_ports",    address, "num_threads", "8", "tcp_nodelay", "1",
                              "request_timeout_ms", "10000", NULL};
    mg_init_library(0);
    hook->server = mg_start(&callbacks, NULL, settings);
    if (hook->server == NULL || mg_get_server_ports(hook->server, 1, ports) != 1) {
        snprintf(why, cap, "127.0.0.1:%d: cannot listen for webhooks; is the port in use?",
                 options->port);
        hook_stop(hook);
        return NULL;
    }
    hook->port = ports[0].port;
    mg_set_request_handler(hook->server, "/", on_request, hook);
    return hook;
}

void hook_stop(struct hook *hook)
{
    char *text;
    if (hook == NULL)
        return;
    if (hook->server)
        civet_stop(hook->server, hook->port);
    while ((text = hook_take(hook)) != NULL)
        free(text);
    pthread_mutex_destroy(&hook->mutex);
    explicit_bzero(hook->secret, sizeof(hook->secret));
    free(hook);
}

int hook_port(const struct hook *hook)
{
    return hook->port;
}

char *hook_take(struct hook *hook)
{
    pthread_mutex_lock(&hook->mutex);
    struct body *body = hook->first;
    if (body) {
        hook->first = body->next;
        if (hook->first == NULL)
            hook->last = &hook->first;
        hook->count--;
        hook->bytes -= body->len;
    }
    pthread_mutex_unlock(&hook->mutex);
    if (body == NULL)
        return NULL;
    char *text = xcalloc(1, body->len + 1);
    memcpy(text, body->text, body->len);
    free(body);
    return text;
}

int64_t hook_refused(struct hook *hook)
{
    pthread_mutex_lock(&hook->mutex);
    int64_t refused = hook->refused;
    pthread_mutex_unlock(&hook->mutex);
    return refused;
}
