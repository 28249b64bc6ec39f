# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Candidates too weak for a finding, on their way from the listener to the recurrence.

In: tones, strength and stream time of each. Out, three seconds later: the next one that was alone.
Two that come together, or one beside a finding, are a sound of several tones: none of them counts.
Memory is preallocated; nothing is allocated.
"""

from array import array

from micropython import const

ROOM = const(8)
TOGETHER_MS = const(2000)
HOLD_MS = const(5000)  # from a sound's start until others that came with it are known
_WRAP = const((1 << 30) - 1)


class Faint:
    """``put`` and ``spoil`` from the listener; ``take`` once a second, then ``low_hz``, ``high_hz``
    (0 for a chime), ``strength_db`` and ``ago_ms`` tell of the candidate."""

    def __init__(self):
        self._start_ms = array("i", [0] * ROOM)
        self._low_hz = array("H", [0] * ROOM)
        self._high_hz = array("H", [0] * ROOM)
        self._strength = bytearray(ROOM)  # 0: spoilt
        self._count = 0
        self._spoilt_ms = -TOGETHER_MS & _WRAP
        self.low_hz = self.high_hz = self.strength_db = self.ago_ms = 0

    def put(self, low_hz, high_hz, strength, start_ms):
        """strength 1 + dB, 1 to 255. One too many is forgotten."""
        if self._beside(start_ms) or _apart(start_ms, self._spoilt_ms) < TOGETHER_MS:
            strength = 0
        at = self._count
        if at < ROOM:
            self._start_ms[at] = start_ms
            self._low_hz[at] = low_hz
            self._high_hz[at] = high_hz
            self._strength[at] = strength
            self._count = at + 1

    def spoil(self, start_ms):
        """Something else began then: what begins with it does not count."""
        self._spoilt_ms = start_ms
        self._beside(start_ms)

    def _beside(self, start_ms):
        """Spoil those of that time. True: there was one."""
        found = False
        for i in range(self._count):
            if _apart(start_ms, self._start_ms[i]) < TOGETHER_MS:
                self._strength[i] = 0
                found = True
        return found

    def take(self, now_ms):
        """True: the attributes hold the next candidate; False: none is ready."""
        while self._count and _apart(now_ms, self._start_ms[0]) >= HOLD_MS:
            strength = self._strength[0]
            self.low_hz = self._low_hz[0]
            self.high_hz = self._high_hz[0]
            self.strength_db = strength - 1
            self.ago_ms = now_ms - self._start_ms[0] & _WRAP
            self._count -= 1
            for i in range(self._count):
                self._start_ms[i] = self._start_ms[i + 1]
                self._low_hz[i] = self._low_hz[i + 1]
                self._high_hz[i] = self._high_hz[i + 1]
                self._strength[i] = self._strength[i + 1]
            if strength:
                return True
        return False


def _apart(a, b):
    """Milliseconds between two stream times, both wrapping at 2**30."""
    ahead = a - b & _WRAP
    return ahead if ahead < 1 << 29 else _WRAP - ahead + 1
