/*
 * The real program against two proxies: where handsets go, what doctor makes of it, and that one
 * seed gives one conversation.
 */
#include "rig.h"

static void handsets_go_where_a_proxy_answers(void **state)
{
    static const struct {
        int primary, secondary; /* answers; -2: the port is closed */
        int code;
        const char *proxy, *diagnosis;
        int doctor;
    } rows[] = {
        {0, 0, 0, "primary", "HEALTHY", 0},
        {503, 0, 0, "secondary", "PRIMARY_PROXY_DOWN", 1},
        {-1, 0, 0, "secondary", "PRIMARY_PROXY_DOWN", 1},
        {0, 503, 0, "primary", "SECONDARY_PROXY_NOT_EFFECTIVE", 1},
        {403, 0, 1, "none", "SIP_LINE_REMOVED", 2},
        {404, 0, 1, "none", "SIP_LINE_REMOVED", 2},
        {503, 503, 1, "none", "PRIMARY_PROXY_DOWN", 2},
        {0, 0, 0, "primary", "HEALTHY", 0},
        {-2, 0, 0, "secondary", "PRIMARY_PROXY_DOWN", 1},
    };
    struct rig *rig = *state;
    given_saved(rig, true);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (rows[i].primary == -2)
            proxy_close(rig->proxies[0]);
        else
            rig->proxies[0]->answer = rows[i].primary;
        rig->proxies[1]->answer = rows[i].secondary;
        print_message("row %zu\n", i);
        cJSON *answer = say(rig, "handsets", "", rows[i].code);
        const cJSON *first = cJSON_GetArrayItem(json_at(answer, "result.handsets"), 0);
        assert_string_equal(json_text(first, "proxy", "?"), rows[i].proxy);
        cJSON_Delete(answer);
        check(rig, "doctor", "", rows[i].doctor, "result.diagnosis", rows[i].diagnosis);
    }
}

static void back_on_its_feet_the_primary_is_missed(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    rig->proxies[0]->answer = 503;
    cJSON_Delete(say(rig, "handsets", "", 0));
    rig->proxies[0]->answer = 0;
    check(rig, "doctor", "", 1, "result.diagnosis", "RUNNING_ON_SECONDARY");
    cJSON_Delete(say(rig, "handsets", "", 0));
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY");
}

static void drift_explains_the_dead_proxy(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, false);
    cJSON_Delete(say(rig, "handsets", "", 0));
    cJSON *answer = say(rig, "doctor", "", 0); /* healthy, with advice */
    const cJSON *advice = cJSON_GetArrayItem(json_at(answer, "result.findings"), 0);
    assert_string_equal(json_text(advice, "diagnosis", "?"), "SECONDARY_PROXY_NOT_EFFECTIVE");
    assert_string_equal(json_text(advice, "level", "?"), "advice");
    cJSON_Delete(answer);
    snprintf(rig->platform->proxies[0], sizeof(rig->platform->proxies[0]), "127.0.0.1:9");
    check(rig, "doctor", "", 1, "result.diagnosis", "OUTBOUND_PROXY_DRIFT"); /* still answers */
    proxy_close(rig->proxies[0]);
    check(rig, "doctor", "", 2, "result.diagnosis", "OUTBOUND_PROXY_DRIFT");
    check_int(rig, "handsets", "", 1, "result.registered", 0);
}

static void a_secondary_that_is_no_second_proxy_is_advised_of(void **state)
{
    static const char *const hosts[] = {"", "127.0.0.1", "localhost"};
    struct rig *rig = *state;
    given_saved(rig, true);
    for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
        char args[100], port[16] = "";
        if (*hosts[i])
            snprintf(port, sizeof(port), ":%d", rig->proxies[0]->port);
        snprintf(args, sizeof(args), "\"secondary\":\"%s%s\"", hosts[i], port);
        print_message("%s\n", args);
        cJSON_Delete(say(rig, "connect", args, 0));
        cJSON_Delete(say(rig, "save", "\"yes\":true", 0));
        snprintf(rig->platform->proxies[1], sizeof(rig->platform->proxies[1]), "localhost:%d",
                 rig->proxies[0]->port);
        cJSON *answer = say(rig, "doctor", "", 0);
        const cJSON *advice = cJSON_GetArrayItem(json_at(answer, "result.findings"), 0);
        assert_string_equal(json_text(advice, "diagnosis", "?"), "SECONDARY_PROXY_NOT_EFFECTIVE");
        cJSON_Delete(answer);
    }
}

static void a_refused_secret_is_named_unless_the_domain_explains_it(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    rig->platform->secret = "old";
    cJSON_Delete(say(rig, "handsets", "\"reload\":true", 1));
    rig->platform->secret = "pw"; /* provisioned again since: the stored one is stale */
    check(rig, "doctor", "", 2, "result.diagnosis", "SIP_SECRET_REJECTED");
    rig->platform->secret = "old"; /* refused although it is the platform's: not the secret */
    check(rig, "doctor", "", 2, "result.diagnosis", "SIP_LINE_REMOVED");
    cJSON_Delete(say(rig, "connect", "\"domain\":\"other.test\"", 0));
    cJSON_Delete(say(rig, "save", "\"yes\":true", 0));
    check(rig, "doctor", "", 2, "result.diagnosis", "SIP_DOMAIN_INVALID");
}

static void a_device_that_became_an_app_is_named(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    rig->platform->device_type = "OtherPhone";
    cJSON_Delete(say(rig, "handsets", "", 0));
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY");
    rig->platform->secret = "new"; /* the proxies refuse what is not theirs */
    cJSON_Delete(say(rig, "handsets", "\"reload\":true", 1));
    check(rig, "doctor", "", 2, "result.names", "SIP_LINE_REMOVED");
    rig->platform->device_type = "SoftPhone";
    check(rig, "doctor", "", 2, "result.names", "DEVICE_TYPE_UNSUPPORTED");
}

static void a_node_that_answers_nonsense_is_not_a_proxy_that_is_down(void **state)
{
    static const struct {
        int answer;
        const char *diagnosis;
    } rows[] = {{500, "SIP_NODE_FAULT"},     {502, "SIP_NODE_FAULT"},
                {503, "PRIMARY_PROXY_DOWN"}, {504, "PRIMARY_PROXY_DOWN"},
                {408, "PRIMARY_PROXY_DOWN"}, {-1, "PRIMARY_PROXY_DOWN"}};
    struct rig *rig = *state;
    given_saved(rig, true);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        rig->proxies[0]->answer = rows[i].answer;
        print_message("%d\n", rows[i].answer);
        check(rig, "doctor", "", 1, "result.names", rows[i].diagnosis);
    }
}

static void another_domain_is_named_though_the_proxy_lets_it_pass(void **state)
{
    struct rig *rig = *state;
    given_saved(rig, true);
    cJSON_Delete(say(rig, "handsets", "", 0));
    cJSON_Delete(say(rig, "connect", "\"domain\":\"other.test:5060\"", 0));
    cJSON_Delete(say(rig, "save", "\"yes\":true", 0));
    check(rig, "doctor", "", 2, "result.names", "SIP_DOMAIN_INVALID"); /* no digest fits it */
    rig->proxies[0]->answer = rig->proxies[1]->answer = 200;           /* these do not mind */
    cJSON_Delete(say(rig, "handsets", "", 0));
    check(rig, "doctor", "", 1, "result.names", "SIP_DOMAIN_INVALID");
    rig->proxies[0]->answer = rig->proxies[1]->answer = 0;
    cJSON_Delete(say(rig, "connect", "\"domain\":\"D.Test:5060\"", 0));
    cJSON_Delete(say(rig, "save", "\"yes\":true", 0));
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY"); /* neither case nor port counts */
}

static void one_seed_gives_one_conversation(void **state)
{
    struct rig *rigs[2];
    char web[2][8192], sip[2][8192];
    for (int i = 0; i < 2; i++) {
        void *made;
        given_rig(&made);
        rigs[i] = made;
        given_saved(rigs[i], true);
        cJSON_Delete(say(rigs[i], "handsets", "", 0));
        cJSON_Delete(say(rigs[i], "handsets", "", 0));
        /* Ports differ from run to run; nothing else may. */
        char port[16];
        snprintf(port, sizeof(port), "%d", rigs[i]->platform->port);
        char *from = rigs[i]->platform->transcript, *to = web[i];
        for (size_t len = strlen(port); *from;) {
            if (strncmp(from, port, len) == 0)
                from += len;
            else
                *to++ = *from++;
        }
        *to = '\0';
        snprintf(sip[i], sizeof(sip[i]), "%s", rigs[i]->proxies[0]->transcript);
        no_rig(&made);
    }
    assert_string_equal(web[0], web[1]);
    assert_string_equal(sip[0], sip[1]);
    assert_non_null(strstr(sip[0], "2 REGISTER"));
    /* Two rounds of one run never share a Call-ID. */
    assert_string_not_equal(strstr(sip[0], "1 REGISTER"), strrchr(sip[0], '\n'));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_rig, no_rig)
    const struct CMUnitTest tests[] = {
        TEST(handsets_go_where_a_proxy_answers),
        TEST(back_on_its_feet_the_primary_is_missed),
        TEST(drift_explains_the_dead_proxy),
        TEST(a_secondary_that_is_no_second_proxy_is_advised_of),
        TEST(a_refused_secret_is_named_unless_the_domain_explains_it),
        TEST(a_device_that_became_an_app_is_named),
        TEST(a_node_that_answers_nonsense_is_not_a_proxy_that_is_down),
        TEST(another_domain_is_named_though_the_proxy_lets_it_pass),
        cmocka_unit_test(one_seed_gives_one_conversation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
