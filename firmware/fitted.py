# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The drivers on this board's pins.

In: ``machine`` and the pin map.  Out: driver objects; every output off, the relay dropped.
"""

import time

import board
import machine
from aside import NoDisplay

from drivers import microphone
from drivers.backup_sounder import BackupSounder
from drivers.bus import Bus
from drivers.button import Button
from drivers.heartbeat import Heartbeat
from drivers.lamps import Lamps
from drivers.relay import Relay
from drivers.sounder import FUNDAMENTAL_HZ, Sounder
from drivers.supply import Supply

DISPLAY_ADDRESS = 0x3C


def output(name):
    return machine.Pin(board.PINS[name], machine.Pin.OUT, value=0)


def voltage(name):
    """None where the board has no such input."""
    if name not in board.PINS:
        return None
    return Supply(machine.ADC(machine.Pin(board.PINS[name])), board.SUPPLY_FULL_SCALE_MV)


def make_drivers():
    pins = board.PINS
    pwm = machine.PWM(machine.Pin(pins["sounder"]), freq=FUNDAMENTAL_HZ, duty_u16=0)
    return {
        "microphone": microphone.Microphone(microphone.factory(machine, board)),
        "sounder": Sounder(pwm),
        "backup": BackupSounder(output("backup")),
        "lamps": Lamps(*[output("lamp_" + name) for name in ("red", "yellow", "green", "paused")]),
        "relay": Relay(output("relay")),
        "heartbeat": Heartbeat(output("heartbeat")),
        "button": Button(machine.Pin(pins["button"], machine.Pin.IN, machine.Pin.PULL_UP)),
        "supply": voltage("supply"),
        "mains": voltage("mains"),
        "battery": voltage("battery"),
    }


def make_bus():
    return Bus(machine, board, time.sleep_us)


def make_display(bus, fitted):
    """A display that answers is used; its absence is a fault only where one is said to be. The
    driver takes 6 KB: it is loaded only for a display."""
    if not fitted:
        try:
            bus.writeto(DISPLAY_ADDRESS, b"")
        except OSError:
            return NoDisplay()
    from drivers.display import Display

    display = Display(bus)
    return display if display.connect() or fitted else NoDisplay()
