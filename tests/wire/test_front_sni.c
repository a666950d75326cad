/* Whose certificate a client of TLS is shown: that of the name it asks for. */
#include "sim/sim.h"
#include "support/arm.h"
#include "support/tls_client.h"

#include "base/json.h"

#include <stdlib.h>

struct ports {
    int https, tls_a;
};

static void read_ports(struct sim *sim, void *arg)
{
    struct ports *ports = arg;
    const struct world *world = sim_world(sim);
    ports->tls_a = world->proxies[0]->port[TRANSPORT_TLS];
    ports->https = atoi(strrchr(world->tls_url, ':') + 1);
}

static struct sim *given_sim(struct ports *ret_ports, struct buf *ret_ca)
{
    struct sim_options options = {.fixture = "acme-rc", .clock = CLOCK_FROZEN, .web_threads = 4};
    struct sim *sim;
    struct diag diag;
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    door_call(sim, read_ports, ret_ports);
    buf_init(ret_ca, 1 << 14);
    assert_int_equal(sim_write_ca(sim, &diag), ERR_OK);
    struct buf env;
    struct arena arena;
    const char *why;
    char pem[1 << 14];
    arena_init(&arena);
    buf_init(&env, 1 << 16);
    sim_env(sim, &env);
    const struct node *root = json_parse(&arena, buf_text(&env), env.len, &why);
    FILE *file = fopen(node_text(node_get(root, "caFile"), ""), "r");
    assert_non_null(file);
    buf_add(ret_ca, pem, fread(pem, 1, sizeof pem, file));
    fclose(file);
    buf_done(&env);
    arena_done(&arena);
    return sim;
}

/* A handshake that asks for `sni` (NULL: nobody) and wants the certificate to be for `host`. */
static void shake(struct tls_client *client, int port, const struct buf *ca, const char *sni,
                  const char *host, int version)
{
    struct tls_wish wish = {.ca = buf_text(ca), .host = host, .sni = sni, .version = version};
    tls_dial(client, port, &wish);
    tls_hang_up(client);
}

static void the_name_asked_for_chooses_the_certificate(void **state)
{
    enum { HTTPS, TLS_A };
    static const struct {
        const char *label;
        int listener;
        const char *sni, *host, *why;
    } rows[] = {
        {"REST by its name", HTTPS, "platform.ringcentral.com", "platform.ringcentral.com", ""},
        {"in any case", HTTPS, "Media.RingCentral.com", "media.ringcentral.com", ""},
        {"no name: the default", HTTPS, TLS_NO_SNI, "media.ringcentral.com", ""},
        {"nobody's name: the default", HTTPS, "nobody.test", "login.ringcentral.com", ""},
        {"a proxy's name at HTTPS", HTTPS, "sip20.ringcentral.com", "sip20.ringcentral.com", ""},
        {"which is not REST's", HTTPS, "sip20.ringcentral.com", "media.ringcentral.com",
         "hostname mismatch"},
        {"a proxy by its name", TLS_A, "sip10.ringcentral.com", "sip10.ringcentral.com", ""},
        {"and by the domain's", TLS_A, "sip.ringcentral.com", "sip10.ringcentral.com", ""},
        {"another's name at it", TLS_A, "sip20.ringcentral.com", "sip20.ringcentral.com", ""},
        {"no name: its own", TLS_A, TLS_NO_SNI, "sip10.ringcentral.com", ""},
        {"which is not the other's", TLS_A, TLS_NO_SNI, "sip20.ringcentral.com",
         "hostname mismatch"},
    };
    struct ports ports;
    struct buf ca;
    struct sim *sim = given_sim(&ports, &ca);
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        struct tls_client client;
        size_t row = i / 2;
        shake(&client, rows[row].listener == HTTPS ? ports.https : ports.tls_a, &ca, rows[row].sni,
              rows[row].host, i % 2 ? TLS1_2_VERSION : 0);
        if (strcmp(client.why, rows[row].why) != 0)
            fail_msg("%s: \"%s\"", rows[row].label, client.why);
    }
    buf_done(&ca);
    sim_stop(sim);
}

static void one_name_gets_a_new_certificate_and_the_others_keep_theirs(void **state)
{
    struct ports ports;
    struct buf ca;
    struct sim *sim = given_sim(&ports, &ca);
    struct tls_client rest, b, rest_again, b_again;
    shake(&rest, ports.https, &ca, TLS_NO_SNI, "localhost", 0);
    shake(&b, ports.https, &ca, "sip20.ringcentral.com", "localhost", 0);
    arm(sim, "rotate-certificate", "{\"of\":\"b\"}");
    shake(&rest_again, ports.https, &ca, TLS_NO_SNI, "localhost", 0);
    shake(&b_again, ports.https, &ca, "sip20.ringcentral.com", "localhost", 0);
    assert_string_equal(rest.serial, rest_again.serial);
    assert_string_not_equal(b.serial, b_again.serial);
    buf_done(&ca);
    sim_stop(sim);
}

struct look {
    const char *op, *sni;
    struct event event;
    bool is_found;
};

static void find(struct sim *sim, void *arg)
{
    struct look *look = arg;
    struct journal *journal = sim_journal(sim);
    for (uint64_t i = 1; i <= journal_last(journal) && !look->is_found; i++) {
        if (!journal_get(journal, i, &look->event) || strcmp(look->event.op, look->op) != 0)
            continue;
        const char *sni = event_get(&look->event, EVENT_SNI);
        look->is_found = sni && strcmp(sni, look->sni) == 0;
    }
}

static void a_rule_can_be_about_one_name(void **state)
{
    static const struct {
        const char *label, *rule, *why;
    } rows[] = {
        {"certificate", "\"kind\":\"certificate\",\"is\":\"expired\"", "certificate has expired"},
        {"alert", "\"kind\":\"alert\",\"alert\":\"unrecognized_name\"", "tlsv1 unrecognized name"},
        {"reset", "\"kind\":\"reset\"", "closed"},
        {"cut", "\"kind\":\"cut\"", "unexpected eof while reading"},
        {"stall", "\"kind\":\"stall\",\"delay\":\"20ms\"", "unexpected eof while reading"},
        {"silence", "\"kind\":\"silence\",\"delay\":\"20ms\"", "unexpected eof while reading"},
        {"half-close", "\"kind\":\"half-close\"", "unexpected eof while reading"},
        {"garbage", "\"kind\":\"garbage\"", "wrong version number"},
    };
    struct ports ports;
    struct buf ca;
    struct sim *sim = given_sim(&ports, &ca);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_client client;
        char rule[300];
        snprintf(rule, sizeof rule,
                 "{\"name\":\"r%zu\",\"match\":{\"sni\":\"media.*\"},%s,\"times\":1}", i,
                 rows[i].rule);
        arm(sim, "fault", rule);
        shake(&client, ports.https, &ca, "login.ringcentral.com", "localhost", 0);
        if (*client.why)
            fail_msg("%s: another name: \"%s\"", rows[i].label, client.why);
        shake(&client, ports.https, &ca, "Media.ringcentral.com", "localhost", 0);
        if (strcmp(client.why, rows[i].why) != 0)
            fail_msg("%s: \"%s\"", rows[i].label, client.why);
        shake(&client, ports.https, &ca, "media.ringcentral.com", "localhost", 0);
        if (*client.why)
            fail_msg("%s: the second time: \"%s\"", rows[i].label, client.why);
    }
    struct look look = {.op = "net.connect", .sni = "media.ringcentral.com"};
    door_call(sim, find, &look);
    assert_true(look.is_found);
    assert_string_equal(event_get(&look.event, EVENT_PLAN), "certificate");
    look = (struct look){.op = "net.tls", .sni = "media.ringcentral.com"};
    sim_catch_up(sim);
    door_call(sim, find, &look);
    assert_true(look.is_found);
    assert_string_equal(event_get(&look.event, EVENT_LISTENER), "https");
    buf_done(&ca);
    sim_stop(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_asked_for_chooses_the_certificate),
        cmocka_unit_test(one_name_gets_a_new_certificate_and_the_others_keep_theirs),
        cmocka_unit_test(a_rule_can_be_about_one_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
