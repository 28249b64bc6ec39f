# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Pin, PWM and ADC of the simulated board; every change of an output becomes an event.

In: the calls of `machine`, and levels that the outside world drives. Out: events (sim_outputs) and
the tones that sound in the room.
"""

import sim_bus
from sim_core import sim
from sim_outputs import Heartbeat, emit_output, name_of
from sim_wires import Wire

_BACKUP_HZ = 3500  # a piezo with drive circuit

_levels = {}  # GPIO number -> level, outputs and inputs
_driven = {}  # GPIO number -> level from outside
_pwms = {}  # GPIO number -> PWM
_pins = {}  # GPIO number -> last Pin made, for interrupts
_adc = {}  # name or GPIO number -> raw u16
gains = {"sounder": 1.0, "backup": 0.0}
on_sound = []  # function(tones), set by run.py


def number_of(ident):
    if isinstance(ident, Pin):
        return ident.number
    if isinstance(ident, str):
        ident = ident[2:] if ident[:2].upper() == "GP" else ident
        for number, name in sim.names.items():
            if name == ident:
                return number
    return int(ident)


def _sound_changed():
    tones = []
    for number, pwm in _pwms.items():
        kind = name_of(number).split("_")[0]
        if gains.get(kind) and pwm.sounding():
            tones.append((pwm.hz, pwm.duty, gains[kind]))
    for number, level in _levels.items():
        if level and number not in _pwms and name_of(number).startswith("backup"):
            if gains["backup"]:
                tones.append((_BACKUP_HZ, 32768, gains["backup"]))
    for function in on_sound:
        function(tones)


def sound_gain(kind, gain):
    gains[kind] = gain
    _sound_changed()


_heartbeats = {}


class Pin:
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    ALT = 3
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_FALLING = 4
    IRQ_RISING = 8

    def __init__(self, ident, mode=-1, pull=-1, value=None, alt=None):
        self.number = number_of(ident)
        self._handler = None
        self._trigger = 0
        self._out = False
        name = name_of(self.number)
        self._wire = Wire(sim_bus.wires, name) if name in ("i2c_scl", "i2c_sda") else None
        _pins[self.number] = self
        if mode != -1:
            self.init(mode, pull, value)
        elif self.number not in _levels:
            _levels[self.number] = _driven.get(self.number, 0)

    def init(self, mode=-1, pull=-1, value=None, alt=None):
        number = self.number
        if self._wire:
            if mode != self.OPEN_DRAIN:
                sim.fail("bus", "a pin of the I2C bus is driven as mode %s: use OPEN_DRAIN" % mode)
            self._wire.by_hand()
            if value is not None:
                self._wire.value(value)
            return
        self._out = mode in (self.OUT, self.OPEN_DRAIN)
        if self._out:
            self._beat = None
            if name_of(number) == "heartbeat":
                self._beat = _heartbeats.setdefault(number, Heartbeat(number))
            known = number in _levels
            self.value(value if value is not None else _levels.get(number, 0))
            if not known and not _levels[number] and self._beat is None:
                emit_output(number, {"value": 0})
        else:
            idle = 1 if pull == self.PULL_UP else 0
            _levels[number] = _driven.get(number, idle)

    def value(self, level=None):
        if self._wire:
            return self._wire.value(level)
        if level is None:
            return _levels[self.number]
        level = 1 if level else 0
        if not self._out or _levels.get(self.number, 0) == level:
            _levels.setdefault(self.number, level)
            return
        _levels[self.number] = level
        if self._beat is not None:
            self._beat.edge()
            return
        emit_output(self.number, {"value": level})
        if name_of(self.number).startswith("backup"):
            _sound_changed()

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    high = on
    low = off

    def toggle(self):
        self.value(1 - _levels[self.number])

    def irq(self, handler=None, trigger=12, hard=False):
        self._handler = handler
        self._trigger = trigger
        return self

    def drive(self, level, quiet):
        before = _levels.get(self.number, level)
        _levels[self.number] = level
        edge = self.IRQ_RISING if level else self.IRQ_FALLING
        if level != before and self._handler and self._trigger & edge and not quiet:
            self._handler(self)

    def __repr__(self):
        return "Pin(%s)" % name_of(self.number)


def drive_input(ident, level, quiet):
    """The outside world sets an input pin."""
    number = number_of(ident)
    level = 1 if level else 0
    _driven[number] = level
    if number in _pins and not _pins[number]._out:
        _pins[number].drive(level, quiet)


class PWM:
    def __init__(self, pin, freq=None, duty_u16=None, invert=False):
        self.number = number_of(pin)
        old = _pwms.get(self.number)
        self.hz = old.hz if old else 0
        self.duty = old.duty if old else 0
        self._told = old._told if old else (0, 0)
        _pwms[self.number] = self
        self.init(freq=freq, duty_u16=duty_u16)

    def init(self, freq=None, duty_u16=None):
        if freq is not None:
            if not 8 <= freq <= 62_500_000:
                raise ValueError("freq out of range")
            self.hz = int(freq)
        if duty_u16 is not None:
            self.duty = max(0, min(65535, int(duty_u16)))
        self._tell()

    def freq(self, hz=None):
        if hz is None:
            return self.hz
        self.init(freq=hz)

    def duty_u16(self, duty=None):
        if duty is None:
            return self.duty
        self.init(duty_u16=duty)

    def duty_ns(self, ns=None):
        if ns is None:
            return self.duty * 1_000_000 // 65536 * 1000 // max(1, self.hz)
        self.init(duty_u16=ns * self.hz // 1000 * 65536 // 1_000_000)

    def sounding(self):
        return self.hz > 0 and 0 < self.duty < 65535

    def deinit(self):
        self.duty = 0
        self._tell()

    def _tell(self):
        now = (self.hz, self.duty) if self.hz and self.duty else (0, 0)
        if now != self._told:
            self._told = now
            emit_output(self.number, {"hz": now[0], "duty": now[1]})
            _sound_changed()


class ADC:
    CORE_TEMP = 4

    def __init__(self, ident):
        self.number = ident.number if isinstance(ident, Pin) else int(ident)
        if self.number < 5:
            self.number += 26  # channel 0 is GPIO 26

    def read_u16(self):
        return _adc.get(self.number, 32768)


def set_adc(ident, raw):
    _adc[number_of(ident)] = max(0, min(65535, int(raw)))
