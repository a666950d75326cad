/* The XML of MESSAGEs about a call. What was read can be written and is then read the same. */
#include "sip/agent_xml.h"

#include "fuzz.d/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct agent_message message, again, third;
    arena_init(&arena);
    char *text = fuzz_text(data, size);
    if (agent_read(&arena, text, &message)) {
        const char *line = agent_write(&arena, &message);
        assert(!strpbrk(line, "\r\n"));
        bool is_written = agent_read(&arena, line, &again);
        assert(is_written && again.head.count == message.head.count);
        /* Blanks may go at the first writing, nothing at the second. */
        assert(agent_read(&arena, agent_write(&arena, &again), &third));
        for (int i = 0; i < again.body.count; i++)
            assert(strcmp(again.body.pairs[i].value, third.body.pairs[i].value) == 0);
    }
    free(text);
    arena_done(&arena);
    return 0;
}
