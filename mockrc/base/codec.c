#include "base/codec.h"

#include <string.h>

static const char *const alphabets[] = {
    [BASE64_STD] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    [BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

void codec_base64(struct buf *out, enum base64_kind kind, const void *bytes, size_t len)
{
    const unsigned char *in = bytes;
    const char *letters = alphabets[kind];
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        unsigned word = (unsigned)in[i] << 16 | (left > 1 ? (unsigned)in[i + 1] << 8 : 0) |
                        (left > 2 ? in[i + 2] : 0);
        char four[4] = {letters[word >> 18], letters[word >> 12 & 63], letters[word >> 6 & 63],
                        letters[word & 63]};
        size_t used = left > 2 ? 4 : left + 1;
        if (kind == BASE64_STD)
            for (; used < 4; used++)
                four[used] = '=';
        buf_add(out, four, used);
    }
}

/* 1 + the value of a letter both alphabets share; 0: none of these. */
static const unsigned char shared[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62,
};

static int sextet(enum base64_kind kind, char c)
{
    int value = shared[(unsigned char)c] - 1;
    if (value < 0 && c == alphabets[kind][62])
        value = 62;
    if (value < 0 && c == alphabets[kind][63])
        value = 63;
    return value;
}

bool codec_unbase64(struct buf *out, enum base64_kind kind, const char *text, size_t len)
{
    size_t full = len;
    while (full > 0 && text[full - 1] == '=' && len - full < 2)
        full--;
    if (full % 4 == 1 || (full != len && len % 4 != 0))
        return false;
    unsigned word = 0;
    int bits = 0;
    for (size_t i = 0; i < full; i++) {
        int six = sextet(kind, text[i]);
        if (six < 0)
            return false;
        word = (word << 6 | (unsigned)six) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            buf_char(out, (char)(word >> bits & 0xff));
        }
    }
    bool is_canonical = (word & ((1u << bits) - 1)) == 0; /* RFC 4648 section 3.5 */
    return is_canonical && !out->truncated;
}

char *codec_hex(char *out, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *in = bytes;
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    out[2 * len] = '\0';
    return out;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

void codec_percent(struct buf *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (is_unreserved(*at)) {
            buf_char(out, (char)*at);
        } else {
            char three[3] = {'%', digits[*at >> 4], digits[*at & 15]};
            buf_add(out, three, 3);
        }
    }
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool codec_unpercent(struct buf *out, const char *text, size_t len, bool is_form)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%') {
            int high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < len ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            buf_char(out, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_char(out, is_form && text[i] == '+' ? ' ' : text[i]);
        }
    }
    return !out->truncated;
}

void codec_html(struct buf *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        switch (*at) {
        case '&':
            buf_str(out, "&amp;");
            break;
        case '<':
            buf_str(out, "&lt;");
            break;
        case '>':
            buf_str(out, "&gt;");
            break;
        case '"':
            buf_str(out, "&quot;");
            break;
        case '\'':
            buf_str(out, "&#39;");
            break;
        default:
            buf_char(out, *at);
        }
    }
}
