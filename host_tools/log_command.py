# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch log`: the history of the device, readable, checked, and exported.

In: `Options`. Out: an exit status; text, CSV or JSON on a stream. Damage is told after the history,
each piece with its place; with `strict` it is also the exit status.
"""

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from host_tools import local_time
from host_tools.errors import EXIT_DAMAGED, EXIT_PLAYED, UserError
from host_tools.live import STYLES
from host_tools.log_words import printable, say
from host_tools.logbook import Entry, Logbook, open_log, pull

COLUMNS = ("n", "local_time", "utc", "about", "uptime_s", "kind", "words", "fields", "where")
MINOR = ("not_matched", "gap", "not_logged")


@dataclass
class Options:
    """What `chimewatch log` was asked for."""

    source: Path | None
    zone: str | None = None
    start: str | None = None
    end: str | None = None
    every: bool = False
    as_csv: bool = False
    as_json: bool = False
    strict: bool = False
    port: str | None = None


def chosen(
    log: Logbook, where: tzinfo, start: str | None, end: str | None
) -> tuple[datetime | None, datetime | None]:
    """The range asked for, in UTC; refused when it is empty or lies outside the log."""
    first = local_time.parse(start, where) if start else None
    last = local_time.parse(end, where, end=True) if end else None
    if first and last and first >= last:
        raise UserError("the range ends before it begins: change --from or --to")
    if (first or last) and log.span is None:
        raise UserError("no record of this log has a valid time: leave out --from and --to")
    if log.span and ((first and first > log.span[1]) or (last and last < log.span[0])):
        a, b = (local_time.stamp(at, where) for at in log.span)
        raise UserError(f"no records in that time: the log covers {a} to {b}")
    return first, last


def show(options: Options, out: TextIO) -> int:
    """Raises `UserError` before anything was written, else returns the exit status."""
    where = local_time.zone(options.zone)
    log = open_log(options.source) if options.source else pull(options.port)
    first, last = chosen(log, where, options.start, options.end)
    entries = [
        entry
        for entry in log.entries
        if not (first or last)
        or (entry.at and (not first or entry.at >= first) and (not last or entry.at <= last))
    ]
    if options.as_json:
        _json(log, entries, where, out)
    elif options.as_csv:
        out.write(csv_text(entries, where))
    else:
        _text(log, entries, where, options.every, out)
    return EXIT_DAMAGED if options.strict and log.problems else EXIT_PLAYED


def row(entry: Entry, where: tzinfo) -> dict:
    """One record, flat, as exported."""
    hidden = ("n", "t", "up", "k", "c")
    fields = {key: value for key, value in entry.record.items() if key not in hidden}
    return {
        "n": entry.record["n"],
        "local_time": entry.at.astimezone(where).isoformat() if entry.at else None,
        "utc": entry.at.isoformat().replace("+00:00", "Z") if entry.at else None,
        "about": entry.about,
        "uptime_s": entry.up_s,
        "kind": printable(entry.kind),
        "words": say(entry.record)[0],
        "fields": fields,
        "where": entry.where,
    }


def csv_text(entries: list[Entry], where: tzinfo) -> str:
    """With a byte order mark, as spreadsheets want it for UTF-8."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for entry in entries:
        values = row(entry, where)
        values["fields"] = json.dumps(values["fields"], ensure_ascii=False)
        writer.writerow({key: _inert(value) for key, value in values.items()})
    return "\ufeff" + buffer.getvalue()


def _inert(value: object) -> object:
    """A spreadsheet runs a cell that begins like a formula: such text gets an apostrophe."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return "" if value is None else value


def _json(log: Logbook, entries: list[Entry], where: tzinfo, out: TextIO) -> None:
    document = {
        "source": log.source,
        "zone": local_time.name_of(where, log.span[0]) if log.span else None,
        "records": [row(entry, where) for entry in entries],
        "problems": [vars(problem) for problem in log.problems],
        "notes": log.notes,
    }
    json.dump(document, out, ensure_ascii=False, indent=1)
    out.write("\n")


def _text(log: Logbook, entries: list[Entry], where: tzinfo, every: bool, out: TextIO) -> None:
    console = Console(file=out, highlight=False, soft_wrap=True)
    shown = [entry for entry in entries if every or entry.kind not in MINOR]
    day = ""
    for entry in shown:
        today = local_time.day(entry.at, where) if entry.at else "time not known"
        if today != day:
            day = today
            console.print(Text(f"\n{day}" + _zone_mark(entry, where), style="bold"))
        words, style = say(entry.record)
        if entry.at:
            at = local_time.clock(entry.at, where, entry.about)
        else:
            at = f"{local_time.span(entry.up_s)} after the start"
        console.print(Text(f"  {at}  ") + Text(words, style=STYLES.get(style, "")))
    hidden = len(entries) - len(shown)
    console.print()
    console.print(Text(_summary(log, entries, where)))
    if hidden:
        what = "minor record is" if hidden == 1 else "minor records are"
        console.print(Text(f"{hidden} {what} not shown (--all shows all)", "dim"))
    for note in log.notes:
        console.print(Text(f"note: {note}", "dim"))
    for problem in log.problems:
        line = f"{problem.kind.upper()} {problem.where}: {printable(problem.text)}"
        console.print(Text(line, "bold red"))
    if not log.problems:
        console.print(Text("checked: every checksum is right and no number is missing"))


def _zone_mark(entry: Entry, where: tzinfo) -> str:
    return f"  ({local_time.name_of(where, entry.at)})" if entry.at else ""


def _summary(log: Logbook, entries: list[Entry], where: tzinfo) -> str:
    count = f"{len(entries)} record{'s' if len(entries) != 1 else ''}"
    starts = len(log.sessions)
    text = f"{count}, {starts} start{'s' if starts != 1 else ''} of the monitor"
    if log.span:
        a, b = (local_time.stamp(at, where) for at in log.span)
        text += f"; the log covers {a} to {b}"
    damaged = len(log.problems)
    return text + (f"; {damaged} problem{'s' if damaged != 1 else ''} found" if damaged else "")
