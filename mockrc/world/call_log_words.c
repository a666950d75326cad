/* Texts of records: results by name, and names and numbers that records point at. */
#include "base/mem.h"
#include "world/call_log_store.h"
#include "world/world.h"

static const char *const result_names[CALL_RESULT_COUNT] = {
    [CALL_ACCEPTED] = "Accepted",
    [CALL_MISSED] = "Missed",
    [CALL_VOICEMAIL] = "Voicemail",
    [CALL_HANG_UP] = "Hang Up",
    [CALL_BUSY] = "Busy",
    [CALL_NO_ANSWER] = "No Answer",
    [CALL_CONNECTED] = "Call connected",
    [CALL_REJECTED] = "Rejected",
    [CALL_ABANDONED] = "Abandoned",
    [CALL_RECEIVED] = "Received",
    [CALL_SENT] = "Sent",
    [CALL_FAX_NOT_SENT] = "Fax Not Sent",
    [CALL_IN_PROGRESS] = "In Progress",
};

const char *call_result_name(enum call_result result)
{
    return result_names[result];
}

/* The lookup holds a name's place; place 0 is "", so that NULL means not there. */
uint16_t call_log_name(struct world *world, const char *name)
{
    struct call_log *log = call_log_of(world);
    uintptr_t place = (uintptr_t)lookup_get(log->names_by_text, name);
    if (place > 0 || !*name || log->name_count > POOL_MAX)
        return (uint16_t)place;
    xgrow(log->names, log->name_count, &log->name_cap);
    place = log->name_count++;
    log->names[place] = xstrdup(name);
    lookup_put(&log->names_by_text, name, (void *)place);
    return (uint16_t)place;
}

const char *call_outside_name(const struct world *world, const struct call_record *record)
{
    return world->call_log->names[record->name];
}

uint64_t call_inside_number(const struct world *world, const struct call_record *record)
{
    return world->call_log->lines[record->line];
}
