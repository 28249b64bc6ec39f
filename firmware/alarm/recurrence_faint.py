# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sounds too faint for one hearing: which of them come back, at one tone and one interval.

In: candidates (tones, strength in dB, time in s of uptime), most of them noise. Out: how well one
fits a track, or a new track of two (an expected interval apart) or three (any interval). Nothing
is told of a single one. Memory: a ring in arrays; only a new track allocates.
"""

from array import array

from micropython import const

from alarm.recurrence_fit import JITTER_S, SPREAD_DB, alike, expected_gain, faint_db
from alarm.recurrence_track import LONGEST_S, SAME_S, Track

SIZE = const(128)  # two hours and more of white noise
KEEP_S = const(900)  # longer for each dB
SAME_TONE = const(6)  # as many of one tone in the ring: a machine, not a pump
SHORTEST_ANY_S = const(150)


class FaintPast:
    def __init__(self):
        self._time_s = array("i", [0] * SIZE)
        self._low_hz = array("H", [0] * SIZE)
        self._high_hz = array("H", [0] * SIZE)  # 0: chime
        self._strength = bytearray(SIZE)
        self._same = array("B", [0] * SAME_TONE)  # where those of the tone in question are

    def put(self, low_hz, high_hz, strength_db, now_s):
        at = self._least(now_s)
        self._time_s[at] = now_s
        self._low_hz[at] = low_hz
        self._high_hz[at] = high_hz
        self._strength[at] = strength_db

    def _least(self, now_s):
        """The place of the one that matters least: the stronger, the longer it is kept."""
        least = 0
        worth = 1 << 29
        for at in range(SIZE):
            if not self._low_hz[at]:
                return at
            mine = self._time_s[at] - now_s + KEEP_S * min(20, self._strength[at])
            if mine < worth:
                worth = mine
                least = at
        return least

    def collect(self, low_hz, high_hz, now_s):
        """How many of these tones are held; -1: too many, or one just now."""
        n = 0
        siren = high_hz > 0
        for at in range(SIZE):
            if self._low_hz[at] and (self._high_hz[at] > 0) == siren:
                if alike(low_hz, self._low_hz[at], siren):
                    if not siren or alike(high_hz, self._high_hz[at], True):
                        if n == SAME_TONE or now_s - self._time_s[at] < SAME_S:
                            return -1
                        self._same[n] = at
                        n += 1
        return n

    def pair(self, n, expected, now_s, rate_x64, odds, strength_db, fit):
        """The best of the n earlier ones an expected interval ago: its place, fit filled; or -1."""
        best = -1
        fit.clear()
        fit.gain_db = 0
        for i in range(n):
            at = self._same[i]
            elapsed_s = now_s - self._time_s[at]
            gain, cycles = expected_gain(
                elapsed_s, expected, rate_x64, odds, strength_db + self._strength[at] - SPREAD_DB
            )
            if gain > fit.gain_db:
                best = at
                fit.gain_db = gain
                fit.cycles = cycles
                fit.interval_x16 = 16 * elapsed_s // cycles
                fit.timely = True
        return best

    def triple(self, n, now_s, rate_x64, odds, strength_db, fit):
        """(place of the first, place of the middle one) of three evenly apart: fit filled with
        what the three are worth; (-1, -1)."""
        best = (-1, -1)
        fit.clear()
        fit.gain_db = 0
        for i in range(n):
            middle = self._same[i]
            elapsed_s = now_s - self._time_s[middle]
            if not SHORTEST_ANY_S <= elapsed_s <= LONGEST_S:
                continue
            wide_s = JITTER_S + elapsed_s // 500
            for k in range(n):
                first = self._same[k]
                off_s = self._time_s[middle] - self._time_s[first] - elapsed_s
                if -wide_s <= off_s <= wide_s:
                    strengths = self._strength[middle] + self._strength[first] - SPREAD_DB
                    gain = faint_db(rate_x64, odds, LONGEST_S, strengths)
                    gain += faint_db(rate_x64, odds, 2 * wide_s + 1, strength_db)
                    if gain > fit.gain_db:
                        best = (first, middle)
                        fit.gain_db = gain
                        fit.cycles = 1
                        fit.interval_x16 = 16 * elapsed_s
        return best

    def time_s(self, at):
        return self._time_s[at]

    def track(self, at):
        """A new hypothesis that begins with this one."""
        high_hz = self._high_hz[at]
        hz = (self._low_hz[at], high_hz) if high_hz else (self._low_hz[at],)
        return Track("siren" if high_hz else "chime", hz, "faint", self._time_s[at])
