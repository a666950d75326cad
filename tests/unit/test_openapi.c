/* Operations of a document that have no handler: gate, checks, and answers made from schemas. */
#include "openapi/check.h"
#include "openapi/openapi.h"
#include "openapi/pattern.h"
#include "support/openapi_document.h"
#include "support/rest_world.h"

#define TEA  "/restapi/v1.0/account/~/extension/~/tea"
#define GOOD "{\"name\":\"Assam\",\"kind\":\"Black\"}"

/* A rest world whose router has the document's operations too. */
struct scene {
    struct rest *rest;
    struct openapi *openapi;
};

static int setup(void **state)
{
    struct scene *scene = xcalloc(1, sizeof *scene);
    struct rest *rest = scene->rest = rest_new();
    struct route_family families[REST_FAMILIES_MAX + 1];
    struct diag diag;
    size_t count = rest_families(families, REST_FAMILIES_MAX);
    if (openapi_read("tea.yml", openapi_document, strlen(openapi_document), &scene->openapi, &diag))
        fail_msg("%d: %s", diag.line, diag.text);
    families[count] = openapi_routes(scene->openapi, families, count);
    router_free(rest->api.router);
    rest->api.router = router_new(families, count + 1);
    *state = scene;
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;
    rest_free(scene->rest);
    openapi_free(scene->openapi);
    free(scene);
    return 0;
}

static struct rest *rest_of(void **state)
{
    return ((struct scene *)*state)->rest;
}

static void a_list_answers_from_its_schema_and_twice_the_same(void **state)
{
    struct rest *rest = rest_of(state);
    assert_int_equal(rest_get(rest, TEA "?perPage=7"), 200);
    char *first = xstrdup(buf_text(&rest->reply.body));
    assert_string_equal(rest->event.op, "listTea");
    assert_int_equal(rest_count(rest, "records"), 2);
    assert_string_equal(rest_text(rest, "paging.page"), "1");
    assert_string_equal(rest_text(rest, "paging.perPage"), "7");
    assert_string_equal(rest_text(rest, "paging.totalElements"), "2");
    assert_null(rest_at(rest, "nextPage"));
    rest_get(rest, TEA "?perPage=7");
    assert_string_equal(buf_text(&rest->reply.body), first);
    rest_get(rest, "/restapi/v1.0/account/7001/extension/7101/tea?perPage=7");
    assert_string_equal(buf_text(&rest->reply.body), first);
    rest_get(rest, TEA "?perPage=8");
    assert_string_not_equal(buf_text(&rest->reply.body), first);
    rest_get(rest, TEA "?perPage=9999");
    assert_string_equal(rest_text(rest, "paging.perPage"), "1000");
    rest_get(rest, TEA "?page=2");
    assert_int_equal(rest_count(rest, "records"), 0);
    free(first);
}

static void what_is_made_keeps_to_its_schema(void **state)
{
    struct rest *rest = rest_of(state);
    struct pattern code;
    int64_t number;
    rest_get(rest, TEA);
    const char *kind = rest_text(rest, "records[0].kind");
    assert_true(text_eq(kind, "Black") || text_eq(kind, "Green"));
    assert_true(pattern_read("^[A-C]{2}\\d{3,5}$", &code));
    assert_true(pattern_matches(&code, rest_text(rest, "records[0].code")));
    assert_true(strlen(rest_text(rest, "records[0].name")) <= 9);
    assert_true(node_int(rest_at(rest, "records[0].grams"), &number) && number >= 3 && number <= 5);
    assert_true(text_time_ms(rest_text(rest, "records[0].made"), &number));
    assert_string_equal(rest_text(rest, "records[0].served.in"), "cup");
    assert_string_equal(rest_text(rest, "records[0].extension.id"), "7101");
    /* Not said: what is write-only, deprecated, or leads round. */
    assert_null(rest_at(rest, "records[0].secret"));
    assert_null(rest_at(rest, "records[0].old"));
    assert_null(rest_at(rest, "records[0].blend"));
}

static void what_was_sent_is_echoed_where_it_fits(void **state)
{
    struct rest *rest = rest_of(state);
    assert_int_equal(rest_call(rest, "POST", TEA,
                               "{\"name\":\"Assam\",\"kind\":\"Green\",\"id\":\"mine\",\"x\":1}"),
                     201);
    assert_string_equal(rest_text(rest, "name"), "Assam");
    assert_string_equal(rest_text(rest, "kind"), "Green");
    assert_int_equal(rest_at(rest, "id")->kind, NODE_NUMBER);
    assert_null(rest_at(rest, "x"));
}

static void the_id_of_the_path_is_the_answers(void **state)
{
    struct rest *rest = rest_of(state);
    rest_header(rest, "X-Cup", "small");
    assert_int_equal(rest_get(rest, "/restapi/v1.0/tea/4711?strength=3"), 200);
    assert_string_equal(rest_text(rest, "id"), "4711");
    assert_string_equal(rest_text(rest, "uri"), "http://api.test/restapi/v1.0/tea/4711");
    assert_int_equal(rest_call(rest, "DELETE", "/restapi/v1.0/tea/4711", NULL), 204);
    assert_int_equal(rest->reply.body.len, 0);
}

static void the_row_is_gated_as_the_document_says(void **state)
{
    struct rest *rest = rest_of(state);
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    rest_get(rest, TEA);
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Group"), "heavy");
    rest->world->knobs.rate_limits = KNOB_RATE_OFF;

    rest_as(rest, "Bob"); /* has the second permission of the two, for himself */
    assert_int_equal(rest_get(rest, TEA), 200);
    rest_get(rest, "/restapi/v1.0/account/~/extension/7101/tea");
    assert_refused(rest, 403, "CMN-404");
    rest_call(rest, "POST", TEA, GOOD);
    assert_refused(rest, 403, "CMN-408");

    rest->app->scopes = SCOPE_BIT(READ_ACCOUNTS);
    rest_as(rest, "Ann");
    rest_get(rest, TEA);
    assert_refused(rest, 403, "CMN-401");
    rest->session = NULL;
    rest_get(rest, TEA);
    assert_refused(rest, 401, "AGW-401");
    assert_int_equal(rest_get(rest, "/tea/v1/open"), 200); /* security: [] */
}

static void wrong_requests_are_refused_in_the_platforms_codes(void **state)
{
    struct rest *rest = rest_of(state);
    static const struct {
        const char *label, *method, *target, *body, *cup, *code, *parameter;
    } rows[] = {
        {"enum in a list", "GET", TEA "?kind=Green&kind=Red", NULL, NULL, "CMN-101", "kind"},
        {"a comma list is one bad value", "GET", TEA "?kind=Green,Black", NULL, NULL, "CMN-101",
         "kind"},
        {"unless it is not exploded", "GET", TEA "?tags=1,x", NULL, NULL, "CMN-101", "tags"},
        {"too much", "GET", TEA "?limit=51", NULL, NULL, "CMN-101", "limit"},
        {"no number", "GET", TEA "?limit=ten", NULL, NULL, "CMN-101", "limit"},
        {"no boolean", "GET", TEA "?hot=perhaps", NULL, NULL, "CMN-101", "hot"},
        {"no time", "GET", TEA "?since=tomorrow", NULL, NULL, "CMN-101", "since"},
        {"path", "GET", "/restapi/v1.0/tea/x?strength=1", NULL, "big", "CMN-101", "teaId"},
        {"query missing", "GET", "/restapi/v1.0/tea/1", NULL, "big", "CMN-100", "strength"},
        {"header missing", "GET", "/restapi/v1.0/tea/1?strength=1", NULL, NULL, "CMN-110", "X-Cup"},
        {"header", "GET", "/restapi/v1.0/tea/1?strength=1", NULL, "huge", "CMN-407", "X-Cup"},
        {"no body", "POST", TEA, NULL, NULL, "CMN-103", NULL},
        {"a list", "POST", TEA, "[]", NULL, "CMN-101", "body"},
        {"missing member", "POST", TEA, "{\"name\":\"Assam\"}", NULL, "CMN-100", "kind"},
        {"of a part", "POST", TEA, "{\"kind\":\"Black\"}", NULL, "CMN-100", "name"},
        {"short", "POST", TEA, "{\"name\":\"A\",\"kind\":\"Black\"}", NULL, "CMN-101", "name"},
        {"null", "POST", TEA, "{\"name\":null,\"kind\":\"Black\"}", NULL, "CMN-101", "name"},
        {"pattern", "POST", TEA, "{\"name\":\"Assam\",\"kind\":\"Black\",\"code\":\"AB12\"}", NULL,
         "CMN-101", "code"},
        {"deep", "POST", TEA,
         "{\"name\":\"Assam\",\"kind\":\"Black\",\"blend\":[{\"name\":\"Assam\",\"kind\":1}]}",
         NULL, "CMN-101", "blend[0].kind"},
        {"alternative", "POST", TEA,
         "{\"name\":\"Assam\",\"kind\":\"Black\",\"served\":{\"in\":\"pot\"}}", NULL, "CMN-100",
         "served.litres"},
        {"no alternative", "POST", TEA,
         "{\"name\":\"Assam\",\"kind\":\"Black\",\"served\":{\"in\":\"hat\"}}", NULL, "CMN-101",
         "served.in"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].cup)
            rest_header(rest, "X-Cup", rows[i].cup);
        rest_call(rest, rows[i].method, rows[i].target, rows[i].body);
        if (!text_eq(rest_text(rest, "errorCode"), rows[i].code) ||
            !text_eq(rest_text(rest, "parameterName"), rows[i].parameter))
            fail_msg("%s: %s", rows[i].label, buf_text(&rest->reply.body));
    }
    assert_int_equal(rest_get(rest, TEA "?tags=1,2&kind=Green&kind=Black&limit=50&unknown=1"), 200);
}

static void what_cannot_be_made_is_said(void **state)
{
    struct rest *rest = rest_of(state);
    rest_get(rest, "/restapi/v1.0/tea/1/film");
    assert_refused(rest, 501, "CMN-202");
    rest_get(rest, "/restapi/v1.0/tea/1/endless");
    assert_refused(rest, 501, "CMN-202");
    assert_int_equal(rest_get(rest, "/restapi/v1.0/tea/1/picture"), 200);
    assert_string_equal(rest->reply.content_type, "image/png");
}

static void coverage_tells_the_three_ways(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *op;
        enum coverage coverage;
        bool is_ungated;
    } wanted[] = {
        {"readAccountInfo", COVERAGE_STATEFUL, false}, {"listTea", COVERAGE_SCHEMA, false},
        {"createTea", COVERAGE_SCHEMA, false},         {"readTea", COVERAGE_SCHEMA, false},
        {"deleteTea", COVERAGE_SCHEMA, false},         {"readPicture", COVERAGE_SCHEMA, false},
        {"readFilm", COVERAGE_ABSENT, false},          {"readEndless", COVERAGE_ABSENT, false},
        {"readOpen", COVERAGE_SCHEMA, true},
    };
    assert_int_equal(openapi_count(scene->openapi), sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct operation_view view = openapi_at(scene->openapi, i);
        assert_string_equal(view.id, wanted[i].op);
        assert_int_equal(view.coverage, wanted[i].coverage);
        assert_int_equal(view.is_ungated, wanted[i].is_ungated);
        assert_int_equal(view.why != NULL, wanted[i].coverage == COVERAGE_ABSENT);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_list_answers_from_its_schema_and_twice_the_same),
        TEST(what_is_made_keeps_to_its_schema),
        TEST(what_was_sent_is_echoed_where_it_fits),
        TEST(the_id_of_the_path_is_the_answers),
        TEST(the_row_is_gated_as_the_document_says),
        TEST(wrong_requests_are_refused_in_the_platforms_codes),
        TEST(what_cannot_be_made_is_said),
        TEST(coverage_tells_the_three_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
