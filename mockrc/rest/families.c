#include "rest/rest.h"

#include "rest/families.h"

#include <assert.h>

size_t rest_families(struct route_family *families, size_t max)
{
    static struct route_family (*const all[])(void) = {
        root_routes,
        account_routes,
        extension_routes,
        number_routes,
        device_routes,
        provision_routes,
        call_log_routes,
        call_sync_routes,
        recording_routes,
        role_routes,
        feature_routes,
        dictionary_routes,
        presence_routes,
        queue_routes,
        queue_presence_routes,
        message_store_routes,
        message_sync_routes,
        message_send_routes,
        role_edit_routes,
        call_edit_routes,
        v2_routes,
        monitoring_routes,
        subscription_routes,
        telephony_routes,
        telephony_place_routes,
        conference_routes,
    };
    const size_t count = sizeof all / sizeof *all;
    static_assert(sizeof all / sizeof *all <= REST_FAMILIES_MAX, "there must be room for all");
    assert(max >= count);
    for (size_t i = 0; i < count; i++)
        families[i] = all[i]();
    return count;
}
