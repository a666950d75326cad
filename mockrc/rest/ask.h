/*
 * Questions to a request's query: each reads one parameter, and refuses the call (CMN-101 with the
 * parameter's name, rest.md 2.2) and returns false when its value is not of the kind asked for. An
 * absent parameter gives `otherwise`.
 */
#ifndef MOCKRC_REST_ASK_H
#define MOCKRC_REST_ASK_H

#include "api/route.h"

/* An enumeration of the platform's: its words in the order of section 10; at most 64. */
struct words {
    const char *const *list;
    size_t count;
};
#define WORDS(array)                                                                               \
    (struct words)                                                                                 \
    {                                                                                              \
        array, sizeof(array) / sizeof *(array)                                                     \
    }

/* Bit of `word` in sets made by ask_words; 0 when it is none of them. */
uint64_t words_bit(struct words words, const char *word);

/* Repeated keys (?type=User&type=Site; a comma list is one bad value): a set of bits, all when
 * absent. */
bool ask_words(struct call *call, const char *name, struct words words, uint64_t *ret);
/* One of the words: its index, -1 when absent. */
bool ask_word(struct call *call, const char *name, struct words words, int *ret);
bool ask_bool(struct call *call, const char *name, bool otherwise, bool *ret);
bool ask_int(struct call *call, const char *name, int64_t least, int64_t most, int64_t otherwise,
             int64_t *ret);
bool ask_time(struct call *call, const char *name, int64_t otherwise, int64_t *ret);

/* The body as a JSON object; refuses with CMN-103 when it is missing or something else. */
bool ask_body(struct call *call);

#endif
