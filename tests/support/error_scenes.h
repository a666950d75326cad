/*
 * How each REST error comes about, for test_rest_errors.c: a scene brings a fresh rest world to where
 * the row's call meets its error. Where the path depends on the scene, it is left in `target`.
 */
#ifndef MOCKRC_TESTS_ERROR_SCENES_H
#define MOCKRC_TESTS_ERROR_SCENES_H

#include "support/rest_world.h"

#include "api/errand.h"

#define BOB          ACCOUNT_PATH "/extension/7102"
#define SYNC         ACCOUNT_PATH "/call-log-sync"
#define SUBSCRIPTION "/restapi/v1.0/subscription"
#define SIPP         "/restapi/v1.0/client-info/sip-provision"
#define HOOK         "\"deliveryMode\":{\"transportType\":\"WebHook\",\"address\":\"http://cc.test/hook\"}"
#define SMS(to)      "{\"from\":{\"phoneNumber\":\"+12025550101\"},\"to\":[" to "],\"text\":\"x\"}"
#define CLIENT       "{\"phoneNumber\":\"+15557770001\"}"
#define FILTER(text) "{\"eventFilters\":[\"/restapi/v1.0/" text "\"]," HOOK "}"
#define SESSIONS     FILTER("account/~/telephony/sessions")
#define OVER_SOCKET                                                                                \
    "{\"eventFilters\":[\"/restapi/v1.0/account/~/telephony/sessions\"],\"deliveryMode\":"         \
    "{\"transportType\":\"WebSocket\"}}"
#define TO_BOB "{\"to\":[{\"extensionId\":\"7102\"}],\"text\":\"x\"}"

#define PART(type, data) "--b\r\nContent-Type: " type "\r\n\r\n" data "\r\n"
#define MMS(files)       PART("application/json", SMS(CLIENT)) files "--b--"
#define THREE(file)      file file file
#define ELEVEN(file)     MMS(THREE(THREE(file)) file file)

static char large_picture[1600000]; /* an MMS with more than 1,500,000 bytes of files */
static char target[700];            /* where a scene leads, when the row cannot know */

static inline struct user *named(struct rest *rest, const char *who)
{
    return user_named(rest->world, who);
}

static inline void add_call(struct rest *rest, int64_t duration_ms)
{
    uint32_t number;
    struct call_record record = {.start_ms = clock_now(rest->world) - duration_ms - 60000,
                                 .modified_ms = clock_now(rest->world),
                                 .duration_ms = (uint32_t)duration_ms,
                                 .user = 1,
                                 .queue = CALL_NO_QUEUE,
                                 .other = 15557770001,
                                 .has_recording = true};
    assert_true(call_log_append(rest->world, &record, &number));
}

static inline void aim_at_recording(struct rest *rest, int64_t duration_ms)
{
    char id[CALL_ID_LEN];
    add_call(rest, duration_ms);
    snprintf(target, sizeof target, "%s/recording/%s/content", ACCOUNT_PATH,
             recording_id(rest->world, 0, id));
}

static inline void aim_at_sync(struct rest *rest)
{
    assert_int_equal(rest_get(rest, SYNC "?recordCount=1"), 200);
    snprintf(target, sizeof target, "%s?syncType=ISync&syncToken=%s", SYNC,
             rest_text(rest, "syncInfo.syncToken"));
}

static inline void range_beyond(struct rest *rest)
{
    aim_at_recording(rest, 3000);
    rest_header(rest, "Range", "bytes=99999999-");
}

static inline void a_recording_longer_than_an_answer(struct rest *rest)
{
    aim_at_recording(rest, (int64_t)(WEB_REPLY_MAX / 16000 + 1) * 1000);
}

static inline void token_aged(struct rest *rest)
{
    aim_at_sync(rest);
    rest->world->knobs.sync_token_ttl_ms = 1000;
    clock_advance(rest->world, 2000);
}

static inline void too_much_changed(struct rest *rest)
{
    rest->world->knobs.sync_max = 1;
    add_call(rest, 1000);
    aim_at_sync(rest);
    clock_advance(rest->world, 120000);
    add_call(rest, 1000);
    add_call(rest, 1000);
}

static inline void log_was_reset(struct rest *rest)
{
    aim_at_sync(rest);
    rest->world->call_log_resets++;
}

static inline void others_store_token(struct rest *rest)
{
    assert_int_equal(rest_get(rest, OWN_PATH "/message-sync?syncType=FSync"), 200);
    snprintf(target, sizeof target, "%s/message-sync?syncType=ISync&syncToken=%s", OWN_PATH,
             rest_text(rest, "syncInfo.syncToken"));
    rest_as(rest, "Bob");
}

static inline void form_body(struct rest *rest)
{
    rest_header(rest, "Content-Type", "application/x-www-form-urlencoded");
}

static inline void untyped_body(struct rest *rest)
{
    rest->is_untyped = true;
}

static inline void body_past_the_limit(struct rest *rest)
{
    rest->is_too_large = true;
}

static inline void many_ids(struct rest *rest)
{
    snprintf(target, sizeof target, "%s/phone-number/9001", ACCOUNT_PATH);
    for (int i = 0; i < 50; i++)
        strcat(target, ",9001");
    (void)rest;
}

static inline void plain_body(struct rest *rest)
{
    rest_header(rest, "Content-Type", "text/plain");
}

static inline void strange_override(struct rest *rest)
{
    rest_header(rest, "X-HTTP-Method-Override", "FETCH");
}

static inline void an_answer_that_does_not_fit(struct rest *rest)
{
    rest->reply.body.max = 300;
}

static inline void called_too_often(struct rest *rest)
{
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    rest->world->knobs.rate_light = 1;
    rest_get(rest, OWN_PATH);
}

static inline void scope_taken(struct rest *rest)
{
    rest->session->scopes = SCOPE_BIT(READ_CALL_LOG);
}

static inline void no_socket_scope(struct rest *rest)
{
    rest->session->scopes &= ~SCOPE_BIT(WEB_SOCKET);
    rest->wsc = 1;
}

/* A call that rings: not yet one to be held. */
static inline void ringing_call(struct rest *rest)
{
    const struct switch_callee callee = {true, {.does = PARTY_RINGS, .after_ms = 1000}};
    struct phone_call *call = switch_begin(
        rest->world,
        &(struct switch_draft){.from = "+13035550199", .to = "101", .is_simulated = true});
    assert_non_null(call);
    switch_dial(rest->world, call, &callee);
    snprintf(target, sizeof target, "%s/telephony/sessions/s-%s/parties/p-%s-2/hold", ACCOUNT_PATH,
             call->api_id, call->api_id);
}

static inline void as_user_admin(struct rest *rest)
{
    named(rest, "Mia")->role = ROLE_USER_ADMIN;
    rest_as(rest, "Mia");
}

static inline void no_extension_number(struct rest *rest)
{
    xset(&named(rest, "Ann")->extension_number, NULL);
}

static inline void feature_off(struct rest *rest, const char *name)
{
    size_t feature;
    assert_true(account_feature_named(name, &feature));
    rest->world->accounts[0]->features_off = (uint64_t)1 << feature;
}

static inline void no_recording_in_the_plan(struct rest *rest)
{
    aim_at_recording(rest, 3000);
    feature_off(rest, "AutomaticInboundCallRecording");
}

static inline void no_phones_in_the_plan(struct rest *rest)
{
    feature_off(rest, "VoipCalling");
}

static inline void as_bob(struct rest *rest)
{
    rest_as(rest, "Bob");
}

static inline void as_nobody(struct rest *rest)
{
    rest_as(rest, NULL);
}

static inline void basic_instead_of_bearer(struct rest *rest)
{
    rest_as(rest, NULL);
    rest_header(rest, "Authorization", "Basic YWJjOmRlZg==");
}

static inline void token_of_nonsense(struct rest *rest)
{
    rest_as(rest, NULL);
    rest_header(rest, "Authorization", "Bearer <script>alert()</script>");
}

static inline void token_expired(struct rest *rest)
{
    clock_advance(rest->world, 3600000);
}

static inline void token_superseded(struct rest *rest)
{
    static char old[300];
    snprintf(old, sizeof old, "Bearer %s", rest->session->current.access);
    session_rotate(rest->world, rest->session, 3600000, 604800000);
    rest_as(rest, NULL);
    rest_header(rest, "Authorization", old);
}

static inline void password_changed(struct rest *rest)
{
    session_end(rest->world, rest->session, SESSION_PASSWORD_CHANGED, 42);
}

static inline void app_suspended(struct rest *rest)
{
    rest->app->status = APP_SUSPENDED;
}

static inline void sandbox_keys(struct rest *rest)
{
    rest->app->is_sandbox = true;
}

static inline void account_suspended(struct rest *rest)
{
    rest->world->accounts[0]->status = ACCOUNT_DISABLED;
}

static inline void user_deleted(struct rest *rest)
{
    named(rest, "Ann")->is_deleted = true;
}

static inline void user_frozen(struct rest *rest)
{
    named(rest, "Ann")->status = USER_FROZEN;
}

static inline void user_not_activated(struct rest *rest)
{
    named(rest, "Ann")->status = USER_NOT_ACTIVATED;
}

static inline void single_sign_on(struct rest *rest)
{
    named(rest, "Bob")->has_sso = true;
}

static inline void https_demanded(struct rest *rest)
{
    rest->world->knobs.sub_validation_require_https = 1;
}

/* What the receiver did when it was asked; api_resume is the edge's second call. */
static inline int outcome(struct rest *rest, const struct errand *came)
{
    return rest_resume(rest, SUBSCRIPTION, SESSIONS, came);
}

static const struct errand validated = {.result = ERRAND_ANSWERED,
                                        .status = 200,
                                        .has_token = true},
                           no_token = {.result = ERRAND_ANSWERED, .status = 200},
                           nobody = {.result = ERRAND_UNREACHABLE},
                           bad_tls = {.result = ERRAND_BAD_TLS},
                           angry = {.result = ERRAND_ANSWERED, .status = 500};

static inline void thirty_subscriptions(struct rest *rest)
{
    for (int i = 0; i < 30; i++) {
        rest_call(rest, "POST", SUBSCRIPTION, SESSIONS);
        assert_int_equal(outcome(rest, &validated), 200);
    }
}

/* The receiver of the first has not answered yet. */
static inline void asked_already(struct rest *rest)
{
    rest_call(rest, "POST", SUBSCRIPTION, SESSIONS);
    assert_non_null(rest->reply.errand);
}

static inline void wide_limit(struct rest *rest, int64_t *limit)
{
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    *limit = 1;
    assert_int_equal(rest_get(rest, OWN_PATH), 200);
}

static inline void company_called_too_often(struct rest *rest)
{
    wide_limit(rest, &rest->world->knobs.rate_account);
    rest_as(rest, "Bob");
}

static inline void all_called_too_often(struct rest *rest)
{
    wide_limit(rest, &rest->world->knobs.rate_global);
}

static inline void app_without_plan(struct rest *rest)
{
    rest->world->knobs.rate_limits = KNOB_RATE_NO_PLAN;
}

static inline void token_of_another_log(struct rest *rest)
{
    assert_int_equal(rest_get(rest, SYNC "?recordCount=1"), 200);
    snprintf(target, sizeof target, OWN_PATH "/call-log-sync?syncType=ISync&syncToken=%s",
             rest_text(rest, "syncInfo.syncToken"));
}

static inline void no_ring_out_in_the_plan(struct rest *rest)
{
    feature_off(rest, "RingOut");
}

static inline void no_presence_in_the_plan(struct rest *rest)
{
    feature_off(rest, "Presence");
}

static inline void user_is_a_menu(struct rest *rest)
{
    named(rest, "Ann")->type = USER_IVR_MENU;
}

/* A call that rings, to be sent to a mailbox that a menu has not. */
static inline void a_menu_beside_a_call(struct rest *rest)
{
    named(rest, "Bob")->type = USER_IVR_MENU;
    ringing_call(rest);
    strcpy(strrchr(target, '/'), "/forward");
}

#endif
