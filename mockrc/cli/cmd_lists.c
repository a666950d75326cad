/* mockrc errors, routes, schema, version: the tables this program is made of. */
#include "cli/cli.h"

#include "api/refuse.h"
#include "base/json.h"
#include "base/text.h"
#include "control/admin.h"
#include "oauth/oauth.h"
#include "oauth/refuse.h"
#include "rest/rest.h"
#include "scenario/schema.h"

#include <stdio.h>

static void put(const struct buf *text)
{
    fwrite(buf_text(text), 1, text->len, stdout);
}

/* One row of the output. */
struct error_row {
    const char *layer, *code, *word, *message, *provenance;
    int status;
};

static void error_out(struct json_out *out, bool is_json, const struct error_row *row)
{
    if (!is_json) {
        buf_printf(out->buf, "%-5s %-8s %d  %s%s%s  [%s]\n", row->layer,
                   row->code[0] ? row->code : "-", row->status, row->word, row->word[0] ? ": " : "",
                   row->message, row->provenance);
        return;
    }
    json_open(out, NULL);
    json_str(out, "layer", row->layer);
    json_str(out, "code", row->code[0] ? row->code : NULL);
    json_int(out, "status", row->status);
    json_str(out, "error", row->word[0] ? row->word : NULL);
    json_str(out, "message", row->message);
    json_str(out, "provenance", row->provenance);
    json_close(out);
}

static bool is_shown(const struct options *options, const char *layer)
{
    return !options->layer || text_eq(options->layer, layer);
}

static void rest_errors(struct json_out *out, bool is_json)
{
    for (int i = 0; i < API_ERROR_COUNT; i++) {
        enum api_error error = (enum api_error)i;
        error_out(out, is_json,
                  &(struct error_row){.layer = "rest",
                                      .code = api_error_code(error),
                                      .word = "",
                                      .message = api_error_message(error),
                                      .provenance = api_error_provenance(error),
                                      .status = api_error_status(error)});
    }
}

static void oauth_errors(struct json_out *out, bool is_json)
{
    for (int i = 0; i < OAUTH_ERROR_COUNT; i++) {
        const struct oauth_error_row *row = oauth_error_row((enum oauth_error)i);
        error_out(out, is_json,
                  &(struct error_row){.layer = "oauth",
                                      .code = row->code,
                                      .word = row->word,
                                      .message = row->message,
                                      .provenance = row->provenance,
                                      .status = row->status});
    }
}

int cmd_errors(struct options *options)
{
    struct buf text;
    struct json_out out;
    buf_init(&text, 4 << 20);
    json_out_init(&out, &text);
    if (options->is_json)
        json_list(&out, NULL);
    if (is_shown(options, "rest"))
        rest_errors(&out, options->is_json);
    if (is_shown(options, "oauth"))
        oauth_errors(&out, options->is_json);
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
    enum { FAMILIES_MAX = REST_FAMILIES_MAX + 8 };
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
            const struct route *row = &families[i].routes[j];
            if (!is_shown(options, layer_name(row->layer)))
                continue;
            if (options->is_json)
                route_json(&out, row);
            else
                route_text(&text, row);
        }
    if (options->is_json) {
        json_list_end(&out);
        buf_char(&text, '\n');
    }
    put(&text);
    buf_done(&text);
    return ERR_OK;
}

int cmd_schema(struct options *options)
{
    struct buf text;
    (void)options;
    buf_init(&text, 4 << 20);
    schema_write(&text);
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
