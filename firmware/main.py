# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Entry point: runs the monitor that ``wiring`` makes. No logic of its own.

In: the board's pins, settings.json, the stored states.  Out: a monitor that never returns: after an
error it stores the reason and resets; after repeated ones it runs with defaults (``restarts``).
"""

import gc
import sys
import time

import board
import machine
import micropython
import spare
import store
from aside import MaintenanceRequest
from fallback import describe
from restarts import MAINTENANCE, Restarts, maintenance_asked

VERSION = "0.1.0"
BOOT_STATE = board.STATE_DIR + "/boot.json"
CRY_MS = 4000  # the watchdog waits 8 s
BREAK_IN_BLOCKS = 620  # 10 s after the start in which Ctrl-C still works, should the port be broken


def begin(drivers, restarts, feed):
    """The monitor, and the memory of what only the start needs given back."""
    import fitted
    import wiring

    drivers.update(fitted.make_drivers())
    del fitted
    monitor = wiring.build(drivers, restarts, feed, VERSION)
    spare.forget(("wiring",))
    return monitor


def record_failure(monitor, restarts, error):
    """Last words, with I2S released. Whatever fails here must not stop the reset."""
    try:
        gc.collect()
        state = restarts.state("error: %r" % error)
        trace = describe(error)
        if monitor is None:
            state["trace"] = trace  # no log yet: the next start that comes so far logs it
        store.ensure_folder(board.STATE_DIR)
        store.save(BOOT_STATE, state)
        if monitor is not None:
            monitor.response.last_words(trace)
            monitor.recorder.write_all()
    except Exception:
        pass


def cry(drivers):
    """The start fails again and again: without this, buzzer and relay alone would say so."""
    try:
        machine.Pin(board.PINS["backup"], machine.Pin.OUT, value=1)
        if "sounder" in drivers:
            drivers["sounder"].on(2)
        time.sleep_ms(CRY_MS)
    except Exception:
        pass


def run():
    value, _ = store.load(BOOT_STATE)
    if maintenance_asked(value):
        import maintenance

        try:
            if maintenance.forget():
                return maintenance.begin()
        except Exception as error:
            print("chimewatch: no maintenance (%r); it listens instead" % error)
    watchdog = machine.WDT(timeout=board.WATCHDOG_MS)
    slot = sys.path[0] if sys.path[0] in ("a", "b") else ""
    restarts = Restarts(value, machine.reset_cause() == machine.WDT_RESET, slot)
    drivers: dict = {}
    monitor = None
    try:
        monitor = begin(drivers, restarts, watchdog.feed)
        gc.collect()
        monitor.step(BREAK_IN_BLOCKS)
        if hasattr(micropython, "kbd_intr"):
            micropython.kbd_intr(-1)  # from here on no stray byte at the port ends the listening
        while True:
            monitor.step(62)
    except KeyboardInterrupt:
        if monitor is not None:
            monitor.outputs.safe()
        raise  # somebody at the console: no reset, but the watchdog goes on
    except MaintenanceRequest:
        assert monitor is not None  # it was asked
        drivers["microphone"].stop()
        monitor.outputs.safe()
        monitor.response.log("maintenance", (("why", "asked for at the port"),))
        monitor.recorder.write_all()
        try:
            store.ensure_folder(board.STATE_DIR)
            store.save(BOOT_STATE, restarts.state(MAINTENANCE))
        except OSError as error:
            print("chimewatch: no maintenance, the flash takes no write (%s)" % error)
        machine.reset()
    except BaseException as error:
        if "microphone" in drivers:
            drivers["microphone"].stop()
        if monitor is not None:
            monitor.outputs.safe()
        if isinstance(error, MemoryError):
            print("chimewatch: too little memory; a Pico needs the image of docs/device.md")
        record_failure(monitor, restarts, error)
        if monitor is None and restarts.reduced:
            watchdog.feed()
            cry(drivers)
        machine.reset()
    finally:
        if "microphone" in drivers:
            drivers["microphone"].stop()


run()
