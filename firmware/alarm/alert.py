# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The alert policy: findings, faults and presses in; sound, lamps, relay and words out.

Times are whole seconds: now_s of uptime, never stepping back; utc_s since 2020, or None when the
clock is not to be trusted (only the civil hour needs it). The outputs are attributes, renewed by
every call; call tick() every second. `events` is a list of (name, fields) that the caller drains
into the log; `changed` is True when state() should be saved. An idle or sounding tick does not
allocate.
"""

from alarm import alert_memory, alert_outputs
from alarm.alert_channel import Channel
from alarm.alert_states import ORDER, POLICY, RANK

MOST_EVENTS = 48
DAY_S = 86400
UNPRESS_S = 60  # a button found stuck takes back the acknowledgement it gave so long ago


class Alert:
    def __init__(self, config=None):
        """config: see alarm.alert_settings. ValueError names a setting that is wrong."""
        from alarm.alert_settings import settings  # the board drops it after the start

        self.settings = settings(config)
        self.events = []
        self.lost_events = 0
        self.changed = False
        self.faults = []  # names of technical faults that are on
        self.flaws = []  # names of degraded conditions that are on
        self.priority = ""  # of the condition that sounds or would, paused or not
        self.cadence = ""  # what to play now; "" is silence
        self.sounding = False
        self.volume_step = 0
        self.second_sounder = False
        self.relay_alarm = False
        self.paused_left_s = 0
        self.acknowledged = False
        self.latched = False
        self.lamps = {"red": "off", "yellow": "off", "paused": "off"}
        self.channels = tuple(Channel(name, self) for name in ORDER)
        self.siren, self.technic, self.chime, self.degrade = self.channels
        self._told = []  # faults that were on when the technical alarm was acknowledged
        self._now_s = 0
        self._utc_less_now = None

    @property
    def technical_on(self):
        return bool(self.faults)

    @property
    def degraded_on(self):
        return bool(self.flaws)

    # What happens.

    def finding(self, kind, grade, repeat, now_s, utc_s=None, known=""):
        """A sound was heard: kind "siren" or "chime", grade "sure" or "weak"; known: the
        priority that a learned profile gives it (it may raise the level), "" for a blind finding.
        Returns its level."""
        now_s = self._at(now_s, utc_s)
        key = (kind, grade, bool(repeat))
        if key not in POLICY:
            return ""
        level = POLICY[key][1 if known or self.settings["learned"] else 0]
        if known and grade == "sure" and RANK[known] > RANK[level]:
            level = known
        level = self.settings["policy"].get(key, level)
        if self.settings["emergency"]:
            level = "high"
        channel = self.siren if kind == "siren" else self.chime
        before = channel.level if channel.audible else ""
        channel.find(level, now_s)
        if kind == "siren" and channel.audible and channel.level != before:
            for other in self.channels:
                other.fire("siren", now_s)
        alert_outputs.refresh(self, now_s)
        return level

    def technical(self, name, on, now_s):
        """The monitor cannot (on) or can again listen or alert: microphone, sounder, supply..."""
        now_s = self._at(now_s, None)
        channel = self.technic
        if on and name not in self.faults:
            self.faults.append(name)
            self._event("technical", {"name": name})
            if not channel.fire("alert", now_s, "technical", name):
                joins = channel.state != "sounding" and name not in self._told
                channel.fire("confirmed" if joins else "same", now_s, "technical", name)
        elif not on and name in self.faults:
            self.faults.remove(name)
            self._event("cleared", {"name": name})
            if not self.faults and channel.state != "paused":  # a pause ends by its time
                channel.fire("clear", now_s)
        alert_outputs.refresh(self, now_s)

    def degraded(self, name, on, now_s):
        """The monitor works with a flaw: clock, log, self-test overdue, button."""
        now_s = self._at(now_s, None)
        if on and name not in self.flaws:
            self.flaws.append(name)
            self._event("degraded", {"name": name})
            self.degrade.fire("degraded", now_s, "degraded", name)
        elif not on and name in self.flaws:
            self.flaws.remove(name)
            self._event("cleared", {"name": name})
            if not self.flaws:
                self.degrade.fire("mended", now_s)
        alert_outputs.refresh(self, now_s)

    def press(self, kind, now_s):
        """The button: "short", "long", "stuck" (held far too long) or "free" (no longer stuck).

        Returns True when the press meant something."""
        now_s = self._at(now_s, None)
        used = False
        if kind in ("short", "long"):
            for channel in self._meant(kind):
                if channel is self.technic:
                    self._told = self.faults[:]
                used = channel.fire(kind, now_s) or used
            alert_outputs.refresh(self, now_s)
            return used
        for channel in self.channels:
            if kind == "stuck" and 0 <= channel.ack_s and now_s - channel.ack_s <= UNPRESS_S:
                used = channel.fire("stuck", now_s) or used
        self.degraded("button", kind == "stuck", now_s)
        return used

    def _meant(self, kind):
        """The conditions that a press speaks of: only what someone could hear, else the lamps."""
        heard = [c for c in self.channels if c.announced]
        loud = [c for c in heard if c.state == "sounding"]
        held = [c for c in heard if c.state == "paused"]
        if kind == "short":
            return loud or held
        if self.siren in loud + held and self.chime not in loud + held:
            held.append(self.chime)  # the lesser warning of the same pump
        return loud + held or self.channels

    def tick(self, now_s, utc_s=None):
        """Let time pass; every second. Returns True while something sounds."""
        now_s = self._at(now_s, utc_s)
        for channel in self.channels:
            channel.tick(now_s)
        alert_outputs.refresh(self, now_s)
        return self.sounding

    def what(self):
        """(message key, fields) for the display and the log; see alarm.alert_outputs."""
        return alert_outputs.what(self, self._now_s, self._utc_less_now)

    def set_option(self, name, value):
        """Switch learned, emergency, refill_booked or mri_today while running."""
        if not isinstance(value, bool) or not isinstance(self.settings.get(name), bool):
            raise ValueError("no such switch, or not true or false: %s" % name)
        self.settings[name] = value

    # Across a reboot.

    def state(self, now_s, utc_s=None):
        """JSON-able latch; save it whenever `changed` is True."""
        return alert_memory.save(self, now_s, utc_s)

    def restore(self, state, now_s, utc_s=None):
        """Take up a saved latch at boot. False, and nothing changed: not a state of ours."""
        now_s = self._at(now_s, utc_s)
        done = alert_memory.load(self, state, now_s, utc_s)
        alert_outputs.refresh(self, now_s)
        return done

    # For the channels.

    def log(self, name, channel, fields):
        fields["cond"] = channel.name
        self._event(name, fields)

    def day(self, now_s):
        """The civil day, which begins at the civil hour; None without a clock."""
        local_s = self._local_s(now_s)
        return None if local_s is None else local_s // DAY_S

    def to_civil_hour_s(self, now_s):
        """Seconds until the next civil hour; half a day without a clock."""
        local_s = self._local_s(now_s)
        return DAY_S // 2 if local_s is None else DAY_S - local_s % DAY_S

    def _local_s(self, now_s):
        if self._utc_less_now is None:
            return None
        offset_s = self.settings["utc_offset_min"] * 60 - self.settings["civil_hour"] * 3600
        return now_s + self._utc_less_now + offset_s

    def _event(self, name, fields):
        if len(self.events) >= MOST_EVENTS:
            self.events.pop(0)
            self.lost_events += 1
        self.events.append((name, fields))

    def _at(self, now_s, utc_s):
        """Uptime never steps back; UTC may, and civil time follows it."""
        if now_s > self._now_s:
            self._now_s = now_s
        if utc_s is not None:
            self._utc_less_now = utc_s - self._now_s
        return self._now_s
