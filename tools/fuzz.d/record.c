/* Saved journals: JSON lines to events and to an explanation, or a refusal with its line. */
#include "explain/record.h"

#include "fuzz.d/fuzz.h"

static void explained(struct record *record)
{
    struct explain_source source = explain_of_record(record);
    assert(source.first <= source.last && !source.first == !source.last);
    struct explanation *explanation = explain_new(&source);
    struct buf text;
    buf_init(&text, 16 << 20);
    struct json_out json;
    json_out_init(&json, &text);
    explain_text(explanation, &text);
    explain_line(explanation, &text);
    explain_json(explanation, &json);
    for (size_t i = 0; i < explain_count(explanation); i++) {
        const struct finding *finding = explain_at(explanation, i);
        assert(finding->last <= source.last && finding->first <= finding->last);
        assert(finding->says && *finding->says);
    }
    assert(!explain_is_broken(explanation) || explain_count(explanation));
    buf_done(&text);
    explain_free(explanation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record *record;
    struct diag diag = {0};
    char *text = fuzz_text(data, size);
    if (record_read("fuzz.jsonl", text, size, &record, &diag) == 0) {
        explained(record);
        record_free(record);
    } else {
        assert(diag.line > 0 && diag.text[0]);
    }
    free(text);
    return 0;
}
