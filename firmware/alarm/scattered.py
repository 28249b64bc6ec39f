# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A second look at two tones in turn whose pitch is not the same in every segment.

In: the spectrum's history and the two bins of a pair that the narrow test refused. Out: whether the
bands around them, each as wide as a pitch that scatters by 3 % needs, take turns as a siren's tones
do: in each frame one narrow line, silence before, nothing that comes with it; and whether there is
doubt, since a room or other sounds have left too little of that. Noise is 6 to 8 dB
louder in a band than in a bin, but so regular a pattern has hardly any look-alikes: among other
sounds this sees more than the narrow test.
"""

from micropython import const

from alarm import judge as j
from alarm.kernels import band, column, energy, rowsum
from alarm.pairs import THERE
from alarm.siren_tests import QUICK
from alarm.spectrum import BINS, FIRST_BIN, ROWS

NO, YES, SOUNDS_ON = const(0), const(1), const(2)
CROWDED = const(8)  # lines a frame before it, in 1/8, from which on it is among other sounds
STILL = const(5)  # and so few where nothing else sounds
BAND_FULL = const(64)  # and with so many no siren can be told
BAND_SPARSE = const(24)  # nor a slow one with so many
BAND_CAME = const(16)  # lines a frame gained while it sounded: a siren with harmonics gains 5 to 14
ALONE = const(3)  # tones over 2.9 s: its own two, and one more
FEW = const(5)  # or, as its pitch scatters, some more
BAND_SLOW = const(150)  # turns so slow that no room blurs them and a tune may make them

# Steps that the loudest of a band's noise cells has over one cell's mean, by the bins on each side
# of the band's middle: 10 log10(ln m + 0.58) for m = 0.7 (2 w + 1) independent cells.
_MORE = (
    b"\x00\x00\x00\x10\x11\x12\x12\x13\x14\x14\x15\x15\x15\x16\x16\x16\x16\x16\x17\x17\x17\x17\x17"
)
_WIDEST = const(22)


class Scattered:
    """``look(…)`` gives NO, YES or SOUNDS_ON (ask again). After YES: ``k``, ``k2`` (mean bins),
    ``first``, ``last`` (indices in the columns), ``on`` (mean level over the noise's), ``doubt``
    (tell it as weak; a later look may be sure)."""

    def __init__(self, spectrum, swings, crowd):
        self.spectrum = spectrum
        self._swings = swings
        self._crowd = crowd
        self._sum = spectrum.level  # to work in, see `company`
        self._low = self._high = 0
        self.k = self.k2 = self.first = self.last = self.on = 0
        self.doubt = False

    def look(self, t, k, k2, middle, quiet, lines, a, b, loud):
        """Look at the bands about bins k < k2 at frame t; ``middle``: an index in the sound;
        ``quiet``: the noise's mean level; ``lines``: tones that sound over 2.9 s; a, b, loud:
        bytearrays of ROWS to work in."""
        hist = self.spectrum.hist
        self._low = k
        self._high = k2
        rowsum(hist, t + 1 & 63, ROWS, self._sum)
        apart = (k2 - k) // 2 - 1
        wide_a = _width(k, apart)
        wide_b = _width(k2, apart)
        k = self._middle(k, wide_a)
        k2 = self._middle(k2, wide_b)
        if k2 - k < wide_a + wide_b:
            return NO
        band(hist, t, max(0, k - wide_a), k + wide_a, a)
        band(hist, t, k2 - wide_b, min(BINS - 1, k2 + wide_b), b)
        for i in range(ROWS):
            loud[i] = max(a[i], b[i])
        quiet_a = quiet + _MORE[wide_a]
        quiet_b = quiet + _MORE[wide_b]
        noise = max(quiet_a, quiet_b)
        s = self._swings
        first = max(0, middle - 20)
        last = min(ROWS - 1, first + 39)
        threshold = 0
        for _ in range(2):
            s.levels(a, b, first, last - first + 1)
            low = min(s.on_a, s.on_b)
            threshold = max(low - 24, (low + noise) // 2 + 3)
            run = j.clear_run(loud, (first + last) // 2, threshold)
            first = run >> 8
            last = run & 255
            if last - first < 20:
                return NO
        if last > ROWS - 4:
            return SOUNDS_ON
        self.first = first
        self.last = last
        self.k = k
        self.k2 = k2
        self.on = (s.on_a + s.on_b) // 2 - quiet
        need = self._regular(t, a, b, loud, noise, threshold, lines, quiet)
        return YES if need and self._pure(t, a, b, wide_a, wide_b, need) else NO

    def _middle(self, k, wide):
        """The middle of the loudest band of that width that holds bin k, or nearly."""
        total = self._sum
        at = max(wide, k - wide)
        v = 0
        for i in range(at - wide, at + wide + 1):
            v += total[i]
        best = v
        middle = at
        while at < min(BINS - 1 - wide, k + wide):
            at += 1
            v += total[at + wide] - total[at - wide - 1]
            if v > best:
                best = v
                middle = at
        return middle

    def _regular(self, t, a, b, loud, noise, threshold, lines, quiet):
        """How pure its lines have to be, in steps; 0: it is no siren whatever they are."""
        first = self.first
        last = self.last
        n = last - first + 1
        if first < 3 or not 36 <= n <= 57:
            return 0
        before = self._crowd[t - (ROWS - 1) + first - 2 & 63]
        came = self._crowd[t - (ROWS - 1) + last & 63] - before
        if before > BAND_FULL or came > BAND_CAME:
            return 0
        s = self._swings
        s.look(a, b, first, n)
        low = min(s.on_a, s.on_b) - noise
        changes = j.changes(a, b, first, last)
        heard = j.mean(loud, 0, first) - noise
        clear = j.over(loud, first, last + 1, threshold) * 100 // n
        # 2.5 to 3.5 s; among other sounds 3 s, as pumps have it.
        if 39 <= n <= 57 if before <= CROWDED else 44 <= n <= 52:
            # A tune turns as slowly: it has to come back, and among others be steadier still.
            tune = s.turn < BAND_SLOW and (
                before > BAND_SPARSE
                or changes < 2
                or (lines > ALONE and (s.unsteady > 450 or came > 11))
            )
            silent = heard <= 8 and j.over(loud, 0, first - 1, threshold) <= 3
            if low >= 8 and silent and not tune:
                need = self._sure(low, before, came, lines, clear)
                if need:
                    self.doubt = before > CROWDED
                    return need
        self.doubt = True
        # Nothing else sounds at all: so a room may have left hardly more of one tone than the time
        # in which the other is silent.
        if (
            before <= STILL
            and 0 < came <= 7
            and lines <= FEW
            and heard <= 6
            and clear >= 60
            and s.unsteady < 900
            and (
                (low >= 8 and changes >= 2)
                # A loud chime is one slow turn.
                or (s.turn >= BAND_SLOW and (low >= 8 or s.share >= 50))
            )
            and (low >= 8 or self._there(t, loud, quiet - j.QUIET))
            and not self._harmonic()
        ):
            return 25
        # Among other sounds: as many changes as the turns make, and lines that hold their places.
        if (
            s.turn >= QUICK
            and n >= 43
            and low >= 5
            and s.share >= 45
            and s.weaker >= 10
            and s.opposite >= 85
            and s.unsteady <= 1300
            and changes * 1434 >= s.turn * n
        ):
            return 29
        return 0

    def _sure(self, low, before, came, lines, clear):
        """As `_regular`, of what is told without doubt."""
        s = self._swings
        if (
            low >= 10
            and s.share >= 60
            and s.weaker >= 25
            and s.opposite >= 88
            and s.unsteady <= (800 if before <= CROWDED else 600)
        ):
            return 20
        # Two pure tones and nothing else: a room may have made anything of their turns.
        if (
            lines <= ALONE
            and before <= CROWDED
            and came <= 11
            and s.turn >= BAND_SLOW
            and s.share >= 25
            and s.unsteady <= 1100
            and clear >= 75
            and not self._harmonic()
        ):
            return 24
        return 0

    def _there(self, t, col, up):
        """Whether the weaker one has a line of its own: what a pulsed tone has beside it is
        noise. ``col``: to work in."""
        s = self._swings
        k = self._low if s.on_a < s.on_b else self._high
        column(self.spectrum.hist, t, k, k, col)
        n = self.last - self.first + 1
        return energy(col, self.first, n, up, self.spectrum.lut) - 12 * n > THERE

    def _harmonic(self):
        """Whether the upper one is the lower one's second or third harmonic, as a pulsed tone
        has them."""
        for times in (2, 3):
            if -3 < self._high + FIRST_BIN - times * (self._low + FIRST_BIN) < 3:
                return True
        return False

    def _pure(self, t, a, b, wide_a, wide_b, need):
        """Whether each frame's strongest bin stands so far over those four beside it. Each tone is
        told by the mean of its strongest bins: one that does not scatter is nowhere else."""
        over = lows = low_frames = highs = 0
        for i in range(self.first, self.last + 1):
            if a[i] > b[i]:
                line = self._line(t, i, self.k, wide_a)
                lows += line & 1023
                low_frames += 1
            else:
                line = self._line(t, i, self.k2, wide_b)
                highs += line & 1023
            over += line >> 10
        n = self.last - self.first + 1
        self.k = lows // max(1, low_frames)
        self.k2 = highs // max(1, n - low_frames)
        return over >= need * n

    def _line(self, t, i, k, wide):
        """How far the band's strongest bin in frame i stands over those beside it, << 10 | bin."""
        hist = self.spectrum.hist
        row = (t + 1 + i & 63) * BINS
        best = 0
        at = row + k
        for n in range(row + max(4, k - wide), row + min(BINS - 5, k + wide) + 1):
            if hist[n] > best:
                best = hist[n]
                at = n
        return best - max(hist[at - 4], hist[at + 4]) << 10 | at - row


def _width(k, apart):
    """Bins each side of the middle that a pitch takes that is off by up to 3.4 %, and half of what
    lies between the two tones at most."""
    return max(3, min((k + FIRST_BIN) * 34 // 1000, apart, _WIDEST))
