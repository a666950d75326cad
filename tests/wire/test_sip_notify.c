#include "support/sip_stage.h"

#include "sip/notify.h"

static void notifies(struct stage *stage)
{
    pthread_mutex_lock(&stage->lock);
    size_t count = notify_check_sync(stage->scene->world, SIP_WORLD_AOR);
    size_t bound = binding_count(stage->scene->world, SIP_WORLD_AOR);
    pthread_mutex_unlock(&stage->lock);
    assert_int_equal(count, bound);
    edge_flush(stage->edge);
}

/* Answers the request in client->text. */
static void answers(struct stage *stage, struct sip_client *client, const char *status)
{
    char via[256], from[256], to[256], call_id[128], cseq[64];
    sip_client_send(
        client, arena_printf(&stage->scene->arena,
                             "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=p\r\nCall-ID: %s\r\n"
                             "CSeq: %s\r\nContent-Length: 0\r\n\r\n",
                             status, sip_client_header(client, "Via", via, sizeof via),
                             sip_client_header(client, "From", from, sizeof from),
                             sip_client_header(client, "To", to, sizeof to),
                             sip_client_header(client, "Call-ID", call_id, sizeof call_id),
                             sip_client_header(client, "CSeq", cseq, sizeof cseq)));
}

static void assert_last_event(struct stage *stage, uint64_t seq, const char *transport,
                              const char *status)
{
    struct event event;
    pthread_mutex_lock(&stage->lock);
    stage_wait(stage, seq);
    assert_true(journal_get(stage->scene->journal, seq, &event));
    pthread_mutex_unlock(&stage->lock);
    assert_string_equal(event.op, "sip.notify");
    assert_string_equal(event_get(&event, EVENT_DIRECTION), "out");
    assert_string_equal(event_get(&event, EVENT_STATUS), status);
    assert_string_equal(event_get(&event, EVENT_PROXY), "a");
    assert_string_equal(event_get(&event, EVENT_TRANSPORT), transport);
    assert_string_equal(event_get(&event, EVENT_AOR), SIP_WORLD_AOR);
}

static void a_phone_is_told_to_fetch_its_provisioning_again(void **state)
{
    struct stage *stage = *state;
    for (int i = 0; i < 2; i++) {
        struct sip_client *client = i ? &stage->tcp : &stage->udp;
        /* Where the contact points nobody listens: the way back is the way it came. */
        stage_registers(stage, client,
                        "Contact: <sip:x@ab12.invalid;transport=ws>;+sip.instance=\"<urn:1>\"\r\n");
        notifies(stage);
        assert_true(sip_client_receive(client));
        static const char line[] = "NOTIFY sip:x@ab12.invalid;transport=ws SIP/2.0\r\n";
        assert_int_equal(strncmp(client->text, line, strlen(line)), 0);
        char text[256];
        assert_string_equal(sip_client_header(client, "Event", text, sizeof text), "check-sync");
        assert_string_equal(sip_client_header(client, "To", text, sizeof text),
                            "<sip:" SIP_WORLD_AOR "@d.test>");
        sip_client_header(client, "CSeq", text, sizeof text);
        assert_true(strtol(text, NULL, 10) > 100000000);
        static const char end[] = "\r\nContent-Length: 0\r\n\r\n";
        assert_string_equal(client->text + strlen(client->text) - strlen(end), end);
        answers(stage, client, i ? "481 Gone" : "200 OK");
        assert_last_event(stage, (uint64_t)(i + 1) * 3, i ? "tcp" : "udp", i ? "481" : "200");
    }
}

static void a_phone_that_hung_up_gets_nothing_and_that_is_told(void **state)
{
    struct stage *stage = *state;
    stage_registers(stage, &stage->tcp, "Contact: <sip:1@h>\r\n");
    pthread_mutex_lock(&stage->lock);
    uint64_t flow = binding_list(stage->scene->world, SIP_WORLD_AOR)->flow;
    pthread_mutex_unlock(&stage->lock);
    assert_true(edge_close_flow(stage->edge, flow));
    notifies(stage);
    assert_last_event(stage, 3, "tcp", "503");
}

static void stop_a(struct stage *stage)
{
    pthread_mutex_lock(&stage->lock);
    proxy_set_state(stage->scene->world, stage_proxy(stage, "a"), PROXY_STOPPED, 0);
    pthread_mutex_unlock(&stage->lock);
    assert_int_equal(edge_reconcile(stage->edge, NULL), 0);
}

static void what_a_stopping_proxy_waits_for_fails(void **state)
{
    struct stage *stage = *state;
    stage_registers(stage, &stage->udp, "Contact: <sip:1@h>\r\n");
    notifies(stage);
    assert_true(sip_client_receive(&stage->udp)); /* and is never answered */
    stop_a(stage);
    assert_last_event(stage, 3, "udp", "503");
    notifies(stage); /* nothing is open to send it by */
    assert_last_event(stage, 4, "udp", "503");
}

static void messages_leave_soon_after_a_wake_up(void **state)
{
    struct stage *stage = *state;
    stage_registers(stage, &stage->udp, "Contact: <sip:1@h>\r\n");
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&stage->lock);
        assert_int_equal(notify_check_sync(stage->scene->world, SIP_WORLD_AOR), 1);
        pthread_mutex_unlock(&stage->lock);
        edge_wake(stage->edge);
    }
    for (int i = 0; i < 100; i++) {
        assert_true(sip_client_receive(&stage->udp));
        answers(stage, &stage->udp, "200 OK");
    }
    pthread_mutex_lock(&stage->lock);
    stage_wait(stage, 102);
    pthread_mutex_unlock(&stage->lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_stage(a_phone_is_told_to_fetch_its_provisioning_again),
        on_stage(a_phone_that_hung_up_gets_nothing_and_that_is_told),
        on_stage(what_a_stopping_proxy_waits_for_fails),
        on_stage(messages_leave_soon_after_a_wake_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
