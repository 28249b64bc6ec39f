# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The alert's latch across reboot and power loss, as a dict that JSON can hold.

In: an Alert, uptime and (when the clock is to be trusted) UTC in whole seconds. What sounded or was
paused sounds again, softly first. A hold goes on only as long as a trusted clock proves that it
still runs: without one, repeats alert again. Degraded conditions and faults are found anew by the
health check; a fault that nobody saw leaves its lamp.
"""

from alarm.alert_states import RANK, STATES

NUMBERS = ("onset_s", "until_s", "repeats", "held_repeats")
FLAGS = ("reminding", "booked")


def save(alert, now_s, utc_s):
    """The latch of every condition that is not idle."""
    rows = {}
    for channel in alert.channels:
        if channel.state != "idle":
            row = {"state": channel.state, "level": channel.level}
            for name in NUMBERS + FLAGS:
                row[name] = getattr(channel, name)
            rows[channel.name] = row
    return {"v": 1, "up": now_s, "utc": utc_s, "conds": rows}


def load(alert, state, now_s, utc_s):
    """True: restored. False: refused, nothing changed."""
    try:
        if state["v"] != 1:
            return False
        shift = now_s - _whole(state["up"])
        timed = utc_s is not None and state["utc"] is not None
        if timed:
            off_s = utc_s - _whole(state["utc"])
            shift -= off_s
            timed = off_s >= 0  # a clock that went back proves nothing
        rows = {}
        for name in state["conds"]:
            rows[name] = _row(state["conds"][name])
        for name in rows:
            if name not in [channel.name for channel in alert.channels]:
                return False
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return False
    for channel in alert.channels:
        if channel.name in rows:
            _take(channel, rows[channel.name], shift, timed, now_s)
    return True


def _whole(value):
    if isinstance(value, bool) or not isinstance(value, int) or not -(1 << 30) < value < (1 << 30):
        raise ValueError("not a number of ours")
    return value


def _row(row):
    if row["state"] not in STATES or not RANK[row["level"]]:
        raise ValueError("not a state of ours")
    if row["state"] in ("sounding", "paused", "shown") and RANK[row["level"]] < RANK["low"]:
        if row["level"] != "degraded":
            raise ValueError("a lamp does not sound")
    for name in NUMBERS:
        _whole(row[name])
    for name in FLAGS:
        if not isinstance(row[name], bool):
            raise ValueError("not a flag")
    return row


def _take(channel, row, shift, timed, now_s):
    state = row["state"]
    settings = channel.alert.settings
    if channel.name == "degraded":
        return
    if channel.name == "technical":
        if state != "taken":
            channel.state = "over"
            channel.level = "technical"
            channel.onset_s = min(now_s, row["onset_s"] + shift)
            channel.alert.log("restored", channel, {"priority": "technical"})
        return
    for name in NUMBERS + FLAGS:
        setattr(channel, name, row[name])
    channel.level = row["level"]
    channel.onset_s = min(now_s, row["onset_s"] + shift)
    channel.ramp_s = now_s
    if state in ("sounding", "paused"):
        state = "sounding"
        low = channel.level == "low"
        channel.until_s = now_s + settings["low_sound_s"] if low else -1
    elif state in ("taken", "lamp"):
        most_s = settings["lamp_s" if state == "lamp" else "hold_%s_s" % channel.name]
        if channel.booked:
            most_s = 86400
        left_s = row["until_s"] + shift - now_s if timed else 0
        if state == "lamp" and not timed:
            left_s = most_s
        channel.until_s = now_s + max(0, min(left_s, most_s))
    else:
        channel.until_s = -1
    channel.state = state
    channel.alert.log("restored", channel, {"priority": channel.level, "state": state})
