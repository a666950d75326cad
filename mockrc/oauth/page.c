#include "oauth/page.h"

#include "api/refuse.h"
#include "base/codec.h"
#include "base/hash.h"
#include "base/text.h"
#include "oauth/style.h"

#include <string.h>

/* The origin of an address as a source of CSP ("https://a.example:8443"), or a scheme alone
 * ("myapp:"). False when it would not fit into a header: then it is not allowed at all. */
static bool add_source(struct buf *out, const char *uri)
{
    size_t scheme = strcspn(uri, ":/?#");
    if (uri[scheme] != ':' || scheme == 0)
        return false;
    size_t len = scheme + 1;
    if (text_starts_nocase(uri, "http://") || text_starts_nocase(uri, "https://"))
        len = scheme + 3 + strcspn(uri + scheme + 3, "/?#");
    size_t good = strspn(uri, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "-._:/[]+");
    if (good < len)
        return false;
    buf_char(out, ' ');
    buf_add(out, uri, len);
    return true;
}

/* The form's answer may be a redirect to the client, and browsers hold form-action against that. */
static void policy_header(struct page *page, const char *style_hash)
{
    struct buf value;
    buf_init(&value, 2048);
    buf_str(&value, "default-src 'none'; img-src data:; style-src 'sha256-");
    buf_str(&value, style_hash);
    buf_str(&value, "'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'");
    if (page->login && page->login->has_request && page->login->request.redirect_uri)
        add_source(&value, page->login->request.redirect_uri);
    web_reply_header(page->call->reply, "Content-Security-Policy", buf_text(&value));
    buf_done(&value);
}

static const char *style_of(struct call *call, const struct brand *brand, struct buf *ret_hash)
{
    unsigned char digest[HASH_MAX];
    char *style =
        arena_printf(call->arena, ":root{--primary:%s;--dark:%s;--accent:%s;--ground:%s}%s",
                     brand->primary, brand->primary_dark, brand->accent, brand->ground, page_style);
    hash_bytes(HASH_SHA256, style, strlen(style), digest);
    codec_base64(ret_hash, BASE64_STD, digest, hash_size(HASH_SHA256));
    return style;
}

static const struct brand *brand_of(const struct login *login)
{
    const struct brand *brand =
        login && login->has_request ? brand_by_id(login->request.brand_id) : NULL;
    return brand ? brand : brand_default();
}

void page_open(struct page *page, struct call *call, const struct login *login, int status,
               const char *name, const char *title)
{
    struct web_reply *reply = call->reply;
    reply_begin(call);
    *page =
        (struct page){.call = call, .login = login, .brand = brand_of(login), .out = &reply->body};
    reply->status = status;
    reply->content_type = "text/html;charset=UTF-8";
    buf_reset(page->out);
    event_set(call->event, EVENT_PAGE, name);

    struct buf hash;
    buf_init(&hash, 64);
    const char *style = style_of(call, page->brand, &hash);
    policy_header(page, buf_text(&hash));
    buf_done(&hash);
    web_reply_header(reply, "Cache-Control", "no-store");
    web_reply_header(reply, "X-Frame-Options", "DENY");
    web_reply_header(reply, "X-Content-Type-Options", "nosniff");
    web_reply_header(reply, "Referrer-Policy", "no-referrer");

    bool is_popup = login && login->has_request && text_eq(login->request.display, "popup");
    page_raw(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    page_escaped(page, title);
    page_raw(page, " - ");
    page_escaped(page, page->brand->name);
    page_raw(page, "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>");
    page_raw(page, style);
    page_raw(page, "</style>\n</head>\n<body");
    page_raw(page, is_popup ? " class=\"popup\">\n" : ">\n");
    page_raw(page, "<header><svg viewBox=\"0 0 48 48\" aria-hidden=\"true\">");
    page_raw(page, page->brand->mark);
    page_raw(page, "</svg><span>");
    page_escaped(page, page->brand->name);
    page_raw(page, "</span></header>\n<main>\n<h1>");
    page_escaped(page, title);
    page_raw(page, "</h1>\n");
}

void page_close(struct page *page)
{
    page_raw(page, "</main>\n<footer>A simulated provider for tests: nothing here is real, and no "
                   "real password belongs here.</footer>\n</body>\n</html>\n");
}

void page_raw(struct page *page, const char *html)
{
    buf_str(page->out, html);
}

void page_escaped(struct page *page, const char *text)
{
    codec_html(page->out, text ? text : "");
}

void page_text(struct page *page, const char *text)
{
    page_raw(page, "<p>");
    page_escaped(page, text);
    page_raw(page, "</p>\n");
}

void page_alert(struct page *page, const struct page_alert *alert)
{
    if (!alert || !alert->text)
        return;
    page_raw(page, "<div role=\"alert\" data-code=\"");
    page_escaped(page, alert->code);
    page_raw(page, "\">");
    page_escaped(page, alert->text);
    page_raw(page, "</div>\n");
}

void page_form(struct page *page, const char *action)
{
    page_raw(page, "<form method=\"post\" action=\"");
    page_escaped(page, action);
    page_raw(page, "\">\n<input type=\"hidden\" name=\"csrf\" value=\"");
    page_escaped(page, page->login->csrf);
    page_raw(page, "\">\n");
}

static void attribute(struct page *page, const char *name, const char *value)
{
    if (!value)
        return;
    page_raw(page, " ");
    page_raw(page, name);
    page_raw(page, "=\"");
    page_escaped(page, value);
    page_raw(page, "\"");
}

void page_input(struct page *page, const struct page_input *input)
{
    bool is_secret = text_eq(input->type, "password");
    page_raw(page, "<label for=\"");
    page_escaped(page, input->name);
    page_raw(page, "\">");
    page_escaped(page, input->label);
    page_raw(page, "</label>\n<input");
    attribute(page, "id", input->name);
    attribute(page, "name", input->name);
    attribute(page, "type", input->type);
    attribute(page, "value", is_secret ? NULL : input->value);
    attribute(page, "autocomplete", input->autocomplete);
    attribute(page, "inputmode", input->mode);
    attribute(page, "aria-describedby",
              input->hint ? arena_printf(page->call->arena, "%s-hint", input->name) : NULL);
    page_raw(page, is_secret ? "" : " autocapitalize=\"none\" spellcheck=\"false\"");
    page_raw(page, input->is_optional ? "" : " required");
    page_raw(page, input->is_focused ? " autofocus>\n" : ">\n");
    if (!input->hint)
        return;
    page_raw(page, "<span class=\"hint\" id=\"");
    page_escaped(page, input->name);
    page_raw(page, "-hint\">");
    page_escaped(page, input->hint);
    page_raw(page, "</span>\n");
}

void page_submit(struct page *page, const char *label)
{
    page_raw(page, "<button type=\"submit\">");
    page_escaped(page, label);
    page_raw(page, "</button>\n</form>\n");
}

void page_link(struct page *page, const char *href, const char *label)
{
    page_raw(page, "<a href=\"");
    page_escaped(page, href);
    page_raw(page, "\">");
    page_escaped(page, label);
    page_raw(page, "</a>\n");
}
