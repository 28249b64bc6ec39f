# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Finds short sequences: beeps and pauses of one pitch that nobody knows, as a profile has them.

In: the spectrum's history, frame by frame, and profiles. Out: verdicts, as the other finders give
them. A bin that stands out over four frames (0.3 s) is followed until it has been silent for
longer than any pause; then its runs of sound are held against every sequence of the profiles.
With the pitch known the sum over the whole template hears the same sound some 10 dB weaker
(`matching`); here every beep has to stand clear of the noise. Loaded only for such a profile.
"""

from array import array

from micropython import const

from alarm import judge as j
from alarm.company import Company
from alarm.kernels import column, nearest, rowsum, scan
from alarm.spectrum import BINS, FRAME_MS, ROWS

SLOTS = const(8)
SPAN = const(4)  # frames: the shortest beep and its window
NEED = const(28 * 4 * 12)  # scan's need: 10.5 dB, mean over 4 frames
SILENT = const(11)  # frames without it after which it is over: the longest pause is 0.6 s
BEFORE = const(11)  # frames before it that must be silent
DOWN = const(16)  # steps (6 dB): at a beep's edge half the window is filled
PLAIN = const(36)  # steps that another tone stands out: of a few frames noise gives less
OTHERS = const(12 * 12)  # scan's need a frame: other lines, 4.5 dB, as they pause
PURE = const(20)  # steps that a frame's tone stands over the bins four beside it
SLACK_MS = const(80)  # edges are known to a frame
CROWDED = const(8)  # lines a frame before it, in 1/8
MANY = const(24)  # lines a frame gained while it sounded, in 1/8


class Sequences(Company):
    """Call ``frame(t)`` once for each frame; True when there is a verdict in the attributes:
    ``profile`` (whose sequence it is), ``grade``, ``reason``, ``k``, ``fine``, ``loudness``,
    ``first``, ``last`` (frames)."""

    def __init__(self, spectrum, profiles, crowd):
        Company.__init__(self, spectrum)
        self.crowd = crowd
        self.sounds = []
        for profile in profiles:
            for sound in profile.sounds:
                if sound.sequence:
                    self.sounds.append((profile, sound))
        self._bin = array("h", [0] * SLOTS)
        self._first_t = array("i", [0] * SLOTS)
        self._last_t = array("i", [0] * SLOTS)
        self._state = bytearray(SLOTS)
        self._runs = array("h", [0] * 32)  # first and last index of each
        self.profile = None
        self.grade = self.reason = ""
        self.fine = self.loudness = 0

    def restart(self):
        for s in range(SLOTS):
            self._state[s] = 0

    def frame(self, t):
        rowsum(self.spectrum.hist, t - SPAN + 1 & 63, SPAN, self._sum)
        n = scan(self._sum, 0, NEED, self._found, 32)
        for i in range(n):
            k = self._found[i]
            s = nearest(self._bin, self._state, SLOTS, k)
            if s < 0:
                s = -1 - s
                if s == SLOTS:
                    continue
                self._state[s] = 1
                self._bin[s] = k
                self._first_t[s] = t - SPAN + 1
            self._last_t[s] = t
        for s in range(SLOTS):
            if self._state[s] and t - self._last_t[s] >= SILENT:
                self._state[s] = 0
                # What began earlier is no longer all in the history.
                if self._first_t[s] - BEFORE > t - ROWS and self._judge(self._bin[s], t, s):
                    return True
        return False

    def _judge(self, k, t, s):
        """Whether it has a sequence's runs; then the other tests say whether it may be one."""
        start = ROWS - 1 - (t - self._first_t[s])
        noise, on = self._level(k, t, start)
        threshold = max(on - DOWN, noise + DOWN)
        count = self._runs_over(max(0, start - 1), threshold)
        profile = self._like(count, k)
        if profile is None:
            return False
        first = self._runs[0]
        last = self._runs[2 * count - 1]
        self.profile = profile
        self.k = k
        self.first = t - (ROWS - 1) + first
        self.last = t - (ROWS - 1) + last
        self.on = self.loudness = on - noise
        self.grade = "sure"
        self.reason = self._test(t, first, last, on, noise, threshold) or self._between(t, count)
        return True

    def _level(self, k, t, start):
        """(noise beside the bin, mean level of its louder half while it sounds); the columns."""
        total = self._sum
        n = min(16, ROWS - start)
        rowsum(self.spectrum.hist, t + 1 + start & 63, n, total)
        left = right = 0
        for i in range(7, 19):
            left += total[k - i]
            right += total[k + i]
        noise = j.noise_beside(left, right, 12 * n)
        col = self._col
        column(self.spectrum.hist, t, k, k + 1 if total[k + 1] > total[k - 1] else k - 1, col)
        top = 0
        for i in range(start, ROWS):
            top = max(top, col[i])
        level = n = 0
        for i in range(start, ROWS):
            if col[i] > top - DOWN:
                level += col[i]
                n += 1
        return noise, level // n

    def _runs_over(self, start, threshold):
        """How many runs of sound the column has from `start` on; 0 when there are too many."""
        col = self._col
        runs = self._runs
        n = 0
        i = start
        while i < ROWS:
            if col[i] > threshold:
                if n == 16:
                    return 0
                runs[2 * n] = i
                while i < ROWS and col[i] > threshold:
                    i += 1
                runs[2 * n + 1] = i - 1
                n += 1
            i += 1
        return n

    def _like(self, count, k):
        """The profile that has such a sequence, or None."""
        for profile, sound in self.sounds:
            if count and self._fits(sound, count, k):
                return profile
        return None

    def _fits(self, sound, count, k):
        """Whether the runs and the pauses between them are this sound's."""
        tone = sound.tones[0]
        if tone and not tone[0] - 4 <= j.hertz(k) <= tone[1] + 4:
            return False
        segments = sound.segments
        runs = self._runs
        at = 0
        for i in range(count):
            for ms in (
                (runs[2 * i + 1] - runs[2 * i] + 1) * FRAME_MS,
                (runs[2 * i + 2] - runs[2 * i + 1] - 1) * FRAME_MS if i < count - 1 else 0,
            ):
                if not ms:
                    break
                _, low, high = segments[at % len(segments)]
                if not low - SLACK_MS <= ms <= high + SLACK_MS:
                    return False
                at += 1
        times = (at + len(segments) - 1) // len(segments)
        ms = (runs[2 * count - 1] - runs[0] + 1) * FRAME_MS
        return (
            sound.repeats[0] <= times <= sound.repeats[1]
            and (len(segments) == 1 or at % len(segments) in (0, len(segments) - 1))
            and sound.total_ms[0] - SLACK_MS <= ms <= sound.total_ms[1] + SLACK_MS
        )

    def _test(self, t, first, last, on, noise, threshold):
        """The reason why it is no pump's, "" when it may be."""
        sp = self.spectrum
        col = self._col
        if self.first - BEFORE < sp.settled:
            return "too soon to tell"
        if first < BEFORE or j.over(col, first - BEFORE, first - 1, threshold):
            return "not silent before"
        if j.mean(col, first - BEFORE, first - 1) > (on + noise) // 2:
            return "not silent before"
        if last > ROWS - 8 or j.mean(col, last + 2, ROWS) > (on + noise) // 2:
            return "not silent after"
        pure = n = 0
        for i in range(first, last + 1):
            if col[i] > threshold:
                at = (t + 1 + i & 63) * BINS + self.k
                pure += col[i] - max(sp.hist[at - 4], sp.hist[at + 4])
                n += 1
        if pure < PURE * n:
            return "not one pure tone"
        before = self.crowd[self.first - 2 & 63]
        if before > CROWDED or self.crowd[min(self.last + 8, t) & 63] - before > MANY:
            return "among other tones"
        rowsum(sp.hist, self.first & 63, last - first + 1, self._sum)
        if self._beats(t, first, last, on, threshold):
            return "other tones come and go with it"
        _, reason = self.others(t, first, last, on, last - first + 1)
        return reason

    def _beats(self, t, first, last, on, threshold):
        """Whether another line, no harmonic, sounds in its beeps and pauses in its pauses."""
        col = self._col
        other = self._other
        for x in range(scan(self._sum, 0, OTHERS * (last - first + 1), self._found, 32)):
            b = self._found[x]
            if -8 < b - self.k < 8 or self._harmonic(b):
                continue
            column(self.spectrum.hist, t, b, b, other)
            with_it = beside = n = 0
            for i in range(first - BEFORE, last + 1):
                if col[i] > threshold:
                    with_it += other[i]
                    n += 1
                else:
                    beside += other[i]
            with_it //= n
            if with_it > on - 24 and with_it - beside // (last + 1 - first + BEFORE - n) > PLAIN:
                return True
        return False

    def _between(self, t, count):
        """A reason when another tone sounds in its pauses: it is a tune's note that returns."""
        runs = self._runs
        for i in range(1, count):
            first = runs[2 * i - 1] + 1
            n = runs[2 * i] - first
            if n < 2:
                continue  # in so short a pause a bin of noise would do
            rowsum(self.spectrum.hist, t + 1 + first & 63, n, self._sum)
            for x in range(scan(self._sum, 0, PLAIN * 12 * n, self._found, 32)):
                b = self._found[x]
                if not (-8 < b - self.k < 8 or self._harmonic(b)):
                    return "another tone follows at once"
        return ""
