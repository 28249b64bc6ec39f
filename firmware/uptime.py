# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Seconds since the start, from ticks that wrap after 12.4 days.

In: ticks_ms and ticks_diff.  Out: ``up_s`` (as of the last ``advance``), ``now_s()``. ``advance``
has to come at least once in 6 days; the loop calls it every second.
"""


class Uptime:
    def __init__(self, ticks_ms, ticks_diff):
        self._ticks_ms = ticks_ms
        self._ticks_diff = ticks_diff
        self._last = ticks_ms()
        self._rest_ms = 0
        self.up_s = 0

    def advance(self):
        """Take up the time that has passed. Returns it in ms."""
        ticks = self._ticks_ms()
        elapsed_ms = self._ticks_diff(ticks, self._last)
        self._last = ticks
        rest_ms = self._rest_ms + elapsed_ms
        self.up_s += rest_ms // 1000
        self._rest_ms = rest_ms % 1000
        return elapsed_ms

    def now_s(self, ago_ms=0):
        """Uptime at this moment, or ``ago_ms`` earlier, in whole seconds."""
        since_ms = self._ticks_diff(self._ticks_ms(), self._last) + self._rest_ms
        return self.up_s + (since_ms - ago_ms) // 1000
