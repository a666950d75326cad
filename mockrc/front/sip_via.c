#include "front/sip_via.h"

#include "base/hash.h"
#include "sip/hop_via.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A piece of the message. */
struct span {
    const char *at;
    size_t len;
};

/* The topmost Via: "SIP/2.0/TLS host:port;branch=...", and what the line holds beside it. */
struct via {
    struct sip_line line;
    struct span protocol, sent_by; /* "SIP/2.0/TLS", "host:port" */
    struct span params;            /* from the first semicolon on */
    struct span others;            /* further Vias of the same line, behind the comma */
};

static const char *const cookie = "z9hG4bK";

/* Where `c` stands outside of quotes; `end` when nowhere. */
static const char *find_bare(const char *at, const char *end, char c)
{
    bool is_quoted = false;
    for (; at < end; at++) {
        if (is_quoted && *at == '\\' && at + 1 < end)
            at++;
        else if (*at == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && *at == c)
            return at;
    }
    return end;
}

static struct span span_of(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at))
        at++;
    while (end > at && strchr(" \t\r\n", end[-1]))
        end--;
    return (struct span){at, (size_t)(end - at)};
}

/* "SIP / 2.0 / TLS" has blanks around its slashes; the sent-by has none before its host. */
static bool read_protocol(struct via *via, const char *end)
{
    const char *at = via->line.value, *slash = at;
    for (int i = 0; i < 2; i++) {
        slash = memchr(at, '/', (size_t)(end - at));
        if (!slash)
            return false;
        at = slash + 1;
    }
    struct span rest = span_of(at, end);
    size_t name = 0;
    while (name < rest.len && !strchr(" \t\r\n", rest.at[name]))
        name++;
    via->protocol = (struct span){via->line.value, (size_t)(rest.at + name - via->line.value)};
    via->sent_by = span_of(rest.at + name, end);
    return name && via->sent_by.len && via->sent_by.len < SIP_SENT_BY_MAX;
}

static bool read_via(const struct sip_message *message, struct via *ret)
{
    *ret = (struct via){0};
    if (!sip_message_line(message, "Via", 'v', &ret->line))
        return false;
    const char *value = ret->line.value, *end = value + ret->line.value_len;
    const char *comma = find_bare(value, end, ',');
    const char *semicolon = find_bare(value, comma, ';');
    ret->params = span_of(semicolon, comma);
    ret->others = comma < end ? span_of(comma + 1, end) : (struct span){end, 0};
    return read_protocol(ret, semicolon);
}

/* The next ";name=value" of `*params`, without the semicolon; the rest stays. False at the end. */
static bool next_param(struct span *params, struct span *ret, struct span *ret_name)
{
    const char *end = params->at + params->len;
    if (!params->len)
        return false;
    const char *next = find_bare(params->at + 1, end, ';');
    *ret = span_of(params->at + 1, next);
    const char *equals = memchr(ret->at, '=', ret->len);
    *ret_name = span_of(ret->at, equals ? equals : ret->at + ret->len);
    *params = (struct span){next, (size_t)(end - next)};
    return true;
}

static bool is_named(const struct span *name, const char *word)
{
    return name->len == strlen(word) && strncasecmp(name->at, word, name->len) == 0;
}

static struct span param_value(const struct via *via, const char *word)
{
    struct span params = via->params, param, name;
    while (next_param(&params, &param, &name))
        if (is_named(&name, word) && param.len > name.len) {
            const char *equals = memchr(param.at, '=', param.len);
            return span_of(equals + 1, param.at + param.len);
        }
    return (struct span){"", 0};
}

/* --- the client's request --- */

/* How many there are in front; lines of a message end with it, not with a NUL. */
static size_t digits(const char *at, size_t len)
{
    size_t count = 0;
    while (count < len && at[count] >= '0' && at[count] <= '9')
        count++;
    return count;
}

/* A branch that follows from the client's, so that CANCEL, ACK and a retransmission get that of
 * their INVITE (RFC 3261 16.11). One without the cookie does not tell: then the request's names do. */
static uint64_t branch_of(const struct sip_ends *ends, const struct sip_message *message,
                          const struct via *via)
{
    const uint64_t key[2] = {ends->number, 0x686f70};
    struct span branch = param_value(via, "branch");
    if (branch.len > strlen(cookie) && strncasecmp(branch.at, cookie, strlen(cookie)) == 0)
        return hash_keyed(key, branch.at, branch.len);
    struct sip_line call_id = {0}, cseq = {0};
    struct buf names;
    buf_init(&names, 2 * SIP_MESSAGE_MAX);
    buf_add(&names, via->line.value, via->line.value_len);
    if (sip_message_line(message, "Call-ID", 'i', &call_id))
        buf_add(&names, call_id.value, call_id.value_len);
    if (sip_message_line(message, "CSeq", 0, &cseq))
        buf_add(&names, cseq.value, digits(cseq.value, cseq.value_len));
    uint64_t sum = hash_keyed(key, buf_text(&names), names.len);
    buf_done(&names);
    return sum;
}

static void push_ours(const struct sip_ends *ends, uint64_t branch, struct buf *out)
{
    bool is_ipv6 = strchr(ends->peer, ':') != NULL;
    buf_printf(out,
               "Via: SIP/2.0/TCP 127.0.0.1:%d;branch=%s-h%016llx;rport;" HOP_VIA_TRANSPORT
               "=%s;" HOP_VIA_KEY "=%s;" HOP_VIA_PEER "=\"%s%s%s:%d\"\r\n",
               ends->peer_port, cookie, (unsigned long long)branch, transport_name(ends->transport),
               ends->key, is_ipv6 ? "[" : "", ends->peer, is_ipv6 ? "]" : "", ends->peer_port);
}

/* RFC 3261 18.2.1 and RFC 3581 section 4: where it really came from. */
static void stamp(const struct sip_ends *ends, const struct via *via, struct buf *out)
{
    struct span params = via->params, param, name;
    size_t host_len = strlen(ends->peer);
    bool wants_received = via->sent_by.len < host_len ||
                          strncasecmp(via->sent_by.at, ends->peer, host_len) != 0 ||
                          (via->sent_by.len > host_len && via->sent_by.at[host_len] != ':');
    buf_str(out, "Via: ");
    buf_add(out, via->protocol.at, via->protocol.len);
    buf_char(out, ' ');
    buf_add(out, via->sent_by.at, via->sent_by.len);
    while (next_param(&params, &param, &name)) {
        if (is_named(&name, "received"))
            continue;
        buf_char(out, ';');
        if (is_named(&name, "rport")) {
            buf_printf(out, "rport=%d", ends->peer_port);
            wants_received = true;
        } else {
            buf_add(out, param.at, param.len);
        }
    }
    if (wants_received)
        buf_printf(out, ";received=%s", ends->peer);
    if (via->others.len) {
        buf_str(out, ", ");
        buf_add(out, via->others.at, via->others.len);
    }
    buf_str(out, "\r\n");
}

/* --- the platform's request, and its answer --- */

static void swap(const struct via *via, const char *transport, const char *sent_by, struct buf *out)
{
    buf_printf(out, "Via: SIP/2.0/%s %s", transport, sent_by);
    buf_add(out, via->params.at, via->params.len);
    buf_str(out, "\r\n");
}

/* --- all --- */

static void add_start(const struct sip_message *message, struct buf *out)
{
    buf_add(out, message->start, message->start_len);
    buf_str(out, "\r\n");
}

/* The lines but for `top`, in whose place stands what the caller wrote, and Content-Length.
 * `call_id`: how that name is spelled; NULL: as it comes. */
static void add_lines(const struct sip_message *message, const char *top, const struct buf *instead,
                      const char *call_id, struct buf *out)
{
    struct sip_line line;
    const char *at = message->lines;
    while (sip_line_next(&at, message->lines_end, &line)) {
        if (line.text == top) {
            buf_add(out, instead->data, instead->len);
        } else if (call_id && sip_line_is(&line, "Call-ID", 'i')) {
            buf_printf(out, "%s: ", call_id);
            buf_add(out, line.value, line.value_len);
            buf_str(out, "\r\n");
        } else if (!sip_line_is(&line, "Content-Length", 'l')) {
            buf_add(out, line.text, line.text_len);
            buf_str(out, "\r\n");
        }
    }
    buf_printf(out, "Content-Length: %zu\r\n\r\n", message->body_len);
    buf_add(out, message->body, message->body_len);
}

/* What stands in the place of the topmost Via's line. */
static void replace_inward(const struct sip_ends *ends, const struct sip_message *message,
                           const struct via *via, struct buf *out)
{
    if (!message->is_request) {
        swap(via, "TCP", ends->platform, out);
        return;
    }
    push_ours(ends, branch_of(ends, message, via), out);
    stamp(ends, via, out);
}

static void replace_outward(const struct sip_ends *ends, const struct sip_message *message,
                            const struct via *via, struct buf *out)
{
    if (message->is_request) {
        swap(via, transport_via_name(ends->transport), ends->outer, out);
    } else if (via->others.len) {
        buf_str(out, "Via: ");
        buf_add(out, via->others.at, via->others.len);
        buf_str(out, "\r\n");
    }
}

bool sip_via_inward(const struct sip_ends *ends, const struct sip_message *message, struct buf *out)
{
    struct via via;
    if (!read_via(message, &via) || (!message->is_request && !*ends->platform))
        return false;
    struct buf instead;
    buf_init(&instead, 2 * SIP_MESSAGE_MAX);
    replace_inward(ends, message, &via, &instead);
    add_start(message, out);
    add_lines(message, via.line.text, &instead, NULL, out);
    buf_done(&instead);
    return true;
}

bool sip_via_outward(struct sip_ends *ends, const struct sip_message *message, struct buf *out)
{
    struct via via;
    if (!read_via(message, &via))
        return false;
    if (message->is_request)
        snprintf(ends->platform, sizeof ends->platform, "%.*s", (int)via.sent_by.len,
                 via.sent_by.at);
    struct buf instead;
    buf_init(&instead, 2 * SIP_MESSAGE_MAX);
    replace_outward(ends, message, &via, &instead);
    add_start(message, out);
    /* The vendor's web-phone waits for its own answer to our CANCEL under this spelling alone, and
     * copies it from the CANCEL: so the platform's WebSocket proxies must write it so. */
    add_lines(message, via.line.text, &instead,
              transport_is_web(ends->transport) ? "Call-Id" : NULL, out);
    buf_done(&instead);
    return true;
}
