/*
 * How the refusals of texts, files and faxes come about, for test_rest_errors.c; as error_scenes.h.
 */
#ifndef MOCKRC_TESTS_MESSAGE_SCENES_H
#define MOCKRC_TESTS_MESSAGE_SCENES_H

#include "support/error_scenes.h"

#define PAGER OWN_PATH "/company-pager"
#define FAX   OWN_PATH "/fax"
/* A fax of nothing but its cover page. */
#define COVER(members, to) "{" members "\"coverPageText\":\"x\",\"to\":[" to "]}"
#define BERLIN             "{\"phoneNumber\":\"+4930123456\"}"

static char reply_body[160]; /* of a text that answers one */

static inline void with_sms(struct rest *rest)
{
    xset(&rest->world->accounts[0]->brand_id, "1210");
}

static inline void sms_without(struct rest *rest, const char *feature)
{
    with_sms(rest);
    feature_off(rest, feature);
}

static inline void no_international_sms(struct rest *rest)
{
    sms_without(rest, "InternationalSMS");
}

static inline void parts(struct rest *rest)
{
    with_sms(rest);
    rest_header(rest, "Content-Type", "multipart/mixed; boundary=b");
}

static inline void no_mms(struct rest *rest)
{
    sms_without(rest, "MMS");
    rest_header(rest, "Content-Type", "multipart/mixed; boundary=b");
}

static inline void large_parts(struct rest *rest)
{
    parts(rest);
    size_t len = (size_t)snprintf(large_picture, sizeof large_picture, "%s--b\r\nContent-Type: %s",
                                  PART("application/json", SMS(CLIENT)), "image/png\r\n\r\n");
    memset(large_picture + len, 'x', 1500001);
    strcpy(large_picture + len + 1500001, "\r\n--b--");
}

static inline void number_without_sms(struct rest *rest)
{
    with_sms(rest);
    phone_number_by_id(rest->world, 9002)->can_sms = false;
}

static inline void toll_free(struct rest *rest)
{
    with_sms(rest);
    phone_number_set(rest->world, phone_number_by_id(rest->world, 9002), "+18885550101");
}

static inline void refused_by_the_bill(struct rest *rest)
{
    rest->world->knobs.sms_refusal = KNOB_SMS_BIL_103;
}

static inline void texted_too_often(struct rest *rest)
{
    with_sms(rest);
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    rest->world->knobs.rate_sms = 1;
    assert_int_equal(rest_call(rest, "POST", OWN_PATH "/sms", SMS(CLIENT)), 200);
}

static inline void announcement(struct rest *rest)
{
    named(rest, "Bob")->type = USER_ANNOUNCEMENT;
}

static inline void disabled_colleague(struct rest *rest)
{
    named(rest, "Bob")->status = USER_DISABLED;
}

static inline void sender_is_a_department(struct rest *rest)
{
    named(rest, "Ann")->type = USER_DEPARTMENT;
}

/* Ann has written to Mia; whose copy is answered, and to whom? */
static inline void text_to_mia(struct rest *rest, const char *answered_by)
{
    int status =
        rest_call(rest, "POST", PAGER, "{\"to\":[{\"extensionId\":\"7103\"}],\"text\":\"x\"}");
    assert_int_equal(status, 200);
    snprintf(reply_body, sizeof reply_body,
             "{\"to\":[{\"extensionId\":\"7102\"}],\"text\":\"x\",\"replyOn\":%s}",
             rest_text(rest, "id"));
    rest_as(rest, answered_by);
}

static inline void another_is_answered(struct rest *rest)
{
    text_to_mia(rest, "Ann");
}

static inline void others_thread(struct rest *rest)
{
    text_to_mia(rest, "Mia");
}

static inline void no_fax(struct rest *rest)
{
    feature_off(rest, "Fax");
}

static inline void no_calls_abroad(struct rest *rest)
{
    feature_off(rest, "InternationalCalling");
}

static inline void fax_that_left(struct rest *rest)
{
    assert_int_equal(rest_call(rest, "POST", FAX, COVER("", CLIENT)), 200);
    snprintf(reply_body, sizeof reply_body, "{\"originalMessageId\":%s}", rest_text(rest, "id"));
}

/* Each text takes a place for the sender and one for every reader. */
static inline void store_full(struct rest *rest)
{
    const struct user *readers[MESSAGE_TO_MAX];
    for (size_t i = 0; i < MESSAGE_TO_MAX; i++)
        readers[i] = named(rest, "Bob");
    struct message_draft draft = {.kind = MESSAGE_PAGER,
                                  .sender = named(rest, "Ann"),
                                  .to_users = readers,
                                  .to_count = MESSAGE_TO_MAX,
                                  .text = "x"};
    while (message_send(rest->world, &draft))
        ;
    draft.to_count = 1;
    while (message_send(rest->world, &draft))
        ;
}

#endif
