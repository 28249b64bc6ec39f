# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""What follows from a finding, a press or a fault: recurrence, alert, log, outputs.

In: findings of the listener, events of the button, changes of the health, once a second the time.
Out: the alert informed, the outputs following it, every step in the log.
"""

from aside import NoScreen
from fallback import NoRecurrence, describe
from recorder import SOON

from drivers import button as buttons

_MASK_30 = (1 << 30) - 1
# What the alert tells of its own accord can wait for the next routine write.
_NOT_URGENT = ("ended", "lamp", "quiet", "repeat", "waiting")
# What can wait for a siren that sounds just now: without its record the alert would sound again.
_PRESSES = ("ack", "paused")


class Response:
    """Parts come by name, see ``wiring.build``; ``state_paths``: of alert and recurrence."""

    def __init__(self, parts):
        self.listener = parts["listener"]
        self._use(parts["recurrence"])
        self.alert = parts["alert"]
        self.outputs = parts["outputs"]
        self.recorder = parts["recorder"]
        self.health = parts["health"]
        self.wallclock = parts["wallclock"]
        self.uptime = parts["uptime"]
        self.hearing = parts["hearing"]
        self._daily = parts["daily"]
        self._plan = parts["plan"]
        self._reminder = parts["reminder"]
        self._screen = parts["screen"]
        self._display = parts["display"]
        self._display_fitted = parts["settings"]["display_fitted"]
        self._reminder_path = parts["reminder_path"]
        self._mri = False
        self.learning = None
        self._alert_path, self._recurrence_path = parts["state_paths"]

    def log(self, kind, fields=(), urgent=False):
        if self.wallclock.estimated:
            fields = tuple(fields) + (("clock", "estimated"),)
        now_s = self.uptime.now_s()
        return self.recorder.add(kind, fields, self.wallclock.utc_s(now_s), now_s, urgent)

    # --- findings ------------------------------------------------------------------------------

    def findings(self, waiting):
        listener = self.listener
        for _ in range(waiting):
            self._finding(listener.take(), listener.time_ms)
        self.follow()

    def _finding(self, finding, time_ms):
        matched = finding.kind != "not matched"
        if self.learning and self.learning.active:
            self.log("learning_heard", (("sound", finding.looks), ("hz", list(finding.hz))))
            return
        sound = finding.kind if matched else finding.looks
        # What failed a test is worth nothing by itself, however loud; only its return counts.
        grade = finding.grade if matched else ""
        # Stream times may wrap as ticks do; ages are short.
        ago_ms = (time_ms - finding.start_ms) & _MASK_30
        verdict = self._judge(sound, finding.hz, grade, self.uptime.now_s(ago_ms))
        if verdict.alert:  # before anything else: what fails below must not cost the alert
            self._alert(finding, sound, verdict)
        fields = [
            ("sound", sound),
            ("grade", grade),
            ("hz", list(finding.hz)),
            ("snr_db10", finding.snr_db10),
            ("confidence", verdict.confidence if matched else finding.confidence),
            ("ago_ms", ago_ms),
            ("ms", (finding.end_ms - finding.start_ms) & _MASK_30),
        ]
        if finding.reason:
            fields.append(("reason", finding.reason))
        if getattr(finding, "profile", ""):
            fields.append(("profile", finding.profile))
        if verdict.interval_s:
            fields.append(("interval_s", verdict.interval_s))
        # Each siren is evidence for the clinic, also while the alert already sounds.
        evidence = finding.kind == "siren" and grade == "sure"
        self.log("heard" if matched else "not_matched", fields, evidence)

    def _alert(self, finding, sound, verdict):
        now_s = self.uptime.now_s()
        utc_s = self.wallclock.utc_s(now_s)
        known = getattr(finding, "priority", "")
        if known:
            self.alert.finding(sound, verdict.grade, verdict.repeat, now_s, utc_s, known)
        else:
            self.alert.finding(sound, verdict.grade, verdict.repeat, now_s, utc_s)

    def last_words(self, trace):
        """The loop has failed: its traceback, and the alert as it stands, for the last write."""
        self.recorder.changed(self._alert_path)
        self.log("error", (("trace", trace),))

    def _faint(self, faint, recurrence):
        """One too weak for a finding: told only when it has come back often enough."""
        started_s = self.uptime.now_s(faint.ago_ms)
        verdict = recurrence.faint(faint.low_hz, faint.high_hz, faint.strength_db, started_s)
        if not verdict:
            return
        self.recorder.changed(self._recurrence_path)
        sound = "siren" if faint.high_hz else "chime"
        fields = (
            ("sound", sound),
            ("grade", "faint"),
            ("hz", [faint.low_hz, faint.high_hz] if faint.high_hz else [faint.low_hz]),
            ("confidence", verdict.confidence),
            ("ago_ms", faint.ago_ms),
            ("interval_s", verdict.interval_s),
            ("hits", verdict.hits),
        )
        self.log("heard", fields)
        now_s = self.uptime.now_s()
        self.alert.finding(sound, verdict.grade, True, now_s, self.wallclock.utc_s(now_s))

    def _judge(self, sound, hz, grade, started_s):
        self.recorder.changed(self._recurrence_path)
        try:
            return self.recurrence.heard(sound, hz, grade, started_s)
        except Exception as error:
            self._without_recurrence(error)
            return self.recurrence.heard(sound, hz, grade, started_s)

    def _use(self, recurrence):
        self.recurrence = recurrence
        self._risk = recurrence.risk  # bound once: it is asked for in every second

    def _without_recurrence(self, error):
        """Alerting goes on without it until the next start."""
        self._use(NoRecurrence())
        self.log("error", (("in", "recurrence"), ("trace", describe(error))), True)
        self.health.set("recurrence", True, repr(error))

    # --- presses, faults, time -----------------------------------------------------------------

    def press(self, event):
        now_s = self.uptime.now_s()
        if event == buttons.HELD:
            if self.learning and not self.alert.latched:
                self.learning.start("button")
            return
        pressed = event == buttons.SHORT or event == buttons.LONG
        if pressed and self._reminder.press(self.alert):
            pass
        elif event == buttons.SHORT:
            self.alert.press("short", now_s)
        elif event == buttons.LONG:
            self.alert.press("long", now_s)
        else:
            stuck = event == buttons.STUCK
            self.alert.press("stuck" if stuck else "free", now_s)
            self.health.set("button", stuck, "pressed for 30 s")
        self.follow()

    def second(self, now_s, masked):
        """``masked``: in this second something could not be heard."""
        self.alert.tick(now_s, self.wallclock.utc_s(now_s))
        if self.learning:
            self.learning.second()
        try:
            self._recur(now_s, masked)
        except Exception as error:
            self._without_recurrence(error)
        utc_s = self.wallclock.utc_s(now_s)
        self._daily.second(now_s, utc_s, self)
        self._reminder.second(now_s, utc_s)
        if self._display_fitted:
            self.health.set("display", bool(self._display.fault), self._display.fault)
        if self.health.changes:
            self.faults(now_s)
        self.follow()
        try:
            self._screen.second(now_s, utc_s)
        except Exception as error:
            # Words are a help; listening is what this is for.
            self._screen = NoScreen()
            self._display_fitted = False
            self.log("error", (("in", "display"), ("trace", describe(error))), True)
            self.health.set("display", True, repr(error))

    def _recur(self, now_s, masked):
        recurrence = self.recurrence
        faint = self.listener.faint
        while faint.take(self.listener.time_ms):
            self._faint(faint, recurrence)
        self.outputs.hold = recurrence.near_due(now_s)
        self.outputs.place(now_s, self._risk)
        if masked:
            recurrence.masked(now_s - 1, now_s)
        if recurrence.tick(now_s):
            for name, fields in recurrence.events:
                self.log(name, sorted(fields.items()))
            recurrence.events.clear()
            self.recorder.changed(self._recurrence_path)

    def faults(self, now_s):
        for name, severity, raised, _ in self.health.changes:
            if severity == "technical":
                self.alert.technical(name, raised, now_s)
            else:
                self.alert.degraded(name, raised, now_s)
        self.health.changes.clear()

    def read_clock(self, now_s):
        moved_s = self.wallclock.read(now_s)
        self.health.set("clock", bool(self.wallclock.fault), self.wallclock.fault)
        if moved_s:
            self.log("clock_moved", (("by_s", moved_s),), True)
            self.recorder.changed(self._alert_path)  # their times are by the old one
            self.recorder.changed(self._recurrence_path)
        self.plan_day(now_s)

    def plan_day(self, now_s):
        """What the care plan says about today."""
        utc_s = self.wallclock.utc_s(now_s)
        self.alert.settings["utc_offset_min"] = self._plan.offset_min(utc_s)  # summer time
        mri = self._plan.mri(utc_s)
        if mri != self._mri:
            self._mri = mri
            self.alert.set_option("mri_today", mri)

    def follow(self):
        """Log what the alert did, and let the outputs follow."""
        events = self.alert.events
        if events:
            for name, fields in events:
                pairs = sorted(fields.items())
                if name in ("technical", "degraded", "cleared"):
                    pairs.append(("detail", self.health.detail(fields["name"])))
                elif name == "alert" and fields["cond"] in ("siren", "chime"):
                    now_s = self.uptime.now_s()
                    pairs += self._plan.advice(fields["cond"], self.wallclock.utc_s(now_s))
                soon = SOON if name in _PRESSES else True
                self.log(name, pairs, name not in _NOT_URGENT and soon)
            events.clear()
            self._screen.changed()
        if self._reminder.events:
            self._reminder.tell(self.log)
            self._screen.changed()
        if self._reminder.changed:
            self._reminder.changed = False
            self.recorder.changed(self._reminder_path)
        if self.alert.changed:
            self.alert.changed = False
            self.recorder.changed(self._alert_path)
        self.outputs.follow(self._reminder.view(self.alert), self.health)
