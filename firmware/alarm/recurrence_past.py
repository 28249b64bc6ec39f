# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What a living room does to the recurrence: how often it fools us, and look-alikes remembered.

In: hearings by kind, grade, tones and time. Out: chance rates (Crowd), and the earlier look-alike
that a new one repeats (Past). Nearly all that failed a test are chance, so they are kept small and
only a pair at an expected interval becomes a hypothesis of its own.
"""

from array import array

from alarm.recurrence_fit import near_hz, tone_band

SIZE = 128  # more than an hour of one every half minute
MOST_RATE = 64000
# Chance hearings an hour, times 64, that are assumed even in a quiet room.
FLOOR_X64 = {"sure": 1, "weak": 8, "unmatched": 64}


class Crowd:
    """Hearings an hour, times 64, that no known pump explains."""

    def __init__(self):
        self._rates = {}
        self._bands = [0] * 32  # look-alikes by tone: music dwells on its notes
        self._faint = array("i", [0] * 32)
        self._decay_s = 0

    def count_faint(self, hz):
        band = tone_band(hz)
        self._faint[band] = min(MOST_RATE, self._faint[band] + 64)

    def faint_rate(self, hz):
        """Faint candidates an hour, times 64, in this tone's band."""
        return self._faint[tone_band(hz)]

    def count(self, kind, hz, grade):
        one = 64
        if grade == "unmatched":  # a film begins: ten minutes later the crowd must be known
            one = 6 * 64
            if hz:
                band = tone_band(min(hz))
                self._bands[band] = min(MOST_RATE, self._bands[band] + one)
        self._rates[kind + grade] = min(MOST_RATE, self._rates.get(kind + grade, 0) + one)

    def fill(self, chance, kind, hz, grade):
        """chance[0]: of this kind and grade; chance[1]: of look-alikes of this tone."""
        chance[0] = max(FLOOR_X64[grade], self._rates.get(kind + grade, 0))
        chance[1] = self._bands[tone_band(min(hz))] if hz and grade == "unmatched" else 0

    def tick(self, now_s):
        """Forget: graded ones with a time constant of an hour, look-alikes half in 10 min."""
        if now_s - self._decay_s >= 600:
            self._decay_s = now_s
            for key in self._rates:
                rate = self._rates[key]
                self._rates[key] -= rate // 2 if "unmatched" in key else rate // 6
            for band in range(32):
                self._bands[band] -= self._bands[band] // 2
                self._faint[band] -= self._faint[band] // 6


class Past:
    """A ring of look-alikes."""

    def __init__(self):
        self._time_s = array("i", [0] * SIZE)
        self._low_hz = array("i", [0] * SIZE)  # negative: siren
        self._high_hz = array("i", [0] * SIZE)
        self._at = 0

    def put(self, kind, hz, now_s):
        """Remember this one; the oldest is forgotten."""
        if not hz:
            return
        at = self._at
        self._time_s[at] = now_s
        self._low_hz[at] = -min(hz) if kind == "siren" else min(hz)
        self._high_hz[at] = max(hz)
        self._at = (at + 1) % SIZE

    def find(self, kind, hz, now_s, expected):
        """(low, high, time) of the latest of these tones, one or two expected intervals ago."""
        if not hz:
            return None
        low_hz, high_hz = min(hz), max(hz)
        sign = -1 if kind == "siren" else 1
        best = -1
        for i in range(SIZE):
            then_hz = sign * self._low_hz[i]
            if then_hz > 0 and near_hz(then_hz, low_hz) and near_hz(self._high_hz[i], high_hz):
                elapsed_s = now_s - self._time_s[i]
                for interval_s in expected:
                    off_s = elapsed_s - interval_s
                    if 2 * off_s > interval_s:
                        off_s -= interval_s
                    if -interval_s <= 40 * off_s <= interval_s:
                        if best < 0 or self._time_s[i] > self._time_s[best]:
                            best = i
        if best < 0:
            return None
        return sign * self._low_hz[best], self._high_hz[best], self._time_s[best]
