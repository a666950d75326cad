#include "support/sip_caller.h"

#include "sip/calls.h"
#include "world/switchboard.h"

static void a_call_goes_through_from_invite_to_bye(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        struct sip_client *client = each(stage, i);
        char to_tag[64], to[256], text[256];
        given_ringing(stage, client, to_tag);
        assert_non_null(strstr(client->text, "\r\n\r\nv=0\r\n"));
        assert_int_equal(strncmp(sip_client_header(client, "p-rc-api-ids", text, sizeof text),
                                 "party-id=p-", 11),
                         0);
        advance(stage, 2000);
        receives(client, 200);
        sip_client_header(client, "To", to, sizeof to);
        assert_non_null(strstr(to, to_tag)); /* the same tag in 183 and 200 */
        assert_non_null(strstr(client->text, "\r\n\r\nv=0\r\n"));
        hears_ack(stage, client, 12, to_tag);

        assert_int_equal(
            stage_sends(client, call_message(stage, client, "BYE", 13, to_tag, "", "")), 200);
        pthread_mutex_lock(&stage->lock);
        assert_int_equal(phone_call_count(stage->scene->world), 0);
        pthread_mutex_unlock(&stage->lock);
        stage_done((void **)&stage);
    }
    (void)state;
}

static void the_party_hangs_up_on_the_phone(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        scene_knob(stage->scene, "sip.party.lasts", "10s");
        struct sip_client *client = each(stage, i);
        char to_tag[64], text[256];
        given_ringing(stage, client, to_tag);
        advance(stage, 2000);
        receives(client, 200);
        hears_ack(stage, client, 12, to_tag);
        advance(stage, 10000);
        receives_request(client, "BYE sip:1@127.0.0.1:");
        assert_string_equal(sip_client_header(client, "Call-ID", text, sizeof text), "call");
        assert_string_equal(sip_client_header(client, "To", text, sizeof text),
                            "<sip:" SIP_WORLD_AOR "@d.test>;tag=f");
        stage_done((void **)&stage);
    }
    (void)state;
}

static void a_cancelled_call_gets_200_and_487(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        struct sip_client *client = each(stage, i);
        char to_tag[64], cseq[64];
        given_ringing(stage, client, to_tag);
        /* Same branch as the INVITE, To without tag (sip.md 4.5). */
        sip_client_send(client, call_message(stage, client, "CANCEL", 12, "", "", ""));
        receives(client, 200);
        assert_string_equal(sip_client_header(client, "CSeq", cseq, sizeof cseq), "12 CANCEL");
        receives(client, 487);
        assert_string_equal(sip_client_header(client, "CSeq", cseq, sizeof cseq), "12 INVITE");
        sip_client_send(client, call_message(stage, client, "ACK", 12, to_tag, "", ""));
        assert_int_equal(
            stage_sends(client, call_message(stage, client, "OPTIONS", 14, "", "", "")), 200);
        pthread_mutex_lock(&stage->lock);
        assert_int_equal(phone_call_count(stage->scene->world), 0);
        pthread_mutex_unlock(&stage->lock);
        stage_done((void **)&stage);
    }
    (void)state;
}

static void an_unacknowledged_200_is_sent_again_over_udp(void **state)
{
    struct stage *stage = *state;
    char to_tag[64];
    given_ringing(stage, &stage->udp, to_tag);
    advance(stage, 2000);
    receives(&stage->udp, 200);
    receives(&stage->udp, 200);
    hears_ack(stage, &stage->udp, 12, to_tag);
}

static void a_retransmitted_invite_gets_its_183_again(void **state)
{
    struct stage *stage = *state;
    char to_tag[64];
    given_ringing(stage, &stage->udp, to_tag);
    sip_client_send(&stage->udp, call_message(stage, &stage->udp, "INVITE", 12, "", "", OFFER));
    receives(&stage->udp, 183);
    pthread_mutex_lock(&stage->lock);
    assert_int_equal(phone_call_count(stage->scene->world), 1);
    pthread_mutex_unlock(&stage->lock);
}

/* 200 to the request in client->text. */
static const char *stage_answer(struct stage *stage, const struct sip_client *client)
{
    char via[512], from[256], to[256], call_id[128], cseq[64];
    return arena_printf(&stage->scene->arena,
                        "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\n"
                        "CSeq: %s\r\nContent-Length: 0\r\n\r\n",
                        sip_client_header(client, "Via", via, sizeof via),
                        sip_client_header(client, "From", from, sizeof from),
                        sip_client_header(client, "To", to, sizeof to),
                        sip_client_header(client, "Call-ID", call_id, sizeof call_id),
                        sip_client_header(client, "CSeq", cseq, sizeof cseq));
}

/* RFC 6665 4.2.2: one NOTIFY at a time; and the BYE when both were answered. */
static void what_comes_of_a_refer_is_told_step_by_step(void **state)
{
    static const char *const steps[] = {"NOTIFY", "NOTIFY", "BYE"};
    static const char *const bodies[] = {"\r\n\r\nSIP/2.0 100 Trying\r\n",
                                         "\r\n\r\nSIP/2.0 200 OK\r\n", "\r\n\r\n"};
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        struct sip_client *client = each(stage, i);
        char to_tag[64], early[64];
        given_ringing(stage, client, to_tag);
        advance(stage, 2000);
        receives(client, 200);
        hears_ack(stage, client, 12, to_tag);
        assert_int_equal(
            stage_sends(client, call_message(stage, client, "REFER", 13, to_tag,
                                             "Refer-To: sip:12025550123@d.test\r\n", "")),
            202);
        for (size_t j = 0; j < 3; j++) {
            receives_request(client, steps[j]);
            assert_non_null(strstr(client->text, bodies[j]));
            const char *answer = stage_answer(stage, client);
            assert_int_equal(sip_client_read(client, early, sizeof early, 100), -1);
            assert_int_equal(client->rest_len, 0);
            sip_client_send(client, answer);
        }
        stage_done((void **)&stage);
    }
    (void)state;
}

/* RFC 3261 15.1.2: what is pending in the dialog gets 487. */
static void a_bye_before_the_answer_ends_the_invite(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        struct sip_client *client = each(stage, i);
        char to_tag[64], cseq[64];
        given_ringing(stage, client, to_tag);
        sip_client_send(client, call_message(stage, client, "BYE", 13, to_tag, "", ""));
        receives(client, 200);
        assert_string_equal(sip_client_header(client, "CSeq", cseq, sizeof cseq), "13 BYE");
        receives(client, 487);
        assert_string_equal(sip_client_header(client, "CSeq", cseq, sizeof cseq), "12 INVITE");
        sip_client_send(client, call_message(stage, client, "ACK", 12, to_tag, "", ""));
        pthread_mutex_lock(&stage->lock);
        assert_int_equal(phone_call_count(stage->scene->world), 0);
        pthread_mutex_unlock(&stage->lock);
        stage_done((void **)&stage);
    }
    (void)state;
}

/* Somebody calls the phone: its INVITE has come. What the phone says to it. */
static const char *given_called(struct stage *stage, struct sip_client *client)
{
    char via[512], from[512], to[512], call_id[512], cseq[64];
    struct scene *scene = stage->scene;
    stage_registers(stage, client,
                    arena_printf(&scene->arena, "Contact: <sip:1@127.0.0.1:%d>\r\n", client->port));
    pthread_mutex_lock(&stage->lock);
    struct phone_call *call =
        switch_begin(scene->world, &(struct switch_draft){.from = "+12025550199", .to = "101"});
    switch_dial(scene->world, call, NULL);
    pthread_mutex_unlock(&stage->lock);
    edge_flush(stage->edge);
    receives_request(client, "INVITE ");
    return arena_printf(&scene->arena,
                        "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=phone\r\n"
                        "Call-ID: %s\r\nCSeq: %s\r\nContact: <sip:1@127.0.0.1:%d>\r\n"
                        "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n" OFFER,
                        sip_client_header(client, "Via", via, sizeof via),
                        sip_client_header(client, "From", from, sizeof from),
                        sip_client_header(client, "To", to, sizeof to),
                        sip_client_header(client, "Call-ID", call_id, sizeof call_id),
                        sip_client_header(client, "CSeq", cseq, sizeof cseq), client->port,
                        strlen(OFFER));
}

/* RFC 3261 13.2.2.4: the ACK was lost, so the phone says 200 again, and again. */
static void each_200_of_a_phone_is_acknowledged(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        struct sip_client *client = each(stage, i);
        const char *ok = given_called(stage, client);
        for (int j = 0; j < 3; j++) {
            char to[256];
            sip_client_send(client, ok);
            receives_behind(client, "INVITE ", "ACK ");
            assert_non_null(strstr(sip_client_header(client, "To", to, sizeof to), ";tag=phone"));
        }
        stage_done((void **)&stage);
    }
    (void)state;
}

/* Its 200 and our CANCEL crossed: it must not sit in a call with nobody. */
static void a_phone_that_answers_too_late_hears_bye(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        struct sip_client *client = each(stage, i);
        const char *ok = given_called(stage, client);
        sip_client_send(client, arena_printf(&stage->scene->arena, "SIP/2.0 180 Ringing%s",
                                             strstr(ok, "\r\nVia")));
        sip_client_send(client, stage_message(stage, client, "OPTIONS", 5, ""));
        receives_behind(client, "INVITE ", "SIP/2.0 200"); /* so the 180 was heard */
        pthread_mutex_lock(&stage->lock);
        switch_end(stage->scene->world, stage->scene->world->phone_calls, 487, "gave up");
        pthread_mutex_unlock(&stage->lock);
        edge_flush(stage->edge);
        receives_behind(client, "INVITE ", "CANCEL ");
        sip_client_send(client, ok);
        receives_behind(client, "CANCEL ", "ACK ");
        receives_behind(client, "CANCEL ", "BYE ");
        stage_done((void **)&stage);
    }
    (void)state;
}

/* Headers that the library may not know, or not know so, leave as they were written. */
static void an_app_that_is_rung_gets_its_headers(void **state)
{
    struct stage *stage = *state;
    struct scene *scene = stage->scene;
    char value[2048];
    stage_registers(stage, &stage->tcp, "Contact: <sip:app@h>\r\n");
    pthread_mutex_lock(&stage->lock);
    device_by_id(scene->world, "802001")->type = DEVICE_WEB_PHONE;
    struct phone_call *call = switch_begin(
        scene->world, &(struct switch_draft){.from = "+12025550199",
                                             .name = "A \"B\" \\",
                                             .to = "101",
                                             .origin = PHONE_ORIGIN_CALL_OUT,
                                             .caller = user_by_extension(scene->world, 1, "101")});
    switch_dial(scene->world, call, NULL);
    pthread_mutex_unlock(&stage->lock);
    edge_flush(stage->edge);
    receives_request(&stage->tcp, "INVITE sip:app@h SIP/2.0\r\n");
    assert_int_equal(
        strncmp(sip_client_header(&stage->tcp, "P-rc", value, sizeof value), "<Msg><Hdr SID=", 14),
        0);
    assert_non_null(strstr(value, "Cmd=\"6\"/><Bdy "));
    assert_string_equal(sip_client_header(&stage->tcp, "Alert-Info", value, sizeof value),
                        "Auto Answer");
    assert_non_null(strstr(sip_client_header(&stage->tcp, "Call-Info", value, sizeof value),
                           ">;purpose=info;Answer-After=0"));
    assert_string_equal(sip_client_header(&stage->tcp, "p-rc-api-call-info", value, sizeof value),
                        "callAttributes=reject,send-vm");
    assert_int_equal(strncmp(sip_client_header(&stage->tcp, "p-rc-api-ids", value, sizeof value),
                             "party-id=p-", 11),
                     0);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The 100, and all that follows it in order, come after the delay; what the phone repeats in the
 * meantime is no second call. */
static void a_delayed_invite_is_answered_late(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        struct sip_client *client = each(stage, i);
        char to_tag[64];
        pthread_mutex_lock(&stage->lock);
        scene_arm(stage->scene, "{match: {op: sip.invite}, kind: delay, delay: 700ms}");
        pthread_mutex_unlock(&stage->lock);
        int64_t started = now_ms();
        given_ringing(stage, client, to_tag); /* 407, 100, 183 */
        assert_true(now_ms() - started >= 1400);
        pthread_mutex_lock(&stage->lock);
        assert_int_equal(phone_call_count(stage->scene->world), 1);
        pthread_mutex_unlock(&stage->lock);
        stage_done((void **)&stage);
    }
    (void)state;
}

static void a_stopping_proxy_ends_its_calls(void **state)
{
    struct stage *stage = *state;
    char to_tag[64];
    given_ringing(stage, &stage->tcp, to_tag);
    pthread_mutex_lock(&stage->lock);
    proxy_set_state(stage->scene->world, stage_proxy(stage, "a"), PROXY_STOPPED, 0);
    pthread_mutex_unlock(&stage->lock);
    assert_int_equal(edge_reconcile(stage->edge, NULL), 0);
    assert_false(sip_client_receive(&stage->tcp)); /* no 500, no 487: it is gone */
    pthread_mutex_lock(&stage->lock);
    assert_int_equal(phone_call_count(stage->scene->world), 0);
    pthread_mutex_unlock(&stage->lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_goes_through_from_invite_to_bye),
        cmocka_unit_test(the_party_hangs_up_on_the_phone),
        cmocka_unit_test(a_cancelled_call_gets_200_and_487),
        on_stage(an_unacknowledged_200_is_sent_again_over_udp),
        on_stage(a_retransmitted_invite_gets_its_183_again),
        cmocka_unit_test(what_comes_of_a_refer_is_told_step_by_step),
        cmocka_unit_test(a_bye_before_the_answer_ends_the_invite),
        cmocka_unit_test(each_200_of_a_phone_is_acknowledged),
        cmocka_unit_test(a_phone_that_answers_too_late_hears_bye),
        on_stage(an_app_that_is_rung_gets_its_headers),
        cmocka_unit_test(a_delayed_invite_is_answered_late),
        on_stage(a_stopping_proxy_ends_its_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
