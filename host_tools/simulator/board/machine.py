# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`machine` of the simulated board (an rp2 board: RP2040 limits). See the sim_* modules."""

from sim_audio import I2S  # noqa: F401
from sim_bus import I2C, SoftI2C  # noqa: F401
from sim_core import sim
from sim_pins import ADC, PWM, Pin  # noqa: F401

PWRON_RESET = 1
WDT_RESET = 3
_WDT_LIMIT_MS = 8388  # RP2040: 24 bits of half microseconds


class WDT:
    """Cannot be stopped once started; starved, it resets the board at once."""

    def __init__(self, id=0, timeout=5000):
        if not 0 < timeout <= _WDT_LIMIT_MS:
            raise ValueError("timeout exceeds %d" % _WDT_LIMIT_MS)
        sim.wdt_timeout_ms = timeout
        self.feed()
        sim.plan()

    def feed(self):
        # No planning here: service() finds out at the old deadline that there is a later one.
        sim.wdt_fed_ms = sim.ms

    def timeout_ms(self, timeout):
        self.__init__(0, timeout)


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id=-1, **options):
        if id != -1:
            raise ValueError("Timer doesn't exist")  # an RP2 has those in software alone
        self.due_ms = 0
        self._period_ms = 0
        self._callback = None
        if options:
            self.init(**options)

    def init(self, mode=PERIODIC, freq=-1, period=-1, callback=None, hard=False):
        self._mode = mode
        self._period_ms = max(1, int(period if period > 0 else 1000 / freq))
        self._callback = callback
        self.due_ms = sim.ms + self._period_ms
        if self not in sim.timers:
            sim.timers.append(self)
        sim.plan()

    def fire(self):
        if self._mode == self.ONE_SHOT:
            self.deinit()
        else:
            self.due_ms += self._period_ms
        if self._callback:
            self._callback(self)

    def deinit(self):
        if self in sim.timers:
            sim.timers.remove(self)
            sim.plan()


class RTC:
    """The chip's own calendar, unset: the firmware must not rely on it."""

    def datetime(self, value=None):
        import time

        if value is None:
            t = time.gmtime(time.time())
            return (t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0)


class mem32:  # noqa: N801 - only the name exists; no register is modelled
    pass


def reset():
    """On rp2 a reset by software is one by the watchdog, and is reported as such."""
    sim.emit("reset", {"by": "firmware"})
    sim.halt("reset")


soft_reset = reset


def reset_cause():
    return sim.reset_cause


def unique_id():
    return b"SIMULATE"


def freq(hz=None):
    return 125_000_000


def idle():
    sim.advance_us(1000)


def lightsleep(ms=0):
    sim.advance_us(ms * 1000)


def disable_irq():
    return 0


def enable_irq(state):
    pass


def bootloader(timeout=0):
    sim.emit("reset", {"by": "bootloader"})
    sim.halt("end")
