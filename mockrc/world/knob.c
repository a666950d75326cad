#include "world/knob.h"

#include "base/mem.h"
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum kind { DURATION, COUNT, SWITCH, CHOICE };

static const struct knob {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *otherwise, *words;
} table[] = {
#define KNOB(field, name, kind, otherwise, words)                                                  \
    {name, kind, offsetof(struct knobs, field), otherwise, words},
#include "world/knob.def"
#undef KNOB
};

enum { KNOBS = sizeof table / sizeof *table };

/* By the field: every one is an int64_t. */
static const char *const helps[KNOBS] = {
#define KNOB_HELP(field, text) [offsetof(struct knobs, field) / sizeof(int64_t)] = text,
#include "world/knob_help.def"
#undef KNOB_HELP
};

enum {
    KNOBS_TOLD = 0
#define KNOB_HELP(field, text) +1
#include "world/knob_help.def"
#undef KNOB_HELP
};
_Static_assert((int)KNOBS_TOLD == (int)KNOBS,
               "knob_help.def has a line for every knob, and one only");

static int64_t *slot(struct knobs *knobs, const struct knob *knob)
{
    return (int64_t *)((char *)knobs + knob->offset);
}

/* The index-th word of "a b c" into `out`; false past the last. */
static bool word_at(const char *words, size_t index, char *out, size_t out_len)
{
    for (;; index--) {
        size_t len = strcspn(words, " ");
        if (len == 0)
            return false;
        if (index == 0) {
            snprintf(out, out_len, "%.*s", (int)len, words);
            return true;
        }
        words += len + (words[len] == ' ');
    }
}

static bool read_value(const struct knob *knob, const char *text, int64_t *ret)
{
    bool is_on;
    int64_t count;
    char word[40];
    switch (knob->kind) {
    case DURATION:
        return text_duration_ms(text, ret);
    case COUNT:
        if (!text_int64(text, &count) || count < 0)
            return false;
        *ret = count;
        return true;
    case SWITCH:
        if (!text_bool(text, &is_on))
            return false;
        *ret = is_on;
        return true;
    case CHOICE:
        for (size_t i = 0; word_at(knob->words, i, word, sizeof word); i++)
            if (text_eq(word, text)) {
                *ret = (int64_t)i;
                return true;
            }
    }
    return false;
}

void knobs_init(struct knobs *knobs)
{
    for (size_t i = 0; i < KNOBS; i++) {
        bool is_read = read_value(&table[i], table[i].otherwise, slot(knobs, &table[i]));
        assert(is_read);
        (void)is_read;
    }
}

size_t knob_count(void)
{
    return KNOBS;
}

const char *knob_name(size_t i)
{
    return table[i].name;
}

const char *knob_default(size_t i)
{
    return table[i].otherwise;
}

const char *knob_help(size_t i)
{
    return helps[i];
}

const char *knob_wants(size_t i)
{
    static const char *const wants[] = {[DURATION] = "a duration (250ms, 61m, 7d)",
                                        [COUNT] = "a count (0 or more)",
                                        [SWITCH] = "true or false"};
    return table[i].kind == CHOICE ? table[i].words : wants[table[i].kind];
}

const char *knob_value(const struct knobs *knobs, size_t i, char *value, size_t value_len)
{
    int64_t now = *slot((struct knobs *)knobs, &table[i]);
    switch (table[i].kind) {
    case DURATION:
        if (now % 1000)
            snprintf(value, value_len, "%lldms", (long long)now);
        else
            snprintf(value, value_len, "%llds", (long long)now / 1000);
        break;
    case COUNT:
        snprintf(value, value_len, "%lld", (long long)now);
        break;
    case SWITCH:
        snprintf(value, value_len, "%s", now ? "true" : "false");
        break;
    case CHOICE:
        word_at(table[i].words, (size_t)now, value, value_len);
    }
    return value;
}

bool knobs_set(struct knobs *knobs, const char *name, const char *value, struct diag *diag)
{
    const char *names[KNOBS];
    for (size_t i = 0; i < KNOBS; i++) {
        names[i] = table[i].name;
        if (!text_eq(name, table[i].name))
            continue;
        if (read_value(&table[i], value, slot(knobs, &table[i])))
            return true;
        diag_set(diag, ERR_USAGE, NULL, 0, 0, "knob %s wants %s%s, not \"%s\"", name,
                 table[i].kind == CHOICE ? "one of: " : "", knob_wants(i), value);
        return false;
    }
    const char *near = text_nearest(name, names, KNOBS);
    diag_set(diag, ERR_USAGE, NULL, 0, 0, "unknown knob \"%s\"%s%s%s", name,
             near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return false;
}
