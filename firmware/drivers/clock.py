# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""DS3231 real-time clock through Adafruit's driver (adafruit_ds3231, MIT).

In: a ``drivers.bus.Bus``.  Out: UTC as int seconds since 2020-01-01T00:00:00Z ("utc_s", a small int
on 32 bits until 2054), or None with the reason in ``fault``. The chip keeps UTC.

Adafruit's driver was written for CircuitPython: it wants a bus with ``try_lock``, ``unlock``,
``writeto``, ``readfrom_into``, ``writeto_then_readfrom`` (``BusAdapter``) and ``time.struct_time``,
which MicroPython lacks; it is lent for the import alone.
"""

import sys
import time
from collections import namedtuple

TRIES = 3  # a glitch on the wires is over by the second try
FIRST_YEAR = 2024  # before this firmware existed; the chip wakes up in 2000
LAST_YEAR = 2053  # utc_s stays below 2**30

_StructTime = namedtuple(
    "_StructTime",
    (
        "tm_year",
        "tm_mon",
        "tm_mday",
        "tm_hour",
        "tm_min",
        "tm_sec",
        "tm_wday",
        "tm_yday",
        "tm_isdst",
    ),
)
# Days before each month of a common year.
_MONTH_DAYS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)


class _TimeWithStruct:
    """Stands in for ``time`` while Adafruit's modules are imported; they keep a reference to it."""

    sleep = time.sleep

    @staticmethod
    def struct_time(fields):
        return _StructTime(*fields)


def _driver_class():
    """adafruit_ds3231.DS3231; raises ImportError when it is not installed."""
    lent = not hasattr(time, "struct_time")
    if lent:
        sys.modules["time"] = _TimeWithStruct  # type: ignore[assignment]
    try:
        from adafruit_ds3231 import DS3231
    finally:
        if lent:
            sys.modules["time"] = time
    return DS3231


def _leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def utc_from_fields(year, month, day, hour, minute, second):
    """utc_s, or None for a date that cannot be (31 February, hour 45, the year 2000...)."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    length = _MONTH_DAYS[month] - _MONTH_DAYS[month - 1]
    if month == 2 and _leap(year):
        length += 1
    if not (1 <= day <= length and 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    # 2020 is itself a leap year: (years since + 3) // 4 leap days lie before this year (to 2053).
    days = (year - 2020) * 365 + (year - 2017) // 4 + _MONTH_DAYS[month - 1] + day - 1
    if month > 2 and _leap(year):
        days += 1
    return days * 86400 + hour * 3600 + minute * 60 + second


def fields_from_utc(utc_s):
    """(year, month, day, hour, minute, second, weekday with Monday 0)."""
    days, rest = divmod(utc_s, 86400)
    weekday = (days + 2) % 7  # 2020-01-01 was a Wednesday
    year = 2020
    while True:
        length = 366 if _leap(year) else 365
        if days < length:
            break
        days -= length
        year += 1
    month = 1
    while True:
        before = _MONTH_DAYS[month] + (1 if month >= 2 and _leap(year) else 0)
        if days < before:
            break
        month += 1
    first = _MONTH_DAYS[month - 1] + (1 if month > 2 and _leap(year) else 0)
    return year, month, days - first + 1, rest // 3600, rest // 60 % 60, rest % 60, weekday


def iso(utc_s):
    """ "2026-01-15T22:00:00Z" """
    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % fields_from_utc(utc_s)[:6]


class BusAdapter:
    """machine.I2C with the face of CircuitPython's busio.I2C."""

    def __init__(self, i2c):
        self._i2c = i2c

    def try_lock(self):
        return True  # one loop, one user of the bus

    def unlock(self):
        pass

    def writeto(self, address, buffer, start=0, end=None):
        if end is None:
            end = len(buffer)
        self._i2c.writeto(address, memoryview(buffer)[start:end])

    def readfrom_into(self, address, buffer, start=0, end=None):
        if end is None:
            end = len(buffer)
        self._i2c.readfrom_into(address, memoryview(buffer)[start:end])

    def writeto_then_readfrom(
        self, address, out_buffer, in_buffer, out_start=0, out_end=None, in_start=0, in_end=None
    ):
        if out_end is None:
            out_end = len(out_buffer)
        if in_end is None:
            in_end = len(in_buffer)
        # No stop in between: another register pointer could slip in after a bus fault.
        self._i2c.writeto(address, memoryview(out_buffer)[out_start:out_end], False)
        self._i2c.readfrom_into(address, memoryview(in_buffer)[in_start:in_end])

    def recover(self):
        """After an error: a chip may hold the data line (``drivers.bus``)."""
        recover = getattr(self._i2c, "recover", None)
        if recover is not None:
            recover()


class Clock:
    """``read_utc_s()`` and ``set_utc_s()``; neither raises.

    ``fault``: "" or "no clock" | "bus" | "lost power" | "impossible date" | "no driver".
    """

    def __init__(self, i2c, driver_class=None):
        self._bus = BusAdapter(i2c)
        self._driver_class = driver_class
        self._rtc = None
        self._failed = False  # at the last reading, all tries
        self.fault = "no clock"
        self.retries = 0  # bus errors survived, for the health report

    def _device(self):
        # Made anew after a failure: a clock that is plugged in later is found later.
        if self._rtc is None:
            if self._driver_class is None:
                self._driver_class = _driver_class()
            self._rtc = self._driver_class(self._bus)
        return self._rtc

    def _attempt(self, action):
        """action(device) with retries; None after a failure, with ``fault`` set. A chip that has
        failed already is looked for once: on a stuck bus each look waits for two timeouts."""
        for _ in range(1 if self._failed else TRIES):
            try:
                result = action(self._device())
                self.fault = ""
                self._failed = False
                return result
            except ImportError:
                self.fault = "no driver"
                return None
            except ValueError:  # Adafruit's probe found nothing at the address
                self.fault = "no clock"
            except OSError:
                self.fault = "bus"
            self.retries += 1
            self._bus.recover()
        self._rtc = None
        self._failed = True
        return None

    def read_utc_s(self):
        """UTC, or None when the clock fails, lost its time or tells an impossible date."""
        found = self._attempt(_read)
        if found is None:
            return None
        lost, now = found
        if lost:
            self.fault = "lost power"
            return None
        utc_s = utc_from_fields(
            now.tm_year, now.tm_mon, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec
        )
        if utc_s is None:
            self.fault = "impossible date"
        return utc_s

    def set_utc_s(self, utc_s):
        """Write the time; True when the chip gives it back. The seven registers go in one burst
        (no carry can fall between them); the driver then starts the oscillator and clears OSF."""
        year, month, day, hour, minute, second, weekday = fields_from_utc(utc_s)
        value = _StructTime(year, month, day, hour, minute, second, weekday, -1, -1)

        def write(device):
            device.datetime = value
            return True

        if self._attempt(write) is None:
            return False
        back = self.read_utc_s()
        return back is not None and 0 <= back - utc_s <= 2


def _read(device):
    return device.lost_power or device.disable_oscillator, device.datetime
