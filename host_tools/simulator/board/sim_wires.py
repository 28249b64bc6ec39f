# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The two wires of the I2C bus as levels: low when anybody pulls, for pins driven by hand.

In: what the master's pins do (`Wire.value`), chips that may pull the data line (`sda`, `clocked`,
`started`). Out: the level of each wire; every edge and every START or STOP told to the chips.
Modelled because a master that is reset in the middle of a reading leaves a chip that still pulls:
only clocks release it. Imports nothing of the board, so that tests can use it everywhere.
"""


class Chip:
    """One that never holds the data line longer than it should."""

    def sda(self):
        return 1

    def clocked(self, level, sda):
        pass

    def started(self):
        pass


class Wires:
    """`function`: "i2c" while the pins belong to the controller, "gpio" once driven by hand."""

    def __init__(self, chips):
        self._chips = chips  # function that gives the chips on the bus
        self._scl = 1  # what the master does: 1 lets go
        self._sda = 1
        self.function = "gpio"

    def sda(self):
        level = self._sda
        for chip in self._chips():
            level &= chip.sda()
        return level

    def scl(self):
        return self._scl

    def by_controller(self):
        """The pins are given to the I2C controller, which lets both go."""
        self.function = "i2c"
        self.drive_scl(1)
        self.drive_sda(1)

    def begin(self):
        """A transfer's START; False when the data line is held low."""
        if self.function != "i2c" or not self.sda():
            return False
        for chip in self._chips():
            chip.started()
        return True

    def drive_scl(self, level):
        if level == self._scl:
            return
        self._scl = level
        for chip in self._chips():
            chip.clocked(level, self._sda)

    def drive_sda(self, level):
        before = self.sda()
        self._sda = level
        # A change of the data line while the clock is high is START or STOP: both end a transfer.
        if self._scl and self.sda() != before:
            for chip in self._chips():
                chip.started()


class Wire:
    """One of the two, for a Pin in open-drain mode."""

    def __init__(self, wires, name):
        self._wires = wires
        self._read = wires.scl if name == "i2c_scl" else wires.sda
        self._drive = wires.drive_scl if name == "i2c_scl" else wires.drive_sda

    def by_hand(self):
        self._wires.function = "gpio"

    def value(self, level=None):
        if level is None:
            return self._read()
        self._drive(1 if level else 0)
