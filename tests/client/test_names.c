/* Where a proxy is, against a made-up zone in made-up time. */
#include "names.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { ROWS_MAX = 16 };

/* One record of the zone; NULL name ends it. */
struct row {
    const char *name;
    enum dns_type type;
    struct dns_record record;
};

struct zone {
    struct row rows[ROWS_MAX];
    enum resolver_said fails; /* RESOLVER_RECORDS: it works */
    const char *fails_name;   /* NULL: for all names */
    int asked;
    char names[600]; /* "NAPTR p.test, SRV ..." */
    int64_t now_ms;
    struct rnd rnd;
    struct clock clock;
    struct names *names_of;
};

static const char *type_text(enum dns_type type)
{
    return type == DNS_A ? "A" : type == DNS_AAAA ? "AAAA" : type == DNS_SRV ? "SRV" : "NAPTR";
}

static enum resolver_said ask(void *arg, const char *name, enum dns_type type,
                              struct dns_records *ret)
{
    struct zone *zone = arg;
    bool is_known = false;
    size_t len = strlen(zone->names);
    memset(ret, 0, sizeof(*ret));
    zone->asked++;
    snprintf(zone->names + len, sizeof(zone->names) - len, "%s%s %s", len ? ", " : "",
             type_text(type), name);
    if (zone->fails != RESOLVER_RECORDS &&
        (zone->fails_name == NULL || strcmp(zone->fails_name, name) == 0))
        return zone->fails;
    for (const struct row *row = zone->rows; row->name; row++) {
        is_known = is_known || strcmp(row->name, name) == 0;
        if (strcmp(row->name, name) == 0 && row->type == type)
            ret->list[ret->count++] = row->record;
    }
    return ret->count ? RESOLVER_RECORDS : is_known ? RESOLVER_NO_RECORDS : RESOLVER_NO_NAME;
}

#define A(name_, address_, ttl)                                                                    \
    {                                                                                              \
        name_, DNS_A,                                                                              \
        {                                                                                          \
            .address = address_, .ttl_s = ttl                                                      \
        }                                                                                          \
    }
#define SRV(name_, prio, weight_, port_, target_)                                                  \
    {                                                                                              \
        name_, DNS_SRV,                                                                            \
        {                                                                                          \
            .priority = prio, .weight = weight_, .port = port_, .target = target_, .ttl_s = 60     \
        }                                                                                          \
    }

static int given_zone(void **state)
{
    static struct zone zone;
    zone = (struct zone){.now_ms = 1000000};
    zone.clock = clock_told(&zone.now_ms);
    rnd_init_seeded(&zone.rnd, 1, 1);
    zone.names_of = names_new(ask, &zone, &zone.clock, &zone.rnd);
    *state = &zone;
    return 0;
}

static int done(void **state)
{
    names_free(((struct zone *)*state)->names_of);
    return 0;
}

static struct hostport proxy(const char *text)
{
    struct hostport at;
    char why[200];
    assert_true(hostport_parse(text, &at, why, sizeof(why)));
    return at;
}

/* "127.0.0.1:5060 127.0.0.2:5060", as they are to be tried. */
static const char *found(struct zone *zone, const char *where, const char *transport)
{
    static char text[600];
    struct hostport at = proxy(where);
    struct names_found found;
    text[0] = '\0';
    zone->names[0] = '\0';
    zone->asked = 0;
    names_find(zone->names_of, &at, transport, false, &found);
    for (int i = 0; i < found.count; i++) {
        char one[64];
        size_t len = strlen(text);
        names_target_text(&found.targets[i], one, sizeof(one));
        snprintf(text + len, sizeof(text) - len, "%s%s", i ? " " : "", one);
    }
    if (found.count == 0)
        return resolver_text(found.said);
    return text;
}

static struct names_target target(const char *address, int port)
{
    struct names_target one = {.port = port};
    snprintf(one.address, sizeof(one.address), "%s", address);
    return one;
}

static void fails(struct zone *zone, const char *where, const char *address, int port,
                  int retry_after_s)
{
    struct hostport at = proxy(where);
    struct names_target one = target(address, port);
    names_failed(zone->names_of, &at, "udp", &one, retry_after_s);
}

static void answers(struct zone *zone, const char *where, const char *address, int port)
{
    struct hostport at = proxy(where);
    struct names_target one = target(address, port);
    names_answered(zone->names_of, &at, "udp", &one);
}

static void an_address_is_asked_of_nobody(void **state)
{
    struct zone *zone = *state;
    assert_string_equal(found(zone, "127.0.0.1:5090", "udp"), "127.0.0.1:5090");
    assert_string_equal(found(zone, "127.0.0.1", "udp"), "127.0.0.1:5060");
    assert_string_equal(found(zone, "127.0.0.1", "tls"), "127.0.0.1:5061");
    assert_string_equal(found(zone, "[::1]", "tcp"), "[::1]:5060");
    assert_string_equal(found(zone, "localhost:5070", "udp"), "127.0.0.1:5070 [::1]:5070");
    assert_int_equal(zone->asked, 0);
}

static void with_a_port_only_addresses_are_asked_for(void **state)
{
    struct zone *zone = *state;
    const struct row rows[] = {A("p.test", "127.0.0.1", 60),
                               A("p.test", "127.0.0.2", 60),
                               {"p.test", DNS_AAAA, {.address = "::1", .ttl_s = 60}},
                               SRV("_sip._udp.p.test", 1, 1, 5099, "q.test")};
    memcpy(zone->rows, rows, sizeof(rows));
    assert_string_equal(found(zone, "p.test:5090", "udp"),
                        "127.0.0.1:5090 127.0.0.2:5090 [::1]:5090");
    assert_string_equal(zone->names, "A p.test, AAAA p.test");
}

static void without_a_port_services_are_and_then_addresses(void **state)
{
    static const struct {
        const char *transport, *want, *asked;
    } rows[] = {
        {"udp", "127.0.0.1:5091 127.0.0.2:5092",
         "NAPTR p.test, SRV _sip._udp.p.test, A a.test, AAAA a.test, A b.test, AAAA b.test"},
        {"tcp", "127.0.0.2:5093", "NAPTR p.test, SRV there.test, A b.test, AAAA b.test"},
        {"tls", "127.0.0.3:5061", "NAPTR p.test, SRV _sips._tcp.p.test, A p.test, AAAA p.test"},
    };
    struct zone *zone = *state;
    const struct row records[] = {
        A("a.test", "127.0.0.1", 60),
        A("b.test", "127.0.0.2", 60),
        A("p.test", "127.0.0.3", 60),
        SRV("_sip._udp.p.test", 20, 0, 5092, "b.test"),
        SRV("_sip._udp.p.test", 10, 0, 5091, "a.test"),
        SRV("there.test", 10, 0, 5093, "b.test"),
        {"p.test",
         DNS_NAPTR,
         {.order = 20, .flags = "s", .service = "SIP+D2T", .target = "late.test", .ttl_s = 60}},
        {"p.test",
         DNS_NAPTR,
         {.order = 10, .flags = "S", .service = "sip+d2t", .target = "there.test", .ttl_s = 60}},
        {"p.test",
         DNS_NAPTR,
         {.order = 1, .flags = "u", .service = "SIP+D2U", .target = "no.test", .ttl_s = 60}},
    };
    memcpy(zone->rows, records, sizeof(records));
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        assert_string_equal(found(zone, "p.test", rows[i].transport), rows[i].want);
        assert_string_equal(zone->names, rows[i].asked);
    }
}

static void a_service_that_is_decidedly_not_there_is_not_looked_for_elsewhere(void **state)
{
    struct zone *zone = *state;
    const struct row rows[] = {A("p.test", "127.0.0.3", 60), SRV("_sip._udp.p.test", 0, 0, 1, "")};
    memcpy(zone->rows, rows, sizeof(rows));
    assert_string_equal(found(zone, "p.test", "udp"), resolver_text(RESOLVER_NO_RECORDS));
}

static void weights_share_among_equals(void **state)
{
    struct zone *zone = *state;
    int first[3] = {0};
    const struct row rows[] = {A("a.test", "127.0.0.1", 60),
                               A("b.test", "127.0.0.2", 60),
                               A("c.test", "127.0.0.3", 60),
                               SRV("_sip._udp.p.test", 1, 1, 1, "a.test"),
                               SRV("_sip._udp.p.test", 1, 3, 1, "b.test"),
                               SRV("_sip._udp.p.test", 1, 0, 1, "c.test")};
    memcpy(zone->rows, rows, sizeof(rows));
    for (int i = 0; i < 1000; i++) {
        names_forget(zone->names_of);
        first[found(zone, "p.test", "udp")[8] - '1']++;
    }
    /* Of a sum of 4 there are 5 lots: none for a weight of 0 but the lot 0. */
    assert_in_range(first[0], 150, 250);
    assert_in_range(first[1], 530, 670);
    assert_in_range(first[2], 150, 250);
}

static void records_are_believed_for_as_long_as_they_say(void **state)
{
    struct zone *zone = *state;
    const struct row rows[] = {A("p.test", "127.0.0.1", 60), A("p.test", "127.0.0.2", 30)};
    memcpy(zone->rows, rows, sizeof(rows));
    found(zone, "p.test:1", "udp");
    zone->rows[1] = zone->rows[0];
    zone->now_ms += 29999;
    assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.1:1 127.0.0.2:1");
    assert_int_equal(zone->asked, 0);
    zone->rows[0] = (struct row)A("p.test", "127.0.0.9", 60);
    zone->rows[1] = (struct row){0};
    zone->now_ms += 1;
    assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.9:1");
    /* A clock that was set back proves nothing. */
    zone->now_ms -= 3600000;
    found(zone, "p.test:1", "udp");
    assert_int_equal(zone->asked, 2);
}

static void what_failed_is_asked_for_again_but_not_all_the_time(void **state)
{
    struct zone *zone = *state;
    struct hostport at = proxy("p.test:1");
    struct names_found now;
    zone->rows[0] = (struct row)A("p.test", "127.0.0.1", 600);
    found(zone, "p.test:1", "udp");
    zone->rows[0] = (struct row)A("p.test", "127.0.0.2", 600);
    names_find(zone->names_of, &at, "udp", true, &now);
    assert_string_equal(now.targets[0].address, "127.0.0.1");
    zone->now_ms += NAMES_AGAIN_MS;
    names_find(zone->names_of, &at, "udp", true, &now);
    assert_true(now.is_fresh);
    assert_string_equal(now.targets[0].address, "127.0.0.2");
}

static void who_failed_comes_last_for_a_while(void **state)
{
    struct zone *zone = *state;
    const struct row rows[] = {A("a.test", "127.0.0.1", 3600), A("b.test", "127.0.0.2", 3600),
                               SRV("_sip._udp.p.test", 10, 0, 1, "a.test"),
                               SRV("_sip._udp.p.test", 20, 0, 1, "b.test")};
    memcpy(zone->rows, rows, sizeof(rows));
    zone->rows[2].record.ttl_s = zone->rows[3].record.ttl_s = 3600;
    found(zone, "p.test", "udp");
    fails(zone, "p.test", "127.0.0.1", 1, -1);
    answers(zone, "p.test", "127.0.0.2", 1);
    assert_string_equal(found(zone, "p.test", "udp"), "127.0.0.2:1 127.0.0.1:1");
    zone->now_ms += NAMES_SHUT_MS - 1;
    assert_string_equal(found(zone, "p.test", "udp"), "127.0.0.2:1 127.0.0.1:1");
    zone->now_ms += 1; /* the priority wins over who answered last */
    assert_string_equal(found(zone, "p.test", "udp"), "127.0.0.1:1 127.0.0.2:1");
    fails(zone, "p.test", "127.0.0.1", 1, 600); /* Retry-After */
    zone->now_ms += 599999;
    assert_string_equal(found(zone, "p.test", "udp"), "127.0.0.2:1 127.0.0.1:1");
    assert_int_equal(zone->asked, 0);
    zone->now_ms += 1;
    assert_string_equal(found(zone, "p.test", "udp"), "127.0.0.1:1 127.0.0.2:1");
    /* Both failed: they are tried all the same. */
    fails(zone, "p.test", "127.0.0.1", 1, -1);
    fails(zone, "p.test", "127.0.0.2", 1, -1);
    assert_string_equal(found(zone, "p.test", "udp"), "127.0.0.1:1 127.0.0.2:1");
}

static void who_answered_goes_on_being_asked_among_equals(void **state)
{
    struct zone *zone = *state;
    const struct row rows[] = {A("p.test", "127.0.0.1", 60), A("p.test", "127.0.0.2", 60)};
    memcpy(zone->rows, rows, sizeof(rows));
    found(zone, "p.test:1", "udp");
    answers(zone, "p.test:1", "127.0.0.2", 1);
    assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.2:1 127.0.0.1:1");
    zone->now_ms += 60000; /* asked anew, and still */
    assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.2:1 127.0.0.1:1");
    assert_int_equal(zone->asked, 2);
}

static void a_failing_name_server_leaves_what_was_known(void **state)
{
    static const enum resolver_said failures[] = {RESOLVER_FAILED, RESOLVER_REFUSED,
                                                  RESOLVER_SILENT};
    for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
        struct zone *zone = *state;
        struct hostport at = proxy("p.test:1");
        struct names_found now;
        names_forget(zone->names_of);
        zone->rows[0] = (struct row)A("p.test", "127.0.0.1", 60);
        zone->fails = RESOLVER_RECORDS;
        found(zone, "p.test:1", "udp");
        zone->fails = failures[i];
        zone->now_ms += 60000;
        assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.1:1");
        assert_true(zone->asked > 0);
        zone->now_ms += NAMES_PAUSE_MS - 1; /* a pause: no storm of questions */
        names_find(zone->names_of, &at, "udp", false, &now);
        assert_true(now.is_old);
        assert_int_equal(now.said, failures[i]);
        assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.1:1");
        assert_int_equal(zone->asked, 0);
        zone->now_ms += NAMES_OLD_MS;
        assert_string_equal(found(zone, "p.test:1", "udp"), resolver_text(failures[i]));
    }
}

static void a_name_that_is_no_more_leads_nowhere_at_once(void **state)
{
    struct zone *zone = *state;
    zone->rows[0] = (struct row)A("p.test", "127.0.0.1", 60);
    found(zone, "p.test:1", "udp");
    zone->rows[0] = (struct row){0};
    zone->now_ms += 60000;
    assert_string_equal(found(zone, "p.test:1", "udp"), resolver_text(RESOLVER_NO_NAME));
    zone->rows[0] = (struct row)A("p.test", "127.0.0.2", 60);
    assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.2:1");
}

static void a_name_server_that_fails_at_first_is_not_asked_all_the_time(void **state)
{
    struct zone *zone = *state;
    zone->fails = RESOLVER_SILENT;
    assert_string_equal(found(zone, "p.test", "udp"), resolver_text(RESOLVER_SILENT));
    assert_int_equal(zone->asked, 1); /* whoever is silent is so for every question */
    zone->now_ms += NAMES_AGAIN_MS - 1;
    found(zone, "p.test", "udp");
    assert_int_equal(zone->asked, 0);
    zone->now_ms += 1;
    found(zone, "p.test", "udp");
    assert_int_equal(zone->asked, 1);
}

static void services_that_cannot_be_told_are_not_taken_for_absent(void **state)
{
    struct zone *zone = *state;
    zone->rows[0] = (struct row)A("p.test", "127.0.0.1", 60);
    zone->fails = RESOLVER_FAILED;
    zone->fails_name = "_sip._udp.p.test";
    assert_string_equal(found(zone, "p.test", "udp"), resolver_text(RESOLVER_FAILED));
    zone->now_ms += NAMES_AGAIN_MS;
    zone->fails_name = "p.test"; /* NAPTR too is only a hint */
    assert_string_equal(found(zone, "p.test", "udp"), resolver_text(RESOLVER_FAILED));
    assert_non_null(strstr(zone->names, "SRV _sip._udp.p.test"));
}

static void weak_clients_keep_to_the_first(void **state)
{
    struct zone *zone = *state;
    struct hostport at = proxy("p.test:1");
    struct names_found now;
    const struct row rows[] = {A("p.test", "127.0.0.1", 60), A("p.test", "127.0.0.2", 60)};
    memcpy(zone->rows, rows, sizeof(rows));
    names_weaken(zone->names_of, (struct names_weakness){.first_only = true});
    assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.1:1");
    fails(zone, "p.test:1", "127.0.0.1", 1, -1);
    assert_string_equal(found(zone, "p.test:1", "udp"), "127.0.0.1:1");

    names_weaken(zone->names_of, (struct names_weakness){.asks_once = true});
    zone->now_ms += 3600000;
    found(zone, "p.test:1", "udp");
    assert_int_equal(zone->asked, 0);

    names_weaken(zone->names_of, (struct names_weakness){.gives_up = true});
    zone->fails = RESOLVER_FAILED;
    assert_string_equal(found(zone, "p.test:1", "udp"), resolver_text(RESOLVER_FAILED));
    zone->fails = RESOLVER_RECORDS;
    zone->now_ms += 299999;
    assert_string_equal(found(zone, "p.test:1", "udp"), resolver_text(RESOLVER_FAILED));
    names_find(zone->names_of, &at, "udp", true, &now);
    assert_int_equal(now.count, 0);
    zone->now_ms += 1;
    found(zone, "p.test:1", "udp");
    assert_int_equal(zone->asked, 2);
}

static void the_name_used_longest_ago_makes_room(void **state)
{
    struct zone *zone = *state;
    char name[32];
    zone->rows[0] = (struct row)A("first.test", "127.0.0.1", 60);
    zone->rows[1] = (struct row)A("p.test", "127.0.0.2", 60);
    found(zone, "first.test:1", "udp");
    found(zone, "p.test:1", "udp");
    for (int i = 0; i < NAMES_KEPT_MAX - 1; i++) {
        snprintf(name, sizeof(name), "p.test:%d", 2 + i);
        found(zone, name, "udp");
        found(zone, "p.test:1", "udp");
        assert_int_equal(zone->asked, 0);
    }
    found(zone, "first.test:1", "udp");
    assert_int_equal(zone->asked, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_zone, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_address_is_asked_of_nobody),
        TEST(with_a_port_only_addresses_are_asked_for),
        TEST(without_a_port_services_are_and_then_addresses),
        TEST(a_service_that_is_decidedly_not_there_is_not_looked_for_elsewhere),
        TEST(weights_share_among_equals),
        TEST(records_are_believed_for_as_long_as_they_say),
        TEST(what_failed_is_asked_for_again_but_not_all_the_time),
        TEST(who_failed_comes_last_for_a_while),
        TEST(who_answered_goes_on_being_asked_among_equals),
        TEST(a_failing_name_server_leaves_what_was_known),
        TEST(a_name_that_is_no_more_leads_nowhere_at_once),
        TEST(a_name_server_that_fails_at_first_is_not_asked_all_the_time),
        TEST(services_that_cannot_be_told_are_not_taken_for_absent),
        TEST(weak_clients_keep_to_the_first),
        TEST(the_name_used_longest_ago_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
