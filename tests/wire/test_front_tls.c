/* TLS at the front, seen by a strict client. */
#include "support/tls_client.h"

#include <stdlib.h>

/* Says back what it hears; "sni" gets the name asked for, "much" gets more than a record holds. */
static size_t parrot_data(struct link *link, const char *bytes, size_t len)
{
    if (len >= 4 && memcmp(bytes, "sni\n", 4) == 0) {
        link_write(link, link_facts(link)->sni, strlen(link_facts(link)->sni));
        link_close(link);
    } else if (len >= 5 && memcmp(bytes, "much\n", 5) == 0) {
        static char much[300000];
        link_write(link, much, sizeof much);
        link_close(link);
    } else if (len >= 7 && memcmp(bytes, "pieces\n", 7) == 0) {
        for (int i = 0; i < 100; i++)
            link_write(link, "piece\n", 6);
    } else {
        link_write(link, bytes, len);
    }
    return len;
}

static const struct link_service parrot_service = {.name = "parrot", .data = parrot_data};

static struct buf given_tls(struct stage *stage)
{
    struct buf pem;
    stage_init(stage);
    stage->options.mounts[FRONT_SIP_TLS] = (struct front_mount){&parrot_service, NULL};
    stage_add(stage, FRONT_SIP_TLS, "a tls");
    stage_start(stage);
    buf_init(&pem, 1 << 14);
    front_ca_pem(stage->front, stage->ca, &pem);
    return pem;
}

static const char *why(struct stage *stage, const struct tls_wish *wish)
{
    static char text[256];
    struct tls_client client;
    tls_dial(&client, stage_port(stage, 0), wish);
    snprintf(text, sizeof text, "%s", client.why);
    tls_hang_up(&client);
    return text;
}

static void a_client_that_trusts_the_authority_is_served(void **state)
{
    struct stage stage;
    struct tls_client client;
    char heard[64];
    struct buf pem = given_tls(&stage);
    static const struct {
        const char *host;
        int version;
        const char *spoken, *sni;
    } rows[] = {
        {"localhost", 0, "TLSv1.3", "localhost"},
        {"LOCALHOST", TLS1_2_VERSION, "TLSv1.2", "localhost"},
        {"127.0.0.1", 0, "TLSv1.3", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_wish wish = {
            .ca = buf_text(&pem), .host = rows[i].host, .version = rows[i].version};
        tls_dial(&client, stage_port(&stage, 0), &wish);
        assert_string_equal(client.why, "");
        assert_string_equal(client.version, rows[i].spoken);
        tls_say(&client, "hello");
        assert_int_equal(tls_hear(&client, heard, 5), HEARD_ENOUGH);
        assert_string_equal(heard, "hello");
        tls_say(&client, "sni\n");
        assert_int_equal(tls_hear(&client, heard, 60), HEARD_END);
        assert_string_equal(heard, rows[i].sni);
        tls_hang_up(&client);
    }
    pthread_mutex_lock(&stage.lock);
    assert_string_equal(stage.failed, "");
    pthread_mutex_unlock(&stage.lock);
    buf_done(&pem);
    stage_done(&stage);
}

static void what_a_strict_client_refuses_is_refused_and_told(void **state)
{
    struct stage stage;
    struct buf pem = given_tls(&stage), other;
    buf_init(&other, 1 << 14);

    struct tls_wish elsewhere = {.ca = buf_text(&pem), .host = "sip.example.com"};
    assert_string_equal(why(&stage, &elsewhere), "hostname mismatch");

    /* A new authority: the old one's certificate is of no use, the new one's is. */
    pthread_mutex_lock(&stage.lock);
    stage.ca++;
    pthread_mutex_unlock(&stage.lock);
    struct tls_wish here = {.ca = buf_text(&pem), .host = "localhost"};
    assert_string_equal(why(&stage, &here), "unable to get local issuer certificate");
    front_ca_pem(stage.front, stage.ca, &other);
    here.ca = buf_text(&other);
    assert_string_equal(why(&stage, &here), "");

    pthread_mutex_lock(&stage.lock);
    while (!strstr(stage.failed, "unknown ca"))
        pthread_cond_wait(&stage.changed, &stage.lock);
    pthread_mutex_unlock(&stage.lock);
    buf_done(&other);
    buf_done(&pem);
    stage_done(&stage);
}

static void a_certificate_stays_until_it_is_renewed(void **state)
{
    struct stage stage;
    struct buf pem = given_tls(&stage);
    struct tls_wish wish = {.ca = buf_text(&pem), .host = "localhost"};
    struct tls_client first, second, third, fourth;
    tls_dial(&first, stage_port(&stage, 0), &wish);
    tls_dial(&second, stage_port(&stage, 0), &wish);
    pthread_mutex_lock(&stage.lock);
    stage.leaf++;
    pthread_mutex_unlock(&stage.lock);
    tls_dial(&third, stage_port(&stage, 0), &wish);
    pthread_mutex_lock(&stage.lock);
    stage.names = "localhost\nsip.example.com";
    pthread_mutex_unlock(&stage.lock);
    wish.host = "sip.example.com";
    tls_dial(&fourth, stage_port(&stage, 0), &wish);
    assert_string_equal(first.serial, second.serial);
    assert_string_not_equal(first.serial, third.serial);
    assert_string_equal(third.why, "");
    assert_string_equal(fourth.why, "");
    tls_hang_up(&first);
    tls_hang_up(&second);
    tls_hang_up(&third);
    tls_hang_up(&fourth);
    buf_done(&pem);
    stage_done(&stage);
}

static void long_answers_arrive_whole(void **state)
{
    struct stage stage;
    struct tls_client client;
    static char heard[300002];
    struct buf pem = given_tls(&stage);
    struct tls_wish wish = {.ca = buf_text(&pem), .host = "localhost"};
    tls_dial(&client, stage_port(&stage, 0), &wish);
    tls_say(&client, "much\n");
    assert_int_equal(tls_hear(&client, heard, 300000), HEARD_ENOUGH);
    assert_int_equal(tls_hear(&client, heard, 1), HEARD_END);
    tls_hang_up(&client);
    buf_done(&pem);
    stage_done(&stage);
}

/* SSL_read gives no more than a record holds. */
static void what_is_written_in_pieces_leaves_as_one_record(void **state)
{
    struct stage stage;
    struct tls_client client;
    char heard[1000];
    struct buf pem = given_tls(&stage);
    struct tls_wish wish = {.ca = buf_text(&pem), .host = "localhost"};
    tls_dial(&client, stage_port(&stage, 0), &wish);
    tls_say(&client, "pieces\n");
    assert_int_equal(SSL_read(client.ssl, heard, sizeof heard), 600);
    tls_hang_up(&client);
    buf_done(&pem);
    stage_done(&stage);
}

/* What was told of the last handshake that failed; "" when nothing is for ten seconds. */
static const char *told(struct stage *stage)
{
    static char text[256];
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += STAGE_WAIT_MS / 1000;
    pthread_mutex_lock(&stage->lock);
    while (!stage->failed[0] && pthread_cond_timedwait(&stage->changed, &stage->lock, &until) == 0)
        ;
    snprintf(text, sizeof text, "%s", stage->failed);
    stage->failed[0] = '\0';
    pthread_mutex_unlock(&stage->lock);
    return text;
}

static void who_resets_the_connection_in_the_handshake_is_heard_of(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len;
    } rows[] = {
        {"nothing said", "", 0},
        {"half a hello", "\x16\x03\x01\x01\x00\x01\x00", 7},
    };
    struct stage stage;
    struct linger now = {.l_onoff = 1};
    struct buf pem = given_tls(&stage);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd = dial(stage_port(&stage, 0));
        send(fd, rows[i].bytes, rows[i].len, MSG_NOSIGNAL);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(fd);
        const char *text = told(&stage);
        if (strcmp(text, "the client reset the connection in the handshake") != 0)
            fail_msg("%s: told \"%s\"", rows[i].label, text);
    }
    buf_done(&pem);
    stage_done(&stage);
}

/* Bytes instead of a hello, and what becomes of them. */
static void what_is_no_hello_ends_the_handshake(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len;
    } rows[] = {
        {"plain HTTP", "GET / HTTP/1.1\r\n\r\n", 18},
        {"SIP", "OPTIONS sip:a SIP/2.0\r\n\r\n", 25},
        {"zeros", "\0\0\0\0\0\0\0\0\0\0", 10},
        {"an alert", "\x15\x03\x01\x00\x02\x02\x28", 7},
        {"SSL 2", "\x80\x09\x01\x00\x02\x00\x00\x00\x00\x00\x00", 11},
        {"a long record", "\x16\x03\x01\xff\xff\x01", 6},
        {"application data", "\x17\x03\x03\x00\x05hello", 10},
        {"TLS 1.0 only",
         "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x01"
         "0123456789abcdef0123456789abcdef\x00\x00\x04\x00\x2f\x00\xff\x01\x00",
         52},
    };
    struct stage stage;
    struct buf pem = given_tls(&stage);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char heard[200];
        int fd = dial(stage_port(&stage, 0));
        send(fd, rows[i].bytes, rows[i].len, MSG_NOSIGNAL);
        int end = hear(fd, heard, sizeof heard - 1);
        if (end != HEARD_END && end != HEARD_RESET)
            fail_msg("%s: no end", rows[i].label);
        close(fd);
    }
    int fd = dial(stage_port(&stage, 0)); /* who says nothing at all is heard of too */
    shutdown(fd, SHUT_WR);
    char heard[8];
    assert_int_not_equal(hear(fd, heard, 7), HEARD_NOTHING);
    pthread_mutex_lock(&stage.lock);
    assert_string_equal(stage.failed, "the client closed the connection in the handshake");
    pthread_mutex_unlock(&stage.lock);
    close(fd);
    buf_done(&pem);
    stage_done(&stage);
}

static void secrets_are_logged_if_asked_for(void **state)
{
    struct stage stage;
    struct tls_client client;
    struct diag diag;
    char path[] = "/tmp/mockrc-keylog-XXXXXX", line[256] = "";
    close(mkstemp(path));
    stage_init(&stage);
    stage.options.keylog = path;
    stage.options.mounts[FRONT_SIP_TLS] = (struct front_mount){&parrot_service, NULL};
    stage_add(&stage, FRONT_SIP_TLS, "a tls");
    stage_start(&stage);
    struct tls_wish wish = {0};
    tls_dial(&client, stage_port(&stage, 0), &wish);
    tls_say(&client, "x");
    assert_int_equal(tls_hear(&client, line, 1), HEARD_ENOUGH);
    tls_hang_up(&client);
    stage_done(&stage);
    FILE *file = fopen(path, "r");
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(strstr(line, "_TRAFFIC_SECRET"));
    fclose(file);
    unlink(path);

    stage_init(&stage);
    stage.options.keylog = "/nowhere/keylog";
    assert_int_equal(front_start(&stage.options, &stage.front, &diag), ERR_ENV);
    assert_string_equal(diag.file, "/nowhere/keylog");
    stage_done(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_that_trusts_the_authority_is_served),
        cmocka_unit_test(what_a_strict_client_refuses_is_refused_and_told),
        cmocka_unit_test(a_certificate_stays_until_it_is_renewed),
        cmocka_unit_test(long_answers_arrive_whole),
        cmocka_unit_test(what_is_written_in_pieces_leaves_as_one_record),
        cmocka_unit_test(what_is_no_hello_ends_the_handshake),
        cmocka_unit_test(who_resets_the_connection_in_the_handshake_is_heard_of),
        cmocka_unit_test(secrets_are_logged_if_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
