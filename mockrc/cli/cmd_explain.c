/* mockrc explain: the first broken link, from the journal of a running simulator or of a file. */
#include "cli/cli.h"

#include "base/json.h"
#include "cli/http.h"
#include "explain/record.h"

#include <stdio.h>
#include <string.h>

enum { PAGE = 5000, EXPLANATION_MAX = 16 << 20 };

/* The number in the last of the lines from `from` on; 0: none. */
static int64_t last_number(const char *lines, size_t len)
{
    long long seq = 0;
    const char *at = lines + len;
    while (at > lines && (at == lines + len || at[-1] != '\n'))
        at--;
    return sscanf(at, "{\"seq\":%lld", &seq) == 1 ? seq : 0;
}

/* Page by page, until there are no more. */
static int ask_all(const struct options *options, struct buf *lines)
{
    int64_t next = 1;
    int err = ERR_OK;
    for (bool has_more = true; has_more && !err;) {
        char path[100];
        struct buf page;
        buf_init(&page, HTTP_ANSWER_MAX);
        snprintf(path, sizeof path, "/__admin/journal?format=jsonl&limit=%d&from=%lld", PAGE,
                 (long long)next);
        err = cli_ask(options, path, NULL, &page);
        has_more = page.len > 0;
        if (!err && lines->len + page.len > lines->max)
            err = cli_fail(ERR_USAGE, "the journal is larger than %zu MB", lines->max >> 20);
        if (!err && has_more) {
            buf_add(lines, page.data, page.len);
            size_t len = page.data[page.len - 1] == '\n' ? page.len - 1 : page.len;
            next = last_number(page.data, len) + 1;
        }
        buf_done(&page);
    }
    return err;
}

static void print(const struct options *options, const struct explanation *explanation)
{
    struct buf out;
    struct json_out json;
    buf_init(&out, EXPLANATION_MAX);
    json_out_init(&json, &out);
    if (options->is_json)
        explain_json(explanation, &json);
    else
        explain_text(explanation, &out);
    fputs(buf_text(&out), stdout);
    if (options->is_json)
        putchar('\n');
    buf_done(&out);
}

static int explain(const struct options *options, const struct buf *lines)
{
    struct diag diag;
    struct record *record;
    const char *name = options->journal ? options->journal : "journal";
    int err = record_read(name, buf_text(lines), lines->len, &record, &diag);
    if (err)
        return cli_refuse(err, &diag);
    struct explain_source source = explain_of_record(record);
    struct explanation *explanation = explain_new(&source);
    print(options, explanation);
    bool is_broken = explain_is_broken(explanation);
    explain_free(explanation);
    record_free(record);
    return is_broken ? ERR_EXPECT : ERR_OK;
}

int cmd_explain(struct options *options)
{
    struct buf lines;
    struct diag diag;
    if (options->word_count)
        return cli_fail(ERR_USAGE, "explain takes no words, only flags; mockrc explain --help");
    buf_init(&lines, RECORD_BYTES_MAX);
    int err = ERR_OK;
    if (!options->journal)
        err = ask_all(options, &lines);
    else if (record_load(options->journal, &lines, &diag))
        err = cli_refuse(ERR_USAGE, &diag);
    if (!err)
        err = explain(options, &lines);
    buf_done(&lines);
    return err;
}
