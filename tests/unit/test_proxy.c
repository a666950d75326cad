#include "support/cmocka_all.h"

#include "support/sip_world.h"

static int given_world(void **state)
{
    struct world *world = sip_world_new();
    struct proxy *proxy = proxy_named(world, "a");
    xset(&proxy->host, "sip10.test");
    proxy->region = REGION_EMEA;
    *state = world;
    return 0;
}

static int done(void **state)
{
    world_free(*state);
    return 0;
}

static size_t outbox_drained(struct world *world)
{
    struct outbox_item item;
    size_t count = 0;
    while (outbox_take(world, OUTBOX_PROXY, &item))
        count++;
    return count;
}

static void a_proxy_is_found_by_its_name_only(void **state)
{
    struct world *world = *state;
    assert_string_equal(proxy_named(world, "a")->host, "sip10.test");
    assert_null(proxy_named(world, "c"));
    assert_null(proxy_named(world, "A"));
}

static void regions_are_read_back_from_their_names(void **state)
{
    for (int i = 0; i < REGION_COUNT; i++) {
        enum proxy_region region = REGION_COUNT;
        assert_true(proxy_region_named(proxy_region_name((enum proxy_region)i), &region));
        assert_int_equal(region, i);
    }
    enum proxy_region region = REGION_NA;
    assert_false(proxy_region_named("Mars", &region));
}

static void the_address_shows_the_bound_one_unless_names_resolve(void **state)
{
    struct world *world = *state;
    struct proxy *proxy = proxy_named(world, "a");
    char text[64];
    proxy_address(world, proxy, 5090, text, sizeof text);
    assert_string_equal(text, "127.0.0.1:5090");
    world->names_resolve = true;
    proxy_address(world, proxy, 5096, text, sizeof text);
    assert_string_equal(text, "sip10.test:5096");
    world->names_resolve = false;
    xset(&world->bind, "::1");
    proxy_address(world, proxy, 5090, text, sizeof text);
    assert_string_equal(text, "[::1]:5090");
}

static void every_change_tells_the_edge_and_notes_its_cause(void **state)
{
    struct world *world = *state;
    struct proxy *proxy = proxy_named(world, "a");
    proxy_set_state(world, proxy, PROXY_DRAINING, 7);
    assert_int_equal(proxy->state, PROXY_DRAINING);
    assert_int_equal(proxy->cause, 7);
    assert_int_equal(outbox_drained(world), 1);
    proxy_move(world, proxy, NULL, false, 8);
    assert_int_equal(proxy->cause, 8);
    assert_int_equal(proxy->generation, 1);
    assert_int_equal(outbox_drained(world), 1);
}

static void a_proxy_stopped_and_started_wants_the_ports_it_had(void **state)
{
    struct world *world = *state;
    struct proxy *proxy = proxy_named(world, "a");
    proxy->port[TRANSPORT_UDP] = 40001;
    proxy->port[TRANSPORT_TCP] = 40002;
    proxy_set_state(world, proxy, PROXY_STOPPED, 0);
    proxy->port[TRANSPORT_UDP] = proxy->port[TRANSPORT_TCP] = 0; /* what the edge writes back */
    proxy_set_state(world, proxy, PROXY_UP, 0);
    assert_int_equal(proxy->want[TRANSPORT_UDP], 40001);
    assert_int_equal(proxy->want[TRANSPORT_TCP], 40002);
}

static void a_move_that_leaves_a_stale_one_keeps_the_old_address_unlisted(void **state)
{
    struct world *world = *state;
    struct proxy *proxy = proxy_named(world, "a");
    uint64_t domain = proxy->nonce_domain;
    proxy->port[TRANSPORT_UDP] = proxy->port[TRANSPORT_TCP] = 40001;
    proxy_move(world, proxy, NULL, true, 9);

    const struct proxy *old = proxy_named(world, "a-old");
    assert_non_null(old);
    assert_int_equal(old->state, PROXY_STALE);
    assert_false(old->is_listed);
    assert_int_equal(old->want[TRANSPORT_UDP], 40001);
    assert_int_equal(old->want[TRANSPORT_TCP], 40001);
    assert_int_equal(old->region, REGION_EMEA);
    assert_string_equal(old->realm, "d.test");
    assert_int_equal(old->cause, 9);
    assert_int_equal(old->nonce_domain, domain);
    assert_int_not_equal(proxy->nonce_domain, domain);
    assert_int_equal(proxy->want[TRANSPORT_UDP], 0);
    assert_int_equal(outbox_drained(world), 2);
}

static void a_second_move_takes_the_stale_place_over(void **state)
{
    struct world *world = *state;
    struct proxy *proxy = proxy_named(world, "a");
    proxy->port[TRANSPORT_UDP] = proxy->port[TRANSPORT_TCP] = 40001;
    proxy_move(world, proxy, NULL, true, 0);
    size_t count = world->proxy_count;
    proxy->port[TRANSPORT_UDP] = proxy->port[TRANSPORT_TCP] = 40003;
    proxy_move(world, proxy, NULL, true, 0);
    assert_int_equal(world->proxy_count, count);
    assert_int_equal(proxy_named(world, "a-old")->want[TRANSPORT_UDP], 40003);
    assert_int_equal(proxy_named(world, "a-old")->generation, 1);
}

static void a_stopped_proxy_leaves_nothing_stale_when_moved(void **state)
{
    struct world *world = *state;
    proxy_move(world, proxy_named(world, "a"), NULL, true, 0);
    assert_null(proxy_named(world, "a-old"));
}

static void nonce_domains_differ_by_proxy_and_seed_and_are_reproducible(void **state)
{
    struct world *world = *state;
    struct world same = {.seed = 1}, other = {.seed = 2};
    uint64_t domain = proxy_named(world, "a")->nonce_domain;
    assert_int_not_equal(domain, proxy_named(world, "b")->nonce_domain);
    assert_int_equal(domain, proxy_add(&same, "a", 1)->nonce_domain);
    assert_int_not_equal(domain, proxy_add(&other, "a", 1)->nonce_domain);
    proxies_done(&same);
    proxies_done(&other);
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, given_world, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_world(a_proxy_is_found_by_its_name_only),
        cmocka_unit_test(regions_are_read_back_from_their_names),
        in_world(the_address_shows_the_bound_one_unless_names_resolve),
        in_world(every_change_tells_the_edge_and_notes_its_cause),
        in_world(a_proxy_stopped_and_started_wants_the_ports_it_had),
        in_world(a_move_that_leaves_a_stale_one_keeps_the_old_address_unlisted),
        in_world(a_second_move_takes_the_stale_place_over),
        in_world(a_stopped_proxy_leaves_nothing_stale_when_moved),
        in_world(nonce_domains_differ_by_proxy_and_seed_and_are_reproducible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
