# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Holds what the device heard against what was there, and writes the last line.

In: the truth (None for a recording of which nothing is known), the device's findings and alerts,
the timeline of its sounder. Out: `Report`: a row for each pump sound, the false ones, the counts,
and `last_line()` in this fixed form (docs and scripts rely on it):

    alerts: high N, medium N, low N, technical N; sounds: chime N of M heard,
    siren N of M heard, false N

(one line). M and the false ones are "?" where nobody has said what a recording holds.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from host_tools.pitch import within
from host_tools.records import PRIORITIES, Alert, Finding
from host_tools.render import Truth
from host_tools.timeline import Timeline

KINDS = ("chime", "siren")
# The log counts whole seconds, and the device finds the start of a faint sound only roughly.
EARLY_S = 2.5
# An alert that begins within this time after a sound's end belongs to it.
LATE_S = 6.0
# The last burst before it must be over for so long that silence is heard before the sound.
LEAD_S = 0.8


@dataclass(frozen=True)
class Row:
    """One pump sound and what became of it. Delays count from the sound's end."""

    truth: Truth
    finding: Finding | None
    alert_after_s: float | None
    already_on: bool  # an alert from before was still sounding
    covered: bool = False  # missed, and the monitor's own bursts lay over it

    def outcome(self) -> str:
        if self.finding is None and self.covered:
            return "MISSED under the alert's own bursts"
        if self.finding is None:
            return "MISSED"
        if self.already_on and self.alert_after_s is not None:
            return f"alert raised to high {self.alert_after_s:.2f} s after its end"
        if self.already_on:
            return "heard, alert already sounding"
        if self.alert_after_s is None:
            return "heard, no sound (lamp and log)"
        if self.alert_after_s < 0:
            return f"alert {-self.alert_after_s:.2f} s before its end"
        return f"alert {self.alert_after_s:.2f} s after its end"


@dataclass(frozen=True)
class Report:
    rows: list[Row]
    false: list[Finding]
    heard: Counter  # by kind
    expected: Counter | None
    alerts: Counter  # by priority

    @property
    def any_alert(self) -> bool:
        return any(self.alerts.values())

    def last_line(self) -> str:
        expected = self.expected
        alerts = ", ".join(f"{name} {self.alerts[name]}" for name in PRIORITIES)
        sounds = ", ".join(
            f"{kind} {self.heard[kind]} of {'?' if expected is None else expected[kind]} heard"
            for kind in KINDS
        )
        return f"alerts: {alerts}; sounds: {sounds}, false {self._false()}"

    def _false(self) -> int | str:
        return "?" if self.expected is None else len(self.false)

    def as_dict(self) -> dict:
        """For --json."""
        return {
            "alerts": {name: self.alerts[name] for name in PRIORITIES},
            "heard": {kind: self.heard[kind] for kind in KINDS},
            "expected": (
                None if self.expected is None else {kind: self.expected[kind] for kind in KINDS}
            ),
            "false": len(self.false) if self.expected is not None else None,
            "sounds": [
                {**row.truth.as_dict(), "heard": row.finding is not None,
                 "alert_after_s": row.alert_after_s, "already_on": row.already_on,
                 "covered": row.covered}
                for row in self.rows
            ],
        }  # fmt: skip


def judge(
    truth: Sequence[Truth] | None,
    findings: Sequence[Finding],
    alerts: Sequence[Alert],
    timeline: Timeline,
) -> Report:
    """Match every finding to the pump sound of its kind at that time."""
    counted = Counter(alert.priority for alert in alerts)
    sounds = [finding for finding in findings if finding.kind in KINDS]
    if truth is None:
        return Report([], [], Counter(finding.kind for finding in sounds), None, counted)
    rows, used = [], set()
    for sound in truth:
        own = [i for i, finding in enumerate(sounds) if i not in used and _fits(finding, sound)]
        used.update(own)
        rows.append(_row(sound, sounds[own[0]] if own else None, timeline))
    false = [finding for i, finding in enumerate(sounds) if i not in used]
    heard = Counter(row.truth.kind for row in rows if row.finding)
    return Report(rows, false, heard, Counter(sound.kind for sound in truth), counted)


def _fits(finding: Finding, sound: Truth) -> bool:
    """Kind, time and pitch: a voice at that moment is not the pump, and stays a false finding."""
    in_time = sound.start_s - EARLY_S <= finding.at_s <= sound.end_s + EARLY_S
    return finding.kind == sound.kind and in_time and within(finding.hz, sound.hz)


def _row(sound: Truth, finding: Finding | None, timeline: Timeline) -> Row:
    before = timeline.sounding_at(sound.start_s)
    if finding is None:
        return Row(sound, None, None, before, timeline.covered(sound.start_s - LEAD_S, sound.end_s))
    began = timeline.sounder_at(sound.start_s, sound.end_s + LATE_S)
    if before:  # at a lower priority perhaps: then the red lamp comes on
        began = timeline.red_at(sound.start_s, sound.end_s + LATE_S)
    after_s = None if began is None else began - sound.end_s
    return Row(sound, finding, after_s, before)
