/* Authorize URL, exchange, refresh; see oauth.h. */
#include "oauth.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void oauth_challenge(const char *verifier, char to[44])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char hash[33] = {0}; /* one byte of zero bits ends the last group */
    if (EVP_Digest(verifier, strlen(verifier), hash, NULL, EVP_sha256(), NULL) != 1)
        abort();
    for (int i = 0; i < 43; i++) {
        int bit = i * 6, byte = bit / 8;
        unsigned pair = (unsigned)hash[byte] << 8 | hash[byte + 1];
        to[i] = alphabet[pair >> (10 - bit % 8) & 63];
    }
    to[43] = '\0';
}

void oauth_pkce(struct rnd *rnd, struct pkce *ret_pkce)
{
    rnd_hex(rnd, ret_pkce->state, 32);
    rnd_hex(rnd, ret_pkce->verifier, 64);
    oauth_challenge(ret_pkce->verifier, ret_pkce->challenge);
}

void oauth_authorize_url(const struct settings *settings, const struct pkce *pkce,
                         const char *prompt, struct sb *url)
{
    struct sb query = SB_MAX(8192);
    sb_add_pair(&query, "response_type", "code");
    sb_add_pair(&query, "client_id", settings->client_id);
    sb_add_pair(&query, "redirect_uri", settings->redirect_uri);
    sb_add_pair(&query, "state", pkce->state);
    sb_add_pair(&query, "brand_id", settings->brand);
    sb_add_pair(&query, "code_challenge", pkce->challenge);
    sb_add_pair(&query, "code_challenge_method", "S256");
    if (prompt)
        sb_add_pair(&query, "prompt", prompt);
    sb_addf(url, "%s/restapi/oauth/authorize?%s", settings->base_url, sb_text(&query));
    sb_done(&query);
}

static bool ask_token(struct web *web, const struct settings *settings, struct sb *form,
                      int64_t now_ms, struct grant *grant, struct apierr *err)
{
    bool has_secret = settings->client_secret[0] != '\0';
    struct sb url = SB_MAX(2048);
    struct web_reply reply;
    if (!has_secret)
        sb_add_pair(form, "client_id", settings->client_id);
    sb_addf(&url, "%s/restapi/oauth/token", settings->base_url);
    web_send(web,
             &(struct web_request){.url = sb_text(&url),
                                   .form = sb_text(form),
                                   .basic_user = has_secret ? settings->client_id : NULL,
                                   .basic_password = settings->client_secret,
                                   .ca_file = settings->ca_file},
             &reply);
    bool is_ok = reply.status == 200 && grant_read(grant, reply.body, now_ms);
    apierr_read(&reply, err);
    if (!is_ok && reply.status == 200)
        text_copy(err->message, sizeof(err->message), "the answer holds no token");
    explicit_bzero(reply.body, reply.body_len);
    web_reply_done(&reply);
    explicit_bzero(form->text, form->cap);
    sb_done(form);
    sb_done(&url);
    return is_ok;
}

bool oauth_exchange(struct web *web, const struct settings *settings, const struct pkce *pkce,
                    const char *code, int64_t now_ms, struct grant *grant, struct apierr *err)
{
    struct sb form = SB_MAX(16384);
    sb_add_pair(&form, "grant_type", "authorization_code");
    sb_add_pair(&form, "code", code);
    sb_add_pair(&form, "redirect_uri", settings->redirect_uri);
    sb_add_pair(&form, "code_verifier", pkce->verifier);
    return ask_token(web, settings, &form, now_ms, grant, err);
}

bool oauth_refresh(struct web *web, const struct settings *settings, int64_t now_ms,
                   struct grant *grant, struct apierr *err)
{
    struct sb form = SB_MAX(16384);
    sb_add_pair(&form, "grant_type", "refresh_token");
    sb_add_pair(&form, "refresh_token", grant->refresh_token);
    return ask_token(web, settings, &form, now_ms, grant, err);
}

bool oauth_is_final(const struct apierr *err)
{
    return err->status >= 400 && err->status < 500 && strcmp(err->error, "invalid_grant") == 0;
}
