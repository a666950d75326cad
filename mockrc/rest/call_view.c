#include "rest/call_view.h"

static const char *const views[] = {"Simple", "Detailed"};

bool call_is_of_extension(const struct call *call)
{
    return call_arg(call, "extensionId") != NULL;
}

bool call_has_log(const struct call *call)
{
    const struct world *world = call->world;
    return call_log_count(world) > 0 &&
           call_owner(world, call_log_at(world, 0))->account_id == call->account->id;
}

bool call_is_in_reach(const struct call *call, const struct call_record *record)
{
    const struct world *world = call->world;
    const struct user *owner = call_owner(world, record);
    if (!call_is_of_extension(call))
        return owner->account_id == call->account->id;
    return owner == call->target ||
           (record->queue != CALL_NO_QUEUE && world->users[record->queue] == call->target);
}

bool ask_view(struct call *call, struct call_view *ret)
{
    int view;
    if (!ask_word(call, "view", WORDS(views), &view))
        return false;
    if (view < 0)
        view = (int)call->world->knobs.calllog_view_default;
    *ret = (struct call_view){view == KNOB_VIEW_DETAILED, call_is_of_extension(call)};
    return true;
}

const char *view_name(struct call_view view)
{
    return views[view.is_detailed];
}

bool ask_recording(struct call *call, int *ret)
{
    static const char *const words[] = {"All", "Automatic", "OnDemand"};
    bool has_any;
    if (!ask_bool(call, "withRecording", false, &has_any) ||
        !ask_word(call, "recordingType", WORDS(words), ret))
        return false;
    if (*ret < 0 && has_any)
        *ret = 0;
    return true;
}

bool ask_one_of_two(struct call *call, const char *name, struct words words, int *ret)
{
    uint64_t set;
    if (!ask_words(call, name, words, &set))
        return false;
    *ret = set == 1 ? 0 : set == 2 ? 1 : -1;
    return true;
}
