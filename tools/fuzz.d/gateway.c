/*
 * Messages of a WebSocket client, parted by line ends, on one connection of the gateway in a world of
 * acme-rc: frames, requests and their bodies. What is answered is text in UTF-8, and a request never
 * reaches what is not REST.
 */
#include "base/text.h"
#include "notify/gateway.h"
#include "rest/rest.h"

#include "fuzz.d/fuzz.h"
#include "fuzz.d/world.h"

enum { FAMILIES = REST_FAMILIES_MAX };

static void hear(struct api *api, int64_t wsc, const char *text, size_t len)
{
    struct gateway_out out;
    gateway_out_init(&out);
    gateway_hear(api, wsc, 1, true, text, len, &out);
    for (size_t i = 0; i < out.frame_count; i++)
        assert(text_is_utf8(out.frames[i].text, out.frames[i].len));
    if (out.call)
        gateway_call_free(out.call);
    gateway_out_done(&out);
    gateway_out_init(&out);
    gateway_take(api, &out);
    gateway_out_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct route_family families[FAMILIES];
    struct journal_limits limits = {.events = 100};
    struct api api = {.world = fuzz_world(),
                      .journal = journal_new(&limits),
                      .faults = faults_new(),
                      .router = router_new(families, rest_families(families, FAMILIES))};
    struct session *session =
        session_start(api.world, api.world->apps[0], user_named(api.world, "superadmin"),
                      UINT64_MAX, 3600000, 604800000, true, NULL, 0);
    int64_t wsc = wsc_open(api.world, session, 1)->number;
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end ? (size_t)(end - data) - at : size - at;
        hear(&api, wsc, (const char *)data + at, len);
        at += len + 1;
    }
    router_free(api.router);
    faults_free(api.faults);
    journal_free(api.journal);
    world_free(api.world);
    return 0;
}
