/*
 * Certificates of a test, as two PEM files: each vouches for itself, for the names and the time given.
 */
#ifndef RC_CLIENT_TESTS_CERT_FILES_H
#define RC_CLIENT_TESTS_CERT_FILES_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "support/cmocka_all.h"

/* `names` as OpenSSL writes them ("IP:127.0.0.1,DNS:a.example"); it ends `life_s` from now. */
static inline void write_cert(const char *cert_path, const char *key_path, const char *names,
                              long life_s)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    X509V3_CTX ctx;
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -7200);
    X509_gmtime_adj(X509_getm_notAfter(cert), life_s);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)"tenant", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
    X509_EXTENSION *list = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, names);
    X509_add_ext(cert, list, -1);
    X509_EXTENSION_free(list);
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    FILE *file = fopen(cert_path, "we");
    assert_true(PEM_write_X509(file, cert));
    fclose(file);
    file = fopen(key_path, "we");
    assert_true(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
    fclose(file);
    X509_free(cert);
    EVP_PKEY_free(key);
}

#endif
