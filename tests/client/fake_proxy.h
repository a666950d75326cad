/*
 * A SIP proxy on a loopback UDP port that challenges REGISTER and checks the digest; or answers
 * what a test tells it to, or nothing.
 */
#ifndef RC_CLIENT_TESTS_FAKE_PROXY_H
#define RC_CLIENT_TESTS_FAKE_PROXY_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "digest.h"
#include "support/cmocka_all.h"

struct proxy {
    int fd, port;
    pthread_t thread;
    pthread_mutex_t mutex;
    atomic_int answer; /* 0: as a registrar does; -1: silence; else this status */
    atomic_int asked;  /* datagrams seen */
    atomic_bool is_over;
    char bound[600];       /* the contact registered last, "" none: its registrar has one user */
    char transcript[8192]; /* Call-ID and CSeq of each; read it when the client is idle */
};

/* The value of a header line into `to`, "" when it is missing. */
static inline void proxy_header(const char *text, const char *name, char *to, size_t cap)
{
    char line[80];
    snprintf(line, sizeof(line), "\r\n%s: ", name);
    const char *at = strstr(text, line);
    snprintf(to, cap, "%.*s", at ? (int)strcspn(at + strlen(line), "\r") : 0,
             at ? at + strlen(line) : "");
}

static inline int proxy_decide(struct proxy *proxy, const char *text)
{
    char authorization[1000], wanted[100], response[65];
    const char *const params[] = {"realm=\"d.test\"", "nonce=\"N1\"", NULL};
    struct challenge challenge;
    if (proxy->answer)
        return proxy->answer;
    proxy_header(text, "Authorization", authorization, sizeof(authorization));
    if (authorization[0] == '\0')
        return strncmp(text, "OPTIONS", 7) == 0 ? 200 : 401;
    challenge_read(params, &challenge);
    digest_response(
        &challenge,
        &(struct digest_answer){
            .username = "802001", .password = "pw", .method = "REGISTER", .uri = "sip:d.test"},
        response);
    snprintf(wanted, sizeof(wanted), "response=\"%s\"", response);
    return strstr(authorization, wanted) ? 200 : 403;
}

static inline void *proxy_run(void *arg)
{
    struct proxy *proxy = arg;
    char text[8192], reply[4096], via[400], from[400], to[400], call_id[200], cseq[80];
    char contact[600], extra[800] = "";
    struct sockaddr_in peer;
    while (!proxy->is_over) {
        socklen_t peer_len = sizeof(peer);
        ssize_t len =
            recvfrom(proxy->fd, text, sizeof(text) - 1, 0, (struct sockaddr *)&peer, &peer_len);
        if (len <= 4 || proxy->is_over)
            continue;
        text[len] = '\0';
        pthread_mutex_lock(&proxy->mutex);
        proxy->asked++;
        proxy_header(text, "Via", via, sizeof(via));
        proxy_header(text, "From", from, sizeof(from));
        proxy_header(text, "To", to, sizeof(to));
        proxy_header(text, "Call-ID", call_id, sizeof(call_id));
        proxy_header(text, "CSeq", cseq, sizeof(cseq));
        proxy_header(text, "Contact", contact, sizeof(contact));
        size_t used = strlen(proxy->transcript);
        const char *branch = strstr(via, "branch=");
        snprintf(proxy->transcript + used, sizeof(proxy->transcript) - used, "%s %s %s %s %s\n",
                 cseq, call_id, from, branch ? branch : "", strstr(contact, "+sip.instance"));
        int status = proxy_decide(proxy, text);
        pthread_mutex_unlock(&proxy->mutex);
        if (status < 0)
            continue;
        extra[0] = '\0';
        if (status == 401)
            snprintf(extra, sizeof(extra),
                     "WWW-Authenticate: Digest realm=\"d.test\", nonce=\"N1\"\r\n");
        else if (status == 200 && strncmp(text, "REGISTER", 8) == 0) {
            char expires[20];
            proxy_header(text, "Expires", expires, sizeof(expires));
            if (contact[0])
                snprintf(proxy->bound, sizeof(proxy->bound), "%s",
                         strcmp(expires, "0") == 0 ? "" : contact);
            if (proxy->bound[0])
                snprintf(extra, sizeof(extra), "Contact: %s;expires=55\r\n", proxy->bound);
        }
        int reply_len = snprintf(reply, sizeof(reply),
                                 "SIP/2.0 %d X\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=s\r\n"
                                 "Call-ID: %s\r\nCSeq: %s\r\n%sContent-Length: 0\r\n\r\n",
                                 status, via, from, to, call_id, cseq, extra);
        sendto(proxy->fd, reply, (size_t)reply_len, 0, (struct sockaddr *)&peer, peer_len);
    }
    return NULL;
}

static inline struct proxy *proxy_start(void)
{
    struct proxy *proxy = calloc(1, sizeof(*proxy));
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    pthread_mutex_init(&proxy->mutex, NULL);
    proxy->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(proxy->fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(proxy->fd, (struct sockaddr *)&at, &len), 0);
    proxy->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&proxy->thread, NULL, proxy_run, proxy), 0);
    return proxy;
}

/* Closes the port: from now on it is refused. */
static inline void proxy_close(struct proxy *proxy)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)proxy->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (proxy->fd < 0)
        return;
    proxy->is_over = true;
    sendto(proxy->fd, "", 1, 0, (struct sockaddr *)&at, sizeof(at));
    pthread_join(proxy->thread, NULL);
    close(proxy->fd);
    proxy->fd = -1;
}

static inline void proxy_stop(struct proxy *proxy)
{
    proxy_close(proxy);
    pthread_mutex_destroy(&proxy->mutex);
    free(proxy);
}

#endif
