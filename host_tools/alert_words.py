# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the states, events and actions of the alert's table mean, in words.

For people: docs/alert-states.md lists the same, and a test compares. The table itself is
`firmware/alarm/alert_states.py`.
"""

STATES = {
    "idle": "nothing to tell",
    "lamp": "lamp only, for weak signs; goes out by itself",
    "waiting": "degraded: lamp now, sound at the civil hour",
    "sounding": "sound, lamp, escalation; latched",
    "paused": "audio paused for a limited time, lamp on; latched",
    "shown": "a low-priority sound has had its time: lamp only; latched",
    "taken": "acknowledged: repeats give lamp and log only until the hold ends; latched",
    "over": "a technical fault that cleared before anyone saw it: lamp only; latched",
}

EVENTS = {
    "lamp": "a finding that is worth a lamp",
    "alert": "a finding or fault that is worth a sound",
    "same": "a finding at or below the level already reached, or a fault already told",
    "rise": "a chime reaches a higher level",
    "confirmed": "a siren reaches a higher level; another fault joins one that is paused or taken",
    "degraded": "a degraded condition appears, or another one joins",
    "siren": "a siren begins to sound while this condition is paused",
    "short": "short press",
    "long": "long press (3 s)",
    "stuck": "the press that acknowledged was a stuck button",
    "pause over": "the pause's time is up",
    "sound over": "a low-priority sound, or the civil hour's, has had its time",
    "reminded": "the reminder has had its time",
    "hold over": "the hold after an acknowledgement is up",
    "remind": "the hold is up and the fault is still there, or the booked refill's chime went on",
    "wait": "the hold is up and the monitor is still degraded",
    "hour": "the civil hour (08:00)",
    "lamp over": "the lamp's time is up",
    "clear": "a fault that made the monitor deaf or mute is gone",
    "mended": "a degraded condition is gone",
}

ACTIONS = {
    "start": "sound from the soft level on, escalation from the beginning; log",
    "raise": "the same at a higher level",
    "resume": "sound again from the soft level on; the relay's time goes on; log",
    "pause": "silence for the pause of this priority; log",
    "ack": "silence, the hold begins; log",
    "count": "count and log a repeat",
    "flash": "the lamp of this level for a minute",
    "show": "lamp; its time starts anew",
    "quiet": "silence, the lamp stays; log",
    "rest": "await the next civil hour; log",
    "settle": "the hold lasts at most 30 minutes more",
    "seen": "log that someone has seen it",
    "end": "forget the condition; log",
}


def table(text: str) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """{(state, event): (next state, actions)} of the firmware's text."""
    rows = [line.split("|") for line in text.split("\n") if line]
    return {(row[0], row[1]): (row[2], tuple(row[3].split(","))) for row in rows}
