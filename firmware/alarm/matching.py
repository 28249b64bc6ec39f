# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Listens for sounds whose tones are known: the sounds of learned profiles.

In: the spectrum's history, frame by frame, and profiles. Out: verdicts, as the blind finders give
them. A sound becomes a template: which bins, in which frames. The power in them is summed frame by
frame (one kernel call for all templates); where the sum has its largest value and is more than
noise gives, the tone's own phase may help (`_look`), and the structure is judged
(`matching_tests`) once what follows is known too. The search is so small that the thresholds are
lower than the blind ones, and other tones around do not matter.
"""

from array import array

from micropython import const

from alarm import judge as j
from alarm import matching_tests as tests
from alarm.kernels import coherent, column, energy, rowsum
from alarm.matching_kernel import LOOK, gauge
from alarm.matching_template import WAIT, fitting, plan_of, templates_of
from alarm.spectrum import BINS, FIRST_BIN, ROWS, SHORT

AGAIN = const(10)  # so many frames longer it may take to seem over
SIDE = const(12)  # bins beside a tone, each side
FOCUS_SURE = const(112000)  # |sum of 15 cells with phase|**2
FOCUS_WEAK = const(56000)


class Matcher:
    """Call ``frame(t)`` once for each frame; True when there is a verdict in the attributes:
    ``template``, ``grade``, ``reason``, ``ks`` and ``fine`` (bins of its tones, 1/16 bin of the
    first), ``loudness``, ``first``, ``last`` (frames)."""

    def __init__(self, spectrum, profiles, crowd=None):
        self.spectrum = spectrum
        self.lut = spectrum.lut
        self.crowd = crowd or bytearray(ROWS)  # lines a frame, in 1/8, as the chime's finder counts
        self.amp = spectrum.amp
        self.templates = templates_of(profiles)
        self._plan = plan_of(self.templates)
        lines = sum(len(p.bins) for p in self.templates)
        self._lines = bytearray(64 * lines)
        n = len(self.templates)
        self._best = array("H", [0] * n)
        self._age = array("H", [0] * n)
        self._focus = array("i", [0] * n)
        self._focus_k = array("h", [0] * n)
        self._fine = array("b", [0] * n)
        self.total = array("H", [0] * (BINS + 1))
        self.cols = [bytearray(ROWS) for _ in range(4)]
        self._cells = bytearray(SHORT)
        self._turns = bytearray(SHORT)
        self.found = array("H", [0] * 32)  # for the tests
        self.on = array("h", [0] * 4)
        self.now = 0
        self.noise = array("h", [0] * 4)
        self.ks = array("h", [0] * 4)
        self.template = None
        self.grade = self.reason = ""
        self.power = self.focus = self.fine = self.loudness = self.first = self.last = 0
        self.restart()

    def restart(self):
        quiet = self.lut[j.QUIET]
        for i in range(len(self._lines)):
            self._lines[i] = quiet
        for i in range(len(self._best)):
            self._best[i] = 0
            self._age[i] = 0
            self._focus[i] = 0

    def knows(self, kind, hz, ms):
        """The template that a sound of the blind search fits, or None."""
        return fitting(self.templates, kind, hz, ms)

    def frame(self, t):
        if not self.templates:
            return False
        due = gauge(self.spectrum.hist, t, self._plan, self._lines, self.lut, self._best, self._age)
        if due < 0:
            return False
        if due >= LOOK:
            self._look(due - LOOK, t - 1)
            return False
        return self._judge(due, t)

    # --- with phase, as long as the phases are there -------------------------------------------

    def _look(self, i, t):
        """Sum a single tone's cells with their phases, over the frequencies of its range."""
        p = self.templates[i]
        self._focus[i] = 0
        if not p.focused:
            return
        sp = self.spectrum
        first = t - p.frames + 1
        first_k, width = p.bins[0]
        shift = self._noise(first_k, width, first, p.frames) + j.TO_POWER - 64
        for k in range(first_k, first_k + width):
            for n in range(p.frames):
                row = first + n
                self._cells[n] = sp.hist[(row & 63) * BINS + k]
                # Two frames share a byte; `coherent` takes four bits.
                self._turns[n] = sp.turns[(row >> 1 & 7) * BINS + k] >> ((row & 1) << 2)
            half = (k + FIRST_BIN & 1) << 10
            for d in range(-8, 9):
                turn = half + d * 64 & 2047
                v = coherent(self._cells, self._turns, p.frames, turn, sp.sine, self.amp, shift)
                if v > self._focus[i]:
                    self._focus[i] = v
                    self._focus_k[i] = k
                    self._fine[i] = d

    def _noise(self, k, width, first, n):
        """Mean level beside the bins, over the frames."""
        rowsum(self.spectrum.hist, first & 63, n, self.total)
        return self._beside(k, width, n)

    def _beside(self, k, width, n):
        total = self.total
        left = right = 0
        for i in range(7, 7 + SIDE):
            left += total[k - i]
            right += total[k + width - 1 + i]
        return j.noise_beside(left, right, SIDE * n)

    # --- verdict -------------------------------------------------------------------------------

    def _judge(self, i, t):
        p = self.templates[i]
        best_t = t - (self._age[i] & 0x7FFF)
        rowsum(self.spectrum.hist, best_t - p.frames + 1 & 63, p.frames, self.total)
        power = self._power(p, t, ROWS - (t - best_t) - p.frames)
        focus = self._focus[i]
        if p.focused and p.frames < SHORT:  # as if it had lasted 15 frames
            focus = focus * SHORT // p.frames
        if power < p.weak and focus < FOCUS_WEAK:
            return False
        self.template = p
        self.now = t
        self.power = power
        self.focus = focus
        self.fine = 0
        if p.focused and self._focus_k[i] == self.ks[0]:
            self.fine = self._fine[i]
        self.grade = "sure" if power >= p.sure or focus >= FOCUS_SURE else "weak"
        self.reason = tests.judge(self, t, ROWS - (t - best_t) - p.frames)
        if self.reason == tests.AFTER and self._age[i] & 0x7FFF < WAIT[p.sound.kind] + AGAIN:
            self._age[i] &= 0x7FFF  # judge it again with the next frame
        return True

    def _power(self, p, t, start):
        """The template's power over the noise beside its tones; the bins in ``ks``, their columns
        in ``cols`` (index `start`: the template's first frame)."""
        hist = self.spectrum.hist
        lut = self.lut
        sums = [0, 0, 0]
        for tone in range(len(p.bins)):
            first_k, width = p.bins[tone]
            noise = self._beside(first_k, width, p.frames)
            shift = noise + j.TO_POWER - 64
            col = self.cols[tone]
            best = -1
            for k in range(first_k, first_k + width):
                column(hist, t, k, k, col)
                power = 0
                for which, first, n in p.parts:
                    if which == tone:
                        power += energy(col, start + first, n, shift, lut)
                if power > best:
                    best = power
                    self.ks[tone] = k
            k = self.ks[tone]
            self.noise[tone] = noise
            column(hist, t, k, k, col)
            for off in (-1, 0, 1):
                for which, first, n in p.parts:
                    if which == tone:
                        first = max(0, min(ROWS - n, start + first + off))
                        sums[off + 1] += energy(col, first, n, shift, lut)
        return max(sums)
