/* What an admin types and what a provider or a proxy answers: host[:port], redirects, challenges.
 */
#include "digest.h"
#include "hostport.h"
#include "signin.h"

#include "fuzz.d/fuzz.h"

static void fuzz_hostport(const char *text)
{
    struct hostport hp, again;
    char why[256] = "", typed[300];
    if (!hostport_parse(text, &hp, why, sizeof why)) {
        assert(why[0]);
        return;
    }
    assert(hp.host[0] && hp.port >= 0 && hp.port <= 65535);
    /* What is shown of it can be typed again and means the same. */
    assert(hostport_parse(hostport_text(&hp, typed, sizeof typed), &again, why, sizeof why));
    assert(hostport_same(&hp, &again, 5060));
}

static void fuzz_challenge(char *text)
{
    const char *params[9] = {0};
    char *save = NULL;
    size_t count = 0;
    for (char *one = strtok_r(text, ",", &save); one && count < 8; one = strtok_r(NULL, ",", &save))
        params[count++] = one;
    struct challenge challenge;
    if (!challenge_read(params, &challenge))
        return;
    struct digest_answer answer = {.username = "802001",
                                   .password = "pw",
                                   .method = "REGISTER",
                                   .uri = "sip:d.test",
                                   .cnonce = "c0"};
    char response[65];
    digest_response(&challenge, &answer, response);
    size_t len = strlen(response);
    assert((len == 32 || len == 64) && strspn(response, "0123456789abcdef") == len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    fuzz_hostport(text);
    struct landing landing;
    landing_read(text, &landing);
    assert(memchr(landing.code, 0, sizeof landing.code));
    landing_is_ours(text, "http://127.0.0.1:8765/callback");
    fuzz_challenge(text);
    free(text);
    return 0;
}
