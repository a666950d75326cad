#include "support/cmocka_all.h"

#include "world/world.h"

#include <stdio.h>

static void a_device_is_found_by_id_and_by_sip_username(void **state)
{
    struct world world = {0};
    enum { COUNT = 5000 };
    char text[24];
    for (int i = 0; i < COUNT; i++) {
        snprintf(text, sizeof text, "80%010d", i);
        struct device *device = device_add(&world, text, 7001, 7001);
        snprintf(text, sizeof text, "1202555%04d", i);
        device_set_sip_username(&world, device, text);
    }
    assert_ptr_equal(device_by_id(&world, "800000004999"), world.devices[4999]);
    assert_ptr_equal(device_by_sip_username(&world, "12025554999"), world.devices[4999]);
    assert_null(device_by_id(&world, "800000005000"));
    assert_null(device_by_sip_username(&world, "+12025554999"));
    assert_null(device_by_sip_username(&world, NULL));
    devices_done(&world);
}

static void a_changed_sip_username_leads_nowhere_any_more(void **state)
{
    struct world world = {0};
    struct device *first = device_add(&world, "1", 7001, 7001);
    struct device *second = device_add(&world, "2", 7001, 7002);
    device_set_sip_username(&world, first, "15550100");
    device_set_sip_username(&world, first, "15550101");
    assert_null(device_by_sip_username(&world, "15550100"));
    device_set_sip_username(&world, second, "15550101");
    device_set_sip_username(&world, first, NULL);
    assert_ptr_equal(device_by_sip_username(&world, "15550101"), second);
    devices_done(&world);
}

static void every_type_name_leads_back_to_its_value(void **state)
{
    enum device_type type;
    for (int i = 0; i < DEVICE_TYPE_COUNT; i++) {
        assert_true(device_type_named(device_type_name((enum device_type)i), &type));
        assert_int_equal(type, i);
    }
    assert_false(device_type_named("otherphone", &type));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_is_found_by_id_and_by_sip_username),
        cmocka_unit_test(a_changed_sip_username_leads_nowhere_any_more),
        cmocka_unit_test(every_type_name_leads_back_to_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
