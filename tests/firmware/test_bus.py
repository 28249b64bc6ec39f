# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The bus is freed from a chip that was broken off in the middle of a reading: the driver on the
simulated wires and the simulated DS3231, on every interpreter."""

import sys

from drivers.bus import Bus

# Only for these imports: the same folder holds the board's own `time` and `machine`.
sys.path.append("host_tools/simulator/board")
from sim_ds3231 import DS3231  # noqa: E402
from sim_wires import Wire, Wires  # noqa: E402

sys.path.remove("host_tools/simulator/board")


class Board:
    PINS = {"i2c_scl": 5, "i2c_sda": 4}
    I2C_ID = 0
    I2C_HZ = 100_000
    I2C_TIMEOUT_US = 20_000


class Machine:
    """Pins and controller on the wires of one chip; counts the clocks and the controllers made."""

    def __init__(self):
        self.chip = DS3231(lambda: 0)
        self.wires = wires = Wires(lambda: [self.chip])
        self.clocks = self.controllers = 0
        world = self

        class Pin:
            OPEN_DRAIN = 2
            PULL_UP = 1

            def __init__(self, number, mode, pull, value):
                assert (mode, pull, value) == (self.OPEN_DRAIN, self.PULL_UP, 1)
                self._clock = number == 5
                self._wire = Wire(wires, "i2c_scl" if self._clock else "i2c_sda")
                self._wire.by_hand()
                self._wire.value(1)

            def value(self, level=None):
                world.clocks += self._clock and level == 0
                return self._wire.value(level)

        class I2C:
            def __init__(self, ident, scl, sda, freq, timeout):
                world.controllers += 1
                wires.by_controller()

            def writeto(self, address, data, stop=True):
                if not wires.begin():
                    raise OSError(110)
                world.chip.write(bytes(data))

            def readfrom_into(self, address, buffer):
                if not wires.begin():
                    raise OSError(110)
                buffer[:] = world.chip.read(len(buffer))

        self.Pin = Pin
        self.I2C = I2C


def no_wait(us):
    pass


def test_a_chip_that_still_sends_is_clocked_out():
    for bits in range(1, 9):
        machine = Machine()
        machine.chip.break_off(0, bits)
        assert machine.wires.sda() == 0
        bus = Bus(machine, Board, no_wait)
        assert machine.clocks == bits, (machine.clocks, bits)
        assert machine.wires.sda() == 1 and machine.chip.sda() == 1
        bus.writeto(0x68, b"\x0f")  # raises while the line is held


def test_it_stops_clocking_as_soon_as_the_line_is_free():
    machine = Machine()
    machine.chip.break_off(0b0010_0000, 8)  # two zeros, then a one
    Bus(machine, Board, no_wait)
    assert machine.clocks == 2 and machine.chip.sda() == 1


def test_without_clocks_the_chip_holds_the_line():
    """The model is no yes-man: neither a new controller nor START and STOP release it."""
    machine = Machine()
    machine.chip.break_off(0, 8)
    i2c = machine.I2C(0, None, None, 0, 0)
    for _ in range(20):
        machine.wires.drive_sda(0)
        machine.wires.drive_sda(1)
        try:
            i2c.writeto(0x68, b"")
        except OSError as error:
            assert error.args[0] == 110
        else:
            raise AssertionError("free without a clock")


def test_a_shorted_line_ends_after_nine_clocks_and_later_works_again():
    machine = Machine()
    machine.chip.stuck = True
    bus = Bus(machine, Board, no_wait)
    assert machine.clocks == 9
    try:
        bus.writeto(0x68, b"")
    except OSError:
        pass
    else:
        raise AssertionError("the short is gone?")
    machine.chip.stuck = False
    bus.recover()
    bus.writeto(0x68, b"")
    assert machine.controllers == 2  # the pins went back to the controller each time


def test_the_clock_is_read_at_once_after_a_reading_that_was_broken_off():
    from drivers.clock import Clock

    machine = Machine()
    machine.chip.set_utc(2026, 1, 15, 22, 15, 30)
    clock = Clock(Bus(machine, Board, no_wait))
    if clock.read_utc_s() is None and clock.fault == "no driver":
        return  # Adafruit's driver is not installed
    for bits in range(1, 9):
        machine.chip.break_off(0, bits)
        assert clock.read_utc_s() == 190_678_530 and clock.fault == "", (bits, clock.fault)
