/* Digest answers; see digest.h. */
#include "digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NONCE_COUNT "00000001" /* every REGISTER starts unauthenticated: a nonce is used once */

static void unquoted(const char *value, char *to, size_t cap)
{
    size_t len = 0;
    bool is_quoted = *value == '"';
    for (const char *p = value + is_quoted; *p && len + 1 < cap; p++) {
        if (is_quoted && *p == '"')
            break;
        if (is_quoted && *p == '\\' && p[1])
            p++;
        to[len++] = *p;
    }
    to[len] = '\0';
}

static bool lists(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *p = list; *p; p += strcspn(p, ",")) {
        p += strspn(p, ", ");
        if (strncasecmp(p, word, len) == 0 && strchr(", ", p[len]))
            return true;
    }
    return false;
}

bool challenge_read(const char *const *params, struct challenge *ret_challenge)
{
    struct challenge challenge = {0};
    char flag[64];
    for (; params && *params; params++) {
        const char *equals = strchr(*params, '=');
        if (equals == NULL)
            continue;
        size_t len = (size_t)(equals - *params);
        const char *value = equals + 1;
#define IS(name) (len == sizeof(name) - 1 && strncasecmp(*params, name, len) == 0)
        if (IS("realm"))
            unquoted(value, challenge.realm, sizeof(challenge.realm));
        else if (IS("nonce"))
            unquoted(value, challenge.nonce, sizeof(challenge.nonce));
        else if (IS("opaque"))
            unquoted(value, challenge.opaque, sizeof(challenge.opaque));
        else if (IS("algorithm"))
            unquoted(value, challenge.algorithm, sizeof(challenge.algorithm));
        else if (IS("qop")) {
            unquoted(value, flag, sizeof(flag));
            challenge.has_qop_auth = lists(flag, "auth");
        } else if (IS("stale")) {
            unquoted(value, flag, sizeof(flag));
            challenge.is_stale = text_same_nocase(flag, "true");
        }
#undef IS
    }
    bool is_ours = challenge.algorithm[0] == '\0' || text_same_nocase(challenge.algorithm, "MD5") ||
                   text_same_nocase(challenge.algorithm, "SHA-256");
    if (challenge.realm[0] == '\0' || challenge.nonce[0] == '\0' || !is_ours)
        return false;
    *ret_challenge = challenge;
    return true;
}

static void hash_hex(const struct challenge *challenge, const char *text, char to[65])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    bool is_sha = text_same_nocase(challenge->algorithm, "SHA-256");
    if (EVP_Digest(text, strlen(text), hash, &len, is_sha ? EVP_sha256() : EVP_md5(), NULL) != 1)
        abort();
    for (unsigned i = 0; i < len; i++)
        snprintf(to + i * 2, 3, "%02x", hash[i]);
}

void digest_response(const struct challenge *challenge, const struct digest_answer *answer,
                     char to[65])
{
    char ha1[65], ha2[65];
    struct sb text = SB_MAX(4096);
    sb_addf(&text, "%s:%s:%s", answer->username, challenge->realm, answer->password);
    hash_hex(challenge, sb_text(&text), ha1);
    explicit_bzero(text.text, text.cap);
    sb_reset(&text);
    sb_addf(&text, "%s:%s", answer->method, answer->uri);
    hash_hex(challenge, sb_text(&text), ha2);
    sb_reset(&text);
    if (challenge->has_qop_auth)
        sb_addf(&text, "%s:%s:%s:%s:auth:%s", ha1, challenge->nonce, NONCE_COUNT, answer->cnonce,
                ha2);
    else
        sb_addf(&text, "%s:%s:%s", ha1, challenge->nonce, ha2);
    hash_hex(challenge, sb_text(&text), to);
    sb_done(&text);
}

void digest_header(const struct challenge *challenge, const struct digest_answer *answer,
                   struct sb *header)
{
    char response[65];
    digest_response(challenge, answer, response);
    sb_addf(header,
            "Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\"",
            answer->username, challenge->realm, challenge->nonce, answer->uri, response);
    if (challenge->algorithm[0])
        sb_addf(header, ", algorithm=%s", challenge->algorithm);
    if (challenge->opaque[0])
        sb_addf(header, ", opaque=\"%s\"", challenge->opaque);
    if (challenge->has_qop_auth)
        sb_addf(header, ", qop=auth, nc=" NONCE_COUNT ", cnonce=\"%s\"", answer->cnonce);
}
