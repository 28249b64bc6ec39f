# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The loop with fake hardware: every block once, alert first and flash later, faults, the wrap."""

import gc
from array import array

import health as health_module
import outputs as outputs_module
import selfhearing
import settings
from aside import Aside, NoDisplay
from careplan import CarePlan
from flashgate import FlashGate
from lineport import LinePort
from localtime import LocalTime
from monitor import Monitor
from power import Power
from recorder import Recorder
from reminder import Reminder
from response import Response
from restarts import Restarts
from screen import Screen
from selfhearing import Daily, SelfHearing
from skipping import SkipTest
from uptime import Uptime
from wallclock import WallClock

from drivers.backup_sounder import BackupSounder
from drivers.button import Button
from drivers.console import NoConsole
from drivers.heartbeat import Heartbeat
from drivers.lamps import Lamps
from drivers.microphone import SETTLE_BLOCKS, Microphone
from drivers.relay import Relay
from drivers.sounder import Sounder
from drivers.supply import Supply

WRITE_MS = 120
# Small ints on 32 bits, so that the fake world takes no memory either.
_MASK = (1 << 30) - 1
_HALF = 1 << 29
_PINS = ("red", "yellow", "green", "paused", "relay", "backup", "beat")


class Pin:
    def __init__(self, level=0):
        self.level = level
        self.edges = 0

    def value(self, level=None):
        if level is None:
            return self.level
        self.edges += level != self.level
        self.level = level


class PWM:
    def __init__(self, world):
        self.world = world
        self.duty = 0
        self.hz = 520
        self.started_ms = None

    def freq(self, hz):
        self.hz = hz

    def duty_u16(self, duty):
        self.duty = duty
        if duty and self.started_ms is None:
            self.started_ms = self.world.total_ms


class ADC:
    raw = 33000

    def read_u16(self):
        return self.raw


class Finding:
    def __init__(self, kind="siren", grade="sure", hz=(1000, 1250), end_ms=0, reason=""):
        self.kind = kind
        self.looks = "siren" if kind == "not matched" else kind
        self.grade = grade
        self.hz = hz
        self.end_ms = end_ms
        self.start_ms = end_ms - 3000
        self.snr_db10 = 250
        self.confidence = 80
        self.reason = reason


class Faint:
    """Candidates in waiting: (low, high, strength, ago_ms)."""

    def __init__(self):
        self.waiting = []
        self.low_hz = self.high_hz = self.strength_db = self.ago_ms = 0

    def take(self, now_ms):
        if not self.waiting:
            return False
        self.low_hz, self.high_hz, self.strength_db, self.ago_ms = self.waiting.pop(0)
        return True


class Listener:
    floor_dbfs10 = -800
    clipped = 0
    peak_dbfs10 = -600

    def __init__(self):
        self.time_ms = 0
        self.pushed = 0
        self.gaps = []
        self.masks = []
        self.mask_changes = 0
        self.waiting = []
        self.faint = Faint()

    def push(self, block):
        self.pushed += 1
        self.time_ms += 16
        return len(self.waiting)

    def take(self):
        return self.waiting.pop(0)

    def gap(self, ms):
        self.gaps.append(ms)
        self.time_ms += ms

    def mask(self, on):
        if len(self.masks) < 4:  # a list that grows takes memory
            self.masks.append(on)
        self.mask_changes += 1


class Verdict:
    alert = True
    grade = "sure"
    repeat = False
    confidence = 90
    interval_s = 0
    hits = 3


class Recurrence:
    due_now = False

    def __init__(self):
        self.events = []
        self.heard_at = []
        self.grades = []
        self.masked_s = 0
        self.verdict = Verdict()
        self.faint_at = []
        self.faint_comes_back = False

    def heard(self, kind, hz, grade, now_s):
        self.heard_at.append((kind, now_s))
        self.grades.append(grade)
        return self.verdict

    def faint(self, low_hz, high_hz, strength_db, now_s):
        self.faint_at.append((low_hz, high_hz, strength_db, now_s))
        return self.verdict if self.faint_comes_back else None

    def masked(self, from_s, to_s):
        self.masked_s += 1

    def tick(self, now_s):
        return len(self.events)

    def near_due(self, now_s, ahead_s, behind_s):
        return self.due_now and ahead_s + behind_s > 5  # the hold, not the hurry before it


class Alert:
    """High on any finding until a long press; technical on a technical fault."""

    def __init__(self):
        self.settings: dict = {}
        self.events = []
        self.changed = False
        self.priority = ""
        self.cadence = ""
        self.sounding = False
        self.latched = False
        self.degraded_on = False
        self.paused_left_s = 0
        self.volume_step = 1
        self.second_sounder = False
        self.relay_alarm = False
        self.lamps = {"red": "off", "yellow": "off", "paused": "off"}
        self.presses = []

    def _go(self, priority):
        self.priority = self.cadence = priority
        self.sounding = self.relay_alarm = bool(priority)
        self.lamps["red"] = "fast" if priority == "high" else "off"
        self.lamps["yellow"] = "double" if priority == "technical" else "off"

    def finding(self, kind, grade, repeat, now_s, utc_s):
        self._go("high")
        self.events.append(("alert", {"priority": "high", "cond": "siren"}))

    def technical(self, name, on, now_s):
        self.events.append(("technical" if on else "cleared", {"name": name}))
        self._go("technical" if on else "")

    def degraded(self, name, on, now_s):
        pass

    def set_option(self, name, value):
        pass

    def what(self):
        return "", {}

    def press(self, length, now_s):
        self.presses.append(length)
        if length in ("stuck", "free"):
            return
        self._go("")
        self.events.append(("ack", {}))

    def tick(self, now_s, utc_s):
        pass


class Log:
    """Remembers what was committed, and when, in total ms."""

    fault = ""
    lost = 0
    crowded = False

    def __init__(self, world):
        self.world = world
        self.queue = []
        self.written = []

    @property
    def waiting(self):
        return len(self.queue)

    def add(self, kind, fields, utc_s, up_s):
        self.queue.append((kind, dict(fields), utc_s, up_s))
        return 1

    def commit(self):
        assert not self.world.i2s_on, "flash write while I2S runs"
        self.world.pass_ms(WRITE_MS)
        if self.fault:
            return False
        self.written += [row + (self.world.total_ms,) for row in self.queue]
        self.queue.clear()
        return True

    def kinds(self):
        return [row[0] for row in self.written]


class World:
    """Virtual time, moved by audio and writes; ticks wrap at 2**30."""

    def __init__(self, start_ticks=0):
        self.ticks = start_ticks
        self.total_ms = 0
        self.i2s_on = False
        self.fed = 0
        self.samples = None  # None: noise
        self.bytes = 1024
        self.sound = 0  # what the block holds: None noise, samples, or our own frequency
        self.pwm = PWM(self)
        self.heard = True  # our own sounder, by the microphone

    def pass_ms(self, ms):
        self.ticks = (self.ticks + ms) & _MASK
        self.total_ms += ms

    def diff(self, a, b):
        return ((a - b + _HALF) & _MASK) - _HALF

    # I2S
    def make_i2s(self):
        self.i2s_on = True
        return self

    def readinto(self, block):
        self.pass_ms(16)
        sound = self.samples
        if self.pwm.duty and self.heard:
            sound = self.pwm.hz
        if sound != self.sound:  # fill the block only when it changes: the tests run for hours
            self.sound = sound
            half = 8000 // self.pwm.hz
            for index in range(256):
                if sound is None:
                    block[index] = (index * 7919 % 251 - 125) << 8
                elif sound == self.samples:
                    block[index] = sound
                else:
                    block[index] = 1 << 24 if index // half & 1 else -(1 << 24)
        return self.bytes

    def deinit(self):
        self.i2s_on = False

    def feed(self):
        self.fed += 1


class Bench:
    """A whole monitor on fakes."""

    def __init__(self, start_ticks=0, alert=None, recurrence=None):
        self.world = world = World(start_ticks)
        self.pwm = world.pwm
        self.pins = {name: Pin() for name in _PINS}
        self.key = Pin(1)
        self.adc = ADC()
        self.mains = ADC()
        self.pack = ADC()
        self.pack.raw = 0  # the basic build: no pack, the input at ground
        self.listener = Listener()
        self.alert = alert or Alert()
        self.recurrence = recurrence or Recurrence()
        self.health = health_module.Health()
        self.log = Log(world)
        microphone = Microphone(world.make_i2s)
        self.gate = FlashGate(microphone, self.listener, lambda: world.ticks, world.diff)
        block = array("i", bytes(1024))
        self.hearing = hearing = SelfHearing(block)
        pins = self.pins
        relay = Relay(pins["relay"])
        outputs = outputs_module.Outputs(
            Sounder(self.pwm),
            BackupSounder(pins["backup"]),
            Lamps(pins["red"], pins["yellow"], pins["green"], pins["paused"]),
            relay,
            self.listener.mask,
            hearing,
        )
        recorder = Recorder(
            self.log,
            self.gate,
            lambda fault: self.health.set("log", bool(fault), fault),
            lambda path, value: None,
        )
        values = settings.defaults()
        plan = CarePlan(values)
        reminder = Reminder(plan)
        display = NoDisplay()
        parts = {
            "plan": plan,
            "reminder": reminder,
            "reminder_path": "",
            "display": display,
            "screen": Screen(display, self.alert, self.health, reminder, plan),
            "aside": Aside(display, LinePort(NoConsole(), dict)),
            "microphone": microphone,
            "listener": self.listener,
            "recurrence": self.recurrence,
            "alert": self.alert,
            "outputs": outputs,
            "hearing": hearing,
            "daily": Daily(10, LocalTime(0, "")),
            "button": Button(self.key),
            "recorder": recorder,
            "gate": self.gate,
            "health": self.health,
            "wallclock": WallClock(None),
            "heartbeat": Heartbeat(pins["beat"]),
            "supply": Supply(self.adc, 9900),
            "power": Power(
                Supply(self.adc, 9900), Supply(self.mains, 9900), Supply(self.pack, 9900), values
            ),
            "settings": values,
            "restarts": Restarts(None, False),
            "feed": world.feed,
            "uptime": Uptime(lambda: world.ticks, world.diff),
            "sleep_ms": world.pass_ms,
            "state_paths": ("", ""),
            "boot_path": "",
            "well_after_s": 600,
        }
        self.monitor = Monitor(parts, Response(parts), block)
        self.monitor.start()
        self.log.written.clear()

    def run_s(self, seconds):
        self.monitor.step(seconds * 125 // 2)

    def find(self, finding):
        finding.end_ms = self.listener.time_ms
        finding.start_ms = finding.end_ms - 3000
        self.listener.waiting.append(finding)


def test_every_block_is_heard_once_after_the_start_up():
    bench = Bench()
    bench.monitor.step(1000)
    assert bench.listener.pushed == 1000 - SETTLE_BLOCKS
    assert bench.listener.gaps == []


def test_time_feed_and_pulses_come_from_audio():
    bench = Bench()
    bench.run_s(100)
    assert 99 <= bench.monitor.uptime.up_s <= 100, bench.monitor.uptime.up_s
    assert 99 <= bench.world.fed <= 101
    edges = bench.pins["beat"].edges
    assert 1500 < edges < 1700, edges
    assert bench.pins["green"].level == 1 and bench.pins["relay"].level == 1
    assert bench.log.written == []


def test_alert_first_then_the_record_within_five_seconds():
    bench = Bench()
    bench.run_s(60)
    bench.find(Finding())
    begun_ms = bench.world.total_ms
    bench.run_s(8)
    assert 0 <= bench.pwm.started_ms - begun_ms <= 48, bench.pwm.started_ms - begun_ms
    assert bench.log.kinds() == ["heard", "alert"], bench.log.written
    for row in bench.log.written:
        assert bench.pwm.started_ms < row[4] <= begun_ms + 5000
    assert bench.pins["relay"].level == 0 and bench.pins["red"].edges > 10
    assert len(bench.listener.gaps) == 1 and 400 <= bench.listener.gaps[0] <= 460


def test_the_write_falls_between_bursts():
    bench = Bench()
    bench.find(Finding())
    levels = []
    write = bench.log.commit

    def commit():
        levels.append(bench.pwm.duty)
        return write()

    bench.log.commit = commit
    bench.run_s(8)
    assert levels == [0]


def test_the_time_of_the_sound_is_the_time_of_its_start():
    bench = Bench()
    bench.run_s(100)
    bench.monitor.step(31)
    at_s = bench.world.total_ms // 1000
    bench.find(Finding())
    bench.monitor.step(2)
    assert abs(bench.recurrence.heard_at[0][1] - (at_s - 3)) <= 1


def test_a_rejected_sound_carries_no_grade():
    bench = Bench()
    for finding in (Finding("not matched", "sure"), Finding("siren", "sure")):
        bench.find(finding)
        bench.run_s(1)
    assert bench.recurrence.grades == ["", "sure"]


def test_a_faint_candidate_is_told_only_when_it_has_come_back():
    bench = Bench()
    bench.run_s(20)
    before = len(bench.log.kinds())
    bench.listener.faint.waiting.append((2000, 0, 7, 5000))
    bench.run_s(2)
    low_hz, high_hz, strength_db, at_s = bench.recurrence.faint_at[0]
    assert (low_hz, high_hz, strength_db) == (2000, 0, 7) and 14 <= at_s <= 17
    assert len(bench.log.kinds()) == before and not bench.alert.priority
    bench.recurrence.faint_comes_back = True
    bench.listener.faint.waiting.append((2000, 0, 7, 5000))
    bench.run_s(8)
    assert "heard" in bench.log.kinds() and bench.alert.priority


def test_a_siren_is_told_although_the_recurrence_fails():
    bench = Bench()

    def fails(*_):
        raise TypeError("broken")

    bench.recurrence.heard = fails
    bench.run_s(20)
    bench.find(Finding())
    bench.run_s(8)
    assert bench.alert.priority == "high" and bench.health.names() == ["recurrence"]
    rows = [row for row in bench.log.written if row[0] == "error"]
    assert len(rows) == 1 and "broken" in rows[0][1]["trace"]


def test_a_failing_tick_of_the_recurrence_is_told_once():
    bench = Bench()

    def fails(*_):
        raise ValueError("tick")

    bench.recurrence.near_due = fails
    bench.run_s(20)
    assert bench.health.names() == ["recurrence"] and bench.log.kinds().count("error") == 1


def test_a_failing_screen_is_told_once_and_the_listening_goes_on():
    bench = Bench()

    def fail(now_s, utc_s):
        raise IndexError("no such row")

    bench.monitor.response._screen.second = fail
    bench.run_s(30)
    errors = [row[1] for row in bench.log.written if row[0] == "error"]
    assert len(errors) == 1 and "no such row" in errors[0]["trace"]
    assert bench.health.names() == ["display"] and bench.health.listening


def test_own_bursts_are_masked_and_told_to_the_recurrence():
    bench = Bench()
    bench.find(Finding())
    bench.run_s(6)
    assert bench.listener.masks[:2] == [True, False]
    assert bench.recurrence.masked_s >= 3


def test_a_dead_sounder_is_noticed_at_the_third_burst_and_cleared_when_heard():
    bench = Bench()
    bench.world.heard = False
    bench.find(Finding())
    bench.run_s(40)
    assert bench.health.names() == ["sounder"]
    bench.world.heard = True
    bench.run_s(20)
    assert bench.health.names() == []


def test_a_sounder_that_is_heard_is_no_fault():
    bench = Bench()
    bench.find(Finding())
    bench.run_s(60)
    assert bench.health.names() == []


def test_the_self_test_sounds_shortly_and_is_logged():
    for heard in (True, False):
        bench = Bench()
        bench.world.heard = heard
        bench.run_s(10)
        assert bench.monitor.outputs.selftest()
        bench.run_s(2)
        assert bench.pwm.duty == 0
        bench.run_s(1900)
        told = [row[1]["ok"] for row in bench.log.written if row[0] == "selftest"]
        # One that is not heard comes again twice, a minute apart, and is then a fault.
        assert told == ([True] if heard else [False] * 3), told
        assert bench.health.names() == ([] if heard else ["sounder"])


def test_a_self_test_that_proves_nothing_comes_again_and_is_told_when_overdue():
    """A room too loud at that hour, day after day: nobody would know of an unproven sounder."""
    bench = Bench()
    judge = bench.hearing.during
    bench.hearing.during = lambda hz, volume: None
    daily = bench.monitor.response._daily
    daily._last_s = -86400  # no clock: due now
    daily._judged_s = 60 - selfhearing.OVERDUE_S
    bench.run_s(30)
    assert bench.pwm.started_ms is not None and not bench.hearing.testing
    assert bench.health.names() == []
    bench.run_s(60)
    assert bench.health.names() == ["selftest"] and bench.health.degraded
    assert not [row for row in bench.log.written if row[0] == "selftest"]
    bench.hearing.during = judge
    bench.run_s(selfhearing.UNJUDGED_S)
    assert bench.hearing.last_ok and bench.health.names() == []


def test_an_unjudged_self_test_is_not_tried_for_ever():
    daily = Daily(10, LocalTime(0, ""))
    tests = 0
    for up_s in range(0, 2 * 86400, 60):
        if daily.due(up_s, None):
            daily.done(up_s, None)
            daily.unjudged(up_s + 1)
            tests += 1
    assert tests == 1 + selfhearing.MOST_UNJUDGED, tests


def test_the_self_test_comes_once_a_day_at_its_hour():
    daily = Daily(10, LocalTime(60, ""))
    start_s = 190_677_600  # 22:00 UTC
    tests = []
    for minute in range(3 * 1440):
        utc_s = start_s + minute * 60
        if daily.due(minute * 60, utc_s):
            daily.done(minute * 60, utc_s)
            tests.append(utc_s % 86400)
    assert tests == [9 * 3600] * 3, tests
    assert daily.due(4 * 86400, start_s, True)
    daily = Daily(10, LocalTime(0, ""))
    assert not daily.due(86399, None) and daily.due(86400, None)


def test_due_times_hold_bursts_back():
    bench = Bench()
    bench.find(Finding())
    bench.run_s(4)
    bench.recurrence.due_now = True
    changes = bench.listener.mask_changes
    bench.run_s(10)
    assert bench.listener.mask_changes - changes <= 2


def test_buttons_reach_the_alert_and_the_log():
    bench = Bench()
    bench.find(Finding())
    bench.run_s(6)
    bench.key.level = 0
    bench.monitor.step(10)
    bench.key.level = 1
    bench.run_s(6)
    assert bench.alert.presses == ["short"]
    assert "ack" in bench.log.kinds()
    assert bench.pwm.duty == 0 and bench.pins["red"].level == 0


def test_stuck_button_is_a_degraded_fault():
    bench = Bench()
    bench.key.level = 0
    bench.run_s(40)
    assert bench.health.names() == ["button"]
    bench.key.level = 1
    bench.run_s(3)
    assert bench.health.names() == []


def test_rejected_sounds_are_logged_late_and_not_too_often():
    bench = Bench()
    bench.recurrence.verdict.alert = False
    for _ in range(30):
        bench.find(Finding("not matched", "", reason="speech"))
        bench.run_s(2)
    assert bench.log.written == [] and bench.log.waiting == 20
    bench.run_s(3700)
    kinds = bench.log.kinds()
    assert kinds.count("not_matched") == 20
    assert bench.gate.deaf_ms < 1000


def test_dead_microphone_is_a_technical_alarm_and_clears():
    bench = Bench()
    bench.run_s(10)
    bench.world.samples = 0
    bench.run_s(8)
    assert bench.alert.priority == "technical" and bench.pwm.hz != 520
    assert bench.pins["green"].level == 0 and bench.pins["relay"].level == 0
    beats = bench.pins["beat"].edges
    fed = bench.world.fed
    bench.run_s(5)
    assert bench.pins["beat"].edges == beats and bench.world.fed > fed
    bench.world.samples = None
    bench.run_s(12)
    assert bench.alert.priority == "" and bench.pins["green"].level == 1
    assert [k for k in bench.log.kinds() if k in ("technical", "cleared")] == [
        "technical",
        "cleared",
    ]


def test_low_supply_is_technical():
    bench = Bench()
    bench.adc.raw = 20000
    bench.run_s(5)
    assert bench.health.names() == ["supply"] and bench.alert.priority == "technical"


MV = 65536 / 9900  # of the ADC's steps


def test_a_pulled_plug_is_told_softly_and_an_empty_pack_aloud():
    bench = Bench()
    bench.pack.raw = int(3900 * MV)
    bench.run_s(20)
    assert bench.health.names() == []
    bench.mains.raw = 0
    bench.run_s(10)
    assert bench.health.names() == ["mains"] and bench.health.listening
    assert bench.alert.priority == "" and bench.pwm.duty == 0 and bench.pins["relay"].level == 1
    bench.pack.raw = int(3300 * MV)
    bench.run_s(15)
    assert sorted(bench.health.names()) == ["battery", "mains"]
    assert bench.alert.priority == "technical" and not bench.health.listening
    bench.mains.raw = int(5000 * MV)
    bench.run_s(40)
    assert bench.health.names() == [] and bench.health.listening


def test_a_brown_out_of_seconds_is_not_told():
    bench = Bench()
    bench.pack.raw = int(3900 * MV)
    bench.mains.raw = 0
    bench.run_s(3)
    bench.mains.raw = int(5000 * MV)
    bench.run_s(20)
    assert bench.health.names() == [] and "degraded" not in bench.log.kinds()


def test_without_a_pack_a_lost_adapter_is_a_lost_supply():
    bench = Bench()
    bench.mains.raw = bench.adc.raw = 0  # they are joined
    bench.run_s(10)
    assert bench.health.names() == ["supply"]


def test_no_audio_ends_in_an_error_and_without_feeding():
    bench = Bench()
    bench.run_s(5)
    bench.world.bytes = 0
    fed = bench.world.fed
    try:
        bench.run_s(10)
        raise AssertionError("no error")
    except RuntimeError:
        pass
    assert bench.world.fed <= fed + 1


def test_failing_flash_is_degraded_and_listening_goes_on():
    bench = Bench()
    bench.log.fault = "log write: 5"
    bench.find(Finding())
    bench.run_s(8)
    assert bench.health.names() == ["log"]
    assert bench.alert.priority == "high"
    pushed = bench.listener.pushed
    passes = bench.gate.passes
    bench.run_s(30)
    assert bench.listener.pushed - pushed > 1500 and bench.gate.passes == passes
    bench.log.fault = ""
    bench.run_s(90)
    assert bench.health.names() == [] and "alert" in bench.log.kinds()


def test_the_wrap_of_the_ticks_changes_nothing():
    plain = Bench()
    wrapped = Bench(2**30 - 30_000)
    for bench in (plain, wrapped):
        bench.run_s(28)
        bench.find(Finding())
        bench.run_s(60)
    assert plain.monitor.uptime.up_s == wrapped.monitor.uptime.up_s
    assert plain.log.written == wrapped.log.written
    assert plain.health.names() == wrapped.health.names() == []


def _micropython():
    try:
        import micropython

        micropython.heap_lock()
        micropython.heap_unlock()
        gc.mem_alloc()
        return micropython
    except (ImportError, AttributeError):
        raise SkipTest("only MicroPython's heap can be locked")


def test_ten_quiet_seconds_allocate_nothing():
    micropython = _micropython()
    bench = Bench()
    bench.run_s(20)
    micropython.heap_lock()
    try:
        bench.monitor.step(620)
    finally:
        micropython.heap_unlock()
    assert bench.listener.pushed > 1500


def test_ten_seconds_of_alert_allocate_nothing():
    micropython = _micropython()
    bench = Bench()
    bench.find(Finding())
    bench.run_s(10)
    micropython.heap_lock()
    try:
        bench.monitor.step(620)
    finally:
        micropython.heap_unlock()
    assert bench.alert.sounding and bench.pins["red"].edges > 20


def test_the_real_policy_in_the_loop_allocates_nothing_either():
    from alarm import alert
    from alarm import recurrence as recurrence_module

    micropython = _micropython()
    bench = Bench(0, alert.Alert(None), recurrence_module.Recurrence(None))
    bench.run_s(20)
    micropython.heap_lock()
    try:
        bench.monitor.step(620)
    finally:
        micropython.heap_unlock()
    bench.find(Finding())
    bench.run_s(12)
    assert bench.alert.sounding and bench.log.kinds()[:2] == ["heard", "alert"]
    micropython.heap_lock()
    try:
        bench.monitor.step(620)
    finally:
        micropython.heap_unlock()
    assert bench.alert.sounding
