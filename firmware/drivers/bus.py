# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""I2C bus of clock and display that frees itself from a chip that holds the data line low.

In: ``machine``, the pin map, ``sleep_us``.  Out: a machine.I2C's ``writeto`` and ``readfrom_into``;
``recover()``, called once at the start and by the drivers after an error.

A reset in the middle of a reading leaves the chip sending: it holds the line and only clocks
release it. Nine (a byte and its answer), or fewer, then START as the DS3231's data sheet says, then
STOP. It takes 0.2 ms of waiting; a line that is shorted stays as it was.
"""

_CLOCKS = 9
_HALF_US = 10  # 50 kHz: slower than the bus itself


class Bus:
    def __init__(self, machine, board, sleep_us):
        self._machine = machine
        self._board = board
        self._sleep_us = sleep_us
        self.recover()

    def recover(self):
        """Clock out what a chip still sends, and give the pins to the controller (anew)."""
        machine = self._machine
        board = self._board
        sleep_us = self._sleep_us
        pin = machine.Pin
        scl = pin(board.PINS["i2c_scl"], pin.OPEN_DRAIN, pin.PULL_UP, value=1)
        sda = pin(board.PINS["i2c_sda"], pin.OPEN_DRAIN, pin.PULL_UP, value=1)
        sleep_us(_HALF_US)
        for _ in range(_CLOCKS):
            if sda.value():
                break
            scl.value(0)
            sleep_us(_HALF_US)
            scl.value(1)
            sleep_us(_HALF_US)
        sda.value(0)  # with the clock high: START
        sleep_us(_HALF_US)
        sda.value(1)  # STOP
        sleep_us(_HALF_US)
        i2c = machine.I2C(
            board.I2C_ID, scl=scl, sda=sda, freq=board.I2C_HZ, timeout=board.I2C_TIMEOUT_US
        )
        self.writeto = i2c.writeto
        self.readfrom_into = i2c.readfrom_into
