/* Which proxy carries a handset; what chance and options give. */
#include "failover.h"

#include <stdio.h>
#include <string.h>

#include "options.h"
#include "rnd.h"
#include "support/cmocka_all.h"

/* Two scripted proxies, on ports 1 and 2, and how often each was asked. */
struct script {
    struct sipua_result answers[2];
    int asked[2];
};

static void send_scripted(void *arg, const struct hostport *proxy, struct sipua_result *ret_result)
{
    struct script *script = arg;
    script->asked[proxy->port - 1]++;
    *ret_result = script->answers[proxy->port - 1];
}

#define SAYS(code)      ((struct sipua_result){.trouble = SIPUA_ANSWERED, .status = (code)})
#define FAILS(trouble_) ((struct sipua_result){.trouble = (trouble_)})

static struct failover given_failover(bool has_secondary)
{
    return (struct failover){.proxies = {{.host = "a", .port = 1}, {.host = "b", .port = 2}},
                             .has_secondary = has_secondary};
}

static void the_secondary_is_asked_for_the_right_reasons_only(void **state)
{
    static const struct {
        struct sipua_result primary, secondary;
        enum route route;
        int asked_secondary, status;
    } rows[] = {
        {{.status = 200}, {.status = 200}, ROUTE_PRIMARY, 0, 200},
        {{.status = 408}, {.status = 200}, ROUTE_SECONDARY, 1, 200},
        {{.status = 500}, {.status = 200}, ROUTE_SECONDARY, 1, 200},
        {{.status = 502}, {.status = 200}, ROUTE_SECONDARY, 1, 200},
        {{.status = 503}, {.status = 200}, ROUTE_SECONDARY, 1, 200},
        {{.status = 504}, {.status = 200}, ROUTE_SECONDARY, 1, 200},
        {{.trouble = SIPUA_REFUSED}, {.status = 200}, ROUTE_SECONDARY, 1, 200},
        {{.trouble = SIPUA_SILENT}, {.status = 200}, ROUTE_SECONDARY, 1, 200},
        {{.trouble = SIPUA_UNRESOLVED}, {.status = 200}, ROUTE_SECONDARY, 1, 200},
        {{.status = 401}, {.status = 200}, ROUTE_NONE, 0, 401},
        {{.status = 403}, {.status = 200}, ROUTE_NONE, 0, 403},
        {{.status = 404}, {.status = 200}, ROUTE_NONE, 0, 404},
        {{.status = 480}, {.status = 200}, ROUTE_NONE, 0, 480},
        {{.status = 501}, {.status = 200}, ROUTE_NONE, 0, 501},
        {{.status = 603}, {.status = 200}, ROUTE_NONE, 0, 603},
        {{.status = 503}, {.status = 403}, ROUTE_NONE, 1, 403},
        {{.status = 503}, {.status = 503}, ROUTE_NONE, 1, 503},
        {{.trouble = SIPUA_SILENT}, {.trouble = SIPUA_REFUSED}, ROUTE_NONE, 1, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct failover failover = given_failover(true);
        struct script script = {.answers = {rows[i].primary, rows[i].secondary}};
        struct sipua_result result;
        print_message("row %zu\n", i);
        assert_int_equal(failover_send(&failover, send_scripted, &script, &result), rows[i].route);
        assert_int_equal(script.asked[0], 1);
        assert_int_equal(script.asked[1], rows[i].asked_secondary);
        assert_int_equal(result.status, rows[i].status);
    }
}

static void a_dead_proxy_is_asked_once_in_a_run(void **state)
{
    struct failover failover = given_failover(true);
    struct script script = {.answers = {FAILS(SIPUA_SILENT), SAYS(200)}};
    struct sipua_result result;
    for (int i = 0; i < 5; i++)
        assert_int_equal(failover_send(&failover, send_scripted, &script, &result),
                         ROUTE_SECONDARY);
    assert_int_equal(script.asked[0], 1);
    assert_int_equal(script.asked[1], 5);
}

static void without_a_secondary_there_is_nowhere_to_go(void **state)
{
    struct failover failover = given_failover(false);
    struct script script = {.answers = {SAYS(503), SAYS(200)}};
    struct sipua_result result;
    assert_int_equal(failover_send(&failover, send_scripted, &script, &result), ROUTE_NONE);
    assert_int_equal(script.asked[1], 0);
    assert_int_equal(result.status, 503);
}

static void one_seed_and_run_give_one_sequence(void **state)
{
    struct rnd a, b, other_run, other_seed, unseeded;
    char x[33], y[33], uuid[37];
    rnd_init_seeded(&a, 7, 1);
    rnd_init_seeded(&b, 7, 1);
    rnd_init_seeded(&other_run, 7, 2);
    rnd_init_seeded(&other_seed, 8, 1);
    rnd_init(&unseeded);
    for (int i = 0; i < 10; i++) {
        rnd_hex(&a, x, 32);
        rnd_hex(&b, y, 32);
        assert_string_equal(x, y);
        rnd_hex(&other_run, y, 32);
        assert_string_not_equal(x, y);
        rnd_hex(&other_seed, y, 32);
        assert_string_not_equal(x, y);
        rnd_hex(&unseeded, y, 32);
        assert_string_not_equal(x, y);
    }
    rnd_uuid(&a, uuid);
    assert_int_equal(strlen(uuid), 36);
    assert_int_equal(uuid[14], '4');
    assert_non_null(strchr("89ab", uuid[19]));
}

static const struct option table[] = {
    {"client_id", NULL, "ID", ""},
    {"sip_domain", "domain", "HOST", ""},
    {"yes", NULL, NULL, ""},
    {0},
};
static const struct option *const tables[] = {table, NULL};

static void options_mean_the_same_on_a_line_and_in_json(void **state)
{
    char words[4][20] = {"--client-id", "x", "--domain=d:1", "--yes"};
    char *line[] = {words[0], words[1], words[2], words[3]};
    static const char *const skip[] = {"cmd", NULL};
    struct args a = {0}, b = {0};
    char why[200];
    assert_true(args_read_line(&a, 4, line, tables, why, sizeof(why)));
    cJSON *json =
        cJSON_Parse("{\"cmd\":\"c\",\"client_id\":\"x\",\"domain\":\"d:1\",\"yes\":true}");
    assert_true(args_read_json(&b, json, tables, skip, why, sizeof(why)));
    cJSON_Delete(json);
    for (int i = 0; i < 3; i++)
        assert_string_equal(args_get(&a, table[i].name), args_get(&b, table[i].name));
    assert_string_equal(args_get(&a, "sip_domain"), "d:1");
    assert_true(args_has(&b, "yes"));
    args_done(&a);
    args_done(&b);
}

static void unknown_options_are_refused_by_name(void **state)
{
    static const struct {
        const char *words[3];
        const char *why;
    } rows[] = {
        {{"--nonsense", "x"}, "nonsense"},
        {{"--client-id"}, "needs a value"},
        {{"--yes=1"}, "takes no value"},
        {{"word"}, "no option"},
        {{"--"}, "no option"},
        {{"-y"}, "no option"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct args args = {0};
        char why[200] = "";
        int count = rows[i].words[1] ? 2 : 1;
        assert_false(args_read_line(&args, count, (char **)(uintptr_t)rows[i].words, tables, why,
                                    sizeof(why)));
        assert_non_null(strstr(why, rows[i].why));
        args_done(&args);
    }
    static const char *const bad[] = {"{\"x\":1}", "{\"client_id\":[]}"};
    static const char *const skip[] = {NULL};
    for (size_t i = 0; i < 2; i++) {
        struct args args = {0};
        char why[200];
        cJSON *json = cJSON_Parse(bad[i]);
        assert_false(args_read_json(&args, json, tables, skip, why, sizeof(why)));
        cJSON_Delete(json);
        args_done(&args);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_secondary_is_asked_for_the_right_reasons_only),
        cmocka_unit_test(a_dead_proxy_is_asked_once_in_a_run),
        cmocka_unit_test(without_a_secondary_there_is_nowhere_to_go),
        cmocka_unit_test(one_seed_and_run_give_one_sequence),
        cmocka_unit_test(options_mean_the_same_on_a_line_and_in_json),
        cmocka_unit_test(unknown_options_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
