#include "rest/presence_json.h"

#include "api/phone_json.h"
#include "rest/uri.h"
#include "rest/user_json.h"

void presence_write(struct json_out *out, const struct call *call, const struct user *user,
                    enum presence_detail detail)
{
    const struct presence_state *presence = &user->presence;
    json_open(out, NULL);
    uri_user(out, "uri", call->world, user, "/presence");
    user_reference(out, "extension", call, user, false);
    json_str(out, "presenceStatus", presence_name(presence_of(call->world, user)));
    if (user->type == USER_USER) { /* a queue, a menu and the like have no more than that */
        json_str(out, "telephonyStatus", telephony_status_name(switch_telephony_of(user)));
        json_str(out, "userStatus", presence_name(presence->said));
        json_str(out, "dndStatus", dnd_name(presence->dnd));
        json_str(out, "dndStatusPersonal",
                 presence_takes_own_calls(user) ? "TakeAllCalls" : "DoNotAcceptAnyCalls");
        json_bool(out, "acceptCallQueueCalls", presence_takes_queue_calls(user));
        json_str(out, "meetingStatus", "Disconnected");
        json_str(out, "message", presence->message);
    }
    json_bool(out, "allowSeeMyPresence", !presence->is_hidden);
    json_bool(out, "ringOnMonitoredCall", presence->rings_on_monitored);
    json_bool(out, "pickUpCallsOnHold", presence->picks_up_on_hold);
    if (detail != PRESENCE_PLAIN)
        phone_active_json(out, call->world, user, NULL, detail == PRESENCE_WITH_SIP);
    json_close(out);
}

void unified_write(struct json_out *out, const struct call *call, const struct user *user)
{
    const struct presence_state *presence = &user->presence;
    bool is_dnd = presence->dnd == DND_NO_CALLS, is_seen = presence->said != PRESENCE_OFFLINE;
    enum presence seen = presence_of(call->world, user);
    json_open(out, NULL);
    json_str(out, "status", seen == PRESENCE_AVAILABLE && is_dnd ? "DND" : presence_name(seen));
    json_open(out, "glip");
    json_str(out, "status", is_seen ? "Online" : "Offline");
    json_str(out, "visibility", is_seen ? "Visible" : "Invisible");
    json_str(out, "availability", is_dnd ? "DND" : "Available");
    json_close(out);
    json_open(out, "telephony");
    json_str(out, "status", telephony_status_name(switch_telephony_of(user)));
    json_str(out, "visibility", presence->is_hidden ? "Invisible" : "Visible");
    json_str(out, "availability",
             !presence_takes_own_calls(user)     ? "DoNotAcceptAnyCalls"
             : !presence_takes_queue_calls(user) ? "DoNotAcceptQueueCalls"
                                                 : "TakeAllCalls");
    json_close(out);
    json_open(out, "meeting");
    json_str(out, "status", "NoMeeting");
    json_close(out);
    json_close(out);
}
