#include "support/cmocka_all.h"

#include "support/sip_world.h"

#include <stdio.h>
#include <string.h>

static int given_world(void **state)
{
    *state = sip_world_new();
    return 0;
}

static int done(void **state)
{
    world_free(*state);
    return 0;
}

static struct binding *given_binding(struct world *world, const char *aor, const char *contact,
                                     const char *instance, int64_t lives_ms)
{
    struct binding_key key = {.aor = aor, .contact = contact, .instance = instance};
    struct binding *binding = binding_put(world, &key);
    assert_non_null(binding);
    xset(&binding->call_id, "c1");
    binding->expires_ms = clock_now(world) + lives_ms;
    return binding;
}

static void a_binding_lives_until_its_last_millisecond(void **state)
{
    struct world *world = *state;
    given_binding(world, "1", "sip:1@h", NULL, 60000);
    clock_advance(world, 59999);
    assert_int_equal(binding_count(world, "1"), 1);
    clock_advance(world, 1);
    assert_int_equal(binding_count_all(world), 1); /* nobody has met it yet */
    assert_null(binding_list(world, "1"));
    assert_int_equal(binding_count_all(world), 0);
}

static void what_has_expired_is_found_by_no_question(void **state)
{
    struct world *world = *state;
    struct binding_key key = {.aor = "1", .contact = "sip:1@h"};
    given_binding(world, "1", "sip:1@h", NULL, 1000);
    assert_non_null(binding_find(world, &key));
    clock_advance(world, 1000);
    assert_null(binding_find(world, &key));
    assert_int_equal(binding_count(world, "1"), 0);
    assert_int_equal(binding_clear(world, "1"), 0);
}

static void an_instance_has_one_binding_whatever_its_contact(void **state)
{
    struct world *world = *state;
    struct binding *first = given_binding(world, "1", "sip:1@h:1", "urn:a", 60000);
    struct binding *again = given_binding(world, "1", "sip:1@h:2", "urn:a", 60000);
    assert_ptr_equal(first, again);
    assert_string_equal(again->contact, "sip:1@h:2");
    assert_int_equal(binding_count(world, "1"), 1);
}

static void keys_tell_bindings_apart(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *label;
        struct binding_key key;
    } rows[] = {
        {"another AOR", {.aor = "2", .contact = "sip:1@h", .instance = "urn:a"}},
        {"another instance", {.aor = "1", .contact = "sip:1@h", .instance = "urn:b"}},
        {"no instance", {.aor = "1", .contact = "sip:1@h"}},
        {"no instance, another contact", {.aor = "1", .contact = "sip:1@i"}},
        {"another reg-id", {.aor = "1", .contact = "sip:1@h", .instance = "urn:a", .reg_id = 2}},
        {"by a stale proxy",
         {.aor = "1", .contact = "sip:1@h", .instance = "urn:a", .is_stale = true}},
    };
    given_binding(world, "1", "sip:1@h", "urn:a", 60000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (binding_find(world, &rows[i].key))
            fail_msg("%s: taken for the first binding", rows[i].label);
        struct binding *binding = binding_put(world, &rows[i].key);
        binding->expires_ms = clock_now(world) + 60000;
        if (binding_count_all(world) != i + 2)
            fail_msg("%s: %zu bindings", rows[i].label, binding_count_all(world));
        assert_ptr_equal(binding_find(world, &rows[i].key), binding);
    }
}

static void the_newest_stands_first_and_a_refresh_keeps_its_place(void **state)
{
    struct world *world = *state;
    given_binding(world, "1", "sip:1@a", "urn:a", 60000);
    given_binding(world, "1", "sip:1@b", "urn:b", 60000);
    given_binding(world, "1", "sip:1@a", "urn:a", 60000); /* refresh */
    assert_string_equal(binding_list(world, "1")->contact, "sip:1@b");
    given_binding(world, "1", "sip:1@c", "urn:a", 60000); /* comes from elsewhere */
    assert_string_equal(binding_list(world, "1")->contact, "sip:1@c");
    assert_string_equal(binding_list(world, "1")->next->contact, "sip:1@b");
}

static void one_is_removed_and_the_rest_is_cleared(void **state)
{
    struct world *world = *state;
    struct binding *first = given_binding(world, "1", "sip:1@a", NULL, 60000);
    given_binding(world, "1", "sip:1@b", NULL, 60000);
    given_binding(world, "1", "sip:1@c", NULL, 60000);
    given_binding(world, "2", "sip:2@a", NULL, 60000);
    binding_remove(world, "1", first);
    assert_int_equal(binding_count(world, "1"), 2);
    assert_int_equal(binding_clear(world, "1"), 2);
    assert_int_equal(binding_count(world, "1"), 0);
    assert_int_equal(binding_count_all(world), 1);
}

static void an_aor_holds_no_more_than_its_limit(void **state)
{
    struct world *world = *state;
    char contact[32] = "";
    for (int i = 0; i < BINDINGS_PER_AOR_MAX; i++) {
        snprintf(contact, sizeof contact, "sip:1@h:%d", i + 1);
        given_binding(world, "1", contact, NULL, 60000);
    }
    struct binding_key more = {.aor = "1", .contact = "sip:1@h:0"};
    assert_null(binding_put(world, &more));
    struct binding_key known = {.aor = "1", .contact = contact};
    assert_non_null(binding_put(world, &known));
    clock_advance(world, 60000);
    assert_non_null(binding_put(world, &more)); /* the expired made room */
}

static void note(void *context, const char *aor, const struct binding *binding)
{
    char *seen = context;
    size_t len = strlen(seen);
    snprintf(seen + len, 100 - len, "%s=%s ", aor, binding->contact);
}

static void all_are_walked_in_order_of_first_registration(void **state)
{
    struct world *world = *state;
    given_binding(world, "9", "sip:9", NULL, 60000);
    given_binding(world, "5", "sip:5", NULL, 1000);
    given_binding(world, "7", "sip:7", NULL, 60000);
    given_binding(world, "9", "sip:9b", NULL, 60000);
    clock_advance(world, 1000);
    char seen[100] = "";
    binding_each(world, note, seen);
    assert_string_equal(seen, "9=sip:9b 9=sip:9 7=sip:7 ");
}

static void many_are_found_each(void **state)
{
    struct world *world = *state;
    enum { MANY = 100000 };
    char aor[24], contact[48];
    for (int i = 0; i < MANY; i++) {
        snprintf(aor, sizeof aor, "1202%07d", i);
        snprintf(contact, sizeof contact, "sip:%s@127.0.0.1:5060", aor);
        given_binding(world, aor, contact, NULL, 60000);
    }
    assert_int_equal(binding_count_all(world), MANY);
    for (int i = 0; i < MANY; i += 997) {
        snprintf(aor, sizeof aor, "1202%07d", i);
        assert_int_equal(binding_count(world, aor), 1);
    }
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, given_world, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_world(a_binding_lives_until_its_last_millisecond),
        in_world(what_has_expired_is_found_by_no_question),
        in_world(an_instance_has_one_binding_whatever_its_contact),
        in_world(keys_tell_bindings_apart),
        in_world(the_newest_stands_first_and_a_refresh_keeps_its_place),
        in_world(one_is_removed_and_the_rest_is_cleared),
        in_world(an_aor_holds_no_more_than_its_limit),
        in_world(all_are_walked_in_order_of_first_registration),
        in_world(many_are_found_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
