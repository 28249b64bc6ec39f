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
from alarm.alternation import RATES, Alternation
from alarm.spectrum import BINS, FIRST_BIN, LONG, ROWS, column, energy, loudest

TOP = const(8)
PAIRS = const(6)  # followed at once
NEED = const(731)  # power over 46 frames, of which noise has 531: white noise has about five bins
LINE = const(1000)  # and so much is a tone
BOTH = const(850)  # mean of the two powers from which a pair is looked at
GATE = const(1000)  # and of both with the louder one's
CAP = const(2000)  # more power of a tone says nothing: that both are there, and the swing, decide
SURE = const(1370)  # evidence: power, and the swing of one against the other
WEAK = const(1270)
CROWDED = const(8)  # lines a frame before it, in 1/8
SETTLE = const(3)  # frames without the pair after which it has ended
WAIT = const(21)  # frames until what seemed no siren is told: the history holds no more
FORGET = const(24)  # frames after which a pair that is gone makes room
PLAIN = const(2200)  # evidence of a siren that may stand among other sounds
FULL = const(100)  # lines a frame before it, in 1/8, among which no siren can be told
MANY = const(6)  # tones over 2.9 s, with its own two and their harmonics
CAME = const(9)  # lines a frame gained while it sounded, in 1/8
SLOW = const(80)  # 0.6 Hz in 1/2048 turn a frame
BLURS = const(393)  # 3 Hz in 1/2048 turn a frame: faster swings lose their phase in a room
LOUDER = const(70)  # mean level of the louder of two noise cells

SCALE = (1024, 939, 861, 790, 724, 664, 609, 558)  # 1024 * 2**(-i/8)

FREE, LIVE, JUDGED = const(0), const(1), const(2)


class Siren:
    """Call ``frame(t)`` once for each frame; True when there is a verdict in the attributes:
    ``grade``, ``reason``, ``k`` and ``k2`` (bins), ``on``, ``first``, ``last`` (frames)."""

    def __init__(self, spectrum, crowd):
        self.spectrum = spectrum
        self._lut = spectrum.lut
        self.crowd = crowd
        self._top = array("H", [0] * TOP)
        self._power = array("H", [0] * TOP)
        self._cols = [bytearray(ROWS) for _ in range(TOP)]
        self._rates = [array("h", bytes(4 * RATES)) for _ in range(TOP)]
        self._got = bytearray(TOP)  # what is there of a bin: 1 its column, 2 its rates too
        self._loud = bytearray(ROWS)
        self._doubt = False
        self._peak_now = 0
        self._quiet = j.QUIET
        self._scale = 1024
        self._lines = 0
        self._swings = Alternation(spectrum.sine, spectrum.lut)
        self._low = array("h", [0] * PAIRS)  # the pair's bins
        self._high = array("h", [0] * PAIRS)
        self._best = array("i", [0] * PAIRS)  # its evidence at the best moment, fading
        self._peak = array("i", [0] * PAIRS)  # and the most there was
        self._best_t = array("i", [0] * PAIRS)
        self._seen = array("i", [0] * PAIRS)
        self._state = bytearray(PAIRS)
        self.grade = ""
        self.reason = ""
        self.k = self.k2 = self.on = self.loudness = self.first = self.last = 0
        self.evidence = 0
        self.restart()

    def restart(self):
        for s in range(PAIRS):
            self._state[s] = FREE
        self._heard_t = -1  # last frame of the siren heard last: what began before is part of it

    def frame(self, t):
        if t & 1:
            return self._verdict(t)
        self._level_room(t)
        self._pairs(t)
        return False

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

    # --- candidates ------------------------------------------------------------------------

    def _pairs(self, t):
        """Every pair of the loudest bins."""
        top = self._top
        power = self._power
        got = self._got
        n = loudest(self.spectrum.sums, BINS, NEED, top, power, TOP)
        lines = 0
        for x in range(n):
            got[x] = 0
            if power[x] > LINE:
                lines += 1
        self._lines = lines
        for x in range(n - 1):
            fx = top[x] + FIRST_BIN
            for y in range(x + 1, n):
                fy = top[y] + FIRST_BIN
                low = min(fx, fy)
                high = max(fx, fy)
                if high * 100 < low * 104 or high * 10 > low * 21:
                    continue
                both = min(CAP, power[x]) + min(CAP, power[y]) >> 1
                if both >= BOTH:
                    if fx < fy:
                        self._pair(x, y, both, t)
                    else:
                        self._pair(y, x, both, t)

    def _pair(self, x, y, both, t):
        cols = self._cols
        got = self._got
        for i in (x, y):
            if not got[i]:
                column(self.spectrum.hist, t, self._top[i], self._top[i], cols[i])
                got[i] = 1
        swings = self._swings
        louder = swings.power(cols[x], cols[y], ROWS - LONG, LONG) * self._scale >> 10
        evidence = (7 * both + 3 * min(CAP, louder)) // 10
        if evidence < GATE or (both > CAP * 7 // 8 and self._over(cols[x], cols[y])):
            return
        rates = self._rates
        for i in (x, y):
            if got[i] < 2:
                total = swings.sums[0 if i == x else 1]
                swings.rates(cols[i], ROWS - LONG, LONG, total, rates[i])
                got[i] = 2
        evidence += swings.apart(rates[x], rates[y]) // 214
        if evidence >= WEAK:
            self._follow(self._top[x], self._top[y], evidence, t)

    def _over(self, a, b):
        """Whether the pair has just fallen silent: the capped power of a loud one says so late."""
        heard = self._quiet + 20
        for i in range(ROWS - 4, ROWS):
            if a[i] > heard or b[i] > heard:
                return False
        return True

    def _follow(self, low, high, evidence, t):
        """Keep this pair, if it is the best of all that share a bin with it: one strong tone makes
        a pair with every bin of noise."""
        state = self._state
        best = self._best
        at = -1
        for s in range(PAIRS):
            if state[s] == FREE:
                continue
            if t - self._seen[s] > FORGET:
                state[s] = FREE
                continue
            a = self._low[s]
            b = self._high[s]
            if -3 < a - low < 3 and -3 < b - high < 3:
                self._seen[s] = t
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
        least = evidence
        for s in range(PAIRS):
            if at >= 0:
                break
            if state[s] == FREE:
                at = s
        if at < 0:
            for s in range(PAIRS):
                if best[s] < least:
                    at = s
                    least = best[s]
        if at >= 0:
            fresh = state[at] != LIVE or self._low[at] - low > 2 or low - self._low[at] > 2
            self._peak[at] = evidence if fresh else max(evidence, self._peak[at])
            state[at] = LIVE
            self._low[at] = low
            self._high[at] = high
            best[at] = evidence
            self._best_t[at] = self._seen[at] = t

    # --- verdict ---------------------------------------------------------------------------

    def _verdict(self, t):
        state = self._state
        for s in range(PAIRS):
            if state[s] == LIVE:
                if t - self._best_t[s] > FORGET:
                    state[s] = JUDGED
                elif t - self._best_t[s] > 1 and self._ended(s, t):
                    return True
        return False

    def _ended(self, s, t):
        a = self._cols[0]
        b = self._cols[1]
        hist = self.spectrum.hist
        low_bin = self._low[s]
        high_bin = self._high[s]
        best_t = self._best_t[s]
        column(hist, t, low_bin, low_bin, a)
        column(hist, t, high_bin, high_bin, b)
        loud = self._loud
        column(hist, t, low_bin, high_bin, loud)
        age = t - best_t
        best = ROWS - 1 - age
        first = max(0, best - 40)
        last = max(first + 20, best - 3)
        measure = self._swings
        threshold = 0
        louder = LOUDER + self._quiet - j.QUIET
        for _ in range(2):
            measure.look(a, b, first, last - first + 1)
            low = min(measure.on_a, measure.on_b)
            threshold = max(low - 24, (low + louder) // 2, louder + 7)
            middle = max(0, best - 12)
            if low - self._quiet >= 30:
                run = j.clear_run(loud, middle, threshold)
            else:
                # Between the power while it sounds and that of the louder of two noise cells (18),
                # nearer to this, as the likelihood of powers has it.
                up = self._quiet - j.QUIET
                power = energy(loud, first, last - first + 1, up, self._lut) // (last - first + 1)
                level = min(40, (2 * power + 3 * 18) // 5)
                run = j.likely_run(loud, middle, self._lut, level, up)
            first = run >> 8
            last = run & 255
            if last - first < 20:
                break
        after = ROWS - 1 - last
        if after < SETTLE:
            if age < 8:
                return False  # it still sounds
            last = best  # or noise goes on where it ended
            after = 8
        n = last - first + 1
        self.first = t - (ROWS - 1) + first
        self.last = t - (ROWS - 1) + last
        if self.first <= self._heard_t:
            self._state[s] = JUDGED
            return False
        self.k = low_bin
        self.k2 = high_bin
        self._doubt = False
        self._peak_now = self._peak[s]
        reason = self._test(loud, a, b, first, last, threshold)
        self.evidence = self._peak_now
        sure = self.evidence >= SURE and not self._doubt
        if reason and age < WAIT and (after < 7 or (n < 46 and t - self._seen[s] < 4)):
            return False  # weak ones end raggedly, and a room swallows moments of it: look again
        self._state[s] = JUDGED
        if not reason:
            self._heard_t = self.last + SETTLE
        self.grade = "sure" if sure else "weak"
        self.reason = reason
        return True

    def _test(self, loud, a, b, first, last, threshold):
        """The reason why this is no siren, "" when it may be one."""
        n = last - first + 1
        if n < 35:
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
        before = self.crowd[self.first - 2 & 63]
        came = self.crowd[self.last & 63] - before
        if n >= 44 and n < 58 and before < FULL and self._plain(a, b, first, last):
            return ""
        # Among many lines, or before the room is known, only what is plain to see counts.
        clear = low >= 30
        strict = self.first < self.spectrum.settled or before > CROWDED
        if clear and n < 36:
            return "too short"
        # Lines that came with it: its own two and their harmonics raise the crowd by some 5.
        if not clear and (self._lines > MANY or came > CAME):
            return "among other tones"
        strict = strict or came > 2 * CAME
        # One tone alone with the loudest of 564 noise bins seems one slow turn: that needs more.
        alone = 9 + (max(s.on_a, s.on_b) - self._quiet - low) // 4
        if low < (alone + 6 if s.turn < SLOW else alone):
            return "only one tone"
        if min(s.mean_a, s.mean_b) < self._quiet + 14 and s.share < 45 and self.on > 30:
            return "only one tone"
        regular = s.opposite >= 60 and s.share >= 45
        if j.over(loud, first, last + 1, threshold) * 100 < n * (
            (75 if regular else 90) if clear else 75 if low >= 24 else 55
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
        elif s.unsteady * (100 - s.share) > (55000 if clear else 109000):
            return "level not steady"  # it moves more than the turns explain
        return "among other sounds, not plain enough" if strict else ""

    def _plain(self, a, b, first, last):
        """Whether it is so regular and pure that it counts among any other sounds: the two tones
        take turns, each steady, narrow and silent before. Speech does not, music seldom."""
        s = self._swings
        if s.opposite < 85 or s.share < 55 or s.weaker < 20 or s.unsteady > 1000:
            return False
        if self._peak_now < PLAIN:
            return False
        start = max(0, first - 10)
        if j.mean(a, start, first - 1) > s.on_a - 20 or j.mean(b, start, first - 1) > s.on_b - 20:
            return False
        if j.mean(self._loud, last + 2, ROWS) > min(s.on_a, s.on_b) - 10:
            return False
        return self._narrow(a, b, first, last)

    def _narrow(self, a, b, first, last):
        """Whether each tone, in its own frames, stands 6 dB over the bins three beside it."""
        hist = self.spectrum.hist
        newest = self.spectrum.t
        na = nb = over_a = over_b = 0
        for i in range(first, last + 1):
            row = (newest + 1 + i & 63) * BINS
            if a[i] > b[i]:
                k = row + self.k
                over_a += a[i] - max(hist[k - 3], hist[k + 3])
                na += 1
            else:
                k = row + self.k2
                over_b += b[i] - max(hist[k - 3], hist[k + 3])
                nb += 1
        return over_a >= 16 * na and over_b >= 16 * nb

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
