/* Webhooks over HTTPS, to a receiver of OpenSSL's own making: whom the platform trusts, what it says
 * of whom it does not, and what becomes of a subscription whose certificate runs out. rest.md 6.2;
 * failures.md F061. */
#include "support/hook_scene.h"

#include "base/mem.h"
#include "front/cert.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <strings.h>

enum { REQUEST_MAX = 8192, PATIENCE_MS = 20000 };

/* One connection at a time, one request each. */
struct receiver {
    pthread_t thread;
    pthread_mutex_t lock; /* of the next; the certificate may be another for each connection */
    struct cert cert;
    int version; /* the newest it speaks; 0: any */
    int listener, port;
    char last[REQUEST_MAX]; /* request */
    char hook_ca[64];       /* a file with the authority of its certificates */
    struct cert ca;
};

struct stage {
    struct hook_scene scene;
    struct receiver receiver;
};

static void answer(SSL *ssl, const char *request)
{
    char head[300], token[80] = "";
    const char *at = strcasestr(request, "\nValidation-Token: ");
    if (at) {
        at += strlen("\nValidation-Token: ");
        snprintf(token, sizeof token, "%.*s", (int)strcspn(at, "\r"), at);
    }
    int len = snprintf(head, sizeof head,
                       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n%s%s%s\r\n",
                       at ? "Validation-Token: " : "", token, at ? "\r\n" : "");
    SSL_write(ssl, head, len);
    SSL_shutdown(ssl);
}

/* The whole request; false when the peer went away first. */
static bool read_request(SSL *ssl, char *request)
{
    int have = 0, got;
    while (have + 1 < REQUEST_MAX &&
           (got = SSL_read(ssl, request + have, REQUEST_MAX - 1 - have)) > 0) {
        request[have += got] = '\0';
        const char *end = strstr(request, "\r\n\r\n");
        const char *length = strcasestr(request, "\nContent-Length: ");
        long body = length ? strtol(length + strlen("\nContent-Length: "), NULL, 10) : 0;
        if (end && have >= end + 4 - request + body)
            return true;
    }
    return false;
}

static void serve(struct receiver *receiver, int fd)
{
    char request[REQUEST_MAX];
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    pthread_mutex_lock(&receiver->lock);
    SSL_CTX_use_certificate(context, receiver->cert.x509);
    SSL_CTX_use_PrivateKey(context, receiver->cert.key);
    SSL_CTX_set_max_proto_version(context, receiver->version);
    pthread_mutex_unlock(&receiver->lock);
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1 && read_request(ssl, request)) {
        pthread_mutex_lock(&receiver->lock);
        memcpy(receiver->last, request, sizeof request);
        pthread_mutex_unlock(&receiver->lock);
        answer(ssl, request);
    }
    ERR_clear_error();
    SSL_free(ssl);
    SSL_CTX_free(context);
}

/* Until its listener is shut down. */
static void *receive(void *arg)
{
    struct receiver *receiver = arg;
    struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    int fd;
    while ((fd = accept(receiver->listener, NULL, NULL)) >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        serve(receiver, fd);
        close(fd);
    }
    return NULL;
}

static void show(struct receiver *receiver, enum fault_certificate wrong)
{
    pthread_mutex_lock(&receiver->lock);
    cert_done(&receiver->cert);
    cert_issue(&receiver->ca, "127.0.0.1\n", wrong, &receiver->cert);
    pthread_mutex_unlock(&receiver->lock);
}

static void write_ca(struct receiver *receiver)
{
    struct buf pem;
    snprintf(receiver->hook_ca, sizeof receiver->hook_ca, "/tmp/mockrc-hook-ca-XXXXXX");
    int fd = mkstemp(receiver->hook_ca);
    buf_init(&pem, 16 << 10);
    cert_pem(&receiver->ca, &pem);
    assert_int_equal(write(fd, buf_text(&pem), pem.len), pem.len);
    buf_done(&pem);
    close(fd);
}

static void start_receiver(struct receiver *receiver)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    cert_make_ca(&receiver->ca);
    write_ca(receiver);
    pthread_mutex_init(&receiver->lock, NULL);
    show(receiver, FAULT_CERT_NONE);
    receiver->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(receiver->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(receiver->listener, 16), 0);
    assert_int_equal(getsockname(receiver->listener, (struct sockaddr *)&at, &len), 0);
    receiver->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&receiver->thread, NULL, receive, receiver), 0);
}

static struct stage *begin(bool trusts)
{
    struct stage *stage = xcalloc(1, sizeof *stage);
    start_receiver(&stage->receiver);
    struct sim_options options = {.clock = CLOCK_FROZEN, .has_no_sip = true, .call_log_records = 1};
    options.hook_ca = trusts ? stage->receiver.hook_ca : NULL;
    stage->scene.patience_ms = PATIENCE_MS;
    hook_scene_start(&stage->scene, &options);
    return stage;
}

static int setup(void **state)
{
    *state = begin(true);
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    struct receiver *receiver = &stage->receiver;
    sim_stop(stage->scene.sim);
    shutdown(receiver->listener, SHUT_RDWR);
    pthread_join(receiver->thread, NULL);
    close(receiver->listener);
    unlink(receiver->hook_ca);
    cert_done(&receiver->cert);
    cert_done(&receiver->ca);
    free(stage);
    return 0;
}

static int create_at(const struct stage *stage, int port, char *out, size_t out_len)
{
    char address[64];
    snprintf(address, sizeof address, "https://127.0.0.1:%d/hook", port);
    return hook_scene_create(&stage->scene, address, out, out_len);
}

static bool set_knob(struct sim *sim, const char *name, const char *value)
{
    struct diag diag;
    struct node set = {.kind = NODE_STRING, .key = name, .text = value},
                args = {.kind = NODE_MAP, .count = 1, .first = &set};
    return sim_verb(sim, "set", &args, NULL, NULL, &diag) == 0;
}

/* What the journal's newest event of `op` says for `key`. */
struct look {
    const char *op;
    enum event_key key;
    char text[160];
};

static bool look(struct sim *sim, void *arg)
{
    struct look *wanted = arg;
    struct event event;
    for (uint64_t i = journal_last(sim_journal(sim)); i > 0; i--)
        if (journal_get(sim_journal(sim), i, &event) && strcmp(event.op, wanted->op) == 0) {
            const char *value = event_get(&event, wanted->key);
            snprintf(wanted->text, sizeof wanted->text, "%s", value ? value : "");
            return true;
        }
    return false;
}

static void assert_told(struct stage *stage, const char *op, enum event_key key, const char *text)
{
    struct look wanted = {op, key, ""};
    assert_true(door_wait(stage->scene.sim, look, &wanted, PATIENCE_MS));
    assert_string_equal(wanted.text, text);
}

static void a_certificate_is_judged_at_creation(void **state)
{
    static const struct {
        enum fault_certificate wrong;
        const char *reason; /* NULL: it is good */
    } rows[] = {
        {FAULT_CERT_NONE, NULL},
        {FAULT_CERT_EXPIRED, "Certificate has expired"},
        {FAULT_CERT_NOT_YET, "Certificate is not valid yet"},
        {FAULT_CERT_WRONG_HOST, "Certificate is of another host"},
        {FAULT_CERT_SELF_SIGNED, "Certificate is self-signed"},
        {FAULT_CERT_UNKNOWN_CA, "Certificate's issuer is unknown: the chain is not complete"},
    };
    struct stage *stage = *state;
    char out[4096];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].reason ? rows[i].reason : "good");
        show(&stage->receiver, rows[i].wrong);
        int status = create_at(stage, stage->receiver.port, out, sizeof out);
        if (!strstr(out, rows[i].reason ? "SUB-524" : "\"status\":\"Active\""))
            fail_msg("saw %s", out);
        assert_int_equal(status, rows[i].reason ? 400 : 200);
        assert_told(stage, "createSubscription", EVENT_REASON,
                    rows[i].reason ? rows[i].reason : "");
        assert_true(set_knob(stage->scene.sim, "sub.hook_tls.verify", "false"));
        assert_int_equal(create_at(stage, stage->receiver.port, out, sizeof out), 200);
        assert_true(set_knob(stage->scene.sim, "sub.hook_tls.verify", "true"));
    }
}

static void tls_before_1_2_is_none(void **state)
{
    struct stage *stage = *state;
    char out[4096];
    pthread_mutex_lock(&stage->receiver.lock);
    stage->receiver.version = TLS1_1_VERSION;
    pthread_mutex_unlock(&stage->receiver.lock);
    assert_int_equal(create_at(stage, stage->receiver.port, out, sizeof out), 400);
    assert_non_null(strstr(out, "SUB-524"));
    assert_told(stage, "createSubscription", EVENT_REASON, "TLS handshake failed");
}

static void events_come_until_the_certificate_runs_out(void **state)
{
    struct stage *stage = *state;
    char out[4096];
    assert_int_equal(create_at(stage, stage->receiver.port, out, sizeof out), 200);
    hook_scene_notify(&stage->scene, "1");
    assert_told(stage, "notify.webhook", EVENT_RESULT, "received");
    pthread_mutex_lock(&stage->receiver.lock);
    assert_non_null(strstr(stage->receiver.last, "\r\nVerification-Token: v1\r\n"));
    assert_non_null(strstr(stage->receiver.last, "\"event\":\"/restapi/v1.0/account/"));
    pthread_mutex_unlock(&stage->receiver.lock);

    show(&stage->receiver, FAULT_CERT_EXPIRED);
    assert_true(set_knob(stage->scene.sim, "sub.blacklist.after", "0s"));
    hook_scene_notify(&stage->scene, "1");
    assert_told(stage, "notify.blacklisted", EVENT_REASON,
                "I/O operation is failed. Details: [Certificate has expired]");
    assert_int_equal(
        hook_scene_ask(&stage->scene, "GET", "/restapi/v1.0/subscription", "", out, sizeof out),
        200);
    assert_non_null(strstr(out, "\"status\":\"Blacklisted\""));
    assert_non_null(strstr(out, "Certificate has expired"));
}

static void a_stranger_is_trusted_only_when_told_so(void **state)
{
    struct stage *stage = begin(false);
    char out[4096];
    assert_int_equal(create_at(stage, stage->receiver.port, out, sizeof out), 400);
    assert_non_null(strstr(out, "SUB-524"));
    assert_told(stage, "createSubscription", EVENT_REASON,
                "Certificate's issuer is unknown: the chain is not complete");
    void *handed = stage;
    teardown(&handed);
}

/* Our own HTTPS listener stands in for a receiver whose certificate our authority signed: it is no
 * receiver, but TLS is not what is wrong with it; also with the authority of another day. */
static void our_own_authority_is_trusted(void **state)
{
    struct stage *stage = *state;
    struct diag diag;
    struct node of = {.kind = NODE_STRING, .key = "authority", .text = "new"},
                args = {.kind = NODE_MAP, .count = 1, .first = &of};
    char out[4096];
    const char *url = sim_world(stage->scene.sim)->tls_url;
    int port = (int)strtol(strrchr(url, ':') + 1, NULL, 10);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(create_at(stage, port, out, sizeof out), 400);
        assert_non_null(strstr(out, "SUB-525"));
        assert_int_equal(sim_verb(stage->scene.sim, "rotate-certificate", &args, NULL, NULL, &diag),
                         0);
    }
    struct arena arena;
    arena_init(&arena);
    static const char rule[] = "{\"match\":{\"listener\":\"https\"},\"kind\":\"certificate\","
                               "\"is\":\"wrong-host\"}";
    assert_int_equal(sim_verb(stage->scene.sim, "fault",
                              json_parse(&arena, rule, strlen(rule), NULL), NULL, NULL, &diag),
                     0);
    arena_done(&arena);
    assert_int_equal(create_at(stage, port, out, sizeof out), 400);
    assert_non_null(strstr(out, "SUB-524"));
    assert_told(stage, "createSubscription", EVENT_REASON, "Certificate is of another host");
}

static void a_file_without_certificates_is_a_mistake(void **state)
{
    static const char *const files[] = {"/nowhere/ca.pem", "/dev/null", "/etc/passwd"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct sim *sim;
        struct diag diag;
        struct sim_options options = {.has_no_sip = true, .hook_ca = files[i]};
        assert_int_equal(sim_start(&options, &sim, &diag), ERR_USAGE);
        assert_string_equal(diag.file, files[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_certificate_is_judged_at_creation),
        TEST(tls_before_1_2_is_none),
        TEST(events_come_until_the_certificate_runs_out),
        cmocka_unit_test(a_stranger_is_trusted_only_when_told_so),
        TEST(our_own_authority_is_trusted),
        cmocka_unit_test(a_file_without_certificates_is_a_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
