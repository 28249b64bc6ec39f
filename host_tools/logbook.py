# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The device's log as a person needs it: every good record with its time, and what is wrong, where.

In: a flash image, a folder (a copy of the flash, or of its log folder), a single log file, or the
connected device. Out: `Logbook`: entries in the order of writing, sessions (one per start of the
device), problems (damage, each with file and line) and notes (what the device says it left out).

A record without a valid clock gets a time from its neighbours of the same session, by uptime, and
is marked "about". Nothing is guessed across a restart.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from host_tools.errors import UserError
from host_tools.log_lines import Problem, damage, read_lines
from host_tools.records import utc
from host_tools.simulator import flash

MOST_BYTES = 64 << 20
SECTOR_BYTES = 4096
MOST_UP_S = 1 << 32
YEARS = range(2000, 2100)  # what the device's clock can hold


@dataclass(frozen=True)
class Entry:
    """One record. `at` is UTC; None when nobody can say. `about`: derived from uptime."""

    record: dict
    where: str
    session: int
    at: datetime | None = None
    about: bool = False

    @property
    def kind(self) -> str:
        return str(self.record.get("k", ""))

    @property
    def up_s(self) -> int:
        value = self.record.get("up")
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_UP_S:
            return value
        return 0

    def text(self, key: str) -> str:
        return str(self.record.get(key, ""))

    def number(self, key: str) -> float | None:
        value = self.record.get(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True)
class Session:
    """The device ran without a restart at least from `first` to `last` (None: time not known)."""

    number: int
    first: datetime | None
    last: datetime | None
    up_s: int


@dataclass(frozen=True)
class Logbook:
    source: str
    entries: list[Entry]
    sessions: list[Session]
    problems: list[Problem]
    notes: list[str]
    settings: bytes | None = None

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """From the first to the last record whose time is known."""
        times = [entry.at for entry in self.entries if entry.at]
        return (min(times), max(times)) if times else None

    def within(self, start: datetime, end: datetime) -> list[Entry]:
        return [entry for entry in self.entries if entry.at and start <= entry.at <= end]


def open_log(path: Path) -> Logbook:
    """Read it all. Raises `UserError` when there is no log to read; damage is never an error."""
    files, unreadable = _files(path)
    logs = {name: data for name, data in files.items() if name.endswith(".jsonl")}
    if not logs and not any(name.endswith(".jsonl") for name in unreadable):
        raise UserError(
            f"{path}: holds no event log (log/000001.jsonl …): give the device's flash image, "
            "a folder copied from it, or a log file"
        )
    problems = [
        Problem("unreadable file", name, f"the file cannot be read ({reason}); it is left out")
        for name, reason in sorted(unreadable.items())
    ]
    return _book(str(path), logs, problems, files.get("settings.json"))


def pull(port: str | None = None) -> Logbook:
    """The log of a connected monitor, through its line protocol: it goes on listening."""
    from host_tools.devicelink import DeviceLink, find_port

    try:
        found = find_port(port)
    except UserError as error:
        text = f"{error}; or give a flash image, a folder or a log file to read"
        raise UserError(text, error.exit_code) from error
    with DeviceLink(found) as link:
        answers = [(answer, link.raw) for answer in link.lines("log")]
        settings = json.dumps(link.settings()).encode()
        return answered(f"the monitor at {link.port}", answers, settings)


def answered(
    source: str, answers: Iterable[tuple[dict, bytes]], settings: bytes | None = None
) -> Logbook:
    """A log out of the answers to the command `log`, each with its line as it came."""
    lines, problems = [], []
    for number, (answer, raw) in enumerate(answers, 1):
        if "damaged" in answer:
            text = f"the monitor found a damaged line of {answer['damaged']} bytes in its log"
            problems.append(Problem("damaged line", f"device:{number}", text))
        elif "end" not in answer:  # a late word on an earlier command is no record
            lines.append(raw)
    return _book(source, {"device": b"".join(line + b"\n" for line in lines)}, problems, settings)


def _book(
    source: str, logs: dict[str, bytes], problems: list[Problem], settings: bytes | None
) -> Logbook:
    entries, more = read_lines(logs)
    entries, odd = _timed(entries)
    notes = _notes(entries)
    return Logbook(source, entries, _sessions(entries), problems + more + odd, notes, settings)


def _files(path: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    if not path.exists():
        raise UserError(f"{path}: no such flash image or folder: check the name")
    try:
        if path.is_dir():
            return _folder(path), {}
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UserError(f"{path}: {size >> 20} MiB is too large for a log of this device")
        if path.suffix == ".jsonl":
            return {path.name: path.read_bytes()}, {}
        if size == 0 or size % SECTOR_BYTES:
            raise UserError(
                f"{path}: {size} bytes are no flash image (whole sectors of {SECTOR_BYTES} bytes); "
                "a log file has to end in .jsonl"
            )
        unreadable: dict[str, str] = {}
        tree = flash.read_tree(path, unreadable=unreadable)
    except flash.FlashError as error:
        raise UserError(f"{path}: {error}: is it the right file, and whole?") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}): check its rights") from error
    keep = {name: data for name, data in tree.items() if _wanted(name)}
    return keep, {name: why for name, why in unreadable.items() if _wanted(name)}


def _wanted(name: str) -> bool:
    return name == "settings.json" or (name.startswith("log/") and name.endswith(".jsonl"))


def _folder(path: Path) -> dict[str, bytes]:
    """Only what looks like ours: a whole home folder may have been given by mistake."""
    where = path / "log" if (path / "log").is_dir() else path
    found = [*sorted(where.glob("*.jsonl")), path / "settings.json"]
    files = [file for file in found if file.is_file()]
    if sum(file.stat().st_size for file in files) > MOST_BYTES:
        raise UserError(f"{path}: its *.jsonl files are too large for a log of this device")
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}


def _timed(entries: Sequence[Entry]) -> tuple[list[Entry], list[Problem]]:
    """Every entry with its time; a time that cannot be is told and derived like a missing one."""
    timed, problems = [], []
    for entry in entries:
        value = entry.record.get("t")
        try:
            at = None if value is None else utc(value)
            if at and at.year not in YEARS:
                raise ValueError(value)
            timed.append(replace(entry, at=at))
        except (ValueError, TypeError, AttributeError, OverflowError):
            text = damage(str(value).encode())
            problems.append(Problem("impossible time", entry.where, f"the time reads {text}"))
            timed.append(entry)
    return [entry if entry.at else _derived(entry, at, timed) for at, entry in enumerate(timed)], (
        problems
    )


def _derived(entry: Entry, index: int, entries: Sequence[Entry]) -> Entry:
    """By uptime from the nearest record of the session that has a time: before it, else after."""
    before = reversed(range(index))
    after = range(index + 1, len(entries))
    for order in (before, after):
        for other in (entries[i] for i in order):
            if other.session != entry.session:
                break
            if other.at:
                at = other.at + timedelta(seconds=entry.up_s - other.up_s)
                return replace(entry, at=at, about=True)
    return entry


def _sessions(entries: Sequence[Entry]) -> list[Session]:
    sessions = []
    for number in sorted({entry.session for entry in entries}):
        own = [entry for entry in entries if entry.session == number]
        times = [entry.at for entry in own if entry.at]
        first, last = (min(times), max(times)) if times else (None, None)
        sessions.append(Session(number, first, last, max(entry.up_s for entry in own)))
    return sessions


def _notes(entries: Sequence[Entry]) -> list[str]:
    """What is absent although nothing is damaged, in the device's own words."""
    notes = []
    first = entries[0].record["n"] if entries else 1
    if first > 1:
        notes.append(
            f"records 1 to {first - 1} are no longer kept: the device removes its oldest files"
        )
    crowded = sum(int(e.number("count") or 0) for e in entries if e.kind == "not_logged")
    if crowded:
        notes.append(f"sounds that were no pump, too many an hour to be written down: {crowded}")
    if any(entry.about for entry in entries):
        count = sum(entry.about for entry in entries)
        notes.append(
            f"records with a time derived from uptime (marked ~), without a valid clock: {count}"
        )
    unknown = sum(entry.at is None for entry in entries)
    if unknown:
        notes.append(f"records without any time, the clock was not valid then: {unknown}")
    return notes
