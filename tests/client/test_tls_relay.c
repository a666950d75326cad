/* The page over HTTPS: certificates, cookies, what is refused, and a great many bytes both ways. */
#include "cert_files.h"
#include "web_rig.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static void write_files(const char *cert_path, const char *key_path)
{
    write_cert(cert_path, key_path, "IP:127.0.0.1", 3600);
}

struct tls_rig {
    void *web; /* struct web_rig */
    char cert[128], key[128];
};

static int given_files(void **state)
{
    struct tls_rig *rig = calloc(1, sizeof(*rig));
    given_store(&rig->web);
    struct web_rig *web = rig->web;
    snprintf(rig->cert, sizeof(rig->cert), "%s/cert.pem", web->dir);
    snprintf(rig->key, sizeof(rig->key), "%s/key.pem", web->dir);
    write_files(rig->cert, rig->key);
    web->options.tls_cert = rig->cert;
    web->options.tls_key = rig->key;
    *state = rig;
    return 0;
}

static int given_https(void **state)
{
    given_files(state);
    start_tenant(((struct tls_rig *)*state)->web);
    return 0;
}

static int no_https(void **state)
{
    struct tls_rig *rig = *state;
    unlink(rig->cert);
    unlink(rig->key);
    int code = no_page(&rig->web);
    free(rig);
    return code;
}

/* One request over TLS, by somebody who trusts the file `ca`; curl's code, the status and headers. */
static CURLcode ask(const struct tls_rig *rig, const char *ca, const char *path, const char *body,
                    long *ret_status, struct sb *headers)
{
    const struct web_rig *web = rig->web;
    CURL *curl = curl_easy_init();
    struct sb page = SB_MAX(1u << 22);
    char url[200];
    snprintf(url, sizeof(url), "https://127.0.0.1:%d%s", tenant_port(web->tenant), path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    if (ca)
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
    if (body)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &page);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, headers);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
    curl_easy_cleanup(curl);
    sb_done(&page);
    return code;
}

static void the_page_answers_whoever_trusts_its_certificate(void **state)
{
    struct tls_rig *rig = *state;
    struct sb headers = SB_MAX(65536);
    long status;
    assert_int_equal(ask(rig, rig->cert, "/login", NULL, &status, &headers), CURLE_OK);
    assert_int_equal(status, 200);
    assert_non_null(strstr(sb_text(&headers), "rc_login="));
    assert_non_null(strstr(sb_text(&headers), "; Secure"));
    assert_null(strstr(sb_text(&headers), "Strict-Transport-Security")); /* a name of loopback */
    sb_reset(&headers);
    assert_int_equal(ask(rig, NULL, "/login", NULL, &status, &headers),
                     CURLE_PEER_FAILED_VERIFICATION);
    sb_done(&headers);
}

static void a_public_name_is_kept_to_https(void **state)
{
    struct tls_rig *rig = *state;
    struct web_rig *web = rig->web;
    struct settings live;
    struct grant grant;
    struct sb headers = SB_MAX(65536);
    char why[200];
    long status;
    read_slot(web, SLOT_LIVE, &live, &grant);
    snprintf(live.redirect_uri, sizeof(live.redirect_uri), "https://tenant.example/oauth/callback");
    struct store *store = store_open(web->db, true, why, sizeof(why));
    assert_true(store_settings_put(store, SLOT_LIVE, &live));
    store_free(store);
    web->options.port = 0;
    start_tenant(web);
    assert_int_equal(ask(rig, rig->cert, "/login", NULL, &status, &headers), CURLE_OK);
    assert_non_null(strstr(sb_text(&headers), "Strict-Transport-Security: max-age="));
    sb_done(&headers);
}

/* What does not fit the relay's buffers comes through whole, and too much is refused as ever. */
static void long_bodies_come_through(void **state)
{
    struct tls_rig *rig = *state;
    struct sb headers = SB_MAX(65536), body = SB_MAX(4u << 20);
    long status;
    sb_add(&body, "username=");
    for (int i = 0; i < 900; i++)
        sb_addf(&body, "%01000d", i);
    assert_int_equal(ask(rig, rig->cert, "/login", sb_text(&body), &status, &headers), CURLE_OK);
    assert_int_equal(status, 403); /* read to its end: no token in it */
    for (int i = 0; i < 200; i++)
        sb_addf(&body, "%01000d", i);
    CURLcode code = ask(rig, rig->cert, "/login", sb_text(&body), &status, &headers);
    assert_true(code == CURLE_OK || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR);
    assert_true(code != CURLE_OK || status == 413);
    sb_done(&headers);
    sb_done(&body);
}

static void who_never_speaks_or_speaks_no_tls_holds_up_nobody(void **state)
{
    struct tls_rig *rig = *state;
    struct web_rig *web = rig->web;
    struct sb headers = SB_MAX(65536);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)tenant_port(web->tenant)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fds[8];
    long status;
    char byte;
    for (int i = 0; i < 8; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(fds[i], (struct sockaddr *)&at, sizeof(at)), 0);
    }
    assert_true(send(fds[0], "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL) == 18);
    while (recv(fds[0], &byte, 1, 0) > 0) /* an alert, then the end */
        continue;
    assert_int_equal(ask(rig, rig->cert, "/login", NULL, &status, &headers), CURLE_OK);
    assert_int_equal(status, 200);
    for (int i = 0; i < 8; i++)
        close(fds[i]);
    sb_done(&headers);
}

static void wrong_files_are_told(void **state)
{
    struct tls_rig *rig = *state;
    struct web_rig *web = rig->web;
    char why[400] = "", other[160], other_key[160];
    snprintf(other, sizeof(other), "%s/other.pem", web->dir);
    snprintf(other_key, sizeof(other_key), "%s/other-key.pem", web->dir);
    write_files(other, other_key);
    const struct {
        const char *cert, *key, *want;
    } rows[] = {
        {"/nowhere/cert.pem", rig->key, "/nowhere/cert.pem: "},
        {rig->cert, "/nowhere/key.pem", "/nowhere/key.pem: "},
        {rig->key, rig->key, "key.pem: "},
        {rig->cert, other_key, "key values mismatch"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        web->options.tls_cert = rows[i].cert;
        web->options.tls_key = rows[i].key;
        assert_null(tenant_start(&web->options, why, sizeof(why)));
        if (strstr(why, rows[i].want) == NULL)
            fail_msg("wanted \"%s\", saw \"%s\"", rows[i].want, why);
    }
    unlink(other);
    unlink(other_key);
}

static void a_plain_way_back_is_refused_at_the_start(void **state)
{
    struct tls_rig *rig = *state;
    struct web_rig *web = rig->web;
    struct settings live;
    struct grant grant;
    char why[400] = "";
    read_slot(web, SLOT_LIVE, &live, &grant);
    snprintf(live.redirect_uri, sizeof(live.redirect_uri), "http://127.0.0.1:53210/oauth/callback");
    struct store *store = store_open(web->db, true, why, sizeof(why));
    assert_true(store_settings_put(store, SLOT_LIVE, &live));
    store_free(store);
    assert_null(tenant_start(&web->options, why, sizeof(why)));
    assert_non_null(strstr(why, "is no https address"));
}

int main(void)
{
#define HTTPS(name) cmocka_unit_test_setup_teardown(name, given_https, no_https)
#define FILES(name) cmocka_unit_test_setup_teardown(name, given_files, no_https)
    const struct CMUnitTest tests[] = {
        HTTPS(the_page_answers_whoever_trusts_its_certificate),
        FILES(a_public_name_is_kept_to_https),
        HTTPS(long_bodies_come_through),
        HTTPS(who_never_speaks_or_speaks_no_tls_holds_up_nobody),
        FILES(wrong_files_are_told),
        FILES(a_plain_way_back_is_refused_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
