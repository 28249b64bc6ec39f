# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Reminders of refill and replacement, ahead of time, as a low-priority sound at the civil hour.

In: once a second the time and the alert.  Out: ``view(alert)``: what the outputs follow, which is
the alert itself whenever the alert has anything to say. A press ends the day's reminder; without
one it is silent after SOUND_S and its lamp goes out at the end of the day. Once a day at most, also
across a restart (``state``).
"""

from recorder import SOON

SOUND_S = 300
_LATEST_MIN = 20 * 60  # powered on late in the evening: tomorrow is soon enough


class Reminder:
    """Has the attributes of an alert that ``Outputs.follow`` reads."""

    volume_step = 1
    second_sounder = False

    def __init__(self, plan):
        self._plan = plan
        self._hour_min = plan.values["civil_hour"] * 60
        self._day = None  # civil day of the last reminder
        self._quiet_s = 0
        self.active = False  # the lamp is on
        self.what = ""
        self.left = 0
        self.cadence = ""
        self.relay_alarm = False
        self.lamps = {"red": "off", "yellow": "steady", "paused": "off"}
        self.changed = False  # state() should be saved
        self.events = []  # (kind, pairs) for the log

    def state(self):
        return {"day": self._day}

    def restore(self, state, up_s, utc_s):
        day = state.get("day") if isinstance(state, dict) else state
        if day is not None and (isinstance(day, bool) or not isinstance(day, int)):
            return False
        self._day = day
        return True

    def second(self, now_s, utc_s):
        """Begin at the civil hour of a day to remind; end the sound, end the day."""
        today = self._plan.day(utc_s)
        if today is None:
            return
        if self.active:
            if self.cadence and now_s >= self._quiet_s:
                self.cadence = ""
                self.events.append(("quiet", (("cond", "reminder"), ("why", "sound over"))))
            if today != self._day:
                self._stop()
            return
        # A clock that is set back must not remind twice; one that is set back far must remind.
        if self._day is not None and 0 <= self._day - today <= 1:
            return
        minute = self._plan.minute(utc_s)
        if not self._hour_min <= minute < max(_LATEST_MIN, self._hour_min + 60):
            return
        what, left = self._plan.reminder(utc_s)
        self._day = today
        self.changed = True
        if not what:
            return
        self.what = what
        self.left = left
        self.active = True
        self.cadence = "low"
        self._quiet_s = now_s + SOUND_S
        pairs = [("what", what), ("days_left", left), ("priority", "low")]
        number = self._plan.values["contact_office"]
        if number:
            pairs.append(("call", "pump clinic: " + number))
        self.events.append(("reminder", pairs))

    def _stop(self):
        self.active = False
        self.cadence = ""

    def press(self, alert):
        """A press; True when it was meant for the reminder, because nothing else was heard."""
        if not self.active or self._covered(alert):
            return False
        self._stop()
        self.events.append(("ack", (("cond", "reminder"), ("what", self.what))))
        return True

    def tell(self, log):
        """Its events into the log."""
        for name, pairs in self.events:
            log(name, pairs, SOON if name == "ack" else name != "quiet")
        self.events.clear()

    @staticmethod
    def _covered(alert):
        return bool(alert.cadence) or alert.paused_left_s > 0 or alert.latched

    def view(self, alert):
        """The alert, or the reminder while the alert has nothing to say."""
        if not self.active or self._covered(alert):
            return alert
        self.relay_alarm = alert.relay_alarm
        return self
