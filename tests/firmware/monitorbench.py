# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The monitor's loop on fake hardware, for tests: a world with a clock, and what the loop did."""

from array import array

import health as health_module
import outputs as outputs_module
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
from uptime import Uptime
from wallclock import WallClock

from drivers.backup_sounder import BackupSounder
from drivers.button import Button
from drivers.console import NoConsole
from drivers.heartbeat import Heartbeat
from drivers.lamps import Lamps
from drivers.microphone import Microphone
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
    due_to_s = 0  # what begins before would cover a due sound

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

    def near_due(self, now_s):
        return self.due_now

    def risk(self, at_s):
        return int(at_s < self.due_to_s)


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
        self.both = False  # I2S reads both slots
        self.right = None  # samples of the right slot; None: zeros
        self.sound = 0  # what the block holds: None noise, samples, or our own frequency
        self.pwm = PWM(self)
        self.heard = True  # our own sounder, by the microphone

    def pass_ms(self, ms):
        self.ticks = (self.ticks + ms) & _MASK
        self.total_ms += ms

    def diff(self, a, b):
        return ((a - b + _HALF) & _MASK) - _HALF

    # I2S
    def make_i2s(self, both=False):
        self.i2s_on = True
        self.both = both
        return self

    def readinto(self, block):
        if self.both:
            self.pass_ms(8)
            self.sound = ()  # fill it anew afterwards
            for index in range(256):
                noise = (index * 7919 % 251 - 125) << 8
                block[index] = noise if index & 1 and self.right else 0
            return self.bytes
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
