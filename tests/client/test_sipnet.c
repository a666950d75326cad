/* SIP over TLS to a peer that is none: the try ends with the connection, not with the time-out. */
#include "sipnet.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/cmocka_all.h"

enum { TIMEOUT_MS = 20000 };

/* The library never frees the TLS of a connection it has made; the leak sanitizer asks for this by name. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libssl.so\nleak:libcrypto.so\nleak:libsofia-sip-ua.so\n";
}

struct peer {
    int fd;
    const char *says; /* to whoever connects, before it hangs up */
};

static void *live(void *arg)
{
    const struct peer *peer = arg;
    char hello[4096];
    int fd = accept(peer->fd, NULL, NULL);
    if (recv(fd, hello, sizeof(hello), 0) > 0)
        send(fd, peer->says, strlen(peer->says), MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    while (recv(fd, hello, sizeof(hello), 0) > 0)
        ;
    close(fd);
    return NULL;
}

static void a_handshake_that_comes_to_nothing_ends_the_try(void **state)
{
    static const char *const says[] = {"", "EHLO there\r\n"};
    for (size_t i = 0; i < sizeof(says) / sizeof(*says); i++) {
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof(at);
        struct peer peer = {socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), says[i]};
        assert_int_equal(bind(peer.fd, (struct sockaddr *)&at, sizeof(at)), 0);
        assert_int_equal(listen(peer.fd, 1), 0);
        getsockname(peer.fd, (struct sockaddr *)&at, &len);
        pthread_t thread;
        pthread_create(&thread, NULL, live, &peer);

        struct clock clock = clock_machine();
        struct rnd rnd;
        rnd_init_seeded(&rnd, 1, 1);
        struct names *names = names_new(NULL, NULL, &clock, &rnd);
        struct sipnet *net = sipnet_new(names, NULL);
        struct sip_got got;
        struct sip_send send = {.method = "OPTIONS",
                                .proxy = {.host = "127.0.0.1", .port = ntohs(at.sin_port)},
                                .transport = "tls",
                                .uri = "sip:d.test",
                                .from = "<sip:1@d.test>;tag=a",
                                .to = "<sip:d.test>",
                                .call_id = "c",
                                .cseq = 1,
                                .timeout_ms = TIMEOUT_MS};
        int64_t began_ms = clock_steady_ms();
        sipnet_send(net, &send, NULL, &got);
        int64_t took_ms = clock_steady_ms() - began_ms;
        assert_int_equal(got.trouble, SIPUA_REFUSED);
        if (took_ms > TIMEOUT_MS / 2)
            fail_msg("\"%s\": took %d ms", says[i], (int)took_ms);
        sipnet_free(net);
        names_free(names);
        pthread_join(thread, NULL);
        close(peer.fd);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handshake_that_comes_to_nothing_ends_the_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
