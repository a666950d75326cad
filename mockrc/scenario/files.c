/* The scenario files that paths stand for. */
#include "scenario/runner.h"

#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void add(struct file_list *files, const char *path)
{
    xgrow(files->list, files->count, &files->cap);
    files->list[files->count++] = xstrdup(path);
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

static int is_scenario(const struct dirent *entry)
{
    const char *name = entry->d_name;
    return *name != '.' && !ends_with(name, ".schema.json") &&
           (ends_with(name, ".yaml") || ends_with(name, ".yml") || ends_with(name, ".json"));
}

int file_list_add(struct file_list *files, const char *path, struct diag *diag)
{
    struct stat about;
    if (stat(path, &about))
        return diag_set(diag, ERR_USAGE, path, 0, 0, "cannot be read: %s", strerror(errno));
    if (!S_ISDIR(about.st_mode)) {
        add(files, path);
        return ERR_OK;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, is_scenario, alphasort);
    if (count < 0)
        return diag_set(diag, ERR_USAGE, path, 0, 0, "cannot be read: %s", strerror(errno));
    const char *slash = ends_with(path, "/") ? "" : "/";
    for (int i = 0; i < count; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s%s%s", path, slash, entries[i]->d_name);
        if (files->count < RUNNER_FILES_MAX)
            add(files, file);
        free(entries[i]);
    }
    free(entries);
    return ERR_OK;
}

void file_list_done(struct file_list *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->list[i]);
    free(files->list);
    *files = (struct file_list){0};
}
