/*
 * The floor for SIP: one NTA agent on UDP that challenges REGISTER and checks the digest, answered
 * statelessly, with no registrar behind it. Every user's password is "secret".
 *
 *   bench_sip_bare DOMAIN   prints its port, serves on loopback until stdin ends
 */
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <sofia-sip/msg_header.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport.h>

struct bare {
    su_root_t *root;
    const char *domain;
    EVP_MD *md5;
    EVP_MD_CTX *ctx;
    unsigned long nonces;
};

/* MD5 of "a:b:c" in hex. */
static void bare_hash(struct bare *bare, const char *a, const char *b, const char *c, char out[33])
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    EVP_DigestInit_ex(bare->ctx, bare->md5, NULL);
    EVP_DigestUpdate(bare->ctx, a, strlen(a));
    EVP_DigestUpdate(bare->ctx, ":", 1);
    EVP_DigestUpdate(bare->ctx, b, strlen(b));
    if (c) {
        EVP_DigestUpdate(bare->ctx, ":", 1);
        EVP_DigestUpdate(bare->ctx, c, strlen(c));
    }
    EVP_DigestFinal_ex(bare->ctx, sum, NULL);
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* The value of a digest parameter without its quotes; "" when absent. */
static void bare_param(const msg_auth_t *auth, const char *name, char *out, size_t size)
{
    const char *value = msg_header_find_param(auth->au_common, name);
    out[0] = 0;
    if (!value)
        return;
    if (*value == '"')
        value++;
    snprintf(out, size, "%s", value);
    out[strcspn(out, "\"")] = 0;
}

static bool bare_check(struct bare *bare, const sip_authorization_t *auth)
{
    char user[128], nonce[128], uri[256], response[64], ha1[33], ha2[33], want[33];
    bare_param(auth, "username=", user, sizeof user);
    bare_param(auth, "nonce=", nonce, sizeof nonce);
    bare_param(auth, "uri=", uri, sizeof uri);
    bare_param(auth, "response=", response, sizeof response);
    bare_hash(bare, user, bare->domain, "secret", ha1);
    bare_hash(bare, "REGISTER", uri, NULL, ha2);
    bare_hash(bare, ha1, nonce, ha2, want);
    return strcmp(want, response) == 0;
}

static int bare_message(nta_agent_magic_t *magic, nta_agent_t *agent, msg_t *msg, sip_t *sip)
{
    struct bare *bare = (struct bare *)magic;
    if (!sip || !sip->sip_request) {
        msg_destroy(msg);
    } else if (sip->sip_authorization && bare_check(bare, sip->sip_authorization)) {
        nta_msg_treply(agent, msg, SIP_200_OK, SIPTAG_CONTACT(sip->sip_contact),
                       SIPTAG_EXPIRES_STR("60"), TAG_END());
    } else {
        char challenge[256];
        snprintf(challenge, sizeof challenge, "Digest realm=\"%s\", nonce=\"%lx\"", bare->domain,
                 ++bare->nonces);
        nta_msg_treply(agent, msg, SIP_401_UNAUTHORIZED, SIPTAG_WWW_AUTHENTICATE_STR(challenge),
                       TAG_END());
    }
    return 0;
}

static int bare_stdin(su_root_magic_t *magic, su_wait_t *wait, su_wakeup_arg_t *arg)
{
    su_root_break(((struct bare *)arg)->root);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: bench_sip_bare DOMAIN\n");
        return 2;
    }
    struct bare bare = {.domain = argv[1]};
    bare.md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    bare.ctx = EVP_MD_CTX_new();
    su_init();
    bare.root = su_root_create(NULL);
    nta_agent_t *agent =
        nta_agent_create(bare.root, (url_string_t *)"sip:127.0.0.1:*;transport=udp", bare_message,
                         (nta_agent_magic_t *)&bare, TAG_END());
    if (!agent)
        return 3;
    printf("%s\n", tport_name(tport_primaries(nta_agent_tports(agent)))->tpn_port);
    fflush(stdout);
    su_wait_t wait;
    su_wait_create(&wait, 0, SU_WAIT_IN);
    su_root_register(bare.root, &wait, bare_stdin, (su_wakeup_arg_t *)&bare, 0);
    su_root_run(bare.root);
    nta_agent_destroy(agent);
    su_root_destroy(bare.root);
    su_deinit();
    EVP_MD_CTX_free(bare.ctx);
    EVP_MD_free(bare.md5);
    return 0;
}
