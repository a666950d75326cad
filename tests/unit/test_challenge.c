#include "support/cmocka_all.h"

#include "sip/challenge.h"
#include "support/sip_digest.h"
#include "support/sip_world.h"

/* One client in front of proxy "a", with the right secret until a test says otherwise. */
struct scene {
    struct world *world;
    struct arena arena;
    struct sip_request request;
    struct sip_secret secret;
    const struct device *device;
    const char *reason;
};

static int given_scene(void **state)
{
    struct scene *scene = xcalloc(1, sizeof *scene);
    scene->world = sip_world_new();
    scene->request.method = "REGISTER";
    scene->request.proxy = proxy_named(scene->world, "a");
    scene->secret = (struct sip_secret){.username = "802001", .password = "pw"};
    scene->device = device_by_id(scene->world, "802001");
    *state = scene;
    return 0;
}

static int done(void **state)
{
    struct scene *scene = *state;
    arena_done(&scene->arena);
    world_free(scene->world);
    free(scene);
    return 0;
}

static const char *challenged(struct scene *scene, bool is_stale)
{
    return challenge_text(scene->world, &scene->arena, scene->request.proxy, is_stale);
}

static void answers(struct scene *scene)
{
    sip_answer_challenge(&scene->arena, &scene->request, challenged(scene, false), &scene->secret);
}

static enum challenge_result judged(struct scene *scene)
{
    return challenge_check(scene->world, &scene->request, scene->device, &scene->reason);
}

static void knob(struct scene *scene, const char *name, const char *value)
{
    assert_true(knobs_set(&scene->world->knobs, name, value, NULL));
}

static void the_challenge_has_the_exact_form_clients_look_for(void **state)
{
    static const char start[] = "Digest realm=\"d.test\", nonce=\"";
    const char *text = challenged(*state, true);
    assert_int_equal(strncmp(text, start, strlen(start)), 0);
    const char *nonce = text + strlen(start);
    assert_int_equal(strspn(nonce, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789+/"),
                     32);
    assert_string_equal(nonce + 32, "\"");
}

static void knobs_add_to_the_challenge(void **state)
{
    static const struct {
        const char *knob, *value, *want;
        bool is_stale;
    } rows[] = {
        {"sip.nonce_stale_flag", "true", "\", stale=true", true},
        {"sip.nonce_stale_flag", "true", "\"", false},
        {"sip.qop", "auth", "\", qop=\"auth\"", false},
        {"sip.algorithm", "SHA-256", "\", algorithm=SHA-256", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        knobs_init(&scene->world->knobs);
        knob(scene, rows[i].knob, rows[i].value);
        const char *text = challenged(scene, rows[i].is_stale);
        const char *rest = strstr(text, "nonce=\"") + strlen("nonce=\"") + NONCE_LEN;
        if (strcmp(rest, rows[i].want) != 0)
            fail_msg("%s=%s: %s", rows[i].knob, rows[i].value, text);
    }
}

/* The test vector of sip.md 3.5; its nonce is not ours, so the digest alone is compared. */
static void the_published_digest_is_reproduced(void **state)
{
    struct scene *scene = *state;
    scene->request.credentials = (struct sip_credentials){.realm = "d.test", .nonce = "N1"};
    sip_sign(&scene->arena, &scene->request, &scene->secret);
    assert_string_equal(scene->request.credentials.response, "87794bf72ae8a5af787ecb36a0a1ba67");
}

static void the_right_answer_passes_until_the_last_millisecond_of_the_nonce(void **state)
{
    struct scene *scene = *state;
    answers(scene);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
    assert_null(scene->reason);
    clock_advance(scene->world, 299999);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
    clock_advance(scene->world, 1);
    assert_int_equal(judged(scene), CHALLENGE_STALE);
    assert_string_equal(scene->reason, "the nonce has expired");
}

static void an_expired_nonce_with_a_wrong_password_is_just_asked_again(void **state)
{
    struct scene *scene = *state;
    scene->secret.password = "old";
    answers(scene);
    clock_advance(scene->world, 300000);
    assert_int_equal(judged(scene), CHALLENGE_ASK);
}

static void the_uri_is_taken_as_sent(void **state)
{
    static const char *const uris[] = {"sip:d.test", "sip:17205550199@d.test", "sip:d.test:5060"};
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        struct scene *scene = *state;
        scene->request.credentials.uri = uris[i];
        answers(scene);
        assert_int_equal(judged(scene), CHALLENGE_PASS);
    }
}

/* What a client changes in good credentials, and what comes of it. */
static void bent_credentials_are_told_from_good_ones(void **state)
{
    struct row {
        const char *label;
        struct sip_credentials with; /* what is set here replaces */
        enum challenge_result want;
    };
    static const struct row rows[] = {
        {"algorithm MD5", {.algorithm = "MD5"}, CHALLENGE_PASS},
        {"algorithm md5", {.algorithm = "md5"}, CHALLENGE_PASS},
        {"algorithm SHA-256", {.algorithm = "SHA-256"}, CHALLENGE_ASK},
        {"algorithm MD5-sess", {.algorithm = "MD5-sess"}, CHALLENGE_ASK},
        {"another realm", {.realm = "other.test"}, CHALLENGE_ASK},
        {"realm with port", {.realm = "d.test:5060"}, CHALLENGE_ASK},
        {"longer realm", {.realm = "d.testing"}, CHALLENGE_ASK},
        {"wrong response", {.response = "00000000000000000000000000000000"}, CHALLENGE_BAD},
        {"short response", {.response = "0"}, CHALLENGE_BAD},
        {"empty response", {.response = ""}, CHALLENGE_BAD},
        {"other uri than signed", {.uri = "sip:e.test"}, CHALLENGE_BAD},
        {"user name for id", {.username = SIP_WORLD_AOR}, CHALLENGE_BAD},
        {"empty nonce", {.nonce = ""}, CHALLENGE_ASK},
        {"foreign nonce", {.nonce = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, CHALLENGE_ASK},
        {"no base64", {.nonce = "????????????????????????????????"}, CHALLENGE_ASK},
        {"qop without nc", {.qop = "auth", .cnonce = "c"}, CHALLENGE_MALFORMED},
        {"qop without cnonce", {.qop = "auth", .nc = "00000001"}, CHALLENGE_MALFORMED},
        {"qop auth-int", {.qop = "auth-int", .cnonce = "c", .nc = "00000001"}, CHALLENGE_MALFORMED},
        {"nc of 7", {.qop = "auth", .cnonce = "c", .nc = "0000001"}, CHALLENGE_MALFORMED},
        {"nc of 9", {.qop = "auth", .cnonce = "c", .nc = "000000001"}, CHALLENGE_MALFORMED},
        {"nc no hex", {.qop = "auth", .cnonce = "c", .nc = "0000000g"}, CHALLENGE_MALFORMED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        const struct sip_credentials *with = &rows[i].with;
        struct sip_credentials *sent = &scene->request.credentials;
        *sent = (struct sip_credentials){0};
        answers(scene);
        sent->algorithm = with->algorithm;
        sent->qop = with->qop;
        sent->cnonce = with->cnonce;
        sent->nc = with->nc;
        sent->realm = with->realm ? with->realm : sent->realm;
        sent->uri = with->uri ? with->uri : sent->uri;
        sent->username = with->username ? with->username : sent->username;
        sent->nonce = with->nonce ? with->nonce : sent->nonce;
        sent->response = with->response ? with->response : sent->response;
        enum challenge_result result = judged(scene);
        if (result != rows[i].want)
            fail_msg("%s: %d, not %d (%s)", rows[i].label, result, rows[i].want, scene->reason);
    }
}

static void credentials_without_their_parts_are_malformed(void **state)
{
    struct scene *scene = *state;
    answers(scene);
    const struct sip_credentials good = scene->request.credentials;
    const char **parts[] = {&scene->request.credentials.username, &scene->request.credentials.realm,
                            &scene->request.credentials.nonce, &scene->request.credentials.uri,
                            &scene->request.credentials.response};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        scene->request.credentials = good;
        *parts[i] = NULL;
        assert_int_equal(judged(scene), CHALLENGE_MALFORMED);
    }
    scene->request.has_credentials = false;
    assert_int_equal(judged(scene), CHALLENGE_ASK);
}

static void the_port_in_the_realm_is_taken_by_knob_only(void **state)
{
    struct scene *scene = *state;
    answers(scene);
    scene->request.credentials.realm = "d.test:5060";
    sip_sign(&scene->arena, &scene->request, &scene->secret);
    assert_int_equal(judged(scene), CHALLENGE_ASK);
    knob(scene, "sip.accept_port_in_domain", "true");
    assert_int_equal(judged(scene), CHALLENGE_PASS);
}

static void a_nonce_belongs_to_its_proxy_and_to_this_world(void **state)
{
    struct scene *scene = *state;
    answers(scene);
    scene->request.proxy = proxy_named(scene->world, "b");
    assert_int_equal(judged(scene), CHALLENGE_ASK);
    scene->request.proxy = proxy_named(scene->world, "a");
    scene->world->seed = 2;
    assert_int_equal(judged(scene), CHALLENGE_ASK);
}

static void one_changed_character_makes_a_nonce_foreign(void **state)
{
    struct scene *scene = *state;
    char nonce[NONCE_LEN + 1];
    for (int i = 0; i < NONCE_LEN; i++) {
        challenge_nonce(scene->world, scene->request.proxy, nonce);
        nonce[i] = nonce[i] == 'A' ? 'B' : 'A';
        scene->request.credentials = (struct sip_credentials){.realm = "d.test", .nonce = nonce};
        sip_sign(&scene->arena, &scene->request, &scene->secret);
        assert_int_equal(judged(scene), CHALLENGE_ASK);
    }
}

static void nonces_of_one_moment_differ(void **state)
{
    struct scene *scene = *state;
    char one[NONCE_LEN + 1], two[NONCE_LEN + 1];
    challenge_nonce(scene->world, scene->request.proxy, one);
    challenge_nonce(scene->world, scene->request.proxy, two);
    assert_string_not_equal(one, two);
}

static void nobodys_address_is_refused_like_a_wrong_password(void **state)
{
    struct scene *scene = *state;
    answers(scene);
    scene->device = NULL;
    assert_int_equal(judged(scene), CHALLENGE_BAD);
    assert_string_equal(scene->reason, "no device has this address");
}

static void a_changed_password_fails_at_once(void **state)
{
    struct scene *scene = *state;
    answers(scene);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
    xset(&((struct device *)scene->device)->sip_password, "new");
    assert_int_equal(judged(scene), CHALLENGE_BAD);
    assert_string_equal(scene->reason, "the password is wrong");
}

static void an_old_password_stays_good_for_its_overlap(void **state)
{
    struct scene *scene = *state;
    struct device *device = (struct device *)scene->device;
    xset(&device->sip_password_old, "old");
    device->sip_old_until_ms = SIP_WORLD_START_MS + 60000;
    scene->secret.password = "old";
    answers(scene);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
    clock_advance(scene->world, 59999);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
    clock_advance(scene->world, 1);
    assert_int_equal(judged(scene), CHALLENGE_BAD);
    scene->secret.password = "pw";
    answers(scene);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
}

static void sha256_is_checked_when_the_knob_says_so(void **state)
{
    struct scene *scene = *state;
    knob(scene, "sip.algorithm", "SHA-256");
    scene->secret.kind = HASH_SHA256;
    answers(scene);
    assert_int_equal(judged(scene), CHALLENGE_ASK); /* no algorithm means MD5 */
    scene->request.credentials.algorithm = "SHA-256";
    assert_int_equal(judged(scene), CHALLENGE_PASS);
    assert_int_equal(strlen(scene->request.credentials.response), 64);
}

static void a_nonce_count_must_rise(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *nc;
        enum challenge_result want;
    } rows[] = {
        {"00000001", CHALLENGE_PASS}, {"00000001", CHALLENGE_BAD},  {"00000002", CHALLENGE_PASS},
        {"00000001", CHALLENGE_BAD},  {"0000000A", CHALLENGE_PASS}, {"00000009", CHALLENGE_BAD},
        {"ffffffff", CHALLENGE_PASS},
    };
    knob(scene, "sip.qop", "auth");
    answers(scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scene->secret.nc = rows[i].nc;
        sip_sign(&scene->arena, &scene->request, &scene->secret);
        enum challenge_result result = judged(scene);
        if (result != rows[i].want)
            fail_msg("row %zu, nc %s: %d", i, rows[i].nc, result);
    }
}

static void a_count_that_may_be_forgotten_is_asked_for_again(void **state)
{
    struct scene *scene = *state;
    char first[NONCE_LEN + 1], unused[NONCE_LEN + 1];
    challenge_nonce(scene->world, scene->request.proxy, unused);
    challenge_nonce(scene->world, scene->request.proxy, first);
    scene->secret.nc = "00000001";
    scene->request.credentials = (struct sip_credentials){.realm = "d.test", .nonce = first};
    sip_sign(&scene->arena, &scene->request, &scene->secret);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
    for (int i = 0; i < NONCES_MAX; i++) {
        scene->request.credentials = (struct sip_credentials){0};
        answers(scene);
        assert_int_equal(judged(scene), CHALLENGE_PASS);
    }
    const char *old[] = {first, unused};
    for (size_t i = 0; i < 2; i++) {
        scene->request.credentials = (struct sip_credentials){.realm = "d.test", .nonce = old[i]};
        sip_sign(&scene->arena, &scene->request, &scene->secret);
        assert_int_equal(judged(scene), CHALLENGE_STALE);
    }
}

static void without_qop_a_nonce_serves_again(void **state)
{
    struct scene *scene = *state;
    knob(scene, "sip.qop", "auth"); /* the vendor's SDKs ignore the offer */
    answers(scene);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
    assert_int_equal(judged(scene), CHALLENGE_PASS);
}

#define in_scene(test) cmocka_unit_test_setup_teardown(test, given_scene, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(the_challenge_has_the_exact_form_clients_look_for),
        in_scene(knobs_add_to_the_challenge),
        in_scene(the_published_digest_is_reproduced),
        in_scene(the_right_answer_passes_until_the_last_millisecond_of_the_nonce),
        in_scene(an_expired_nonce_with_a_wrong_password_is_just_asked_again),
        in_scene(the_uri_is_taken_as_sent),
        in_scene(bent_credentials_are_told_from_good_ones),
        in_scene(credentials_without_their_parts_are_malformed),
        in_scene(the_port_in_the_realm_is_taken_by_knob_only),
        in_scene(a_nonce_belongs_to_its_proxy_and_to_this_world),
        in_scene(one_changed_character_makes_a_nonce_foreign),
        in_scene(nonces_of_one_moment_differ),
        in_scene(nobodys_address_is_refused_like_a_wrong_password),
        in_scene(a_changed_password_fails_at_once),
        in_scene(an_old_password_stays_good_for_its_overlap),
        in_scene(sha256_is_checked_when_the_knob_says_so),
        in_scene(a_nonce_count_must_rise),
        in_scene(a_count_that_may_be_forgotten_is_asked_for_again),
        in_scene(without_qop_a_nonce_serves_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
