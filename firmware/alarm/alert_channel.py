# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""One condition (siren, technical, chime, degraded): its state, its times, its lamp.

In: events of alarm.alert_states.TABLE with the time in seconds of uptime. Out: state, level and
times for the outputs, log events through the alert that owns it. Only the table decides.
"""

from alarm.alert_states import LATCHED, LIGHTS, RANK
from alarm.alert_states import row as table_row

FLASH_S = 60
SETTLE_S = 1800
DAY_S = 86400
FOREVER = -1


class Channel:
    def __init__(self, name, alert):
        """alert gives .settings, .log(name, channel, fields) and .day(now_s)."""
        self.name = name
        self.alert = alert
        self.state = "idle"
        self._forget()

    def _forget(self):
        self.level = ""
        self.onset_s = 0  # of this alert; the relay counts from here
        self.ramp_s = 0  # volume and second sounder count from here
        self.until_s = FOREVER  # end of the pause, the hold, the lamp's or the sound's time
        self.flash_s = 0
        self.repeats = 0
        self.held_repeats = 0  # since the acknowledgement
        self.announced = False  # someone could hear it; a press means only what was announced
        self.ack_s = FOREVER
        self.reminding = False
        self.booked = False  # the hold has been stretched to the next civil hour
        self.day = None  # the civil day in which waiting began

    @property
    def latched(self):
        return self.state in LATCHED

    @property
    def audible(self):
        return self.state == "sounding"

    def fire(self, event, now_s, level="", why=""):
        """Do what the table says. False: this state does not list the event."""
        row = table_row(self.state, event)
        if row is None:
            return False
        self.state = row[0]
        self.alert.changed = True
        for action in row[1]:
            _DO[action](self, now_s, level, why or event)
        return True

    def find(self, level, now_s):
        """A finding or fault worth this level."""
        if self.state in ("idle", "lamp", "over"):
            return self.fire("lamp" if level == "lamp" else "alert", now_s, level)
        if level == "lamp":
            return self.fire("lamp", now_s, level)
        if RANK[level] <= RANK[self.level] or self.reminding:
            return self.fire("same", now_s)
        return self.fire("confirmed" if self.name == "siren" else "rise", now_s, level)

    def tick(self, now_s):
        """Fire what time has brought."""
        state = self.state
        if state == "waiting":
            if self._civil_hour(now_s):
                self.fire("hour", now_s, "degraded")
        elif self.until_s != FOREVER and now_s >= self.until_s:
            if state == "paused":
                gone = self.name == "technical" and not self.alert.technical_on
                self.fire("clear" if gone else "pause over", now_s)
            elif state == "lamp":
                self.fire("lamp over", now_s)
            elif state == "taken":
                self._hold_over(now_s)
            elif state == "sounding":
                if self.name == "degraded":
                    self.fire("wait", now_s)
                else:
                    self.fire("reminded" if self.reminding else "sound over", now_s)

    def _hold_over(self, now_s):
        if self.name == "technical" and self.alert.technical_on:
            self.fire("remind", now_s, "technical")
        elif self.name == "degraded" and self.alert.degraded_on:
            self.fire("wait", now_s)
        elif self.name == "chime" and self.alert.settings["refill_booked"] and self.held_repeats:
            if self.booked:
                self.reminding = True
                self.fire("remind", now_s, "low")
            else:
                self.booked = True
                self.until_s = now_s + self.alert.to_civil_hour_s(now_s)
        else:
            self.fire("hold over", now_s)

    def _civil_hour(self, now_s):
        """True at the next 08:00 after waiting began; without a clock after half a day."""
        day = self.alert.day(now_s)
        if day is None:
            return now_s >= self.until_s
        if self.day is None or day < self.day:
            self.day = day  # no clock until now, or it was set back
        return day > self.day

    def mode(self, now_s):
        """How the lamp LIGHTS[level][0] is lit now, a mode of alarm.cadence."""
        if self.state == "idle":
            return "off"
        if self.state == "over":
            return "blip"
        if self.state == "taken" and now_s >= self.flash_s:
            if self.name != "technical" or not self.alert.technical_on:
                return "blip"
        return LIGHTS[self.level][1]

    # What the actions of the table do.

    def _start(self, now_s, level, why):
        reminding = self.reminding
        level = level or self.level
        repeats = self.repeats
        self._forget()
        self.reminding = reminding
        self.repeats = repeats
        self.onset_s = now_s
        self._raise(now_s, level, why)

    def _raise(self, now_s, level, why):
        if RANK[level] > RANK["low"] and RANK[self.level] <= RANK["low"]:
            self.onset_s = now_s
        self.level = level
        self.ramp_s = now_s
        self.announced = False
        self.until_s = FOREVER
        if level == "low":
            self.until_s = now_s + self.alert.settings["low_sound_s"]
        elif level == "degraded":
            self.until_s = now_s + self.alert.settings["civil_sound_s"]
        self.alert.log("alert", self, {"priority": level, "why": why})

    def _resume(self, now_s, _level, why):
        self.ramp_s = now_s
        self.until_s = FOREVER
        if self.level in ("low", "degraded"):
            self.until_s = now_s + self.alert.settings["low_sound_s"]
        self.alert.log("resumed", self, {"why": why})

    def _pause(self, now_s, _level, _why):
        high = self.level == "high"
        left_s = self.alert.settings["pause_high_s" if high else "pause_s"]
        self.until_s = now_s + left_s
        self.alert.log("paused", self, {"priority": self.level, "for_s": left_s})

    def _ack(self, now_s, _level, why):
        self.until_s = now_s + self.alert.settings["hold_%s_s" % self.name]
        self.ack_s = now_s
        self.held_repeats = 0
        self.booked = self.reminding = False
        if why == "reminded":  # nobody answered: the same again tomorrow
            self.held_repeats = 1
            self.ack_s = FOREVER
        name = "ack" if why == "long" else why
        self.alert.log(name, self, {"after_s": now_s - self.onset_s})

    def _count(self, _now_s, _level, _why):
        self.repeats += 1
        self.held_repeats += 1
        self.alert.log("repeat", self, {"count": self.repeats, "state": self.state})

    def _flash(self, now_s, _level, _why):
        self.flash_s = now_s + FLASH_S

    def _show(self, now_s, _level, why):
        if not self.level:
            self.onset_s = now_s
            self.level = "lamp"
            self.alert.log("lamp", self, {"why": why})
        self.until_s = now_s + self.alert.settings["lamp_s"]

    def _quiet(self, _now_s, _level, why):
        self.until_s = FOREVER
        self.alert.log("quiet", self, {"why": why})

    def _rest(self, now_s, _level, why):
        self.day = self.alert.day(now_s)
        self.until_s = now_s + DAY_S // 2
        self.announced = self.reminding = False
        if not self.level:
            self.level = "degraded"
            self.onset_s = now_s
        self.alert.log("waiting", self, {"why": why})

    def _settle(self, now_s, _level, _why):
        self.until_s = min(self.until_s, now_s + SETTLE_S)

    def _seen(self, now_s, _level, _why):
        self.alert.log("ack", self, {"after_s": now_s - self.onset_s})

    def _end(self, _now_s, _level, why):
        self.alert.log("ended", self, {"why": why})
        self._forget()


_DO = {
    "start": Channel._start,
    "raise": Channel._raise,
    "resume": Channel._resume,
    "pause": Channel._pause,
    "ack": Channel._ack,
    "count": Channel._count,
    "flash": Channel._flash,
    "show": Channel._show,
    "quiet": Channel._quiet,
    "rest": Channel._rest,
    "settle": Channel._settle,
    "seen": Channel._seen,
    "end": Channel._end,
}
