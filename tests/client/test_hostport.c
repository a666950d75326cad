/* host[:port] as an admin types it. */
#include "hostport.h"

#include <stdio.h>
#include <string.h>

#include "settings.h"
#include "support/cmocka_all.h"

static void good_values_are_taken_apart(void **state)
{
    static const struct {
        const char *text, *host;
        int port;
    } rows[] = {
        {"sip10.ringcentral.com:5090", "sip10.ringcentral.com", 5090},
        {"sip.ringcentral.com", "sip.ringcentral.com", 0},
        {"SIP20.RingCentral.com:5096", "sip20.ringcentral.com", 5096},
        {"  proxy.example:5060\t", "proxy.example", 5060},
        {"127.0.0.1:5090", "127.0.0.1", 5090},
        {"127.0.0.1", "127.0.0.1", 0},
        {"[2001:db8::1]:5090", "2001:db8::1", 5090},
        {"[::1]", "::1", 0},
        {"localhost:1", "localhost", 1},
        {"localhost:65535", "localhost", 65535},
        {"a-b.c_d.example:5090", "a-b.c_d.example", 5090},
        {"proxy.example.:5090", "proxy.example", 5090},
        {"Proxy.Example.", "proxy.example", 0},
        {"0x7f.example", "0x7f.example", 0},
        {"[::FFFF:1.2.3.4]:1", "::ffff:1.2.3.4", 1},
        {"x", "x", 0},
        {"xn--bcher-kva.example", "xn--bcher-kva.example", 0},
        {"sip:5060", "sip", 5060},
        {"proxy:05090", "proxy", 5090},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct hostport hp;
        char why[200] = "";
        print_message("%s\n", rows[i].text);
        assert_true(hostport_parse(rows[i].text, &hp, why, sizeof(why)));
        assert_string_equal(hp.host, rows[i].host);
        assert_int_equal(hp.port, rows[i].port);
        assert_int_equal(hp.is_ipv6, strchr(rows[i].host, ':') != NULL);
    }
}

static void bad_values_are_refused_with_a_reason(void **state)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "empty"},
        {"   ", "empty"},
        {"host:", "nothing after ':'"},
        {":5090", "no host"},
        {"host:99999", "between 1 and 65535"},
        {"host:0", "between 1 and 65535"},
        {"host:-1", "not a number"},
        {"host:50 90", "space"},
        {"two hosts", "space"},
        {"host:http", "not a number"},
        {"host:5090x", "not a number"},
        {"host:123456789012345678901", "between 1 and 65535"},
        {"a:1,b:2", "several values"},
        {"a:1;b:2", "several values"},
        {"a|b", "several values"},
        {"https://proxy.example:5090", "URL"},
        {"sip:proxy.example:5090", "sip:"},
        {"sips:proxy.example", "sips:"},
        {"tcp:proxy.example:5090", "tcp:"},
        {"user@proxy.example", "'@'"},
        {"proxy.example/x", "'/'"},
        {"2001:db8::1", "brackets"},
        {"2001:db8::1:5090", "brackets"},
        {"[2001:db8::1", "without ']'"},
        {"[2001:db8::1]5090", "follow ']'"},
        {"[2001:db8::zz]:5090", "IPv6"},
        {"[]:5090", "IPv6"},
        {"[::1]:", "nothing after ':'"},
        {"256.1.1.1:5090", "IPv4"},
        {"1.2.3:5090", "IPv4"},
        {"12345", "IPv4"},
        {"0x7f.1", "IPv4"},
        {"proxy.0x1", "IPv4"},
        {"proxy.example.5090", "a port follows ':'"},
        {"host:5060:1", "more than one ':'"},
        {"host:5060;transport=tcp", "parameters"},
        {"a..b", "empty part"},
        {"a..", "empty part"},
        {".", "empty part"},
        {".a", "empty part"},
        {"-a.example", "'-'"},
        {"a-.example", "'-'"},
        {"b\xc3\xbc"
         "cher.example",
         "cannot stand"},
        {"m\xc3\xbcnchen.example", "\"\xc3\xbc\" (U+00FC) cannot stand"},
        {"\xd9\x85\xd8\xab\xd8\xa7\xd9\x84.example", "\"\xd9\x85\" (U+0645) cannot stand"},
        {"\xf0\x9f\x93\x9e.example", "\"\xf0\x9f\x93\x9e\" (U+1F4DE) cannot stand"},
        {"abc\xe2\x80\x8b.example", "invisible character (U+200B)"},
        {"abc\xe2\x80\xae.example", "invisible character (U+202E)"},
        {"\xc2\xa0host", "invisible character (U+00A0)"},
        {"ho\x01st", "invisible character (U+0001)"},
        {"host\xe2\x80", "U+FFFD"},
        {"host\xff\xfe", "U+FFFD"},
        {"host%20:5090", "cannot stand"},
        {"\"host\"", "cannot stand"},
        {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.example", "63"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct hostport hp = {.port = 42};
        char why[200] = "";
        print_message("%s\n", rows[i].text);
        assert_false(hostport_parse(rows[i].text, &hp, why, sizeof(why)));
        if (strstr(why, rows[i].why) == NULL)
            fail_msg("%s: wanted a word about \"%s\", was \"%s\"", rows[i].text, rows[i].why, why);
        assert_int_equal(hp.port, 42); /* untouched */
    }
}

static void a_name_longer_than_dns_allows_is_refused(void **state)
{
    char text[600];
    struct hostport hp;
    char why[200];
    memset(text, 'a', sizeof(text));
    for (int i = 50; i < 600; i += 50)
        text[i] = '.';
    text[300] = '\0';
    assert_false(hostport_parse(text, &hp, why, sizeof(why)));
    text[300] = 'a';
    text[599] = '\0';
    assert_false(hostport_parse(text, &hp, why, sizeof(why)));
}

static void comparing_ignores_case_and_fills_in_the_default_port(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"SIP10.x:5090", "sip10.x:5090", true},
        {"a", "a:5060", true},
        {"a", "a:5061", false},
        {"a:1", "b:1", false},
        {"[::1]:5060", "[::1]", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct hostport a, b;
        char why[200];
        assert_true(hostport_parse(rows[i].a, &a, why, sizeof(why)));
        assert_true(hostport_parse(rows[i].b, &b, why, sizeof(why)));
        assert_int_equal(hostport_same(&a, &b, 5060), rows[i].same);
    }
}

static void text_of_a_parsed_value_parses_to_the_same(void **state)
{
    static const char *const rows[] = {"a:1", "a", "[::1]:5090", "[2001:db8::1]", "127.0.0.1:9"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct hostport hp;
        char why[200], text[300];
        assert_true(hostport_parse(rows[i], &hp, why, sizeof(why)));
        assert_string_equal(hostport_text(&hp, text, sizeof(text)), rows[i]);
    }
}

static void a_missing_port_is_taken_with_a_warning_for_proxies_only(void **state)
{
    struct settings settings;
    char why[200];
    settings_init(&settings);
    assert_true(settings_set(&settings, settings_find("proxy"), "p.example", why, sizeof(why)));
    assert_non_null(strstr(why, "5060"));
    assert_true(settings_set(&settings, settings_find("proxy"), "p.example:1", why, sizeof(why)));
    assert_string_equal(why, "");
    assert_true(
        settings_set(&settings, settings_find("sip_domain"), "d.example", why, sizeof(why)));
    assert_string_equal(why, "");
}

static void settings_refuse_what_is_no_value_of_theirs(void **state)
{
    static const struct {
        const char *key, *value;
        const char *kept; /* NULL: refused */
    } rows[] = {
        {"recording", "Yes", "yes"},
        {"recording", "true", "yes"},
        {"recording", "off", "no"},
        {"recording", "maybe", NULL},
        {"recording", "", NULL},
        {"transport", "TCP", "tcp"},
        {"transport", "TLS", "tls"},
        {"transport", "sctp", NULL},
        {"base_url", "http://127.0.0.1:8080/", "http://127.0.0.1:8080"},
        {"base_url", "platform.ringcentral.com", NULL},
        {"base_url", "ftp://x", NULL},
        {"redirect_uri", "http://127.0.0.1:1/cb", "http://127.0.0.1:1/cb"},
        {"redirect_uri", "", NULL},
        {"brand", "6010", "6010"},
        {"brand", "aco", NULL},
        {"secondary", "", ""},
        {"secondary", " b:5090 ", "b:5090"},
        {"proxy", "", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct settings settings;
        char why[200];
        const struct settings_field *field = settings_find(rows[i].key);
        settings_init(&settings);
        bool is_ok = settings_set(&settings, field, rows[i].value, why, sizeof(why));
        print_message("%s = \"%s\": %s\n", rows[i].key, rows[i].value, why);
        assert_int_equal(is_ok, rows[i].kept != NULL);
        if (is_ok)
            assert_string_equal(settings_read(&settings, field), rows[i].kept);
        else
            assert_string_not_equal(why, "");
    }
}

static void a_blank_or_equal_secondary_adds_nothing(void **state)
{
    static const struct {
        const char *proxy, *secondary;
        bool is_idle;
    } rows[] = {
        {"a:5090", "", true},        {"a:5090", "A:5090", true},  {"a", "a:5060", true},
        {"a:5090", "a:5091", false}, {"a:5090", "b:5090", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct settings settings;
        settings_init(&settings);
        snprintf(settings.proxy, sizeof(settings.proxy), "%s", rows[i].proxy);
        snprintf(settings.secondary, sizeof(settings.secondary), "%s", rows[i].secondary);
        assert_int_equal(settings_secondary_is_idle(&settings), rows[i].is_idle);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_values_are_taken_apart),
        cmocka_unit_test(bad_values_are_refused_with_a_reason),
        cmocka_unit_test(a_name_longer_than_dns_allows_is_refused),
        cmocka_unit_test(comparing_ignores_case_and_fills_in_the_default_port),
        cmocka_unit_test(text_of_a_parsed_value_parses_to_the_same),
        cmocka_unit_test(a_missing_port_is_taken_with_a_warning_for_proxies_only),
        cmocka_unit_test(settings_refuse_what_is_no_value_of_theirs),
        cmocka_unit_test(a_blank_or_equal_secondary_adds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
