# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Times as people read them: the household's time zone, summer time right, ranges typed by hand.

In: UTC datetimes, a zone's name or none (then the computer's own), texts such as "2026-01-15 22:00"
or "2026-01-15". Out: local datetimes and short texts. Wrong input raises `UserError`.
"""

import os
import re
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from host_tools.errors import UserError

EXAMPLE = 'such as "2026-01-15 22:00" or 2026-01-15'


def zone(name: str | None = None) -> tzinfo:
    """The zone of that name, or this computer's."""
    if name:
        return _named(name, f"unknown time zone {name!r}: give one such as Europe/Berlin (--zone)")
    given = os.environ.get("TZ", "").removeprefix(":")
    for candidate in (given, _system_zone()):
        if candidate:
            try:
                return _named(candidate, "")
            except UserError:
                pass
    return UTC if given in ("UTC", "UTC0") else _offset_rule()


def _named(name: str, message: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise UserError(message) from error


def _system_zone() -> str:
    try:
        target = os.fspath(Path("/etc/localtime").resolve())
        return target.partition("zoneinfo/")[2]
    except OSError:
        return ""


def _offset_rule() -> tzinfo:
    """The last resort, without summer time's rule: the offset that holds now."""
    return datetime.now().astimezone().tzinfo or UTC


def name_of(where: tzinfo, at: datetime) -> str:
    """ "Europe/Berlin", or the abbreviation in force at that time."""
    return getattr(where, "key", "") or at.astimezone(where).tzname() or "local time"


def parse(text: str, where: tzinfo, end: bool = False) -> datetime:
    """Local time as typed, in UTC. A day alone means its first moment, with `end` its last."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d?:\d\d)(?::(\d\d))?)?", text.strip())
    if not match:
        raise UserError(f"{text!r} is no time: write it {EXAMPLE}")
    try:
        day = datetime.strptime(match[1], "%Y-%m-%d")
        if match[2]:
            clock = datetime.strptime(match[2], "%H:%M")
            local = day.replace(hour=clock.hour, minute=clock.minute, second=int(match[3] or 0))
        else:
            local = day + timedelta(days=1) if end else day
        return local.replace(tzinfo=where).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UserError(f"{text!r}: there is no such date or time: write it {EXAMPLE}") from error


def day(at: datetime, where: tzinfo) -> str:
    """ "Thu 2026-01-15"; weekday names do not depend on the computer's language."""
    local = at.astimezone(where)
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[local.weekday()]} {local:%Y-%m-%d}"


def stamp(at: datetime, where: tzinfo) -> str:
    """ "2026-01-15 22:00:31"."""
    return f"{at.astimezone(where):%Y-%m-%d %H:%M:%S}"


def clock(at: datetime, where: tzinfo, about: bool = False) -> str:
    """ "22:00:31"; "~" before a derived time; the offset too in the hour that comes twice."""
    local = at.astimezone(where)
    text = f"{'~' if about else ''}{local:%H:%M:%S}"
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        text += f" {local.tzname()}"
    return text


def span(seconds: float) -> str:
    """ "45 s", "2 min 05 s", "3 h 07 min", "2 days 4 h"."""
    total = round(abs(seconds))
    if total < 60:
        return f"{total} s"
    if total < 3600:
        return f"{total // 60} min {total % 60:02d} s" if total % 60 else f"{total // 60} min"
    if total < 2 * 86400:
        minutes = round(total / 60)
        return f"{minutes // 60} h {minutes % 60:02d} min" if minutes % 60 else f"{minutes // 60} h"
    hours = round(total / 3600)
    return f"{hours // 24} days {hours % 24} h" if hours % 24 else f"{hours // 24} days"
