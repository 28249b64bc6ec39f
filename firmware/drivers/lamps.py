# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Red, yellow, green and paused (blue) lamps, plain LEDs.

In: four Pins.  Out: light. Addressable LEDs are out of the question: their bit stream holds
interrupts off while I2S runs.
"""


class Lamps:
    """One setter each, which writes the pin only when the value changes."""

    def __init__(self, red, yellow, green, paused):
        self._red = red
        self._yellow = yellow
        self._green = green
        self._paused = paused
        self.red = self.yellow = self.green = self.paused = 0
        red.value(0)
        yellow.value(0)
        green.value(0)
        paused.value(0)

    def set_red(self, level):
        if level != self.red:
            self._red.value(level)
            self.red = level

    def set_yellow(self, level):
        if level != self.yellow:
            self._yellow.value(level)
            self.yellow = level

    def set_green(self, level):
        """The green lamp says "the monitor is listening", never "the pump is fine"."""
        if level != self.green:
            self._green.value(level)
            self.green = level

    def set_paused(self, level):
        if level != self.paused:
            self._paused.value(level)
            self.paused = level
