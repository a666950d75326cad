#include "support/cmocka_all.h"

#include "world/clip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMAT(kind, channels, rate, bits)                                                         \
    "fmt \x10\x00\x00\x00" kind "\x00" channels "\x00" rate                                        \
    "\x00\x00\x80\x3e\x00\x00\x02\x00" bits "\x00"
#define GOOD        FORMAT("\x01", "\x01", "\x40\x1f", "\x10")
#define BYTES(text) text, sizeof(text) - 1

static void a_recording_is_read_sample_by_sample(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len, count;
    } rows[] = {
        {"plain", BYTES("RIFF....WAVE" GOOD "data\x04\x00\x00\x00\x01\x00\xfe\xff"), 2},
        {"chunks nobody asked for, one of odd length",
         BYTES("RIFF....WAVELIST\x03\x00\x00\x00"
               "abc\x00" GOOD "fact\x00\x00\x00\x00"
               "data\x04\x00\x00\x00\x01\x00\xfe\xff"),
         2},
        {"a length that was never filled in",
         BYTES("RIFF....WAVE" GOOD "data\xff\xff\xff\xff\x01\x00\xfe\xff"), 2},
        {"half a sample at the end",
         BYTES("RIFF....WAVE" GOOD "data\x05\x00\x00\x00\x01\x00\xfe\xff!"), 2},
        {"no samples", BYTES("RIFF....WAVE" GOOD "data\x00\x00\x00\x00"), 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clip *clip;
        struct diag diag = {0};
        if (clip_read(rows[i].bytes, rows[i].len, "x.wav", &clip, &diag))
            fail_msg("%s: %s", rows[i].label, diag.text);
        assert_int_equal(clip_count(clip), rows[i].count);
        assert_int_equal(clip_sample(clip, 0), rows[i].count ? 1 : 0);
        assert_int_equal(clip_sample(clip, 1), rows[i].count ? -2 : 0);
        assert_int_equal(clip_sample(clip, 2), 0);
        clip_drop(clip);
    }
}

static void what_cannot_be_played_is_told_in_words(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *want;
    } rows[] = {
        {BYTES(""), "no WAV file"},
        {BYTES("RIFF....AVI xxxxxxxx"), "no WAV file"},
        {BYTES("RIFF....WAVE"), "a WAV file without format or samples"},
        {BYTES("RIFF....WAVE" GOOD), "a WAV file without format or samples"},
        {BYTES("RIFF....WAVEfmt \x02\x00\x00\x00\x01\x00"
               "data\x00\x00\x00\x00"),
         "a WAV file without format or samples"},
        {BYTES("RIFF....WAVE" FORMAT("\x07", "\x02", "\x44\xac", "\x08") "data\x00\x00\x00\x00"),
         "wanted PCM, 8000 Hz, 16 bits, one channel, saw format 7, 44100 Hz, 8 bits, 2 channels"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clip *clip = NULL;
        struct diag diag = {0};
        assert_int_equal(clip_read(rows[i].bytes, rows[i].len, "x.wav", &clip, &diag), ERR_USAGE);
        assert_string_equal(diag.text, rows[i].want);
        assert_null(clip);
    }
}

static void a_file_is_read_and_its_absence_told(void **state)
{
    static const char wav[] = "RIFF....WAVE" GOOD "data\x02\x00\x00\x00\x07\x00";
    char path[] = "/tmp/mockrc-clip-XXXXXX";
    struct clip *clip;
    struct diag diag;
    int fd = mkstemp(path);
    assert_int_equal(write(fd, wav, sizeof wav - 1), sizeof wav - 1);
    close(fd);
    assert_int_equal(clip_load(path, &clip, &diag), 0);
    struct clip *same = clip_keep(clip);
    clip_drop(clip);
    assert_int_equal(clip_sample(same, 0), 7);
    clip_drop(same);
    clip_drop(NULL);
    unlink(path);
    assert_int_equal(clip_load(path, &clip, &diag), ERR_USAGE);
    assert_string_equal(diag.text, "cannot be opened: No such file or directory");
    assert_int_equal(clip_load("/dev/zero", &clip, &diag), ERR_USAGE);
    assert_string_equal(diag.text, "wanted a file of up to 4194304 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recording_is_read_sample_by_sample),
        cmocka_unit_test(what_cannot_be_played_is_told_in_words),
        cmocka_unit_test(a_file_is_read_and_its_absence_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
