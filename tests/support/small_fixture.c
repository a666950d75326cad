#include "support/small_fixture.h"

#include "support/cmocka_all.h"

#include "base/buf.h"
#include "base/yaml.h"

#include <string.h>

const char small_fixture[] = "account:\n"
                             "  id: 500\n"
                             "  company: Small\n"
                             "  main_number: \"+12025550100\"\n"
                             "  brand_id: \"1210\"\n"
                             "  brand_name: RingCentral\n"
                             "  sip_domain: sip.small.test\n"
                             "users:\n"
                             "  - { id: 500, extension: \"101\", first_name: Ann, last_name: Bee, "
                             "email: ann@small.test, role: super-admin }\n"
                             "  - { id: 501, extension: 102, name: Cid, status: Disabled }\n"
                             "  - { id: 502, extension: \"200\", name: Desk, type: Department, "
                             "members: [101, \"102\"] }\n"
                             "numbers:\n"
                             "  - { id: 1, number: \"+12025550100\", usage: MainCompanyNumber }\n"
                             "  - { id: 2, number: +12025550101, usage: DirectNumber, user: 101 }\n"
                             "devices:\n"
                             "  - { id: \"8001\", user: 101, number: \"+12025550101\", "
                             "sip_password: s3cret }\n"
                             "apps:\n"
                             "  - { client_id: app1, name: App, scopes: [ReadAccounts], "
                             "grants: [jwt], redirect_uris: [\"http://127.0.0.1/cb\"] }\n"
                             "jwt_credentials:\n"
                             "  - { id: j1, user: 101, client_ids: [app1] }\n"
                             "proxies:\n"
                             "  - { name: a, host: sip1.small.test, secondary: b }\n"
                             "  - { name: b, host: sip2.small.test }\n";

struct world *small_fixture_with(const char *old, const char *new,
                                 const struct fixture_options *options, char complaint[800])
{
    struct arena arena;
    struct diag diag = {0};
    struct buf text;
    const struct node *root = NULL;
    struct world *world = world_new(1, CLOCK_FROZEN, 1767718800000);
    const char *at = strstr(small_fixture, old);
    assert_non_null(at);
    buf_init(&text, 100000);
    buf_add(&text, small_fixture, (size_t)(at - small_fixture));
    buf_str(&text, new);
    buf_str(&text, at + strlen(old));
    arena_init(&arena);
    complaint[0] = '\0';
    int err = yaml_parse(&arena, "f.yaml", buf_text(&text), text.len, &root, &diag);
    if (!err)
        err = fixture_build(world, root, "f.yaml", options, &diag);
    if (err)
        diag_text(&diag, complaint, 800);
    assert_true(err == 0 || err == ERR_USAGE);
    arena_done(&arena);
    buf_done(&text);
    return world;
}
