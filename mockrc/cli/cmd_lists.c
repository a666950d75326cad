/* mockrc errors, routes, version: the tables this program is made of. */
#include "cli/cli.h"

#include "api/refuse.h"
#include "base/json.h"
#include "base/text.h"
#include "control/admin.h"
#include "oauth/oauth.h"
#include "rest/rest.h"

#include <stdio.h>

static void put(const struct buf *text)
{
    fwrite(buf_text(text), 1, text->len, stdout);
}

int cmd_errors(struct options *options)
{
    struct buf text;
    struct json_out out;
    buf_init(&text, 4 << 20);
    json_out_init(&out, &text);
    if (options->is_json)
        json_list(&out, NULL);
    for (int i = 0; i < API_ERROR_COUNT; i++) {
        enum api_error error = (enum api_error)i;
        if (!options->is_json) {
            buf_printf(&text, "%-8s %d  %s  [%s]\n", api_error_code(error), api_error_status(error),
                       api_error_message(error), api_error_provenance(error));
            continue;
        }
        json_open(&out, NULL);
        json_str(&out, "code", api_error_code(error));
        json_int(&out, "status", api_error_status(error));
        json_str(&out, "message", api_error_message(error));
        json_str(&out, "provenance", api_error_provenance(error));
        json_close(&out);
    }
    if (options->is_json) {
        json_list_end(&out);
        buf_char(&text, '\n');
    }
    put(&text);
    buf_done(&text);
    return ERR_OK;
}

static void route_json(struct json_out *out, const struct route *row)
{
    json_open(out, NULL);
    json_str(out, "method", row->method);
    json_str(out, "path", row->path);
    json_str(out, "op", row->op);
    json_str(out, "layer", layer_name(row->layer));
    json_str(out, "scope", row->scope ? scope_name(row->scope) : NULL);
    json_str(out, "permission", row->permission ? permission_name(row->permission) : NULL);
    json_str(out, "rate", row->rate ? rate_group_name(row->rate) : NULL);
    json_close(out);
}

static void route_text(struct buf *text, const struct route *row)
{
    buf_printf(text, "%-6s %s\n       %s", row->method, row->path, row->op);
    if (row->scope)
        buf_printf(text, ", scope %s", scope_name(row->scope));
    if (row->permission)
        buf_printf(text, ", permission %s", permission_name(row->permission));
    if (row->rate)
        buf_printf(text, ", %s", rate_group_name(row->rate));
    buf_char(text, '\n');
}

int cmd_routes(struct options *options)
{
    enum { FAMILIES_MAX = 32 };
    struct route_family families[FAMILIES_MAX];
    struct buf text;
    struct json_out out;
    size_t count = 0;
    families[count++] = oauth_routes();
    count += rest_families(families + count, FAMILIES_MAX - count - 1);
    families[count++] = admin_routes();
    buf_init(&text, 4 << 20);
    json_out_init(&out, &text);
    if (options->is_json)
        json_list(&out, NULL);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < families[i].count; j++) {
            if (options->is_json)
                route_json(&out, &families[i].routes[j]);
            else
                route_text(&text, &families[i].routes[j]);
        }
    if (options->is_json) {
        json_list_end(&out);
        buf_char(&text, '\n');
    }
    put(&text);
    buf_done(&text);
    return ERR_OK;
}

int cmd_version(struct options *options)
{
    (void)options;
    puts("mockrc " MOCKRC_VERSION);
    return ERR_OK;
}
