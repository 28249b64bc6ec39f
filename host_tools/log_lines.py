# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Log files line by line: which lines are good, which are not, and which numbers are missing.

In: {name: bytes} of the log files. Out: entries (without times yet) in the order of writing, and a
`Problem` for each damaged line or run of missing numbers, with file, line and what can be told.
"""

from __future__ import annotations

import binascii
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host_tools.logbook import Entry

CHECKSUM = re.compile(rb',"c":"([0-9a-f]{8})"\}$')
SHOWN_BYTES = 60
MOST_NUMBER = 1 << 40  # milliseconds of 34 years


@dataclass(frozen=True)
class Problem:
    """Damage: what kind, where (file:line or numbers), and in plain words."""

    kind: str
    where: str
    text: str


def damage(raw: bytes) -> str:
    """The beginning of a damaged line, safe to print: no control or escape characters."""
    shown = raw[:SHOWN_BYTES].decode("utf-8", "replace")
    clean = "".join(char if char.isprintable() else "�" for char in shown)
    return f'"{clean}"' + (" …" if len(raw) > SHOWN_BYTES else "")


def parse(raw: bytes, last: bool) -> tuple[dict | None, str]:
    """The record, or None and why not. `last`: the line ends the file (a power cut tears there)."""
    match = CHECKSUM.search(raw)
    if not match:
        if last:
            return None, "torn: the line breaks off, as at a power cut"
        return None, "no checksum at its end: torn or overwritten"
    body = raw[: match.start()] + b"}"
    if b"%08x" % binascii.crc32(body) != match[1]:
        return None, "the checksum does not match: something in the line was changed"
    try:
        record = json.loads(body)
        sane = _sane(record)
    except (ValueError, RecursionError):
        return None, "the checksum matches, but it is no JSON"
    if not sane:
        return None, "the checksum matches, but it holds a number that no device writes"
    number = record.get("n") if isinstance(record, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        return None, "it has no record number"
    return record, ""


def _sane(value: object) -> bool:
    """No number that is beyond all measure, or none at all (NaN)."""
    if isinstance(value, dict | list):
        return all(map(_sane, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int | float) or -MOST_NUMBER < value < MOST_NUMBER


def read_lines(files: dict[str, bytes]) -> tuple[list[Entry], list[Problem]]:
    """All good records in the order of writing. A bad line never ends the reading."""
    from host_tools.logbook import Entry

    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[int, bytes] = {}
    session = 0
    for name in sorted(files):
        lines = files[name].split(b"\n")
        if lines and not lines[-1]:
            lines.pop()
        for number, raw in enumerate(lines, 1):
            where = f"{name}:{number}"
            record, why = parse(raw.rstrip(b"\r"), number == len(lines))
            if record is None:
                text = f"{why}; {len(raw)} bytes, beginning {damage(raw)}"
                problems.append(Problem("damaged line", where, text))
                continue
            if seen.get(record["n"]) == raw:
                continue  # written twice, when the device tried again after a fault
            gap = _sequence(record["n"], entries, where)
            if gap:
                problems.append(gap)
            if _restarted(record, entries):
                session += 1
            seen[record["n"]] = raw
            entries.append(Entry(record, where, session))
    return entries, problems


def _restarted(record: dict, entries: list[Entry]) -> bool:
    if not entries:
        return False
    up_s = record.get("up")
    return record.get("k") == "boot" or (isinstance(up_s, int) and up_s < entries[-1].up_s)


def _sequence(number: int, entries: list[Entry], where: str) -> Problem | None:
    if not entries or number == entries[-1].record["n"] + 1:
        return None
    before = entries[-1].record["n"]
    if number <= before:
        text = (
            f"the numbers step back from {before} to {number}: the log was begun anew, or files of "
            "two devices are mixed"
        )
        return Problem("numbers", where, text)
    count = number - before - 1
    numbers = (
        f"record {before + 1} is" if count == 1 else f"records {before + 1} to {number - 1} are"
    )
    return Problem("missing", where, f"{numbers} missing ({count}) before this line")
