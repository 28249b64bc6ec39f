# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The care plan: whom to call at this hour, what a sound likely means, when to remind.

In: the checked settings, UTC in seconds (None: no clock).  Out: short texts. Pure: no file, no
clock. A text is a hint for a person who is being woken; it never says that all is well.
"""

from localtime import DAY_S, LocalTime, days

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Days from a date within which a chime is named after it. The team reads the refill alarm date
# from the pump, but a changed dose moves it; the battery warns about 90 days before the end.
REFILL_NEAR = (-7, 60)
REPLACE_NEAR = (-95, 120)
# An MRI stalls the motor; infusion normally resumes within 24 hours: the next day counts too.
MRI_NEAR = (0, 1)
# Days left at which somebody is reminded; overdue: every day for a week, then once a week.
REFILL_AHEAD = (14, 7, 3, 1, 0)
REFILL_BOOKED_AHEAD = (1, 0)
REPLACE_AHEAD = (180, 90, 60, 30, 14, 7, 3, 1, 0)


def day_number(text):
    """Days since 2020-01-01 of a date such as "2026-01-31" (checked before); None for ""."""
    if not text:
        return None
    year, month, day = [int(part) for part in text.split("-")]
    return days(year, month, day)


def parse_hours(text):
    """Rows (first weekday, last weekday, from minute, to minute) of a text such as
    "Mon-Thu 8:30-17:00, Fri 8:30-12:00"; ValueError when it is none."""
    rows = []
    for part in text.split(","):
        words = part.split()
        if not words:
            continue
        if len(words) != 2:
            raise ValueError(part)
        days = [name[:3].lower() for name in words[0].split("-")]
        times = [_minute(time) for time in words[1].split("-")]
        if len(days) > 2 or len(times) != 2 or times[0] >= times[1]:
            raise ValueError(part)
        first, last = WEEKDAYS.index(days[0]), WEEKDAYS.index(days[-1])
        rows.append((first, last, times[0], times[1]))
    return tuple(rows)


def _minute(text):
    hour, _, minute = text.partition(":")
    if not (hour.isdigit() and (minute.isdigit() and len(minute) == 2 or minute == "")):
        raise ValueError(text)
    value = int(hour) * 60 + int(minute or "0")
    if value > 1440 or (minute and int(minute) > 59):
        raise ValueError(text)
    return value


def contradictions(values):
    """Error lines on dates that cannot belong together."""
    errors = []
    for early, late in (
        ("surgery_date", "last_refill_date"),
        ("surgery_date", "replace_by_date"),
        ("last_refill_date", "refill_alarm_date"),
    ):
        if values[early] and values[late] and values[early] > values[late]:
            errors.append(
                "settings: '%s' (%s) lies after '%s' (%s)"
                % (early, values[early], late, values[late])
            )
    if values["contact_office_hours"] and not values["contact_office"]:
        errors.append("settings: 'contact_office_hours' needs 'contact_office'")
    return errors


class CarePlan:
    """All answers of one plan. Times are UTC seconds since 2020, or None without a clock."""

    def __init__(self, values):
        self.values = values
        self.local = LocalTime(values["utc_offset_min"], values["summer_time"])
        self._hours = parse_hours(values["contact_office_hours"])
        self._refill = day_number(values["refill_alarm_date"])
        self._replace = day_number(values["replace_by_date"])
        self._mri = day_number(values["mri_date"])

    def offset_min(self, utc_s):
        """For the alert, which knows no rule."""
        return min(840, self.local.offset_s(utc_s) // 60)

    def day(self, utc_s):
        """The civil day, from 0 on 2020-01-01; None without a clock."""
        if utc_s is None:
            return None
        return (utc_s + self.local.offset_s(utc_s)) // DAY_S

    def minute(self, utc_s):
        """Minute of the civil day."""
        return (utc_s + self.local.offset_s(utc_s)) % DAY_S // 60

    def office_open(self, utc_s):
        """True or False; None when hours or time are not known."""
        if utc_s is None or not self._hours:
            return None
        weekday = (self.day(utc_s) + 2) % 7  # 2020-01-01 was a Wednesday
        minute = self.minute(utc_s)
        for first, last, start, end in self._hours:
            within = first <= weekday <= last if first <= last else not last < weekday < first
            if within and start <= minute < end:
                return True
        return False

    def whom(self, utc_s):
        """(who, number) to call at this hour. Without hours or clock both numbers are named; a
        missing one is stood in for by the next that somebody answers."""
        values = self.values
        office, on_call = values["contact_office"], values["contact_on_call"]
        emergency = values["contact_emergency"]
        is_open = self.office_open(utc_s)
        if is_open and office:
            return "pump clinic", office
        if is_open is None and office and on_call:
            return "clinic/on call", office + " / " + on_call
        if is_open is None and office:
            return "pump clinic", office
        if on_call:
            return "on call", on_call
        if emergency:
            return "emergency", emergency
        if office:
            return "clinic, closed now", office
        return "pump team", "see the pump's card"

    def mri(self, utc_s):
        """Was there an MRI today, or yesterday?"""
        if self.values["mri_today"]:
            return True
        return self._near(self._mri, MRI_NEAR, self.day(utc_s))

    @staticmethod
    def _near(date, window, today):
        if date is None or today is None:
            return False
        return window[0] <= today - date <= window[1]

    def meaning(self, sound, utc_s):
        """What the sound likely means, in words that fit a display."""
        if sound == "siren":
            if self.mri(utc_s):
                return "pump stalled by MRI?"
            return "pump empty or stopped?"
        if sound != "chime":
            return ""
        today = self.day(utc_s)
        refill = self._near(self._refill, REFILL_NEAR, today)
        replace = self._near(self._replace, REPLACE_NEAR, today)
        if refill and not replace:
            return "likely: reservoir low"
        if replace and not refill:
            return "likely: battery low"
        return "reservoir or battery low?"

    def advice(self, sound, utc_s):
        """Pairs for the log record of an alert."""
        who, number = self.whom(utc_s)
        pairs = [("means", self.meaning(sound, utc_s)), ("call", who + ": " + number)]
        if self.values["any_sound_is_emergency"]:
            pairs.append(("rule", "any pump sound is an emergency"))
        return pairs

    # --- reminders ------------------------------------------------------------------------------

    def days_left(self, what, utc_s):
        """Days until "refill" or "replacement"; negative when overdue, None when not known."""
        date = self._refill if what == "refill" else self._replace
        today = self.day(utc_s)
        return None if date is None or today is None else date - today

    def reminder(self, utc_s):
        """("refill" | "replacement", days left) when today is a day to remind, else ("", 0)."""
        ahead = REFILL_BOOKED_AHEAD if self.values["refill_booked"] else REFILL_AHEAD
        for what, dates in (("refill", ahead), ("replacement", REPLACE_AHEAD)):
            left = self.days_left(what, utc_s)
            if left is None:
                continue
            if left in dates or -7 <= left < 0 or (left < 0 and left % 7 == 0):
                return what, left
        return "", 0
