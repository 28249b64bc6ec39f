# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""From microphone blocks to whitened spectrum rows.

In: blocks of 256 slots (24 bits left-justified in 32, 16 kHz). Out, every fourth block: one row of
600 bytes in `hist`, the level of each 7.8 Hz bin from 461 to 5141 Hz over that bin's own slow noise
floor, in steps of 1/8 octave of power (0.376 dB), 64 = at the floor. A frame is 2048 samples
(128 ms) under a Hann window, hop 1024 (64 ms).
"""

from array import array

from micropython import const

from alarm.kernels import fft, highest, intake, levels, whiten, window
from alarm.tables import BINS, FIRST_BIN, power_tables, tables

ROWS = const(64)  # history: 4.1 s
FRAME_MS = const(64)
BLOCK_MS = const(16)
FLOOR = const(64)  # a row's value at the floor
HIGHEST = const(112)  # and the most over it
SHORT = const(15)  # frames in the short and in the long running sum
LONG = const(46)
AFTER_START = const(64)  # frames until the floor and the room's lines are known
AFTER_GAP = const(4)
# Once settled the floor follows by 0.07 dB a frame; at less, a bin strays beyond `near` too often.
FINAL_STEP = const(3)

__all__ = ["Spectrum", "BINS", "FIRST_BIN", "ROWS", "FRAME_MS", "FLOOR", "SHORT", "LONG"]


class Spectrum:
    """Feed `block()`; after it says True, row `t & 63` of `hist` is frame number `t`."""

    def __init__(self):
        self.sine, self.win, self.rev, self.logs = tables()
        self.lut, self.amp = power_tables()
        self.ring = array("i", [1 << 24] * 2048)
        self.z = array("i", bytes(8192))
        self.level = array("H", bytes(2 * BINS))
        self.floor = array("H", bytes(2 * BINS + 32))
        self._bin_floor = memoryview(self.floor)[8:]
        self.turns = bytearray(16 * BINS)
        self._turn_rows = [memoryview(self.turns)[i * BINS : (i + 1) * BINS] for i in range(16)]
        self.hist = bytearray(ROWS * BINS)
        self._rows = [memoryview(self.hist)[i * BINS : (i + 1) * BINS] for i in range(ROWS)]
        self.sums = array("H", bytes(4 * BINS + 2))  # scan reads one more
        self._old = array("i", [0, 0, 0, 0])
        self.loud = array("H", bytes(2 * ROWS))  # each row's mean level, in 1/75 step
        self._bits = array("i", [0] * 8)
        self.state = array("i", [1 << 23, 0, 0, 0])
        self._step = 0
        self.restart()

    def restart(self):
        """Forget what was heard (after a gap). The floor, once settled, is kept: the room is
        the same; ``settled`` is the frame from which floor and lines can be trusted."""
        self.t = -1
        self._block = 0
        self._filled = -1
        known = self._step == FINAL_STEP
        if not known:
            self._step = 0
        self.settled = AFTER_GAP if known else AFTER_START

    def _clear_history(self):
        blank = bytes([FLOOR]) * BINS
        for row in self._rows:
            row[:] = blank
        for i in range(BINS):
            self.sums[i] = FLOOR * SHORT
            self.sums[BINS + i] = 8 * LONG  # lut[FLOOR]

    # What runs in every block keeps to 11 words of locals and stack: MicroPython takes the frame of
    # a larger function from the heap, at every call, and looks for room there.

    def block(self, block):
        """One block in; True when a new frame has been transformed (call `row()` next)."""
        if self._filled < 0:
            # An offset would begin with a click, whose exponent would cost the first frame 9 bits:
            # of the first block only the last sample counts, as the next one's predecessor.
            intake(block, self.ring, 0, self.state)
            if self.state[2] != self.state[3]:  # not before the microphone has woken up
                self._filled = 0
            return False
        n = self._block
        intake(block, self.ring, n << 8, self.state)
        self._bits[n] = self.state[1]
        n = (n + 1) & 7
        self._block = n
        if self._filled < 8:
            self._filled += 1
            if self._filled < 8:
                return False
        elif n & 3:
            return False
        self._transform(n << 8)
        return True

    def _transform(self, oldest):
        bits = 0
        for b in self._bits:
            bits |= b
        length = 0
        while bits > 15:
            bits >>= 4
            length += 4
        while bits:
            bits >>= 1
            length += 1
        self._length = length or 1
        window(self.ring, oldest, 25 - self._length, self.win, self.z)
        fft(self.z, self.sine)

    def row(self):
        """Finish the frame: levels, floor, history and running sums. Returns its number t."""
        t = self.t + 1
        levels(
            self.z,
            self.rev,
            self.sine,
            self.logs,
            self._length << 4,
            self._bin_floor,
            self.level,
            self._turn_rows[t & 15],
        )
        if t == 0:
            self._clear_history()
        if self._step == 0:
            self._first_floor()
            self._step = 32
            self._since = 0
        self.t = t
        floor = self.floor
        low = floor[8]
        high = floor[BINS + 7]
        for i in range(8):
            floor[i] = low
            floor[BINS + 8 + i] = high
        self._old[0] = ((t - SHORT) & 63) * BINS
        self._old[1] = ((t - LONG) & 63) * BINS
        row = self._rows[t & 63]
        # What stands 42 dB over the floor is the top: what a louder tone spills beside itself, and
        # the transform's own noise, go under the floor with the room's.
        lift = highest(self.level, floor) - HIGHEST
        self._old[3] = lift if lift > 0 else 0
        whiten(self.level, floor, self._step, row, self.hist, self._old, self.sums, self.lut)
        self.loud[t & 63] = self._old[2] >> 3
        self._since += 1
        if self._since > 10 and self._step > FINAL_STEP:
            self._since = 0
            self._step = max(FINAL_STEP, self._step >> 1)
        return t

    def _first_floor(self):
        """Start from the level around each bin (mean of 33 logs): a tone already there is kept."""
        level = self.level
        total = n = 0
        for i in range(-16, BINS):
            if i + 16 < BINS:
                total += level[i + 16]
                n += 1
            if i > 16:
                total -= level[i - 17]
                n -= 1
            if i >= 0:
                self.floor[i + 8] = total * 16 // n
