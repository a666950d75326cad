/* The loopback redirect listener; see listener.h. */
#include "listener.h"

#include <civetweb.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "civet.h"
#include "clock.h"
#include "text.h"

struct listener {
    struct mg_context *server;
    pthread_mutex_t mutex;
    pthread_cond_t arrived;
    char path[512], redirect_uri[512], query[8192];
    int port;
    bool has_arrived;
};

static int answer(struct mg_connection *connection, int status, const char *text)
{
    char page[512], reply[900];
    snprintf(page, sizeof(page),
             "<!doctype html><meta charset=utf-8><title>rc-client</title><p>%s</p>", text);
    int len = snprintf(reply, sizeof(reply),
                       "HTTP/1.1 %d OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                       "Content-Length: %zu\r\nCache-Control: no-store\r\nConnection: close\r\n"
                       "\r\n%s",
                       status, strlen(page), page);
    mg_write(connection, reply, (size_t)len);
    return status;
}

static int on_request(struct mg_connection *connection, void *arg)
{
    struct listener *listener = arg;
    const struct mg_request_info *request = mg_get_request_info(connection);
    if (strcmp(request->local_uri, listener->path) != 0)
        return answer(connection, 404, "There is nothing here.");
    const char *query = request->query_string ? request->query_string : "";
    /* First the page, then the news: who waits for it stops this server at once. */
    int status = answer(connection, 200, "Done. You may close this window and go back.");
    pthread_mutex_lock(&listener->mutex);
    /* A reload or a prefetch comes again: the first one counts (failures.md F010). */
    bool fits = listener->has_arrived || text_copy(listener->query, sizeof(listener->query), query);
    listener->has_arrived = fits;
    pthread_cond_signal(&listener->arrived);
    pthread_mutex_unlock(&listener->mutex);
    return status;
}

/* Host, port and path of the redirect URI; false when no browser could reach us there. */
static bool read_uri(struct listener *listener, const char *redirect_uri, char *why, size_t cap)
{
    char *scheme = NULL, *host = NULL, *port = NULL, *path = NULL;
    CURLU *url = curl_url();
    bool is_ok = url && curl_url_set(url, CURLUPART_URL, redirect_uri, 0) == CURLUE_OK &&
                 curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                 curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                 curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
                 curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK;
    bool is_local = is_ok && (text_same(host, "127.0.0.1") || text_same(host, "localhost"));
    if (!is_local || !text_same(scheme, "http")) {
        snprintf(why, cap,
                 "the redirect URI \"%.100s\" is not http on this machine's loopback; give "
                 "--username and a password instead",
                 redirect_uri);
        is_ok = false;
    }
    if (is_ok) {
        listener->port = (int)strtol(port, NULL, 10);
        is_ok = text_copy(listener->path, sizeof(listener->path), path);
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(path);
    curl_url_cleanup(url);
    return is_ok;
}

struct listener *listener_start(const char *redirect_uri, char *why, size_t cap)
{
    struct listener *listener = xcalloc(1, sizeof(*listener));
    char address[32];
    pthread_mutex_init(&listener->mutex, NULL);
    pthread_cond_init(&listener->arrived, NULL);
    text_copy(listener->redirect_uri, sizeof(listener->redirect_uri), redirect_uri);
    if (read_uri(listener, redirect_uri, why, cap)) {
        snprintf(address, sizeof(address), "127.0.0.1:%d", listener->port);
        const char *options[] = {"listening_ports", address, "num_threads", "4", NULL};
        mg_init_library(0);
        listener->server = mg_start(NULL, NULL, options);
        if (listener->server)
            mg_set_request_handler(listener->server, "/", on_request, listener);
        else
            snprintf(why, cap, "port %d of the redirect URI is in use", listener->port);
    }
    if (listener->server == NULL) {
        listener_stop(listener);
        return NULL;
    }
    return listener;
}

bool listener_wait(struct listener *listener, const char *state, int timeout_s, char *url,
                   size_t cap)
{
    struct clock clock = clock_machine();
    int64_t until_ms = clock_now_ms(&clock) + (int64_t)timeout_s * 1000;
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    char given[256] = "";
    bool is_ours = false;
    pthread_mutex_lock(&listener->mutex);
    for (int waited = 0; !is_ours && waited == 0;) {
        while (!listener->has_arrived && waited == 0)
            waited = pthread_cond_timedwait(&listener->arrived, &listener->mutex, &until);
        /* Anybody on this machine can call the port: without our state it is not the answer. */
        is_ours = listener->has_arrived &&
                  text_query(listener->query, "state", given, sizeof(given)) &&
                  strcmp(given, state) == 0;
        listener->has_arrived = is_ours;
    }
    if (is_ours) {
        struct sb sb = SB_MAX(16384);
        sb_addf(&sb, "%.*s?%s", (int)strcspn(listener->redirect_uri, "?#"), listener->redirect_uri,
                listener->query);
        is_ours = text_copy(url, cap, sb_text(&sb));
        sb_done(&sb);
    }
    pthread_mutex_unlock(&listener->mutex);
    return is_ours;
}

void listener_stop(struct listener *listener)
{
    if (listener == NULL)
        return;
    if (listener->server)
        civet_stop(listener->server, listener->port);
    pthread_cond_destroy(&listener->arrived);
    pthread_mutex_destroy(&listener->mutex);
    free(listener);
}
