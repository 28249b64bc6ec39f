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
from alarm.kernels import apart, column, couples, follow, loudest, oppose, survey, swings
from alarm.spectrum import BINS, FIRST_BIN, LONG, ROWS

TOP = const(8)
PAIRS = const(6)  # followed at once
# Power over 46 frames, of which noise has 531: white noise has about five bins; a tone has 1000,
# which `survey` counts as a line.
_NEED = const(731)
_BOTH = const(850)  # mean of the two powers from which a pair is looked at
_GATE = const(1000)  # and of both with the louder one's
_ONE = const(1040)  # a bin of noise has this every few hours: below it a bin may well be noise, and
_UNLIKE = const(300)  # the other tone counts for so much more at most: a chime pairs with any bin
CAP = const(2000)  # more power of a tone says nothing: that both are there, and the swing, decide
THERE = const(368)  # power over the noise's 12 a frame that a bin of noise hardly has
WEAK = const(1275)
EACH = const(1800)  # evidence from which a pair is followed beside others with one of its tones
FORGET = const(24)  # frames after which a pair that is gone makes room
SCALE = (1024, 939, 861, 790, 724, 664, 609, 558)  # 1024 * 2**(-i/8)
_FREE, LIVE, JUDGED = const(0), const(1), const(2)


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
        self._couples = array("H", bytes(3 * TOP * (TOP - 1)))
        self._limits = array("i", [FIRST_BIN, _BOTH, _ONE, _UNLIKE, CAP, FORGET, PAIRS, EACH])
        self.swings = Alternation(spectrum.sine, spectrum.lut)
        self.quiet = j.QUIET  # mean level beside the tones, up to 80 more in a room grown louder
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
            self.state[s] = _FREE

    def search(self, t):
        """Look at every pair of the loudest bins."""
        top = self._top
        power = self._power
        n = loudest(self.spectrum.sums, BINS, _NEED, top, power, TOP)
        lines = survey(self.spectrum.loud, t, power, n, self._got)
        self.lines = lines & 15
        lines >>= 4
        if lines != self.quiet:
            self.quiet = lines
            lines -= j.QUIET
            self._scale = SCALE[lines & 7] >> (lines >> 3)  # 2**(-lines/8)
        n = couples(top, power, n, self._limits, self._couples)
        if n:
            self._look(n, t)

    def _look(self, n, t):
        """What speaks for each of the n couples. No method and no built-in function is called for
        a couple on the usual way: MicroPython looks for their names in two tables each time."""
        pairs = self._couples
        top = self._top
        power = self._power
        got = self._got
        cols = self.cols
        rates = self._rates
        sums = self.swings.sums
        swing = self.swings.best
        sine = self.spectrum.sine
        lut = self.spectrum.lut
        hist = self.spectrum.hist
        scale = self._scale
        for at in range(0, 3 * n, 3):
            y = pairs[at]
            x = y & 255
            y >>= 8
            a = cols[x]
            b = cols[y]
            if not got[x]:
                column(hist, t, top[x], top[x], a)
                got[x] = 1
            if not got[y]:
                column(hist, t, top[y], top[y], b)
                got[y] = 1
            oppose(a, b, ROWS - LONG, LONG, sums, lut)
            louder = (sums[5] * scale >> 10) - pairs[at + 2]
            if louder > CAP:
                louder = CAP
            evidence = (7 * pairs[at + 1] + 3 * louder) // 10
            if evidence < _GATE:
                continue
            if (power[x] > CAP * 7 // 8 or power[y] > CAP * 7 // 8) and self._over(a, b):
                continue
            if got[x] < 2:
                swings(a, ROWS - LONG, LONG, sums[0], sine, rates[x])
                got[x] = 2
            if got[y] < 2:
                swings(b, ROWS - LONG, LONG, sums[1], sine, rates[y])
                got[y] = 2
            apart(rates[x], rates[y], swing)
            evidence += swing[0] // 214
            if evidence >= WEAK:
                follow(
                    self.state,
                    top[x],
                    top[y],
                    evidence,
                    t,
                    self._limits,
                    self.low,
                    self.high,
                    self.best,
                    self.peak,
                    self.best_t,
                    self.seen,
                )

    def _over(self, a, b):
        """Whether the pair has just fallen silent: the capped power of a loud one says so late."""
        heard = self.quiet + 20
        for i in range(ROWS - 4, ROWS):
            if a[i] > heard or b[i] > heard:
                return False
        return True
