/* Roles and permissions: see world/scope.h. Who has what is a table of ranks, not of cells:
 * SELF is everybody, each for own data; MANAGER adds company-wide reports; ADMIN adds company
 * settings; SUPER is everything. */
#include "world/scope.h"

#include "base/text.h"

#include <ctype.h>

enum rank { SELF, MANAGER, ADMIN, SUPER };

static const struct {
    const char *name;
    enum rank rank;
} roles[ROLE_COUNT] = {
    [ROLE_SUPER_ADMIN] = {"Super Admin", SUPER},
    [ROLE_PHONE_SYSTEM_ADMIN] = {"Phone System Admin", ADMIN},
    [ROLE_BILLING_ADMIN] = {"Billing Admin", SELF},
    [ROLE_USER_ADMIN] = {"User Admin", ADMIN},
    [ROLE_MANAGER] = {"Manager", MANAGER},
    [ROLE_STANDARD_INTERNATIONAL] = {"Standard (International)", SELF},
    [ROLE_STANDARD] = {"Standard", SELF},
};

static const struct {
    const char *name;
    enum rank who;
} permissions[PERMISSION_COUNT] = {
#define PERMISSION(name, wire, who) [PERMISSION_##name] = {wire, who},
#include "world/permission.def"
#undef PERMISSION
};

const char *permission_name(enum permission permission)
{
    return permissions[permission].name;
}

enum permission permission_named(const char *name)
{
    for (int i = 1; i < PERMISSION_COUNT; i++)
        if (text_eq(name, permissions[i].name))
            return (enum permission)i;
    return PERMISSION_NONE;
}

const char *role_name(enum role role)
{
    return roles[role].name;
}

/* "Standard (International)" -> "standard-international" */
static void slug(const char *name, char out[40])
{
    size_t len = 0;
    for (; *name && len < 39; name++) {
        if (isalnum((unsigned char)*name))
            out[len++] = (char)tolower((unsigned char)*name);
        else if (len > 0 && out[len - 1] != '-')
            out[len++] = '-';
    }
    while (len > 0 && out[len - 1] == '-')
        len--;
    out[len] = '\0';
}

bool role_named(const char *name, enum role *ret)
{
    char wanted[40], have[40];
    slug(name, wanted);
    for (int i = 0; i < ROLE_COUNT; i++) {
        slug(roles[i].name, have);
        if (text_eq(wanted, have)) {
            *ret = (enum role)i;
            return true;
        }
    }
    return false;
}

enum reach role_reach(enum role role, enum permission permission)
{
    enum rank have = roles[role].rank, need = permissions[permission].who;
    if (permission == PERMISSION_NONE || have >= ADMIN)
        return have >= need ? REACH_ACCOUNT : REACH_NONE;
    if (have < need)
        return REACH_NONE;
    return need == SELF ? REACH_SELF : REACH_ACCOUNT;
}
