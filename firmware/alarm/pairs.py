# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Pairs of tones that may be a siren: which bins, how much speaks for them, and since when.

In: the spectrum's history and its sums of power over 46 frames (2.9 s), every other frame. Out: up
to PAIRS pairs that are followed, each with its evidence and its best moment, for `siren` to judge.

A pair's evidence is the power of both bins, of the louder one in each frame, and of the strongest
regular swing of one against the other. Power, not the mean level: a tone that sounds half of the
time stands out twice as far in power. Each tone's power is held against the bins beside it, so that
loud speech below does not crowd out a soft pump above, and capped, so that both have to be there.
"""

from array import array

from micropython import const

from alarm import judge as j
from alarm.alternation import RATES, Alternation
from alarm.spectrum import BINS, FIRST_BIN, LONG, ROWS, column, loudest

TOP = const(8)
PAIRS = const(6)  # followed at once
NEED = const(731)  # power over 46 frames, of which noise has 531: white noise has about five bins
LINE = const(1000)  # and so much is a tone
BOTH = const(850)  # mean of the two powers from which a pair is looked at
GATE = const(1000)  # and of both with the louder one's
ONE = const(1040)  # a bin of noise has this every few hours: below it a bin may well be noise, and
UNLIKE = const(300)  # the other tone counts for so much more at most: a chime pairs with any bin
CAP = const(2000)  # more power of a tone says nothing: that both are there, and the swing, decide
WEAK = const(1275)
FORGET = const(24)  # frames after which a pair that is gone makes room
SCALE = (1024, 939, 861, 790, 724, 664, 609, 558)  # 1024 * 2**(-i/8)
FREE, LIVE, JUDGED = const(0), const(1), const(2)


class Pairs:
    """Call ``search(t)`` every other frame. Pairs stand in the arrays ``low``, ``high`` (bins),
    ``best`` (evidence at the best moment, fading), ``best_t``, ``seen``, ``peak``, ``state``."""

    def __init__(self, spectrum):
        self.spectrum = spectrum
        self._top = array("H", [0] * TOP)
        self._power = array("H", [0] * TOP)
        self.cols = [bytearray(ROWS) for _ in range(TOP)]
        self._rates = [array("h", bytes(4 * RATES)) for _ in range(TOP)]
        self._got = bytearray(TOP)  # what is there of a bin: 1 its column, 2 its rates too
        self.swings = Alternation(spectrum.sine, spectrum.lut)
        self.quiet = j.QUIET  # mean level beside the tones
        self.lines = 0  # tones that sound over 2.9 s, at most TOP
        self._scale = 1024
        self.low = array("h", [0] * PAIRS)
        self.high = array("h", [0] * PAIRS)
        self.best = array("i", [0] * PAIRS)
        self.peak = array("i", [0] * PAIRS)
        self.best_t = array("i", [0] * PAIRS)
        self.seen = array("i", [0] * PAIRS)
        self.state = bytearray(PAIRS)

    def restart(self):
        for s in range(PAIRS):
            self.state[s] = FREE

    def _level_room(self, t):
        """How far the whole band stands over its floor: the floor follows a room that has just
        grown louder by a decibel a second only, and levels are measured over it."""
        loud = self.spectrum.loud
        total = 0
        for i in range(LONG):
            total += loud[t - i & 63]
        up = max(0, min(80, total // (75 * LONG) - j.QUIET - 1))
        self.quiet = j.QUIET + up
        self._scale = SCALE[up & 7] >> (up >> 3)  # 2**(-up/8)

    def search(self, t):
        """Look at every pair of the loudest bins."""
        self._level_room(t)
        top = self._top
        power = self._power
        got = self._got
        n = loudest(self.spectrum.sums, BINS, NEED, top, power, TOP)
        lines = 0
        for x in range(n):
            got[x] = 0
            if power[x] > LINE:
                lines += 1
        self.lines = lines
        for x in range(n - 1):
            fx = top[x] + FIRST_BIN
            for y in range(x + 1, n):
                fy = top[y] + FIRST_BIN
                low = min(fx, fy)
                high = max(fx, fy)
                if high * 100 < low * 104 or high * 10 > low * 21:
                    continue
                weaker = min(power[x], power[y])
                stronger = min(CAP, max(power[x], power[y]))
                surplus = stronger - weaker - UNLIKE if weaker < ONE else 0
                both = min(CAP, weaker) + stronger - max(0, surplus) >> 1
                if both >= BOTH:
                    if fx < fy:
                        self._pair(x, y, both, max(0, surplus), t)
                    else:
                        self._pair(y, x, both, max(0, surplus), t)

    def _pair(self, x, y, both, surplus, t):
        cols = self.cols
        self._get_column(x, t)
        self._get_column(y, t)
        swings = self.swings
        louder = swings.power(cols[x], cols[y], ROWS - LONG, LONG) * self._scale >> 10
        louder -= surplus
        evidence = (7 * both + 3 * min(CAP, louder)) // 10
        loud = max(self._power[x], self._power[y]) > CAP * 7 // 8
        if evidence < GATE or (loud and self._over(cols[x], cols[y])):
            return
        self._get_rates(x, swings.sums[0])
        self._get_rates(y, swings.sums[1])
        evidence += swings.apart(self._rates[x], self._rates[y]) // 214
        if evidence >= WEAK:
            self._follow(self._top[x], self._top[y], evidence, t)

    def _get_column(self, i, t):
        if not self._got[i]:
            column(self.spectrum.hist, t, self._top[i], self._top[i], self.cols[i])
            self._got[i] = 1

    def _get_rates(self, i, total):
        if self._got[i] < 2:
            self.swings.rates(self.cols[i], ROWS - LONG, LONG, total, self._rates[i])
            self._got[i] = 2

    def _over(self, a, b):
        """Whether the pair has just fallen silent: the capped power of a loud one says so late."""
        heard = self.quiet + 20
        for i in range(ROWS - 4, ROWS):
            if a[i] > heard or b[i] > heard:
                return False
        return True

    def _follow(self, low, high, evidence, t):
        """Keep this pair, if it is the best of all that share a bin with it: one strong tone makes
        a pair with every bin of noise."""
        state = self.state
        best = self.best
        at = -1
        for s in range(PAIRS):
            if state[s] == FREE:
                continue
            if t - self.seen[s] > FORGET:
                state[s] = FREE
                continue
            a = self.low[s]
            b = self.high[s]
            if -3 < a - low < 3 and -3 < b - high < 3:
                self.seen[s] = t
                if evidence > (best[s] if state[s] == LIVE else best[s] * 5 >> 2):
                    at = s  # judged, it comes back to be judged when it grows by a quarter
                    continue
                if state[s] == LIVE:
                    best[s] -= best[s] >> 6  # a long sound's best moment moves on with it
                return
            elif -3 < a - low < 3 or -3 < b - high < 3 or -3 < a - high < 3 or -3 < b - low < 3:
                if best[s] >= evidence:
                    return
                state[s] = FREE
        if at < 0:
            at = self._place(evidence)
            if at < 0:
                return
            self.peak[at] = 0
        state[at] = LIVE
        self.low[at] = low
        self.high[at] = high
        best[at] = evidence
        self.peak[at] = max(evidence, self.peak[at])
        self.best_t[at] = self.seen[at] = t

    def _place(self, evidence):
        """A free place, or that of the pair with the least evidence below this; else -1."""
        at = -1
        for s in range(PAIRS):
            if self.state[s] == FREE:
                return s
            if self.best[s] < evidence:
                at = s
                evidence = self.best[s]
        return at
