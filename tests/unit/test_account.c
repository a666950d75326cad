#include "support/cmocka_all.h"

#include "world/world.h"

#include <string.h>

static void an_account_is_found_by_its_id(void **state)
{
    struct world world = {0};
    account_add(&world, 7001);
    struct account *second = account_add(&world, 7002);
    assert_ptr_equal(account_by_id(&world, 7002), second);
    assert_null(account_by_id(&world, 7003));
    assert_int_equal(second->status, ACCOUNT_CONFIRMED);
    accounts_done(&world);
    assert_int_equal(world.account_count, 0);
}

static void a_number_is_found_with_and_without_plus(void **state)
{
    struct world world = {0};
    struct phone_number *number = phone_number_add(&world, 1, 7001);
    phone_number_set(&world, number, "+12025550100");
    assert_ptr_equal(phone_number_find(&world, "+12025550100"), number);
    assert_ptr_equal(phone_number_find(&world, "12025550100"), number);
    assert_null(phone_number_find(&world, "2025550100"));
    assert_null(phone_number_find(&world, ""));
    assert_null(phone_number_find(&world, NULL));
    accounts_done(&world);
}

static void a_number_that_changed_is_found_under_its_new_text_only(void **state)
{
    struct world world = {0};
    struct phone_number *first = phone_number_add(&world, 1, 7001);
    struct phone_number *second = phone_number_add(&world, 2, 7001);
    phone_number_set(&world, first, "+12025550100");
    phone_number_set(&world, first, "+12025550101");
    assert_null(phone_number_find(&world, "+12025550100"));
    assert_ptr_equal(phone_number_find(&world, "+12025550101"), first);

    phone_number_set(&world, second, "+12025550101");
    phone_number_set(&world, first, NULL);
    assert_ptr_equal(phone_number_find(&world, "+12025550101"), second);
    accounts_done(&world);
}

static void numbers_are_in_order_of_id_whatever_the_order_they_came_in(void **state)
{
    struct world world = {0};
    enum { COUNT = 1000 };
    for (int64_t i = 0; i < COUNT; i++)
        phone_number_add(&world, i * 7 % COUNT, 7001); /* 7 and 1000 share no factor */
    for (int64_t i = 0; i < COUNT; i++) {
        assert_int_equal(world.numbers[i]->id, i);
        assert_int_equal(phone_number_by_id(&world, i)->id, i);
    }
    assert_null(phone_number_by_id(&world, COUNT));
    assert_null(phone_number_by_id(&world, -1));
    accounts_done(&world);
}

static void every_name_leads_back_to_its_value(void **state)
{
    enum account_status status;
    enum number_usage usage;
    size_t feature;
    for (int i = 0; i < ACCOUNT_STATUS_COUNT; i++) {
        assert_true(account_status_named(account_status_name((enum account_status)i), &status));
        assert_int_equal(status, i);
    }
    for (int i = 0; i < NUMBER_USAGE_COUNT; i++) {
        assert_true(number_usage_named(number_usage_name((enum number_usage)i), &usage));
        assert_int_equal(usage, i);
    }
    for (size_t i = 0; i < account_feature_count(); i++) {
        assert_true(account_feature_named(account_feature_name(i), &feature));
        assert_int_equal(feature, i);
    }
    assert_false(account_status_named("confirmed", &status));
    assert_false(number_usage_named("", &usage));
    assert_false(account_feature_named(NULL, &feature));
    assert_true(account_feature_named("OnDemandCallRecording", &feature));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_found_by_its_id),
        cmocka_unit_test(a_number_is_found_with_and_without_plus),
        cmocka_unit_test(a_number_that_changed_is_found_under_its_new_text_only),
        cmocka_unit_test(numbers_are_in_order_of_id_whatever_the_order_they_came_in),
        cmocka_unit_test(every_name_leads_back_to_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
