# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Settings: defaults, and a check whose messages name the key and what it expects.

In: a dict (or JSON text).  Out: (a complete settings dict, a list of error lines). Unknown keys are
refused, because a misspelt key that is silently ignored is a setting that does not hold. On the
device any error means: run with the defaults, say so; on the computer it means: exit.
"""

import json

import careplan
import localtime

from alarm import alert_settings
from alarm.alert_settings import LIMITS

# key: (default, "number", low, high), (default, "text", longest), or (default, kind) with kind
# "switch", "date", "hours", "interval", "summer", "table". Units are in the names.
SCHEMA: dict = {
    # what is listened for
    "pump_profile": ("", "text", 40),  # "" = the learned one if there is; "blind" = none
    "siren_interval_s": (0, "interval"),  # 0 = not known
    "chime_interval_s": (0, "interval"),
    "any_sound_is_emergency": (False, "switch"),  # the clinic's rule
    "refill_booked": (False, "switch"),
    "mri_today": (False, "switch"),  # until it is taken back
    "mri_date": ("", "date"),  # that day and the next
    "policy": ({}, "table"),  # see alarm/alert_settings.py for rows and times
    "schedule": ({}, "table"),
    "summer_time": ("", "summer"),  # when `utc_offset_min` is an hour more; see localtime.py
    "selftest_hour": (10, "number", 6, 20),  # civil hours only: it makes a short sound
    # hardware fitted
    "clock_fitted": (True, "switch"),
    "display_fitted": (False, "switch"),  # True: its absence is a fault
    "supply_min_mv": (4500, "number", 3000, 5200),
    "battery_fitted": (False, "switch"),  # True: its absence is a fault
    "battery_min_mv": (3400, "number", 3000, 3900),  # of the pack; a lithium cell is empty at 3000
    # care plan: text for the display and the log
    "name": ("", "text", 40),
    "room": ("", "text", 40),
    "pump_model": ("", "text", 40),
    "pump_site": ("", "text", 60),
    "surgery_date": ("", "date"),
    "last_refill_date": ("", "date"),
    "refill_alarm_date": ("", "date"),
    "replace_by_date": ("", "date"),
    "contact_office": ("", "text", 60),
    "contact_office_hours": ("", "hours"),
    "contact_on_call": ("", "text", 60),
    "contact_emergency": ("", "text", 20),
    "medicines": ("", "text", 160),
    "rescue_medicine": ("", "text", 160),
    "early_signs": ("", "text", 240),
    "fever_protocol": ("", "text", 160),
    "restrictions": ("", "text", 160),
    # for the printed plan only
    "diagnosis": ("", "text", 80),
    "reservoir_ml": (0, "number", 0, 60),  # 0 = not said
    "early_signs_too_much": ("", "text", 240),
    "skin_check": ("", "text", 160),
    "emergency_plan": ("", "text", 240),
    "id_card": ("", "text", 80),  # where card and printout are kept
}
# The alert's numbers (pauses, holds, hours) live with the alert, with limits that keep a typing
# error from silencing it.
for _key, _row in LIMITS.items():
    SCHEMA[_key] = (_row[0], "number", _row[1], _row[2])

MAX_FILE_BYTES = 8192


def defaults():
    return {key: rule[0] for key, rule in SCHEMA.items()}


def alert_config(values, learned=False):
    """What alarm.alert.Alert takes."""
    config = {name: values[name] for name in LIMITS}
    for name in ("refill_booked", "mri_today", "policy", "schedule"):
        config[name] = values[name]
    config["emergency"] = values["any_sound_is_emergency"]
    config["learned"] = learned
    return config


def recurrence_config(values):
    """What alarm.recurrence.Recurrence takes."""
    return {"siren_s": values["siren_interval_s"], "chime_s": values["chime_interval_s"]}


def _expected(rule):
    kind = rule[1]
    if kind == "number":
        return "a whole number from %d to %d" % (rule[2], rule[3])
    if kind == "switch":
        return "true or false"
    if kind == "date":
        return 'a date such as "2026-01-31", or ""'
    if kind == "interval":
        return "a whole number from 60 to 5400, or 0 when it is not known"
    if kind == "summer":
        return '"" (none), "EU", "US" or two changes such as "M3.5.0/2,M10.5.0/3"'
    if kind == "hours":
        return 'hours such as "Mon-Fri 8:30-17:00", or ""'
    return "text of at most %d characters" % rule[2]


def _is_whole(value):
    # True is an int in Python; as a number it is a mistake.
    return isinstance(value, int) and not isinstance(value, bool)


def _is_date(value):
    if not isinstance(value, str):
        return False
    if value == "":
        return True
    parts = value.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(p.isdigit() for p in parts):
        return False
    year, month, day = [int(part) for part in parts]
    if not (1990 <= year <= 2099 and 1 <= month <= 12):
        return False
    days = (31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return 1 <= day <= days


def _fits(value, rule):
    kind = rule[1]
    if kind == "number":
        return _is_whole(value) and rule[2] <= value <= rule[3]
    if kind == "switch":
        return isinstance(value, bool)
    if kind == "date":
        return _is_date(value)
    if kind == "interval":
        return _is_whole(value) and (value == 0 or 60 <= value <= 5400)
    if kind == "hours":
        return _parses(careplan.parse_hours, value, 80)
    if kind == "summer":
        return _parses(localtime.parse_rule, value, 40)
    return isinstance(value, str) and len(value) <= rule[2]


def _parses(parser, value, longest):
    if not isinstance(value, str) or len(value) > longest:
        return False
    try:
        parser(value)
    except ValueError:
        return False
    return True


def check(given):
    """(complete settings, errors). With errors the settings are the defaults, all of them: half of
    a file that was meant differently is worse than none of it."""
    if not isinstance(given, dict):
        return defaults(), ["settings: expected an object with keys, found %s" % _name(given)]
    errors = []
    settings = defaults()
    for key in sorted(str(k) for k in given):
        rule = SCHEMA.get(key)
        if rule is None:
            errors.append("settings: unknown key '%s'%s" % (key, _nearest(key)))
        elif rule[1] == "table":
            try:
                alert_settings.settings({key: given[key]})
                settings[key] = given[key]
            except ValueError as error:
                errors.append("settings: %s" % error)
        elif not _fits(given[key], rule):
            errors.append(
                "settings: '%s' must be %s, found %s"
                % (key, _expected(rule), json.dumps(given[key])[:60])
            )
        else:
            settings[key] = given[key]
    if not errors:
        errors = careplan.contradictions(settings)
    return (defaults() if errors else settings), errors


def _name(value):
    return {list: "a list", str: "text", int: "a number", bool: "a switch"}.get(
        type(value), "something else"
    )


def _nearest(key):
    """A hint for a misspelt key: the one that shares the longest beginning, from 4 letters on."""
    best = ""
    longest = 3
    for known in SCHEMA:
        shared = 0
        for a, b in zip(key, known):
            if a != b:
                break
            shared += 1
        if shared > longest:
            longest = shared
            best = known
    return " (did you mean '%s'?)" % best if best else ""


def load(path, opener=open):
    """(settings, errors) from a JSON file; an absent file is no error."""
    try:
        with opener(path, "rb") as file:
            text = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        if error.args[0] == 2:
            return defaults(), []
        return defaults(), ["settings: cannot be read (%s)" % error]
    if len(text) > MAX_FILE_BYTES:
        return defaults(), ["settings: larger than %d bytes" % MAX_FILE_BYTES]
    try:
        text = text.decode().strip()
        # MicroPython's parser takes an object whose closing brace is missing.
        if text[-1:] not in ("}", "]", '"'):
            raise ValueError
        return check(json.loads(text))
    except (ValueError, UnicodeError):
        return defaults(), ["settings: not valid JSON"]
    except RuntimeError:  # of the parser, or of the message that would show the value
        return defaults(), ["settings: nested too deeply"]
