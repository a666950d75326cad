/* INVITEs that bring no offer, or take another's place, on the wire. */
#include "support/sip_caller.h"

static void an_invite_without_an_offer_is_answered_by_its_ack(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        given_stage((void **)&stage);
        struct sip_client *client = each(stage, i);
        char to_tag[64];
        given_ringing_for(stage, client, "", "", to_tag);
        assert_non_null(strstr(client->text, "Content-Length: 0\r\n"));
        advance(stage, 2000);
        receives(client, 200);
        assert_non_null(strstr(client->text, "\r\n\r\nv=0\r\n"));
        hears_ack_of(stage, client, 12, to_tag, OFFER);
        pthread_mutex_lock(&stage->lock);
        assert_string_equal(stage->scene->world->phone_calls->legs->line.codec, "PCMU/8000");
        pthread_mutex_unlock(&stage->lock);
        stage_done((void **)&stage);
    }
    (void)state;
}

static void a_phone_takes_its_users_call_over(void **state)
{
    struct stage *stage = *state;
    char first[64], second[64], replaces[128];
    given_ringing(stage, &stage->udp, first);
    advance(stage, 2000);
    receives(&stage->udp, 200);
    hears_ack(stage, &stage->udp, 12, first);
    snprintf(replaces, sizeof replaces,
             "Require: replaces\r\nReplaces: call;from-tag=f;to-tag=%s\r\n", first);
    given_ringing_for(stage, &stage->tcp, replaces, OFFER, second);
    receives(&stage->tcp, 200);
    receives_request(&stage->udp, "BYE ");
    assert_non_null(strstr(stage->udp.text, first));
}

/* By which of our addresses it reaches us follows from that. */
static void where_a_phone_is_is_known_over_each_transport(void **state)
{
    struct stage *stage = *state;
    for (int i = 0; i < 2; i++) {
        const struct sip_client *client = each(stage, i);
        char peer[32];
        snprintf(peer, sizeof peer, "127.0.0.1:%d", client->port);
        stage_registers(stage, each(stage, i), "Contact: <sip:1@h>\r\n");
        pthread_mutex_lock(&stage->lock);
        assert_string_equal(binding_list(stage->scene->world, SIP_WORLD_AOR)->peer, peer);
        pthread_mutex_unlock(&stage->lock);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invite_without_an_offer_is_answered_by_its_ack),
        on_stage(a_phone_takes_its_users_call_over),
        on_stage(where_a_phone_is_is_known_over_each_transport),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
