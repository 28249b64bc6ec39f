# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The care plan: whom to call at this hour, what a chime likely means, days to remind."""

import careplan
import settings

from drivers.clock import utc_from_fields

PLAN = {
    "contact_office": "555 0100",
    "contact_office_hours": "Mon-Thu 8:30-17:00, Fri 8:30-12:00",
    "contact_on_call": "555 0199",
    "contact_emergency": "112",
}


def plan(**more):
    given = dict(PLAN)
    given.update(more)
    values, errors = settings.check(given)
    assert not errors, errors
    return careplan.CarePlan(values)


def at(day, hour=12, minute=0, month=1):
    """January 2026; the 15th was a Thursday."""
    return utc_from_fields(2026, month, day, hour, minute, 0)


def test_days_agree_with_the_clock_s_own_calendar():
    for year, month, day in ((2024, 2, 29), (2026, 1, 15), (2028, 12, 31), (2053, 3, 1)):
        text = "%04d-%02d-%02d" % (year, month, day)
        assert careplan.day_number(text) == utc_from_fields(year, month, day, 0, 0, 0) // 86400
    assert careplan.day_number("2020-01-01") == 0
    assert careplan.day_number("2019-12-31") == -1
    assert careplan.day_number("2000-02-29") == -7246
    assert careplan.day_number("") is None


def test_hours_are_read_and_nonsense_is_refused():
    assert careplan.parse_hours("Mon-Fri 8:30-17:00") == ((0, 4, 510, 1020),)
    assert careplan.parse_hours("sat 9-12, Sunday 10:00-24:00") == (
        (5, 5, 540, 720),
        (6, 6, 600, 1440),
    )
    assert careplan.parse_hours("") == ()
    for text in (
        "8-17",
        "Mon 17-8",
        "Mon-Fri",
        "Mon 8-25",
        "Mon 8:75-9:00",
        "Foo 8-9",
        "Mon 8-9-10",
    ):
        values, errors = settings.check({"contact_office": "1", "contact_office_hours": text})
        assert errors and "hours such as" in errors[0], text
        assert values["contact_office"] == ""


def test_whom_to_call_follows_the_hour():
    p = plan()
    assert p.whom(at(15, 8, 29)) == ("on call", "555 0199")
    assert p.whom(at(15, 8, 30)) == ("pump clinic", "555 0100")
    assert p.whom(at(15, 16, 59)) == ("pump clinic", "555 0100")
    assert p.whom(at(15, 17)) == ("on call", "555 0199")
    assert p.whom(at(16, 11)) == ("pump clinic", "555 0100")  # Friday
    assert p.whom(at(16, 13)) == ("on call", "555 0199")
    assert p.whom(at(17, 11)) == ("on call", "555 0199")  # Saturday
    # Civil time, not UTC.
    assert plan(utc_offset_min=60).whom(at(15, 7, 30)) == ("pump clinic", "555 0100")
    assert plan(utc_offset_min=-300).whom(at(15, 9)) == ("on call", "555 0199")


def test_hours_over_the_week_end():
    p = plan(contact_office_hours="Sat-Mon 8-12")
    assert p.office_open(at(17, 9)) and p.office_open(at(19, 9))
    assert not p.office_open(at(15, 9)) and not p.office_open(at(20, 9))


def test_without_a_clock_both_numbers_are_named():
    assert plan().whom(None) == ("clinic/on call", "555 0100 / 555 0199")


def test_a_missing_number_is_stood_in_for():
    assert plan(contact_on_call="").whom(at(15, 3)) == ("emergency", "112")
    closed = plan(contact_on_call="", contact_emergency="").whom(at(15, 3))
    assert closed == ("clinic, closed now", "555 0100")
    assert plan(contact_office="", contact_office_hours="").whom(at(15, 12))[0] == "on call"
    bare = careplan.CarePlan(settings.defaults())
    assert bare.whom(at(15)) == ("pump team", "see the pump's card")
    assert bare.whom(None)[0] == "pump team"


def test_a_chime_is_named_after_the_date_that_is_near():
    p = plan(refill_alarm_date="2026-02-01", replace_by_date="2029-01-01")
    assert "reservoir or battery" in p.meaning("chime", at(15))
    assert "reservoir low" in p.meaning("chime", at(25))
    assert "reservoir low" in p.meaning("chime", at(20, month=2))
    p = plan(refill_alarm_date="2026-06-01", replace_by_date="2026-03-01")
    assert "battery low" in p.meaning("chime", at(15))
    p = plan(refill_alarm_date="2026-01-20", replace_by_date="2026-03-01")
    assert "reservoir or battery" in p.meaning("chime", at(15))
    assert "reservoir or battery" in p.meaning("chime", None)


def test_a_siren_on_an_mri_day_is_a_likely_stall():
    p = plan(mri_date="2026-01-15")
    assert "MRI" in p.meaning("siren", at(15)) and "MRI" in p.meaning("siren", at(16))
    assert "MRI" not in p.meaning("siren", at(17)) and "MRI" not in p.meaning("siren", at(14, 23))
    assert "MRI" in plan(mri_today=True).meaning("siren", None)


def test_advice_for_the_log():
    pairs = dict(plan(any_sound_is_emergency=True).advice("siren", at(15, 3)))
    assert pairs["call"] == "on call: 555 0199"
    assert "empty or stopped" in pairs["means"] and "emergency" in pairs["rule"]


def test_days_to_remind():
    p = plan(refill_alarm_date="2026-02-01")
    told = [day for day in range(15, 32) if p.reminder(at(day))[0]]
    assert told == [18, 25, 29, 31]
    assert p.reminder(at(1, month=2)) == ("refill", 0)
    assert p.reminder(at(3, month=2)) == ("refill", -2)
    late = [day for day in range(9, 29) if p.reminder(at(day, month=2))[0]]
    assert late == [15, 22]
    booked = plan(refill_alarm_date="2026-02-01", refill_booked=True)
    assert [day for day in range(1, 32) if booked.reminder(at(day))[0]] == [31]
    p = plan(replace_by_date="2026-02-14")
    assert p.reminder(at(15)) == ("replacement", 30)
    assert plan().reminder(at(15)) == ("", 0) and p.reminder(None) == ("", 0)


def test_dates_that_contradict_each_other_are_refused():
    for given in (
        {"surgery_date": "2026-03-01", "last_refill_date": "2026-02-01"},
        {"last_refill_date": "2026-03-01", "refill_alarm_date": "2026-02-01"},
        {"contact_office_hours": "Mon 8-9"},
    ):
        values, errors = settings.check(given)
        assert len(errors) == 1 and values == settings.defaults(), errors
