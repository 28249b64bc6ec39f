# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""I2S microphone (INMP441 or ICS-43434), 16 kHz, 24 bits left-justified in 32-bit slots.

In: a factory that makes a receiving I2S object (``machine.I2S`` or a fake).  Out: blocks.

The driver can be stopped and started again at any time: on the rp2 boards every flash write needs
that, because the I2S DMA writes past its buffer while interrupts are held off.
"""

# The microphone is silent for 2**18 clocks after its clock starts (256 ms at 16 kHz), and its
# high-pass filter settles after that: 19 blocks of 16 ms are thrown away.
SETTLE_BLOCKS = 19
_LOOK_READS = 44  # of 8 ms in stereo: past the start-up silence


class Microphone:
    """``readinto(block)`` fills one block and returns the bytes stored; only while started."""

    def __init__(self, factory):
        self._factory = factory
        self._i2s = None
        self.settling = 0  # blocks still to be thrown away; counted down by the loop
        self.readinto = self._stopped

    @property
    def running(self):
        return self._i2s is not None

    def start(self):
        if self._i2s is None:
            self._i2s = self._factory()
            # Bound once: the loop calls it 62 times a second.
            self.readinto = self._i2s.readinto
            self.settling = SETTLE_BLOCKS

    def stop(self):
        """Release I2S and its DMA. Safe to call twice, and in a ``finally``."""
        i2s = self._i2s
        self._i2s = None
        self.readinto = self._stopped
        if i2s is not None:
            i2s.deinit()

    def _stopped(self, block):
        return 0

    def other_slot(self, block):
        """Stopped, and our slot had only zeros: does the right one carry samples? Then the L/R pin
        is wired wrong. Takes 0.35 s; what is in ``block`` afterwards is of no use."""
        i2s = self._factory(True)
        try:
            for _ in range(_LOOK_READS):
                i2s.readinto(block)
            for index in range(3, len(block), 2):
                if block[index] != block[1]:
                    return True
            return False
        finally:
            i2s.deinit()


def factory(machine, board):
    """A function that makes this board's I2S receiver."""
    pins = board.PINS

    def make(both=False):
        """Mono is the left slot; ``both``: left and right by turns."""
        return machine.I2S(
            board.I2S_ID,
            sck=machine.Pin(pins["mic_sck"]),
            ws=machine.Pin(pins["mic_ws"]),
            sd=machine.Pin(pins["mic_sd"]),
            mode=machine.I2S.RX,
            bits=32,
            format=machine.I2S.STEREO if both else machine.I2S.MONO,
            rate=board.RATE_HZ,
            ibuf=board.I2S_IBUF_BYTES,
        )

    return make
