/* OpenAPI documents: read, or refused with a line; then every operation's answer made, and checked
 * against itself. */
#include "openapi/document.h"

#include "base/json.h"
#include "openapi/check.h"
#include "openapi/make.h"
#include "openapi/openapi.h"

#include "fuzz.d/fuzz.h"

static void make_and_check(const struct document *document, const struct node *schema)
{
    struct make_wish wish = {.seed = 7, .url = "http://a/b", .page = 1, .per_page = 100};
    struct buf text;
    struct arena arena;
    buf_init(&text, 1 << 20);
    arena_init(&arena);
    if (make_value(document, schema, &wish, &text)) {
        const struct node *said = json_parse(&arena, buf_text(&text), text.len, NULL);
        assert(said || text.len > 0);
        if (said)
            check_value(document, schema, said, CHECK_ANSWER, NULL);
    }
    arena_done(&arena);
    buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag diag = {0};
    struct openapi *openapi;
    struct document *document;
    char *text = fuzz_text(data, size);
    int err = openapi_read("fuzz.yml", text, size, &openapi, &diag);
    assert(err == 0 || (err == ERR_USAGE && diag.text[0] && diag.line >= 0));
    if (err == 0) {
        openapi_routes(openapi, NULL, 0);
        for (size_t i = 0; i < openapi_count(openapi); i++)
            openapi_at(openapi, i);
        openapi_free(openapi);
    }
    if (document_read("fuzz.yml", text, size, &document, &diag) == 0) {
        const struct node *schemas =
            node_get(node_get(document_root(document), "components"), "schemas");
        for (const struct node *schema = node_first(schemas); schema; schema = schema->next)
            make_and_check(document, schema);
        document_free(document);
    }
    free(text);
    return 0;
}
