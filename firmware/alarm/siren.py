# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Finds two tones in turn for about three seconds, at unknown frequencies and alternation.

In: the spectrum's history, frame by frame. Out: verdicts. Bins whose mean log level over 46 frames
(2.9 s) stands out are paired; a pair's evidence is the power of the louder of the two in each
frame, summed over the template, plus the power of the strongest regular swing between them. At
every alternation rate from 1 to 20 a second the levels in 128 ms frames swing against each other,
if only by a few dB: that is what tells a siren from a chord.
"""

from array import array

from micropython import const

from alarm import judge as j
from alarm.spectrum import BINS, FIRST_BIN, LONG, ROWS, column, energy, oppose, scan, swing

TOP = const(8)
STANDS_OUT = const(5 * 46 * 12)  # scan's need: 5 steps (1.9 dB), mean over 46 frames
NOISE = const(530)  # 8 * summed power of 46 noise cells
ONE = const(1000)  # the same with a tone in it, at least
GATE = const(1300)  # 8 * summed power from which a pair is looked at
SURE = const(1880)  # evidence: 8 * summed power + 20 * swing
WEAK = const(1740)
NOISE_VARIANCE = const(439)  # of the difference of two noise cells' levels, steps squared
CROWDED = const(16)  # lines a frame before it, in 1/8
SETTLED = const(24)  # frames after which the room's floor and lines are known
SETTLE = const(3)  # frames without the pair after which it has ended


class Siren:
    """Call ``frame(t)`` once for each frame; True when there is a verdict in the attributes:
    ``grade``, ``reason``, ``k`` and ``k2`` (bins), ``on``, ``first``, ``last`` (frames)."""

    def __init__(self, spectrum, lut, crowd):
        self.spectrum = spectrum
        self._lut = lut
        self.crowd = crowd
        self._found = array("H", [0] * 32)
        self._top = array("h", [0] * TOP)
        self._cols = [bytearray(ROWS) for _ in range(TOP)]
        self._loud = bytearray(ROWS)
        self._s6 = array("i", [0] * 6)
        self._power = array("i", [0] * TOP)
        self.grade = ""
        self.reason = ""
        self.k = self.k2 = self.on = self.first = self.last = 0
        self.restart()

    def restart(self):
        self._best = 0  # evidence of the pair that is followed
        self._best_t = 0
        self._a = self._b = 0
        self._rest_until = -1

    def frame(self, t):
        if t & 1:
            return False
        m = self._loudest_bins()
        for i in range(m):
            column(self.spectrum.hist, t, self._top[i], self._top[i], self._cols[i])
            self._power[i] = energy(self._cols[i], ROWS - LONG, LONG, 0, self._lut)
        if m >= 2:
            self._pairs(m, t)
        if not self._best:
            return False
        if t - self._best_t > 24:
            self._best = 0
            return False
        return self._ended(t)

    def _loudest_bins(self):
        sums = self.spectrum.sums
        found = self._found
        top = self._top
        n = scan(sums, BINS, STANDS_OUT, found, 32)
        m = 0
        for i in range(n):
            v = sums[BINS + found[i]]
            louder = 0
            if n > TOP:
                for x in range(n):
                    if sums[BINS + found[x]] > v:
                        louder += 1
            if louder < TOP and m < TOP:
                top[m] = found[i]
                m += 1
        return m

    def _pairs(self, m, t):
        top = self._top
        cols = self._cols
        each = self._power
        for x in range(m):
            if each[x] < ONE:
                continue
            fx = top[x] + FIRST_BIN
            for y in range(x + 1, m):
                fy = top[y] + FIRST_BIN
                # Both must sound: a single tone and any bin of noise are no siren.
                if each[y] < ONE or (each[x] - NOISE) > 4 * (each[y] - NOISE):
                    continue
                if (each[y] - NOISE) > 4 * (each[x] - NOISE):
                    continue
                if fy * 100 < fx * 104 or fy * 10 > fx * 21:
                    continue
                oppose(cols[x], cols[y], ROWS - LONG, LONG, self._s6, self._lut)
                power = self._s6[5]
                if power < GATE:
                    continue
                evidence = power + 5 * self._swing(cols[x], cols[y], ROWS - LONG, LONG) // (
                    NOISE_VARIANCE
                )
                if evidence > self._best:
                    self._best = evidence
                    self._best_t = t
                    self._a = top[x]
                    self._b = top[y]

    def _swing(self, a, b, first, n):
        """Power of the strongest regular alternation, as 4 |D|**2 / n: steps squared."""
        s6 = self._s6
        best = 0
        for turn in range(56, 1056, 16):
            v = swing(a, b, first, n, turn, s6[0] - s6[1], self.spectrum.sine)
            if v > best:
                best = v
        # swing() gives (|sum of n*d| / 128)**2
        return best // n * (65536 // n) // n

    # --- verdict ---------------------------------------------------------------------------

    def _ended(self, t):
        a = self._cols[0]
        b = self._cols[1]
        hist = self.spectrum.hist
        column(hist, t, self._a, self._a, a)
        column(hist, t, self._b, self._b, b)
        loud = self._loud
        column(hist, t, self._a, self._b, loud)
        best = ROWS - 1 - (t - self._best_t)
        on = j.mean(loud, max(0, best - 30), max(1, best - 4))
        for _ in range(2):
            threshold = max(on - 16, (on + j.QUIET + j.TO_POWER) // 2)
            first, last = j.run_of(loud, max(2, best - 12), threshold, 2)
            if last - first < 20:
                break
            on = j.mean(loud, first + 1, last)
        after = ROWS - 1 - last
        if after < SETTLE:
            return False  # it still sounds
        self.first = t - (ROWS - 1) + first
        self.last = t - (ROWS - 1) + last
        self.on = on - j.QUIET
        self.k = self._a
        self.k2 = self._b
        reason = self._test(loud, a, b, first, last, on, threshold)
        sure = self._best >= SURE
        strong = self._best >= WEAK
        if reason and after < 7:
            return False  # weak ones end raggedly: look again
        self._best = 0
        if not strong:
            return False
        self.grade = "sure" if sure else "weak"
        self.reason = reason
        return True

    def _test(self, loud, a, b, first, last, on, threshold):
        n = last - first + 1
        clear = self.on >= 36
        # Among many lines, or before the room is known, only what is plain to see counts.
        strict = self.first < SETTLED or self.crowd[self.first - 2 & 63] > CROWDED
        if n < (36 if clear else 30):
            return "too short"
        if n > (58 if clear else 60) or first < 4:
            return "too long"
        if j.over(loud, first, last + 1, threshold) * 100 < n * (92 if clear else 72):
            return "not without a break"
        if on - j.mean(loud, 0, first - 1) < self.on // 3 or j.over(
            loud, 0, first - 1, threshold
        ) > (1 if clear else 6):
            return "not silent before"
        s6 = self._s6
        oppose(a, b, first, n, s6, self._lut)
        va = n * s6[2] - s6[0] * s6[0]
        vb = n * s6[3] - s6[1] * s6[1]
        cov = n * s6[4] - s6[0] * s6[1]
        if cov >= 0:
            return "the two tones do not alternate"
        scale = n * n  # variances in steps squared
        together = (va + vb - 2 * cov) // scale
        regular = self._swing(a, b, first, n)  # 4 |D|**2 / n: twice n times its variance
        share = regular * 50 // max(1, n * together)
        if share < (60 if strict else 50 if clear else 22):
            return "alternation not regular"
        opposed = (cov // scale) * (cov // scale) * 100 // max(1, (va // scale) * (vb // scale))
        if opposed < (20 if strict else 12 if clear else 1):
            return "the two tones do not alternate"
        if j.variance10(loud, first + 1, last) > (500 if strict else 700 if clear else 1400):
            return "level not steady"
        if strict:
            if self.on < 45 or n < 38 or n > 57:
                return "among other sounds, not plain enough"
            if scan(self.spectrum.sums, BINS, 2 * STANDS_OUT, self._found, 32) > 8:
                return "among other tones"
        return ""
