/* What the simulated names answer; proxies a (primary) and b (secondary) of NA, c and d of EMEA. */
#include "dns/serve.h"
#include "dns/zone.h"
#include "base/mem.h"
#include "support/control_scene.h"

#include <stdio.h>

static int given_scene(void **state)
{
    static struct scene scene;
    scene_init(&scene);
    scene.world->transports |= 1u << TRANSPORT_TLS;
    for (size_t i = 0; i < scene.world->proxy_count; i++)
        for (int t = 0; t < TRANSPORTS; t++)
            scene.world->proxies[i]->port[t] = 5000 + 10 * (int)i + t;
    *state = &scene;
    return 0;
}

static int done(void **state)
{
    scene_done(*state);
    return 0;
}

static void put_record(const struct dns_record *record, struct buf *out)
{
    buf_printf(out, "%s %s", out->len ? "," : "", dns_type_name((uint16_t)record->type));
    if (record->type == DNS_A)
        buf_printf(out, " %d.%d.%d.%d", record->address[0], record->address[1], record->address[2],
                   record->address[3]);
    if (record->type == DNS_SRV)
        buf_printf(out, " %d %d %s", record->priority, record->port, record->target);
    if (record->type == DNS_NAPTR)
        buf_printf(out, " %d %s %s %s", record->preference, record->flags, record->service,
                   record->target);
    if (record->ttl_s != ZONE_TTL_S)
        buf_printf(out, " ttl %u", record->ttl_s);
}

/* "silence", "nxdomain", or "answer" and the records. */
static const char *asked(const struct scene *scene, const char *name, enum dns_type type)
{
    static char text[1024];
    struct dns_query query = {.type = (uint16_t)type, .class = DNS_CLASS_IN};
    struct dns_answer answer;
    struct buf out;
    uint64_t cause;
    snprintf(query.name, sizeof query.name, "%s", name);
    buf_init(&out, sizeof text);
    bool is_answered = zone_answer(scene->world, &query, &answer, &cause);
    for (size_t i = 0; is_answered && i < answer.count; i++)
        put_record(&answer.records[i], &out);
    snprintf(text, sizeof text, "%s%s", is_answered ? dns_rcode_name(answer.rcode) : "silence",
             buf_text(&out));
    buf_done(&out);
    return text;
}

static void each_name_answers_what_it_is(void **state)
{
    static const struct {
        const char *name;
        enum dns_type type;
        const char *want;
    } rows[] = {
        {"sip10.ringcentral.com", DNS_A, "answer A 127.0.0.1"},
        {"SIP10.RingCentral.com", DNS_A, "answer A 127.0.0.1"},
        {"sip10.ringcentral.com", DNS_AAAA, "answer"},
        {"sip10.ringcentral.com", DNS_SRV, "answer"},
        {"sip10.ringcentral.com", DNS_ANY, "answer A 127.0.0.1"},
        {"_sip._udp.sip10.ringcentral.com", DNS_SRV, "answer SRV 10 5000 sip10.ringcentral.com"},
        {"_sip._tcp.sip20.ringcentral.com", DNS_SRV, "answer SRV 20 5011 sip20.ringcentral.com"},
        {"_sips._tcp.sip40.ringcentral.com", DNS_SRV, "answer SRV 10 5022 sip40.ringcentral.com"},
        {"_sip._udp.sip.ringcentral.com", DNS_SRV,
         "answer SRV 10 5000 sip10.ringcentral.com, SRV 20 5010 sip20.ringcentral.com"},
        {"_sips._tcp.sip.ringcentral.com", DNS_SRV,
         "answer SRV 10 5002 sip10.ringcentral.com, SRV 20 5012 sip20.ringcentral.com"},
        {"_sip._udp.sip.ringcentral.com", DNS_A, "answer"},
        {"sip.ringcentral.com", DNS_NAPTR,
         "answer NAPTR 10 s SIPS+D2T _sips._tcp.sip.ringcentral.com, NAPTR 20 s SIP+D2T "
         "_sip._tcp.sip.ringcentral.com, NAPTR 30 s SIP+D2U _sip._udp.sip.ringcentral.com"},
        {"sip.ringcentral.com", DNS_A, "answer"},
        {"_tcp.sip.ringcentral.com", DNS_SRV, "answer"}, /* names are below it */
        {"com", DNS_A, "answer"},
        {"", DNS_A, "answer"},
        {"g.com", DNS_A, "nxdomain"},
        {"entral.com", DNS_A, "nxdomain"}, /* not a whole label */
        {"x.sip10.ringcentral.com", DNS_A, "nxdomain"},
        {"_sips._udp.sip.ringcentral.com", DNS_SRV, "nxdomain"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *saw = asked(*state, rows[i].name, rows[i].type);
        if (strcmp(saw, rows[i].want) != 0)
            fail_msg("%s %d: %s", rows[i].name, rows[i].type, saw);
    }
}

static void what_is_not_served_has_no_records(void **state)
{
    struct scene *scene = *state;
    scene->world->transports &= ~(1u << TRANSPORT_TLS);
    assert_string_equal(asked(scene, "_sips._tcp.sip.ringcentral.com", DNS_SRV), "nxdomain");
    assert_string_equal(asked(scene, "sip.ringcentral.com", DNS_NAPTR),
                        "answer NAPTR 20 s SIP+D2T _sip._tcp.sip.ringcentral.com, NAPTR 30 s "
                        "SIP+D2U _sip._udp.sip.ringcentral.com");
}

static void the_address_is_the_one_bound(void **state)
{
    struct scene *scene = *state;
    xset(&scene->world->bind, "0.0.0.0");
    assert_string_equal(asked(scene, "sip10.ringcentral.com", DNS_A), "answer A 127.0.0.1");
    xset(&scene->world->bind, "::1");
    assert_string_equal(asked(scene, "sip10.ringcentral.com", DNS_A), "answer");
    assert_string_equal(asked(scene, "sip10.ringcentral.com", DNS_AAAA), "answer AAAA");
}

static void records_follow_the_proxies(void **state)
{
    struct scene *scene = *state;
    struct proxy *proxy = proxy_named(scene->world, "a");
    static const char name[] = "_sip._udp.sip.ringcentral.com";
    /* Stopped: DNS does not know. */
    assert_int_equal(scene_verb(scene, "stop-proxy", "\"a\""), 0);
    memset(proxy->port, 0, sizeof proxy->port);
    assert_string_equal(
        asked(scene, name, DNS_SRV),
        "answer SRV 10 5000 sip10.ringcentral.com, SRV 20 5010 sip20.ringcentral.com");
    assert_int_equal(scene_verb(scene, "stale-proxy", "\"a\""), 0);
    assert_string_equal(asked(scene, name, DNS_SRV), "answer SRV 20 5010 sip20.ringcentral.com");
    assert_int_equal(scene_verb(scene, "start-proxy", "\"a\""), 0);
    proxy->port[TRANSPORT_UDP] = 5000;
    /* Moved: the old one has the same host name, and no record. */
    assert_int_equal(
        scene_verb(scene, "move-proxy", "{\"proxy\":\"a\",\"udp\":6000,\"leave\":\"stale\"}"), 0);
    proxy->port[TRANSPORT_UDP] = 6000;
    assert_non_null(proxy_named(scene->world, "a-old"));
    assert_string_equal(asked(scene, "_sip._udp.sip10.ringcentral.com", DNS_SRV),
                        "answer SRV 10 6000 sip10.ringcentral.com");
    assert_string_equal(asked(scene, "sip10.ringcentral.com", DNS_A), "answer A 127.0.0.1");
}

static void set_dns_has_its_way_until_normal(void **state)
{
    static const struct {
        const char *args, *name;
        enum dns_type type;
        const char *want;
    } rows[] = {
        {"{\"name\":\"SIP10.ringcentral.com.\",\"address\":\"127.0.0.2\",\"ttl\":\"30s\"}",
         "sip10.ringcentral.com", DNS_A, "answer A 127.0.0.2 ttl 30"},
        {"{\"name\":\"sip10.ringcentral.com\",\"address\":\"::1\",\"ttl\":\"0s\"}",
         "sip10.ringcentral.com", DNS_ANY, "answer AAAA ttl 0"},
        {"{\"name\":\"sip10.ringcentral.com\",\"ttl\":\"7d\"}", "sip10.ringcentral.com", DNS_A,
         "answer A 127.0.0.1 ttl 604800"},
        {"{\"name\":\"sip10.ringcentral.com\",\"does\":\"nxdomain\"}", "sip10.ringcentral.com",
         DNS_A, "nxdomain"},
        {"{\"name\":\"sip10.ringcentral.com\",\"does\":\"servfail\"}", "sip10.ringcentral.com",
         DNS_A, "servfail"},
        {"{\"name\":\"sip10.ringcentral.com\",\"does\":\"silence\"}", "sip10.ringcentral.com",
         DNS_A, "silence"},
        {"{\"name\":\"sip10.ringcentral.com\",\"does\":\"nxdomain\"}",
         "_sip._udp.sip10.ringcentral.com", DNS_SRV, "answer SRV 10 5000 sip10.ringcentral.com"},
        {"{\"name\":\"new.test\",\"address\":\"127.0.0.3\"}", "new.test", DNS_A,
         "answer A 127.0.0.3"},
        {"{\"name\":\"new.test\",\"address\":\"127.0.0.3\"}", "test", DNS_A, "answer"},
        {"{\"name\":\"sip.ringcentral.com\",\"address\":\"127.0.0.3\"}", "sip.ringcentral.com",
         DNS_A, "answer A 127.0.0.3"},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char normal[128], usual[1024];
        const char *name = strstr(rows[i].args, "new.test") ? "new.test" : "sip10.ringcentral.com";
        if (strstr(rows[i].args, "\"sip.ring"))
            name = "sip.ringcentral.com";
        snprintf(normal, sizeof normal, "{\"name\":\"%s\",\"does\":\"normal\"}", name);
        snprintf(usual, sizeof usual, "%s", asked(scene, rows[i].name, rows[i].type));
        assert_int_equal(scene_verb(scene, "set-dns", rows[i].args), 0);
        const char *saw = asked(scene, rows[i].name, rows[i].type);
        if (strcmp(saw, rows[i].want) != 0)
            fail_msg("%s: %s", rows[i].args, saw);
        assert_int_equal(scene_verb(scene, "set-dns", normal), 0);
        assert_string_equal(asked(scene, rows[i].name, rows[i].type), usual);
        assert_int_equal(scene->world->name_count, 0);
    }
}

static void set_dns_refuses_what_it_cannot_do(void **state)
{
    static const char *const rows[] = {
        "{\"name\":\"a..b\",\"does\":\"nxdomain\"}",
        "{\"name\":\"sip10.ringcentral.com\"}",
        "{\"name\":\"sip10.ringcentral.com\",\"address\":\"here\"}",
        "{\"name\":\"sip10.ringcentral.com\",\"address\":\"127.0.0.1:53\"}",
        "{\"name\":\"sip10.ringcentral.com\",\"ttl\":\"8d\"}",
        "{\"name\":\"sip10.ringcentral.com\",\"does\":\"silence\",\"address\":\"127.0.0.1\"}",
        "{\"name\":\"new.test\",\"does\":\"answer\"}",
        "{\"does\":\"nxdomain\"}",
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (scene_verb(scene, "set-dns", rows[i]) != ERR_USAGE || scene->world->name_count)
            fail_msg("%s is taken", rows[i]);
}

static void names_set_have_a_limit(void **state)
{
    struct scene *scene = *state;
    char name[32];
    for (int i = 0; i < NAME_RULES_MAX; i++) {
        snprintf(name, sizeof name, "n%d.test", i);
        assert_true(name_set(scene->world, name, &(struct name_rule){.does = NAME_FAILS}));
    }
    assert_false(name_set(scene->world, "more.test", &(struct name_rule){.does = NAME_FAILS}));
    assert_true(name_set(scene->world, "n7.test", &(struct name_rule){.does = NAME_SILENT}));
    assert_string_equal(asked(scene, "n7.test", DNS_A), "silence");
}

/* set-dns is what its answers come from. */
static void the_journal_tells_what_was_asked_and_why_it_came_so(void **state)
{
    static const uint8_t bytes[] = "\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                   "\x05sip10\x0bringcentral\x03"
                                   "com\x00\x00\x1c\x00\x01";
    struct scene *scene = *state;
    struct buf out;
    buf_init(&out, DNS_ANSWER_MAX);
    dns_serve(scene->world, scene->journal, scene->faults, true, bytes, sizeof bytes - 1, &out);
    struct event event = scene_last(scene);
    assert_string_equal(event.op, dns_op);
    assert_int_equal(event.cause, 0);
    assert_string_equal(event_get(&event, EVENT_NAME), "sip10.ringcentral.com");
    assert_string_equal(event_get(&event, EVENT_QTYPE), "AAAA");
    assert_string_equal(event_get(&event, EVENT_TRANSPORT), "udp");
    assert_string_equal(event_get(&event, EVENT_RESULT), "answer");
    assert_string_equal(event_get(&event, EVENT_RECORDS), "0");
    assert_int_equal(out.len, sizeof bytes - 1);

    assert_int_equal(
        scene_verb(scene, "set-dns", "{\"name\":\"sip10.ringcentral.com\",\"does\":\"silence\"}"),
        0);
    uint64_t cause = journal_last(scene->journal);
    buf_reset(&out);
    dns_serve(scene->world, scene->journal, scene->faults, false, bytes, sizeof bytes - 1, &out);
    event = scene_last(scene);
    assert_int_equal(event.cause, cause);
    assert_string_equal(event_get(&event, EVENT_RESULT), "silence");
    assert_null(event_get(&event, EVENT_RECORDS));
    assert_int_equal(out.len, 0);

    /* A message that is refused has a reason; one that is no query has no event. */
    dns_serve(scene->world, scene->journal, scene->faults, true, bytes, sizeof bytes - 3, &out);
    event = scene_last(scene);
    assert_string_equal(event_get(&event, EVENT_RESULT), "formerr");
    assert_string_equal(event_get(&event, EVENT_REASON), "a question that is cut short");
    uint64_t last = journal_last(scene->journal);
    dns_serve(scene->world, scene->journal, scene->faults, true, bytes, 3, &out);
    assert_int_equal(journal_last(scene->journal), last);
    buf_done(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_scene, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_name_answers_what_it_is),
        TEST(what_is_not_served_has_no_records),
        TEST(the_address_is_the_one_bound),
        TEST(records_follow_the_proxies),
        TEST(set_dns_has_its_way_until_normal),
        TEST(set_dns_refuses_what_it_cannot_do),
        TEST(names_set_have_a_limit),
        TEST(the_journal_tells_what_was_asked_and_why_it_came_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
