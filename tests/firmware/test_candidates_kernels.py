# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the finders do in every frame with their candidates: both twins alike on whatever comes."""

import sys
from array import array

from dice import Dice
from skipping import SkipTest

from alarm import judge
from alarm import kernels as kernel
from alarm import kernels_finders_plain as plain_finders
from alarm import kernels_plain as plain
from alarm.tables import BINS, power_tables, tables

SINE = tables()[0]
LUT, AMP = power_tables()
SLOTS = 24
NAMES = ("beside", "focus", "stand", "survey", "track")


def _viper_only():
    if sys.implementation.name != "micropython":
        raise SkipTest("only MicroPython has viper")


def _history(seed, top):
    """64 rows and 16 frames' phases; levels below top, 256 for the whole range."""
    dice = Dice(seed)
    hist = bytearray([dice.below(top) for _ in range(64 * BINS)])
    return hist, bytearray([dice.below(256) for _ in range(8 * BINS)])


def test_the_twin_is_used_wherever_there_is_viper():
    _viper_only()
    from alarm import kernels_candidates

    for name in NAMES:
        assert getattr(kernel, name) is getattr(kernels_candidates, name), name


# --- what they do ---------------------------------------------------------------------------------


def test_stand_finds_those_that_scan_finds_with_that_need():
    dice = Dice(3)
    sums = array("H", [900 + dice.below(300) for _ in range(BINS + 1)])
    some, few = array("H", [0] * 32), array("H", [0] * 32)
    for _ in range(8):
        sums[30 + dice.below(540)] += 200 + dice.below(300)
    for need in (2400, 2800, 3600):
        n = plain.scan(sums, 0, 2000, some, 32)
        m = plain.scan(sums, 0, need, few, 32)
        assert 1 < m < n < 32, (m, n)
        before = bytes(some)
        assert kernel.stand(sums, 0, some, n, need) == m and bytes(some) == before
        assert kernel.stand(sums, 1, some, n, need) == m
        assert some[:m] == few[:m]


def test_beside_is_the_noise_that_the_judge_tells():
    for top in (70, 130, 256):
        hist, _ = _history(top, top)
        # A loud side counts less than a quiet one.
        for row in range(64):
            for k in range(300, 330):
                hist[row * BINS + k] = 255 - hist[row * BINS + k] // 4
        total, near = array("H", [0] * BINS), array("H", [7] * BINS)
        for first, k in ((0, 18), (49, 581), (50, 290), (63, 335), (20, 310)):
            plain_finders.rowsum(hist, first, 15, total)
            left, right = sum(total[k - 18 : k - 6]), sum(total[k + 7 : k + 19])
            noise = judge.noise_beside(left, right, 180)
            assert kernel.beside(hist, first, 15, near, k) == noise
            assert near[k - 18 : k + 19] == total[k - 18 : k + 19]
            assert kernel.beside(b"", 0, 0, total, k) == noise


def test_track():
    slots = array("i", [0] * (8 * SLOTS))
    sums = array("H", [0] * BINS)
    found = array("H", [100])
    sums[100] = 1400
    assert kernel.track(found, 1, sums, slots, 10) == 32  # in use, nothing due
    sums[101] = 1300  # the same tone, weaker
    found[0] = 101
    assert kernel.track(found, 1, sums, slots, 11) == 32 + 1 and slots[168] == 23
    at = [slots[23 + SLOTS * i] for i in range(5)]
    assert at == [1, 100, 1400, 10, 11], at
    sums[102] = 1401
    found[0] = 102
    assert kernel.track(found, 1, sums, slots, 12) == 32
    assert kernel.track(found, 0, sums, slots, 27) == 32
    assert kernel.track(found, 0, sums, slots, 28) == 32 + 1  # 16 frames after its best
    slots[23] = 2  # judged: it may come back 3 dB stronger
    sums[102] = 1401 + 120
    assert kernel.track(found, 1, sums, slots, 29) == 32 and slots[23] == 2
    sums[102] += 1
    assert kernel.track(found, 1, sums, slots, 30) == 32 and slots[23] == 1
    slots[23] = 2
    assert kernel.track(found, 0, sums, slots, 34) == 32
    assert kernel.track(found, 0, sums, slots, 35) == 0 and slots[23] == 0


def test_focus_finds_a_tone_between_two_bins():
    hist, turns = bytearray(b"\x40" * (64 * BINS)), bytearray(8 * BINS)
    k, fine = 200, 5
    for t in range(50, 65):
        hist[(t & 63) * BINS + k] = 90
        phase = ((k + 59 & 1) * 128 + fine * 8) * t // 16 & 15
        turns[(t >> 1 & 7) * BINS + k] |= phase << 4 * (t & 1)
    slots = array("i", [0] * (8 * SLOTS))
    slots[3 + SLOTS] = k
    kernel.focus(array("H", [0] * 15), 64, 3, slots, 0, hist, turns, AMP, SINE)
    assert abs(slots[3 + 6 * SLOTS] - fine) < 2, list(slots[6 * SLOTS : 7 * SLOTS])
    assert slots[3 + 5 * SLOTS] > (15 * AMP[90]) ** 2 * 9 // 10


def test_survey():
    loud, got = array("H", [75 * 61] * 64), bytearray([9] * 8)
    powers = array("H", [1001, 1000, 5000, 0, 0, 0, 0, 2000])
    assert kernel.survey(loud, 70, powers, 3, got) == 61 << 4 | 2
    assert bytes(got) == b"\0\0\0\t\t\t\t\t"
    for level, expected in ((0, 61), (62, 61), (63, 62), (141, 140), (142, 141), (160, 141)):
        for i in range(64):
            loud[i] = 75 * level
        assert kernel.survey(loud, 1, powers, 0, got) == expected << 4, level
    # Only the last 46 rows count.
    for i in range(18):
        loud[(50 + 1 + i) & 63] = 0
    assert kernel.survey(loud, 50, powers, 0, got) == 141 << 4


# --- twins ----------------------------------------------------------------------------------------


def test_twins_of_stand_and_track():
    _viper_only()
    dice = Dice(11)
    ours, theirs = array("i", [0] * (8 * SLOTS)), array("i", [0] * (8 * SLOTS))
    found = array("H", [0] * 32)
    came = 0
    for t in range(1500):
        top = 1 << dice.below(14)
        sums = array("H", [dice.below(top) + 3825 * (dice.below(9) == 0) for _ in range(BINS + 1)])
        n = plain.scan(sums, 0, dice.below(4000), found, 32)
        need, kept = dice.below(16000), array("H", found)
        for keep in (0, 1):
            m = plain_finders.stand(sums, keep, kept, n, need)
            assert m == kernel.stand(sums, keep, found, n, need) and kept == found, (t, keep)
        few = dice.below(33) if dice.below(4) else 0
        m = plain_finders.track(found, min(few, n), sums, theirs, t)
        assert m == kernel.track(found, min(few, n), sums, ours, t) and ours == theirs, t
        came += m & 31
        for i in range(m & 31):
            s = ours[168 + i]
            if t - ours[72 + s] > 1:
                ours[s] = theirs[s] = 2
    assert came > 2000, came


def test_twins_of_focus_and_beside():
    _viper_only()
    ours, theirs = array("i", [0] * (8 * SLOTS)), array("i", [0] * (8 * SLOTS))
    mine, yours = array("H", [0] * BINS), array("H", [0] * BINS)
    dice = Dice(7)
    for top in (1, 2, 90, 256):
        hist, turns = _history(top, top)
        if top == 1:  # full scale in every cell
            hist, turns = bytearray(b"\xff" * (64 * BINS)), bytearray(8 * BINS)
        for t in (3, 14, 61, 64, 78, 1000, 1 << 28):
            k = 18 + dice.below(564)
            s = dice.below(SLOTS)
            ours[s + SLOTS] = theirs[s + SLOTS] = k
            shift = dice.below(120) - 20
            kernel.focus(mine, t, s, ours, shift, hist, turns, AMP, SINE)
            plain_finders.focus(yours, t, s, theirs, shift, hist, turns, AMP, SINE)
            assert ours == theirs and mine == yours, (top, t, k, shift)
            n = 15 if dice.below(4) else 0
            noise = plain_finders.beside(hist, t & 63, n, yours, k)
            assert noise == kernel.beside(hist, t & 63, n, mine, k) and mine == yours, (top, t)
        assert max(ours[5 * SLOTS : 6 * SLOTS]) < 1 << 29


def test_twins_of_survey():
    _viper_only()
    dice = Dice(2)
    ours, theirs = bytearray(8), bytearray(8)
    for t in (0, 5, 45, 63, 64, 1 << 28):
        for top in (1, 16384):
            loud = array("H", [65535 - dice.below(top) * 4 for _ in range(64)])
            powers = array("H", [dice.below(2001) for _ in range(8)])
            n = dice.below(9)
            for i in range(8):
                ours[i] = theirs[i] = dice.below(3)
            v = plain_finders.survey(loud, t, powers, n, theirs)
            assert kernel.survey(loud, t, powers, n, ours) == v and ours == theirs, (t, top)
