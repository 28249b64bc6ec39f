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
from alarm.alternation import Alternation
from alarm.spectrum import BINS, FIRST_BIN, LONG, ROWS, column, energy, scan

TOP = const(8)
STANDS_OUT = const(6 * 46 * 12)  # scan's need: 6 steps (2.3 dB), mean over 46 frames
# Both must sound: a single tone and any bin of noise are no siren. A bin with a tone in it has this
# at least; of 564 bins of noise one has it every few hours.
ONE = const(1040)
GATE = const(1330)  # of the louder of two in each frame: from here a pair is looked at
SURE = const(1720)  # evidence: 8 * summed power + 20 * swing over noise
WEAK = const(1560)
CROWDED = const(8)  # lines a frame before it, in 1/8
SETTLE = const(3)  # frames without the pair after which it has ended
MANY = const(11)  # bins standing out over 2.9 s: white noise has about 4, hum's partials dozens
CAME = const(9)  # lines a frame gained while it sounded, in 1/8
SLOW = const(80)  # 0.6 Hz in 1/2048 turn a frame
BLURS = const(393)  # 3 Hz in 1/2048 turn a frame: faster swings lose their phase in a room
LOUDER = const(70)  # mean level of the louder of two noise cells


SCALE = (1024, 939, 861, 790, 724, 664, 609, 558)  # 1024 * 2**(-i/8)


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
        self._doubt = False
        self._quiet = j.QUIET
        self._scale = 1024
        self._lines = 0
        self._swings = Alternation(spectrum.sine, lut)
        self._power = array("i", [0] * TOP)
        self.grade = ""
        self.reason = ""
        self.k = self.k2 = self.on = self.loudness = self.first = self.last = 0
        self.restart()

    def restart(self):
        self._best = 0  # evidence of the pair that is followed
        self._best_t = 0
        self._a = self._b = 0
        self._heard_t = -1  # last frame of the siren heard last: what began before is part of it

    def frame(self, t):
        if t & 1:
            return False
        self._level_room(t)
        m = self._loudest_bins(t)
        if m >= 2:
            self._pairs(m, t)
        if not self._best:
            return False
        if t - self._best_t > 24:
            self._best = 0
        return self._best >= WEAK and self._ended(t)

    def _level_room(self, t):
        """How far the whole band stands over its floor: the floor follows a room that has just
        grown louder by a decibel a second only, and levels are measured over it."""
        loud = self.spectrum.loud
        total = 0
        for i in range(LONG):
            total += loud[t - i & 63]
        up = max(0, min(80, total // (75 * LONG) - j.QUIET - 1))
        self._quiet = j.QUIET + up
        self._scale = SCALE[up & 7] >> (up >> 3)  # 2**(-up/8)

    def _loudest_bins(self, t):
        """Columns of at most TOP bins, the loudest, that hold more power than noise does."""
        sums = self.spectrum.sums
        hist = self.spectrum.hist
        found = self._found
        top = self._top
        n = scan(sums, BINS, STANDS_OUT, found, 32)
        self._lines = n
        need = 0
        if n > TOP:
            # Raise the bar by halving until no more than TOP are left.
            step = 2048
            while step > 16:
                step >>= 1
                need += step
                louder = 0
                for i in range(n):
                    if sums[BINS + found[i]] >= need:
                        louder += 1
                if louder < TOP:
                    need -= step
        m = 0
        for i in range(n):
            k = found[i]
            if sums[BINS + k] >= need and m < TOP:
                col = self._cols[m]
                column(hist, t, k, k, col)
                power = energy(col, ROWS - LONG, LONG, 0, self._lut) * self._scale >> 10
                if power >= ONE:
                    top[m] = k
                    self._power[m] = power
                    m += 1
        return m

    def _pairs(self, m, t):
        top = self._top
        cols = self._cols
        swings = self._swings
        for x in range(m):
            fx = top[x] + FIRST_BIN
            for y in range(x + 1, m):
                fy = top[y] + FIRST_BIN
                if fy * 100 < fx * 104 or fy * 10 > fx * 21:
                    continue
                evidence = swings.power(cols[x], cols[y], ROWS - LONG, LONG) * self._scale >> 10
                if evidence < GATE:
                    continue
                evidence += 20 * swings.swing_norm(cols[x], cols[y], ROWS - LONG, LONG)
                if evidence > self._best:
                    self._best = evidence
                    self._best_t = t
                    self._a = top[x]
                    self._b = top[y]

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
        first = max(0, best - 40)
        last = max(first + 20, best - 3)
        s = self._swings
        threshold = 0
        louder = LOUDER + self._quiet - j.QUIET
        for _ in range(2):
            s.look(a, b, first, last - first + 1)
            low = min(s.on_a, s.on_b)
            threshold = max(low - 24, (low + louder) // 2, louder + 7)
            middle = max(0, best - 12)
            if low - self._quiet >= 30:
                run = j.clear_run(loud, middle, threshold)
            else:
                # Between the power while it sounds and that of the louder of two noise cells.
                up = self._quiet - j.QUIET
                power = energy(loud, first, last - first + 1, up, self._lut) // (last - first + 1)
                level = min(40, (power + 18) // 2)
                run = j.likely_run(loud, middle, self._lut, level, up)
            first = run >> 8
            last = run & 255
            if last - first < 20:
                break
        after = ROWS - 1 - last
        if after < SETTLE:
            if t - self._best_t < 8:
                return False  # it still sounds
            last = best  # or noise goes on where it ended
            after = 8
        self.first = t - (ROWS - 1) + first
        self.last = t - (ROWS - 1) + last
        if self.first <= self._heard_t:
            self._best = 0
            return False
        self.k = self._a
        self.k2 = self._b
        self._doubt = False
        reason = self._test(loud, a, b, first, last, threshold)
        sure = self._best >= SURE and not self._doubt
        if reason and after < 7:
            return False  # weak ones end raggedly: look again
        self._best = 0
        if not reason:
            self._heard_t = self.last + SETTLE
        self.grade = "sure" if sure else "weak"
        self.reason = reason
        return True

    def _test(self, loud, a, b, first, last, threshold):
        n = last - first + 1
        if n < 32:
            return "too short"
        if n > 58 or first < 3:
            return "too long"
        s = self._swings
        s.look(a, b, first, n)
        low = min(s.on_a, s.on_b) - self._quiet
        self.on = (s.on_a + s.on_b) // 2 - self._quiet
        self.loudness = j.mean(loud, first + 1, last) - self._quiet
        if s.turn >= BLURS:
            self.loudness += 10  # both tones share each frame: the louder shows 4 dB too little
        clear = low >= 30
        # Among many lines, or before the room is known, only what is plain to see counts.
        strict = self.first < self.spectrum.settled or self.crowd[self.first - 2 & 63] > CROWDED
        if clear and n < 36:
            return "too short"
        # Lines that came with it: its own two and their harmonics raise the crowd by some 5.
        came = self.crowd[self.last & 63] - self.crowd[self.first - 2 & 63]
        if not clear and (self._lines > MANY or came > CAME):
            return "among other tones"
        strict = strict or came > 2 * CAME
        # One tone alone with the loudest of 564 noise bins seems one slow turn: that needs more.
        alone = 9 + (max(s.on_a, s.on_b) - self._quiet - low) // 4
        if low < (alone + 6 if s.turn < SLOW else alone):
            return "only one tone"
        if min(s.mean_a, s.mean_b) < self._quiet + 14 and s.share < 45 and self.on > 30:
            return "only one tone"
        if j.over(loud, first, last + 1, threshold) * 100 < n * (
            90 if clear else 75 if low >= 24 else 55
        ):
            return "not without a break"
        louder = LOUDER + self._quiet - j.QUIET
        over = 1 if threshold > self._quiet + 30 else 3 if clear else 3 + first // 3
        if (
            j.mean(loud, 0, first - 1) > max(louder + 5, self._quiet + low // 2)
            or j.over(loud, 0, first - 1, threshold) > over
        ):
            return "not silent before"
        if not clear and not j.room_steady(self.spectrum.loud, self.first, self.last):
            return "the room's own noise moves too much"
        opposed = s.opposite >= (60 if strict else 40) and s.weaker >= (12 if clear else 6)
        if not opposed or s.share < (60 if strict else 45 if clear else 22):
            if strict or not self._blurred(low):
                return "alternation not regular" if opposed else "the two tones do not alternate"
        elif s.unsteady * (100 - s.share) > (55000 if clear else 109000) or (
            strict and s.unsteady > 700
        ):
            return "level not steady"  # it moves more than the turns explain
        if strict:
            if self.on < 45 or n < 38 or n > 57:
                return "among other sounds, not plain enough"
            if scan(self.spectrum.sums, BINS, 2 * STANDS_OUT, self._found, 32) > 8:
                return "among other tones"
        return ""

    def _blurred(self, low):
        """Whether it may be fast turns in a reverberant room: the echo leaves two nearly steady
        levels that pulse in any phase. Sets ``_doubt`` where too little is left to be sure."""
        s = self._swings
        if min(s.mean_a, s.mean_b) < self._quiet + 14:
            return False
        if low < 15 or max(s.on_a, s.on_b) - self._quiet < 33:
            return False
        if s.opposite < 40 and abs(self.k2 + FIRST_BIN - 2 * (self.k + FIRST_BIN)) < 3:
            return False  # a pulsed tone and its octave
        if s.unsteady < 550 and s.share >= 28:
            return True
        self._doubt = True
        if s.turn >= BLURS and s.share >= 35 and s.unsteady < 1400:
            return True
        return low >= 18 and s.share >= 12 and s.unsteady < 600
