# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Summer time on the device: both changes of a year to the second, north and south, bad rules."""

import settings
from careplan import CarePlan
from localtime import LocalTime, days, parse_rule
from selfhearing import Daily


def at(year, month, day, hour, minute=0, second=0):
    return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second


def hours(local, *when):
    return local.offset_s(at(*when)) / 3600


def test_the_eu_changes_at_one_utc_in_every_zone():
    for zone in (0, 60, 120):
        local = LocalTime(zone, "EU")
        winter = zone / 60
        assert hours(local, 2026, 3, 29, 0, 59, 59) == winter
        assert hours(local, 2026, 3, 29, 1) == winter + 1
        assert hours(local, 2026, 10, 25, 0, 59, 59) == winter + 1
        assert hours(local, 2026, 10, 25, 1) == winter
        assert hours(local, 2027, 3, 28, 1) == winter + 1
        assert hours(local, 2027, 1, 1, 0) == hours(local, 2026, 12, 31, 23, 59) == winter


def test_a_rule_by_the_clock_on_the_wall():
    new_york = LocalTime(-300, "US")
    assert hours(new_york, 2026, 3, 8, 6, 59, 59) == -5
    assert hours(new_york, 2026, 3, 8, 7) == -4
    assert hours(new_york, 2026, 11, 1, 5, 59, 59) == -4
    assert hours(new_york, 2026, 11, 1, 6) == -5
    berlin = LocalTime(60, "M3.5.0,M10.5.0/3")
    for when in ((2026, 3, 29, 0, 59), (2026, 3, 29, 1), (2028, 10, 29, 0, 59), (2028, 10, 29, 1)):
        assert hours(berlin, *when) == hours(LocalTime(60, "EU"), *when)


def test_south_of_the_equator_summer_spans_the_new_year():
    sydney = LocalTime(600, "M10.1.0/2,M4.1.0/3")
    assert hours(sydney, 2026, 1, 1, 0) == 11 and hours(sydney, 2026, 7, 1, 0) == 10
    assert hours(sydney, 2026, 4, 4, 15, 59) == 11 and hours(sydney, 2026, 4, 4, 16) == 10
    assert hours(sydney, 2026, 10, 3, 15, 59) == 10 and hours(sydney, 2026, 10, 3, 16) == 11


def test_without_rule_or_clock_it_is_standard_time():
    assert LocalTime(60, "").offset_s(at(2026, 7, 1, 0)) == 3600
    assert LocalTime(60, "EU").offset_s(None) == 3600


def test_days_of_leap_years():
    assert days(2020, 1, 1) == 0 and days(2020, 3, 1) == 60 and days(2021, 1, 1) == 366
    assert days(2028, 3, 1) - days(2028, 2, 1) == 29 and days(2027, 3, 1) - days(2027, 2, 1) == 28


def test_what_is_no_rule_is_refused_and_named():
    dates = ("M3.5.0", "M13.1.0,M10.5.0", "M3.6.0,M10.5.0", "M3.5.7,M10.5.0", "M3.5,M10.5.0")
    for bad in dates + ("eu", "CET", "M3.5.0/25,M10.5.0", "M3.5.0,M3.1.0", "M3.5.-1,M10.5.0", 5):
        values, errors = settings.check({"summer_time": bad})
        assert len(errors) == 1 and "summer_time" in errors[0] and "EU" in errors[0], bad
        assert values["summer_time"] == ""
    assert settings.check({"summer_time": "EU"})[1] == []
    assert parse_rule("") is None


def test_whom_to_call_follows_summer_time():
    plan = settings.defaults()
    plan.update(utc_offset_min=60, summer_time="EU", contact_office="555 0100")
    plan.update(contact_on_call="555 0199", contact_office_hours="Mon-Sun 8:30-17:00")
    care = CarePlan(plan)
    assert care.whom(at(2026, 3, 28, 7, 29))[0] == "on call"  # 08:29 in winter
    assert care.whom(at(2026, 3, 29, 6, 30))[0] == "pump clinic"  # 08:30 in summer
    assert care.whom(at(2026, 10, 25, 6, 30))[0] == "on call"
    assert care.whom(at(2026, 10, 25, 7, 30))[0] == "pump clinic"
    assert care.day(at(2026, 7, 1, 22)) == days(2026, 7, 2)


def test_the_self_test_follows_and_comes_once_a_day_across_both_changes():
    for year, month, day in ((2026, 3, 27), (2026, 10, 23)):
        local = LocalTime(60, "EU")
        daily = Daily(10, local)
        begin = at(year, month, day, 0)
        tests = []
        for minute in range(5 * 24 * 60):
            utc_s = begin + minute * 60
            if daily.due(minute * 60, utc_s):
                daily.done(minute * 60, utc_s)
                tests.append((utc_s + local.offset_s(utc_s)) % 86400 // 60)
        assert tests == [600] * 5 or tests == [600] * 4, tests
