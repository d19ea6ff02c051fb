#include "offsets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOVES_MAX = 24, WINDOW = 4 };

/* What happens to a window of four, in order: '+' an offset is taken (at its own number as the time), '-' it is done,
 * 'x' all taken until then expire, 'h' it is held; `fine` what the call answers (for 'x': how many), `position` what
 * may be committed then. */
struct move {
    char what;
    int64_t offset;
    int64_t fine;
    int64_t position;
};

static const struct row {
    const char *story;
    struct move moves[MOVES_MAX];
} rows[] = {
    {"in order", {{'+', 0, 1, 0}, {'+', 1, 1, 0}, {'-', 0, 1, 1}, {'-', 1, 1, 2}}},
    {"a partition does not begin at zero", {{'+', 40, 1, 40}, {'-', 40, 1, 41}}},
    {"out of order: the lowest undone one holds the rest back",
     {{'+', 5, 1, 5}, {'+', 6, 1, 5}, {'+', 7, 1, 5}, {'-', 7, 1, 5}, {'-', 6, 1, 5}, {'-', 5, 1, 8}}},
    {"one in the middle is left",
     {{'+', 5, 1, 5}, {'+', 6, 1, 5}, {'+', 7, 1, 5}, {'-', 7, 1, 5}, {'-', 5, 1, 6}, {'-', 6, 1, 8}}},
    {"gaps are stepped over",
     {{'+', 1, 1, 1}, {'+', 9, 1, 1}, {'-', 1, 1, 9}, {'+', 20, 1, 9}, {'-', 9, 1, 20}, {'-', 20, 1, 21}}},
    {"done in a gap is refused", {{'+', 1, 1, 1}, {'+', 9, 1, 1}, {'-', 5, 0, 1}, {'-', 10, 0, 1}, {'-', 0, 0, 1}}},
    {"done twice counts once",
     {{'+', 1, 1, 1}, {'+', 2, 1, 1}, {'-', 2, 1, 1}, {'-', 2, 0, 1}, {'-', 1, 1, 3}, {'-', 1, 0, 3}}},
    {"done before anything was taken", {{'-', 0, 0, -1}}},
    {"taken twice is refused", {{'+', 3, 1, 3}, {'+', 3, 0, 3}, {'+', 2, 0, 3}, {'-', 3, 1, 4}, {'+', 3, 0, 4}}},
    {"a full window takes no more until its lowest is done",
     {{'+', 1, 1, 1},
      {'+', 2, 1, 1},
      {'+', 3, 1, 1},
      {'+', 4, 1, 1},
      {'+', 5, 0, 1},
      {'-', 4, 1, 1},
      {'+', 5, 0, 1},
      {'-', 1, 1, 2},
      {'+', 5, 1, 2},
      {'-', 2, 1, 3},
      {'-', 3, 1, 5}}},
    {"round the ring many times",
     {{'+', 1, 1, 1},
      {'+', 2, 1, 1},
      {'-', 1, 1, 2},
      {'+', 3, 1, 2},
      {'-', 2, 1, 3},
      {'+', 4, 1, 3},
      {'+', 5, 1, 3},
      {'-', 5, 1, 3},
      {'-', 3, 1, 4},
      {'+', 6, 1, 4},
      {'+', 7, 1, 4},
      {'-', 7, 1, 4},
      {'-', 6, 1, 4},
      {'-', 4, 1, 8}}},
    {"an expired one counts as done, and its own end later for nothing",
     {{'+', 10, 1, 10},
      {'+', 20, 1, 10},
      {'+', 30, 1, 10},
      {'-', 30, 1, 10},
      {'x', 15, 1, 20},
      {'-', 10, 0, 20},
      {'-', 20, 1, 31}}},
    {"expiry counts only what was undone",
     {{'+', 10, 1, 10}, {'+', 20, 1, 10}, {'+', 30, 1, 10}, {'-', 20, 1, 10}, {'x', 20, 1, 30}, {'x', 20, 0, 30}}},
    {"nothing is old enough", {{'+', 10, 1, 10}, {'x', 9, 0, 10}}},
    {"what is held does not expire, and what came after it does",
     {{'+', 10, 1, 10}, {'+', 11, 1, 10}, {'+', 12, 1, 10}, {'h', 11, 1, 10}, {'x', 99, 2, 11}, {'-', 11, 1, 13}}},
    {"nothing is held that is done or never came",
     {{'+', 10, 1, 10}, {'-', 10, 1, 11}, {'h', 10, 0, 11}, {'h', 12, 0, 11}}},
    {"everything expires", {{'+', 10, 1, 10}, {'+', 11, 1, 10}, {'x', 99, 2, 12}, {'+', 12, 1, 12}}},
};

static int64_t apply(struct offsets *offsets, const struct move *move) {
    if (move->what == '+')
        return offsets_take(offsets, move->offset, move->offset) ? 1 : 0;
    if (move->what == '-')
        return offsets_done(offsets, move->offset) ? 1 : 0;
    if (move->what == 'h')
        return offsets_hold(offsets, move->offset) ? 1 : 0;
    return (int64_t)offsets_expire(offsets, move->offset);
}

static void play(const struct row *row) {
    struct offsets offsets;
    offsets_open(&offsets, WINDOW);
    for (size_t i = 0; i < MOVES_MAX && row->moves[i].what != '\0'; i++) {
        const struct move *move = &row->moves[i];
        int64_t answer = apply(&offsets, move);
        int64_t position = offsets_position(&offsets);
        if (answer != move->fine || position != move->position)
            fail_msg("%s: move %zu (%c %lld) answered %lld, position %lld", row->story, i, move->what,
                     (long long)move->offset, (long long)answer, (long long)position);
    }
    offsets_close(&offsets);
}

static void the_watermark_is_the_lowest_undone_offset(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        play(&rows[i]);
}

/* Against the plainest thinkable tracker: one flag for each offset. */
static void any_order_ends_where_a_plain_list_ends(void **state) {
    (void)state;
    enum { COUNT = 512 };
    uint32_t seed = 20261122;
    for (int round = 0; round < 200; round++) {
        bool done[COUNT] = {false};
        int undone = COUNT;
        int64_t low = 0;
        struct offsets offsets;
        offsets_open(&offsets, COUNT);
        for (int64_t i = 0; i < COUNT; i++)
            assert_true(offsets_take(&offsets, i * 3, i));
        while (undone > 0) {
            seed = seed * 1664525U + 1013904223U;
            int pick = (int)((seed >> 8) % COUNT);
            assert_int_equal(!done[pick], offsets_done(&offsets, (int64_t)pick * 3));
            undone -= done[pick] ? 0 : 1;
            done[pick] = true;
            while (low < COUNT && done[low])
                low++;
            assert_int_equal(low < COUNT ? low * 3 : (COUNT - 1) * 3 + 1, offsets_position(&offsets));
            if (undone < COUNT / 2 && round % 4 != 0)
                break;
        }
        offsets_close(&offsets);
    }
}

static void a_window_is_full_at_its_size_and_roomy_at_half(void **state) {
    (void)state;
    struct offsets offsets;
    offsets_open(&offsets, WINDOW);
    for (int64_t i = 0; i < WINDOW; i++)
        assert_true(offsets_take(&offsets, i, 0));
    assert_true(offsets_full(&offsets));
    assert_true(offsets_done(&offsets, 0));
    assert_false(offsets_full(&offsets));
    assert_false(offsets_roomy(&offsets));
    assert_true(offsets_done(&offsets, 1));
    assert_true(offsets_roomy(&offsets));
    offsets_close(&offsets);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_watermark_is_the_lowest_undone_offset),
        cmocka_unit_test(any_order_ends_where_a_plain_list_ends),
        cmocka_unit_test(a_window_is_full_at_its_size_and_roomy_at_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
