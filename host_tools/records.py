# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The device's event log, read back on the computer and put into the host's own terms.

In: the files of the flash image ({path: bytes}). Out: `Log` with the good records in order and what
was damaged; `finding_of` and `alert_of` translate a record.

A line is {"n":…,"t":…,"up":…,"k":…,fields…,"c":…}; "c" is the CRC-32 of the line without it. The
check is written anew here: the firmware's own code would agree with its own mistakes.
"""

import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime

CRC_TEXT_BYTES = len(b',"c":"01234567"}')
PRIORITIES = ("high", "medium", "low", "technical")
# A finding's "confidence" in the log counts points (strength and returns), no per cent of being
# right: to people only these words are told.
GRADES = {
    "sure": "sure",
    "weak": "weak: perhaps the pump",
    "faint": "faint: known by its returns",
}


@dataclass(frozen=True)
class Log:
    """Good records by number, lines that were not readable, numbers that are missing."""

    records: list[dict]
    damaged: int
    missing: int


@dataclass(frozen=True)
class Finding:
    """Something the device heard. Times in seconds of the run."""

    at_s: float
    kind: str
    grade: str
    hz: tuple[int, ...]
    s_n0_db: float | None
    confidence: int | None
    reason: str

    def describe(self) -> str:
        """One line: what, how sure, tones, level above noise."""
        parts = [f"{self.kind} ({grade_words(self.grade)})" if self.grade else self.kind]
        if self.hz:
            parts.append(" and ".join(str(hz) for hz in self.hz) + " Hz")
        if self.s_n0_db is not None:
            parts.append(f"{self.s_n0_db:.0f} dB-Hz above the noise")
        if self.reason:
            parts.append(f"because: {self.reason}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Alert:
    """The device raised an alert of that priority."""

    at_s: float
    priority: str
    cause: str


def grade_words(grade: object) -> str:
    return GRADES.get(str(grade), str(grade))


def parse_line(line: bytes) -> dict | None:
    """The record, or None for a torn or damaged line."""
    line = line.rstrip(b"\n")
    body, tail = line[:-CRC_TEXT_BYTES], line[-CRC_TEXT_BYTES:]
    if tail != b',"c":"%08x"}' % binascii.crc32(body + b"}"):
        return None
    try:
        record = json.loads(body + b"}")
    except ValueError:
        return None
    return record if isinstance(record, dict) and isinstance(record.get("n"), int) else None


def read_log(files: dict[str, bytes]) -> Log:
    """Every log file of the image, oldest first. A bad line never ends the reading."""
    found: dict[int, dict] = {}
    damaged = 0
    for path in sorted(files):
        if not path.endswith(".jsonl") or "log" not in path.strip("/").split("/")[:-1]:
            continue
        for line in files[path].splitlines():
            record = parse_line(line)
            if record is None:
                damaged += 1
            else:
                found.setdefault(record["n"], record)
    numbers = sorted(found)
    missing = numbers[-1] - numbers[0] + 1 - len(numbers) if numbers else 0
    return Log([found[n] for n in numbers], damaged, missing)


def utc(text: str) -> datetime:
    """A time as the log writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def run_seconds(record: dict, start_utc: str) -> float:
    """When it was logged, in seconds of the run; by uptime where the clock was not valid."""
    try:
        return (utc(record["t"]) - utc(start_utc)).total_seconds()
    except (KeyError, TypeError, ValueError, AttributeError):
        return float(record.get("up", 0))


def finding_of(record: dict, start_utc: str) -> Finding | None:
    """The record as a finding; its time is the start of the sound. "not_matched" keeps its name."""
    kind = record.get("k")
    if kind not in ("heard", "not_matched"):
        return None
    sound = str(record.get("sound", ""))
    level = record.get("snr_db10")
    return Finding(
        run_seconds(record, start_utc) - _number(record, "ago_ms") / 1000,
        sound if kind == "heard" else f"not matched, like a {sound}",
        str(record.get("grade", "")),
        _tones(record.get("hz")),
        None if level is None else level / 10,
        record.get("confidence"),
        str(record.get("reason", "")),
    )


def alert_of(record: dict, start_utc: str) -> Alert | None:
    """The record as an alert: a condition began to sound, or sounds at a higher priority."""
    if record.get("k") != "alert" or record.get("priority") not in PRIORITIES:
        return None
    return Alert(run_seconds(record, start_utc), record["priority"], str(record.get("cond", "")))


def describe(record: dict) -> str:
    """A record's own fields in one line, for the printed log."""
    hidden = ("n", "t", "up", "k", "c")
    parts = [f"{key}={_short(record[key])}" for key in record if key not in hidden]
    return " ".join([str(record.get("k", "?")), *parts])


def _tones(value: object) -> tuple[int, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(round(hz) for hz in values if isinstance(hz, int | float) and hz)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    lines = [part.strip() for part in text.splitlines() if part.strip()]
    # Of a trace the last lines tell most: where, and what.
    text = " ".join(lines[-2:])
    return text if len(text) <= 120 else "…" + text[-119:]


def _number(record: dict, key: str) -> float:
    value = record.get(key, 0)
    return value if isinstance(value, int | float) else 0.0
