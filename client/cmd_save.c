/* save: Confirm Changes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "events.h"
#include "identity.h"
#include "text.h"

const struct option save_options[] = {
    {"yes", NULL, NULL, "OK in Confirm Changes"},
    {"cancel", NULL, NULL, "Cancel in Confirm Changes: show them, keep the form, store nothing"},
    {"accept_account", NULL, NULL, "save although another account authorized than before"},
    {0},
};

const char save_help[] =
    "Shows Confirm Changes (old -> new) and makes the form's settings and grant live, in one\n"
    "transaction: whatever happens meanwhile, the old ones are in force or the new ones. A save\n"
    "with nothing changed does nothing. On a terminal it asks; elsewhere --yes says OK.\n"
    "\n"
    "Exit: 0 saved or nothing to save, 1 cancelled or refused, 2 nobody there to confirm.\n";

static void add_change(cJSON *changes, const char *field, const char *before, const char *after)
{
    cJSON *change = cJSON_CreateObject();
    json_put(change, "field", field);
    json_put(change, "old", before);
    json_put(change, "new", after);
    cJSON_AddItemToArray(changes, change);
}

static void list_settings(struct store *store, cJSON *changes)
{
    struct settings live, form;
    store_settings_load(store, SLOT_LIVE, &live);
    if (!store_settings_load(store, SLOT_PENDING, &form))
        return;
    for (size_t i = 0; i < settings_field_count; i++) {
        const struct settings_field *field = &settings_fields[i];
        const char *before = settings_read(&live, field), *after = settings_read(&form, field);
        if (strcmp(before, after) != 0)
            add_change(changes, field->label, field->is_secret && *before ? "(secret)" : before,
                       field->is_secret && *after ? "(new secret)" : after);
    }
}

/* False when the good profile holds the save back: another account came back from the login. */
static bool list_grant(struct call *call, cJSON *changes)
{
    struct grant live = {0}, form;
    char before[200] = "none", after[200], account[32] = "";
    bool has_live = store_grant_load(call->client->store, SLOT_LIVE, &live);
    if (!store_grant_load(call->client->store, SLOT_PENDING, &form))
        return true;
    if (has_live)
        identity_text(live.owner_name, live.owner_extension, before, sizeof(before));
    identity_text(form.owner_name, form.owner_extension, after, sizeof(after));
    add_change(changes, "API authorization", before, after);
    store_fact_get(call->client->store, "service.account", account, sizeof(account));
    return identity_is_of(call->client, &form, account) || call->client->profile == PROFILE_NAIVE ||
           client_is_weak(call->client, WEAK_NO_IDENTITY_CHECK) ||
           args_has(call->args, "accept_account");
}

bool call_changes(struct call *call, cJSON *changes)
{
    list_settings(call->client->store, changes);
    return list_grant(call, changes);
}

static void print_changes(const cJSON *changes, FILE *out)
{
    const cJSON *change;
    fprintf(out, "Confirm Changes\n");
    cJSON_ArrayForEach(change, changes)
    {
        fprintf(out, "  %-26s %s -> %s\n", json_text(change, "field", ""),
                json_text(change, "old", ""), json_text(change, "new", ""));
    }
}

/* What the admin answers: 1 OK, 0 Cancel, -1 nobody there. */
static int ask(const struct call *call, const cJSON *changes)
{
    char line[16] = "";
    if (args_has(call->args, "cancel"))
        return 0;
    if (call->is_batch || args_has(call->args, "yes"))
        return 1;
    if (!isatty(STDIN_FILENO))
        return -1;
    print_changes(changes, stderr);
    fprintf(stderr, "OK? [y/N] ");
    return fgets(line, sizeof(line), stdin) && (line[0] == 'y' || line[0] == 'Y');
}

int cmd_save(struct call *call)
{
    struct store *store = call->client->store;
    cJSON *changes = cJSON_AddArrayToObject(call->result, "changes");
    bool may_save = call_changes(call, changes);
    bool has_changes = cJSON_GetArraySize(changes) > 0;
    int answer = has_changes ? ask(call, changes) : 1;
    bool is_refused = answer == 1 && !may_save;
    cJSON_AddBoolToObject(call->result, "saved", answer == 1 && !is_refused);
    if (answer < 0)
        return call_fail(call, EXIT_USAGE, "confirm the changes with --yes");
    if (answer == 0)
        return call_fail(call, EXIT_NEGATIVE, "cancelled; the form is kept, nothing was stored");
    if (is_refused)
        return call_fail(call, EXIT_NEGATIVE,
                         "AUTHORIZED_AS_WRONG_USER: another account authorized than before; "
                         "authenticate as the dedicated Super Admin, or --accept-account");
    /* Also without changes: pending rows that equal the live ones go away. */
    struct grant pending;
    bool has_grant = store_grant_load(store, SLOT_PENDING, &pending);
    explicit_bzero(&pending, sizeof(pending));
    if (!store_commit_pending(store) || (has_grant && !events_note_forget(store)))
        return call_fail(call, EXIT_ENVIRONMENT, "store: %s", store_error(store));
    return EXIT_OK;
}

void show_save(const cJSON *result, FILE *out)
{
    const cJSON *changes = json_at(result, "changes");
    if (cJSON_GetArraySize(changes) == 0) {
        fprintf(out, "Nothing to save.\n");
        return;
    }
    print_changes(changes, out);
    if (json_is_true(result, "saved"))
        fprintf(out, "Saved.\n");
}
