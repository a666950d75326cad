/* Answers of name servers; see dnsread.h. */
#include "dnsread.h"

#include <arpa/inet.h>
#include <resolv.h>
#include <string.h>

#include "text.h"

enum {
    HEADER_LEN = 12,
    QUESTION_REST = 4, /* type and class */
    RECORD_REST = 10,  /* type, class, TTL, length of the data */
    CLASS_IN = 1,
    TYPE_CNAME = 5,
    ALIASES_MAX = 8,
    TTL_MAX_S = 604800
};

/* What is left to read of a message. */
struct cut {
    const unsigned char *begin, *at, *end;
    bool is_bad;
};

static unsigned take_u16(struct cut *cut)
{
    if (cut->end - cut->at < 2) {
        cut->is_bad = true;
        return 0;
    }
    cut->at += 2;
    return (unsigned)cut->at[-2] << 8 | cut->at[-1];
}

static void take_name(struct cut *cut, char to[DNSREAD_NAME])
{
    int len = cut->is_bad || cut->at >= cut->end
                  ? -1
                  : dn_expand(cut->begin, cut->end, cut->at, to, DNSREAD_NAME);
    cut->is_bad = len < 0;
    if (!cut->is_bad)
        cut->at += len;
}

/* RFC 1035 3.3: a length and so many bytes. */
static void take_text(struct cut *cut, char *to, size_t cap)
{
    size_t len = cut->at < cut->end ? *cut->at++ : 0;
    if (cut->is_bad || (size_t)(cut->end - cut->at) < len) {
        cut->is_bad = true;
        return;
    }
    to[0] = '\0';
    if (len < cap && memchr(cut->at, 0, len) == NULL) {
        memcpy(to, cut->at, len);
        to[len] = '\0';
    }
    cut->at += len;
}

static void take_address(struct cut *cut, int family, struct dns_record *record)
{
    cut->is_bad = cut->end - cut->at != (family == AF_INET ? 4 : 16) ||
                  inet_ntop(family, cut->at, record->address, sizeof(record->address)) == NULL;
}

/* The data of one record; `cut` holds nothing else, but `begin` is the message's for its names. */
static bool read_data(struct cut *cut, enum dns_type type, struct dns_record *record)
{
    char skipped[2];
    switch (type) {
    case DNS_A:
        take_address(cut, AF_INET, record);
        break;
    case DNS_AAAA:
        take_address(cut, AF_INET6, record);
        break;
    case DNS_SRV:
        record->priority = take_u16(cut);
        record->weight = take_u16(cut);
        record->port = take_u16(cut);
        take_name(cut, record->target);
        break;
    case DNS_NAPTR:
        record->order = take_u16(cut);
        record->preference = take_u16(cut);
        take_text(cut, record->flags, sizeof(record->flags));
        take_text(cut, record->service, sizeof(record->service));
        take_text(cut, skipped, sizeof(skipped)); /* the regular expression is not SIP's */
        take_name(cut, record->target);
        break;
    }
    return !cut->is_bad;
}

/* One pass over the answers: those of `name` are taken, and whether it is an alias. */
static bool pass(struct cut cut, unsigned answers, const char *name, enum dns_type type,
                 uint32_t ttl_s, struct dns_records *ret, char alias[DNSREAD_NAME],
                 uint32_t *ret_alias_ttl_s)
{
    alias[0] = '\0';
    for (unsigned i = 0; i < answers; i++) {
        char owner[DNSREAD_NAME];
        take_name(&cut, owner);
        if (cut.is_bad || cut.end - cut.at < RECORD_REST)
            return false;
        unsigned is = take_u16(&cut), class = take_u16(&cut), high = take_u16(&cut);
        uint32_t own_s = (uint32_t)high << 16 | take_u16(&cut);
        size_t len = take_u16(&cut);
        if ((size_t)(cut.end - cut.at) < len)
            return false;
        struct cut data = {cut.begin, cut.at, cut.at + len, false};
        cut.at += len;
        if (class != CLASS_IN || !text_same_nocase(owner, name))
            continue;
        if (own_s > TTL_MAX_S)
            own_s = own_s >> 31 ? 0 : TTL_MAX_S; /* RFC 2181 section 8 */
        struct dns_record record = {.ttl_s = own_s < ttl_s ? own_s : ttl_s};
        if (is == TYPE_CNAME) {
            take_name(&data, alias);
            *ret_alias_ttl_s = record.ttl_s;
            if (data.is_bad)
                return false;
        } else if (is == (unsigned)type && ret->count < DNSREAD_RECORDS_MAX) {
            if (!read_data(&data, type, &record))
                return false;
            ret->list[ret->count++] = record;
        }
    }
    return true;
}

bool dnsread(const unsigned char *bytes, size_t len, const char *name, enum dns_type type,
             struct dns_records *ret)
{
    struct cut cut = {bytes, bytes, bytes + len, false};
    char at[DNSREAD_NAME], alias[DNSREAD_NAME];
    uint32_t ttl_s = TTL_MAX_S;
    memset(ret, 0, sizeof(*ret));
    if (len < HEADER_LEN || !(bytes[2] & 0x80))
        return false;
    ret->rcode = bytes[3] & 15;
    cut.at += 4;
    unsigned questions = take_u16(&cut), answers = take_u16(&cut);
    cut.at = bytes + HEADER_LEN;
    for (unsigned i = 0; i < questions; i++) {
        take_name(&cut, at);
        if (cut.is_bad || cut.end - cut.at < QUESTION_REST)
            return false;
        cut.at += QUESTION_REST;
    }
    text_copy(at, sizeof(at), name);
    for (int i = 0; i < ALIASES_MAX; i++) {
        if (!pass(cut, answers, at, type, ttl_s, ret, alias, &ttl_s))
            return false;
        if (ret->count > 0 || alias[0] == '\0')
            break;
        text_copy(at, sizeof(at), alias);
    }
    return true;
}
