#include "openapi/make_text.h"

#include "base/text.h"
#include "openapi/pattern.h"

#include <math.h>
#include <string.h>

enum { MONTH_S = 30 * 86400, LEN_MAX = 512 };

bool make_is_id(const char *name)
{
    size_t len = name ? strlen(name) : 0;
    return text_eq(name, "id") || (len > 2 && strcmp(name + len - 2, "Id") == 0);
}

static int64_t some_time(struct id *id)
{
    return MAKE_NOW_MS - (int64_t)id_below(id, MONTH_S) * 1000;
}

static void say_time(struct id *id, struct buf *out)
{
    char text[TEXT_TIME_LEN];
    buf_str(out, text_time(some_time(id), text));
}

static void say_date(struct id *id, struct buf *out)
{
    char text[TEXT_TIME_LEN];
    buf_add(out, text_time(some_time(id), text), strlen("2026-01-05"));
}

static void say_hour(struct id *id, struct buf *out)
{
    buf_printf(out, "%02d:00:00Z", (int)id_below(id, 24));
}

static void say_email(struct id *id, struct buf *out)
{
    buf_printf(out, "person%d@example.com", (int)id_below(id, 1000));
}

static void say_address(struct id *id, struct buf *out)
{
    buf_printf(out, "192.0.2.%d", (int)id_below(id, 254) + 1); /* RFC 5737 */
}

static void say_uuid(struct id *id, struct buf *out)
{
    char text[ID_UUID_LEN];
    buf_str(out, id_uuid(id, text));
}

static void say_base64(struct id *id, struct buf *out)
{
    (void)id;
    buf_str(out, "bW9jaw==");
}

static void say_uri(struct id *id, struct buf *out)
{
    buf_printf(out, "https://example.com/%d", (int)id_below(id, 100000));
}

typedef void say_fn(struct id *id, struct buf *out);

/* RFC 3339 for times: what validators of JSON Schema mean by these words. */
static const struct {
    const char *format;
    say_fn *say;
} formats[] = {
    {"date-time", say_time}, {"date", say_date}, {"time", say_hour},   {"email", say_email},
    {"ipv4", say_address},   {"uuid", say_uuid}, {"byte", say_base64}, {"uri", say_uri},
};

static void say_phone(struct id *id, struct buf *out)
{
    buf_printf(out, "+1202555%04d", (int)id_below(id, 100) + 100); /* numbers kept for fiction */
}

static void say_digits(struct id *id, struct buf *out)
{
    buf_int(out, (int64_t)id_below(id, 900000000) + 100000000);
}

static void say_given(struct id *id, struct buf *out)
{
    static const char *const names[] = {"Alex", "Dana", "Jo", "Kim", "Robin", "Sam"};
    buf_str(out, names[id_below(id, sizeof names / sizeof *names)]);
}

static void say_family(struct id *id, struct buf *out)
{
    static const char *const names[] = {"Baker", "Carter", "Fisher", "Mason", "Smith", "Weaver"};
    buf_str(out, names[id_below(id, sizeof names / sizeof *names)]);
}

static void say_whole_name(struct id *id, struct buf *out)
{
    say_given(id, out);
    buf_char(out, ' ');
    say_family(id, out);
}

static const struct {
    const char *name;
    say_fn *say;
} known_names[] = {
    {"phoneNumber", say_phone}, {"firstName", say_given},        {"lastName", say_family},
    {"email", say_email},       {"displayName", say_whole_name},
};

static say_fn *said_by_format(const struct shape *shape)
{
    const char *format = node_text(shape_word(shape, "format"), NULL);
    for (size_t i = 0; format && i < sizeof formats / sizeof *formats; i++)
        if (text_eq(format, formats[i].format))
            return formats[i].say;
    return NULL;
}

static say_fn *said_by_name(const char *name)
{
    if (make_is_id(name))
        return say_digits;
    for (size_t i = 0; name && i < sizeof known_names / sizeof *known_names; i++)
        if (text_eq(name, known_names[i].name))
            return known_names[i].say;
    return NULL;
}

/* Cut or filled up to what the schema allows. */
static void fit(const struct shape *shape, struct buf *text)
{
    int64_t least = shape_int(shape, "minLength", 0);
    int64_t most = shape_int(shape, "maxLength", LEN_MAX);
    while ((int64_t)text->len < least && text->len < LEN_MAX)
        buf_char(text, 'x');
    if (most >= 0 && (int64_t)text->len > most) {
        text->len = (size_t)most;
        text->data[text->len] = '\0';
    }
}

void make_text(const struct shape *shape, const char *name, struct id *id, struct buf *out)
{
    struct pattern pattern;
    struct buf text;
    const char *expression = node_text(shape_word(shape, "pattern"), NULL);
    say_fn *say = said_by_format(shape);
    buf_init(&text, 8192);
    if (expression && pattern_read(expression, &pattern)) {
        pattern_make(&pattern, id, &text);
    } else {
        if (!say)
            say = said_by_name(name);
        if (say)
            say(id, &text);
        else
            buf_printf(&text, "%.64s %d", name ? name : "item", (int)id_below(id, 1000));
        fit(shape, &text);
    }
    buf_add(out, buf_text(&text), text.len);
    buf_done(&text);
}

/* The greatest whole number JSON readers keep as it is. */
static const int64_t safe_most = ((int64_t)1 << 53) - 1;

static int64_t limit(const struct shape *shape, const char *word, int64_t otherwise)
{
    const struct node *node = shape_word(shape, word);
    if (!node || node->kind != NODE_NUMBER || fabs(node->number) > (double)safe_most)
        return otherwise;
    return (int64_t)ceil(node->number);
}

int64_t make_integer(const struct shape *shape, const char *name, struct id *id)
{
    bool is_id = make_is_id(name);
    int64_t least = limit(shape, "minimum", is_id ? 100000000 : 0);
    int64_t most = limit(shape, "maximum", least + (is_id ? 899999999 : 99));
    if (most < least)
        least = most;
    uint64_t room = (uint64_t)most - (uint64_t)least;
    return least + (int64_t)(room ? id_below(id, room) : 0);
}

double make_number(const struct shape *shape, struct id *id)
{
    return (double)make_integer(shape, NULL, id);
}
