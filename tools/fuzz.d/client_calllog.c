/* A page of the call log as rc-client reads it, and bytes of its store as packed records. */
#include "calllog_page.h"
#include "pack.h"

#include "fuzz.d/fuzz.h"

static void check_slice(struct slice slice, const char *text, size_t size)
{
    assert(slice.at == NULL || (slice.at >= text && slice.at + slice.len <= text + size));
}

static void fuzz_page(const char *text, size_t size)
{
    struct calllog_page page;
    struct slice whole;
    if (!calllog_page_read(text, size, &page))
        return;
    assert(*page.records.at == '[' && page.count <= CALLLOG_RECORDS_MAX);
    for (size_t i = 0; i < page.count; i++) {
        const struct calllog_record *record = &page.list[i];
        assert(slice_text(record->json.at, record->json.len, &whole));
        check_slice(record->json, text, size);
        check_slice(record->id, text, size);
        check_slice(record->start, text, size);
        check_slice(record->duration, text, size);
        check_slice(record->recording, text, size);
        check_slice(record->deleted, text, size);
    }
    const char *next = calllog_page_next(&page);
    assert(next == NULL || strncmp(next, "/restapi/", 9) == 0);
    calllog_page_done(&page);
}

/* The first half as the sample, the second as a text and as packed bytes. */
static void fuzz_pack(const char *text, size_t size)
{
    size_t half = size / 2, len = size - half, packed_len;
    struct pack *pack = pack_new(text, half);
    const void *packed = pack_text(pack, text + half, len, &packed_len);
    if (packed) {
        assert(packed_len < len + 4);
        char *again = pack_open(pack, packed, packed_len);
        assert(again && memcmp(again, text + half, len) == 0 && again[len] == '\0');
        free(again);
    }
    free(pack_open(pack, text + half, len));
    pack_free(pack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size ? size : 1); /* no NUL: a look past the end is seen */
    memcpy(text, data, size);
    fuzz_page(text, size);
    fuzz_pack(text, size);
    free(text);
    return 0;
}
