# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the states of the conditions mean for sounder, lamps, relay and display.

In: an Alert and the uptime in seconds. Out: its output attributes, and words for people. The sound
is that of the highest priority (as in IEC 60601-1-8), the words follow ORDER.
"""

from alarm import cadence
from alarm.alert_states import LIGHTS, RANK
from alarm.escalation import reached, volume

_MAYBE = {"siren": ("siren_maybe", "medium"), "chime": ("chime_maybe", "low")}


def _covered(alert, channel):
    """The chime is silent under a siren as loud, a flaw under anything."""
    if channel is alert.degrade:
        for other in alert.channels:
            if other is not channel and other.state in ("sounding", "paused"):
                return True
    elif channel is alert.chime and alert.siren.state in ("sounding", "paused"):
        return RANK[alert.siren.level] >= RANK[channel.level]
    return False


def _top(alert, state):
    """The condition of the highest priority in this state, by ORDER among equals; or None."""
    top = None
    for channel in alert.channels:
        if channel.state == state and not _covered(alert, channel):
            if top is None or RANK[channel.level] > RANK[top.level]:
                top = channel
    return top


def refresh(alert, now_s):
    """Renew the outputs. Does not allocate."""
    top = _top(alert, "sounding")
    held = _top(alert, "paused")
    if top:
        top.announced = True
    _lamps(alert, now_s)
    _latches(alert, now_s)
    alert.paused_left_s = held.until_s - now_s if held else 0
    alert.lamps["paused"] = cadence.pause_mode(alert.paused_left_s)
    alert.priority = top.level if top else ""
    if held and RANK[held.level] > RANK[alert.priority]:
        alert.priority = held.level
    alert.sounding = top is not None
    alert.cadence = top.level if top else ""
    alert.volume_step = 0
    alert.second_sounder = False
    if top:
        row = alert.settings["schedule"][top.level]
        waited_s = now_s - top.ramp_s
        alert.volume_step = volume(row, waited_s)
        mute = "sounder" in alert.faults and RANK[top.level] >= RANK["technical"]
        alert.second_sounder = mute or reached(row["second_s"], waited_s)


def _lamps(alert, now_s):
    """What nobody has taken over is shown before what someone has, each by ORDER."""
    lamps = alert.lamps
    lamps["red"] = lamps["yellow"] = "off"
    for seen in (False, True):
        for channel in alert.channels:
            mode = channel.mode(now_s)
            if mode != "off" and seen == (channel.state in ("taken", "over")):
                lamp = LIGHTS[channel.level][0]
                if lamps[lamp] == "off":
                    lamps[lamp] = mode


def _latches(alert, now_s):
    alert.acknowledged = alert.latched = alert.relay_alarm = False
    for channel in alert.channels:
        alert.latched = alert.latched or channel.latched
        alert.acknowledged = alert.acknowledged or channel.state == "taken"
        if channel.state in ("sounding", "paused", "shown"):
            at_s = alert.settings["schedule"][channel.level]["relay_s"]
            if reached(at_s, now_s - channel.onset_s):
                alert.relay_alarm = True


def what(alert, now_s, utc_less_now):
    """(message key, fields): the first condition in ORDER, those that nobody took over first.

    Keys: "", siren, siren_maybe, siren_mri, chime, chime_maybe, technical, degraded."""
    told = [c for c in alert.channels if c.state not in ("idle", "taken", "over")]
    told += [c for c in alert.channels if c.state in ("taken", "over")]
    if not told:
        return "", {}
    first = told[0]
    key = first.name
    if key in _MAYBE and RANK[first.level] < RANK[_MAYBE[key][1]]:
        key = _MAYBE[key][0]
    elif key == "siren" and alert.settings["mri_today"]:
        key = "siren_mri"
    names = {"technical": alert.faults, "degraded": alert.flaws}.get(first.name, [])
    return key, {
        "state": first.state,
        "priority": first.level,
        "since_s": now_s - first.onset_s,
        "since_utc_s": None if utc_less_now is None else first.onset_s + utc_less_now,
        "repeats": first.repeats,
        "paused_left_s": alert.paused_left_s,
        "names": names[:],
        "also": [c.name for c in told[1:]],
    }
