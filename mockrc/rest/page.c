#include "rest/page.h"

#include "api/refuse.h"
#include "base/codec.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/uri.h"

#include <string.h>

bool page_read(struct call *call, struct page *ret)
{
    int64_t cap = call->world->knobs.paging_max;
    cap = cap < 1 ? 1 : cap > PER_PAGE_MOST ? PER_PAGE_MOST : cap;
    if (!ask_int(call, "page", 1, PAGE_NUMBER_MAX, 1, &ret->number))
        return false;
    if (text_eq(params_get(&call->query, "perPage"), "max"))
        ret->per_page = cap;
    else if (!ask_int(call, "perPage", 1, INT64_MAX, PER_PAGE_DEFAULT, &ret->per_page))
        return false;
    if (ret->per_page > cap)
        ret->per_page = cap;
    return true;
}

size_t page_first(const struct page *page)
{
    return (size_t)((page->number - 1) * page->per_page);
}

/* What navigation must not repeat: the page itself, and what is no filter, above all secrets. */
static bool is_filter(const char *name)
{
    static const char *const others[] = {"page", "perPage", "access_token", "_method"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i]) == 0)
            return false;
    return true;
}

static void add_param(struct buf *out, char lead, const char *name, const char *value)
{
    buf_char(out, lead);
    codec_percent(out, name);
    buf_char(out, '=');
    codec_percent(out, value);
}

static void list_uri(struct json_out *out, const char *key, const struct call *call,
                     const struct page *page, int64_t number, const struct page_default *defaults,
                     size_t default_count)
{
    struct buf *buf = out->buf;
    char lead = '?';
    json_raw(out, key, "\"");
    buf_str(buf, call->world->base_url);
    call_path(call, buf);
    for (size_t i = 0; i < call->query.count; i++)
        if (is_filter(call->query.list[i].name)) {
            add_param(buf, lead, call->query.list[i].name, call->query.list[i].value);
            lead = '&';
        }
    for (size_t i = 0; i < default_count; i++)
        if (!params_get(&call->query, defaults[i].name)) {
            add_param(buf, lead, defaults[i].name, defaults[i].value);
            lead = '&';
        }
    buf_char(buf, lead);
    buf_str(buf, "page=");
    buf_int(buf, number);
    buf_str(buf, "&perPage=");
    buf_int(buf, page->per_page);
    uri_close(out);
}

void page_uri(struct json_out *out, const struct call *call, const struct page *page,
              const struct page_default *defaults, size_t default_count)
{
    list_uri(out, "uri", call, page, page->number, defaults, default_count);
}

struct link {
    const char *name;
    int64_t number; /* 0: no such page */
};

static void write_links(struct json_out *out, const struct call *call, const struct page *page,
                        const struct link *links, size_t count, const struct page_default *defaults,
                        size_t default_count)
{
    json_open(out, "navigation");
    for (size_t i = 0; i < count; i++) {
        if (links[i].number < 1)
            continue;
        json_open(out, links[i].name);
        list_uri(out, "uri", call, page, links[i].number, defaults, default_count);
        json_close(out);
    }
    json_close(out);
}

void page_write(struct json_out *out, const struct call *call, const struct page *page,
                size_t total)
{
    int64_t pages = ((int64_t)total + page->per_page - 1) / page->per_page;
    bool is_there = page->number <= pages;
    struct link links[] = {
        {"firstPage", 1},
        {"nextPage", page->number < pages ? page->number + 1 : 0},
        {"previousPage", is_there ? page->number - 1 : pages},
        {"lastPage", pages > 0 ? pages : 1},
    };
    write_links(out, call, page, links, 4, NULL, 0);
    json_open(out, "paging");
    json_int(out, "page", page->number);
    json_int(out, "perPage", page->per_page);
    if (is_there) {
        int64_t first = (page->number - 1) * page->per_page, last = first + page->per_page;
        json_int(out, "pageStart", first);
        json_int(out, "pageEnd", (last < (int64_t)total ? last : (int64_t)total) - 1);
    }
    json_int(out, "totalPages", pages);
    json_int(out, "totalElements", (int64_t)total);
    json_close(out);
}

void page_write_open(struct json_out *out, const struct call *call, const struct page *page,
                     size_t shown, bool has_more, const struct page_default *defaults,
                     size_t default_count)
{
    struct link links[] = {
        {"firstPage", 1},
        {"nextPage", has_more ? page->number + 1 : 0},
        {"previousPage", page->number - 1},
    };
    write_links(out, call, page, links, 3, defaults, default_count);
    json_open(out, "paging");
    json_int(out, "page", page->number);
    json_int(out, "perPage", page->per_page);
    if (shown > 0) {
        json_int(out, "pageStart", (int64_t)page_first(page));
        json_int(out, "pageEnd", (int64_t)(page_first(page) + shown) - 1);
    }
    json_close(out);
}

void page_answer(struct call *call, const struct page *page, const void *const *elements,
                 size_t count, record_fn *write)
{
    struct json_out out = reply_json(call, 200);
    size_t first = page_first(page), shown = 0;
    json_open(&out, NULL);
    page_uri(&out, call, page, NULL, 0);
    json_list(&out, "records");
    for (size_t i = first; i < count && shown < (size_t)page->per_page; i++, shown++)
        write(&out, call, elements[i]);
    json_list_end(&out);
    page_write(&out, call, page, count);
    json_close(&out);
    event_set_int(call->event, EVENT_RECORDS, (int64_t)shown);
}
