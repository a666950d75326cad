#include "dns/message.h"

#include <stdio.h>
#include <string.h>

enum {
    HEADER = 12,
    FLAG_ANSWER = 0x8000,
    FLAG_AUTHORITY = 0x0400,
    FLAG_CUT = 0x0200,
    FLAG_RECURSION = 0x0100,
    OPCODE_SHIFT = 11,
    OPCODE_MASK = 15,
    NAME_ASKED_FOR = 0xc00c, /* a pointer to the question's name, behind the header */
};

static uint16_t read16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* --- reading --- */

static bool is_plain(uint8_t c)
{
    return c > ' ' && c < 0x7f && c != '.' && c != '\\' && c != '"';
}

static size_t add_label(char *text, size_t at, const uint8_t *label, size_t len)
{
    if (at)
        text[at++] = '.';
    for (size_t i = 0; i < len; i++) {
        if (is_plain(label[i]))
            text[at++] = (char)label[i];
        else
            at += (size_t)snprintf(text + at, DNS_TEXT_LEN - at, "\\%03u", label[i]);
    }
    return at;
}

/* Bytes of the name at the beginning of `bytes`; 0 and why when it is none. */
static size_t read_name(const uint8_t *bytes, size_t len, char text[DNS_TEXT_LEN],
                        const char **ret_why)
{
    size_t at = 0, text_len = 0;
    while (at < len) {
        size_t label = bytes[at++];
        if (label > DNS_LABEL_MAX) {
            *ret_why = label >> 6 == 3 ? "a pointer in the question" : "a label of no known kind";
            return 0;
        }
        if (at + label > DNS_NAME_MAX) {
            *ret_why = "a name of more than 255 bytes";
            return 0;
        }
        if (label == 0) {
            text[text_len] = '\0';
            return at;
        }
        if (label > len - at)
            break;
        text_len = add_label(text, text_len, bytes + at, label);
        at += label;
    }
    *ret_why = "a question that is cut short";
    return 0;
}

/* The question, and what may stand around it. */
static const char *read_question(const uint8_t *bytes, size_t len, struct dns_query *query)
{
    const char *why = NULL;
    if (read16(bytes + 4) != 1)
        return "not one question";
    if (read16(bytes + 6) || read16(bytes + 8))
        return "a query with answers";
    size_t left = len - HEADER;
    size_t name_len = read_name(bytes + HEADER, left, query->name, &why);
    if (why)
        query->name[0] = '\0';
    else if (left - name_len < 4)
        why = "a question that is cut short";
    else if (!read16(bytes + 10) && left - name_len > 4)
        why = "bytes behind the question";
    if (why)
        return why;
    query->type = read16(bytes + HEADER + name_len);
    query->class = read16(bytes + HEADER + name_len + 2);
    query->question_len = name_len + 4;
    memcpy(query->question, bytes + HEADER, query->question_len);
    return NULL;
}

static void refuse(struct dns_query *query, enum dns_rcode rcode, const char *reason)
{
    query->rcode = rcode;
    query->reason = reason;
}

bool dns_read(const uint8_t *bytes, size_t len, struct dns_query *ret)
{
    if (len < HEADER || read16(bytes + 2) & FLAG_ANSWER)
        return false;
    uint16_t flags = read16(bytes + 2);
    *ret = (struct dns_query){
        .id = read16(bytes),
        .opcode = flags >> OPCODE_SHIFT & OPCODE_MASK,
        .wants_recursion = flags & FLAG_RECURSION,
    };
    /* What an unknown opcode has behind the header is not known either. */
    if (ret->opcode) {
        refuse(ret, DNS_NOTIMP, "another opcode than QUERY");
        return true;
    }
    const char *why = read_question(bytes, len, ret);
    if (why)
        refuse(ret, DNS_FORMERR, why);
    else if (ret->class != DNS_CLASS_IN && ret->class != DNS_CLASS_ANY)
        refuse(ret, DNS_REFUSED, "another class than IN");
    return true;
}

/* --- writing --- */

static void put16(struct buf *out, unsigned value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
    buf_add(out, bytes, sizeof bytes);
}

static bool put_name(struct buf *out, const char *text)
{
    size_t before = out->len;
    while (*text) {
        size_t len = strcspn(text, ".");
        if (len == 0 || len > DNS_LABEL_MAX || out->len - before + len + 2 > DNS_NAME_MAX)
            return false;
        buf_char(out, (char)len);
        buf_add(out, text, len);
        text += len + (text[len] == '.');
    }
    buf_char(out, '\0');
    return true;
}

/* A character-string (RFC 1035 section 3.3). */
static void put_string(struct buf *out, const char *text)
{
    size_t len = strlen(text);
    buf_char(out, (char)len);
    buf_add(out, text, len);
}

static bool put_data(struct buf *out, const struct dns_record *record)
{
    switch (record->type) {
    case DNS_A:
        buf_add(out, record->address, 4);
        return true;
    case DNS_AAAA:
        buf_add(out, record->address, 16);
        return true;
    case DNS_SRV: /* names in it are never compressed (RFC 2782), nor in the next */
        put16(out, record->priority);
        put16(out, record->weight);
        put16(out, record->port);
        return put_name(out, record->target);
    case DNS_NAPTR:
        put16(out, record->order);
        put16(out, record->preference);
        put_string(out, record->flags);
        put_string(out, record->service);
        put_string(out, ""); /* no expression: the replacement says it */
        return put_name(out, record->target);
    case DNS_ANY:
        break;
    }
    return false;
}

static bool put_record(struct buf *out, const struct dns_record *record)
{
    put16(out, NAME_ASKED_FOR);
    put16(out, record->type);
    put16(out, DNS_CLASS_IN);
    put16(out, record->ttl_s >> 16);
    put16(out, record->ttl_s & 0xffff);
    size_t length_at = out->len;
    put16(out, 0);
    if (!put_data(out, record) || out->truncated)
        return false;
    size_t len = out->len - length_at - 2;
    out->data[length_at] = (char)(len >> 8);
    out->data[length_at + 1] = (char)len;
    return true;
}

static void put_head(struct buf *out, const struct dns_query *query, enum dns_rcode rcode,
                     size_t records, bool is_cut)
{
    unsigned flags = FLAG_ANSWER | (unsigned)query->opcode << OPCODE_SHIFT | rcode;
    if (rcode == DNS_OK || rcode == DNS_NXDOMAIN)
        flags |= FLAG_AUTHORITY;
    put16(out, query->id);
    put16(out, flags | (query->wants_recursion ? FLAG_RECURSION : 0) | (is_cut ? FLAG_CUT : 0));
    put16(out, query->question_len > 0);
    put16(out, (unsigned)records);
    put16(out, 0);
    put16(out, 0);
    buf_add(out, query->question, query->question_len);
}

void dns_write(const struct dns_query *query, const struct dns_answer *answer, size_t max,
               struct buf *out)
{
    struct buf whole;
    bool is_written = true;
    buf_init(&whole, DNS_ANSWER_MAX + 1);
    put_head(&whole, query, answer->rcode, answer->count, false);
    for (size_t i = 0; i < answer->count && is_written; i++)
        is_written = put_record(&whole, &answer->records[i]);
    if (!is_written || whole.len > max) {
        buf_reset(&whole);
        put_head(&whole, query, is_written ? answer->rcode : DNS_SERVFAIL, 0, is_written);
    }
    buf_add(out, buf_text(&whole), whole.len);
    buf_done(&whole);
}

bool dns_is_name(const char *text)
{
    struct buf wire;
    bool is_name = *text && text[strcspn(text, "\\\" \t\r\n")] == '\0';
    buf_init(&wire, 2 * DNS_NAME_MAX);
    is_name = is_name && put_name(&wire, text);
    buf_done(&wire);
    return is_name;
}

const char *dns_rcode_name(enum dns_rcode rcode)
{
    static const char *const names[DNS_RCODE_COUNT] = {
        [DNS_OK] = "answer",         [DNS_FORMERR] = "formerr", [DNS_SERVFAIL] = "servfail",
        [DNS_NXDOMAIN] = "nxdomain", [DNS_NOTIMP] = "notimp",   [DNS_REFUSED] = "refused"};
    return names[rcode];
}

const char *dns_type_name(uint16_t type)
{
    static const struct {
        enum dns_type type;
        const char *name;
    } types[] = {
        {DNS_A, "A"}, {DNS_AAAA, "AAAA"}, {DNS_SRV, "SRV"}, {DNS_NAPTR, "NAPTR"}, {DNS_ANY, "ANY"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return types[i].name;
    return NULL;
}
