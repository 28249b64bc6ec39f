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
from alarm.kernels import beside, column, energy
from alarm.pairs import CAP, FORGET, JUDGED, LIVE, PAIRS, WEAK
from alarm.scattered import SOUNDS_ON, YES, Scattered
from alarm.siren_tests import LOUDER, PLAINEST, SirenTests
from alarm.spectrum import BINS, FIRST_BIN, LONG, ROWS, SHORT

# Evidence: power, and the swing of one against the other. In 78 h of white noise 68 passed all
# tests with more than 1180; the tail falls by e every 26: one a month has this.
_SURE = const(1350)
_SETTLE = const(3)  # frames without the pair after which it has ended
_WAIT = const(21)  # frames until what seemed no siren is told: the history holds no more
_FADED = const(60)  # 23 dB: no room takes more of one tone alone; a whistle is so far over noise
CLEAR = const(30)  # 11 dB over the noise: its edges are plain to see
_EDGE = const(12)  # 4.5 dB below the weaker tone's level: what is so much softer is another sound
_SWINGS = const(30)  # percent of a fundamental's movement that its turns explain
_UNCAPPED = const(96)  # 12 dB in the table of powers, which is capped at 15
_AGAIN = const(40)  # frames in which two bands that sound on are looked at again
_SOME_LIVE = bytes([LIVE])


class Siren(SirenTests):
    """Call ``frame(t)`` once for each frame; True when there is a verdict in the attributes:
    ``grade``, ``reason``, ``k`` and ``k2`` (bins), ``on``, ``first``, ``last`` (frames)."""

    def __init__(self, spectrum, crowd):
        SirenTests.__init__(self, spectrum, crowd)
        self._scattered = Scattered(spectrum, self._swings, crowd)
        self.grade = ""
        self.reason = ""
        self._again_k = self._again_k2 = 0
        self._company = False
        self._low = self._threshold = 0
        self.restart()

    def restart(self):
        self.pairs.restart()
        self._told_t = -1  # as the next, of one told doubtfully
        self._heard_t = -1
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
        if t - self._again_t > _AGAIN:
            self._again_t = -1
        elif not t - self._again_t & 1 and self._scatter(t, self._again_k, self._again_k2, 24):
            self.grade = "weak" if self._scattered.doubt else "sure"
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
        first = t - (ROWS - 1) + w.first
        doubt = seen == YES and w.doubt
        if not doubt:
            self._again_t = -1
        if seen != YES or first <= (self._told_t if doubt else self._heard_t):
            return False
        self.first = first
        self.last = t - (ROWS - 1) + w.last
        # Its bins where there is doubt, for a weak one is known again by them; else the mean of
        # those it scatters over.
        self.k = low_bin if doubt else w.k
        self.k2 = high_bin if doubt else w.k2
        self.on = self.loudness = w.on
        # Told at once when it is doubtful; the next look, or another pair, may still be sure.
        self._told_t = self.last + _SETTLE
        if not doubt:
            self._heard_t = self._told_t
        return True

    def _ended(self, s, t, age):
        """Whether there is a verdict on pair s, whose best moment is ``age`` frames ago."""
        pairs = self.pairs
        self.k = low_bin = pairs.low[s]
        self.k2 = high_bin = pairs.high[s]
        a = pairs.cols[0]
        b = pairs.cols[1]
        loud = self._loud
        hist = self.spectrum.hist
        column(hist, t, low_bin, low_bin, a)
        column(hist, t, high_bin, high_bin, b)
        column(hist, t, low_bin, high_bin, loud)
        best = ROWS - 1 - age
        run = self._place(a, b, best)
        first = run >> 8
        last = run & 255
        low = self._low
        clear = low - self._quiet >= CLEAR
        if ROWS - 1 - last < _SETTLE:
            # It still sounds, or something goes on where it ended: a weaker one, as the level has
            # fallen; else the best moment says where.
            last = ROWS - 1
            while clear and last > best and loud[last] < low - _EDGE:
                last -= 1
            if ROWS - 1 - last < _SETTLE:
                if age < (5 if clear else 8):
                    return False
                last = best
        self.first = t - (ROWS - 1) + first
        self.last = t - (ROWS - 1) + last
        if self.first <= self._heard_t:
            pairs.state[s] = JUDGED
            return False
        self._doubt = False
        self.evidence = pairs.peak[s]
        waits = self._plainer(s, t)
        self.evidence -= self._surplus(t, loud, best, (first + last) // 2)
        if waits and self.evidence < PLAINEST:
            return False
        self.reason = "the room's own noise moves too much"
        if self.evidence >= WEAK:
            self.reason = self._test(loud, a, b, first, last, self._threshold)
        if self.reason and clear and self._began(loud, a, b, last):
            first = last - (LONG - 1)
            self.reason = ""
            self._doubt = True
        if waits and (self.reason or self._doubt or not self._plainest()):
            return False
        return self._told(s, t, age, first, last)

    def _place(self, a, b, best):
        """first << 8 | last of the pair's sound, in its columns; ``_low``, the level of its weaker
        tone, and ``_threshold``, what is over it sounds."""
        loud = self._loud
        up = self._quiet - j.QUIET
        first = max(0, best - 40)
        last = max(first + 20, best - 3)
        measure = self._swings
        threshold = low = 0
        middle = max(0, best - 12)
        for _ in range(2):
            measure.levels(a, b, first, last - first + 1)
            low = min(measure.on_a, measure.on_b)
            threshold = max(low - 24, (low + LOUDER + up) // 2, LOUDER + up + 7)
            if low - self._quiet >= CLEAR:
                run = j.clear_run(loud, middle, threshold)
            else:
                # Between the power while it sounds and that of the louder of two noise cells (18),
                # nearer to this, as the likelihood of powers has it.
                power = energy(loud, first, last - first + 1, up, self._lut) // (last - first + 1)
                level = min(40, (2 * power + 3 * 18) // 5)
                run = j.likely_run(loud, middle, self._lut, level, up)
            first = run >> 8
            last = run & 255
            if last - first < 20:
                break
        self._low = low
        self._threshold = threshold
        if low - self._quiet >= CLEAR:
            if last - first > 57 or first < 3:
                # Something sounds before it, or goes on: where the level rises and falls.
                return j.clear_run(loud, middle, low - _EDGE)
            return run
        # Noise can take the start or the end of a weak one, or add to it. The best 46 frames say
        # more: what they have beside the run is the sound's where it has half again the power of
        # noise, and what the run has before them is noise's where it has less.
        start = max(0, best - 46)
        if 25 < last - first < 34:
            power = energy(loud, start, 46, up, self._lut)
            inside = max(first, start)
            power -= energy(loud, inside, min(last, start + 45) - inside + 1, up, self._lut)
            if power > 27 * (45 - last + first):
                first = min(first, start + 1)
                last = max(last, start + 45)
        elif last - first > 48 and start > first:
            if energy(loud, first, start - first, up, self._lut) < 27 * (start - first):
                first = start
        return first << 8 | last

    def _surplus(self, t, loud, best, middle):
        """How much of the evidence is noise that has just come, more of it at these tones than in
        the whole band: `pairs` holds the louder tone's power against the band's level alone."""
        sp = self.spectrum
        row = t - (ROWS - 1) + max(0, middle - SHORT // 2) & 63
        noise = beside(sp.hist, row, SHORT, sp.level, self.k)
        noise = max(noise, beside(sp.hist, row, SHORT, sp.level, self.k2))
        if noise < self._quiet + 3:
            return 0
        start = max(0, best - (LONG - 1))
        up = self._quiet - j.QUIET
        over = min(CAP, energy(loud, start, LONG, up, self._lut))
        up = noise - j.QUIET
        return (over - min(CAP, energy(loud, start, LONG, up, self._lut))) * 3 // 10

    def _told(self, s, t, age, first, last):
        """Whether what the tests said of pair s is the verdict; what is ragged may wait."""
        pairs = self.pairs
        measure = self._swings
        reason = self.reason
        sure = self.evidence >= _SURE and not self._doubt
        if self._company and not reason and not sure:
            reason = "among other sounds, not plain enough"
        if not reason:  # a look-alike's grade is its evidence's alone
            sure = sure and (self._alone() or self._plainest())
        # Weak ones end raggedly, and a room swallows moments of it: then it is looked at again. A
        # pitch that scatters shows at once; what is doubtful is told at once, and may be told again
        # when it turns out sure.
        n = last - first + 1
        ragged = age < _WAIT and (ROWS - 1 - last < 7 or (n < 46 and t - pairs.seen[s] < 4))
        unlike = abs(measure.on_a - measure.on_b) > _FADED
        scatters = reason and not unlike and (t & 1 or not ragged)
        if scatters and self._scatter(t, self.k, self.k2, max(20, ROWS - 13 - age)):
            reason = ""
            sure = not self._scattered.doubt
        elif reason:
            if ragged:
                return False
        elif ragged and not sure and (self.evidence < _SURE or self.first <= self._told_t):
            return False  # what more there is to hear may make it sure
        else:
            told = self.first <= self._told_t
            self._told_t = self.last + _SETTLE
            if sure or not ragged:
                self._heard_t = self._told_t
                if told and not sure:
                    pairs.state[s] = JUDGED
                    return False
            self._own_tones(t, first, n)
        if not ragged or sure:
            pairs.state[s] = JUDGED
            if reason == "too short":
                pairs.best[s] -= pairs.best[s] >> 2  # likely a part of one, which is yet to come
        self.grade = "sure" if sure else "weak"
        self.reason = reason
        return True

    def _plainer(self, s, t):
        """Whether a plainer pair is about to be judged, of which this one is likely a part. Notes
        in ``_company`` whether there is or was one that shares a tone with it."""
        pairs = self.pairs
        self._company = False
        for other in range(PAIRS):
            live = pairs.state[other] == LIVE
            more = pairs.peak[other]
            if other != s and pairs.state[other] and more >= self.evidence:
                low = pairs.low[other]
                high = pairs.high[other]
                if (
                    -3 < low - self.k < 3
                    or -3 < low - self.k2 < 3
                    or -3 < high - self.k < 3
                    or -3 < high - self.k2 < 3
                ):
                    if live and more > self.evidence and t - pairs.best_t[other] < 8:
                        return True
                    self._company = True
        return False

    def _own_tones(self, t, first, n):
        """Tell the tones themselves: of a loud one the bin of the most power, since that by which
        pairs are found is capped; and where harmonics were judged first what sounds half or a third
        as high, at least as loud, and takes turns with the other tone, as much as a tone that is
        off in between does: another sound's level can move a little in time with it."""
        cols = self.pairs.cols
        s = self._swings
        low_on = s.on_a
        high_on = s.on_b
        for other in (1, 0):
            tone = self.k if other else self.k2
            base = cols[2]
            if self._low - self._quiet >= CLEAR:
                up = (low_on if other else high_on) - _UNCAPPED
                most = 0
                for k in range(max(0, tone - 2), min(BINS, tone + 3)):
                    column(self.spectrum.hist, t, k, k, base)
                    power = energy(base, first, n, up, self._lut)
                    if power > most:
                        most = power
                        tone = k
                if other:
                    self.k = tone
                else:
                    self.k2 = tone
            for part in (2, 3):
                k = (tone + FIRST_BIN) // part - FIRST_BIN
                if k >= 0:
                    column(self.spectrum.hist, t, k, k + 1, base)
                    s.look(base, cols[other], first, n)
                    least = max(low_on if other else high_on, self._quiet + 18)
                    if s.on_a >= least and s.opposite >= 80 and s.weaker >= _SWINGS:
                        if other:
                            self.k = k
                        else:
                            self.k2 = k
                        cols[2] = cols[1 - other]
                        cols[1 - other] = base
                        break
        if self.k > self.k2:
            self.k, self.k2 = self.k2, self.k
