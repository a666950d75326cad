#include "cli/http.h"

#include "base/text.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int http_server_read(const char *url, struct http_server *ret, struct diag *diag)
{
    static const char scheme[] = "http://";
    struct http_server server = {.port = 80, .token = ret->token};
    int64_t port;
    char text[8];
    if (!text_starts(url, scheme))
        return diag_set(diag, ERR_USAGE, NULL, 0, 0,
                        "--admin-url wants http://host:port, not \"%s\"", url);
    url += strlen(scheme);
    size_t len = strcspn(url, ":/");
    if (len == 0 || len >= sizeof server.host)
        return diag_set(diag, ERR_USAGE, NULL, 0, 0, "--admin-url has no host");
    snprintf(server.host, sizeof server.host, "%.*s", (int)len, url);
    if (url[len] == ':') {
        size_t digits = strcspn(url + len + 1, "/");
        snprintf(text, sizeof text, "%.*s", (int)(digits < 7 ? digits : 7), url + len + 1);
        if (!text_int64(text, &port) || port < 1 || port > 65535)
            return diag_set(diag, ERR_USAGE, NULL, 0, 0, "--admin-url has no such port: %s", text);
        server.port = (int)port;
    }
    *ret = server;
    return ERR_OK;
}

static int refuse(const struct http_server *server, const char *why, struct diag *diag)
{
    return diag_set(diag, ERR_ENV, NULL, 0, 0,
                    "http://%s:%d: %s; is mockrc serve running? (--admin-url)", server->host,
                    server->port, why);
}

static int dial(const struct http_server *server, int timeout_ms, int *ret_fd, struct diag *diag)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
    struct timeval limit = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    char port[8];
    snprintf(port, sizeof port, "%d", server->port);
    int failed = getaddrinfo(server->host, port, &hints, &found);
    if (failed)
        return refuse(server, gai_strerror(failed), diag);
    int fd = socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    failed = connect(fd, found->ai_addr, found->ai_addrlen);
    int why = errno;
    freeaddrinfo(found);
    if (failed) {
        close(fd);
        return refuse(server, strerror(why), diag);
    }
    *ret_fd = fd;
    return ERR_OK;
}

static void write_request(const struct http_server *server, const char *path, const char *body,
                          struct buf *out)
{
    buf_printf(out, "%s %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n", body ? "POST" : "GET",
               path, server->host, server->port);
    if (server->token)
        buf_printf(out, "X-Mockrc-Token: %s\r\n", server->token);
    if (body)
        buf_printf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
    buf_printf(out, "\r\n%s", body ? body : "");
}

static bool exchange(int fd, const struct buf *request, struct buf *answer)
{
    char block[65536];
    for (size_t sent = 0; sent < request->len;) {
        ssize_t more = send(fd, request->data + sent, request->len - sent, MSG_NOSIGNAL);
        if (more <= 0)
            return false;
        sent += (size_t)more;
    }
    for (;;) {
        ssize_t got = recv(fd, block, sizeof block, 0);
        if (got == 0)
            return true;
        if (got < 0)
            return false;
        buf_add(answer, block, (size_t)got);
    }
}

int http_ask(const struct http_server *server, const char *path, const char *body, int timeout_ms,
             int *ret_status, struct buf *answer, struct diag *diag)
{
    struct buf request, raw;
    int fd = -1, status;
    int err = dial(server, timeout_ms, &fd, diag);
    if (err)
        return err;
    buf_init(&request, 16 << 20);
    buf_init(&raw, HTTP_ANSWER_MAX);
    write_request(server, path, body, &request);
    const char *text = "", *end = NULL;
    if (!exchange(fd, &request, &raw))
        err = refuse(server, errno == EAGAIN ? "no answer in time" : strerror(errno), diag);
    text = buf_text(&raw);
    end = strstr(text, "\r\n\r\n");
    if (!err && (sscanf(text, "HTTP/1.%*d %d", &status) != 1 || !end))
        err = refuse(server, "what answers there is not HTTP", diag);
    if (!err) {
        buf_add(answer, end + 4, raw.len - (size_t)(end + 4 - text));
        *ret_status = status;
    }
    close(fd);
    buf_done(&request);
    buf_done(&raw);
    return err;
}
