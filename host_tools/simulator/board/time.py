# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`time` of the simulated board: virtual, with ticks that wrap after 2**30 as on the chips.

Also offers `struct_time`, which MicroPython lacks and Adafruit's clock driver needs.
Runs on MicroPython (first on sys.path) and on CPython (put into sys.modules by run.py).
"""

import sys

from sim_core import TICKS_MASK, sim

_HALF = (TICKS_MASK + 1) // 2
_POWER_ON_EPOCH_S = 1609459200  # rp2 counts from 2021-01-01 until somebody sets it
_FIELDS = (
    "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst",
)  # fmt: skip

if sys.implementation.name == "micropython":
    from collections import namedtuple

    from utime import gmtime, localtime, mktime

    _StructTime = namedtuple("struct_time", _FIELDS)

    def struct_time(values):
        values = tuple(values)
        return _StructTime(*(values + (-1,) * (9 - len(values))))

else:
    import calendar
    from datetime import datetime, timedelta, timezone
    from time import struct_time  # noqa: F401 - the real one, fetched before it is replaced

    _EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

    def gmtime(seconds=None):
        """MicroPython's eight values."""
        moment = _EPOCH + timedelta(seconds=int(time() if seconds is None else seconds))
        return tuple(moment.timetuple())[:8]

    localtime = gmtime

    def mktime(values):
        return calendar.timegm(tuple(values[:6]) + (0, 0, 0))


def ticks_ms():
    sim.polls -= 1
    if not sim.polls:
        sim.poll()
    return (sim.ms + sim.tick_off) & TICKS_MASK


def ticks_us():
    sim.polls -= 1
    if not sim.polls:
        sim.poll()
    return ((sim.ms + sim.tick_off) * 1000 + sim.us) & TICKS_MASK


ticks_cpu = ticks_us


def ticks_add(ticks, delta):
    if not -_HALF < delta < _HALF:
        raise OverflowError("ticks interval overflow")
    return (ticks + delta) & TICKS_MASK


def ticks_diff(end, start):
    difference = (end - start) & TICKS_MASK
    return difference - TICKS_MASK - 1 if difference >= _HALF else difference


def sleep_us(us):
    if us > 0:
        sim.advance_us(int(us))


def sleep_ms(ms):
    if ms > 0:
        sim.advance_us(int(ms) * 1000)


def sleep(seconds):
    if seconds > 0:
        sim.advance_us(int(seconds * 1_000_000))


def time():
    """Seconds of the chip's own clock, which nobody has set."""
    return _POWER_ON_EPOCH_S + (sim.ms + sim.tick_off + TICKS_MASK + 1) // 1000


def time_ns():
    return time() * 1_000_000_000
