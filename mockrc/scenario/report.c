#include "scenario/report.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

typedef void report_fn(const struct outcome *outcomes, size_t count, struct buf *out);

struct report_kind {
    const char *name;
    report_fn *write;
};

/* "failed", "timeout" ... for people and machines alike. */
static const char *verdict(const struct outcome *outcome)
{
    static const char *const words[] = {
        [ERR_OK] = "passed",
        [ERR_EXPECT] = "failed",
        [ERR_USAGE] = "wrong file",
        [ERR_ENV] = "not possible",
        [ERR_TIMEOUT] = "timeout",
        [ERR_BUG] = "internal error",
        [ERR_EMPTY] = "expected nothing",
    };
    return words[outcome->err];
}

static const char *title(const struct outcome *outcome)
{
    return outcome->title ? outcome->title : outcome->file;
}

static void diag_line(const struct outcome *outcome, struct buf *out)
{
    char text[900];
    buf_str(out, diag_text(&outcome->diag, text, sizeof text));
}

/* --- text --- */

void report_outcome(const struct outcome *outcome, bool has_color, struct buf *out)
{
    bool is_pass = outcome->err == ERR_OK;
    if (outcome->story.len) {
        buf_printf(out, "%s: %s\n", outcome->file, title(outcome));
        buf_add(out, outcome->story.data, outcome->story.len);
    }
    buf_printf(out, "%s%s%s  %s: %s", has_color ? is_pass ? "\x1b[32m" : "\x1b[31m" : "",
               is_pass ? "PASS" : "FAIL", has_color ? "\x1b[0m" : "", outcome->file,
               title(outcome));
    if (is_pass)
        buf_printf(out, "  (%zu steps, %zu expectations, %zu events, %lld ms)\n", outcome->steps,
                   outcome->expectations, outcome->events, (long long)outcome->machine_ms);
    else
        buf_printf(out, "  (%s)\n", verdict(outcome));
    if (!is_pass) {
        buf_str(out, "  ");
        diag_line(outcome, out);
        buf_char(out, '\n');
        buf_str(out, buf_text(&outcome->detail));
    }
    if (outcome->story.len)
        buf_char(out, '\n');
}

static size_t count_passed(const struct outcome *outcomes, size_t count)
{
    size_t passed = 0;
    for (size_t i = 0; i < count; i++)
        passed += outcomes[i].err == ERR_OK;
    return passed;
}

void report_summary(const struct outcome *outcomes, size_t count, int64_t wall_ms, bool has_color,
                    struct buf *out)
{
    size_t passed = count_passed(outcomes, count);
    bool is_pass = count && passed == count;
    buf_printf(out, "%s%zu scenario%s: %zu passed, %zu failed%s (%.1f s)\n",
               has_color ? is_pass ? "\x1b[32m" : "\x1b[31m" : "", count, count == 1 ? "" : "s",
               passed, count - passed, has_color ? "\x1b[0m" : "", (double)wall_ms / 1000);
}

static void write_text(const struct outcome *outcomes, size_t count, struct buf *out)
{
    int64_t sum_ms = 0;
    for (size_t i = 0; i < count; i++) {
        report_outcome(&outcomes[i], false, out);
        sum_ms += outcomes[i].machine_ms;
    }
    report_summary(outcomes, count, sum_ms, false, out);
}

/* --- TAP 14 (testanything.org/tap-version-14-specification.html) --- */

/* A description may not hold '#' unescaped, nor a line end. */
static void tap_text(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\')
            buf_char(out, '\\');
        buf_char(out, *text == '\n' ? ' ' : *text);
    }
}

/* A YAML block scalar: every line indented alike. */
static void tap_block(const char *key, const char *text, struct buf *out)
{
    buf_printf(out, "  %s: |\n", key);
    while (*text) {
        size_t len = strcspn(text, "\n");
        buf_printf(out, "    %.*s\n", (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static void tap_one(const struct outcome *outcome, size_t number, struct buf *out)
{
    buf_printf(out, "%sok %zu - ", outcome->err ? "not " : "", number);
    tap_text(outcome->file, out);
    buf_str(out, ": ");
    tap_text(title(outcome), out);
    buf_char(out, '\n');
    buf_str(out, "  ---\n");
    buf_printf(out, "  duration_ms: %lld\n", (long long)outcome->machine_ms);
    if (outcome->err) {
        char text[900];
        buf_printf(out, "  severity: %s\n", verdict(outcome));
        tap_block("message", diag_text(&outcome->diag, text, sizeof text), out);
        if (outcome->detail.len)
            tap_block("detail", buf_text(&outcome->detail), out);
    }
    buf_str(out, "  ...\n");
}

static void write_tap(const struct outcome *outcomes, size_t count, struct buf *out)
{
    buf_printf(out, "TAP version 14\n1..%zu\n", count);
    for (size_t i = 0; i < count; i++)
        tap_one(&outcomes[i], i + 1, out);
}

/* --- JUnit XML, as CI servers read it --- */

/* What XML 1.0 cannot hold at all becomes '?'. */
static void xml_text(const char *text, struct buf *out)
{
    size_t len = strlen(text);
    bool is_good = text_is_utf8(text, len);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '<')
            buf_str(out, "&lt;");
        else if (c == '>')
            buf_str(out, "&gt;");
        else if (c == '&')
            buf_str(out, "&amp;");
        else if (c == '"')
            buf_str(out, "&quot;");
        else if (c == '\n')
            buf_str(out, "&#10;");
        else
            buf_char(out, (c < 0x20 && c != '\t') || (c >= 0x80 && !is_good) ? '?' : *text);
    }
}

static void xml_attribute(const char *name, const char *value, struct buf *out)
{
    buf_printf(out, " %s=\"", name);
    xml_text(value, out);
    buf_char(out, '"');
}

static void junit_one(const struct outcome *outcome, struct buf *out)
{
    buf_str(out, "    <testcase");
    xml_attribute("name", title(outcome), out);
    xml_attribute("classname", outcome->file, out);
    xml_attribute("file", outcome->file, out);
    buf_printf(out, " time=\"%.3f\"", (double)outcome->machine_ms / 1000);
    if (!outcome->err && !outcome->story.len) {
        buf_str(out, "/>\n");
        return;
    }
    buf_str(out, ">\n");
    if (outcome->err) {
        char text[900];
        const char *tag =
            outcome->err == ERR_EXPECT || outcome->err == ERR_EMPTY ? "failure" : "error";
        buf_printf(out, "      <%s", tag);
        xml_attribute("type", verdict(outcome), out);
        xml_attribute("message", diag_text(&outcome->diag, text, sizeof text), out);
        buf_char(out, '>');
        xml_text(buf_text(&outcome->detail), out);
        buf_printf(out, "</%s>\n", tag);
    }
    if (outcome->story.len) {
        buf_str(out, "      <system-out>");
        xml_text(buf_text(&outcome->story), out);
        buf_str(out, "</system-out>\n");
    }
    buf_str(out, "    </testcase>\n");
}

static void write_junit(const struct outcome *outcomes, size_t count, struct buf *out)
{
    size_t failures = 0, errors = 0;
    int64_t sum_ms = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_failure = outcomes[i].err == ERR_EXPECT || outcomes[i].err == ERR_EMPTY;
        failures += is_failure;
        errors += outcomes[i].err && !is_failure;
        sum_ms += outcomes[i].machine_ms;
    }
    buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mockrc\">\n");
    buf_printf(out,
               "  <testsuite name=\"scenarios\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
               "skipped=\"0\" time=\"%.3f\">\n",
               count, failures, errors, (double)sum_ms / 1000);
    for (size_t i = 0; i < count; i++)
        junit_one(&outcomes[i], out);
    buf_str(out, "  </testsuite>\n</testsuites>\n");
}

/* --- JSON lines: one object per scenario, then one for the whole --- */

static void write_jsonl(const struct outcome *outcomes, size_t count, struct buf *out)
{
    struct json_out json;
    for (size_t i = 0; i < count; i++) {
        const struct outcome *outcome = &outcomes[i];
        json_out_init(&json, out);
        json_open(&json, NULL);
        json_str(&json, "file", outcome->file);
        json_str(&json, "title", outcome->title);
        json_str(&json, "failure", outcome->failure);
        json_str(&json, "verdict", verdict(outcome));
        json_int(&json, "exit", outcome->err);
        json_int(&json, "steps", (int64_t)outcome->steps);
        json_int(&json, "expectations", (int64_t)outcome->expectations);
        json_int(&json, "events", (int64_t)outcome->events);
        json_int(&json, "ms", outcome->machine_ms);
        if (outcome->err) {
            json_int(&json, "line", outcome->diag.line);
            json_int(&json, "column", outcome->diag.col);
            json_str(&json, "message", outcome->diag.text);
            json_str(&json, "detail", buf_text(&outcome->detail));
        }
        json_close(&json);
        buf_char(out, '\n');
    }
    json_out_init(&json, out);
    json_open(&json, NULL);
    json_int(&json, "scenarios", (int64_t)count);
    json_int(&json, "passed", (int64_t)count_passed(outcomes, count));
    json_int(&json, "failed", (int64_t)(count - count_passed(outcomes, count)));
    json_int(&json, "exit", report_exit(outcomes, count));
    json_close(&json);
    buf_char(out, '\n');
}

/* --- the table --- */

static const struct report_kind kinds[] = {
    {"text", write_text}, {"tap", write_tap}, {"junit", write_junit}, {"jsonl", write_jsonl}};

size_t report_kind_count(void)
{
    return sizeof kinds / sizeof *kinds;
}

const char *report_kind_name(size_t i)
{
    return kinds[i].name;
}

bool report_wish_read(const char *text, struct report_wish *ret, struct diag *diag)
{
    const char *equals = strchr(text, '=');
    size_t len = equals ? (size_t)(equals - text) : strlen(text);
    bool is_stdout = !equals || text_eq(equals + 1, "-");
    for (size_t i = 0; i < report_kind_count(); i++) {
        if (strlen(kinds[i].name) != len || strncmp(kinds[i].name, text, len) != 0)
            continue;
        if (equals && !equals[1])
            break;
        *ret = (struct report_wish){&kinds[i], is_stdout ? NULL : equals + 1};
        return true;
    }
    diag_set(diag, ERR_USAGE, NULL, 0, 0,
             "--report wants text, tap, junit or jsonl, with =FILE or alone for stdout, not \"%s\"",
             text);
    return false;
}

void report_write(const struct report_kind *kind, const struct outcome *outcomes, size_t count,
                  struct buf *out)
{
    kind->write(outcomes, count, out);
}

int report_exit(const struct outcome *outcomes, size_t count)
{
    /* Worst first: what says the least about the program under test weighs the most. */
    static const int order[] = {ERR_BUG, ERR_ENV, ERR_USAGE, ERR_TIMEOUT, ERR_EXPECT, ERR_EMPTY};
    if (count == 0)
        return ERR_EMPTY;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        for (size_t j = 0; j < count; j++)
            if (outcomes[j].err == order[i])
                return order[i];
    return ERR_OK;
}
