/* Forms out of HTML; see page.h. */
#include "page.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

#define ATTRIBUTES 32

struct attribute {
    char *name, *value;
};

struct tag {
    char name[16]; /* lower case, cut */
    bool is_end;
    struct attribute attributes[ATTRIBUTES];
    int attribute_count;
};

/* --- entities --- */

static void add_utf8(struct sb *sb, unsigned long code)
{
    char utf8[4];
    size_t len;
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        code = 0xfffd;
    if (code < 0x80) {
        utf8[0] = (char)code;
        len = 1;
    } else if (code < 0x800) {
        utf8[0] = (char)(0xc0 | code >> 6);
        utf8[1] = (char)(0x80 | (code & 0x3f));
        len = 2;
    } else if (code < 0x10000) {
        utf8[0] = (char)(0xe0 | code >> 12);
        utf8[1] = (char)(0x80 | (code >> 6 & 0x3f));
        utf8[2] = (char)(0x80 | (code & 0x3f));
        len = 3;
    } else {
        utf8[0] = (char)(0xf0 | code >> 18);
        utf8[1] = (char)(0x80 | (code >> 12 & 0x3f));
        utf8[2] = (char)(0x80 | (code >> 6 & 0x3f));
        utf8[3] = (char)(0x80 | (code & 0x3f));
        len = 4;
    }
    sb_add_n(sb, utf8, len);
}

/* Decodes the entity at `p` (which is '&'); returns how many bytes it took, 0 when it is none. */
static size_t entity(const char *p, const char *end, struct sb *sb)
{
    static const struct {
        const char *name;
        unsigned long code;
    } names[] = {{"&amp;", '&'},  {"&lt;", '<'},    {"&gt;", '>'},
                 {"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", 0xa0}};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        size_t len = strlen(names[i].name);
        if ((size_t)(end - p) >= len && strncmp(p, names[i].name, len) == 0) {
            add_utf8(sb, names[i].code);
            return len;
        }
    }
    if (end - p < 4 || p[1] != '#')
        return 0;
    bool is_hex = p[2] == 'x' || p[2] == 'X';
    const char *digits = p + (is_hex ? 3 : 2);
    unsigned long code = 0;
    const char *q = digits;
    for (; q < end && q - digits < 8 && isxdigit((unsigned char)*q); q++) {
        if (!is_hex && !isdigit((unsigned char)*q))
            break;
        int digit = isdigit((unsigned char)*q) ? *q - '0' : tolower((unsigned char)*q) - 'a' + 10;
        code = code * (is_hex ? 16 : 10) + (unsigned long)digit;
    }
    if (q == digits || q >= end || *q != ';')
        return 0;
    add_utf8(sb, code);
    return (size_t)(q - p) + 1;
}

static char *decoded(const char *from, const char *end)
{
    struct sb sb = SB_MAX(64 * 1024);
    while (from < end) {
        size_t used = *from == '&' ? entity(from, end, &sb) : 0;
        if (used == 0) {
            sb_add_n(&sb, from, 1);
            used = 1;
        }
        from += used;
    }
    char *text = xstrdup(sb_text(&sb));
    sb_done(&sb);
    return text;
}

/* --- tags --- */

static const char *attribute(const struct tag *tag, const char *name)
{
    for (int i = 0; i < tag->attribute_count; i++) {
        if (strcmp(tag->attributes[i].name, name) == 0)
            return tag->attributes[i].value;
    }
    return NULL;
}

static bool attribute_is(const struct tag *tag, const char *name, const char *value)
{
    const char *have = attribute(tag, name);
    return have != NULL && text_same_nocase(have, value);
}

static void tag_done(struct tag *tag)
{
    for (int i = 0; i < tag->attribute_count; i++) {
        free(tag->attributes[i].name);
        free(tag->attributes[i].value);
    }
}

static const char *read_attribute(const char *p, struct tag *tag)
{
    const char *name = p;
    p += *p == '='; /* an '=' that follows no name is a name itself */
    while (*p && !strchr(" \t\r\n=>", *p) && !(*p == '/' && p[1] == '>'))
        p++;
    const char *name_end = p;
    const char *after = p + strspn(p, " \t\r\n");
    const char *value = "", *value_end = value;
    if (*after == '=') {
        p = after + 1 + strspn(after + 1, " \t\r\n");
        if (*p == '"' || *p == '\'') {
            char quote = *p++;
            value = p;
            while (*p && *p != quote)
                p++;
            value_end = p;
            p += *p != '\0';
        } else {
            value = p;
            while (*p && !strchr(" \t\r\n>", *p))
                p++;
            value_end = p;
        }
    }
    if (tag->attribute_count < ATTRIBUTES) {
        struct attribute *to = &tag->attributes[tag->attribute_count++];
        to->name = xstrndup(name, (size_t)(name_end - name));
        for (char *c = to->name; *c; c++)
            *c = (char)tolower((unsigned char)*c);
        to->value = decoded(value, value_end);
    }
    return p;
}

/* Reads the tag at `p` (which is '<' before a letter or '/'); returns what follows it. */
static const char *read_tag(const char *p, struct tag *tag)
{
    *tag = (struct tag){0};
    p++;
    if (*p == '/') {
        tag->is_end = true;
        p++;
    }
    size_t len = 0;
    while (isalnum((unsigned char)*p)) {
        if (len + 1 < sizeof(tag->name))
            tag->name[len++] = (char)tolower((unsigned char)*p);
        p++;
    }
    while (*p && *p != '>') {
        p += strspn(p, " \t\r\n/");
        if (*p && *p != '>')
            p = read_attribute(p, tag);
    }
    return p + (*p == '>');
}

/* The text from `p` to the end tag of `name`, tags left out, blanks joined. */
static void inner_text(const char *p, const char *name, char *to, size_t cap)
{
    size_t len = 0, name_len = strlen(name);
    bool in_tag = false;
    char *plain;
    struct sb sb = SB_MAX(4096);
    for (; *p; p++) {
        if (p[0] == '<' && p[1] == '/' && strncasecmp(p + 2, name, name_len) == 0)
            break;
        if (*p == '<')
            in_tag = true;
        else if (*p == '>')
            in_tag = false;
        else if (!in_tag)
            sb_add_n(&sb, p, 1);
    }
    plain = decoded(sb_text(&sb), sb_text(&sb) + sb.len);
    for (const char *c = plain; *c && len + 1 < cap; c++) {
        bool is_blank = strchr(" \t\r\n", *c) != NULL;
        if (!is_blank)
            to[len++] = *c;
        else if (len > 0 && to[len - 1] != ' ')
            to[len++] = ' ';
    }
    while (len > 0 && to[len - 1] == ' ')
        len--;
    to[len] = '\0';
    free(plain);
    sb_done(&sb);
}

/* --- forms --- */

static enum control_kind kind_of(const struct tag *tag)
{
    static const struct {
        const char *type;
        enum control_kind kind;
    } kinds[] = {
        {"password", CONTROL_PASSWORD}, {"hidden", CONTROL_HIDDEN},  {"submit", CONTROL_SUBMIT},
        {"image", CONTROL_SUBMIT},      {"checkbox", CONTROL_CHECK}, {"radio", CONTROL_CHECK},
    };
    if (strcmp(tag->name, "button") == 0)
        return CONTROL_SUBMIT;
    if (strcmp(tag->name, "select") == 0)
        return CONTROL_SELECT;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (attribute_is(tag, "type", kinds[i].type))
            return kinds[i].kind;
    }
    return CONTROL_TEXT;
}

static bool is_pressable(const struct tag *tag)
{
    return !attribute_is(tag, "type", "button") && !attribute_is(tag, "type", "reset") &&
           attribute(tag, "disabled") == NULL;
}

static char *attribute_copy(const struct tag *tag, const char *name, const char *fallback)
{
    const char *value = attribute(tag, name);
    return xstrdup(value ? value : fallback);
}

static void add_control(struct page *page, int form, const struct tag *tag, const char *rest)
{
    enum control_kind kind = kind_of(tag);
    const char *name = attribute(tag, "name");
    bool is_sent =
        kind == CONTROL_SUBMIT || (name && *name); /* HTML: no name, not in the form data */
    if (page->control_count == PAGE_CONTROLS || !is_pressable(tag) || !is_sent)
        return;
    struct control *control = &page->controls[page->control_count++];
    char label[128] = "";
    control->kind = kind;
    if (strcmp(tag->name, "button") == 0)
        inner_text(rest, "button", label, sizeof(label));
    else if (control->kind == CONTROL_SUBMIT)
        text_copy(label, sizeof(label), attribute(tag, "value"));
    control->form = form;
    control->name = xstrdup(name ? name : "");
    control->value = attribute_copy(tag, "value", control->kind == CONTROL_CHECK ? "on" : "");
    control->action = attribute_copy(tag, "formaction", "");
    control->label = xstrdup(label);
    control->is_checked = attribute(tag, "checked") != NULL;
    control->is_new_password = attribute_is(tag, "autocomplete", "new-password");
    control->is_one_time_code =
        control->kind != CONTROL_HIDDEN &&
        (attribute_is(tag, "autocomplete", "one-time-code") ||
         text_has_nocase(control->name, "otp") || text_has_nocase(control->name, "securitycode"));
}

/* An option belongs to the select read last; the first one counts until a selected one comes. */
static void add_option(struct page *page, const struct tag *tag)
{
    if (page->control_count == 0)
        return;
    struct control *select = &page->controls[page->control_count - 1];
    if (select->kind != CONTROL_SELECT || select->is_checked)
        return;
    bool is_selected = attribute(tag, "selected") != NULL;
    if (*select->value != '\0' && !is_selected)
        return;
    free(select->value);
    select->value = attribute_copy(tag, "value", "");
    select->is_checked = is_selected;
}

static void note_alert(struct page *page, const struct tag *tag, const char *rest)
{
    if (page->alert_text[0] || page->alert_code[0])
        return;
    text_copy(page->alert_code, sizeof(page->alert_code), attribute(tag, "data-code"));
    inner_text(rest, tag->name, page->alert_text, sizeof(page->alert_text));
}

/* Text of these is not markup; the reader goes on at their end tag. */
static const char *skip_raw(const struct tag *tag, const char *p)
{
    static const char *const raw[] = {"script", "style", "textarea", "title", "noscript"};
    if (tag->is_end)
        return p;
    for (size_t i = 0; i < sizeof(raw) / sizeof(*raw); i++) {
        if (strcmp(tag->name, raw[i]) != 0)
            continue;
        char end[16];
        snprintf(end, sizeof(end), "</%s", raw[i]);
        const char *close = strcasestr(p, end);
        return close ? close : p + strlen(p);
    }
    return p;
}

struct page *page_read(const char *html)
{
    struct page *page = xcalloc(1, sizeof(*page));
    int form = -1; /* the form we are in */
    for (const char *p = html; (p = strchr(p, '<')) != NULL;) {
        if (strncmp(p, "<!--", 4) == 0) {
            p = strstr(p + 4, "-->");
            if (p == NULL)
                break;
            continue;
        }
        if (!isalpha((unsigned char)p[1]) && !(p[1] == '/' && isalpha((unsigned char)p[2]))) {
            p++;
            continue;
        }
        struct tag tag;
        p = read_tag(p, &tag);
        if (strcmp(tag.name, "form") == 0) {
            form = -1;
            if (!tag.is_end && page->form_count < PAGE_FORMS) {
                form = page->form_count++;
                page->forms[form].action = attribute_copy(&tag, "action", "");
                page->forms[form].is_post = attribute_is(&tag, "method", "post");
            }
        } else if (!tag.is_end && form >= 0 &&
                   (strcmp(tag.name, "input") == 0 || strcmp(tag.name, "button") == 0 ||
                    strcmp(tag.name, "select") == 0)) {
            add_control(page, form, &tag, p);
        } else if (!tag.is_end && form >= 0 && strcmp(tag.name, "option") == 0) {
            add_option(page, &tag);
        }
        if (!tag.is_end && attribute_is(&tag, "role", "alert"))
            note_alert(page, &tag, p);
        p = skip_raw(&tag, p);
        tag_done(&tag);
    }
    return page;
}

void page_free(struct page *page)
{
    if (page == NULL)
        return;
    for (int i = 0; i < page->form_count; i++)
        free(page->forms[i].action);
    for (int i = 0; i < page->control_count; i++) {
        free(page->controls[i].name);
        free(page->controls[i].value);
        free(page->controls[i].label);
        free(page->controls[i].action);
    }
    free(page);
}

const struct control *page_control(const struct page *page, int form, enum control_kind kind)
{
    for (int i = 0; i < page->control_count; i++) {
        if (page->controls[i].form == form && page->controls[i].kind == kind)
            return &page->controls[i];
    }
    return NULL;
}

const struct control *page_named(const struct page *page, int form, const char *name)
{
    for (int i = 0; i < page->control_count; i++) {
        if (page->controls[i].form == form && text_same(page->controls[i].name, name))
            return &page->controls[i];
    }
    return NULL;
}
