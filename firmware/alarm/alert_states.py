# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The alert as data: what each finding is worth, and what each condition does at each event.

Four conditions, in the order in which they are told: siren, technical (cannot listen or alert),
chime, degraded. Each is one machine over TABLE; docs/alert-states.md lists the same rows and a
test compares them; host_tools/alert_words.py says what they mean. An event that a state does not
list changes nothing there.
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

# state|event|next state|actions. As text, because as tuples it would take 4 KB more of the heap.
TABLE = """
idle|lamp|lamp|show
idle|alert|sounding|start
idle|degraded|waiting|rest
lamp|lamp|lamp|count,show
lamp|alert|sounding|start
lamp|long|idle|seen,end
lamp|lamp over|idle|end
waiting|hour|sounding|start
waiting|long|taken|ack
waiting|mended|idle|end
sounding|lamp|sounding|count
sounding|same|sounding|count
sounding|rise|sounding|raise
sounding|confirmed|sounding|raise
sounding|short|paused|pause
sounding|long|taken|ack
sounding|sound over|shown|quiet
sounding|reminded|taken|ack
sounding|wait|waiting|rest
sounding|clear|over|quiet
sounding|mended|idle|end
paused|lamp|paused|count
paused|same|paused|count
paused|rise|sounding|raise
paused|confirmed|sounding|raise
paused|siren|sounding|resume
paused|short|sounding|resume
paused|long|taken|ack
paused|pause over|sounding|resume
paused|clear|over|quiet
paused|mended|idle|end
shown|lamp|shown|count
shown|same|sounding|start
shown|rise|sounding|raise
shown|confirmed|sounding|raise
shown|long|taken|ack
taken|lamp|taken|count,flash
taken|same|taken|count,flash
taken|rise|taken|count,flash
taken|confirmed|sounding|start
taken|stuck|sounding|start
taken|hold over|idle|end
taken|remind|sounding|start
taken|wait|waiting|rest
taken|degraded|waiting|rest
taken|clear|taken|settle
taken|mended|idle|end
over|alert|sounding|start
over|long|idle|seen,end
"""

STATES = ("idle", "lamp", "waiting", "sounding", "paused", "shown", "taken", "over")
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


def row(state, event):
    """(next state, actions) of the table, or None when the state does not list the event."""
    head = "\n%s|%s|" % (state, event)
    at = TABLE.find(head)
    if at < 0:
        return None
    at += len(head)
    after, actions = TABLE[at : TABLE.index("\n", at)].split("|")
    return after, actions.split(",")
