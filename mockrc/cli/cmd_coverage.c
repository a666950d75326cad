/* mockrc coverage: the vendor's document against the route table. */
#include "cli/cli.h"

#include "base/json.h"
#include "oauth/oauth.h"
#include "openapi/openapi.h"
#include "rest/rest.h"

#include <stdio.h>

static const char *way(const struct operation_view *view)
{
    return coverage_name(view->coverage);
}

static void write_json(const struct openapi *openapi, const size_t *totals, struct json_out *out)
{
    json_open(out, NULL);
    json_list(out, "operations");
    for (size_t i = 0; i < openapi_count(openapi); i++) {
        struct operation_view view = openapi_at(openapi, i);
        json_open(out, NULL);
        json_str(out, "op", view.id);
        json_str(out, "method", view.method);
        json_str(out, "path", view.path);
        json_str(out, "tag", view.tag);
        json_str(out, "coverage", way(&view));
        json_str(out, "handler", view.handler);
        json_str(out, "why", view.why);
        if (view.is_ungated)
            json_bool(out, "ungated", true);
        json_close(out);
    }
    json_list_end(out);
    json_open(out, "totals");
    for (int i = 0; i < COVERAGE_COUNT; i++)
        json_int(out, coverage_name((enum coverage)i), (int64_t)totals[i]);
    json_int(out, "operations", (int64_t)openapi_count(openapi));
    json_close(out);
    json_close(out);
    buf_char(out->buf, '\n');
}

static void write_text(const struct openapi *openapi, const size_t *totals, struct buf *out)
{
    for (size_t i = 0; i < openapi_count(openapi); i++) {
        struct operation_view view = openapi_at(openapi, i);
        buf_printf(out, "%-11s %-6s %s  %s%s%s%s%s\n", way(&view), view.method, view.path, view.id,
                   view.why ? " (" : "", view.why ? view.why : "", view.why ? ")" : "",
                   view.is_ungated ? " (a scope or permission of it is not known here)" : "");
    }
    for (int i = 0; i < COVERAGE_COUNT; i++)
        buf_printf(out, "%s%zu %s", i ? ", " : "\n", totals[i], coverage_name((enum coverage)i));
    buf_printf(out, " of %zu operations\n", openapi_count(openapi));
}

int cmd_coverage(struct options *options)
{
    enum { FAMILIES_MAX = REST_FAMILIES_MAX + 1 };
    struct route_family families[FAMILIES_MAX];
    struct openapi *openapi;
    struct diag diag;
    size_t count = 0, totals[COVERAGE_COUNT] = {0};
    if (!options->openapi)
        return cli_fail(ERR_USAGE, "coverage wants --openapi FILE; mockrc coverage --help");
    int err = openapi_load(options->openapi, &openapi, &diag);
    if (err)
        return cli_refuse(err, &diag);
    families[count++] = oauth_routes();
    count += rest_families(families + count, FAMILIES_MAX - count);
    openapi_routes(openapi, families, count);
    for (size_t i = 0; i < openapi_count(openapi); i++)
        totals[openapi_at(openapi, i).coverage]++;
    struct buf text;
    buf_init(&text, 16 << 20);
    if (options->is_json) {
        struct json_out out;
        json_out_init(&out, &text);
        write_json(openapi, totals, &out);
    } else {
        write_text(openapi, totals, &text);
    }
    fwrite(buf_text(&text), 1, text.len, stdout);
    buf_done(&text);
    openapi_free(openapi);
    return ERR_OK;
}
