# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Finds one steady tone of about a second: detect over the template's length, then judge.

In: the spectrum's history, frame by frame. Out: verdicts, one for each candidate strong enough to
be told from noise. A candidate is a bin whose mean log level over 15 frames stands out of the bins
beside it. It is focused (summed with phase, in steps of half a hertz) when its sum has just passed
its largest value, and judged a second later, when what came after it is known too.
"""

from array import array

from micropython import const

from alarm import judge as j
from alarm.company import Company
from alarm.kernels import beside, column, energy, focus, rowsum, scan, stand, track
from alarm.spectrum import BINS, FLOOR, ROWS, SHORT

SLOTS = const(24)
_MOST = const(32)  # candidates looked at in a frame
STANDS_OUT = const(14 * 15 * 12)  # scan's need: 14 steps (5.3 dB), mean over 15 frames
_REST = const(20)  # power of a cell; noise has 9 in the mean

# Thresholds in white noise (docs/detection.md, tail fits of simulated nights): together with the
# siren's one false finding a month (sure) and one a night (weak).
_SURE_POWER = const(445)  # 8 * sum of 15 cell powers
_WEAK_POWER = const(360)
_SURE_FOCUS = const(128000)  # |sum of 15 cells with phase|**2
_WEAK_FOCUS = const(97000)
# Fainter ones are for the recurrence alone: some 60 an hour of white noise, 3.3 dB strong in the
# mean (`python -m host_tools.evaluate.cycles --kind chime --noise-h 4` prints both).
_FAINT_FOCUS = const(59000)
_FAINT_DB = const(1500)
_FAINT_CROWD = const(4)  # lines a frame around it, in 1/8: among other lines none counts
_FAINT_OUT = const(12 * 15 * 12)  # scan's need while the room is that quiet
# A weak one that noise may have made fail its test is a faint one.
NOISY = ("level not steady", "not one pure tone", "too short", "fades or swells",
         "not silent before", "not silent after")  # fmt: skip

CAME = const(8)  # lines a frame gained while it sounded, in 1/8: a chime gains two to four
CROWDED = const(8)  # lines a frame before it, in 1/8
# Among other sounds only what is as even and as sharply cut as hardly anything else, told as weak:
_EVEN = const(130)  # ten times the variance of its level
_SHARP = const(24)  # 9 dB from its level to that two frames outside its edges
_CUT = const(36)  # and 13.5 dB for one told as sure: a loud note dies away more slowly
_GONE = const(38)  # 14 dB to the mean of what comes after
BESIDE = ("among other tones", "another tone follows at once")

# The slots' words, SLOTS of each: the state; the candidate's bin; its sum at its largest, and in
# which frame; when it was seen last; its power with phase, and at how many 1/16 bins beside the
# bin's middle; and the numbers of the slots that are due. `track` has these numbers, and that a
# candidate is looked at closer after one frame and judged after 16 (1.02 s from the end of the
# tone), that a judged tone must be absent for 4 frames before it may come again, or grow by 3 dB.
_STATE, _BIN, _BEST, _BEST_T = const(0), const(24), const(48), const(72)
_SEEN, _FOCUS, _FINE, _DUE = const(96), const(120), const(144), const(168)
_FREE, _JUDGED = const(0), const(2)  # 1: waiting for its verdict
_IN_USE = const(32)  # `track`: some slot is


class Chime(Company):
    """Call ``frame(t)`` once for each frame; True when there is a verdict in the attributes:
    ``grade``, ``reason`` ("" when all tests passed), ``k``, ``fine``, ``on``, ``first``, ``last``.
    ``faint`` tells of a candidate too weak for a finding: 1 + its strength in dB, its tone in ``k``
    and ``fine``, its last frame in ``faint_t``; -1 when there were several at once.
    """

    def __init__(self, spectrum):
        Company.__init__(self, spectrum)
        self._lut = spectrum.lut
        self._amp = spectrum.amp
        self._crowd = 0  # running mean of lines a frame, 1/1024
        self.crowd = bytearray(ROWS)  # the same in 1/8 line, by frame
        self._slots = array("i", bytes(4 * 8 * SLOTS))
        self._live = 0  # some slot is in use
        self.grade = ""
        self.reason = ""
        self.fine = self.loudness = 0
        self.faint = self.faint_t = 0

    def restart(self):
        for s in range(SLOTS):
            self._slots[_STATE + s] = _FREE

    # --- candidates ------------------------------------------------------------------------

    # What runs in every frame keeps to 11 words of locals and stack, see `spectrum`.

    def frame(self, t):
        n = self._candidates(t)
        self.faint = 0
        if not n and not self._live:
            return False
        n = track(self._found, n, self.spectrum.sums, self._slots, t)
        self._live = n & _IN_USE
        n &= _IN_USE - 1
        return n > 0 and self._due(n, t)

    def _candidates(self, t):
        """Find them, and count the crowd: how many there are."""
        found = self._found
        n = strong = scan(self.spectrum.sums, 0, _FAINT_OUT, found, _MOST)
        if n == _MOST:
            strong = scan(self.spectrum.sums, 0, STANDS_OUT, found, _MOST)
        elif n:
            strong = stand(self.spectrum.sums, 0, found, n, STANDS_OUT)
        crowd = self._crowd
        crowd += strong * 8 - (crowd >> 7)  # over some 8 s
        self._crowd = crowd
        crowd >>= 7
        self.crowd[t & 63] = crowd if crowd < 255 else 255
        if crowd > _FAINT_CROWD:
            if strong < n < _MOST:
                stand(self.spectrum.sums, 1, found, n, STANDS_OUT)
            return strong
        if n == _MOST:
            scan(self.spectrum.sums, 0, _FAINT_OUT, found, _MOST)
        return n

    def _due(self, n, t):
        slots = self._slots
        verdict = False
        for i in range(_DUE, _DUE + n):
            s = slots[i]
            if t - slots[_BEST_T + s] == 1:
                self._look_closer(s, t - 1)
            elif not verdict:
                slots[_STATE + s] = _JUDGED
                verdict = self._strong(s, t)
        return verdict

    def _look_closer(self, s, t):
        """Sum the 15 cells with their phases, over the frequencies within a bin."""
        sp = self.spectrum
        slots = self._slots
        shift = beside(sp.hist, 0, 0, sp.sums, slots[_BIN + s]) + j.TO_POWER - 64
        focus(self._sum, t, s, slots, shift, sp.hist, sp.turns, self._amp, sp.sine)

    # --- verdict ---------------------------------------------------------------------------

    def _strong(self, s, t):
        """Whether the candidate is out of the noise; if so, judge it."""
        sp = self.spectrum
        total = self._sum
        slots = self._slots
        best_t = slots[_BEST_T + s]
        k = slots[_BIN + s]
        noise = beside(sp.hist, best_t - SHORT + 1 & 63, SHORT, total, k)
        shift = noise + j.TO_POWER - 64
        column(sp.hist, t, k, k, self._col)
        last = ROWS - 1 - (t - best_t)  # index of the template's last frame in a column
        power = 0
        for i in range(-1, 2):
            v = energy(self._col, last - SHORT + 1 + i, SHORT, shift, self._lut)
            if v > power:
                power = v
        with_phase = slots[_FOCUS + s]
        if power < _WEAK_POWER and with_phase < _WEAK_FOCUS:
            self._faint(s, t, last, power, shift)
            return False
        sure = power >= _SURE_POWER or with_phase >= _SURE_FOCUS
        self.grade = "sure" if sure else "weak"
        self.k = k
        self.fine = slots[_FINE + s]
        rowsum(sp.hist, best_t - SHORT + 1 & 63, SHORT, total)  # for the company it keeps
        column(sp.hist, t, k, k + 1 if total[k + 1] > total[k - 1] else k - 1, self._col)
        # 480 times the power for a pure tone without noise; noise takes its share of the power.
        purity = with_phase * 10 // (480 * max(1, power))
        self.reason = self._test(t, last - 7, noise, shift, purity)
        if not sure and self.reason in NOISY:
            self._faint(s, t, last, power, shift)
        return True

    def _faint(self, s, t, last, power, shift):
        """Tell of a candidate too weak to judge, if the room is still and its bin silent around it:
        more cannot be seen of it."""
        sp = self.spectrum
        slots = self._slots
        best_t = slots[_BEST_T + s]
        k = slots[_BIN + s]
        col = self._col
        most = (power + 8 * SHORT) // 2
        column(sp.hist, t, k, k, col)
        if (
            slots[_FOCUS + s] < _FAINT_FOCUS
            or best_t - SHORT < sp.settled
            or max(self.crowd[best_t - SHORT - 2 & 63], self.crowd[t & 63]) > _FAINT_CROWD
            or energy(col, last - 2 * SHORT - 2, SHORT, shift, self._lut) > most
            or energy(col, last + 3, SHORT - 2, shift, self._lut) > most
            or not j.room_steady(sp, best_t - SHORT + 1, t)
        ):
            return
        self.k = k
        self.fine = slots[_FINE + s]
        self.faint_t = best_t
        strength = 1 + (slots[_FOCUS + s] - _FAINT_FOCUS) // _FAINT_DB
        self.faint = -1 if self.faint else strength

    def _test(self, t, middle, noise, shift, purity):
        """The reason why this is no chime, "" when it may be one. purity: 10 = all in one tone."""
        sp = self.spectrum
        col = self._col
        on = j.mean(col, middle - 5, middle + 6)
        over_noise = on - noise
        self.on = self.loudness = over_noise
        reason = self._place(t, middle, on, noise, shift)
        if reason:
            return reason
        noisy = reason is None
        clear = over_noise >= 36
        first = self.first - t + ROWS - 1
        last = self.last - t + ROWS - 1
        uneven = j.unfaded10(col, first + 2, last - 1)
        if uneven > 150 + j.jitter10(over_noise):
            return "level not steady"
        if not clear and not j.room_steady(sp, self.first, self.last):
            return "the room's own noise moves too much"
        half = (last - first) // 2
        rise = j.mean(col, last - half, last - 1) - j.mean(col, first + 2, first + 2 + half)
        if not -14 < rise < 14 or (over_noise > 60 and not -9 < rise < 9):
            return "fades or swells"
        if purity < (8 if over_noise > 60 else 6 if clear else 5):
            return "not one pure tone"
        reason = self._alone(t, first, last, on)
        amid = (
            reason in BESIDE
            and self.crowd[self.first - 2 & 63] > CROWDED
            and 12 < last - first < 17
            and self._cut(first, last, on, _SHARP)
            and uneven < _EVEN
        )
        if reason and not amid:
            return reason
        # Soon after other sounds what is so faint may be a note of a tune in the next room.
        if amid or noisy or (over_noise < 48 and self.crowd[self.first - 2 & 63] > 2 + clear):
            self.grade = "weak"
        return ""

    def _place(self, t, middle, on, noise, shift):
        """The reason why it does not sound for a second with silence around; "" when it does, None
        when it does but noise comes or goes with it. Sets ``first`` and ``last``."""
        col = self._col
        over_noise = self.on
        clear = over_noise >= 36
        plain = over_noise >= 48
        threshold = max(on - 16, (on + noise + j.TO_POWER) // 2)
        if clear:
            run = j.run_of(col, middle, threshold, 1)
        else:
            power = energy(col, middle - 7, SHORT, shift, self._lut) // SHORT
            run = j.likely_run(col, middle, self._lut, (power + 10) // 2, shift)
        # Where noise comes or goes with it, a breath or rain, the tone is what stands over that.
        bare = col
        longest = 18 if plain else 20 if clear else 24
        if clear and (run & 255) - (run >> 8) >= longest:
            bare = self._over_noise(t)
            run = j.run_of(bare, middle, threshold, 1)
        first = run >> 8
        last = run & 255
        self.first = t - (ROWS - 1) + first
        self.last = t - (ROWS - 1) + last
        if over_noise < 17:
            return "level not steady"  # a few loud frames, not a tone
        n = last - first + 1
        if n < (14 if plain else 13 if clear else 10):
            # Noise can take the start or the end of a weak tone; what is beside the run is a tone's
            # when it has more than twice the power of noise.
            if clear or n < 8:
                return "too short"
            power = energy(col, middle - 7, SHORT, shift, self._lut)
            power -= energy(col, max(middle - 7, first), min(n, SHORT), shift, self._lut)
            if power < _REST * (SHORT - n):
                return "too short"
        if n > longest:
            return "too long"
        # The edges of a weak tone are known to some three frames only.
        edge = 1 if clear else 3
        before = max(0, first - 18 - edge)
        # So soft in the mean, and so many frames over the threshold.
        most = on - (over_noise // 2 if clear else over_noise * 3 // 8)
        allowed = 1 if plain else 5 if clear else 8
        while True:
            reason = ""
            if not _silent(bare, before, first - edge, most, threshold, allowed):
                reason = "not silent before"
            elif not _silent(bare, last + 1 + edge, ROWS, most, threshold, allowed):
                reason = "not silent after"
            if bare is not col:
                return reason or None
            if not reason or not clear:
                return reason
            bare = self._over_noise(t)

    def _over_noise(self, t):
        """The tone's column without what noise beside it has over the floor, frame by frame; in
        ``_other``, which is free until the company it keeps is asked."""
        hist = self.spectrum.hist
        col = self._col
        bare = self._other
        for i in range(ROWS):
            at = (t + 1 + i & 63) * BINS + self.k
            noise = min(sum(hist[at - 18 : at - 6]), sum(hist[at + 7 : at + 19])) // 12
            bare[i] = max(0, col[i] - max(0, noise - FLOOR))
        return bare

    def _alone(self, t, first, last, on):
        """Tests against the company it keeps."""
        others, reason = self.others(t, first, last, on)
        if reason:
            return reason
        # Among many lines, or before the room is known, only what is plain to see counts.
        if self.first < self.spectrum.settled and self.on < 36:
            return "too soon to tell"
        came = self.crowd[min(self.last + 8, t) & 63] - self.crowd[self.first - 2 & 63]
        if others > 3 or (came > CAME and self.on < 72):
            return "among other tones"
        if self.crowd[self.first - 2 & 63] > CROWDED and (
            self.on < 72 or others > 1 or not self._cut(first, last, on, _CUT)
        ):
            return "among other tones"
        return ""

    def _cut(self, first, last, on, least):
        """Whether it begins and ends so sharply, and nothing of it stays: notes die away."""
        col = self._col
        return (
            on - max(col[first - 2], col[last + 2]) > least
            and on - j.mean(col, last + 3, ROWS) > _GONE
        )


def _silent(col, first, end, most, threshold, allowed):
    """Whether col[first:end] has no tone: seven frames at least, of that level at the most."""
    return (
        end - first >= 7
        and j.mean(col, first, end) <= most
        and j.over(col, first, end, threshold) <= allowed
    )
