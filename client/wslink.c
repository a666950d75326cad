/* A WebSocket connection over libcurl; see wslink.h. */
#include "wslink.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* How often a call of wslink_hear reads. */
#define HEAR_MAX 1024

struct wslink {
    CURL *curl;
    curl_socket_t fd;
    struct frames *frames;
    int timeout_ms;
};

static bool wait_for(const struct wslink *link, short events, int64_t until_ms)
{
    struct pollfd at = {.fd = link->fd, .events = events};
    int64_t left_ms = until_ms - clock_steady_ms();
    return poll(&at, 1, left_ms > 0 ? (int)left_ms : 0) > 0;
}

static bool send_all(struct wslink *link, const char *bytes, size_t len)
{
    int64_t until_ms = clock_steady_ms() + link->timeout_ms;
    while (len > 0) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(link->curl, bytes, len, &sent);
        if (code == CURLE_AGAIN && wait_for(link, POLLOUT, until_ms))
            continue;
        if (code != CURLE_OK)
            return false;
        bytes += sent;
        len -= sent;
    }
    return true;
}

static bool send_pending(struct wslink *link)
{
    size_t len;
    const char *bytes = frames_pending(link->frames, &len);
    if (len && !send_all(link, bytes, len))
        return false;
    frames_sent(link->frames, len);
    return true;
}

bool wslink_text(struct wslink *link, const char *text)
{
    return frames_text(link->frames, text, strlen(text)) && send_pending(link);
}

bool wslink_hear(struct wslink *link, int wait_ms)
{
    char bytes[16384];
    int64_t until_ms = clock_steady_ms() + wait_ms;
    bool has_come = false;
    /* Who sends without end is heard again next time. */
    for (int i = 0; i < HEAR_MAX && !frames_is_over(link->frames); i++) {
        size_t got = 0;
        CURLcode code = curl_easy_recv(link->curl, bytes, sizeof(bytes), &got);
        if (code == CURLE_AGAIN) {
            if (has_come || !wait_for(link, POLLIN, until_ms))
                return true;
            has_come = true; /* at most one more look: part of a TLS record may be all there is */
            continue;
        }
        if (code != CURLE_OK || got == 0)
            return false;
        has_come = true;
        frames_feed(link->frames, bytes, got);
        if (!send_pending(link))
            return false;
    }
    return !frames_is_over(link->frames);
}

/* ---- opening ---- */

/* The parts of the URL, and the same as http or https. */
static bool read_url(const char *url, struct sb *web, struct sb *host, struct sb *target)
{
    const bool is_tls = strncmp(url, "wss://", 6) == 0;
    if (!is_tls && strncmp(url, "ws://", 5) != 0)
        return false;
    const char *rest = url + (is_tls ? 6 : 5);
    size_t host_len = strcspn(rest, "/?#");
    /* What would break out of its line in the request is no URL. */
    if (host_len == 0 || strpbrk(rest, " \t\r\n#") || memchr(rest, '@', host_len))
        return false;
    sb_addf(web, "%s://%.*s/", is_tls ? "https" : "http", (int)host_len, rest);
    sb_add_n(host, rest, host_len);
    sb_addf(target, "%s%s", rest[host_len] == '/' ? "" : "/", rest + host_len);
    return !sb_is_cut(web) && !sb_is_cut(host) && !sb_is_cut(target);
}

static CURLcode dial(struct wslink *link, const char *url, const struct wslink_options *options)
{
    link->curl = curl_easy_init();
    if (link->curl == NULL)
        return CURLE_FAILED_INIT;
    curl_easy_setopt(link->curl, CURLOPT_URL, url);
    curl_easy_setopt(link->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(link->curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(link->curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
    curl_easy_setopt(link->curl, CURLOPT_SSL_ENABLE_ALPN, 0L); /* HTTP/1.1 it is */
    curl_easy_setopt(link->curl, CURLOPT_NOPROXY, options->no_proxy);
    curl_easy_setopt(link->curl, CURLOPT_USERAGENT, options->agent);
    curl_easy_setopt(link->curl, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms);
    if (options->ca_file && *options->ca_file)
        curl_easy_setopt(link->curl, CURLOPT_CAINFO, options->ca_file);
    CURLcode code = curl_easy_perform(link->curl);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(link->curl, CURLINFO_ACTIVESOCKET, &link->fd);
    return code;
}

/* The answer to the handshake: as hello_read says; what came after it is fed to the frames. */
static int read_answer(struct wslink *link, const struct hello *hello, const char **ret_why)
{
    char bytes[FRAMES_HEAD_MAX];
    size_t len = 0, head = 0;
    int status = 0;
    int64_t until_ms = clock_steady_ms() + link->timeout_ms;
    while (status == 0) {
        size_t got = 0;
        CURLcode code = curl_easy_recv(link->curl, bytes + len, sizeof(bytes) - len, &got);
        if (code == CURLE_AGAIN && wait_for(link, POLLIN, until_ms))
            continue;
        if (code != CURLE_OK || got == 0) {
            *ret_why = code == CURLE_AGAIN ? "no answer to the handshake"
                                           : "the connection ended in the handshake";
            return -1;
        }
        len += got;
        status = hello_read(bytes, len, hello, &head, ret_why);
    }
    if (status == 101)
        frames_feed(link->frames, bytes + head, len - head);
    return status;
}

static bool shake_hands(struct wslink *link, const char *host, const char *target,
                        const struct wslink_options *options, int *ret_status, const char **ret_why)
{
    struct hello hello;
    struct sb out = SB_MAX(FRAMES_HEAD_MAX);
    hello_init(&hello, options->rnd);
    hello_write(&hello, host, target, options->agent, &out);
    bool is_sent = !sb_is_cut(&out) && send_all(link, sb_text(&out), out.len);
    sb_done(&out);
    *ret_why = is_sent ? NULL : "the handshake could not be sent";
    int status = is_sent ? read_answer(link, &hello, ret_why) : -1;
    if (status > 0 && status != 101)
        *ret_why = "the handshake was refused";
    *ret_status = status > 0 && status != 101 ? status : 0;
    return status == 101;
}

struct wslink *wslink_open(const struct wslink_options *options, int *ret_status, char *why,
                           size_t cap)
{
    struct sb url = SB_MAX(1024), host = SB_MAX(512), target = SB_MAX(8192);
    struct wslink *link = xcalloc(1, sizeof(*link));
    const char *reason = "the address is no ws or wss URL";
    bool is_open = false;
    *ret_status = 0;
    link->timeout_ms = options->timeout_ms;
    link->frames = frames_new(options->rnd, options->hear, options->arg);
    if (read_url(options->url, &url, &host, &target)) {
        CURLcode code = dial(link, sb_text(&url), options);
        reason = curl_easy_strerror(code);
        is_open = code == CURLE_OK &&
                  shake_hands(link, sb_text(&host), sb_text(&target), options, ret_status, &reason);
    }
    if (!is_open) {
        snprintf(why, cap, "%.120s: %.100s%s%.0d", sb_text(&host), reason,
                 *ret_status ? " with " : "", *ret_status);
        frames_free(link->frames);
        curl_easy_cleanup(link->curl);
        free(link);
        link = NULL;
    }
    sb_done(&url);
    sb_done(&host);
    sb_done(&target);
    return link;
}

void wslink_close(struct wslink *link)
{
    if (link == NULL)
        return;
    link->timeout_ms = 0; /* a peer that does not read is not waited for */
    frames_close(link->frames);
    send_pending(link);
    frames_free(link->frames);
    curl_easy_cleanup(link->curl);
    free(link);
}
