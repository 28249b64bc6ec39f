# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Finds two tones in turn for about three seconds, at unknown frequencies and alternation.

In: the spectrum's history, frame by frame. Out: verdicts on the pairs of tones that `pairs`
follows, each given when its sound has ended. At every alternation rate from 1 to 20 a second the
levels in 128 ms frames swing against each other, if only by a few dB: that tells a siren from a
chord.
"""

from micropython import const

from alarm import judge as j
from alarm.kernels import column, energy
from alarm.pairs import FORGET, JUDGED, LIVE, PAIRS, Pairs
from alarm.scattered import SOUNDS_ON, YES, Scattered
from alarm.spectrum import BINS, FIRST_BIN, ROWS

# Evidence: power, and the swing of one against the other. In 78 h of white noise 68 passed all
# tests with more than 1180; the tail falls by e every 26: one a month has this.
SURE = const(1350)
CROWDED = const(8)  # lines a frame before it, in 1/8
SETTLE = const(3)  # frames without the pair after which it has ended
WAIT = const(21)  # frames until what seemed no siren is told: the history holds no more
PLAIN = const(2200)  # evidence of a siren that may stand among other sounds
SPARSE = const(40)  # lines a frame before it, in 1/8, among which a slow siren can be told
AGAIN = const(40)  # frames in which two bands that sound on are looked at again
FULL = const(100)  # lines a frame before it, in 1/8, among which no siren can be told
MANY = const(6)  # tones over 2.9 s, with its own two and their harmonics
CAME = const(9)  # lines a frame gained while it sounded, in 1/8
SLOW = const(80)  # 0.6 Hz in 1/2048 turn a frame
RETURNS = const(150)  # slower than 2.3 changes a second it may be a tune: more has to be seen
COMPANY = const(4)  # tones over 2.9 s: its own two, and two that a harmonic or noise explains
TUNE = const(11)  # lines a frame gained with slow turns, in 1/8: a melody with its accompaniment
MUSIC = const(24)  # lines a frame gained with any: a piece of music that began
BLURS = const(393)  # 3 Hz in 1/2048 turn a frame: faster swings lose their phase in a room
STRONG = const(1420)  # noise alone has this hardly ever: less has to be tested
BARE = const(2)  # lines a frame, in 1/8, before a sound, and gained while it sounded
BARE_SPREAD = const(290)
SPREAD = const(350)  # power over the noise that the two have outside their best second
LOUDER = const(70)  # mean level of the louder of two noise cells
_SOME_LIVE = bytes([LIVE])


class Siren:
    """Call ``frame(t)`` once for each frame; True when there is a verdict in the attributes:
    ``grade``, ``reason``, ``k`` and ``k2`` (bins), ``on``, ``first``, ``last`` (frames)."""

    def __init__(self, spectrum, crowd, scratch):
        self.spectrum = spectrum
        self._lut = spectrum.lut
        self.crowd = crowd
        self.pairs = Pairs(spectrum)
        self._swings = self.pairs.swings
        self._scattered = Scattered(spectrum, self._swings, crowd, scratch)
        self._loud = bytearray(ROWS)
        self._doubt = False
        self._quiet = j.QUIET
        self.grade = ""
        self.reason = ""
        self.k = self.k2 = self.on = self.loudness = self.first = self.last = 0
        self._again_k = self._again_k2 = 0
        self.evidence = 0
        self.restart()

    def restart(self):
        self.pairs.restart()
        self._heard_t = -1  # last frame of the siren heard last: what began before is part of it
        self._again_t = -1  # when two bands were found sounding: looked at again until they end

    def frame(self, t):
        pairs = self.pairs
        if not t & 1:
            pairs.search(t)
        self._quiet = pairs.quiet
        if _SOME_LIVE in pairs.state and self._verdict(t):
            return True
        return self._again_t >= 0 and self._look_again(t)

    def _verdict(self, t):
        pairs = self.pairs
        for s in range(PAIRS):
            if pairs.state[s] == LIVE:
                age = t - pairs.best_t[s]
                if age > FORGET:
                    pairs.state[s] = JUDGED
                elif age > 1 and self._ended(s, t, age):
                    return True
        return False

    def _look_again(self, t):
        if t - self._again_t > AGAIN:
            self._again_t = -1
        elif not t - self._again_t & 1 and self._scatter(t, self._again_k, self._again_k2, 24):
            self.grade = "sure"
            self.reason = ""
            return True
        return False

    def _scatter(self, t, low_bin, high_bin, middle):
        """Whether it is a siren whose pitch scatters; if so its place is in the attributes."""
        pairs = self.pairs
        w = self._scattered
        cols = pairs.cols
        seen = w.look(
            t, low_bin, high_bin, middle, self._quiet, pairs.lines, cols[0], cols[1], self._loud
        )
        if seen == SOUNDS_ON:
            if self._again_t < 0:
                self._again_t = t
                self._again_k = low_bin
                self._again_k2 = high_bin
            return False
        self._again_t = -1
        first = t - (ROWS - 1) + w.first
        if seen != YES or first <= self._heard_t:
            return False
        self.first = first
        self.last = t - (ROWS - 1) + w.last
        self.k = w.k
        self.k2 = w.k2
        self.on = self.loudness = w.on
        self._heard_t = self.last + SETTLE
        return True

    def _ended(self, s, t, age):
        """Whether there is a verdict on pair s, whose best moment is ``age`` frames ago."""
        pairs = self.pairs
        a = pairs.cols[0]
        b = pairs.cols[1]
        hist = self.spectrum.hist
        low_bin = pairs.low[s]
        high_bin = pairs.high[s]
        column(hist, t, low_bin, low_bin, a)
        column(hist, t, high_bin, high_bin, b)
        loud = self._loud
        column(hist, t, low_bin, high_bin, loud)
        best = ROWS - 1 - age
        first = max(0, best - 40)
        last = max(first + 20, best - 3)
        measure = self._swings
        threshold = 0
        louder = LOUDER + self._quiet - j.QUIET
        for _ in range(2):
            measure.levels(a, b, first, last - first + 1)
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
        if 25 < last - first < 34 and low - self._quiet < 30:
            # Noise can take the start or the end of a weak one; where what the best 46 frames have
            # beside the run has half again the power of noise, it sounded on.
            start = max(0, best - 46)
            up = self._quiet - j.QUIET
            power = energy(loud, start, 46, up, self._lut)
            inside = max(first, start)
            power -= energy(loud, inside, min(last, start + 45) - inside + 1, up, self._lut)
            if power > 27 * (45 - last + first):
                first = min(first, start + 1)
                last = max(last, start + 45)
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
            pairs.state[s] = JUDGED
            return False
        self.k = low_bin
        self.k2 = high_bin
        self._doubt = False
        self.evidence = pairs.peak[s]
        reason = self._test(loud, a, b, first, last, threshold)
        sure = self.evidence >= SURE and not self._doubt
        if (
            (reason or not sure)
            and age < WAIT
            and (after < 7 or (n < 46 and t - pairs.seen[s] < 4))
        ):
            # Weak ones end raggedly, and a room swallows moments of it: look again. A pitch that
            # scatters shows at once.
            if (
                not reason
                or not t & 1
                or not self._scatter(t, low_bin, high_bin, max(20, best - 12))
            ):
                return False
            reason = ""
            sure = True
        elif reason and self._scatter(t, low_bin, high_bin, max(20, best - 12)):
            reason = ""
            sure = True
        elif not reason:
            self._heard_t = self.last + SETTLE
            self._fundamentals()
        pairs.state[s] = JUDGED
        self.grade = "sure" if sure else "weak"
        self.reason = reason
        return True

    def _fundamentals(self):
        """Tell the tones themselves, where a pair of their harmonics was judged first."""
        pairs = self.pairs
        for s in range(PAIRS):
            if pairs.state[s] == LIVE:
                for n in (2, 3):
                    low = (pairs.low[s] + FIRST_BIN) * n - FIRST_BIN - self.k
                    high = (pairs.high[s] + FIRST_BIN) * n - FIRST_BIN - self.k2
                    if -4 < low < 4 and -4 < high < 4:
                        self.k = pairs.low[s]
                        self.k2 = pairs.high[s]
                        return

    def _test(self, loud, a, b, first, last, threshold):
        """The reason why this is no siren, "" when it may be one."""
        n = last - first + 1
        before = self.crowd[self.first - 2 & 63]
        came = self.crowd[self.last & 63] - before
        # Nothing else sounds in the whole band: what noise does to a weak one is forgiven.
        bare = self.evidence >= STRONG and max(before, came) <= BARE and self.pairs.lines <= 2
        if n < (32 if bare else 35):
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
        if 45 <= n <= 52 and before < FULL and came <= MUSIC:
            if self._plain(a, b, first, last, came):
                return ""
        # Among many lines, or before the room is known, only what is plain to see counts.
        clear = low >= 30
        strict = self.first < self.spectrum.settled or before > CROWDED
        bare = bare and not clear and not strict
        if clear and n < 39:
            return "too short"
        # Lines that came with it: its own two and their harmonics raise the crowd by some 5.
        if not clear and (self.pairs.lines > MANY or came > CAME):
            return "among other tones"
        if self.pairs.lines >= COMPANY:
            # A note with its overtones and the next one: less regular than a siren of that level.
            if low < 22 and (s.unsteady > 700 or s.share < 35):
                return "among other tones"
            if s.unsteady > (600 if s.turn < SLOW else 1100):
                return "level not steady"
            if self._tune(came):
                return "among other tones"
            if s.turn < RETURNS and j.changes(a, b, first, last) < 2:
                return "the two tones do not alternate"  # one note after another
        strict = strict or came > 2 * CAME
        # One tone alone with the loudest of 564 noise bins seems one slow turn: that needs more.
        alone = max(s.on_a, s.on_b) - self._quiet - low
        alone = 9 + (alone // 4 if s.share >= 40 else min(11, alone // 2))
        if low < (alone + 6 if s.turn < SLOW else alone):
            return "only one tone"
        if min(s.mean_a, s.mean_b) < self._quiet + 14 and s.share < 45 and self.on > 30:
            return "only one tone"
        if self.evidence < PLAIN:
            up = self._quiet - j.QUIET
            spread = j.outside_best(a, first, last, up, self._lut)
            if spread + j.outside_best(b, first, last, up, self._lut) < (
                BARE_SPREAD if bare else SPREAD
            ):
                return "only one tone"  # a chime with a bin of noise
        regular = s.opposite >= 60 and s.share >= 45
        if j.over(loud, first, last + 1, threshold) * 100 < n * (
            (75 if regular else 90) if clear else 75 if low >= 24 else 49 if bare else 55
        ):
            return "not without a break"
        louder = LOUDER + self._quiet - j.QUIET
        # Of some 15 cells of noise before it, so many may be over the threshold.
        over = 2 if threshold > self._quiet + 30 else 5 if clear else 3 + first // 3
        # Half of what it stands over the noise; near the noise, half-way to the louder of two
        # cells: their mean over so short a time reaches the lower of these in 3 of 100 sirens.
        between = self._quiet + (low if clear else low + LOUDER - j.QUIET) // 2
        if (
            j.mean(loud, 0, first - 1) > max(louder + 5, between)
            or j.over(loud, 0, first - 1, threshold) > over
        ):
            return "not silent before"
        if not clear and not j.room_steady(self.spectrum.loud, self.first, self.last):
            return "the room's own noise moves too much"
        reason = self._turns(low, clear, strict, bare)
        if reason:
            return reason
        return "among other sounds, not plain enough" if strict else ""

    def _turns(self, low, clear, strict, bare):
        """The reason why the two do not take turns as a siren's tones do, "" when they do."""
        s = self._swings
        # It may move more than the turns explain, by so much.
        unsteady = s.unsteady * (100 - s.share)
        if (
            bare
            and s.opposite >= 70
            and s.weaker >= 3
            and s.share >= (15 if s.opposite >= 85 else 22)
        ):
            return "level not steady" if unsteady > 115000 else ""
        opposed = s.opposite >= (60 if strict else 40) and s.weaker >= (12 if clear else 6)
        if not opposed or s.share < (60 if strict else 45 if clear else 22):
            if strict or not self._blurred(low):
                return "alternation not regular" if opposed else "the two tones do not alternate"
        elif unsteady > (55000 if clear else 75000):
            return "level not steady"
        return ""

    def _tune(self, came):
        """Whether slow turns came with so much else that they are a tune's."""
        s = self._swings
        return s.turn < RETURNS and came > TUNE and self.pairs.lines > 7 and s.unsteady > 450

    def _plain(self, a, b, first, last, came):
        """Whether it is so regular and pure that it counts among any other sounds: the two tones
        take turns, each steady, narrow and silent before. Speech does not, music seldom."""
        s = self._swings
        if s.opposite < 85 or s.share < 55 or s.weaker < 20 or s.unsteady > 850:
            return False
        if self.evidence < PLAIN or self._tune(came):
            return False
        start = max(0, first - 10)
        if j.mean(a, start, first - 1) > s.on_a - 20 or j.mean(b, start, first - 1) > s.on_b - 20:
            return False
        if j.mean(self._loud, last + 2, ROWS) > min(s.on_a, s.on_b) - 10:
            return False
        if s.turn < RETURNS:
            # Few turns prove little: notes of a slow tune.
            if s.unsteady > 600 or self.crowd[self.first - 2 & 63] > SPARSE:
                return False
            if j.changes(a, b, first, last) < 2:
                return False  # one note after another
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
        if s.turn < RETURNS and self.pairs.lines >= COMPANY:
            return False  # so slow turns no room blurs: notes that sound into each other
        if s.opposite < 40 and abs(self.k2 + FIRST_BIN - 2 * (self.k + FIRST_BIN)) < 3:
            return False  # a pulsed tone and its octave
        if s.unsteady < 550 and s.share >= 28:
            return True
        # Two pure tones and nothing else, 11 dB over the noise: hardly anything but a pump.
        self._doubt = low < 30 or self.pairs.lines > 3
        if s.turn >= BLURS and s.share >= 35 and s.unsteady < 1400:
            return True
        return low >= 18 and s.share >= 12 and s.unsteady < 600
