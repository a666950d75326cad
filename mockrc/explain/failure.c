/* The table; see failure.h. */
#include "explain/failure.h"

#include "base/text.h"

#include <stdint.h>

static const struct {
    const char *id, *layer, *diagnosis;
} failures[] = {
#define FAILURE(id, layer, diagnosis) {id, layer, diagnosis},
#include "explain/failures.def"
#undef FAILURE
};

size_t failure_count(void)
{
    return sizeof failures / sizeof *failures;
}

const char *failure_id(size_t i)
{
    return failures[i].id;
}

const char *failure_layer(size_t i)
{
    return failures[i].layer;
}

const char *failure_diagnosis(size_t i)
{
    return failures[i].diagnosis;
}

size_t failure_named(const char *id)
{
    for (size_t i = 0; i < failure_count(); i++)
        if (text_eq(id, failures[i].id))
            return i;
    return SIZE_MAX;
}
