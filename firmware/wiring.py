# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Wires all parts together: the one module that knows them all. Needed at the start only.

In: drivers, restarts, the watchdog's feed.  Out: a monitor. What is used at the start alone is
dropped from memory afterwards (``spare``), this module too; so nothing that stays may be a function
or a class of its own.
"""

import gc
import select
import sys
import time
from array import array

import board
import eventlog
import pumpprofile
import settings
import spare
import store
from aside import Aside, LateAnswers, NoScreen
from careplan import CarePlan
from fitted import make_bus, make_display
from flashgate import FlashGate
from health import Health
from learnsession import Learned, LearnSession
from lineport import LinePort
from monitor import Monitor
from outputs import Outputs
from power import Power
from recorder import Recorder, StateOf
from reminder import Reminder
from response import Response
from restarts import WELL_AFTER_S
from selfhearing import Daily, SelfHearing
from uptime import Uptime
from wallclock import WallClock

from alarm.alert import Alert
from alarm.listener import Listener
from alarm.recurrence import Recurrence
from drivers.clock import Clock
from drivers.console import Console

ALERT_STATE = board.STATE_DIR + "/alert.json"
RECURRENCE_STATE = board.STATE_DIR + "/recurrence.json"
BOOT_STATE = board.STATE_DIR + "/boot.json"
REMINDER_STATE = board.STATE_DIR + "/reminder.json"
KEPT_PROFILE = board.STATE_DIR + "/profile.json"  # a copy, should a bad one take its place


def make_screen(display, *others):
    """Words only where they can be shown: they take memory."""
    if not display.fitted:
        return NoScreen()
    from screen import Screen

    return Screen(display, *others)


def restore(part, path, up_s, utc_s, health):
    """Give a part its stored state; a damaged one is told. True: to be written anew."""
    value, why = store.load(path)
    if why == "absent":
        return False
    try:
        taken = not why and part.restore(value, up_s, utc_s)
    except Exception:  # listening is worth more than any state
        taken = False
    if not taken:
        health.set("state", True, "state lost: " + path)
    return not taken


def configured(restarts, health):
    """The settings: defaults in reduced mode or when the file is refused. (values, errors)."""
    if restarts.reduced:
        health.set("restarts", True, "%d restarts, now with defaults" % restarts.count)
        return settings.defaults(), []
    values, errors = settings.load(board.SETTINGS_PATH)
    if errors:
        health.set("settings", True, errors[0])
    return values, errors


def build(drivers, restarts, feed, version):
    """All parts, wired. Returns the monitor; writes the boot record, before I2S starts."""
    health = Health()
    values, errors = configured(restarts, health)
    bus = make_bus()
    wallclock = WallClock(Clock(bus) if values["clock_fitted"] else None)
    wallclock.read(0)
    if wallclock.fault:
        health.set("clock", True, wallclock.fault)
    utc_s = wallclock.utc_s(0)
    display = make_display(bus, values["display_fitted"])
    feed()
    plan = CarePlan(values)
    config = settings.alert_config(values)
    config["utc_offset_min"] = plan.offset_min(utc_s)
    alert = Alert(config)
    recurrence = Recurrence(settings.recurrence_config(values))
    # From here on the memory of these is free for the listener's arrays.
    spare.forget(("settings", "fitted", "alarm.alert_settings"))
    del globals()["settings"], globals()["make_bus"], globals()["make_display"]
    gc.collect()
    profiles: list = []
    if not restarts.reduced:
        name = values["pump_profile"]
        profiles, why = pumpprofile.choose(name, board.PROFILE_PATH, KEPT_PROFILE)
        if why:
            health.set("profile", True, why)
    spare.forget(("pumpprofile", "alarm.profile_check"))
    listener = Listener(profiles)
    log = eventlog.EventLog(board.LOG_DIR)
    log.recover()
    feed()
    if log.fault:
        health.set("log", True, log.fault)
    reminder = Reminder(plan)
    stored = [] if restarts.bare else [(alert, ALERT_STATE), (reminder, REMINDER_STATE)]
    if not restarts.reduced:
        stored.append((recurrence, RECURRENCE_STATE))
    lost = [path for part, path in stored if restore(part, path, 0, utc_s, health)]
    uptime = Uptime(time.ticks_ms, time.ticks_diff)
    gate = FlashGate(drivers["microphone"], listener, time.ticks_ms, time.ticks_diff)
    recorder = Recorder(log, gate, health.log_fault)
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
    about = (("board", board.NAME), ("chip", board.BOARD["chip"]), ("version", version))

    answers = LateAnswers(parts, board.LOG_DIR, about)
    port = LinePort(Console(sys.stdin, sys.stdout, select), answers.commands)
    log.tap = port.live
    aside = Aside(display, port)
    parts.update(
        power=Power(drivers["supply"], drivers["mains"], drivers["battery"], values),
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
        daily=Daily(values["selftest_hour"], plan.local),
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
    learned = Learned(listener, health, recorder, (board.PROFILE_PATH, KEPT_PROFILE))
    response.learning = LearnSession(listener, outputs, response.log, learned.use, learned.keep)
    parts["learning"] = response.learning
    monitor = Monitor(parts, response, block)

    recorder.keep(ALERT_STATE, StateOf(alert, uptime, wallclock).now)
    recorder.keep(RECURRENCE_STATE, StateOf(recurrence, uptime, wallclock).now)
    recorder.keep(REMINDER_STATE, reminder.state)
    recorder.keep(board.PROFILE_PATH, learned.now)
    recorder.keep(KEPT_PROFILE, learned.now)
    recorder.keep(BOOT_STATE, restarts.state)
    recorder.proof = BOOT_STATE
    for path in lost + [BOOT_STATE]:
        recorder.changed(path)
    fields = [("reason", restarts.reason), ("restarts", restarts.count), ("boots", restarts.boots)]
    fields += [("board", board.NAME), ("version", version), ("torn", log.torn)]
    response.log("boot", fields)
    if restarts.trace:
        response.log("error", (("in", "start"), ("trace", restarts.trace)))
    monitor.start(errors)
    return monitor
