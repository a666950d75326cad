/* Which ports a proxy gets: those its fixture names, unless others are said. */
#include "sim/sim.h"
#include "support/front_stage.h"
#include "support/small_fixture.h"

#include <stdlib.h>

/* A port that is free now. */
static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    getsockname(fd, (struct sockaddr *)&address, &len);
    close(fd);
    return ntohs(address.sin_port);
}

struct seen {
    int ports[2][TRANSPORTS];
};

static void read_ports(struct sim *sim, void *arg)
{
    struct seen *seen = arg;
    for (size_t i = 0; i < 2; i++)
        memcpy(seen->ports[i], sim_world(sim)->proxies[i]->port, sizeof seen->ports[i]);
}

static void write_fixture(char path[64], int tcp, int tls)
{
    static const char host[] = "host: sip1.small.test";
    const char *at = strstr(small_fixture, host) + strlen(host);
    strcpy(path, "/tmp/mockrc-ports-XXXXXX");
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    fprintf(file, "%.*s, tcp: %d, tls: %d%s", (int)(at - small_fixture), small_fixture, tcp, tls,
            at);
    fclose(file);
}

static void a_fixture_that_names_ports_gets_them(void **state)
{
    char path[64];
    int tcp = free_port(), tls = free_port();
    struct seen seen, again;
    struct diag diag;
    struct sim *sim;
    write_fixture(path, tcp, tls);
    struct sim_options options = {
        .fixture = path, .clock = CLOCK_FROZEN, .web_threads = 4, .fixture_ports = true};
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    door_call(sim, read_ports, &seen);
    assert_int_equal(seen.ports[0][TRANSPORT_TCP], tcp);
    assert_int_equal(seen.ports[0][TRANSPORT_TLS], tls);
    assert_int_not_equal(seen.ports[0][TRANSPORT_UDP], 0);
    assert_int_not_equal(seen.ports[1][TRANSPORT_TCP], 0);
    int fd = dial(tcp);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(sim_reset(sim, &diag), 0);
    door_call(sim, read_ports, &again);
    assert_memory_equal(&seen, &again, sizeof seen);
    sim_stop(sim);

    options.fixture_ports = false; /* port 0 was said */
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    door_call(sim, read_ports, &seen);
    assert_int_not_equal(seen.ports[0][TRANSPORT_TCP], tcp);
    assert_int_not_equal(seen.ports[0][TRANSPORT_TLS], tls);
    sim_stop(sim);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fixture_that_names_ports_gets_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
