/* Starting and stopping a simulator leaves nothing behind in the process. */
#include "sim/sim.h"
#include "support/arm.h"
#include "support/tls_client.h"

#include <dirent.h>
#include <malloc.h>
#include <stdlib.h>

/* CYCLES in the environment: for the thousand of a long look. */
enum { CYCLES = 12, WARM = 4, SLACK = 256 << 10 };

static size_t entries(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void read_port(struct sim *sim, void *arg)
{
    *(int *)arg = sim_world(sim)->proxies[0]->port[TRANSPORT_TLS];
}

/* One life, with a client over TLS that is still connected at the end, and plain ports that the front has
 * taken from their libraries. */
static void live(void)
{
    struct sim_options options = {
        .fixture = "acme-rc", .clock = CLOCK_FROZEN, .web_threads = 4, .serves_names = true};
    struct sim *sim;
    struct diag diag;
    struct tls_client client;
    struct tls_wish wish = {0};
    struct buf env;
    int port = 0;
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    buf_init(&env, 1 << 20);
    sim_env(sim, &env);
    assert_non_null(strstr(buf_text(&env), "caFile"));
    buf_done(&env);
    door_call(sim, read_port, &port);
    arm(sim, "fault", "{\"match\":{\"listener\":\"http\"},\"kind\":\"cut\"}");
    arm(sim, "fault", "{\"match\":{\"transport\":\"tcp\"},\"kind\":\"cut\"}");
    tls_dial(&client, port, &wish);
    assert_string_equal(client.why, "");
    sim_stop(sim);
    tls_hang_up(&client);
}

static void starts_and_stops_leave_nothing_behind(void **state)
{
    const char *said = getenv("CYCLES");
    int cycles = said ? atoi(said) : CYCLES;
    for (int i = 0; i < WARM; i++)
        live(); /* what libraries keep for good is there after these */
    size_t fds = entries("/proc/self/fd"), threads = entries("/proc/self/task");
    size_t used = mallinfo2().uordblks;
    for (int i = 0; i < cycles; i++)
        live();
    size_t now = mallinfo2().uordblks;
    print_message("%d cycles: heap %zd bytes more\n", cycles, (ssize_t)now - (ssize_t)used);
    assert_int_equal(entries("/proc/self/fd"), fds);
    assert_int_equal(entries("/proc/self/task"), threads);
    assert_true(now < used + SLACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_and_stops_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
