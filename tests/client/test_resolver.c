/* Questions over real sockets: what each kind of answer comes to. */
#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/cmocka_all.h"

enum { MESSAGE = 512, HEADER_LEN = 12 };

/* A name server on one port, UDP and TCP; the first letter of the name says what it does. */
struct server {
    int udp, tcp;
    struct hostport at;
    pthread_t by_udp, by_tcp;
};

/* The question comes back as an answer with an address of 127.0.0.<last>; returns its length. */
static size_t answer(unsigned char *bytes, size_t len, unsigned char last, bool is_udp)
{
    static const unsigned char record[] = {0xc0, HEADER_LEN, 0, 1, 0,   1, 0, 0,
                                           0,    60,         0, 4, 127, 0, 0};
    char letter = (char)bytes[HEADER_LEN + 1];
    bytes[2] |= 0x80;
    bytes[3] = 0x80 | (letter == 'n' ? 3 : letter == 'f' ? 2 : letter == 'r' ? 5 : 0);
    bytes[2] |= letter == 't' && is_udp ? 2 : 0; /* truncated */
    if (letter != 'a' && (letter != 't' || is_udp))
        return len;
    bytes[7] = 1;
    memcpy(bytes + len, record, sizeof(record));
    bytes[len + sizeof(record)] = last;
    return len + sizeof(record) + 1;
}

static void *serve_udp(void *arg)
{
    const struct server *server = arg;
    unsigned char bytes[MESSAGE];
    struct sockaddr_storage from;
    socklen_t from_len = sizeof(from);
    ssize_t len;
    while ((len = recvfrom(server->udp, bytes, MESSAGE - 64, 0, (struct sockaddr *)&from,
                           &from_len)) > HEADER_LEN) {
        if (bytes[HEADER_LEN + 1] != 's')
            sendto(server->udp, bytes, answer(bytes, (size_t)len, 1, true), 0,
                   (struct sockaddr *)&from, from_len);
        from_len = sizeof(from);
    }
    return NULL;
}

static void *serve_tcp(void *arg)
{
    const struct server *server = arg;
    int fd;
    while ((fd = accept(server->tcp, NULL, NULL)) >= 0) {
        unsigned char bytes[MESSAGE];
        if (recv(fd, bytes, 2, MSG_WAITALL) == 2 && bytes[0] == 0 &&
            recv(fd, bytes + 2, bytes[1], MSG_WAITALL) == bytes[1]) {
            size_t len = answer(bytes + 2, bytes[1], 2, false);
            bytes[1] = (unsigned char)len;
            send(fd, bytes, len + 2, MSG_NOSIGNAL);
        }
        close(fd);
    }
    return NULL;
}

/* False: this machine has no such family. */
static bool start(struct server *server, int family)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    bool is_v6 = family == AF_INET6;
    struct sockaddr *at = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    socklen_t len = is_v6 ? sizeof(v6) : sizeof(v4);
    in_port_t *port = is_v6 ? &v6.sin6_port : &v4.sin_port;
    bool is_bound = false;
    for (int i = 0; i < 20 && !is_bound; i++) { /* until one port is free for both */
        *port = 0;
        server->udp = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        server->tcp = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (server->udp < 0 || bind(server->udp, at, len) != 0)
            return false;
        getsockname(server->udp, at, &len);
        is_bound = bind(server->tcp, at, len) == 0 && listen(server->tcp, 8) == 0;
        if (!is_bound) {
            close(server->udp);
            close(server->tcp);
        }
    }
    assert_true(is_bound);
    server->at = (struct hostport){.port = ntohs(*port), .is_ipv6 = is_v6};
    snprintf(server->at.host, sizeof(server->at.host), "%s", is_v6 ? "::1" : "127.0.0.1");
    pthread_create(&server->by_udp, NULL, serve_udp, server);
    pthread_create(&server->by_tcp, NULL, serve_tcp, server);
    return true;
}

static void stop(struct server *server)
{
    shutdown(server->tcp, SHUT_RDWR);
    shutdown(server->udp,
             SHUT_RDWR); /* wakes the reader, though it says that it is not connected */
    pthread_join(server->by_tcp, NULL);
    pthread_join(server->by_udp, NULL);
    close(server->udp);
    close(server->tcp);
}

static void each_answer_is_told_apart(void **state)
{
    static const struct {
        const char *name;
        enum resolver_said want;
        const char *address;
    } rows[] = {
        {"a.test", RESOLVER_RECORDS, "127.0.0.1"},
        {"t.test", RESOLVER_RECORDS, "127.0.0.2"}, /* cut: asked again over TCP */
        {"n.test", RESOLVER_NO_NAME, ""},
        {"e.test", RESOLVER_NO_RECORDS, ""},
        {"f.test", RESOLVER_FAILED, ""},
        {"r.test", RESOLVER_REFUSED, ""},
        {"s.test", RESOLVER_SILENT, ""},
        {"a..test", RESOLVER_NO_NAME, ""}, /* no name of DNS */
        {"a.test", RESOLVER_RECORDS, "127.0.0.1"},
    };
    struct server server;
    assert_true(start(&server, AF_INET));
    struct resolver *resolver = resolver_new(&server.at);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct dns_records read;
        enum resolver_said said = resolver_ask(resolver, rows[i].name, DNS_A, &read);
        if (said != rows[i].want || strcmp(read.list[0].address, rows[i].address) != 0)
            fail_msg("%s: %s, %s", rows[i].name, resolver_text(said), read.list[0].address);
    }
    resolver_free(resolver);
    stop(&server);
}

static void a_server_may_have_an_address_of_ipv6(void **state)
{
    struct server server;
    struct dns_records read;
    if (!start(&server, AF_INET6))
        skip();
    struct resolver *resolver = resolver_new(&server.at);
    for (int i = 0; i < 2; i++)
        assert_int_equal(resolver_ask(resolver, "a.test", DNS_A, &read), RESOLVER_RECORDS);
    resolver_free(resolver);
    stop(&server);
}

static void nobody_at_the_port_is_silence_at_once(void **state)
{
    struct server server;
    struct dns_records read;
    assert_true(start(&server, AF_INET));
    stop(&server);
    struct resolver *resolver = resolver_new(&server.at);
    assert_int_equal(resolver_ask(resolver, "a.test", DNS_A, &read), RESOLVER_SILENT);
    resolver_free(resolver);
}

static void the_system_knows_this_machine(void **state)
{
    struct dns_records read;
    struct resolver *resolver = resolver_new(NULL);
    assert_int_equal(resolver_ask(resolver, "localhost", DNS_A, &read), RESOLVER_RECORDS);
    assert_string_equal(read.list[0].address, "127.0.0.1");
    assert_int_equal(read.list[0].ttl_s, RESOLVER_SYSTEM_TTL_S);
    resolver_free(resolver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_is_told_apart),
        cmocka_unit_test(a_server_may_have_an_address_of_ipv6),
        cmocka_unit_test(nobody_at_the_port_is_silence_at_once),
        cmocka_unit_test(the_system_knows_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
