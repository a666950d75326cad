/* HTTP over libcurl; see web.h. */
#include "web.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

struct web {
    CURL *plain;   /* REST and token calls */
    CURL *browser; /* the login pages: has a cookie jar, shares nothing with `plain` */
    const char *user_agent;
    struct ahead *ahead; /* NULL until something is asked for ahead */
    char no_proxy[1024];
};

struct receiving {
    struct sb body;
    struct web_reply *reply;
};

struct web *web_new(const char *user_agent)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    struct web *web = xcalloc(1, sizeof(*web));
    web->user_agent = user_agent;
    /* A proxy for the outer world must not catch a platform that runs on this machine. */
    const char *from_env = getenv("no_proxy");
    snprintf(web->no_proxy, sizeof(web->no_proxy), "localhost,127.0.0.1,::1%s%.900s",
             from_env && *from_env ? "," : "", from_env ? from_env : "");
    return web;
}

static void ahead_free(struct web *web);

void web_free(struct web *web)
{
    if (web == NULL)
        return;
    ahead_free(web);
    curl_easy_cleanup(web->plain);
    curl_easy_cleanup(web->browser);
    curl_global_cleanup();
    free(web);
}

const char *web_no_proxy(const struct web *web)
{
    return web->no_proxy;
}

static size_t take_body(char *data, size_t size, size_t count, void *arg)
{
    struct receiving *in = arg;
    sb_add_n(&in->body, data, size * count);
    return sb_is_cut(&in->body) ? 0 : size * count;
}

/* The value when `line` is the header `name`, blanks trimmed, into `to`. */
static bool header_value(const char *line, size_t len, const char *name, char *to, size_t cap)
{
    size_t name_len = strlen(name);
    if (len <= name_len || strncasecmp(line, name, name_len) != 0 || line[name_len] != ':')
        return false;
    const char *from = line + name_len + 1, *end = line + len;
    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    while (end > from && strchr(" \t\r\n", end[-1]))
        end--;
    if ((size_t)(end - from) >= cap)
        return false;
    memcpy(to, from, (size_t)(end - from));
    to[end - from] = '\0';
    return true;
}

static size_t take_header(char *data, size_t size, size_t count, void *arg)
{
    struct receiving *in = arg;
    size_t len = size * count;
    char number[16];
    header_value(data, len, "Content-Type", in->reply->content_type,
                 sizeof(in->reply->content_type));
    header_value(data, len, "Content-Range", in->reply->content_range,
                 sizeof(in->reply->content_range));
    header_value(data, len, "Location", in->reply->location, sizeof(in->reply->location));
    header_value(data, len, "X-Rate-Limit-Group", in->reply->rate_group,
                 sizeof(in->reply->rate_group));
    char date[64];
    if (header_value(data, len, "Date", date, sizeof(date)) && curl_getdate(date, NULL) > 0)
        in->reply->date_ms = (int64_t)curl_getdate(date, NULL) * 1000;
    if (header_value(data, len, "Retry-After", number, sizeof(number)) && *number) {
        char *end;
        long seconds = strtol(number, &end, 10); /* a date here reads as absent */
        if (*end == '\0' && seconds >= 0 && seconds <= 86400)
            in->reply->retry_after_s = (int)seconds;
    }
    return len;
}

static CURL *handle_for(struct web *web, bool with_cookies)
{
    CURL **handle = with_cookies ? &web->browser : &web->plain;
    if (*handle == NULL) {
        *handle = curl_easy_init();
        if (*handle && with_cookies) {
            /* A cookie given by hand starts the jar, and is dropped. COOKIEFILE would do too, but
             * curl_easy_reset of this version forgets to free it. */
            curl_easy_setopt(*handle, CURLOPT_COOKIELIST, "Set-Cookie: a=b; domain=none.invalid");
            curl_easy_setopt(*handle, CURLOPT_COOKIELIST, "ALL");
        }
    } else {
        /* Options go back to their defaults; connections and the cookies stay. */
        curl_easy_reset(*handle);
    }
    return *handle;
}

/* Everything of `request` into the handle; the caller frees the list when the transfer is over. */
static struct curl_slist *set_up(CURL *curl, const struct web *web,
                                 const struct web_request *request, struct receiving *in)
{
    struct curl_slist *headers = NULL;
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, web->no_proxy);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, web->user_agent);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->timeout_ms ? request->timeout_ms : 30000L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, in);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 256 * 1024L); /* pages of a thousand records */
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, in);
    if (request->ca_file && *request->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, request->ca_file);
    struct sb line = SB_MAX(64 * 1024);
    sb_addf(&line, "Accept: %s", request->accept ? request->accept : "application/json");
    headers = curl_slist_append(headers, sb_text(&line));
    if (request->bearer) {
        sb_reset(&line);
        sb_addf(&line, "Authorization: Bearer %s", request->bearer);
        headers = curl_slist_append(headers, sb_text(&line));
    }
    if (request->range && *request->range) {
        sb_reset(&line);
        sb_addf(&line, "Range: %s", request->range);
        headers = curl_slist_append(headers, sb_text(&line));
    }
    sb_done(&line);
    if (request->basic_user) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, request->basic_user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, request->basic_password);
    }
    const char *body = request->json ? request->json : request->form;
    if (request->json)
        headers = curl_slist_append(headers, "Content-Type: application/json");
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        headers = curl_slist_append(headers, "Expect:"); /* no 100-continue pause */
    }
    if (request->method)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    return headers;
}

/* What came of the transfer into its reply, which has the body from then on. */
static void conclude(CURL *curl, CURLcode code, const char *url, struct receiving *in)
{
    struct web_reply *reply = in->reply;
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        reply->status = (int)status;
    } else {
        char host[256] = "?";
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        reply->cut_status = in->body.len > 0 && !sb_is_cut(&in->body) ? (int)status : 0;
        web_is_url(url, host, sizeof(host));
        snprintf(reply->error, sizeof(reply->error), "%.120s: %.100s", host,
                 curl_easy_strerror(code));
    }
    reply->body_len = in->body.len;
    reply->body = in->body.text ? in->body.text : xstrdup("");
}

void web_send(struct web *web, const struct web_request *request, struct web_reply *reply)
{
    *reply = (struct web_reply){.retry_after_s = -1};
    struct receiving in = {.body = SB_MAX(WEB_BODY_MAX), .reply = reply};
    CURL *curl = handle_for(web, request->with_cookies);
    if (curl == NULL) {
        text_copy(reply->error, sizeof(reply->error), "libcurl gave no handle");
        reply->body = xstrdup("");
        return;
    }
    struct curl_slist *headers = set_up(curl, web, request, &in);
    conclude(curl, curl_easy_perform(curl), request->url, &in);
    curl_slist_free_all(headers);
    /* Nothing of this request may stay behind in the handle: the pointers end with the caller. */
    curl_easy_reset(curl);
}

/* --- one request ahead --- */

struct ahead {
    CURL *curl; /* kept with its connections from one request to the next */
    CURLM *multi;
    struct curl_slist *headers; /* NULL: none is under way */
    char *url, *bearer;
    struct receiving in;
    struct web_reply reply;
};

static bool is_ahead(const struct web *web)
{
    return web->ahead && web->ahead->headers;
}

/* Ends what is under way, whole or not; the body is the caller's to keep or free. */
static void land(struct ahead *ahead)
{
    curl_multi_remove_handle(ahead->multi, ahead->curl);
    curl_easy_reset(ahead->curl);
    curl_slist_free_all(ahead->headers);
    explicit_bzero(ahead->bearer, strlen(ahead->bearer));
    free(ahead->url);
    free(ahead->bearer);
    ahead->headers = NULL;
    ahead->url = ahead->bearer = NULL;
}

void web_ahead_drop(struct web *web)
{
    if (!is_ahead(web))
        return;
    land(web->ahead);
    sb_done(&web->ahead->in.body);
}

void web_ahead(struct web *web, const char *url, const char *bearer, const char *ca_file,
               long timeout_ms)
{
    web_ahead_drop(web);
    if (web->ahead == NULL) {
        web->ahead = xcalloc(1, sizeof(*web->ahead));
        web->ahead->curl = curl_easy_init();
        web->ahead->multi = curl_multi_init();
    }
    struct ahead *ahead = web->ahead;
    if (ahead->curl == NULL || ahead->multi == NULL)
        return; /* then it is asked for when it is wanted */
    ahead->url = xstrdup(url);
    ahead->bearer = xstrdup(bearer);
    ahead->reply = (struct web_reply){.retry_after_s = -1};
    ahead->in = (struct receiving){.body = SB_MAX(WEB_BODY_MAX), .reply = &ahead->reply};
    ahead->headers = set_up(
        ahead->curl, web,
        &(struct web_request){
            .url = ahead->url, .bearer = bearer, .ca_file = ca_file, .timeout_ms = timeout_ms},
        &ahead->in);
    curl_multi_add_handle(ahead->multi, ahead->curl);
    web_ahead_move(web);
}

void web_ahead_move(struct web *web)
{
    int running;
    if (is_ahead(web))
        curl_multi_perform(web->ahead->multi, &running);
}

bool web_ahead_take(struct web *web, const char *url, const char *bearer, struct web_reply *reply)
{
    int running = 1, left;
    if (!is_ahead(web))
        return false;
    struct ahead *ahead = web->ahead;
    if (strcmp(ahead->url, url) != 0 || strcmp(ahead->bearer, bearer) != 0) {
        web_ahead_drop(web);
        return false;
    }
    while (curl_multi_perform(ahead->multi, &running) == CURLM_OK && running > 0)
        curl_multi_poll(ahead->multi, NULL, 0, 1000, NULL);
    CURLMsg *message = curl_multi_info_read(ahead->multi, &left);
    CURLcode code = message ? message->data.result : CURLE_FAILED_INIT;
    conclude(ahead->curl, code, ahead->url, &ahead->in);
    land(ahead);
    *reply = ahead->reply;
    return true;
}

static void ahead_free(struct web *web)
{
    if (web->ahead == NULL)
        return;
    web_ahead_drop(web);
    curl_easy_cleanup(web->ahead->curl);
    curl_multi_cleanup(web->ahead->multi);
    free(web->ahead);
}

void web_reply_done(struct web_reply *reply)
{
    free(reply->body);
    reply->body = NULL;
}

void web_forget_cookies(struct web *web)
{
    if (web->browser)
        curl_easy_setopt(web->browser, CURLOPT_COOKIELIST, "ALL");
}

bool web_resolve(const char *base, const char *reference, char *to, size_t cap)
{
    bool is_ok = false;
    char *text = NULL;
    CURLU *url = curl_url();
    if (url && curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK &&
        curl_url_set(url, CURLUPART_URL, reference, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK)
        is_ok = text_copy(to, cap, text);
    curl_free(text);
    curl_url_cleanup(url);
    return is_ok;
}

bool web_is_url(const char *url, char *host, size_t cap)
{
    bool is_ok = false;
    char *scheme = NULL, *name = NULL;
    CURLU *parsed = curl_url();
    if (parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_HOST, &name, 0) == CURLUE_OK)
        is_ok = text_same(scheme, "http") || text_same(scheme, "https");
    if (is_ok && host)
        is_ok = text_copy(host, cap, name);
    curl_free(scheme);
    curl_free(name);
    curl_url_cleanup(parsed);
    return is_ok;
}
