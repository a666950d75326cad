/* What a look at a server's certificate finds, with certificates of every kind of wrong. */
#include "certlook.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cert_files.h"
#include "web/tls_relay.h"

struct files {
    char dir[40], cert[64], key[64], other[64], other_key[64];
};

static int given_files(void **state)
{
    struct files *files = calloc(1, sizeof(*files));
    strcpy(files->dir, "/tmp/rc-client-cert-XXXXXX");
    assert_non_null(mkdtemp(files->dir));
    snprintf(files->cert, sizeof(files->cert), "%s/c.pem", files->dir);
    snprintf(files->key, sizeof(files->key), "%s/k.pem", files->dir);
    snprintf(files->other, sizeof(files->other), "%s/oc.pem", files->dir);
    snprintf(files->other_key, sizeof(files->other_key), "%s/ok.pem", files->dir);
    write_cert(files->other, files->other_key, "DNS:nobody.example", 3600);
    *state = files;
    return 0;
}

static int no_files(void **state)
{
    struct files *files = *state;
    unlink(files->cert);
    unlink(files->key);
    unlink(files->other);
    unlink(files->other_key);
    rmdir(files->dir);
    free(files);
    return 0;
}

/* A server with that certificate. */
static struct tls_relay *given_server(const struct files *files, const char *names, long life_s)
{
    char why[200] = "";
    write_cert(files->cert, files->key, names, life_s);
    struct tls_relay *server = tls_relay_start(
        &(struct tls_relay_options){
            .cert_file = files->cert, .key_file = files->key, .to_port = 1 /* nobody */},
        why, sizeof(why));
    if (server == NULL)
        fail_msg("%s", why);
    return server;
}

static void every_kind_of_wrong_has_its_words(void **state)
{
    const struct files *files = *state;
    const struct {
        const char *names, *host, *domain;
        long life_s;
        bool is_trusted;
        enum certlook want;
        const char *why;
    } rows[] = {
        {"IP:127.0.0.1", "127.0.0.1", "", 3600, true, CERTLOOK_GOOD, ""},
        {"DNS:localhost", "localhost", "", 3600, true, CERTLOOK_GOOD, ""},
        {"DNS:sip.example", "127.0.0.1", "sip.example", 3600, true, CERTLOOK_GOOD, ""},
        {"DNS:SIP.Example", "127.0.0.1", "sip.example", 3600, true, CERTLOOK_GOOD, ""},
        {"DNS:other.example", "127.0.0.1", "sip.example", 3600, true, CERTLOOK_BAD, "another name"},
        {"DNS:*.example", "127.0.0.1", "sip.example", 3600, true, CERTLOOK_BAD, "another name"},
        {"DNS:127.0.0.1", "127.0.0.1", "", 3600, true, CERTLOOK_BAD, "another name"},
        {"IP:127.0.0.1", "localhost", "", 3600, true, CERTLOOK_BAD, "another name"},
        {"IP:127.0.0.1", "127.0.0.1", "", -3600, true, CERTLOOK_BAD, "expired"},
        {"IP:127.0.0.1", "127.0.0.1", "", 3600, false, CERTLOOK_BAD, "self-signed"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct certlook_seen seen;
        struct tls_relay *server = given_server(files, rows[i].names, rows[i].life_s);
        struct hostport at = {.port = tls_relay_port(server)};
        snprintf(at.host, sizeof(at.host), "%s", rows[i].host);
        enum certlook found = certlook(
            &at, &at, rows[i].domain, rows[i].is_trusted ? files->cert : files->other, 5000, &seen);
        if (found != rows[i].want || strstr(seen.why, rows[i].why) == NULL)
            fail_msg("row %zu: found %d, why \"%s\"", i, found, seen.why);
        assert_string_equal(seen.subject, "CN = tenant");
        assert_string_equal(seen.issuer, "CN = tenant");
        assert_string_equal(seen.names, strchr(rows[i].names, ':') + 1);
        assert_int_equal(strlen(seen.until), strlen("2026-01-01T00:00:00Z"));
        tls_relay_stop(server);
    }
}

static int listen_on_loopback(struct hostport *ret_at)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *ret_at = (struct hostport){.host = "127.0.0.1", .port = ntohs(at.sin_port)};
    return fd;
}

static void who_is_not_there_or_silent_gives_no_answer(void **state)
{
    const struct files *files = *state;
    struct certlook_seen seen;
    struct hostport at;
    int fd = listen_on_loopback(&at); /* bound: nobody else takes it, and nobody listens */
    assert_int_equal(certlook(&at, &at, "", files->other, 5000, &seen), CERTLOOK_NO_ANSWER);
    listen(fd, 5);
    assert_int_equal(certlook(&at, &at, "", files->other, 100, &seen), CERTLOOK_NO_ANSWER);
    close(fd);
}

static void *say_something_else(void *arg)
{
    int fd = accept(*(int *)arg, NULL, NULL);
    send(fd, "SIP/2.0 400 Bad Request\r\n\r\n", 27, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    char bytes[4096];
    while (recv(fd, bytes, sizeof(bytes), 0) > 0)
        continue;
    close(fd);
    return NULL;
}

static void who_speaks_no_tls_is_told_so(void **state)
{
    const struct files *files = *state;
    struct certlook_seen seen;
    struct hostport at;
    pthread_t thread;
    int fd = listen_on_loopback(&at);
    listen(fd, 5);
    pthread_create(&thread, NULL, say_something_else, &fd);
    assert_int_equal(certlook(&at, &at, "", files->other, 5000, &seen), CERTLOOK_NO_HANDSHAKE);
    pthread_join(thread, NULL);
    assert_string_equal(seen.why, "wrong version number");
    close(fd);
}

int main(void)
{
#define LOOK(name) cmocka_unit_test_setup_teardown(name, given_files, no_files)
    const struct CMUnitTest tests[] = {
        LOOK(every_kind_of_wrong_has_its_words),
        LOOK(who_is_not_there_or_silent_gives_no_answer),
        LOOK(who_speaks_no_tls_is_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
