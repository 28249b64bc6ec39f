# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Settings: complete defaults, errors that name the key and what it expects."""

import settings


def _error(given):
    values, errors = settings.check(given)
    assert values == settings.defaults()
    assert len(errors) == 1, errors
    return errors[0]


def test_defaults_satisfy_their_own_rules():
    assert settings.check(settings.defaults()) == (settings.defaults(), [])
    assert settings.check({}) == (settings.defaults(), [])


def test_given_values_are_taken():
    values, errors = settings.check({"civil_hour": 7, "mri_today": True, "name": "Ada"})
    assert errors == []
    assert values["civil_hour"] == 7 and values["mri_today"] is True and values["name"] == "Ada"


def test_unknown_key_is_refused_with_a_hint():
    message = _error({"civil_hours": 7})
    assert "'civil_hours'" in message and "civil_hour'?" in message, message
    assert "did you mean" not in _error({"zzz": 1})


def test_wrong_types_and_ranges_name_what_is_expected():
    for given, wanted in (
        ({"civil_hour": 24}, "a whole number from 0 to 23"),
        ({"civil_hour": "8"}, "a whole number from 0 to 23"),
        ({"civil_hour": True}, "a whole number"),
        ({"civil_hour": 8.5}, "a whole number"),
        ({"mri_today": 1}, "true or false"),
        ({"name": 5}, "text of at most 40"),
        ({"name": "x" * 41}, "text of at most 40"),
        ({"refill_alarm_date": "2026-02-30"}, "a date"),
        ({"refill_alarm_date": "tomorrow"}, "a date"),
        ({"refill_alarm_date": None}, "a date"),
        ({"siren_interval_s": 30}, "60 to 5400"),
    ):
        message = _error(given)
        assert wanted in message, message
        assert list(given)[0] in message


def test_one_error_and_nothing_of_the_file_holds():
    values, errors = settings.check({"civil_hour": 7, "room": 9, "x": 1})
    assert values["civil_hour"] == 8 and len(errors) == 2


def test_not_an_object():
    assert "a list" in _error([1])
    assert "text" in _error("x")


class _File:
    def __init__(self, data):
        self._data = data

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self, size):
        return self._data[:size]


def _load(data):
    return settings.load("settings.json", lambda path, mode: _File(data))


def test_file_absent_broken_or_huge():
    def absent(path, mode):
        raise OSError(2)

    def unreadable(path, mode):
        raise OSError(5)

    assert settings.load("s", absent) == (settings.defaults(), [])
    assert "cannot be read" in settings.load("s", unreadable)[1][0]
    assert "not valid JSON" in _load(b"{")[1][0]
    assert "not valid JSON" in _load(b"\xff\xff")[1][0]
    deep = b'{"name":' + b"[" * 3000 + b"]" * 3000 + b"}"
    assert "nested too deeply" in _load(deep)[1][0]
    assert "larger" in _load(b" " * 9000)[1][0]
    assert _load(b'{"civil_hour": 9}')[0]["civil_hour"] == 9


def test_tables_of_the_alert_are_checked_by_the_alert():
    assert settings.check({"policy": {"chime weak repeat": "low"}})[1] == []
    assert "siren sure" in _error({"policy": {"siren sure": "lamp"}})
    assert "second_s" in _error({"schedule": {"high": {"second_s": -1}}})


def test_policy_parts_take_what_they_are_given():
    from alarm import alert_settings
    from alarm.recurrence import Recurrence

    values = settings.check({"any_sound_is_emergency": True, "chime_interval_s": 3600})[0]
    assert alert_settings.settings(settings.alert_config(values))["emergency"] is True
    assert Recurrence(settings.recurrence_config(values)).learned_s["chime"] == 3600
