# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Clock: calendar arithmetic, Adafruit's driver on a register-level fake, faults."""

from drivers import clock as c

START = 190_678_530  # 2026-01-15T22:15:30Z


class FakeI2C:
    """DS3231 registers; ``fail`` bus operations raise OSError first."""

    def __init__(self):
        self.registers = bytearray(19)
        self.pointer = 0
        self.fail = 0
        self.present = True
        self.writes = []

    def _check(self, address):
        if not self.present or address != 0x68:
            raise OSError(19)
        if self.fail:
            self.fail -= 1
            raise OSError(5)

    def writeto(self, address, data, stop=True):
        self._check(address)
        data = bytes(data)
        if data:
            self.pointer = data[0]
        if len(data) > 1:
            self.writes.append(data)
            self.registers[data[0] : data[0] + len(data) - 1] = data[1:]

    def readfrom_into(self, address, buffer):
        self._check(address)
        for index in range(len(buffer)):
            buffer[index] = self.registers[self.pointer]
            self.pointer = (self.pointer + 1) % 19


def _have_driver():
    try:
        c._driver_class()
        return True
    except ImportError:
        print("SKIP: adafruit_ds3231 is not installed")
        return False


def test_calendar_there_and_back():
    for utc_s in (126230400, 126230399 + 86400 * 60, START, 257990400 + 86399, 1073000000 - 86400):
        fields = c.fields_from_utc(utc_s)
        if fields[0] <= c.LAST_YEAR:
            assert c.utc_from_fields(*fields[:6]) == utc_s, fields
    assert c.iso(START) == "2026-01-15T22:15:30Z"
    assert c.fields_from_utc(0) == (2020, 1, 1, 0, 0, 0, 2)
    assert c.fields_from_utc(262656000 - 86400)[:3] == (2028, 4, 27)
    assert c.fields_from_utc(START)[6] == 3  # a Thursday


def test_impossible_dates_are_refused():
    for fields in (
        (2000, 1, 1, 0, 0, 0),
        (2026, 2, 29, 0, 0, 0),
        (2026, 4, 31, 0, 0, 0),
        (2026, 0, 1, 0, 0, 0),
        (2026, 13, 1, 0, 0, 0),
        (2026, 1, 0, 0, 0, 0),
        (2026, 1, 1, 24, 0, 0),
        (2026, 1, 1, 0, 60, 0),
        (2026, 1, 1, 0, 0, 60),
        (2099, 1, 1, 0, 0, 0),
    ):
        assert c.utc_from_fields(*fields) is None, fields
    assert c.utc_from_fields(2028, 2, 29, 0, 0, 0) is not None


def test_set_in_one_burst_and_read_back():
    if not _have_driver():
        return
    i2c = FakeI2C()
    i2c.registers[0x0F] = 0x80
    clock = c.Clock(i2c)
    assert clock.read_utc_s() is None and clock.fault == "lost power"
    assert clock.set_utc_s(START)
    bursts = [data for data in i2c.writes if data[0] == 0]
    assert bursts == [b"\x00\x30\x15\x22\x04\x15\x01\x26"], bursts
    assert clock.read_utc_s() == START and clock.fault == ""


def test_bus_errors_are_retried_then_told_then_forgotten():
    if not _have_driver():
        return
    i2c = FakeI2C()
    clock = c.Clock(i2c)
    assert clock.set_utc_s(START)
    i2c.fail = 2
    assert clock.read_utc_s() == START and clock.retries == 2
    i2c.fail = 100
    assert clock.read_utc_s() is None and clock.fault
    i2c.fail = 0
    assert clock.read_utc_s() == START and clock.fault == ""


def test_absent_clock_and_one_plugged_in_later():
    if not _have_driver():
        return
    i2c = FakeI2C()
    i2c.present = False
    clock = c.Clock(i2c)
    assert clock.read_utc_s() is None and clock.fault == "no clock"
    assert clock.set_utc_s(START) is False
    i2c.present = True
    assert clock.set_utc_s(START)


def test_impossible_registers_and_a_stopped_oscillator():
    if not _have_driver():
        return
    i2c = FakeI2C()
    clock = c.Clock(i2c)
    clock.set_utc_s(START)
    i2c.registers[5] = 0x1F
    assert clock.read_utc_s() is None and clock.fault == "impossible date"
    clock.set_utc_s(START)
    i2c.registers[0x0E] |= 0x80
    assert clock.read_utc_s() is None and clock.fault == "lost power"


def test_missing_driver_is_a_fault_not_a_crash():
    def missing(bus):
        raise ImportError

    clock = c.Clock(FakeI2C(), missing)
    assert clock.read_utc_s() is None and clock.fault == "no driver"
