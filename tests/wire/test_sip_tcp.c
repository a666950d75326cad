/* Byte faults on a proxy's plain TCP port, which is the SIP library's until a rule is about it. */
#include "support/arm.h"
#include "support/sip_client.h"

#include "sim/door.h"

static struct sim *given_sim(void)
{
    struct sim_options options = {.clock = CLOCK_FROZEN, .has_no_web = true, .call_log_records = 1};
    struct sim *sim;
    struct diag diag;
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    return sim;
}

struct look {
    const char *proxy;
    int port;
};

static void read_port(struct sim *sim, void *arg)
{
    struct look *look = arg;
    look->port = proxy_named(sim_world(sim), look->proxy)->port[TRANSPORT_TCP];
}

static int port_of(struct sim *sim, const char *proxy)
{
    struct look look = {.proxy = proxy};
    door_call(sim, read_port, &look);
    return look.port;
}

static void ask(struct sip_client *phone, const char *method)
{
    char text[1024];
    snprintf(text, sizeof text,
             "%s sip:sip.ringcentral.com SIP/2.0\r\n"
             "Via: SIP/2.0/TCP 10.0.0.9:5060;branch=z9hG4bK-1;rport\r\n"
             "Max-Forwards: 70\r\nFrom: <sip:16505550101@sip.ringcentral.com>;tag=f\r\n"
             "To: <sip:16505550101@sip.ringcentral.com>\r\nCall-ID: %s-%d\r\nCSeq: 1 %s\r\n"
             "Contact: <sip:1@10.0.0.9:5060;transport=tcp>\r\nContent-Length: 0\r\n\r\n",
             method, method, phone->port, method);
    send(phone->fd, text, strlen(text), MSG_NOSIGNAL);
}

/* A client of its own is answered. */
static bool is_served(int port)
{
    struct sip_client phone;
    if (!sip_client_open(&phone, true, port))
        return false;
    ask(&phone, "REGISTER");
    bool is = sip_client_receive(&phone);
    if (is)
        assert_int_equal(sip_client_status(&phone), 401);
    sip_client_close(&phone);
    return is;
}

/* All a client hears until the end, or until a message is whole. */
static const char *hear(struct sip_client *phone, char *out, size_t size)
{
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len + 1 < size) {
        got = sip_client_read(phone, out + len, size - 1 - len, SIP_CLIENT_WAIT_MS);
        len += got > 0 ? (size_t)got : 0;
        out[len] = '\0';
        if (strstr(out, "\r\n\r\n"))
            return "whole";
    }
    return got == 0 ? "end" : "nothing";
}

static void each_fault_is_seen(void **state)
{
    static const struct {
        const char *rule, *ends, *starts;
        size_t len; /* what is heard; 0: all */
    } rows[] = {
        {"\"kind\":\"silence\",\"delay\":\"20ms\"", "end", "", 0},
        {"\"kind\":\"reset\"", "end", "", 0},
        {"\"kind\":\"reset\",\"after\":12", "end", "SIP/2.0 401 ", 12},
        {"\"kind\":\"half-close\",\"after\":12", "end", "SIP/2.0 401 ", 12},
        {"\"kind\":\"cut\"", "end", "", 0},
        {"\"kind\":\"cut\",\"after\":12", "end", "SIP/2.0 401 ", 12},
        {"\"kind\":\"stall\",\"after\":12,\"delay\":\"20ms\"", "end", "SIP/2.0 401 ", 12},
        {"\"kind\":\"dribble\",\"bytes\":50,\"delay\":\"1ms\"", "whole", "SIP/2.0 401 ", 0},
        {"\"kind\":\"garbage\",\"body\":\"EHLO there\"", "end", "EHLO there", 10},
    };
    struct sim *sim = given_sim();
    int port = port_of(sim, "a");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_client phone;
        char json[200], heard[2000] = "";
        snprintf(json, sizeof json, "{\"match\":{\"listener\":\"a tcp\"},%s,\"times\":1}",
                 rows[i].rule);
        arm(sim, "fault", json);
        assert_true(sip_client_open(&phone, true, port));
        ask(&phone, "REGISTER");
        const char *ends = hear(&phone, heard, sizeof heard);
        if (strcmp(ends, rows[i].ends) != 0 ||
            strncmp(heard, rows[i].starts, strlen(rows[i].starts)) != 0 ||
            (rows[i].len && strlen(heard) != rows[i].len))
            fail_msg("%s: %s after \"%s\"", rows[i].rule, ends, heard);
        sip_client_close(&phone);
        assert_true(is_served(port)); /* it struck once */
    }
    arm(sim, "fault", "{\"name\":\"r\",\"match\":{\"transport\":\"tcp\"},\"kind\":\"refuse\"}");
    assert_false(is_served(port));
    assert_false(is_served(port_of(sim, "b")));
    arm(sim, "clear-fault", "{\"name\":\"r\"}");
    assert_true(is_served(port));
    assert_true(is_served(port_of(sim, "b")));
    sim_stop(sim);
}

static const char rule[] = "{\"name\":\"c\",\"match\":{\"listener\":\"a tcp\"},\"kind\":\"cut\"}";

static void who_was_connected_before_is_served_as_before(void **state)
{
    struct sim *sim = given_sim();
    int port = port_of(sim, "a");
    struct sip_client phone;
    assert_true(sip_client_open(&phone, true, port));
    ask(&phone, "REGISTER");
    assert_true(sip_client_receive(&phone));
    arm(sim, "fault", rule);
    assert_false(is_served(port));
    assert_true(is_served(port_of(sim, "b")));
    ask(&phone, "REGISTER");
    assert_true(sip_client_receive(&phone));
    sip_client_close(&phone);
    sim_stop(sim);
}

/* But for what is of the moment, the answer is the same one. */
static void the_phone_is_told_its_own_address(void **state)
{
    struct sim *sim = given_sim();
    int port = port_of(sim, "a");
    for (int i = 0; i < 2; i++) {
        struct sip_client phone;
        struct event event;
        char via[256], want[64];
        assert_true(sip_client_open(&phone, true, port));
        ask(&phone, "REGISTER");
        assert_true(sip_client_receive(&phone));
        sip_client_header(&phone, "Via", via, sizeof via);
        snprintf(want, sizeof want, "rport=%d", phone.port);
        assert_non_null(strstr(via, "SIP/2.0/TCP 10.0.0.9:5060;"));
        assert_non_null(strstr(via, "received=127.0.0.1"));
        assert_non_null(strstr(via, want));
        assert_null(strstr(strstr(phone.text, "Via: ") + 1, "Via: "));
        sip_client_close(&phone);
        struct journal *journal = sim_journal(sim);
        assert_true(journal_get(journal, journal_last(journal), &event));
        assert_string_equal(event.op, "sip.register");
        assert_string_equal(event_get(&event, EVENT_TRANSPORT), "tcp");
        arm(sim, "fault", rule);
        arm(sim, "clear-fault", "{\"name\":\"c\"}");
    }
    sim_stop(sim);
}

static void the_port_follows_its_proxy(void **state)
{
    struct sim *sim = given_sim();
    int port = port_of(sim, "a");
    arm(sim, "fault", rule);
    assert_false(is_served(port));

    arm(sim, "stop-proxy", "{\"proxy\":\"a\"}");
    struct sip_client phone;
    assert_false(sip_client_open(&phone, true, port));
    arm(sim, "start-proxy", "{\"proxy\":\"a\"}");
    assert_int_equal(port_of(sim, "a"), port);
    assert_true(sip_client_open(&phone, true, port));
    sip_client_close(&phone);
    assert_false(is_served(port));

    /* It moves; the address it leaves is another proxy's, and no rule is about that one. */
    arm(sim, "move-proxy", "{\"proxy\":\"a\",\"leave\":\"stale\"}");
    assert_int_not_equal(port_of(sim, "a"), port);
    assert_int_equal(port_of(sim, "a-old"), port);
    assert_false(is_served(port_of(sim, "a")));
    assert_true(is_served(port));

    arm(sim, "clear-fault", "{\"name\":\"c\"}");
    assert_true(is_served(port_of(sim, "a")));
    arm(sim, "move-proxy", "{\"proxy\":\"a\"}");
    assert_true(is_served(port_of(sim, "a")));
    arm(sim, "reset", "{}");
    assert_int_equal(port_of(sim, "a"), port);
    assert_true(is_served(port));
    arm(sim, "stop-proxy", "{\"proxy\":\"a\"}");
    arm(sim, "start-proxy", "{\"proxy\":\"a\"}");
    assert_true(is_served(port));
    sim_stop(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_seen),
        cmocka_unit_test(who_was_connected_before_is_served_as_before),
        cmocka_unit_test(the_phone_is_told_its_own_address),
        cmocka_unit_test(the_port_follows_its_proxy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
