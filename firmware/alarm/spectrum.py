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

from alarm.kernels import bound, fft, intake, window
from alarm.tables import BINS, FIRST_BIN, power_tables, tables

ROWS = const(64)  # history: 4.1 s
FRAME_MS = const(64)
BLOCK_MS = const(16)
FLOOR = const(64)  # a row's value at the floor
HIGHEST = const(112)  # and the most over it: see `whiten`, which has this number
SHORT = const(15)  # frames in the short and in the long running sum
LONG = const(46)
AFTER_START = const(64)  # frames until the floor and the room's lines are known
AFTER_GAP = const(4)
EVERY_FOURTH = const(0x300)  # of the blocks' places in the ring
EVERY_EIGHTH = const(0x700)
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
        # Of the newest frame while `row` runs; then the finders work in it (scan reads one more).
        self.level = array("H", bytes(2 * BINS + 2))
        self.floor = array("H", bytes(2 * BINS + 32))
        # Phases of 16 frames in 1/16 turn, two a byte: frame t's are in row t // 2 & 7, the upper
        # four bits where t is odd.
        self.turns = bytearray(8 * BINS)
        self.hist = bytearray(ROWS * BINS)
        self.sums = array("H", bytes(4 * BINS + 2))  # scan reads one more
        # For `levels` and `whiten`: 0 the frame's number, 1 the bits of its largest difference,
        # 2 the floor's step, 3 the most that a level stands over its floor, then what is taken off.
        self.par = array("i", [0] * 4)
        self.loud = array("H", bytes(2 * ROWS))  # each row's mean level, in 1/75 step
        # The microphone's, see `intake`: 2 and 3 are the last block's lowest and highest sample.
        self.state = array("i", [1 << 23] + [0] * 11)
        self._levels, self._whiten = bound(
            self.z,
            self.rev,
            self.sine,
            self.logs,
            memoryview(self.floor)[8:],
            self.level,
            self.turns,
            self.par,
            self.floor,
            self.hist,
            self.sums,
            self.lut,
            self.loud,
        )
        self.restart()

    def restart(self):
        """Forget what was heard (after a gap). The floor, once settled, is kept: the room is
        the same; ``settled`` is the frame from which floor and lines can be trusted."""
        self.t = -1
        # The bits that a place in the ring has where no frame is due; 0: nothing is heard yet.
        self._between = 0
        known = self.par[2] == FINAL_STEP
        if not known:
            self.par[2] = 0
        self.settled = AFTER_GAP if known else AFTER_START

    def _clear_history(self):
        blank = bytes([FLOOR]) * BINS
        for i in range(0, ROWS * BINS, BINS):
            self.hist[i : i + BINS] = blank
        for i in range(BINS):
            self.sums[i] = FLOOR * SHORT
            self.sums[BINS + i] = 8 * LONG  # lut[FLOOR]

    # What runs in every block keeps to 11 words of locals and stack: MicroPython takes the frame of
    # a larger function from the heap, at every call, and looks for room there.

    def block(self, block):
        """One block in; True when a new frame has been transformed (call `row()` next)."""
        if intake(block, self.ring, self.state) & self._between:
            return False
        if self._between != EVERY_FOURTH and not self._filled():
            return False
        self.par[1] = window(self.ring, self.state, self.win, self.z)
        fft(self.z, self.sine)
        return True

    def _filled(self):
        """Whether the ring has just been filled for the first time."""
        if self._between:
            self._between = EVERY_FOURTH
            return True
        # An offset would begin with a click, whose exponent would cost the first frame 9 bits: of
        # the first block only the last sample counts, as the next one's predecessor.
        state = self.state
        state[1] = 0
        if state[2] != state[3]:  # not before the microphone has woken up
            self._between = EVERY_EIGHTH
        return False

    def row(self):
        """Finish the frame: levels, floor, history and running sums. Returns its number t."""
        t = self.t = self.t + 1
        par = self.par
        par[0] = t
        self._levels()
        if t == 0:
            self._clear_history()
        if par[2] != FINAL_STEP:
            self._settle()
        self._whiten()
        return t

    def _settle(self):
        """The floor's step for this frame, half of it every eleventh time."""
        if self.par[2] == 0:
            self._first_floor()
            self._levels()  # again, over the floor that there is now
            self.par[2] = 32
            self._since = 0
        elif self._since > 10:
            self._since = 0
            self.par[2] = max(FINAL_STEP, self.par[2] >> 1)
        self._since += 1

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
