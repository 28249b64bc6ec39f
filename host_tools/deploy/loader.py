# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""main.py of the board: starts the firmware of the slot that slots.json names.

In: slots.json {"run": "a" or "b", "old": the other or ""}; state/boot.json, the firmware's own
count of restarts and the slot that has run well.  Out: that slot's `main` imported. A slot that
cannot be imported, or that has restarted three times in a row, gives way to the old one, once. A
slot that has listened well for 75 minutes keeps its place: the old one is forgotten, or months
later a bad microphone would bring it back. Where neither can be started the board says so aloud
(`Cry`).
slots.json is replaced by rename: a power cut leaves one slot or the other, never half.
"""

import json
import os
import sys

import machine

TOO_MANY = 3
SLOTS = ("a", "b")
# Platform -> pins of sounder, backup and yellow lamp: filled in from the board file at deployment.
PINS: dict = {}
LIMIT_S = 300


def read():
    """(slot to run, the other or "")."""
    try:
        with open("slots.json") as file:
            slots = json.load(file)
        run, old = slots["run"], slots["old"]
    except (OSError, ValueError, KeyError, TypeError):
        run, old = SLOTS
    if run not in SLOTS:
        run = "a"
    return run, old if old in SLOTS and old != run and holds_firmware(old) else ""


def holds_firmware(slot):
    """Asked before the import, which would find this very file for want of another main."""
    for name in ("/main.mpy", "/main.py"):
        try:
            os.stat(slot + name)
            return True
        except OSError:
            pass
    return False


def write(run, old):
    """False when the flash takes no write: then this start has to do with what there is."""
    try:
        with open("slots.new", "w") as file:
            file.write(json.dumps({"run": run, "old": old}))
        os.rename("slots.new", "slots.json")
        return True
    except OSError:
        return False


def boot_state():
    try:
        with open("state/boot.json") as file:
            file.readline()  # the check sum
            state = json.load(file)
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


class Cry:
    """Nothing can listen here: a low tone, second sounder and yellow lamp, one second in four; the
    relay is dropped and no pulse holds the cell-powered buzzer silent. In a timer, so that the
    prompt answers a deployment meanwhile; after LIMIT_S a reset tries again."""

    def __init__(self):
        self.mode = self  # a deployment finds it as it finds the maintenance mode
        self._left_s = LIMIT_S
        self._set = []
        # -1 is a timer in software: an RP2 has no other, an ESP32 of today's releases refuses it.
        timer = machine.Timer(0 if sys.platform == "esp32" else -1)
        timer.init(mode=machine.Timer.PERIODIC, period=1000, callback=self.tick)
        pins = PINS.get(sys.platform) or PINS.get("rp2")
        if pins:
            out = machine.Pin.OUT
            pwm = machine.PWM(machine.Pin(pins["sounder"]), freq=330, duty_u16=0)
            self._set.append(lambda on: pwm.duty_u16(on * 3725))
            for name in ("backup", "lamp_yellow"):
                self._set.append(machine.Pin(pins[name], out, value=0).value)

    def tick(self, timer=None):
        self._left_s -= 1
        if self._left_s <= 0:
            machine.reset()
        for set_level in self._set:
            set_level(int(self._left_s % 4 == 0))

    def extend(self):
        self._left_s = LIMIT_S


def start():
    run, old = read()
    if old:
        state = boot_state()
        restarts = state.get("restarts")
        if state.get("well") == run:
            write(run, "")
            old = ""
        elif isinstance(restarts, int) and restarts >= TOO_MANY and write(old, ""):
            run, old = old, ""
    sys.path.insert(0, run)
    sys.path.insert(1, run + "/lib")
    try:
        if not holds_firmware(run):
            raise ImportError("no firmware in slot " + run)
        import main  # noqa: F401 - the slot's, which comes first on the path

        return
    except Exception as error:
        sys.print_exception(error)
    if old and write(old, ""):
        machine.reset()
    print("chimewatch: no firmware can be started, nobody listens; deploy it again")
    sys.modules["maintenance"] = Cry()


start()
