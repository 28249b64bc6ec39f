# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The pairs' inner loops: what is kept, and both twins alike on whatever comes."""

import sys
from array import array

from dice import Dice
from skipping import SkipTest

from alarm import kernels as kernel
from alarm import kernels_finders_plain as plain
from alarm.pairs import EACH, FORGET, JUDGED, LIVE, PAIRS, TOP

LIMITS = array("i", [59, 850, 1040, 300, 2000, FORGET, PAIRS, EACH])


class Slots:
    """The arrays that `follow` keeps."""

    def __init__(self, follow):
        self._follow = follow
        self.state = bytearray(PAIRS)
        self.low, self.high = array("h", [0] * PAIRS), array("h", [0] * PAIRS)
        self.rest = [array("i", [0] * PAIRS) for _ in range(4)]  # best, peak, best_t, seen

    def follow(self, low, high, evidence, t):
        self._follow(self.state, low, high, evidence, t, LIMITS, self.low, self.high, *self.rest)

    def all(self):
        return bytes(self.state), list(self.low), list(self.high), [list(a) for a in self.rest]

    def live(self):
        return [(self.low[s], self.high[s]) for s in range(PAIRS) if self.state[s] == LIVE]


def test_the_twin_is_used_wherever_there_is_viper():
    if sys.implementation.name != "micropython":
        raise SkipTest("only MicroPython has viper")
    from alarm import kernels_finders

    assert kernel.couples is kernels_finders.couples and kernel.follow is kernels_finders.follow
    assert kernel.shares is kernels_finders.shares


def test_couples():
    """400 and 600 are a pair, lower one first; 604 is within 4 % of 600, 60 an octave too far."""
    out = array("H", [0] * (3 * TOP * TOP))
    bins = array("H", [600, 400, 604, 60])
    powers = array("H", [1500, 900, 700, 3000])
    n = kernel.couples(bins, powers, 4, LIMITS, out)
    # The weaker one may be noise: of the stronger, 300 more than it count.
    assert n == 1 and list(out[:3]) == [1, (900 + 1500 - 300) // 2, 300], list(out[:9])
    powers[2] = 5000
    assert kernel.couples(bins, powers, 4, LIMITS, out) == 2
    assert list(out[3:6]) == [1 | 2 << 8, (900 + 2000 - 800) // 2, 800], list(out[:9])


def test_follow():
    slots = Slots(kernel.follow)
    slots.follow(100, 200, 1300, 10)
    slots.follow(101, 300, 1299, 10)  # shares a bin with a better one
    assert slots.live() == [(100, 200)]
    slots.follow(101, 300, 1301, 12)
    assert slots.live() == [(101, 300)]
    slots.follow(102, 301, 1290, 14)  # the same, weaker: seen, its best fades
    assert slots.live() == [(101, 300)] and slots.rest[0][0] == 1301 - 1301 // 64
    assert slots.rest[2][0] == 12 and slots.rest[3][0] == 14
    slots.state[0] = JUDGED
    slots.follow(101, 300, 1500, 16)
    assert slots.live() == []
    slots.follow(101, 300, 1700, 16)
    assert slots.live() == [(101, 300)]
    for i in range(1, PAIRS):
        slots.follow(100 + 10 * i, 400 + 10 * i, 1400 + i, 18)
    slots.follow(310, 510, 1400, 18)  # no room: it is the weakest
    assert len(slots.live()) == PAIRS and (310, 510) not in slots.live()
    slots.follow(310, 510, 1402, 18)
    assert (310, 510) in slots.live() and (110, 410) not in slots.live()
    slots.follow(320, 530, 1, 18 + FORGET + 1)
    assert slots.live() == [(320, 530)]


def test_plain_pairs_that_share_a_tone_are_both_followed():
    """A siren's tone makes a pair with a loud beep as well: the better of the two may be that."""
    slots = Slots(kernel.follow)
    slots.follow(100, 200, EACH + 2, 10)
    slots.follow(101, 300, EACH, 10)
    assert slots.live() == [(100, 200), (101, 300)]
    slots.follow(200, 260, EACH + 4, 10)
    assert slots.live() == [(100, 200), (101, 300), (200, 260)]
    slots.follow(101, 400, EACH - 1, 10)
    assert slots.live() == [(100, 200), (101, 300), (200, 260)]


def test_twins_agree():
    if sys.implementation.name != "micropython":
        raise SkipTest("only MicroPython has viper")
    dice = Dice(5)
    ours, theirs = array("H", [0] * (3 * TOP * TOP)), array("H", [0] * (3 * TOP * TOP))
    ours_kept, kept = Slots(kernel.follow), Slots(plain.follow)
    followed = 0
    for t in range(0, 600, 2):
        bins = array("H", [dice.below(60) * (1 + dice.below(10)) for _ in range(TOP)])
        powers = array("H", [731 + dice.below(1 << dice.below(12)) for _ in range(TOP)])
        n = kernel.couples(bins, powers, TOP, LIMITS, ours)
        assert n == plain.couples(bins, powers, TOP, LIMITS, theirs)
        assert ours == theirs, (list(bins), list(powers), list(ours), list(theirs))
        for i in range(n):
            pair = ours[3 * i]
            evidence = 1275 + dice.below(1500)
            for side in (ours_kept, kept):
                side.follow(bins[pair & 255], bins[pair >> 8], evidence, t)
            assert ours_kept.all() == kept.all(), (t, i, ours_kept.all(), kept.all())
            followed += 1
        if dice.below(3) == 0:
            s = dice.below(PAIRS)
            if ours_kept.state[s]:
                ours_kept.state[s] = kept.state[s] = JUDGED
    assert followed > 500, followed


def test_shares():
    out = array("i", [0] * 5)
    a, b = bytes([9, 90, 60, 91, 61]), bytes([9, 50, 80, 51, 81])
    kernel.shares(a, b, 1, 4, sum(a[1:]) - sum(b[1:]), out)
    assert list(out) == [2, 181, 90 * 90 + 91 * 91, 161, 80 * 80 + 81 * 81]


def test_shares_of_both_twins():
    if sys.implementation.name != "micropython":
        raise SkipTest("only MicroPython has viper")
    dice = Dice(9)
    ours, theirs = array("i", [0] * 5), array("i", [0] * 5)
    for n in (1, 20, 41, 64):
        for top in (2, 60, 256):
            a = bytes([dice.below(top) for _ in range(64)])
            b = bytes([dice.below(256) for _ in range(64)])
            more = sum(a[64 - n :]) - sum(b[64 - n :])
            kernel.shares(a, b, 64 - n, n, more, ours)
            plain.shares(a, b, 64 - n, n, more, theirs)
            assert ours == theirs, (n, top)
