# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What sounds beside one tone: partials of a voice or an instrument, other notes, a melody.

In: the spectrum's history and a tone's place in it. Out: the reason why it stands in company that a
pump does not keep. The finders of one pitch share this.
"""

from array import array

from micropython import const

from alarm import judge as j
from alarm.kernels import column, rowsum, scan
from alarm.spectrum import FIRST_BIN, ROWS, SHORT

LINE = const(24 * 12)  # scan's need a frame: other lines, 9 dB
FOLLOWER = const(24 * 8 * 12)  # and for a tone that follows, over 8 frames


class Company:
    """``k``: the tone's bin; ``on``: its level over the noise; ``first``, ``last``: its frames."""

    def __init__(self, spectrum):
        self.spectrum = spectrum
        self._found = array("H", [0] * 32)
        # The finders take turns with it: between two frames the spectrum does not need its levels.
        self._sum = spectrum.level
        self._col = bytearray(ROWS)
        self._other = bytearray(ROWS)
        self.k = self.on = self.first = self.last = 0

    def others(self, t, first, last, on, frames=SHORT):
        """(how many other lines sound with it, a reason or ""). first, last: indices in a column;
        ``_sum`` holds the rows' sum over so many frames."""
        hist = self.spectrum.hist
        found = self._found
        k = self.k
        other = self._other
        n = scan(self._sum, 0, LINE * frames, found, 32)
        with_it = 0
        others = 0
        inner = first + 2  # without its edges, which are known to two frames
        end = last - 1
        if end <= inner:
            inner = first
            end = last + 1
        for i in range(n):
            b = found[i]
            if -8 < b - k < 8 or self._harmonic(b):
                continue
            others += 1
            column(hist, t, b, b, other)
            level = j.mean(other, inner, end)
            if level < on - 48:
                continue
            if (
                level - j.mean(other, max(0, first - 9), max(1, first - 1)) > 20
                and level - j.mean(other, last + 2, min(ROWS, last + 10)) > 20
            ):
                with_it += 1
        if with_it > 0:
            return others, "other tones come and go with it"
        if self._followed(t, last, on):
            return others, "another tone follows at once"
        return others, ""

    def _followed(self, t, last, on):
        """Whether another tone, about as loud, begins where this one ends: a melody, a siren."""
        total = self._sum
        sp = self.spectrum
        if ROWS - last < 12:
            return False
        rowsum(sp.hist, t - (ROWS - 1) + last + 2 & 63, 8, total)
        n = scan(total, 0, FOLLOWER, self._found, 32)
        other = self._other
        for i in range(n):
            b = self._found[i]
            if -8 < b - self.k < 8:
                continue
            column(sp.hist, t, b, b, other)
            level = j.mean(other, last + 2, last + 10)
            if level > on - 24 and level - j.mean(other, max(0, last - 9), last - 1) > 20:
                return True
        return False

    def _harmonic(self, b):
        """Whether bin b is a multiple of this tone's frequency, within 2.5 bins."""
        f = self.k + FIRST_BIN
        b += FIRST_BIN
        return b > f + 8 and abs(b - (b + f // 2) // f * f) < 3
