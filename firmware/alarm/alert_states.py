# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The alert as data: what each finding is worth, and what each condition does at each event.

Four conditions, in the order in which they are told: siren, technical (cannot listen or alert),
chime, degraded. Each is one machine over TABLE; docs/alert-states.md lists the same rows and a
test compares them. An event that a state does not list changes nothing there.
"""

ORDER = ("siren", "technical", "chime", "degraded")

# "lamp" is light and log only; the others sound. A condition of the monitor itself has one level.
RANK = {"": 0, "lamp": 1, "degraded": 1, "low": 2, "technical": 3, "medium": 3, "high": 4}

# (kind, grade, repeat): (level, level with a learned profile)
POLICY = {
    ("siren", "sure", False): ("high", "high"),
    ("siren", "sure", True): ("high", "high"),
    ("siren", "weak", False): ("low", "low"),
    ("siren", "weak", True): ("high", "high"),
    ("chime", "sure", False): ("low", "medium"),
    ("chime", "sure", True): ("medium", "medium"),
    ("chime", "weak", False): ("lamp", "lamp"),
    ("chime", "weak", True): ("medium", "medium"),
}

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

# (state, event): (next state, actions)
TABLE = {
    ("idle", "lamp"): ("lamp", ("show",)),
    ("idle", "alert"): ("sounding", ("start",)),
    ("idle", "degraded"): ("waiting", ("rest",)),
    ("lamp", "lamp"): ("lamp", ("count", "show")),
    ("lamp", "alert"): ("sounding", ("start",)),
    ("lamp", "long"): ("idle", ("seen", "end")),
    ("lamp", "lamp over"): ("idle", ("end",)),
    ("waiting", "hour"): ("sounding", ("start",)),
    ("waiting", "long"): ("taken", ("ack",)),
    ("waiting", "mended"): ("idle", ("end",)),
    ("sounding", "lamp"): ("sounding", ("count",)),
    ("sounding", "same"): ("sounding", ("count",)),
    ("sounding", "rise"): ("sounding", ("raise",)),
    ("sounding", "confirmed"): ("sounding", ("raise",)),
    ("sounding", "short"): ("paused", ("pause",)),
    ("sounding", "long"): ("taken", ("ack",)),
    ("sounding", "sound over"): ("shown", ("quiet",)),
    ("sounding", "reminded"): ("taken", ("ack",)),
    ("sounding", "wait"): ("waiting", ("rest",)),
    ("sounding", "clear"): ("over", ("quiet",)),
    ("sounding", "mended"): ("idle", ("end",)),
    ("paused", "lamp"): ("paused", ("count",)),
    ("paused", "same"): ("paused", ("count",)),
    ("paused", "rise"): ("sounding", ("raise",)),
    ("paused", "confirmed"): ("sounding", ("raise",)),
    ("paused", "siren"): ("sounding", ("resume",)),
    ("paused", "short"): ("sounding", ("resume",)),
    ("paused", "long"): ("taken", ("ack",)),
    ("paused", "pause over"): ("sounding", ("resume",)),
    ("paused", "clear"): ("over", ("quiet",)),
    ("paused", "mended"): ("idle", ("end",)),
    ("shown", "lamp"): ("shown", ("count",)),
    ("shown", "same"): ("sounding", ("start",)),
    ("shown", "rise"): ("sounding", ("raise",)),
    ("shown", "confirmed"): ("sounding", ("raise",)),
    ("shown", "long"): ("taken", ("ack",)),
    ("taken", "lamp"): ("taken", ("count", "flash")),
    ("taken", "same"): ("taken", ("count", "flash")),
    ("taken", "rise"): ("taken", ("count", "flash")),
    ("taken", "confirmed"): ("sounding", ("start",)),
    ("taken", "stuck"): ("sounding", ("start",)),
    ("taken", "hold over"): ("idle", ("end",)),
    ("taken", "remind"): ("sounding", ("start",)),
    ("taken", "wait"): ("waiting", ("rest",)),
    ("taken", "degraded"): ("waiting", ("rest",)),
    ("taken", "clear"): ("taken", ("settle",)),
    ("taken", "mended"): ("idle", ("end",)),
    ("over", "alert"): ("sounding", ("start",)),
    ("over", "long"): ("idle", ("seen", "end")),
}

LATCHED = ("sounding", "paused", "shown", "taken", "over")

# Level: (lamp, mode of alarm.cadence) while nobody has acknowledged. Taken and over blink shortly
# ("blip"), but for a fault that is still there.
LIGHTS = {
    "lamp": ("yellow", "steady"),
    "low": ("yellow", "steady"),
    "medium": ("yellow", "slow"),
    "high": ("red", "fast"),
    "technical": ("yellow", "double"),
    "degraded": ("yellow", "blip"),
}
