# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sounds for tests in integers only: the same samples on every interpreter and word size.

In: how loud, in parts of full scale. Out: arrays of 32-bit microphone slots (24 bits on top), or
blocks of 256 of them.
"""

from array import array

from alarm.tables import sine_q30

BLOCK = 256
FULL = 8388607  # largest 24-bit sample


class Noise:
    """White noise with a triangular density; two short generators, so that 32-bit words do."""

    def __init__(self, seed=1):
        self._x = 1 + seed % 30000
        self._y = 1 + seed * 7 % 30000

    def next(self):
        """-30306..30268; standard deviation 12365."""
        self._x = self._x * 171 % 30269
        self._y = self._y * 172 % 30307
        return self._x - self._y


class Sine:
    """A tone by table: `next()` is its next sample, -amplitude..amplitude."""

    QUARTER = [v >> 15 for v in sine_q30(257, 256)]  # Q15

    def __init__(self, hz16, amplitude=32767, at=0):
        """hz16 in 1/16 Hz; amplitude up to 32767."""
        self._step = hz16 * 4096 // 1000  # of 2**20 a turn: 16 kHz * 16 = 256 000 a turn
        self._at = at
        self._amplitude = amplitude

    def next(self):
        at = self._at = (self._at + self._step) & 0xFFFFF
        i = at >> 10 & 255
        quarter = at >> 18
        if quarter & 1:
            i = 256 - i
        v = self.QUARTER[i] * self._amplitude >> 15
        return -v if quarter > 1 else v


def slots(samples):
    """24-bit samples -> slots."""
    return array("i", [v << 8 for v in samples])


def blocks(all_slots):
    """Cut into blocks of 256."""
    return [all_slots[i : i + BLOCK] for i in range(0, len(all_slots), BLOCK)]
