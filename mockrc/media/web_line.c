#include "media/web_line.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHECKED_MAX = 8,             /* addresses of one phone that passed a check */
    HANDSHAKE_MAX_US = 30000000, /* then it is given up */
    LINGER_US = 10000000,        /* after its end a browser may say its last flight again */
};

struct web_line {
    struct ice ice;
    struct media_web wish;
    struct edge_address checked[CHECKED_MAX]; /* the newest first */
    struct edge_address selected;             /* len 0: none yet */
    struct dtls *dtls;                        /* NULL until it begins */
    int64_t give_up_us;
    int64_t rest_us;             /* when the handshake's memory goes; 0: it did, or is needed */
    bool has_keys, has_given_up; /* has_keys: that nobody took yet */
};

struct web_line *web_line_new(void)
{
    return xcalloc(1, sizeof(struct web_line));
}

static void drop_dtls(struct web_line *web)
{
    dtls_free(web->dtls);
    web->dtls = NULL;
    web->has_keys = web->has_given_up = false;
    web->rest_us = 0;
}

void web_line_free(struct web_line *web)
{
    if (!web)
        return;
    drop_dtls(web);
    free(web);
}

void web_line_set(struct web_line *web, const struct media_web *wish)
{
    const struct media_web *now = &web->wish;
    bool is_another = wish->is_client != now->is_client || wish->print_len != now->print_len ||
                      memcmp(wish->print, now->print, now->print_len) != 0;
    if (is_another)
        drop_dtls(web);
    ice_set(&web->ice, wish->ufrag, wish->pwd);
    web->wish = *wish;
}

/* --- addresses --- */

static bool is_same(const struct edge_address *a, const struct edge_address *b)
{
    return a->len == b->len && memcmp(&a->any, &b->any, a->len) == 0;
}

static bool is_checked(const struct web_line *web, const struct edge_address *from)
{
    for (size_t i = 0; i < CHECKED_MAX; i++)
        if (from->len && is_same(&web->checked[i], from))
            return true;
    return false;
}

static void note_checked(struct web_line *web, const struct edge_address *from)
{
    if (is_checked(web, from))
        return;
    memmove(web->checked + 1, web->checked, (CHECKED_MAX - 1) * sizeof *web->checked);
    web->checked[0] = *from;
}

static struct stun_address plain(const struct edge_address *address)
{
    struct stun_address plain = {.is_v6 = address->any.sa_family == AF_INET6};
    plain.port = ntohs(plain.is_v6 ? address->v6.sin6_port : address->v4.sin_port);
    if (plain.is_v6)
        memcpy(plain.bytes, &address->v6.sin6_addr, 16);
    else
        memcpy(plain.bytes, &address->v4.sin_addr, 4);
    return plain;
}

/* --- DTLS --- */

struct answers {
    const struct web_net *net;
    const struct edge_address *to;
};

static void send_answer(void *context, const uint8_t *bytes, size_t len)
{
    const struct answers *answers = context;
    answers->net->send(answers->net->context, answers->to, bytes, len);
}

/* False: there is nobody's fingerprint to check against yet; who begins says it again. */
static bool begin_dtls(struct web_line *web, const struct web_net *net)
{
    if (web->dtls)
        return true;
    if (!web->wish.print_len || !net->identity)
        return false;
    web->dtls = dtls_new(net->identity, &web->wish);
    web->give_up_us = net->now_us + HANDSHAKE_MAX_US;
    return true;
}

static void give_dtls(struct web_line *web, const struct web_net *net,
                      const struct edge_address *to, const uint8_t *bytes, size_t len)
{
    struct answers answers = {net, to};
    const struct dtls_out out = {&answers, send_answer};
    if (!begin_dtls(web, net) || web->has_given_up)
        return;
    bool was_up = dtls_state(web->dtls) == DTLS_UP;
    enum dtls_state state =
        len ? dtls_take(web->dtls, &out, bytes, len) : dtls_start(web->dtls, &out);
    if (state == DTLS_UP && !was_up) {
        web->has_keys = true;
        web->rest_us = net->now_us + LINGER_US;
    }
}

/* --- what comes --- */

static enum web_what take_check(struct web_line *web, const struct web_net *net,
                                const struct edge_address *from, const uint8_t *bytes, size_t len)
{
    struct stun_out answer;
    const struct stun_address source = plain(from);
    enum ice_what what = ice_take(&web->ice, &source, bytes, len, &answer);
    if (answer.len)
        net->send(net->context, from, answer.bytes, answer.len);
    if (what == ICE_IGNORED || what == ICE_REFUSED)
        return WEB_REFUSED;
    note_checked(web, from);
    if (what == ICE_NOMINATED || !web->selected.len)
        web->selected = *from;
    if (web->wish.is_client && !web->dtls)
        give_dtls(web, net, &web->selected, NULL, 0);
    return WEB_DONE;
}

bool web_is_media(const uint8_t *bytes, size_t len)
{
    return len && bytes[0] >= 128 && bytes[0] <= 191;
}

/* By the first byte (RFC 7983 section 7). */
enum web_what web_line_take(struct web_line *web, const struct web_net *net,
                            const struct edge_address *from, const uint8_t *bytes, size_t len)
{
    if (len && bytes[0] <= 3)
        return take_check(web, net, from, bytes, len);
    if (!len || !is_checked(web, from))
        return WEB_REFUSED;
    if (bytes[0] >= 20 && bytes[0] <= 63) {
        give_dtls(web, net, from, bytes, len);
        return WEB_DONE;
    }
    return web_is_media(bytes, len) ? WEB_MEDIA : WEB_REFUSED;
}

/* The handshake goes on, or is given up. */
static int64_t tick_shaking(struct web_line *web, const struct web_net *net)
{
    struct answers answers = {net, &web->selected};
    const struct dtls_out out = {&answers, send_answer};
    web->has_given_up = net->now_us >= web->give_up_us;
    if (web->has_given_up)
        return 0;
    int64_t left_us = dtls_tick(web->dtls, &out), due_us = net->now_us + left_us;
    return left_us >= 0 && due_us < web->give_up_us ? due_us : web->give_up_us;
}

int64_t web_line_tick(struct web_line *web, const struct web_net *net)
{
    if (!web->dtls || web->has_given_up)
        return 0;
    if (dtls_state(web->dtls) == DTLS_SHAKING)
        return tick_shaking(web, net);
    if (web->rest_us && net->now_us >= web->rest_us) {
        dtls_rest(web->dtls);
        web->rest_us = 0;
    }
    return web->rest_us;
}

/* --- what it tells --- */

const struct edge_address *web_line_target(const struct web_line *web)
{
    bool is_up = web->dtls && dtls_state(web->dtls) == DTLS_UP;
    return is_up ? &web->selected : NULL;
}

bool web_line_take_keys(struct web_line *web, unsigned char in[MEDIA_KEY_LEN],
                        unsigned char out[MEDIA_KEY_LEN])
{
    bool has_keys = web->has_keys;
    web->has_keys = false;
    return has_keys && dtls_keys(web->dtls, in, out);
}

const char *web_line_trouble(const struct web_line *web)
{
    if (!web->selected.len)
        return "no check of ICE has come";
    if (!web->dtls)
        return "no DTLS has come";
    if (web->has_given_up)
        return "the DTLS handshake did not end in time";
    switch (dtls_state(web->dtls)) {
    case DTLS_SHAKING:
        return "the DTLS handshake is not done";
    case DTLS_FAILED:
        return dtls_reason(web->dtls);
    default:
        return NULL;
    }
}
