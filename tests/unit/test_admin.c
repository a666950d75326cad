#include "control/admin.h"

#include "base/text.h"
#include "oauth/oauth.h"
#include "rest/rest.h"
#include "support/control_scene.h"

#include <stdio.h>

struct desk {
    struct scene scene;
    struct api api;
    struct web_reply reply;
};

static void desk_init(struct desk *desk)
{
    struct route_family families[48];
    size_t count = 0;
    scene_init(&desk->scene);
    families[count++] = admin_routes();
    families[count++] = oauth_routes();
    count += rest_families(families + count, 40);
    desk->api = (struct api){.world = desk->scene.world,
                             .journal = desk->scene.journal,
                             .faults = desk->scene.faults,
                             .router = router_new(families, count)};
    web_reply_init(&desk->reply);
}

static void desk_done(struct desk *desk)
{
    web_reply_done(&desk->reply);
    router_free(desk->api.router);
    scene_done(&desk->scene);
}

static struct web_request request_of(const char *method, const char *path, const char *body)
{
    return (struct web_request){.method = method,
                                .path = path,
                                .query = "",
                                .body = body ? body : "",
                                .body_len = body ? strlen(body) : 0};
}

/* `url` may have a query. */
static const char *ask(struct desk *desk, const char *method, const char *url, const char *body)
{
    char path[200];
    struct plan plan;
    const char *query = strchr(url, '?');
    snprintf(path, sizeof path, "%.*s", (int)strcspn(url, "?"), url);
    struct web_request request = request_of(method, path, body);
    request.query = query ? query + 1 : "";
    web_reply_reset(&desk->reply);
    api_serve(&desk->api, &desk->scene.arena, &request, &desk->reply, &plan);
    return buf_text(&desk->reply.body);
}

static const struct {
    const char *method, *url, *body;
    int status;
    const char *says; /* a glob */
} rows[] = {
    {"GET", "/__admin", NULL, 200, "<!doctype html>*POST /__admin/rotate-password {user*</html>\n"},
    {"GET", "/__admin/health", NULL, 200, "{\"status\":\"up\",\"version\":\"*\"}"},
    {"GET", "/__admin/ready", NULL, 503, "{\"ready\":false,\"error\":\"*\"}"},
    {"GET", "/__admin/env", NULL, 200, "{\"restUrl\":\"*"},
    {"GET", "/__admin/dashboard.js", NULL, 200, "// The page at /__admin:*begin();\n"},
    {"GET", "/__admin/dashboard.css", NULL, 200, ":root {*}\n"},
    {"GET", "/__admin/env?format=shell", NULL, 200, "export RINGCENTRAL_SERVER_URL=*"},
    {"GET", "/__admin/clock", NULL, 200,
     "{\"now\":\"2026-01-05T09:00:00.000Z\",\"now_ms\":1767603600000,\"mode\":\"frozen\",*"},
    {"GET", "/__admin/world", NULL, 200, "{\"now\":*\"call_log_records\":50}"},
    {"GET", "/__admin/media", NULL, 200, "{\"lines\":[]*}"},
    {"GET", "/__admin/faults", NULL, 200, "{\"faults\":[],\"kinds\":[{\"kind\":\"answer\",*"},
    {"GET", "/__admin/media", NULL, 200, "{\"lines\":[]}"},
    {"GET", "/__admin/verbs", NULL, 200, "{\"verbs\":[{\"name\":\"advance\",*"},
    {"GET", "/__admin/knobs", NULL, 200,
     "{\"knobs\":[{\"name\":\"oauth.access_ttl\",\"value\":\"3600s\",\"default\":\"3600s\",*"},
    {"GET", "/__admin/routes", NULL, 200, "{\"routes\":[*\"path\":\"/restapi/*"},
    {"GET", "/__admin/metrics", NULL, 200, "mockrc_journal_events 0\n*\nmockrc_users *"},
    {"GET", "/__admin/journal", NULL, 200,
     "{\"events\":[],\"next\":1,\"first\":0,\"last\":0,\"dropped\":0}"},
    {"GET", "/__admin/journal?format=jsonl", NULL, 200, ""},
    {"GET", "/__admin/journal/near-misses?status=200", NULL, 200, "{\"near\":[]}"},
    {"POST", "/__admin/advance", "\"1m\"", 200, "{\"now\":\"2026-01-05T09:01:00.000Z\"}"},
    {"POST", "/__admin/clock", "{\"mode\":\"frozen\"}", 200, "{\"mode\":\"frozen\",*"},
    {"POST", "/__admin/clear-fault", NULL, 200, "{\"cleared\":0}"},
    {"GET", "/__admin/helth", NULL, 404,
     "{\"error\":\"nothing to read at \\\"helth\\\"; did you mean \\\"health\\\"?\"}"},
    {"GET", "/__admin/advance", NULL, 405, "{\"error\":\"\\\"advance\\\" is a verb: POST it\"}"},
    {"POST", "/__admin/advanse", "\"1m\"", 404,
     "{\"error\":\"unknown verb \\\"advanse\\\"; did you mean \\\"advance\\\"?\"}"},
    {"POST", "/__admin/advance", "{\"by\":", 400,
     "{\"error\":\"advance: the body is not JSON; wanted an object, as {\\\"by\\\": ...}\"}"},
    {"POST", "/__admin/advance", "\"soon\"", 400, "{\"error\":\"by: wanted a duration *\"}"},
    {"GET", "/__admin/journal?stats=1", NULL, 400,
     "{\"error\":\"unknown key \\\"stats\\\"; did you mean \\\"status\\\"?\"}"},
    {"GET", "/__admin/journal?limit=x", NULL, 400,
     "{\"error\":\"limit: wanted a number from 0 to 10000, saw \\\"x\\\"\"}"},
    {"GET", "/__admin/journal?from=-1", NULL, 400, "{\"error\":\"from: wanted *"},
    {"GET", "/__admin/journal?format=xml", NULL, 400,
     "{\"error\":\"format: wanted json, jsonl or story, saw \\\"xml\\\"\"}"},
    {"GET", "/__admin/journal?op=sip.register&op=sip.invit", NULL, 400,
     "{\"error\":\"op: nothing is named \\\"sip.invit\\\"; did you mean \\\"sip.invite\\\"?\"}"},
    {"GET", "/__admin/wait?op=x&timeout=never", NULL, 400,
     "{\"error\":\"timeout: wanted a duration of at most 10m, saw \\\"never\\\"\"}"},
};

static void each_read_and_verb_answers_as_promised(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk desk;
        desk_init(&desk);
        const char *said = ask(&desk, rows[i].method, rows[i].url, rows[i].body);
        if (desk.reply.status != rows[i].status || !text_glob(rows[i].says, said))
            fail_msg("%s %s: %d %s", rows[i].method, rows[i].url, desk.reply.status, said);
        desk_done(&desk);
    }
}

/* The rows above are every row of the family's table. */
static void every_row_of_the_family_is_asked_here(void **state)
{
    struct route_family family = admin_routes();
    for (size_t i = 0; i < family.count; i++) {
        bool is_there = false;
        for (size_t j = 0; j < sizeof rows / sizeof *rows; j++) {
            char pattern[100];
            snprintf(pattern, sizeof pattern, "%.*s*", (int)strcspn(family.routes[i].path, "{"),
                     family.routes[i].path);
            is_there |=
                text_eq(rows[j].method, family.routes[i].method) && text_glob(pattern, rows[j].url);
        }
        if (!is_there)
            fail_msg("%s %s", family.routes[i].method, family.routes[i].path);
    }
}

static void reading_leaves_no_trace_in_the_journal(void **state)
{
    struct desk desk;
    desk_init(&desk);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_eq(rows[i].method, "GET"))
            ask(&desk, "GET", rows[i].url, NULL);
    assert_int_equal(journal_last(desk.scene.journal), 0);
    desk_done(&desk);
}

static void a_verb_leaves_one_event_also_when_it_is_refused(void **state)
{
    struct desk desk;
    desk_init(&desk);
    ask(&desk, "POST", "/__admin/stop-proxy", "\"a\"");
    ask(&desk, "POST", "/__admin/stop-proxy", "\"a\"");
    assert_int_equal(journal_last(desk.scene.journal), 2);
    struct event event = scene_last(&desk.scene);
    assert_string_equal(event_get(&event, EVENT_RESULT), "refused");
    desk_done(&desk);
}

static void no_secret_of_the_world_is_read_at_world(void **state)
{
    struct desk desk;
    desk_init(&desk);
    const char *said = ask(&desk, "GET", "/__admin/world", NULL);
    const struct world *world = desk.scene.world;
    for (size_t i = 0; i < world->user_count; i++)
        assert_null(world->users[i]->password ? strstr(said, world->users[i]->password) : NULL);
    for (size_t i = 0; i < world->device_count; i++)
        assert_null(strstr(said, world->devices[i]->sip_password));
    for (size_t i = 0; i < world->app_count; i++)
        assert_null(world->apps[i]->secret ? strstr(said, world->apps[i]->secret) : NULL);
    desk_done(&desk);
}

static void fill(struct desk *desk)
{
    for (int i = 1; i <= 5; i++) {
        struct event event;
        event_init(&event, LAYER_REST, i % 2 ? "sip.invite" : "sip.register");
        event_set_int(&event, EVENT_STATUS, 200 + i);
        journal_append(desk->scene.journal, &event);
    }
}

static void the_journal_is_filtered_and_paged(void **state)
{
    static const struct {
        const char *query, *says;
    } pages[] = {
        {"op=sip.invite", "{\"events\":[{\"seq\":1,*{\"seq\":3,*{\"seq\":5,*],\"next\":6,*"},
        {"op=sip.invite&limit=2", "{\"events\":[{\"seq\":1,*{\"seq\":3,*],\"next\":4,*"},
        {"op=sip.invite&from=4", "{\"events\":[{\"seq\":5,*],\"next\":6,*"},
        {"op=sip.invite&last=1", "{\"events\":[{\"seq\":5,*],\"next\":6,*"},
        {"last=2", "{\"events\":[{\"seq\":4,*{\"seq\":5,*],\"next\":6,*"},
        {"last=0", "{\"events\":[],\"next\":6,*"},
        {"status=%3E%3D204", "{\"events\":[{\"seq\":4,*{\"seq\":5,*"},
        {"op=sip.register&op=sip.invite&limit=1", "{\"events\":[{\"seq\":1,*"},
        {"op=sip.invite&format=story&limit=1", "{\"events\":[{\"story\":\"#1 *\",\"seq\":1,*}],*}"},
        {"op=sip.invite&format=jsonl&limit=2", "{\"seq\":1,*}\n{\"seq\":3,*}\n"},
    };
    struct desk desk;
    desk_init(&desk);
    fill(&desk);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char url[100];
        snprintf(url, sizeof url, "/__admin/journal?%s", pages[i].query);
        const char *said = ask(&desk, "GET", url, NULL);
        if (!text_glob(pages[i].says, said))
            fail_msg("%s: %s", pages[i].query, said);
    }
    desk_done(&desk);
}

static void near_misses_say_what_differs(void **state)
{
    struct desk desk;
    desk_init(&desk);
    fill(&desk);
    const char *said =
        ask(&desk, "GET", "/__admin/journal/near-misses?op=sip.invite&status=204&limit=1", NULL);
    assert_true(text_glob("{\"near\":[{\"differs\":\"status: wanted 204, saw 205\",\"event\":"
                          "{\"seq\":5,*}}]}",
                          said));
    desk_done(&desk);
}

static bool try_wait(struct desk *desk, const char *query, bool is_last)
{
    struct web_request request = request_of("GET", "/__admin/wait", NULL);
    request.query = query;
    web_reply_reset(&desk->reply);
    return admin_wait_try(&desk->api, &desk->scene.arena, &request, &desk->reply, is_last);
}

static void a_wait_is_answered_once_there_is_such_an_event(void **state)
{
    struct desk desk;
    desk_init(&desk);
    assert_false(try_wait(&desk, "op=sip.invite", false));
    fill(&desk);
    assert_true(try_wait(&desk, "op=sip.invite", false));
    assert_int_equal(desk.reply.status, 200);
    assert_true(text_glob("{\"event\":{\"seq\":1,*}}", buf_text(&desk.reply.body)));
    assert_true(try_wait(&desk, "op=sip.invite&from=2", false));
    assert_true(text_glob("{\"event\":{\"seq\":3,*}}", buf_text(&desk.reply.body)));
    assert_false(try_wait(&desk, "op=sip.invite&status=204", false));
    assert_true(try_wait(&desk, "op=sip.invite&status=204", true));
    assert_int_equal(desk.reply.status, 408);
    assert_true(
        text_glob("{\"error\":\"no such event came: op: sip.invite, status: 204\",\"near\":[{*",
                  buf_text(&desk.reply.body)));
    assert_true(try_wait(&desk, "nonsense=1", false));
    assert_int_equal(desk.reply.status, 400);
    desk_done(&desk);
}

static void a_wait_lasts_as_long_as_asked_within_limits(void **state)
{
    static const struct {
        const char *query;
        int64_t ms;
    } waits[] = {{"", 10000},
                 {"timeout=250ms", 250},
                 {"timeout=5", 5000},
                 {"timeout=11m", 0},
                 {"timeout=x", 0}};
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        struct web_request request = request_of("GET", "/__admin/wait", NULL);
        request.query = waits[i].query;
        assert_true(admin_is_wait(&request));
        assert_int_equal(admin_wait_timeout_ms(&request), waits[i].ms);
    }
    struct web_request other = request_of("POST", "/__admin/wait", NULL);
    assert_false(admin_is_wait(&other));
}

static void who_may_use_the_admin_interface(void **state)
{
    static const struct {
        const char *path, *token, *header, *value, *origin;
        int status; /* 0: may */
    } visits[] = {
        {"/__admin/health", NULL, NULL, NULL, NULL, 0},
        {"/__admin/health", "t0k", NULL, NULL, NULL, 401},
        {"/__admin/health", "t0k", "X-Mockrc-Token", "t0k", NULL, 0},
        {"/__admin/health", "t0k", "X-Mockrc-Token", "t0", NULL, 401},
        {"/__admin/health", "t0k", "X-Mockrc-Token", "t0kk", NULL, 401},
        {"/__admin/health", "t0k", "Authorization", "Bearer t0k", NULL, 0},
        {"/__admin/health", "t0k", "Authorization", "bearer t0k", NULL, 0},
        {"/__admin/health", "t0k", "Authorization", "Basic t0k", NULL, 401},
        {"/__admin", "t0k", NULL, NULL, NULL, 0}, /* the page asks for it */
        {"/__admin/", "t0k", NULL, NULL, NULL, 0},
        {"/__admin/dashboard.js", "t0k", NULL, NULL, NULL, 0},
        {"/__admin/world", "t0k", NULL, NULL, NULL, 401},
        {"/__administer", "t0k", NULL, NULL, NULL, 0},
        {"/restapi/v1.0/status", "t0k", NULL, NULL, NULL, 0},
        {"/__admin/advance", NULL, NULL, NULL, "http://evil.example", 403},
        {"/__admin/advance", NULL, NULL, NULL, "null", 403},
        {"/__admin/advance", NULL, NULL, NULL, "http://127.0.0.1:5880", 0},
        {"/restapi/v1.0/status", NULL, NULL, NULL, "http://evil.example", 0},
    };
    for (size_t i = 0; i < sizeof visits / sizeof *visits; i++) {
        struct web_header headers[3] = {{"Host", "127.0.0.1:5880"}};
        struct web_request request = request_of("GET", visits[i].path, NULL);
        struct web_reply reply;
        request.headers = headers;
        request.header_count = 1;
        if (visits[i].header)
            headers[request.header_count++] =
                (struct web_header){visits[i].header, visits[i].value};
        if (visits[i].origin)
            headers[request.header_count++] = (struct web_header){"Origin", visits[i].origin};
        web_reply_init(&reply);
        bool may = admin_may(&request, &reply, visits[i].token);
        if (may != (visits[i].status == 0) || (!may && reply.status != visits[i].status))
            fail_msg("%s %s: %d", visits[i].path, visits[i].value, reply.status);
        web_reply_done(&reply);
    }
}

static void other_methods_are_refused_at_the_door(void **state)
{
    struct web_request request = request_of("DELETE", "/__admin/world", NULL);
    struct web_reply reply;
    web_reply_init(&reply);
    assert_false(admin_may(&request, &reply, NULL));
    assert_int_equal(reply.status, 405);
    assert_non_null(strstr(buf_text(&reply.head), "Allow: GET, POST\r\n"));
    web_reply_done(&reply);
}

static void a_read_that_is_posted_says_so(void **state)
{
    struct web_request request = request_of("POST", "/__admin/knobs", "{}");
    struct web_request verb = request_of("POST", "/__admin/clock", "{}");
    struct web_reply reply;
    web_reply_init(&reply);
    assert_true(admin_may(&verb, &reply, NULL));
    assert_false(admin_may(&request, &reply, NULL));
    assert_int_equal(reply.status, 405);
    assert_non_null(strstr(buf_text(&reply.head), "Allow: GET\r\n"));
    assert_non_null(strstr(buf_text(&reply.body), "\\\"knobs\\\" is a read: GET it"));
    web_reply_done(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_read_and_verb_answers_as_promised),
        cmocka_unit_test(every_row_of_the_family_is_asked_here),
        cmocka_unit_test(a_read_that_is_posted_says_so),
        cmocka_unit_test(reading_leaves_no_trace_in_the_journal),
        cmocka_unit_test(a_verb_leaves_one_event_also_when_it_is_refused),
        cmocka_unit_test(no_secret_of_the_world_is_read_at_world),
        cmocka_unit_test(the_journal_is_filtered_and_paged),
        cmocka_unit_test(near_misses_say_what_differs),
        cmocka_unit_test(a_wait_is_answered_once_there_is_such_an_event),
        cmocka_unit_test(a_wait_lasts_as_long_as_asked_within_limits),
        cmocka_unit_test(who_may_use_the_admin_interface),
        cmocka_unit_test(other_methods_are_refused_at_the_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
