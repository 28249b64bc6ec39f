# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Random weeks of findings, faults, presses and power cuts: what must hold at every moment."""

import json

from dice import Dice

from alarm.alert import Alert
from alarm.cadence import BURSTS, LAMPS, PAUSE_MODES

OPTIONS = ("learned", "emergency", "refill_booked", "mri_today")
UTC_LESS_NOW = 200000000


class Week:
    """One alert under random events, with a model of what a person is owed."""

    def __init__(self, seed):
        self.dice = Dice(seed)
        self.config = {name: self.dice.below(3) == 0 for name in OPTIONS}
        self.alert = Alert(self.config)
        self.now = 1000
        self.lag = UTC_LESS_NOW  # utc less uptime
        self.trail = []
        self.siren_ack_s = -9999  # of a high siren, in uptime
        self.paused_s = -9999
        self.owed = False  # a sure siren that nobody has acknowledged

    def step(self):
        dice, a = self.dice, self.alert
        self.now += (1, 1, 5, 40, 130, 700)[dice.below(6)]
        self.tick()
        what = dice.below(20)
        self.trail.append((self.now, what))
        if what < 5:
            self.hear(("siren", "chime")[dice.below(2)], ("sure", "weak")[dice.below(2)])
        elif what < 7:
            a.technical(("microphone", "sounder")[dice.below(2)], dice.below(2) == 0, self.now)
        elif what < 9:
            a.degraded(("clock", "log")[dice.below(2)], dice.below(2) == 0, self.now)
        elif what < 13:
            self.press(("short", "short", "long", "stuck")[dice.below(4)])
        elif what < 15:
            self.reboot()
        self.check()
        self.tick()

    def tick(self):
        self.alert.tick(self.now, self.now + self.lag if self.dice.below(3) else None)
        self.check()

    def hear(self, kind, grade):
        a = self.alert
        a.finding(kind, grade, self.dice.below(2) == 0, self.now)
        held = self.now - self.siren_ack_s < 1800
        if kind == "siren" and grade == "sure":
            assert held or a.priority == "high", self.trail
            self.owed = self.owed or not held

    def press(self, kind):
        a = self.alert
        was = a.siren.state, a.siren.level
        a.press(kind, self.now)
        if kind == "long" and was[0] in ("sounding", "paused") and a.siren.state == "taken":
            self.owed = False
            if was[1] == "high":
                self.siren_ack_s = self.now
        if kind == "short" and a.siren.state == "paused" and was[0] == "sounding":
            self.paused_s = self.now
        if kind == "stuck" and was[0] == "taken" and a.siren.state == "sounding":
            self.owed = was[1] == "high"

    def reboot(self):
        """Power is lost for a while; the clock may be lost, too."""
        a = self.alert
        held = [(c.state, c.level) for c in a.channels]
        timed = self.dice.below(3) > 0
        saved = json.loads(json.dumps(a.state(self.now, self.now + self.lag if timed else None)))
        off_s = self.dice.below(3000)
        up_s = self.dice.below(50)
        self.lag += self.now + off_s - up_s
        self.siren_ack_s += up_s - self.now - off_s if timed else -99999
        self.paused_s = -9999
        self.now = up_s
        self.alert = a = Alert(self.config)
        assert a.restore(saved, self.now, self.now + self.lag if timed else None)
        for channel, (state, level) in zip(a.channels, held):
            if channel.name in ("siren", "chime"):
                if state in ("sounding", "paused"):
                    assert (channel.state, channel.level) == ("sounding", level), self.trail
                elif state in ("shown", "taken"):
                    assert (channel.state, channel.level) == (state, level), self.trail

    def check(self):
        a = self.alert
        dark = a.lamps["red"] == a.lamps["yellow"] == "off"
        assert not (a.latched or a.sounding) or not dark, self.trail
        assert a.lamps["red"] in LAMPS and a.lamps["yellow"] in LAMPS
        assert a.lamps["paused"] in PAUSE_MODES
        assert (a.cadence in BURSTS) == a.sounding == (a.volume_step > 0), self.trail
        assert a.sounding or not a.second_sounder
        assert 0 <= a.paused_left_s <= 600
        for channel in a.channels:
            if channel.state == "paused":
                limit = 120 if channel.level == "high" else 600
                assert 0 < channel.until_s - self.now <= limit, self.trail
            covered = channel is a.chime and a.siren.state == "paused"
            if channel.state == "sounding" and channel.level == "high" and not covered:
                assert a.sounding and a.cadence == "high", self.trail
        if self.owed:
            assert a.priority == "high" and a.latched and a.lamps["red"] == "fast", self.trail
            assert a.relay_alarm, self.trail
            assert a.sounding or self.now - self.paused_s < 120, self.trail


def test_random_weeks():
    seen = set()
    for seed in range(1, 31):
        week = Week(seed)
        for _ in range(200):
            week.step()
            for channel in week.alert.channels:
                seen.add((channel.name, channel.state))
            week.alert.events.clear()
    for state in ("idle", "sounding", "paused", "taken"):  # the weeks went everywhere
        for name in ("siren", "chime", "technical"):
            assert (name, state) in seen, (name, state)
    assert ("siren", "shown") in seen and ("technical", "over") in seen
    assert ("degraded", "waiting") in seen and ("chime", "lamp") in seen
