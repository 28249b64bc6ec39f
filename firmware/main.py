# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Entry point: wires drivers, listener, policy and log, and runs the monitor. No logic of its own.

In: the board's pins, settings.json, the stored states.  Out: a monitor that never returns: after an
error it stores the reason and resets; after repeated ones it runs with defaults (``restarts``).
"""

import gc
import select
import sys
import time
from array import array

import board
import eventlog
import machine
import micropython
import pumpprofile
import settings
import store
from aside import Aside, MaintenanceRequest, NoScreen
from careplan import CarePlan
from fallback import describe
from fitted import make_bus, make_display, make_drivers
from flashgate import FlashGate
from health import Health
from learnsession import LearnSession
from lineport import LinePort
from monitor import Monitor
from outputs import Outputs
from recorder import Recorder
from reminder import Reminder
from response import Response
from restarts import MAINTENANCE, WELL_AFTER_S, Restarts, maintenance_asked
from selfhearing import Daily, SelfHearing
from uptime import Uptime
from wallclock import WallClock

from alarm.alert import Alert
from alarm.listener import Listener
from alarm.recurrence import Recurrence
from drivers.clock import Clock
from drivers.console import Console

VERSION = "0.1.0"
ALERT_STATE = board.STATE_DIR + "/alert.json"
RECURRENCE_STATE = board.STATE_DIR + "/recurrence.json"
BOOT_STATE = board.STATE_DIR + "/boot.json"
REMINDER_STATE = board.STATE_DIR + "/reminder.json"
BREAK_IN_BLOCKS = 620  # 10 s after the start in which Ctrl-C still works, should the port be broken


def make_screen(display, *others):
    """Words only where they can be shown: they take memory."""
    if not display.fitted:
        return NoScreen()
    from screen import Screen

    return Screen(display, *others)


def restore(part, path, up_s, utc_s, health):
    """Give a part its stored state; a damaged one is told and left where it is."""
    value, why = store.load(path)
    if why == "absent":
        return
    if why or not part.restore(value, up_s, utc_s):
        health.set("log", True, "state lost: " + path)


def build(drivers, restarts, feed):
    """All parts, wired. Returns the monitor; writes the boot record, before I2S starts."""
    health = Health()
    if restarts.reduced:
        values, errors = settings.defaults(), []
        health.set("restarts", True, "%d restarts, now with defaults" % restarts.count)
    else:
        values, errors = settings.load(board.SETTINGS_PATH)
        if errors:
            health.set("settings", True, errors[0])
    bus = make_bus()
    wallclock = WallClock(Clock(bus) if values["clock_fitted"] else None)
    wallclock.read(0)
    if wallclock.fault:
        health.set("clock", True, wallclock.fault)
    utc_s = wallclock.utc_s(0)
    profiles: list = []
    if not restarts.reduced:
        profiles, why = pumpprofile.choose(values["pump_profile"], board.PROFILE_PATH)
        if why:
            health.set("profile", True, why)
    listener = Listener(profiles)
    alert = Alert(settings.alert_config(values))
    recurrence = Recurrence(settings.recurrence_config(values))
    log = eventlog.EventLog(board.LOG_DIR)
    log.recover()
    feed()
    if log.fault:
        health.set("log", True, log.fault)
    restore(alert, ALERT_STATE, 0, utc_s, health)
    plan = CarePlan(values)
    reminder = Reminder(plan)
    restore(reminder, REMINDER_STATE, 0, utc_s, health)
    if not restarts.reduced:
        restore(recurrence, RECURRENCE_STATE, 0, utc_s, health)
    display = make_display(bus, values["display_fitted"])
    feed()
    uptime = Uptime(time.ticks_ms, time.ticks_diff)
    gate = FlashGate(drivers["microphone"], listener, time.ticks_ms, time.ticks_diff)
    recorder = Recorder(log, gate, lambda fault: health.set("log", bool(fault), fault))
    recorder.muted = restarts.muted
    block = array("i", bytes(4 * board.BLOCK_SAMPLES))
    hearing = SelfHearing(block)
    outputs = Outputs(
        drivers["sounder"],
        drivers["backup"],
        drivers["lamps"],
        drivers["relay"],
        listener.mask,
        hearing,
    )
    parts = dict(drivers)
    about = (("board", board.NAME), ("chip", board.BOARD["chip"]), ("version", VERSION))

    def commands():
        from answers import Answers

        return Answers(parts, board.LOG_DIR, about).commands

    port = LinePort(Console(sys.stdin, sys.stdout, select), commands)
    log.tap = port.live
    aside = Aside(display, port)
    parts.update(
        stop=aside.stop,
        aside=aside,
        plan=plan,
        reminder=reminder,
        reminder_path=REMINDER_STATE,
        display=display,
        screen=make_screen(display, alert, health, reminder, plan),
        listener=listener,
        recurrence=recurrence,
        alert=alert,
        outputs=outputs,
        hearing=hearing,
        daily=Daily(values["selftest_hour"], values["utc_offset_min"]),
        recorder=recorder,
        gate=gate,
        health=health,
        wallclock=wallclock,
        settings=values,
        restarts=restarts,
        feed=feed,
        uptime=uptime,
        sleep_ms=time.sleep_ms,
        state_paths=(ALERT_STATE, RECURRENCE_STATE),
        boot_path=BOOT_STATE,
        well_after_s=WELL_AFTER_S,
    )
    response = Response(parts)
    learned: dict = {}  # the profile that waits to be written

    def use(found):
        listener.use(found)
        health.set("profile", False)

    def keep(value):
        learned.update(value)
        recorder.changed(board.PROFILE_PATH)

    response.learning = LearnSession(listener, outputs, response.log, use, keep)
    parts["learning"] = response.learning
    monitor = Monitor(parts, response, block)

    def state_of(part):
        return lambda: part.state(uptime.now_s(), wallclock.utc_s(uptime.now_s()))

    recorder.keep(ALERT_STATE, state_of(alert))
    recorder.keep(RECURRENCE_STATE, state_of(recurrence))
    recorder.keep(REMINDER_STATE, reminder.state)
    recorder.keep(board.PROFILE_PATH, lambda: learned)
    recorder.keep(BOOT_STATE, restarts.state)
    recorder.changed(BOOT_STATE)
    fields = [("reason", restarts.reason), ("restarts", restarts.count), ("boots", restarts.boots)]
    fields += [("board", board.NAME), ("version", VERSION), ("torn", log.torn)]
    response.log("boot", fields)
    monitor.start(errors)
    return monitor


def record_failure(monitor, restarts, error):
    """Last words, with I2S released. Whatever fails here must not stop the reset."""
    trace = describe(error)
    try:
        store.ensure_folder(board.STATE_DIR)
        store.save(BOOT_STATE, restarts.state("error: %r" % error))
        if monitor is not None:
            monitor.response.log("error", (("trace", trace),))
            monitor.recorder.write_all()
    except Exception:
        pass


def run():
    value, _ = store.load(BOOT_STATE)
    if maintenance_asked(value):
        import maintenance

        maintenance.forget()
        return maintenance.begin()
    watchdog = machine.WDT(timeout=board.WATCHDOG_MS)
    restarts = Restarts(value, machine.reset_cause() == machine.WDT_RESET)
    drivers = {}
    monitor = None
    try:
        drivers = make_drivers()
        monitor = build(drivers, restarts, watchdog.feed)
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
        store.ensure_folder(board.STATE_DIR)
        monitor.recorder.write_all()
        store.save(BOOT_STATE, restarts.state(MAINTENANCE))
        machine.reset()
    except BaseException as error:
        if "microphone" in drivers:
            drivers["microphone"].stop()
        if monitor is not None:
            monitor.outputs.safe()
        record_failure(monitor, restarts, error)
        machine.reset()
    finally:
        if "microphone" in drivers:
            drivers["microphone"].stop()


run()
