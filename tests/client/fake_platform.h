/*
 * A platform of one account on a loopback port: login pages with a cookie and a hidden field, token
 * endpoint, the few REST reads rc-client makes. Just enough to see what the client sends; how the
 * real platform behaves is the simulator's matter and the scenarios'.
 *
 * A test sets the knobs between commands; the counters tell what was asked.
 */
#ifndef RC_CLIENT_TESTS_FAKE_PLATFORM_H
#define RC_CLIENT_TESTS_FAKE_PLATFORM_H

#include <arpa/inet.h>
#include <civetweb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "oauth.h"
#include "support/cmocka_all.h"
#include "text.h"

#define FAKE_CSRF "a&b+c=\"d\"" /* what a form must give back exactly */

struct fake_answer {
    int status; /* 0: the usual answer */
    const char *body;
    int retry_after_s; /* 0: no header */
};

struct fake {
    struct mg_context *server;
    int port;
    pthread_mutex_t mutex;
    atomic_bool is_stopped;
    /* knobs */
    const char *alert;           /* data-code the password page shows instead of going on */
    void (*on_token)(void *arg); /* called before the token endpoint answers */
    void *on_token_arg;
    void (*on_call_log)(void *arg, const char *query); /* the same of the call log, not locked */
    void *on_call_log_arg;
    /* Answers what has to do with subscriptions (the token is good): the body, and `*ret_status`. NULL:
     * the platform has none. */
    const char *(*on_subscription)(void *arg, const char *method, const char *path,
                                   const char *body, int *ret_status);
    void *on_subscription_arg;
    const char *state; /* sent back instead of the client's */
    const char *scope, *brand, *account, *permissions;
    struct fake_answer token, call_log;
    const char *sync; /* the answer to a synchronization; NULL: the platform has none */
    int token_delay_ms;
    const char *sound_ways;  /* see fake_sound; NULL: all is well */
    bool is_grant_dead;      /* access token unknown, refresh refused */
    char proxies[2][40];     /* what sip-info provisions */
    const char *secret;      /* the handset's */
    const char *device_type; /* of the handset, asked one by one; NULL: the platform does not say */
    /* what happened */
    int asked_code, asked_refresh, asked_rest, asked_call_log, asked_redirect, asked_all;
    char challenge[64], code_state[64];
    int serial; /* of the current token pair */
    char transcript[8192];
};

static inline void fake_send(struct mg_connection *connection, int status, const char *headers,
                             const char *body)
{
    struct sb sb = SB_MAX(256 * 1024);
    sb_addf(&sb, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n%s", status, strlen(body), headers,
            body);
    mg_write(connection, sb.text, sb.len);
    sb_done(&sb);
}

static inline void fake_page(struct mg_connection *connection, const char *next,
                             const char *controls, const char *alert)
{
    struct sb sb = SB_MAX(8192);
    sb_addf(&sb, "<!DOCTYPE html><html><head><script>if (1 < 2) '<form>'</script></head><body>");
    if (alert)
        sb_addf(&sb, "<div role=\"alert\" data-code=\"%s\">No.</div>", alert);
    sb_addf(&sb,
            "<form method=\"post\" action=\"%s\"><input type=hidden name=csrf "
            "value=\"a&amp;b+c=&quot;d&quot;\">%s</form></body></html>",
            next, controls);
    fake_send(connection, 200, "Content-Type: text/html\r\n", sb_text(&sb));
    sb_done(&sb);
}

static inline void fake_redirect(struct mg_connection *connection, const char *to)
{
    char headers[1200];
    snprintf(headers, sizeof(headers), "Location: %s\r\nSet-Cookie: sid=42; Path=/; HttpOnly\r\n",
             to);
    fake_send(connection, 302, headers, "");
}

/* A step of the login: what a browser must bring along, what it gets. */
static inline void fake_login(struct fake *fake, struct mg_connection *connection, const char *path,
                              const char *form)
{
    char value[300], target[600];
    const char *cookie = mg_get_header(connection, "Cookie");
    bool is_post = *form != '\0';
    if (cookie == NULL || strstr(cookie, "sid=42") == NULL ||
        (is_post &&
         !(text_query(form, "csrf", value, sizeof(value)) && strcmp(value, FAKE_CSRF) == 0))) {
        fake_send(connection, 400, "", "{\"error\":\"no_browser\"}");
    } else if (strcmp(path, "/login/who") == 0 && !is_post) {
        fake_page(connection, "/login/who?a=1&amp;b=2",
                  "<input type=email name=username><button>Next</button>", NULL);
    } else if (strcmp(path, "/login/who") == 0) {
        bool is_known = text_query(form, "username", value, sizeof(value)) &&
                        strcmp(value, "admin@acme.test") == 0;
        fake_page(connection, "password",
                  "<input type=password name=password><input name=extension>"
                  "<button name=go value=back>Back</button><button name=go value=in>Sign in"
                  "</button>",
                  is_known ? NULL : "OAU-140");
    } else if (strcmp(path, "/login/password") == 0) {
        bool is_right = text_query(form, "password", value, sizeof(value)) &&
                        strcmp(value, "Pa55+word & more") == 0 && strstr(form, "go=in") != NULL &&
                        strstr(form, "go=back") == NULL;
        const char *alert = fake->alert ? fake->alert : is_right ? NULL : "OAU-140";
        if (alert)
            fake_page(connection, "password", "<input type=password name=password>", alert);
        else
            fake_page(connection, "/login/consent",
                      "<button name=decision value=decline>Decline</button>"
                      "<button name=decision value=authorize>Authorize</button>",
                      NULL);
    } else if (strcmp(path, "/login/consent") == 0) {
        bool is_yes =
            text_query(form, "decision", value, sizeof(value)) && strcmp(value, "authorize") == 0;
        snprintf(target, sizeof(target), "http://127.0.0.1:%d/callback?%s&state=%s", fake->port,
                 is_yes ? "code=U0pD%7Cabc&expires_in=60"
                        : "error=access_denied&error_description=no%20thanks",
                 fake->state ? fake->state : fake->code_state);
        fake_redirect(connection, target);
    } else {
        fake_send(connection, 404, "", "");
    }
}

static inline void fake_pair(struct fake *fake, struct mg_connection *connection)
{
    char body[600];
    fake->serial++;
    snprintf(body, sizeof(body),
             "{\"access_token\":\"access-%d-xyz\",\"refresh_token\":\"refresh-%d-xyz\","
             "\"token_type\":\"bearer\",\"expires_in\":3600,\"refresh_token_expires_in\":604800,"
             "\"scope\":\"%s\",\"owner_id\":\"101001\"}",
             fake->serial, fake->serial, fake->scope);
    fake_send(connection, 200, "Content-Type: application/json\r\n", body);
}

static inline void fake_token(struct fake *fake, struct mg_connection *connection, const char *form)
{
    char value[300], challenge[44], wanted[64];
    const char *basic = mg_get_header(connection, "Authorization");
    text_query(form, "grant_type", value, sizeof(value));
    bool is_code = strcmp(value, "authorization_code") == 0;
    poll(NULL, 0, fake->token_delay_ms);
    fake->asked_code += is_code;
    fake->asked_refresh += !is_code;
    if (fake->on_token)
        fake->on_token(fake->on_token_arg);
    if (fake->token.status) {
        fake_send(connection, fake->token.status, "", fake->token.body);
    } else if (basic == NULL || strcmp(basic, "Basic Y2lkOnMzY3JldA==") != 0) { /* cid:s3cret */
        fake_send(connection, 400, "",
                  "{\"error\":\"invalid_client\",\"errors\":[{\"errorCode\":\"OAU-153\"}]}");
    } else if (is_code) {
        bool has_verifier = text_query(form, "code_verifier", value, sizeof(value));
        oauth_challenge(has_verifier ? value : "", challenge);
        bool has_code = text_query(form, "code", value, sizeof(value));
        if (has_code && strcmp(value, "U0pD|abc") == 0 && strcmp(challenge, fake->challenge) == 0)
            fake_pair(fake, connection);
        else
            fake_send(connection, 400, "",
                      "{\"error\":\"invalid_grant\",\"errors\":[{\"errorCode\":\"OAU-106\"}]}");
    } else {
        snprintf(wanted, sizeof(wanted), "refresh-%d-xyz", fake->serial);
        bool is_known =
            text_query(form, "refresh_token", value, sizeof(value)) && strcmp(value, wanted) == 0;
        if (is_known && !fake->is_grant_dead)
            fake_pair(fake, connection);
        else
            fake_send(connection, 400, "",
                      "{\"error\":\"invalid_grant\",\"errors\":[{\"errorCode\":\"OAU-213\"}]}");
    }
}

/* Three calls over two pages, one of them on both; the last has a recording. */
static inline void fake_call_log(struct fake *fake, struct mg_connection *connection,
                                 const char *query)
{
    char body[1200], headers[100] = "";
    fake->asked_call_log++;
    if (fake->call_log.status) {
        if (fake->call_log.retry_after_s)
            snprintf(headers, sizeof(headers), "Retry-After: %d\r\nX-Rate-Limit-Group: heavy\r\n",
                     fake->call_log.retry_after_s);
        fake_send(connection, fake->call_log.status, headers, fake->call_log.body);
        return;
    }
    bool is_second = strstr(query, "page=2") != NULL;
    snprintf(body, sizeof(body),
             "{\"records\":[%s{\"id\":\"c2\",\"startTime\":\"2025-03-01T08:00:00.000Z\"}],"
             "\"navigation\":{%s%s%s}}",
             is_second ? "{\"id\":\"c3\",\"startTime\":\"2025-03-01T07:00:00.000Z\",\"recording\":"
                         "{\"id\":\"r3\",\"type\":\"Automatic\",\"contentUri\":\"https://"
                         "media.example/restapi/v1.0/account/1/"
                         "recording/r3/content\"}},"
                       : "{\"id\":\"c1\",\"startTime\":\"2025-03-01T08:30:00.000Z\"},",
             is_second ? ""
                       : "\"nextPage\":{\"uri\":\"https://platform.example/restapi/v1.0/account/1/"
                         "call-log?page=2&",
             is_second ? "" : query, is_second ? "" : "\"}");
    fake_send(connection, 200, "", body);
}

#define FAKE_SOUND "RIFF....WAVEfmt "

/* How the next answers with a sound go wrong; of one letter each, the first for the next answer:
 * 'c' breaks off after four bytes, 'C' before the first, 's' gives four of the bytes asked for, '2' the
 * whole whatever was asked for, 'h' is a web page, 'l' promises three bytes more than there are, 'o' is
 * of a file that is longer meanwhile; '4' is 404, '9' 410, '6' 416, '5' 503, ' ' is good. */
static inline void fake_sound(struct fake *fake, struct mg_connection *connection)
{
    const char *range = mg_get_header(connection, "Range"), *sound = FAKE_SOUND;
    size_t len = strlen(sound), from = 0, to = len - 1, promised = 0, total = len;
    char way = fake->sound_ways && *fake->sound_ways ? *fake->sound_ways++ : ' ';
    char headers[200] = "Content-Type: audio/wav\r\n";
    static const struct {
        char way;
        int status;
    } refusals[] = {{'4', 404}, {'9', 410}, {'5', 503}, {'6', 416}};
    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        if (refusals[i].way == way) {
            fake_send(connection, refusals[i].status, "", "{}");
            return;
        }
    }
    if (way == 'h') {
        fake_send(connection, 200, "Content-Type: text/html\r\n", "<html>Welcome</html>");
        return;
    }
    bool is_part = range && way != '2';
    if (is_part && sscanf(range, "bytes=%zu-%zu", &from, &to) < 1)
        from = len;
    if (from >= len) {
        fake_send(connection, 416, "Content-Range: bytes */16\r\n", "{}");
        return;
    }
    to = to < len ? to : len - 1;
    to = way == 's' && to > from + 3 ? from + 3 : to;
    size_t given = to - from + 1, sent = way == 'C' ? 0 : way == 'c' && given > 4 ? 4 : given;
    promised = given + (way == 'l' ? 3 : 0);
    total += way == 'o' ? 9 : 0;
    if (is_part)
        snprintf(headers + strlen(headers), sizeof(headers) - strlen(headers),
                 "Content-Range: bytes %zu-%zu/%zu\r\n", from, to, total);
    mg_printf(connection, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n%.*s",
              is_part ? 206 : 200, promised, headers, (int)sent, sound + from);
}

static inline void fake_rest(struct fake *fake, struct mg_connection *connection, const char *path,
                             const char *query, const char *sent)
{
    char wanted[64], body[1500];
    const char *bearer = mg_get_header(connection, "Authorization");
    const char *at = strstr(path, "/account/~");
    snprintf(wanted, sizeof(wanted), "Bearer access-%d-xyz", fake->serial);
    fake->asked_rest++;
    if (fake->is_grant_dead || bearer == NULL || strcmp(bearer, wanted) != 0) {
        fake_send(connection, 401, "",
                  "{\"errorCode\":\"TokenInvalid\",\"errors\":[{\"errorCode\":\"OAU-213\"}]}");
        return;
    }
    if (fake->on_subscription && strstr(path, "/subscription")) {
        int status = 200;
        const char *method = mg_get_request_info(connection)->request_method;
        const char *answer =
            fake->on_subscription(fake->on_subscription_arg, method, path, sent, &status);
        fake_send(connection, status, "", answer);
        return;
    }
    if (strstr(path, "/recording/r3/content")) {
        fake_sound(fake, connection);
        return;
    }
    at = at ? at + strlen("/account/~") : "/call-log"; /* the nextPage names a real id */
    if (strcmp(at, "/call-log") == 0) {
        fake_call_log(fake, connection, query);
        return;
    }
    if (strcmp(at, "/call-log-sync") == 0 && fake->sync) {
        fake_send(connection, 200, "", fake->sync);
        return;
    }
    if (strcmp(at, "/extension/~") == 0)
        snprintf(body, sizeof(body),
                 "{\"id\":101001,\"account\":{\"id\":\"%s\"},\"name\":"
                 "\"Ada Admin\",\"extensionNumber\":\"101\"}",
                 fake->account);
    else if (strcmp(at, "/service-info") == 0)
        snprintf(body, sizeof(body), "{\"brand\":{\"id\":\"%s\"}}", fake->brand);
    else if (strcmp(at, "/extension/~/authz-profile") == 0)
        snprintf(body, sizeof(body), "{\"permissions\":[%s]}", fake->permissions);
    else if (strcmp(at, "/extension") == 0)
        snprintf(body, sizeof(body),
                 "{\"records\":[{\"id\":102001,\"extensionNumber\":\"102\",\"type\":\"User\","
                 "\"status\":\"Enabled\"},{\"id\":900,\"type\":\"Department\",\"status\":"
                 "\"Enabled\"},{\"id\":901,\"type\":\"User\",\"status\":\"Disabled\"}]}");
    else if (strcmp(at, "/extension/102001/device") == 0)
        snprintf(body, sizeof(body),
                 "{\"records\":[{\"id\":\"801\",\"type\":\"SoftPhone\"},"
                 "{\"id\":\"802\",\"type\":\"OtherPhone\",\"name\":\"Desk\"}]}");
    else if (strcmp(at, "/device/802") == 0 && fake->device_type)
        snprintf(body, sizeof(body), "{\"id\":\"802\",\"type\":\"%s\"}", fake->device_type);
    else if (strcmp(at, "/device/802/sip-info") == 0)
        snprintf(body, sizeof(body),
                 "{\"domain\":\"d.test\",\"outboundProxies\":[{\"region\":\"NA\",\"proxy\":\"%s\"},"
                 "{\"region\":\"NA\",\"proxy\":\"%s\"}],\"userName\":\"15550001002\",\"password\":"
                 "\"%s\",\"authorizationId\":\"802001\"}",
                 fake->proxies[0], fake->proxies[1], fake->secret);
    else {
        fake_send(connection, 404, "", "{\"errorCode\":\"CMN-102\"}");
        return;
    }
    fake_send(connection, 200, "", body);
}

static inline int fake_serve(struct mg_connection *connection, void *arg)
{
    struct fake *fake = arg;
    const struct mg_request_info *request = mg_get_request_info(connection);
    const char *path = request->local_uri;
    const char *query = request->query_string ? request->query_string : "";
    char form[8192] = "";
    for (int len = 0, got = 1; got > 0 && len<(int)sizeof(form) - 1; len += got> 0 ? got : 0)
        got = mg_read(connection, form + len, sizeof(form) - 1 - (size_t)len);
    if (fake->on_call_log && strstr(path, "/call-log"))
        fake->on_call_log(fake->on_call_log_arg, query);
    pthread_mutex_lock(&fake->mutex);
    size_t used = strlen(fake->transcript);
    fake->asked_all++;
    snprintf(fake->transcript + used, sizeof(fake->transcript) - used, "%s %s?%s %s\n",
             request->request_method, path, query, form);
    if (strcmp(path, "/restapi/oauth/authorize") == 0) {
        text_query(query, "code_challenge", fake->challenge, sizeof(fake->challenge));
        text_query(query, "state", fake->code_state, sizeof(fake->code_state));
        fake_redirect(connection, "/login/who");
    } else if (strncmp(path, "/login/", 7) == 0) {
        fake_login(fake, connection, path, form);
    } else if (strcmp(path, "/callback") == 0) {
        fake->asked_redirect++;
        fake_send(connection, 200, "", "");
    } else if (strcmp(path, "/restapi/oauth/token") == 0) {
        fake_token(fake, connection, form);
    } else {
        fake_rest(fake, connection, path, query, form);
    }
    pthread_mutex_unlock(&fake->mutex);
    return 200;
}

#define FAKE_ADMIN                                                                                 \
    "{\"permission\":{\"id\":\"FullCompanyCallLog\"}},{\"permission\":{\"id\":"                    \
    "\"ReadCompanyInfo\"}},"                                                                       \
    "{\"permission\":{\"id\":\"ReadExtensions\"}},{\"permission\":{\"id\":\"ReadCompanyDevices\"}" \
    "},"                                                                                           \
    "{\"permission\":{\"id\":\"ReadCallRecording\"}}"

static inline struct fake *fake_start(void)
{
    struct fake *fake = calloc(1, sizeof(*fake));
    struct mg_server_port ports[1];
    const char *options[] = {
        "listening_ports",   "127.0.0.1:0", "num_threads", "8", "tcp_nodelay", "1",
        "enable_keep_alive", "yes",         NULL};
    pthread_mutex_init(&fake->mutex, NULL);
    fake->scope = "ReadAccounts ReadCallLog ReadCallRecording";
    fake->brand = "6010";
    fake->account = "7001";
    fake->permissions = FAKE_ADMIN;
    fake->secret = "pw";
    mg_init_library(0);
    fake->server = mg_start(NULL, NULL, options);
    assert_non_null(fake->server);
    assert_int_equal(mg_get_server_ports(fake->server, 1, ports), 1);
    fake->port = ports[0].port;
    mg_set_request_handler(fake->server, "/", fake_serve, fake);
    return fake;
}

static inline void *fake_stop_server(void *arg)
{
    struct fake *fake = arg;
    mg_stop(fake->server);
    fake->is_stopped = true;
    return NULL;
}

/* mg_stop sleeps for a second or two unless somebody connects. */
static inline void fake_stop(struct fake *fake)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)fake->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, fake_stop_server, fake), 0);
    while (!fake->is_stopped) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
            shutdown(fd, SHUT_RDWR);
        close(fd);
        poll(NULL, 0, 5);
    }
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&fake->mutex);
    free(fake);
}

#endif
