#include "front/cert.h"

#include "base/hash.h"

#include <arpa/inet.h>
#include <assert.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400, CA_DAYS = 365, LEAF_DAYS = 90, NAME_MAX_LEN = 255 };

/* The columns in which certificates that are wrong differ from good ones. */
static const struct {
    int from_days, until_days; /* from now */
    bool is_elsewhere, is_of_itself, is_of_other_ca;
} kinds[FAULT_CERT_COUNT] = {
    [FAULT_CERT_NONE] = {.from_days = -1, .until_days = LEAF_DAYS},
    [FAULT_CERT_EXPIRED] = {.from_days = -LEAF_DAYS, .until_days = -1},
    [FAULT_CERT_NOT_YET] = {.from_days = 1, .until_days = LEAF_DAYS},
    [FAULT_CERT_WRONG_HOST] = {-1, LEAF_DAYS, .is_elsewhere = true},
    [FAULT_CERT_SELF_SIGNED] = {-1, LEAF_DAYS, .is_of_itself = true},
    [FAULT_CERT_UNKNOWN_CA] = {-1, LEAF_DAYS, .is_of_other_ca = true},
};

void cert_done(struct cert *cert)
{
    X509_free(cert->x509);
    EVP_PKEY_free(cert->key);
    *cert = (struct cert){0};
}

static void set_name(X509_NAME *name, const char *field, const char *text)
{
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0);
}

static void extend(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert(extension);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

/* All but names, extensions and signature. */
static void begin(struct cert *cert, int from_days, int until_days)
{
    unsigned char serial[16];
    hash_random(serial, sizeof serial);
    serial[0] &= 0x7f; /* positive, RFC 5280 section 4.1.2.2 */
    cert->key = EVP_EC_gen("P-256");
    cert->x509 = X509_new();
    assert(cert->key && cert->x509);
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert->x509));
    BN_free(number);
    X509_set_version(cert->x509, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(cert->x509), (long)from_days * DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(cert->x509), (long)until_days * DAY_S);
}

/* X509_set_pubkey() writes and reads the key with each of the library's coders, some 2 ms. What an
 * authority's is for, to be written out, takes the point alone (RFC 5480 section 2). */
static void set_point(struct cert *cert)
{
    unsigned char *point = NULL;
    size_t len = EVP_PKEY_get1_encoded_public_key(cert->key, &point);
    int done = X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(cert->x509),
                                      OBJ_nid2obj(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT,
                                      OBJ_nid2obj(NID_X9_62_prime256v1), point, (int)len);
    assert(done);
    (void)done;
}

void cert_make_ca(struct cert *ret)
{
    char name[64];
    unsigned char tail[4];
    begin(ret, -1, CA_DAYS);
    set_point(ret);
    /* Clients look an authority up by its name: no two have the same. */
    hash_random(tail, sizeof tail);
    snprintf(name, sizeof name, "mockrc test CA %02x%02x%02x%02x", tail[0], tail[1], tail[2],
             tail[3]);
    set_name(X509_get_subject_name(ret->x509), "O", "mockrc");
    set_name(X509_get_subject_name(ret->x509), "CN", name);
    X509_set_issuer_name(ret->x509, X509_get_subject_name(ret->x509));
    extend(ret->x509, ret->x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    extend(ret->x509, ret->x509, NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(ret->x509, ret->x509, NID_subject_key_identifier, "hash");
    X509_sign(ret->x509, ret->key, EVP_sha256());
}

/* One name a line into the stack: addresses and names are told apart by their form. */
static void add_names(GENERAL_NAMES *all, const char *names)
{
    for (const char *at = names; *at;) {
        size_t len = strcspn(at, "\n");
        char name[NAME_MAX_LEN + 1];
        unsigned char address[16];
        snprintf(name, sizeof name, "%.*s", (int)(len < NAME_MAX_LEN ? len : NAME_MAX_LEN), at);
        at += len + (at[len] == '\n');
        if (!name[0])
            continue;
        int address_len = inet_pton(AF_INET, name, address) == 1    ? 4
                          : inet_pton(AF_INET6, name, address) == 1 ? 16
                                                                    : 0;
        ASN1_STRING *text = address_len ? (ASN1_STRING *)ASN1_OCTET_STRING_new()
                                        : (ASN1_STRING *)ASN1_IA5STRING_new();
        ASN1_STRING_set(text, address_len ? (const void *)address : name,
                        address_len ? address_len : -1);
        GENERAL_NAME *general = GENERAL_NAME_new();
        GENERAL_NAME_set0_value(general, address_len ? GEN_IPADD : GEN_DNS, text);
        sk_GENERAL_NAME_push(all, general);
    }
}

void cert_issue(const struct cert *ca, const char *names, enum fault_certificate wrong,
                struct cert *ret)
{
    struct cert other = {0};
    begin(ret, kinds[wrong].from_days, kinds[wrong].until_days);
    X509_set_pubkey(ret->x509, ret->key);
    if (kinds[wrong].is_of_other_ca) {
        cert_make_ca(&other);
        X509_set_subject_name(other.x509, X509_get_subject_name(ca->x509));
        ca = &other;
    } else if (kinds[wrong].is_of_itself) {
        ca = ret;
    }
    if (kinds[wrong].is_elsewhere)
        names = "wrong.host.invalid";
    char first[65]; /* the common name has at most 64 (RFC 5280 upper bounds) */
    snprintf(first, sizeof first, "%.*s", (int)strcspn(names, "\n"), names);
    set_name(X509_get_subject_name(ret->x509), "O", "mockrc");
    set_name(X509_get_subject_name(ret->x509), "CN", first);
    X509_set_issuer_name(ret->x509, X509_get_subject_name(ca->x509));
    extend(ret->x509, ca->x509, NID_basic_constraints, "critical,CA:FALSE");
    extend(ret->x509, ca->x509, NID_key_usage, "critical,digitalSignature");
    extend(ret->x509, ca->x509, NID_ext_key_usage, "serverAuth");
    extend(ret->x509, ca->x509, NID_subject_key_identifier, "hash");
    if (ca != ret)
        extend(ret->x509, ca->x509, NID_authority_key_identifier, "keyid");
    GENERAL_NAMES *all = GENERAL_NAMES_new();
    add_names(all, names);
    if (sk_GENERAL_NAME_num(all) > 0)
        X509_add1_ext_i2d(ret->x509, NID_subject_alt_name, all, 0, 0);
    GENERAL_NAMES_free(all);
    X509_sign(ret->x509, ca->key, EVP_sha256());
    cert_done(&other);
}

void cert_pem(const struct cert *cert, struct buf *out)
{
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, cert->x509);
    long len = BIO_get_mem_data(bio, &text);
    buf_add(out, text, (size_t)len);
    BIO_free(bio);
}

size_t cert_count(const char *pem)
{
    size_t count = 0;
    X509 *one;
    BIO *bio = BIO_new_mem_buf(pem, -1);
    while ((one = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        X509_free(one);
        count++;
    }
    bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    BIO_free(bio);
    return is_end ? count : 0;
}
