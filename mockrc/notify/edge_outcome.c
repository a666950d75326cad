#include "notify/edge_outcome.h"

#include <stdio.h>

struct outcome {
    long code;
    enum errand_result result;
    const char *reason;
};

static const struct outcome failures[] = {
    {CURLE_OPERATION_TIMEDOUT, ERRAND_UNREACHABLE, "Read timed out"},
    {CURLE_COULDNT_CONNECT, ERRAND_UNREACHABLE, "Connection refused"},
    {CURLE_COULDNT_RESOLVE_HOST, ERRAND_UNREACHABLE, "Unknown host"},
    {CURLE_GOT_NOTHING, ERRAND_UNREACHABLE, "Connection closed without an answer"},
    {CURLE_RECV_ERROR, ERRAND_UNREACHABLE, "Connection reset"},
    {CURLE_SEND_ERROR, ERRAND_UNREACHABLE, "Connection reset"},
    {CURLE_SSL_CONNECT_ERROR, ERRAND_BAD_TLS, "TLS handshake failed"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERRAND_MALFORMED, "No HTTP answer"},
    {CURLE_WEIRD_SERVER_REPLY, ERRAND_MALFORMED, "No HTTP answer"},
    {CURLE_PARTIAL_FILE, ERRAND_MALFORMED, "Answer was cut"},
    {-1, ERRAND_MALFORMED, "Answer is not valid"},
};

/* By X.509's verification code (X509_V_ERR_...). libcurl checks the name by itself, with the code
 * still 1 (unspecified), and the chain after that. */
static const struct outcome distrusts[] = {
    {1, ERRAND_BAD_TLS, "Certificate is of another host"},
    {9, ERRAND_BAD_TLS, "Certificate is not valid yet"},
    {10, ERRAND_BAD_TLS, "Certificate has expired"},
    {18, ERRAND_BAD_TLS, "Certificate is self-signed"},
    {19, ERRAND_BAD_TLS, "Certificate's authority is not trusted"},
    {20, ERRAND_BAD_TLS, "Certificate's issuer is unknown: the chain is not complete"},
    {21, ERRAND_BAD_TLS, "Certificate's issuer is unknown: the chain is not complete"},
    {-1, ERRAND_BAD_TLS, "Certificate can not be trusted"},
};

static const struct outcome *find(const struct outcome *rows, long code)
{
    while (rows->code >= 0 && rows->code != code)
        rows++;
    return rows;
}

void edge_outcome(const struct curl_table *curl, CURL *easy, CURLcode code, const char *phrase,
                  struct errand *errand)
{
    long status = 0, verified = 0;
    const char *reason = "Answer is too large";
    curl->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl->easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verified);
    if (errand->result != ERRAND_TOO_LARGE && code == CURLE_OK) {
        errand->result = ERRAND_ANSWERED;
        errand->status = (int)status;
        reason = status / 100 == 2 ? "" : phrase;
    } else if (errand->result != ERRAND_TOO_LARGE) {
        const struct outcome *row = code == CURLE_PEER_FAILED_VERIFICATION
                                        ? find(distrusts, verified)
                                        : find(failures, code);
        errand->result = row->result;
        reason = row->reason;
    }
    snprintf(errand->reason, sizeof errand->reason, "%s", reason);
}
