# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Which sounds of a walk test were heard.

In: hearings, from a device's log or from a recording. Out: `Walk`: for each step what became of it,
and how far down the device heard.

The steps are recognised by the pauses between them: of all places at which the walk may have begun,
the one that explains most hearings of one pitch. Two at least have to fit, else it is no walk.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from host_tools.listening import Finding
from host_tools.logbook import Logbook
from host_tools.walk_sounds import Step, steps

LEAST = 2
# The log's times are whole seconds, so two of them may be a second off against each other.
APART_S = 1.6
SAME_PITCH = 0.04
GRADES = {"sure": 3, "weak": 2, "": 1}


@dataclass(frozen=True)
class Hearing:
    """Something the device heard. `at_s` is the sound's start, by any clock."""

    at_s: float
    looks: str
    grade: str  # "" when it was not matched
    hz: tuple[int, ...]
    s_n0_db: float
    reason: str = ""


@dataclass(frozen=True)
class Walk:
    """One walk test: when its first sound began, and for each step the best hearing, or None."""

    began_s: float
    heard: list[tuple[Step, Hearing | None]]

    @property
    def kind(self) -> str:
        return next(h.looks for _, h in self.heard if h and h.grade)

    @property
    def hz(self) -> tuple[int, ...]:
        return next(h.hz for _, h in self.heard if h and h.grade)

    def reach_db(self, grades: Sequence[str] = ("sure", "weak")) -> int | None:
        """The softest level down to which each one was heard so; None when the first was not."""
        reached = None
        for step, hearing in self.heard:
            if hearing is None or hearing.grade not in grades:
                break
            reached = step.level_db
        return reached

    @property
    def holes(self) -> list[Step]:
        """Steps that were missed although a softer one was heard."""
        last = max(i for i, (_, hearing) in enumerate(self.heard) if hearing and hearing.grade)
        return [step for step, hearing in self.heard[:last] if not (hearing and hearing.grade)]


def of_log(log: Logbook) -> list[Hearing]:
    """The log's hearings, by UTC."""
    found = []
    for entry in log.entries:
        if entry.kind not in ("heard", "not_matched") or entry.at is None:
            continue
        values = entry.record.get("hz")
        hz = values if isinstance(values, list) else [values]
        found.append(
            Hearing(
                entry.at.timestamp() - (entry.number("ago_ms") or 0) / 1000,
                entry.text("sound"),
                entry.text("grade")
                if entry.kind == "heard" and entry.text("grade") in GRADES
                else "",
                tuple(round(v) for v in hz if isinstance(v, int | float) and v > 0),
                (entry.number("snr_db10") or 0) / 10,
                entry.text("reason"),
            )
        )
    return found


def of_findings(findings: Iterable[Finding]) -> list[Hearing]:
    """A recording's hearings, by its own time."""
    return [
        Hearing(
            finding.start,
            finding.looks if finding.kind == "not matched" else finding.kind,
            finding.grade if finding.kind != "not matched" else "",
            tuple(finding.hz),
            finding.s_n0_db,
            finding.reason,
        )
        for finding in findings
    ]


def walks(hearings: Iterable[Hearing]) -> list[Walk]:
    """Every walk test that can be recognised, in the order of time."""
    rows = sorted(hearings, key=lambda hearing: hearing.at_s)
    times = [hearing.at_s for hearing in rows]
    guesses = []
    for first in rows:
        if not first.grade:
            continue
        for step in steps():
            began_s = first.at_s - step.at_s
            found = [_best(rows, times, began_s + s.at_s, first) for s in steps()]
            fits = [index for index, hearing in enumerate(found) if hearing and hearing.grade]
            if len(fits) >= LEAST:
                # Of equally many, the louder ones: the softer are the likelier to be missed.
                guesses.append((len(fits), -sum(fits), began_s, found))
    guesses.sort(key=lambda guess: guess[:3], reverse=True)
    chosen: list[Walk] = []
    long_s = steps()[-1].at_s
    for _, _, began_s, found in guesses:
        if all(abs(began_s - other.began_s) > long_s for other in chosen):
            chosen.append(Walk(began_s, list(zip(steps(), found, strict=True))))
    return sorted(chosen, key=lambda walk: walk.began_s)


def _best(
    rows: Sequence[Hearing], times: Sequence[float], at_s: float, like: Hearing
) -> Hearing | None:
    """The surest hearing around that time of a sound like `like`; else one that was rejected."""
    near = rows[bisect_left(times, at_s - APART_S) : bisect_left(times, at_s + APART_S)]
    # What was not matched is told whatever it looked like: its reason is what helps.
    fits = [h for h in near if not h.grade or (h.looks == like.looks and _one_pitch(h.hz, like.hz))]
    return max(fits, key=lambda h: (GRADES[h.grade], h.s_n0_db), default=None)


def _one_pitch(some: Sequence[int], others: Sequence[int]) -> bool:
    """A tone in common: of a faint siren only one may be known."""
    return any(abs(a / b - 1) < SAME_PITCH for a in some for b in others)
