# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Settings of the alert with their defaults and limits.

In: a dict of settings. Out: all of them, checked. Needed at the start only: the board drops this
module once it runs (`spare`), so nothing that stays may hold on to what is in it.
"""

from alarm.alert_states import POLICY, RANK
from alarm.escalation import NEVER, STEPS

# Seconds without an answer until: each volume step, the second sounder, the nurse-call relay.
# The relay is silent at the bed and is the way to the carer's ear: what must wake someone drops it
# at once, and the soft start costs no time there.
SCHEDULE = {
    "high": {"volume_s": (0, 10, 20, 30), "second_s": 60, "relay_s": 0},
    "technical": {"volume_s": (0, 20, 40, 60), "second_s": 120, "relay_s": 0},
    "medium": {"volume_s": (0, 30, 60, 120), "second_s": 300, "relay_s": 120},
    "low": {"volume_s": (0, 120, NEVER, NEVER), "second_s": NEVER, "relay_s": NEVER},
    "degraded": {"volume_s": (0, 120, NEVER, NEVER), "second_s": NEVER, "relay_s": NEVER},
}

# name: (default, least, most); the limits keep a typing error from silencing the monitor
LIMITS = {
    "pause_high_s": (120, 10, 120),
    "pause_s": (600, 10, 600),
    "hold_siren_s": (1800, 300, 1800),
    "hold_chime_s": (43200, 1800, 43200),
    "hold_technical_s": (28800, 600, 43200),
    "hold_degraded_s": (43200, 600, 43200),
    "low_sound_s": (900, 660, 86400),
    "civil_sound_s": (1800, 60, 7200),
    "lamp_s": (43200, 3600, 86400),
    "civil_hour": (8, 0, 23),
    "utc_offset_min": (0, -840, 840),
}
FLAGS = ("learned", "emergency", "refill_booked", "mri_today")


def settings(config):
    """All settings, defaults filled in. ValueError names the setting and says what it takes."""
    out: dict = {}
    for name in LIMITS:
        out[name] = LIMITS[name][0]
    for name in FLAGS:
        out[name] = False
    out["policy"] = {}
    out["schedule"] = dict(SCHEDULE)
    for name in config or {}:
        value = config[name]
        if name in LIMITS:
            _default, least, most = LIMITS[name]
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise ValueError("%s must be a whole number from %d to %d" % (name, least, most))
            out[name] = value
        elif name in FLAGS:
            if not isinstance(value, bool):
                raise ValueError("%s must be true or false" % name)
            out[name] = value
        elif name == "policy":
            out[name] = _policy(value)
        elif name == "schedule":
            out[name] = _schedule(value)
        else:
            raise ValueError("the alert has no setting %r" % (name,))
    return out


def _policy(value):
    """{"chime weak repeat": "low", ...}; a sure siren stays high, nothing can be switched off."""
    names = {}
    for kind, grade, repeat in POLICY:
        if (kind, grade) != ("siren", "sure"):
            names[kind + " " + grade + (" repeat" if repeat else "")] = (kind, grade, repeat)
    if not isinstance(value, dict):
        raise ValueError("policy must be a table of rows and levels")
    out = {}
    for row in value:
        if row not in names:
            raise ValueError("policy has no row %r; use %s" % (row, ", ".join(sorted(names))))
        level = value[row]
        if level not in ("lamp", "low", "medium", "high"):
            raise ValueError("policy %r must be lamp, low, medium or high" % row)
        out[names[row]] = level
    return out


def _schedule(value):
    if not isinstance(value, dict):
        raise ValueError("schedule must be a table of priorities")
    out = dict(SCHEDULE)
    for priority in value:
        if priority not in SCHEDULE or not isinstance(value[priority], dict):
            raise ValueError("schedule has no table %r; use high, medium, ..." % (priority,))
        row = dict(SCHEDULE[priority])
        for name in value[priority]:
            row[name] = _times(priority, name, value[priority][name])
        out[priority] = row
    return out


def _times(priority, name, value):
    urgent = RANK[priority] >= RANK["medium"]
    if name == "volume_s":
        value = tuple(value) if isinstance(value, (list, tuple)) else ()
        ok = len(value) == STEPS and value[0] == 0 and all(_seconds(t, not urgent) for t in value)
        ok = ok and (not urgent or list(value) == sorted(value))
        wants = "four rising times from 0 to 600 s"
    elif name in ("second_s", "relay_s"):
        ok = _seconds(value, not urgent or name == "relay_s")
        wants = "0 to 600 s"
    else:
        raise ValueError(
            "schedule %s has no %r; use volume_s, second_s, relay_s" % (priority, name)
        )
    if not ok:
        raise ValueError("schedule %s %s must be %s" % (priority, name, wants))
    return value


def _seconds(value, may_be_never):
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return 0 <= value <= 600 or (may_be_never and value == NEVER)
