#include "rest/call_json.h"

#include "rest/uri.h"

const struct user *call_owner(const struct world *world, const struct call_record *record)
{
    return world->users[record->user];
}

bool call_is_recorded(const struct call *call, const struct call_record *record)
{
    const char *name = record->is_on_demand                 ? "OnDemandCallRecording"
                       : record->direction == CALL_OUTBOUND ? "AutomaticOutboundCallRecording"
                                                            : "AutomaticInboundCallRecording";
    if (!record->has_recording || account_lacks(call->account, name))
        return false;
    int64_t ready_ms =
        record->start_ms + record->duration_ms + call->world->knobs.rec_ready_delay_ms;
    return ready_ms <= clock_now(call->world);
}

void recording_uri(struct json_out *out, const char *key, const struct call *call, const char *base,
                   const struct call_record *record, const char *tail)
{
    char id[CALL_ID_LEN];
    json_raw(out, key, "\"");
    buf_str(out->buf, base);
    buf_str(out->buf, "/restapi/v1.0/account/");
    buf_int(out->buf, call->account->id);
    buf_str(out->buf, "/recording/");
    buf_str(out->buf, recording_id(call->world, record->number, id));
    buf_str(out->buf, tail);
    uri_close(out);
}

static void write_recording(struct json_out *out, const struct call *call,
                            const struct call_record *record)
{
    char id[CALL_ID_LEN];
    if (!call_is_recorded(call, record))
        return;
    json_open(out, "recording");
    recording_uri(out, "uri", call, call->world->base_url, record, "");
    json_str(out, "id", recording_id(call->world, record->number, id));
    json_str(out, "type", record->is_on_demand ? "OnDemand" : "Automatic");
    recording_uri(out, "contentUri", call, call->world->media_url, record, "/content");
    json_close(out);
}

/* "+12025550101"; nothing for 0, a number withheld or none. */
static void write_number(struct json_out *out, uint64_t digits)
{
    if (!digits)
        return;
    json_raw(out, "phoneNumber", "\"+");
    buf_int(out->buf, (int64_t)digits);
    uri_close(out);
}

static void write_inside(struct json_out *out, const char *key, const struct user *user,
                         uint64_t number)
{
    json_open(out, key);
    write_number(out, number);
    uri_id(out, "extensionId", user->id);
    json_str(out, "extensionNumber", user->extension_number);
    json_str(out, "name", user->name);
    json_close(out);
}

static void write_outside(struct json_out *out, const char *key, const struct call *call,
                          const struct call_record *record)
{
    const char *name = call_outside_name(call->world, record);
    json_open(out, key);
    write_number(out, record->other);
    json_str(out, "name", *name ? name : NULL);
    json_close(out);
}

/* from and to: the outside party (or an inside one), and the extension or the queue it came by. */
static void write_parties(struct json_out *out, const struct call *call,
                          const struct call_record *record, const struct user *inside)
{
    const char *ours = record->direction == CALL_OUTBOUND ? "from" : "to";
    const char *other = record->direction == CALL_OUTBOUND ? "to" : "from";
    write_inside(out, ours, inside, call_inside_number(call->world, record));
    if (record->is_internal)
        write_inside(out, other, call->world->users[record->other], 0);
    else
        write_outside(out, other, call, record);
}

static const char *action_of(const struct call_record *record)
{
    if (record->kind == CALL_FAX)
        return record->direction == CALL_OUTBOUND ? "Outgoing Fax" : "Incoming Fax";
    return record->direction == CALL_OUTBOUND ? "VoIP Call" : "Phone Call";
}

static void write_extension(struct json_out *out, const struct call *call, const struct user *user)
{
    json_open(out, "extension");
    json_int(out, "id", user->id);
    uri_user(out, "uri", call->world, user, "");
    json_close(out);
}

/* What a record and each of its legs have in common. */
static void write_common(struct json_out *out, const struct call *call,
                         const struct call_record *record, const struct user *inside)
{
    char id[CALL_ID_LEN];
    json_str(out, "telephonySessionId", call_telephony_id(call->world, record->number, id));
    json_time(out, "startTime", record->start_ms);
    json_int(out, "duration", record->duration_ms / 1000);
    json_int(out, "durationMs", record->duration_ms);
    json_str(out, "type", record->kind == CALL_FAX ? "Fax" : "Voice");
    json_str(out, "direction", record->direction == CALL_OUTBOUND ? "Outbound" : "Inbound");
    json_str(out, "action", action_of(record));
    json_str(out, "result", call_result_name(record->result));
    write_parties(out, call, record, inside);
    write_extension(out, call, inside);
}

static void write_detail(struct json_out *out, const struct call_record *record)
{
    json_str(out, "transport", record->is_internal ? "VoIP" : "PSTN");
    json_raw(out, "billing", "{\"costIncluded\":0,\"costPurchased\":0}");
    if (!record->is_internal)
        json_str(out, "internalType", "Local");
}

static void write_leg(struct json_out *out, const struct call *call,
                      const struct call_record *record, const struct user *inside, int party,
                      const char *leg_type)
{
    char id[CALL_ID_LEN];
    json_open(out, NULL);
    write_common(out, call, record, inside);
    write_detail(out, record);
    json_str(out, "partyId", call_party_id(call->world, record->number, party, id));
    json_str(out, "legType", leg_type);
    if (party == 1)
        json_bool(out, "master", true);
    else
        write_recording(out, call, record);
    json_close(out);
}

/* Inbound: the platform takes the call (for the queue when it came through one), then rings the
 * extension; a caller who left the queue rang nobody. Outbound and inside calls are one leg. */
static void write_legs(struct json_out *out, const struct call *call,
                       const struct call_record *record)
{
    const struct world *world = call->world;
    const struct user *owner = call_owner(world, record);
    const struct user *queue = record->queue == CALL_NO_QUEUE ? NULL : world->users[record->queue];
    json_list(out, "legs");
    if (record->is_internal) {
        write_leg(out, call, record, owner, 1, "ExtensionToExtension");
    } else if (record->direction == CALL_OUTBOUND) {
        write_leg(out, call, record, owner, 1, "SipToPstnUnmetered");
    } else {
        write_leg(out, call, record, queue ? queue : owner, 1, "Accept");
        if (owner != queue)
            write_leg(out, call, record, owner, 2, queue ? "Hunting" : "PstnToSip");
    }
    json_list_end(out);
}

static void write_uri(struct json_out *out, const struct call *call,
                      const struct call_record *record, const char *id, struct call_view view)
{
    uri_open(out, "uri", call->world);
    buf_str(out->buf, "/account/");
    buf_int(out->buf, call->account->id);
    if (view.is_of_extension) {
        buf_str(out->buf, "/extension/");
        buf_int(out->buf, call_owner(call->world, record)->id);
    }
    buf_str(out->buf, "/call-log/");
    buf_str(out->buf, id);
    buf_str(out->buf, view.is_detailed ? "?view=Detailed" : "?view=Simple");
    uri_close(out);
}

void call_write(struct json_out *out, const struct call *call, const struct call_record *record,
                struct call_view view)
{
    const struct world *world = call->world;
    char id[CALL_ID_LEN];
    call_log_id(world, record->number, id);
    json_open(out, NULL);
    json_str(out, "id", id);
    write_uri(out, call, record, id, view);
    json_str(out, "sessionId", call_session_id(world, record->number, id));
    write_common(out, call, record, call_owner(world, record));
    write_recording(out, call, record);
    if (record->is_short_recording)
        json_bool(out, "shortRecording", true);
    if (record->is_deleted)
        json_bool(out, "deleted", true);
    if (view.is_detailed) {
        write_detail(out, record);
        json_time(out, "lastModifiedTime", record->modified_ms);
        write_legs(out, call, record);
    }
    json_close(out);
}
