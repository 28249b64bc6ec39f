# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Reminders: at the civil hour, once a day, behind every alert, ended by a press."""

import settings
from careplan import CarePlan
from reminder import SOUND_S, Reminder

from drivers.clock import utc_from_fields

START = utc_from_fields(2026, 1, 24, 22, 0, 0)  # the evening before the 7th day ahead


class Quiet:
    """An alert with nothing to say."""

    cadence = ""
    paused_left_s = 0
    latched = False
    relay_alarm = False


def make(**more):
    given = {"refill_alarm_date": "2026-02-01", "contact_office": "555 0100"}
    given.update(more)
    values, errors = settings.check(given)
    assert not errors
    return Reminder(CarePlan(values))


def pass_s(reminder, seconds, start_s=0, utc_s=START):
    """Seconds of the run at which it began to sound."""
    begun = []
    for now_s in range(start_s, start_s + seconds, 10):
        was = reminder.cadence
        reminder.second(now_s, utc_s + now_s)
        if reminder.cadence and not was:
            begun.append(now_s)
    return begun


def test_once_at_the_civil_hour_and_silent_after_its_time():
    reminder = make()
    assert pass_s(reminder, 86400) == [36000]  # 08:00
    assert [name for name, _ in reminder.events] == ["reminder", "quiet"]
    assert dict(reminder.events[0][1])["days_left"] == 7
    assert reminder.active  # the lamp stays until midnight
    assert pass_s(reminder, 10800, 86400) == [] and not reminder.active


def test_a_press_ends_it_and_a_restart_does_not_repeat_it():
    reminder = make()
    pass_s(reminder, 36100)
    assert reminder.view(Quiet()) is reminder and reminder.cadence == "low"
    assert reminder.press(Quiet()) and not reminder.active
    assert not reminder.press(Quiet())
    again = make()
    assert again.restore(reminder.state(), 0, START)
    assert pass_s(again, 40000, 36000) == []
    assert not again.restore([1], 0, START) and not again.restore({"day": "x"}, 0, START)


def test_an_alert_goes_before_it():
    reminder = make()
    pass_s(reminder, 36100)
    alert = Quiet()
    alert.cadence = "high"
    assert reminder.view(alert) is alert and not reminder.press(alert)
    alert.cadence = ""
    alert.latched = True
    assert reminder.view(alert) is alert
    alert.latched = False
    assert reminder.view(alert) is reminder


def test_a_clock_set_back_does_not_remind_twice():
    reminder = make()
    pass_s(reminder, 36000 + SOUND_S + 60)
    day = START + 36000
    assert pass_s(reminder, 7200, 40000, day - 43600) == []
    # Set back by weeks, and the day comes again: it must remind again.
    assert pass_s(reminder, 20000, 60000, day - 7 * 86400 - 61000) != []


def test_nothing_without_a_clock_or_a_date():
    reminder = make()
    for now_s in range(0, 100000, 100):
        reminder.second(now_s, None)
    assert not reminder.events
    assert pass_s(make(refill_alarm_date=""), 86400) == []
