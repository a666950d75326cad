#include "sip/repeat.h"

#include "base/hash.h"
#include "base/text.h"

#include <string.h>

enum { KEPT_MAX = 4096 /* bytes of one answer; a longer one is not remembered */ };

/* What is kept: this, then the contacts' numbers, then the texts in order, each with its NUL behind
 * a byte that says whether there is one. */
struct kept {
    int status, min_expires_s, retry_after_s;
    uint32_t contacts;
};

struct kept_contact {
    int reg_id;
    int64_t expires_s;
};

/* 0 for what cannot be a retransmission: a stream loses nothing. */
static uint64_t repeat_key(const struct world *world, const struct sip_request *request)
{
    if (!text_eq(request->transport, "udp") || !request->branch || !request->call_id)
        return 0;
    const uint64_t key[2] = {world->seed, request->proxy->nonce_domain};
    const char *texts[] = {request->method, request->branch, request->call_id};
    uint64_t parts[4] = {request->cseq};
    for (size_t i = 0; i < 3; i++)
        parts[i + 1] = hash_keyed(key, texts[i], strlen(texts[i]));
    uint64_t sum = hash_keyed(key, parts, sizeof parts);
    return sum ? sum : 1;
}

struct reader {
    const char *at;
};

static const char *read_text(struct reader *reader)
{
    bool is_there = *reader->at++;
    const char *text = is_there ? reader->at : NULL;
    if (is_there)
        reader->at += strlen(text) + 1;
    return text;
}

static void read_bytes(struct reader *reader, void *out, size_t len)
{
    memcpy(out, reader->at, len);
    reader->at += len;
}

bool repeat_find(struct world *world, struct arena *arena, const struct sip_request *request,
                 struct sip_answer *answer, uint64_t *ret_key)
{
    uint64_t key = *ret_key = repeat_key(world, request);
    const struct recent_entry *entry =
        key && world->sip_exchanges ? recent_find(world->sip_exchanges, key) : NULL;
    if (!entry || clock_now(world) - entry->stamp >= REPEAT_LIFE_MS)
        return false;
    world->sip_retransmits++;
    struct kept kept;
    struct reader reader = {memcpy(arena_alloc(arena, entry->len), entry->bytes, entry->len)};
    read_bytes(&reader, &kept, sizeof kept);
    answer->status = kept.status;
    answer->min_expires_s = kept.min_expires_s;
    answer->retry_after_s = kept.retry_after_s;
    answer->contact_count = kept.contacts;
    for (size_t i = 0; i < kept.contacts; i++) {
        struct kept_contact contact;
        read_bytes(&reader, &contact, sizeof contact);
        answer->contacts[i].reg_id = contact.reg_id;
        answer->contacts[i].expires_s = contact.expires_s;
    }
    answer->phrase = read_text(&reader);
    answer->challenge = read_text(&reader);
    answer->unsupported = read_text(&reader);
    answer->allow = read_text(&reader);
    answer->supported = read_text(&reader);
    answer->accept = read_text(&reader);
    answer->accept_encoding = read_text(&reader);
    answer->content_type = read_text(&reader);
    answer->body = read_text(&reader);
    for (size_t i = 0; i < kept.contacts; i++) {
        answer->contacts[i].uri = read_text(&reader);
        answer->contacts[i].instance = read_text(&reader);
    }
    return true;
}

static void write_text(struct buf *out, const char *text)
{
    buf_char(out, text != NULL);
    if (text)
        buf_add(out, text, strlen(text) + 1);
}

static void write_answer(struct buf *out, const struct sip_answer *answer, bool is_sent)
{
    struct kept kept = {is_sent ? answer->status : 0, answer->min_expires_s, answer->retry_after_s,
                        (uint32_t)answer->contact_count};
    buf_add(out, &kept, sizeof kept);
    for (size_t i = 0; i < answer->contact_count; i++) {
        struct kept_contact contact = {answer->contacts[i].reg_id, answer->contacts[i].expires_s};
        buf_add(out, &contact, sizeof contact);
    }
    write_text(out, answer->phrase);
    write_text(out, answer->challenge);
    write_text(out, answer->unsupported);
    write_text(out, answer->allow);
    write_text(out, answer->supported);
    write_text(out, answer->accept);
    write_text(out, answer->accept_encoding);
    write_text(out, answer->content_type);
    write_text(out, answer->body);
    for (size_t i = 0; i < answer->contact_count; i++) {
        write_text(out, answer->contacts[i].uri);
        write_text(out, answer->contacts[i].instance);
    }
}

void repeat_keep(struct world *world, uint64_t key, const struct sip_answer *answer, bool is_sent)
{
    if (!key)
        return;
    if (!world->sip_exchanges)
        world->sip_exchanges = recent_new(REPEATS_MAX);
    struct buf bytes;
    buf_init(&bytes, KEPT_MAX);
    write_answer(&bytes, answer, is_sent);
    if (!bytes.truncated) {
        struct recent_entry *entry = recent_find(world->sip_exchanges, key);
        if (!entry)
            entry = recent_put(world->sip_exchanges, key);
        entry->stamp = clock_now(world);
        recent_keep(entry, bytes.data, bytes.len);
    }
    buf_done(&bytes);
}
