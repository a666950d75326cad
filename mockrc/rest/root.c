/* The API itself: its versions and its status. Source: rest.md 1.1. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/uri.h"

static void write_version(struct json_out *out, const struct call *call)
{
    uri_open(out, "uri", call->world);
    uri_close(out);
    json_str(out, "versionString", "1.0.60");
    json_str(out, "releaseDate", "2026-07-01T00:00:00.000Z");
    json_str(out, "uriString", "v1.0");
}

static void read_versions(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_fmt(&out, "uri", "%s/restapi", call->world->base_url);
    json_list(&out, "apiVersions");
    json_open(&out, NULL);
    write_version(&out, call);
    json_close(&out);
    json_list_end(&out);
    json_str(&out, "serverVersion", "26.3.1.1");
    json_str(&out, "serverRevision", MOCKRC_VERSION);
    json_close(&out);
}

static void read_version(struct call *call)
{
    const char *version = call_arg(call, "apiVersion");
    if (!text_eq(version, "v1.0")) {
        refuse_value(call, CMN_102, "apiVersion", version);
        return;
    }
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    write_version(&out, call);
    json_close(&out);
}

/* Its body is not documented: 200 and empty (chosen). */
static void read_status(struct call *call)
{
    reply_empty(call, 200);
}

static const struct route routes[] = {
    {"GET", "/restapi", .op = "readAPIVersions", .layer = LAYER_REST, .run = read_versions},
    {"GET", "/restapi/{apiVersion}", .op = "readAPIVersion", .layer = LAYER_REST,
     .run = read_version},
    {"GET", "/restapi/v1.0/status", .op = "readStatus", .layer = LAYER_REST, .run = read_status},
};

struct route_family root_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
