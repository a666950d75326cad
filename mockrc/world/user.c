#include "world/user.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const status_names[USER_STATUS_COUNT] = {
    [USER_ENABLED] = "Enabled",       [USER_DISABLED] = "Disabled",
    [USER_FROZEN] = "Frozen",         [USER_NOT_ACTIVATED] = "NotActivated",
    [USER_UNASSIGNED] = "Unassigned",
};

static const char *const type_names[USER_TYPE_COUNT] = {
    [USER_USER] = "User",
    [USER_DEPARTMENT] = "Department",
    [USER_ANNOUNCEMENT] = "Announcement",
    [USER_VOICEMAIL] = "Voicemail",
    [USER_IVR_MENU] = "IvrMenu",
    [USER_PARK_LOCATION] = "ParkLocation",
    [USER_SITE] = "Site",
    [USER_LIMITED] = "Limited",
};

/* Where in the users, which are in order of id, `id` is or belongs. */
static size_t place_of(const struct world *world, int64_t id)
{
    size_t low = 0, high = world->user_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (world->users[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *queue_order_name(enum queue_order order)
{
    static const char *const names[QUEUE_ORDER_COUNT] = {[QUEUE_ROTATING] = "Rotating",
                                                         [QUEUE_FIXED_ORDER] = "FixedOrder",
                                                         [QUEUE_SIMULTANEOUS] = "Simultaneous"};
    return names[order];
}

struct user *user_add(struct world *world, int64_t id, int64_t account_id)
{
    struct user *user = xcalloc(1, sizeof *user);
    user->id = id;
    user->account_id = account_id;
    user->role = ROLE_STANDARD;
    user->queue = (struct queue_settings){.sla_goal = 80,
                                          .sla_threshold_s = 30,
                                          .abandoned_threshold_s = 3,
                                          .alert_s = 30,
                                          .counts_abandoned = true,
                                          .lets_members_choose = true};
    xgrow(world->users, world->user_count, &world->user_cap);
    size_t place = place_of(world, id);
    assert(place == world->user_count || !world->call_log);
    for (size_t i = world->user_count++; i > place; i--)
        world->users[i] = world->users[i - 1];
    return world->users[place] = user;
}

/* Keys of the lookups. Both are cut at a length that no stored key has: such a text finds nobody.
 */
enum { KEY_LEN = 320 };

static const char *email_key(const char *email, char key[KEY_LEN])
{
    size_t len = 0;
    if (!email)
        return NULL;
    for (; *email && len < KEY_LEN - 1; email++)
        key[len++] = (char)tolower((unsigned char)*email);
    key[len] = '\0';
    return key;
}

static const char *extension_key(int64_t account_id, const char *number, char key[KEY_LEN])
{
    if (!number)
        return NULL;
    snprintf(key, KEY_LEN, "%" PRId64 ":%s", account_id, number);
    return key;
}

void user_set_extension(struct world *world, struct user *user, const char *number)
{
    char key[KEY_LEN];
    lookup_drop(&world->users_by_extension,
                extension_key(user->account_id, user->extension_number, key), user);
    xset(&user->extension_number, number);
    lookup_put(&world->users_by_extension, extension_key(user->account_id, number, key), user);
}

void user_set_email(struct world *world, struct user *user, const char *email)
{
    char key[KEY_LEN];
    lookup_drop(&world->users_by_email, email_key(user->email, key), user);
    xset(&user->email, email);
    lookup_put(&world->users_by_email, email_key(email, key), user);
}

bool user_index(const struct world *world, int64_t id, size_t *ret)
{
    size_t place = place_of(world, id);
    if (place == world->user_count || world->users[place]->id != id)
        return false;
    *ret = place;
    return true;
}

struct user *user_by_id(const struct world *world, int64_t id)
{
    size_t place;
    return user_index(world, id, &place) ? world->users[place] : NULL;
}

static struct user *unless_deleted(struct user *user)
{
    return user && !user->is_deleted ? user : NULL;
}

struct user *user_by_extension(const struct world *world, int64_t account_id, const char *number)
{
    char key[KEY_LEN];
    return unless_deleted(
        lookup_get(world->users_by_extension, extension_key(account_id, number, key)));
}

struct user *user_by_email(const struct world *world, const char *email)
{
    char key[KEY_LEN];
    return unless_deleted(lookup_get(world->users_by_email, email_key(email, key)));
}

struct user *user_super_admin(const struct world *world, int64_t account_id)
{
    for (size_t i = 0; i < world->user_count; i++) {
        struct user *user = world->users[i];
        if (user->account_id == account_id && user->role == ROLE_SUPER_ADMIN &&
            user->type == USER_USER && user->status == USER_ENABLED && !user->is_deleted)
            return user;
    }
    return NULL;
}

struct user *user_named(const struct world *world, const char *name)
{
    int64_t id;
    if (world->account_count == 0 || !name)
        return NULL;
    if (text_eq(name, "superadmin"))
        return user_super_admin(world, world->accounts[0]->id);
    struct user *user = text_int64(name, &id) ? user_by_id(world, id) : NULL;
    for (size_t i = 0; !user && i < world->account_count; i++)
        user = user_by_extension(world, world->accounts[i]->id, name);
    if (!user)
        user = user_by_email(world, name);
    for (size_t i = 0; !user && i < world->user_count; i++)
        if (text_eq_nocase(world->users[i]->name, name))
            user = unless_deleted(world->users[i]);
    return user;
}

/* A number as people type it, to its digits; false when it holds anything else. */
static bool digits_of(const char *typed, char digits[32])
{
    size_t len = 0;
    for (; *typed; typed++) {
        if (isdigit((unsigned char)*typed) && len < 31)
            digits[len++] = *typed;
        else if (!strchr("+ -().", *typed))
            return false;
    }
    digits[len] = '\0';
    return len > 0;
}

/* With its country, or as people of an account's country say it. */
static struct phone_number *number_typed(const struct world *world, const char *typed)
{
    char digits[32], whole[48];
    if (!digits_of(typed, digits))
        return NULL;
    struct phone_number *number = phone_number_find(world, digits);
    for (size_t i = 0; !number && i < world->account_count; i++) {
        const char *code = world->accounts[i]->calling_code;
        snprintf(whole, sizeof whole, "%s%s", code ? code : "", digits);
        number = phone_number_find(world, whole);
    }
    return number;
}

struct user *user_by_login(const struct world *world, const char *identifier, const char *extension)
{
    struct user *user;
    if (strchr(identifier, '@')) {
        user = user_by_email(world, identifier);
    } else {
        const struct phone_number *number = number_typed(world, identifier);
        if (!number)
            return NULL;
        if (extension && *extension)
            user = user_by_extension(world, number->account_id, extension);
        else if (number->user_id)
            user = unless_deleted(user_by_id(world, number->user_id));
        else
            user = user_super_admin(world, number->account_id);
    }
    return user;
}

const char *user_status_name(enum user_status status)
{
    return status_names[status];
}

bool user_status_named(const char *name, enum user_status *ret)
{
    for (int i = 0; i < USER_STATUS_COUNT; i++)
        if (text_eq(name, status_names[i])) {
            *ret = (enum user_status)i;
            return true;
        }
    return false;
}

const char *user_type_name(enum user_type type)
{
    return type_names[type];
}

bool user_type_named(const char *name, enum user_type *ret)
{
    for (int i = 0; i < USER_TYPE_COUNT; i++)
        if (text_eq(name, type_names[i])) {
            *ret = (enum user_type)i;
            return true;
        }
    return false;
}

enum reach user_reach(const struct user *user, enum permission permission)
{
    if (user->status != USER_ENABLED || user->is_deleted)
        return REACH_NONE;
    return role_reach(user->role, permission);
}

static size_t member_at(const struct user *queue, int64_t id)
{
    size_t at = 0;
    while (at < queue->member_count && queue->members[at] != id)
        at++;
    return at;
}

bool user_has_member(const struct user *queue, int64_t id)
{
    return member_at(queue, id) < queue->member_count;
}

void user_add_member(struct user *queue, int64_t id)
{
    if (user_has_member(queue, id))
        return;
    queue->members = xrealloc(queue->members, (queue->member_count + 1) * sizeof *queue->members);
    queue->members[queue->member_count++] = id;
}

void user_remove_member(struct user *queue, int64_t id)
{
    size_t at = member_at(queue, id);
    if (at == queue->member_count)
        return;
    queue->member_count--;
    for (; at < queue->member_count; at++)
        queue->members[at] = queue->members[at + 1];
}

static void user_free(struct user *user)
{
    char *texts[] = {user->extension_number, user->email,   user->first_name,
                     user->last_name,        user->name,    user->job_title,
                     user->department,       user->password};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(user->members);
    presence_done(&user->presence);
    free(user);
}

void users_done(struct world *world)
{
    for (size_t i = 0; i < world->user_count; i++)
        user_free(world->users[i]);
    free(world->users);
    lookup_done(&world->users_by_email);
    lookup_done(&world->users_by_extension);
    world->users = NULL;
    world->user_count = world->user_cap = 0;
}
