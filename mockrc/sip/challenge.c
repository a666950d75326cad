#include "sip/challenge.h"

#include "base/codec.h"
#include "base/hash.h"
#include "base/text.h"

#include <string.h>

/* What a nonce holds: 24 bytes, 32 characters of base64. */
struct nonce {
    uint64_t seal;            /* keyed sum of the rest */
    uint64_t made_ms, serial; /* on the wire behind a mask made from the seal */
};

struct nonce_key {
    uint64_t words[2];
};

static struct nonce_key nonce_key(const struct world *world, const struct proxy *proxy)
{
    return (struct nonce_key){{proxy->nonce_domain, world->seed ^ 0x6e6f6e6365206f66u}};
}

static uint64_t nonce_seal(const struct nonce_key *key, const struct nonce *nonce)
{
    uint64_t content[2] = {nonce->made_ms, nonce->serial};
    return hash_keyed(key->words, content, sizeof content);
}

/* So that a nonce looks like one of the platform's and not like a clock. Its own inverse. */
static void nonce_mask(const struct nonce_key *key, struct nonce *nonce)
{
    uint64_t with[2] = {nonce->seal, 1};
    nonce->made_ms ^= hash_keyed(key->words, with, sizeof with);
    with[1] = 2;
    nonce->serial ^= hash_keyed(key->words, with, sizeof with);
}

char *challenge_nonce(struct world *world, const struct proxy *proxy, char out[NONCE_LEN + 1])
{
    struct nonce_key key = nonce_key(world, proxy);
    struct nonce nonce = {.made_ms = (uint64_t)clock_now(world),
                          .serial = ++world->sip_nonce_count};
    nonce.seal = nonce_seal(&key, &nonce);
    nonce_mask(&key, &nonce);
    struct buf text;
    buf_init(&text, NONCE_LEN);
    codec_base64(&text, BASE64_STD, &nonce, sizeof nonce);
    memcpy(out, buf_text(&text), NONCE_LEN + 1);
    buf_done(&text);
    return out;
}

/* False when this proxy did not make it. */
static bool nonce_open(const struct world *world, const struct proxy *proxy, const char *text,
                       struct nonce *ret)
{
    struct buf bytes;
    struct nonce nonce;
    buf_init(&bytes, sizeof nonce);
    bool is_ours = strlen(text) == NONCE_LEN &&
                   codec_unbase64(&bytes, BASE64_STD, text, NONCE_LEN) && bytes.len == sizeof nonce;
    if (is_ours) {
        struct nonce_key key = nonce_key(world, proxy);
        memcpy(&nonce, bytes.data, sizeof nonce);
        nonce_mask(&key, &nonce);
        is_ours = nonce.seal == nonce_seal(&key, &nonce);
        if (is_ours)
            *ret = nonce;
    }
    buf_done(&bytes);
    return is_ours;
}

const char *challenge_text(struct world *world, struct arena *arena, const struct proxy *proxy,
                           bool is_stale)
{
    const struct knobs *knobs = &world->knobs;
    char nonce[NONCE_LEN + 1];
    return arena_printf(arena, "Digest realm=\"%s\", nonce=\"%s\"%s%s%s", proxy->realm,
                        challenge_nonce(world, proxy, nonce),
                        is_stale && knobs->sip_nonce_stale_flag ? ", stale=true" : "",
                        knobs->sip_algorithm == KNOB_ALGORITHM_SHA256 ? ", algorithm=SHA-256" : "",
                        knobs->sip_qop == KNOB_QOP_AUTH ? ", qop=\"auth\"" : "");
}

/* The realm is the SIP domain; "domain:port", which the portal prints, is refused unless a knob
 * says otherwise (sip.md 7, failures.md F100). */
static bool realm_fits(const struct world *world, const char *realm, const char *sent)
{
    size_t len = strlen(realm);
    if (strncmp(sent, realm, len) != 0)
        return false;
    return sent[len] == '\0' || (sent[len] == ':' && world->knobs.sip_accept_port_in_domain);
}

/* Algorithms we checked a digest by: RFC 7616 section 3.3 makes MD5 what an absent one means. */
static bool algorithm_fits(const struct world *world, const char *sent)
{
    if (world->knobs.sip_algorithm == KNOB_ALGORITHM_SHA256)
        return text_eq_nocase(sent, "SHA-256");
    return !sent || text_eq_nocase(sent, "MD5");
}

/* response = H(H(user:realm:password) : nonce [: nc : cnonce : qop] : H(method:uri)), all as sent:
 * clients put the domain into uri whatever the Request-URI is (sip.md 0, rule 3). */
static bool response_fits(const struct world *world, const struct sip_request *request,
                          const char *password)
{
    const struct sip_credentials *sent = &request->credentials;
    enum hash_kind kind =
        world->knobs.sip_algorithm == KNOB_ALGORITHM_SHA256 ? HASH_SHA256 : HASH_MD5;
    char ha1[HASH_HEX_MAX], ha2[HASH_HEX_MAX], want[HASH_HEX_MAX];
    hash_joined(kind, ha1, (const char *[]){sent->username, sent->realm, password}, 3);
    hash_joined(kind, ha2, (const char *[]){request->method, sent->uri}, 2);
    if (sent->qop)
        hash_joined(kind, want,
                    (const char *[]){ha1, sent->nonce, sent->nc, sent->cnonce, sent->qop, ha2}, 6);
    else
        hash_joined(kind, want, (const char *[]){ha1, sent->nonce, ha2}, 3);
    return hash_same(want, sent->response);
}

/* nc is eight hexadecimal digits (RFC 7616 section 3.4). */
static bool read_count(const char *text, uint64_t *ret)
{
    uint64_t count = 0;
    for (size_t i = 0; i < 8; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *at = text[i] ? strchr(digits, text[i]) : NULL;
        if (!at)
            return false;
        count = count << 4 | (uint64_t)((at - digits) & 15);
    }
    *ret = count;
    return text[8] == '\0';
}

/* A nonce may be used again, but each time with a higher count. */
static enum challenge_result count_use(struct world *world, const struct nonce *nonce,
                                       uint64_t count, const char **ret_reason)
{
    if (!world->sip_nonces)
        world->sip_nonces = recent_new(NONCES_MAX);
    struct recent_entry *known = recent_find(world->sip_nonces, nonce->seal);
    if (!known) {
        if ((int64_t)nonce->serial <= recent_forgotten(world->sip_nonces)) {
            *ret_reason = "the nonce is too long ago to tell its count";
            return CHALLENGE_STALE;
        }
        known = recent_put(world->sip_nonces, nonce->seal);
        known->stamp = (int64_t)nonce->serial;
    }
    if (count <= known->number) {
        *ret_reason = "the nonce count was used before";
        return CHALLENGE_BAD;
    }
    known->number = count;
    return CHALLENGE_PASS;
}

/* What RFC 7616 wants to be there; NULL when it is. */
static const char *missing(const struct sip_credentials *sent)
{
    if (!sent->username || !sent->realm || !sent->nonce || !sent->uri || !sent->response)
        return "the credentials lack username, realm, nonce, uri or response";
    if (sent->qop && (!sent->cnonce || !sent->nc))
        return "the credentials have qop without cnonce and nc";
    return NULL;
}

/* Why these are not the credentials of `device`; NULL when they are. */
static const char *mismatch(const struct world *world, const struct sip_request *request,
                            const struct device *device)
{
    const char *username = request->credentials.username;
    if (!device)
        return "no device has this address";
    if (!text_eq(username, device->id))
        return text_eq(username, device->sip_username)
                   ? "the digest user is the SIP user name, not the authorization id"
                   : "the digest user is not the authorization id of this address's device";
    if (response_fits(world, request, device->sip_password ? device->sip_password : ""))
        return NULL;
    bool has_overlap = device->sip_password_old && clock_now(world) < device->sip_old_until_ms;
    if (has_overlap && response_fits(world, request, device->sip_password_old))
        return NULL;
    return "the password is wrong";
}

enum challenge_result challenge_check(struct world *world, const struct sip_request *request,
                                      const struct device *device, const char **ret_reason)
{
    const struct sip_credentials *sent = &request->credentials;
    struct nonce nonce;
    uint64_t count = 0;
    *ret_reason = "no credentials";
    if (!request->has_credentials)
        return CHALLENGE_ASK;
    if ((*ret_reason = missing(sent)))
        return CHALLENGE_MALFORMED;
    *ret_reason = "qop or nc is none that RFC 7616 knows";
    if (sent->qop && (!text_eq_nocase(sent->qop, "auth") || !read_count(sent->nc, &count)))
        return CHALLENGE_MALFORMED;
    *ret_reason = "the realm is not this domain";
    if (!realm_fits(world, request->proxy->realm, sent->realm))
        return CHALLENGE_ASK;
    *ret_reason = "the algorithm is not the one asked for";
    if (!algorithm_fits(world, sent->algorithm))
        return CHALLENGE_ASK;
    *ret_reason = "the nonce is none of this proxy's";
    if (!nonce_open(world, request->proxy, sent->nonce, &nonce))
        return CHALLENGE_ASK;
    const char *wrong = mismatch(world, request, device);
    *ret_reason = "the nonce has expired";
    if (clock_now(world) - (int64_t)nonce.made_ms >= world->knobs.sip_nonce_ttl_ms)
        return wrong ? CHALLENGE_ASK : CHALLENGE_STALE;
    if ((*ret_reason = wrong))
        return CHALLENGE_BAD;
    return sent->qop ? count_use(world, &nonce, count, ret_reason) : CHALLENGE_PASS;
}
