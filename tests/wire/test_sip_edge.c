#include "support/sip_stage.h"

static struct sip_client *each(struct stage *stage, int i)
{
    return i ? &stage->tcp : &stage->udp;
}

static void a_phone_registers_over_udp_and_tcp(void **state)
{
    static const char contact[] =
        "Contact: <sip:1@127.0.0.1:9;transport=tcp;ob>;reg-id=1;"
        "+sip.instance=\"<urn:uuid:11111111-2222-4333-8444-555555555555>\"\r\n"
        "Expires: 60\r\n";
    struct stage *stage = *state;
    for (int i = 0; i < 2; i++) {
        struct sip_client *client = each(stage, i);
        char text[512];
        assert_int_equal(stage_sends(client, stage_message(stage, client, "REGISTER", 1, contact)),
                         401);
        sip_client_header(client, "WWW-Authenticate", text, sizeof text);
        assert_int_equal(strncmp(text, "Digest realm=\"d.test\", nonce=\"", 30), 0);

        const char *with = stage_credentials(stage, client, contact);
        assert_int_equal(stage_sends(client, stage_message(stage, client, "REGISTER", 2, with)),
                         200);
        assert_string_equal(sip_client_header(client, "Contact", text, sizeof text),
                            "<sip:1@127.0.0.1:9;transport=tcp;ob>;expires=60;reg-id=1;"
                            "+sip.instance=\"<urn:uuid:11111111-2222-4333-8444-555555555555>\"");
        pthread_mutex_lock(&stage->lock);
        const struct binding *binding = binding_list(stage->scene->world, SIP_WORLD_AOR);
        assert_string_equal(binding->contact, "sip:1@127.0.0.1:9;transport=tcp;ob");
        assert_string_equal(binding->instance, "urn:uuid:11111111-2222-4333-8444-555555555555");
        assert_int_equal(binding->reg_id, 1);
        pthread_mutex_unlock(&stage->lock);
    }
}

/* sip.md section 0, rules 1, 6, 7 and 8: clients split lines at ": " and cut messages at
 * "Content-Length: 0". */
static void answers_keep_to_the_form_clients_read(void **state)
{
    struct stage *stage = *state;
    for (int i = 0; i < 2; i++) {
        struct sip_client *client = each(stage, i);
        static const char contact[] = "Contact: <sip:1@h>\r\n";
        assert_int_equal(stage_sends(client, stage_message(stage, client, "REGISTER", 1, contact)),
                         401);
        for (int j = 0; j < 2; j++) {
            static const char end[] = "\r\nContent-Length: 0\r\n\r\n";
            size_t len = strlen(client->text);
            assert_string_equal(client->text + len - strlen(end), end);
            char *line = strstr(client->text, "\r\n") + 2;
            for (char *next; (next = strstr(line, "\r\n")) && next != line; line = next + 2) {
                *next = '\0';
                const char *colon = strchr(line, ':');
                assert_non_null(colon);
                assert_int_equal(strncmp(colon, ": ", 2), 0);
                assert_null(strstr(colon + 2, ": "));
                assert_null(strchr(line, '\n'));
                assert_true(colon[2] != ' ');
                *next = '\r';
            }
            if (j == 0) {
                const char *with = stage_credentials(stage, client, contact);
                assert_int_equal(
                    stage_sends(client, stage_message(stage, client, "REGISTER", 2, with)), 200);
            }
        }
    }
}

static void the_answer_tells_where_the_request_came_from(void **state)
{
    struct stage *stage = *state;
    char via[256], to[256];
    assert_int_equal(stage_sends(&stage->udp, stage_message(stage, &stage->udp, "OPTIONS", 1, "")),
                     200);
    sip_client_header(&stage->udp, "Via", via, sizeof via);
    const char *rport = arena_printf(&stage->scene->arena, "rport=%d", stage->udp.port);
    assert_non_null(strstr(via, rport));
    sip_client_header(&stage->udp, "To", to, sizeof to);
    assert_non_null(strstr(to, ";tag="));
    assert_non_null(strstr(stage->udp.text, "\r\nAllow: INVITE, ACK, CANCEL, BYE, INFO, MESSAGE, "
                                            "NOTIFY, PRACK, REFER, UPDATE, REGISTER, OPTIONS\r\n"));
}

static void a_via_host_that_exists_nowhere_does_not_matter(void **state)
{
    static const char text[] = "OPTIONS sip:d.test SIP/2.0\r\n"
                               "Via: SIP/2.0/TCP ab12.invalid;branch=z9hG4bK-1\r\n"
                               "From: <sip:1@d.test>;tag=f\r\nTo: <sip:d.test>\r\n"
                               "Call-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    struct stage *stage = *state;
    assert_int_equal(stage_sends(&stage->tcp, text), 200);
}

/* The front's hop tells by which transport the client came; anybody else only claims it. */
static void who_knows_the_key_is_believed_about_the_transport(void **state)
{
    static const struct {
        const char *params, *want;
    } rows[] = {
        {";hop=wss;hop-key=secret;hop-peer=\"9.9.9.9:1\"", "wss"},
        {";hop=tls;hop-key=secret", "tls"},
        {";hop=wss;hop-key=secre", "tcp"},
        {";hop=wss", "tcp"},
        {";hop-key=secret", "tcp"},
        {";hop=pigeon;hop-key=secret", "tcp"},
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = arena_printf(
            &stage->scene->arena,
            "OPTIONS sip:d.test SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:%d;branch=z9hG4bK-%zu%s\r\n"
            "From: <sip:a@d.test>;tag=f\r\nTo: <sip:a@d.test>\r\nCall-ID: %zu\r\nCSeq: 1 "
            "OPTIONS\r\n"
            "Content-Length: 0\r\n\r\n",
            stage->tcp.port, i, rows[i].params, i);
        assert_int_equal(stage_sends(&stage->tcp, text), 200);
        struct event event;
        pthread_mutex_lock(&stage->lock);
        assert_true(
            journal_get(stage->scene->journal, journal_last(stage->scene->journal), &event));
        pthread_mutex_unlock(&stage->lock);
        assert_string_equal(event_get(&event, EVENT_TRANSPORT), rows[i].want);
    }
}

static void a_double_newline_is_answered_by_one(void **state)
{
    struct stage *stage = *state;
    char pong[8] = "";
    sip_client_send(&stage->tcp, "\r\n\r\n");
    assert_int_equal(sip_client_read(&stage->tcp, pong, sizeof pong, SIP_CLIENT_WAIT_MS), 2);
    assert_memory_equal(pong, "\r\n", 2);
    assert_int_equal(stage_sends(&stage->tcp, stage_message(stage, &stage->tcp, "OPTIONS", 1, "")),
                     200);
}

static void requests_in_one_segment_and_in_pieces_are_told_apart(void **state)
{
    struct stage *stage = *state;
    const char *one = stage_message(stage, &stage->tcp, "OPTIONS", 1, "");
    const char *two = stage_message(stage, &stage->tcp, "OPTIONS", 2, "");
    sip_client_send(&stage->tcp, arena_printf(&stage->scene->arena, "%s%s", one, two));
    for (int i = 1; i <= 2; i++) {
        char cseq[32];
        assert_true(sip_client_receive(&stage->tcp));
        assert_string_equal(sip_client_header(&stage->tcp, "CSeq", cseq, sizeof cseq),
                            i == 1 ? "1 OPTIONS" : "2 OPTIONS");
    }
    const char *three = stage_message(stage, &stage->tcp, "OPTIONS", 3, "");
    for (size_t i = 0; three[i]; i += 7)
        sip_client_send_n(&stage->tcp, three + i, strnlen(three + i, 7));
    assert_true(sip_client_receive(&stage->tcp));
    assert_int_equal(sip_client_status(&stage->tcp), 200);
}

static void arm(struct stage *stage, const char *rule)
{
    pthread_mutex_lock(&stage->lock);
    scene_arm(stage->scene, rule);
    pthread_mutex_unlock(&stage->lock);
}

static void a_fault_answers_drops_delays_and_closes(void **state)
{
    struct stage *stage = *state;
    char text[128];
    arm(stage, "{match: {cseq: 1}, kind: answer, status: 503, message: Away, retry_after: 7s}");
    arm(stage, "{match: {cseq: 2}, kind: drop}");
    arm(stage, "{match: {cseq: 3}, kind: delay, delay: 100ms}");
    arm(stage, "{match: {cseq: 5}, kind: close}");
    for (int i = 0; i < 2; i++) {
        struct sip_client *client = each(stage, i);
        assert_int_equal(stage_sends(client, stage_message(stage, client, "OPTIONS", 1, "")), 503);
        assert_int_equal(strncmp(client->text, "SIP/2.0 503 Away\r\n", 18), 0);
        assert_string_equal(sip_client_header(client, "Retry-After", text, sizeof text), "7");

        /* 2 is silent, 3 is overtaken by 4: that is what comes, and in this order. */
        sip_client_send(client, stage_message(stage, client, "OPTIONS", 2, ""));
        sip_client_send(client, stage_message(stage, client, "OPTIONS", 3, ""));
        sip_client_send(client, stage_message(stage, client, "OPTIONS", 4, ""));
        assert_true(sip_client_receive(client));
        assert_string_equal(sip_client_header(client, "CSeq", text, sizeof text), "4 OPTIONS");
        assert_true(sip_client_receive(client));
        assert_string_equal(sip_client_header(client, "CSeq", text, sizeof text), "3 OPTIONS");

        sip_client_send(client, stage_message(stage, client, "OPTIONS", 5, ""));
        if (client->is_tcp) {
            assert_false(sip_client_receive(client));
        } else {
            assert_int_equal(stage_sends(client, stage_message(stage, client, "OPTIONS", 6, "")),
                             200);
            assert_string_equal(sip_client_header(client, "CSeq", text, sizeof text), "6 OPTIONS");
        }
    }
}

static void a_status_without_a_standard_phrase_is_sent_all_the_same(void **state)
{
    struct stage *stage = *state;
    arm(stage, "{match: {}, kind: answer, status: 499}");
    assert_int_equal(stage_sends(&stage->udp, stage_message(stage, &stage->udp, "OPTIONS", 1, "")),
                     499);
    assert_int_equal(strncmp(stage->udp.text, "SIP/2.0 499 ", 12), 0);
}

static void a_redirection_has_a_contact_without_an_interval(void **state)
{
    struct stage *stage = *state;
    char contact[128];
    arm(stage, "{match: {}, kind: answer, status: 302, to: b}");
    assert_int_equal(stage_sends(&stage->udp, stage_message(stage, &stage->udp, "REGISTER", 1, "")),
                     302);
    assert_string_equal(sip_client_header(&stage->udp, "Contact", contact, sizeof contact),
                        arena_printf(&stage->scene->arena, "<sip:127.0.0.1:%d;transport=udp>",
                                     stage_proxy(stage, "b")->port[TRANSPORT_UDP]));
}

static void a_retransmission_over_udp_is_answered_the_same(void **state)
{
    struct stage *stage = *state;
    char first[256], again[256];
    const char *text = stage_message(stage, &stage->udp, "REGISTER", 1, "");
    assert_int_equal(stage_sends(&stage->udp, text), 401);
    sip_client_header(&stage->udp, "WWW-Authenticate", first, sizeof first);
    assert_int_equal(stage_sends(&stage->udp, text), 401);
    sip_client_header(&stage->udp, "WWW-Authenticate", again, sizeof again);
    assert_string_equal(first, again);
    pthread_mutex_lock(&stage->lock);
    assert_int_equal(journal_last(stage->scene->journal), 1);
    pthread_mutex_unlock(&stage->lock);
}

static void changes(struct stage *stage, void (*change)(struct stage *stage))
{
    struct diag diag;
    pthread_mutex_lock(&stage->lock);
    change(stage);
    pthread_mutex_unlock(&stage->lock);
    if (edge_reconcile(stage->edge, &diag))
        fail_msg("%s", diag.text);
}

static void stop_a(struct stage *stage)
{
    proxy_set_state(stage->scene->world, stage_proxy(stage, "a"), PROXY_STOPPED, 0);
}

static void start_a(struct stage *stage)
{
    proxy_set_state(stage->scene->world, stage_proxy(stage, "a"), PROXY_UP, 0);
}

static void move_a(struct stage *stage)
{
    proxy_move(stage->scene->world, stage_proxy(stage, "a"), NULL, false, 0);
}

static void move_a_leaving_a_stale_one(struct stage *stage)
{
    proxy_move(stage->scene->world, stage_proxy(stage, "a"), NULL, true, 0);
}

static void a_stopped_proxy_hangs_up_and_comes_back_where_it_was(void **state)
{
    struct stage *stage = *state;
    struct sip_client client;
    int udp = stage_proxy(stage, "a")->port[TRANSPORT_UDP],
        tcp = stage_proxy(stage, "a")->port[TRANSPORT_TCP];
    assert_int_equal(stage_sends(&stage->tcp, stage_message(stage, &stage->tcp, "OPTIONS", 1, "")),
                     200);
    changes(stage, stop_a);
    assert_false(sip_client_receive(&stage->tcp));
    assert_false(sip_client_open(&client, true, tcp));
    assert_int_equal(stage_proxy(stage, "a")->port[TRANSPORT_UDP], 0);
    assert_int_equal(stage_proxy(stage, "a")->port[TRANSPORT_TCP], 0);
    changes(stage, start_a);
    assert_int_equal(stage_proxy(stage, "a")->port[TRANSPORT_UDP], udp);
    assert_int_equal(stage_proxy(stage, "a")->port[TRANSPORT_TCP], tcp);
    assert_true(sip_client_open(&client, true, tcp));
    assert_int_equal(stage_sends(&client, stage_message(stage, &client, "OPTIONS", 2, "")), 200);
    sip_client_close(&client);
    assert_int_equal(stage_sends(&stage->udp, stage_message(stage, &stage->udp, "OPTIONS", 2, "")),
                     200);
}

static void a_moved_proxy_serves_elsewhere_only(void **state)
{
    struct stage *stage = *state;
    struct sip_client client;
    int udp = stage_proxy(stage, "a")->port[TRANSPORT_UDP],
        tcp = stage_proxy(stage, "a")->port[TRANSPORT_TCP];
    changes(stage, move_a);
    assert_int_not_equal(stage_proxy(stage, "a")->port[TRANSPORT_UDP], udp);
    assert_int_not_equal(stage_proxy(stage, "a")->port[TRANSPORT_TCP], tcp);
    assert_false(sip_client_open(&client, true, tcp));
    assert_true(sip_client_open(&client, true, stage_proxy(stage, "a")->port[TRANSPORT_TCP]));
    assert_int_equal(stage_sends(&client, stage_message(stage, &client, "OPTIONS", 1, "")), 200);
    sip_client_close(&client);
}

static void the_stale_address_keeps_its_connections(void **state)
{
    struct stage *stage = *state;
    int tcp = stage_proxy(stage, "a")->port[TRANSPORT_TCP];
    assert_int_equal(stage_sends(&stage->tcp, stage_message(stage, &stage->tcp, "OPTIONS", 1, "")),
                     200);
    changes(stage, move_a_leaving_a_stale_one);
    assert_int_equal(stage_proxy(stage, "a-old")->port[TRANSPORT_TCP], tcp);
    assert_int_not_equal(stage_proxy(stage, "a")->port[TRANSPORT_TCP], tcp);
    assert_int_equal(stage_sends(&stage->tcp, stage_message(stage, &stage->tcp, "OPTIONS", 2, "")),
                     200);
    struct event event;
    pthread_mutex_lock(&stage->lock);
    assert_true(journal_get(stage->scene->journal, journal_last(stage->scene->journal), &event));
    assert_string_equal(event_get(&event, EVENT_PROXY), "a-old");
    pthread_mutex_unlock(&stage->lock);
}

static void a_connection_is_closed_by_the_flow_of_its_binding(void **state)
{
    static const char contact[] = "Contact: <sip:1@h>\r\n";
    struct stage *stage = *state;
    struct sip_client *client = &stage->tcp;
    assert_int_equal(stage_sends(client, stage_message(stage, client, "REGISTER", 1, contact)),
                     401);
    const char *with = stage_credentials(stage, client, contact);
    assert_int_equal(stage_sends(client, stage_message(stage, client, "REGISTER", 2, with)), 200);
    pthread_mutex_lock(&stage->lock);
    uint64_t flow = binding_list(stage->scene->world, SIP_WORLD_AOR)->flow;
    pthread_mutex_unlock(&stage->lock);
    assert_int_not_equal(flow, 0);
    assert_false(edge_close_flow(stage->edge, flow + 1));
    assert_true(edge_close_flow(stage->edge, flow));
    assert_false(sip_client_receive(client));
    assert_false(edge_close_flow(stage->edge, flow));
}

static void udp_and_tcp_share_their_number_when_any_will_do(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(stage_proxy(stage, "a")->port[TRANSPORT_UDP],
                     stage_proxy(stage, "a")->port[TRANSPORT_TCP]);
    assert_int_equal(stage_proxy(stage, "b")->port[TRANSPORT_UDP],
                     stage_proxy(stage, "b")->port[TRANSPORT_TCP]);
    assert_int_not_equal(stage_proxy(stage, "a")->port[TRANSPORT_UDP],
                         stage_proxy(stage, "b")->port[TRANSPORT_UDP]);
}

static void a_port_in_use_is_told_with_proxy_and_number(void **state)
{
    struct stage *stage = *state;
    struct proxy *proxy = stage_proxy(stage, "b");
    char want[64];
    snprintf(want, sizeof want, "proxy b: cannot listen on 127.0.0.1 UDP port %d",
             proxy->port[TRANSPORT_UDP]);
    struct stage other = {0};
    given_scene((void **)&other.scene);
    pthread_mutex_init(&other.lock, NULL);
    stage_proxy(&other, "b")->want[TRANSPORT_UDP] = stage_proxy(&other, "b")->want[TRANSPORT_TCP] =
        proxy->port[TRANSPORT_UDP];
    struct edge_options options = stage_options(&other);
    struct diag diag;
    struct edge *edge = NULL;
    assert_int_equal(edge_start(&options, &edge, &diag), ERR_ENV);
    assert_null(edge);
    assert_int_equal(strncmp(diag.text, want, strlen(want)), 0);
    assert_non_null(strstr(diag.text, "in use"));
    pthread_mutex_destroy(&other.lock);
    scene_done((void **)&other.scene);
}

static void delayed_answers_do_not_outlive_their_proxy(void **state)
{
    struct stage *stage = *state;
    arm(stage, "{match: {cseq: 1}, kind: delay, delay: 10m}");
    for (int i = 0; i < 2; i++) {
        struct sip_client *client = each(stage, i);
        sip_client_send(client, stage_message(stage, client, "OPTIONS", 1, ""));
        assert_int_equal(stage_sends(client, stage_message(stage, client, "OPTIONS", 2, "")), 200);
    }
    changes(stage, stop_a);
    assert_false(sip_client_receive(&stage->tcp));
}

static void many_edges_start_and_stop_without_a_trace(void **state)
{
    enum { CYCLES = 200 };
    struct stage stage = {0};
    given_scene((void **)&stage.scene);
    pthread_mutex_init(&stage.lock, NULL);
    struct edge_options options = stage_options(&stage);
    int first_fd = -1;
    for (int i = 0; i < CYCLES; i++) {
        struct edge *edge;
        struct diag diag;
        if (edge_start(&options, &edge, &diag))
            fail_msg("%d: %s", i, diag.text);
        assert_true(
            sip_client_open(&stage.tcp, true, stage_proxy(&stage, "a")->port[TRANSPORT_TCP]));
        assert_int_equal(
            stage_sends(&stage.tcp, stage_message(&stage, &stage.tcp, "OPTIONS", 1, "")), 200);
        edge_stop(edge);
        assert_false(sip_client_receive(&stage.tcp));
        sip_client_close(&stage.tcp);
        int fd = dup(0);
        close(fd);
        if (first_fd < 0)
            first_fd = fd;
        assert_int_equal(fd, first_fd);
    }
    pthread_mutex_destroy(&stage.lock);
    scene_done((void **)&stage.scene);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_stage(a_phone_registers_over_udp_and_tcp),
        on_stage(answers_keep_to_the_form_clients_read),
        on_stage(the_answer_tells_where_the_request_came_from),
        on_stage(a_via_host_that_exists_nowhere_does_not_matter),
        on_stage(who_knows_the_key_is_believed_about_the_transport),
        on_stage(a_double_newline_is_answered_by_one),
        on_stage(requests_in_one_segment_and_in_pieces_are_told_apart),
        on_stage(a_fault_answers_drops_delays_and_closes),
        on_stage(a_status_without_a_standard_phrase_is_sent_all_the_same),
        on_stage(a_redirection_has_a_contact_without_an_interval),
        on_stage(a_retransmission_over_udp_is_answered_the_same),
        on_stage(a_stopped_proxy_hangs_up_and_comes_back_where_it_was),
        on_stage(a_moved_proxy_serves_elsewhere_only),
        on_stage(the_stale_address_keeps_its_connections),
        on_stage(a_connection_is_closed_by_the_flow_of_its_binding),
        on_stage(udp_and_tcp_share_their_number_when_any_will_do),
        on_stage(a_port_in_use_is_told_with_proxy_and_number),
        on_stage(delayed_answers_do_not_outlive_their_proxy),
        cmocka_unit_test(many_edges_start_and_stop_without_a_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
