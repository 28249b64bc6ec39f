# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What happened, out of the records: alerts and who answered when, pump sounds, deaf times.

In: a `Logbook` and a range (UTC). Out: `Story`, plain facts without words or drawing.

Rule for times not listening: the monitor is taken to have run between two records of one session,
because its uptime says so, and to be unproven from a session's last record to the next start. What
nobody can prove is called "not known", never "listening".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from host_tools.logbook import Entry, Logbook

PUMP = ("siren", "chime")
LOUD = ("high", "medium", "low", "technical")
# The listener may find one sound more than once; no pump repeats faster than this.
SAME_SOUND_S = 15
SAME_PITCH = 0.04
LOOK_BACK = 50  # sounds


@dataclass
class Alert:
    """One alert from its first sound to its end. `answer`: first press of any kind."""

    condition: str
    start: datetime
    levels: list[tuple[datetime, str]] = field(default_factory=list)
    answer: datetime | None = None
    taken: datetime | None = None
    end: datetime | None = None
    pauses: int = 0
    repeats: int = 0
    about: bool = False
    first_n: int = 0  # number of its first record

    @property
    def highest(self) -> str:
        """The most urgent level it reached."""
        return min((level for _, level in self.levels), key=_rank, default="low")

    @property
    def answer_s(self) -> float | None:
        return None if self.answer is None else (self.answer - self.start).total_seconds()

    @property
    def taken_s(self) -> float | None:
        return None if self.taken is None else (self.taken - self.start).total_seconds()


@dataclass(frozen=True)
class Sound:
    """A pump sound that was heard, at its beginning."""

    kind: str
    grade: str
    at: datetime
    about: bool
    record: dict

    @property
    def hz(self) -> list[float]:
        values = self.record.get("hz")
        values = values if isinstance(values, list) else [values]
        return [v for v in values if isinstance(v, int | float) and v > 0]


@dataclass(frozen=True)
class Deaf:
    """A time without listening (`known`), or one of which nothing proves that it listened."""

    start: datetime
    end: datetime
    why: str  # name of a fault, or "" when the monitor may have been off
    known: bool

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass
class Story:
    start: datetime
    end: datetime
    alerts: list[Alert]
    sounds: list[Sound]
    missed: list[Entry]
    deaf: list[Deaf]
    flash_deaf_s: float
    selftests: list[Entry]
    starts: list[Entry]
    not_matched: int

    def intervals(self, kind: str) -> list[tuple[Sound, float]]:
        """Each sound of that kind with the minutes since the last one of its pitch: one false
        finding between must not hide a pump's rhythm."""
        own = [sound for sound in self.sounds if sound.kind == kind]
        pairs = []
        for index, after in enumerate(own):
            earlier = reversed(own[max(0, index - LOOK_BACK) : index])
            before = next((sound for sound in earlier if same_pitch(sound, after)), None)
            if before:
                pairs.append((after, (after.at - before.at).total_seconds() / 60))
        return pairs


def same_pitch(some: Sound, other: Sound) -> bool:
    """A tone in common; unknown tones fit any."""
    tones, others = some.hz, other.hz
    return (
        not tones or not others or any(abs(a / b - 1) < SAME_PITCH for a in tones for b in others)
    )


def tell(log: Logbook, start: datetime, end: datetime) -> Story:
    """The story of that range. Alerts that began before it and reach into it are included."""
    timed = [entry for entry in log.entries if entry.at]
    inside = [entry for entry in timed if start <= _at(entry) <= end]
    alerts = [
        alert
        for alert in alerts_of(timed)
        if alert.start <= end and (alert.end or alert.taken or log_end(timed)) >= start
    ]
    deaf = [span for span in (*faults_of(timed), *unproven(log, start, end))]
    clipped = [_clip(span, start, end) for span in deaf if span.start < end and span.end > start]
    return Story(
        start,
        end,
        alerts,
        sounds_of(inside),
        [entry for entry in inside if entry.kind in ("missed", "no longer heard")],
        sorted(clipped, key=lambda span: span.start),
        sum((entry.number("ms") or 0) / 1000 for entry in inside if entry.kind == "gap"),
        [entry for entry in inside if entry.kind == "selftest"],
        [entry for entry in inside if entry.kind == "boot"],
        sum(entry.kind == "not_matched" for entry in inside),
    )


def log_end(timed: Sequence[Entry]) -> datetime:
    return max(_at(entry) for entry in timed)


def alerts_of(entries: Iterable[Entry]) -> list[Alert]:
    """In the order of their beginning. One condition has one alert at a time."""
    done: list[Alert] = []
    running: dict[str, Alert] = {}
    for entry in entries:
        condition = entry.text("cond")
        alert = running.get(condition)
        if entry.kind == "alert" and entry.text("priority") in (*LOUD, "degraded"):
            if alert is None or alert.taken:
                alert = running[condition] = Alert(condition, _at(entry), about=entry.about)
                alert.first_n = entry.record["n"]
                done.append(alert)
            alert.levels.append((_at(entry), entry.text("priority")))
        elif alert is not None:
            _follow(alert, entry)
            if alert.end:
                running.pop(condition)
    return done


def _follow(alert: Alert, entry: Entry) -> None:
    at = _at(entry)
    if entry.kind == "paused":
        alert.pauses += 1
        alert.answer = alert.answer or at
    elif entry.kind == "ack":
        alert.answer = alert.answer or at
        alert.taken = alert.taken or at
    elif entry.kind == "stuck":
        # The press was no person's: neither an answer nor an acknowledgement.
        alert.answer = alert.taken = None
    elif entry.kind == "repeat":
        alert.repeats += 1
    elif entry.kind == "ended":
        alert.end = at


def sounds_of(entries: Iterable[Entry]) -> list[Sound]:
    """In the order of their beginning; several findings of one sound count as one, the surest."""
    found: list[Sound] = []
    for entry in entries:
        if entry.kind == "heard" and entry.text("sound") in PUMP:
            began = _at(entry) - timedelta(milliseconds=entry.number("ago_ms") or 0)
            found.append(
                Sound(entry.text("sound"), entry.text("grade"), began, entry.about, entry.record)
            )
    found.sort(key=lambda sound: sound.at)
    merged: list[Sound] = []
    for sound in found:
        last = next((i for i, old in enumerate(merged) if _same(old, sound)), None)
        if last is None:
            merged.append(sound)
        elif sound.grade == "sure" and merged[last].grade != "sure":
            merged[last] = replace(sound, at=merged[last].at)
    return merged


def _same(old: Sound, new: Sound) -> bool:
    return old.kind == new.kind and 0 <= (new.at - old.at).total_seconds() < SAME_SOUND_S


def faults_of(entries: Sequence[Entry]) -> list[Deaf]:
    """Technical faults, from the record that raised each to the one that cleared it."""
    spans = []
    since: dict[str, tuple[datetime, int]] = {}
    for entry in entries:
        name = entry.text("name")
        # A start proves everything anew: whatever was wrong is raised again when it still is.
        if entry.kind == "boot":
            spans += [Deaf(at, _at(entry), fault, True) for fault, (at, _) in since.items()]
            since.clear()
        elif entry.kind == "technical":
            since.setdefault(name, (_at(entry), entry.session))
        elif entry.kind == "cleared" and name in since:
            spans.append(Deaf(since.pop(name)[0], _at(entry), name, True))
    if entries:
        end = log_end(entries)
        spans += [Deaf(at, end, name, True) for name, (at, _) in since.items()]
    return [span for span in spans if span.end > span.start]


def unproven(log: Logbook, start: datetime, end: datetime) -> list[Deaf]:
    """Times between sessions, and what the range has before the first and after the last record."""
    known = [(s.first, s.last) for s in log.sessions if s.first and s.last]
    spans, until = [], start
    for first, last in sorted(known):
        if first > until:
            spans.append(Deaf(until, min(first, end), "", False))
        until = max(until, last)
    if until < end:
        spans.append(Deaf(until, end, "", False))
    return [span for span in spans if span.end > span.start]


def total_s(spans: Iterable[Deaf]) -> float:
    """Their length together; what overlaps counts once."""
    total, until = 0.0, None
    for span in sorted(spans, key=lambda one: one.start):
        begin = span.start if until is None or span.start > until else until
        if span.end > begin:
            total += (span.end - begin).total_seconds()
            until = span.end
    return total


def _clip(span: Deaf, start: datetime, end: datetime) -> Deaf:
    return Deaf(max(span.start, start), min(span.end, end), span.why, span.known)


def _rank(level: str) -> int:
    order = ("high", "technical", "medium", "low", "degraded")
    return order.index(level) if level in order else len(order)


def _at(entry: Entry) -> datetime:
    assert entry.at is not None
    return entry.at
