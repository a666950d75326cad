/* Which installation this is; see instance.h. */
#include "instance.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oauth.h"
#include "text.h"

#define INSTANCE "instance"
/* One line, made when the machine was installed (machine-id(5)); what has none counts as one machine. */
#define MACHINE_FILE "/etc/machine-id"

static void read_machine(char *to, size_t cap)
{
    FILE *file = fopen(MACHINE_FILE, "r");
    if (file == NULL || fgets(to, (int)cap, file) == NULL)
        to[0] = '\0';
    if (file)
        fclose(file);
}

/* A digest, so that what is stored tells nothing of the machine. */
static void instance_mark(const struct client *client, char to[44])
{
    char machine[64], place[PATH_MAX];
    const char *path = store_path(client->store);
    struct sb text = SB_MAX(PATH_MAX + sizeof(machine) + 2);
    read_machine(machine, sizeof(machine));
    sb_addf(&text, "%s\n%s", machine, realpath(path, place) ? place : path);
    oauth_challenge(sb_text(&text), to);
    sb_done(&text);
}

bool instance_bind(struct client *client)
{
    char mark[44];
    instance_mark(client, mark);
    return store_fact_put(client->store, INSTANCE, mark);
}

bool instance_is_ours(const struct client *client)
{
    char mark[44], kept[44] = "";
    store_fact_get(client->store, INSTANCE, kept, sizeof(kept));
    if (kept[0] == '\0')
        return true;
    instance_mark(client, mark);
    return strcmp(mark, kept) == 0;
}
