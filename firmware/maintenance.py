# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Maintenance mode: a computer may change the board's files; nobody listens, and it says so aloud.

In: the stored reason of the last restart (asked for at the line port), or none at all.
Out: ``begin()``: no watchdog, a chirp every CHIRP_S, the yellow lamp blinking, the relay dropped
(the nurse call's alarm state); after LIMIT_S a reset, back to listening. All of it runs in a timer,
so that it goes on while the computer works at the prompt. No I2S runs here: flash may be written.

The heartbeat goes on too: the cell-powered buzzer would sound for ten minutes beside somebody who
is already there. When the timer dies, it stops, and the buzzer says so.
"""

import os
import sys

import board
import machine
import store
from restarts import MAINTENANCE

LIMIT_S = 600
CHIRP_S = 10
TICK_MS = 50
_TICKS_A_S = 1000 // TICK_MS
BOOT_STATE = board.STATE_DIR + "/boot.json"


class Maintenance:
    def __init__(self, pwm, lamp, heartbeat, reset):
        self._pwm = pwm
        self._lamp = lamp
        self._heartbeat = heartbeat
        self._reset = reset
        self._ticks = 0
        self.left_s = LIMIT_S

    def tick(self, timer=None):
        """Every TICK_MS."""
        ticks = self._ticks = self._ticks + 1
        self._heartbeat.value(ticks & 1)
        if ticks % _TICKS_A_S:
            return
        second = ticks // _TICKS_A_S
        self.left_s -= 1
        if self.left_s <= 0:
            self._pwm.duty_u16(0)
            self._reset()
            return
        self._lamp.value(second & 1)
        # Two seconds in each ten, low and soft: the monitor's own voice, never the pump's.
        self._pwm.duty_u16(3725 if second % CHIRP_S < 2 else 0)

    def extend(self):
        """The computer is still at work."""
        self.left_s = LIMIT_S


def forget():
    """The next start listens again, whatever happens here. False: that cannot be written, and
    this start has to listen, or none ever would."""
    value, _ = store.load(BOOT_STATE)
    try:
        if isinstance(value, dict):
            value["reason"] = MAINTENANCE + " over"
            value.pop("well", None)  # of what a deployment may now replace
            store.save(BOOT_STATE, value)
    except OSError:
        try:
            os.remove(BOOT_STATE)  # a full flash still takes that
        except OSError:
            return False
    return True


mode = None  # the running one, for ``maintenance.mode.extend()`` at the prompt


def begin():
    """Start it and return: main.py ends, and MicroPython shows its prompt."""
    global mode
    from drivers.sounder import TECHNICAL_HZ

    pins = board.PINS
    machine.Pin(pins["relay"], machine.Pin.OUT, value=0)
    pwm = machine.PWM(machine.Pin(pins["sounder"]), freq=TECHNICAL_HZ, duty_u16=0)
    lamp = machine.Pin(pins["lamp_yellow"], machine.Pin.OUT, value=1)
    heartbeat = machine.Pin(pins["heartbeat"], machine.Pin.OUT, value=0)
    mode = Maintenance(pwm, lamp, heartbeat, machine.reset)
    # -1 is a timer in software, which an ESP32 of today's releases refuses; an RP2 has no other.
    timer = machine.Timer(0 if sys.platform == "esp32" else -1)
    timer.init(mode=machine.Timer.PERIODIC, period=TICK_MS, callback=mode.tick)
    print("Chimewatch: maintenance. Nobody listens to the pump. Back in %d s." % LIMIT_S)
    return timer
