#include "support/cmocka_all.h"

#include "api/route.h"

#include <stdlib.h>
#include <string.h>

static void nothing(struct call *call)
{
    (void)call;
}

static const struct route rows[] = {
    {.method = "GET", .path = "/restapi", .op = "versions", .run = nothing},
    {.method = "GET", .path = "/restapi/{apiVersion}", .op = "version", .run = nothing},
    {.method = "GET", .path = "/restapi/v1.0/status", .op = "status", .run = nothing},
    {.method = "GET", .path = "/restapi/v1.0/account/{accountId}", .op = "account", .run = nothing},
    {.method = "GET",
     .path = "/restapi/v1.0/account/{accountId}/extension/{extensionId}",
     .op = "read",
     .run = nothing},
    {.method = "PUT",
     .path = "/restapi/v1.0/account/{accountId}/extension/{extensionId}",
     .op = "update",
     .run = nothing},
    {.method = "GET",
     .path = "/restapi/v1.0/account/{accountId}/user-role/default",
     .op = "default",
     .run = nothing},
    {.method = "GET",
     .path = "/restapi/v1.0/account/{accountId}/user-role/{roleId}",
     .op = "role",
     .run = nothing},
    {.method = "GET",
     .path = "/restapi/v1.0/account/{accountId}/user-role/{roleId}/members",
     .op = "members",
     .run = nothing},
    /* To find the second the look-up goes back over a {parameter} of the first. */
    {.method = "GET", .path = "/a/b/{x}/c", .op = "near", .run = nothing},
    {.method = "GET", .path = "/a/{y}/{z}/d", .op = "far", .run = nothing},
};

struct fixture {
    struct router *router;
    struct arena arena;
    struct call call;
    struct buf allow;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct route_family families[] = {{rows, 3}, {rows + 3, sizeof rows / sizeof *rows - 3}};
    fixture->router = router_new(families, 2);
    arena_init(&fixture->arena);
    fixture->call.arena = &fixture->arena;
    buf_init(&fixture->allow, 256);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    router_free(fixture->router);
    arena_done(&fixture->arena);
    buf_done(&fixture->allow);
    free(fixture);
    return 0;
}

static void each_path_leads_to_its_row(void **state)
{
    static const struct {
        const char *method, *path, *op, *first, *second;
    } wanted[] = {
        {"GET", "/restapi", "versions", NULL, NULL},
        {"GET", "/restapi/", "versions", NULL, NULL},
        {"GET", "/restapi/v1.0", "version", "v1.0", NULL},
        {"GET", "/restapi/v1.0/", "version", "v1.0", NULL},
        {"GET", "/restapi/v1%2E0/status", "status", NULL, NULL},
        {"GET", "/restapi/v1.0/account/~", "account", "~", NULL},
        {"GET", "/restapi/v1.0/account/%7E", "account", "~", NULL},
        {"GET", "/restapi/v1.0/account/a%2Fb", "account", "a/b", NULL},
        {"GET", "/restapi/v1.0/account/1+2", "account", "1+2", NULL},
        {"GET", "/restapi/v1.0/account/1/extension/2", "read", "1", "2"},
        {"PUT", "/restapi/v1.0/account/1/extension/2", "update", "1", "2"},
        {"GET", "/restapi/v1.0/account/1/user-role/default", "default", "1", NULL},
        {"GET", "/restapi/v1.0/account/1/user-role/9", "role", "1", "9"},
        {"GET", "/restapi/v1.0/account/1/user-role/default/members", "members", "1", "default"},
        {"GET", "/a/b/1/c", "near", "1", NULL},
        {"GET", "/a/b/1/d", "far", "b", "1"},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct call *call = &fixture->call;
        print_message("%s %s\n", wanted[i].method, wanted[i].path);
        memset(call->args, 0, sizeof call->args);
        assert_int_equal(
            router_find(fixture->router, wanted[i].method, wanted[i].path, call, &fixture->allow),
            ROUTE_FOUND);
        assert_string_equal(call->route->op, wanted[i].op);
        const char *args[] = {wanted[i].first, wanted[i].second};
        for (int arg = 0; arg < 2; arg++)
            if (args[arg])
                assert_string_equal(call->args[arg], args[arg]);
    }
}

static void other_paths_lead_nowhere(void **state)
{
    static const char *const paths[] = {
        "",
        "*",
        "/",
        "restapi",
        "//restapi",
        "/restapi//",
        "/restapi/v1.0//status",
        "/restapi/v1.0/account",
        "/restapi/v1.0/account//extension/1",
        "/restapi/v1.0/account/%",
        "/restapi/v1.0/account/%zz",
        "/restapi/v1.0/account/%00",
        "/restapi/v1.0/account/%ff",
        "/restapi/v1.0/account/\xff",
        "/RESTAPI",
        "/restapi/v1.0/account/1/extension/2/more",
        "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26",
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        print_message("%s\n", paths[i]);
        assert_int_equal(
            router_find(fixture->router, "GET", paths[i], &fixture->call, &fixture->allow),
            ROUTE_UNKNOWN);
    }
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(router_find(fixture->router, "DELETE", "/restapi/v1.0/account/1/extension/2",
                                 &fixture->call, &fixture->allow),
                     ROUTE_WRONG_METHOD);
    assert_string_equal(buf_text(&fixture->allow), "GET, PUT");
    assert_null(fixture->call.route);
    /* Methods are case-sensitive (RFC 9110 section 9.1). */
    assert_int_equal(
        router_find(fixture->router, "get", "/restapi", &fixture->call, &fixture->allow),
        ROUTE_WRONG_METHOD);
}

static void an_argument_is_known_by_its_name(void **state)
{
    struct fixture *fixture = *state;
    router_find(fixture->router, "GET", "/restapi/v1.0/account/1/extension/2", &fixture->call,
                &fixture->allow);
    assert_string_equal(call_arg(&fixture->call, "accountId"), "1");
    assert_string_equal(call_arg(&fixture->call, "extensionId"), "2");
    assert_null(call_arg(&fixture->call, "extension"));
    assert_null(call_arg(&fixture->call, "deviceId"));
}

static void the_rows_are_listed_in_family_order(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(router_count(fixture->router), sizeof rows / sizeof *rows);
    for (size_t i = 0; i < router_count(fixture->router); i++)
        assert_ptr_equal(router_at(fixture->router, i), &rows[i]);
}

static void a_router_without_rows_finds_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct router *empty = router_new(NULL, 0);
    assert_int_equal(router_find(empty, "GET", "/restapi", &fixture->call, &fixture->allow),
                     ROUTE_UNKNOWN);
    router_free(empty);
    router_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_path_leads_to_its_row),
        TEST(other_paths_lead_nowhere),
        TEST(a_wrong_method_is_told_the_right_ones),
        TEST(an_argument_is_known_by_its_name),
        TEST(the_rows_are_listed_in_family_order),
        TEST(a_router_without_rows_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
