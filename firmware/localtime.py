# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Local time with summer time: whom to call at this hour, and what may sound at 08:00.

In: standard time's offset, a rule: "" (none), "EU", "US", or the two changes as POSIX writes them:
"M3.5.0/2,M10.5.0/3" is the last Sunday in March at 2:00 until the last in October at 3:00, both by
the clock on the wall.  Out: seconds to add to UTC (seconds since 2020; good until 2099).
"""

_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)
_NAMED = {"US": "M3.2.0/2,M11.1.0/2", "EU": "M3.5.0/1,M10.5.0/1"}  # the EU changes at 1:00 UTC
DAY_S = 86400


def days(year, month, day):
    """Days since 2020-01-01."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    # Leap days of all years before this one, less those before 2020.
    leaps = (year - 1) // 4 - (year - 1) // 100 + (year - 1) // 400 - 489
    number = (year - 2020) * 365 + leaps + _DAYS_BEFORE[month - 1] + day - 1
    return number + (1 if leap and month > 2 else 0)


def _change(text):
    date, slash, time = text.partition("/")
    parts = date[1:].split(".")
    hour, _, minute = (time if slash else "2").partition(":")
    digits = parts + [hour, minute or "0"]
    if date[:1] != "M" or len(parts) != 3 or not all(p.isdigit() and len(p) < 3 for p in digits):
        raise ValueError(text)
    month, week, weekday = [int(part) for part in parts]
    at = int(hour) * 60 + int(minute or "0")
    if not (1 <= month <= 12 and 1 <= week <= 5 and weekday <= 6 and at <= 1440):
        raise ValueError(text)
    return month, week, weekday, at


def parse_rule(text):
    """(start, end) as (month, week, weekday from Sunday, minute); None for "". ValueError when it
    is no rule."""
    if not text:
        return None
    parts = [part.strip() for part in _NAMED.get(text, text).split(",")]
    if len(parts) != 2:
        raise ValueError(text)
    start, end = [_change(part) for part in parts]
    if start[0] == end[0]:
        raise ValueError(text)
    return start, end


def _moment(year, change):
    """Seconds since 2020 of that change, by the clock on the wall."""
    month, week, weekday, minute = change
    first = days(year, month, 1)
    after = days(year + month // 12, month % 12 + 1, 1)
    day = first + (weekday - first - 3) % 7 + (week - 1) * 7  # 2020-01-01 was a Wednesday
    return (day if day < after else day - 7) * DAY_S + minute * 60


class LocalTime:
    """``offset_s(utc_s)``; the changes are worked out once a year."""

    def __init__(self, offset_min, rule):
        self._standard_s = offset_min * 60
        self._rule = parse_rule(rule)
        self._by_utc = rule == "EU"
        self._year = 0
        self._start_s = self._end_s = 0

    def offset_s(self, utc_s):
        standard_s = self._standard_s
        if self._rule is None or utc_s is None:
            return standard_s
        year = 2020 + utc_s // DAY_S * 4 // 1461
        if year != self._year:
            self._year = year
            self._start_s = _moment(year, self._rule[0])
            self._end_s = _moment(year, self._rule[1])
            if not self._by_utc:
                self._start_s -= standard_s
                self._end_s -= standard_s + 3600
        if self._start_s < self._end_s:
            summer = self._start_s <= utc_s < self._end_s
        else:  # south of the equator
            summer = not self._end_s <= utc_s < self._start_s
        return standard_s + 3600 if summer else standard_s
