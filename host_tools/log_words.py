# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Records of the event log in plain words.

In: a record (dict). Out: one sentence, printable, and how serious it is ("bad", "warn", "good",
"dim" or ""). A kind that is not known here is shown with its fields: no record is ever hidden.
"""

from collections.abc import Callable

from host_tools.local_time import span
from host_tools.records import describe, grade_words

FAULTS = {
    "loop": "audio was lost: the monitor cannot keep up",
    "mic_silent": "the microphone is silent: dead or unplugged",
    "mic_slot": "the microphone is in the wrong slot: its L/R pin (SEL) belongs to ground",
    "mic_stuck": "the microphone always gives the same value",
    "mic_clipping": "the microphone is overloaded",
    "mic_noise": "the room is so loud that a pump would drown",
    "supply": "the supply voltage is too low",
    "battery": "it runs from the battery, which is nearly empty",
    "mains": "the mains adapter is off; it runs from the battery",
    "pack": "the battery is missing",
    "sounder": "the sounder was not heard by the microphone",
    "clock": "the clock is not valid",
    "log": "the log cannot be written",
    "state": "a stored state was lost: an alert that was on may be forgotten",
    "settings": "the settings are not valid: running with the defaults",
    "profile": "the pump's profile cannot be used: any pump is listened for",
    "button": "the button is stuck",
    "selftest": "the daily self-test is overdue",
    "recurrence": "repeats are no longer recognised",
    "display": "the display does not answer",
    "restarts": "repeated restarts: running in reduced mode with the defaults",
}
CONDITIONS = {
    "siren": "siren",
    "chime": "chime",
    "technical": "the monitor cannot listen or alert",
    "degraded": "the monitor works with a flaw",
    "reminder": "reminder",
}
PRIORITY_STYLE = {"high": "bad", "technical": "bad", "medium": "warn", "low": "warn"}


def printable(text: object, most: int = 300) -> str:
    """Text from outside, without control or escape characters, of bounded length."""
    flat = " ".join(str(text).split())
    clean = "".join(char if char.isprintable() else "�" for char in flat)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def say(record: dict) -> tuple[str, str]:
    """(sentence, style)."""
    words = SENTENCES.get(str(record.get("k")))
    try:
        text, style = words(record) if words else (describe(record), "")
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        text, style = describe(record), ""  # fields of another type than ours
    if record.get("clock") == "estimated":
        text += " (time by uptime: the clock does not answer)"
    return printable(text), style


def fault(record: dict) -> str:
    name = str(record.get("name", "?"))
    detail = record.get("detail")
    return FAULTS.get(name, name) + (f" ({detail})" if detail else "")


def tones(record: dict, joiner: str = "and", unknown: str = "tones not known") -> str:
    values = record.get("hz")
    values = values if isinstance(values, list) else [values]
    found = [f"{value:g}" for value in values if isinstance(value, int | float) and value]
    return f" {joiner} ".join(found) + " Hz" if found else unknown


def _condition(record: dict) -> str:
    name = str(record.get("cond", "?"))
    return CONDITIONS.get(name, name)


def _sound(record: dict) -> str:
    parts = [tones(record)]
    if isinstance(record.get("snr_db10"), int | float):
        parts.append(f"{record['snr_db10'] / 10:.0f} dB-Hz above the noise")
    if isinstance(record.get("ms"), int | float):
        parts.append(f"{record['ms'] / 1000:.1f} s long")
    return ", ".join(parts)


def _heard(record: dict) -> tuple[str, str]:
    sound = record.get("sound")
    grade = f" ({grade_words(record['grade'])})" if record.get("grade") else ""
    text = f"heard: {sound}{grade}, {_sound(record)}"
    if isinstance(record.get("interval_s"), int | float):
        text += f", comes every {span(record['interval_s'])}"
    return text, "bad" if sound == "siren" else "warn"


def _not_matched(record: dict) -> tuple[str, str]:
    why = record.get("reason", "no reason given")
    return f"heard, not a pump: like a {record.get('sound')}, but {why}; {_sound(record)}", "dim"


def _alert(record: dict) -> tuple[str, str]:
    level = str(record.get("priority"))
    text = f"ALERT, {level} priority: {_condition(record)}"
    for key, words in (("means", "; {}"), ("call", "; call {}")):
        if record.get(key):
            text += words.format(record[key])
    return text, PRIORITY_STYLE.get(level, "warn")


def _boot(record: dict) -> tuple[str, str]:
    text = (
        f"the monitor started ({record.get('reason', '?')}, firmware {record.get('version', '?')})"
    )
    if record.get("restarts"):
        text += f", restart {record['restarts']} in a row"
    if record.get("torn"):
        text += f"; it found {record['torn']} damaged log lines"
    return text, "warn" if record.get("restarts") else ""


def _selftest(record: dict) -> tuple[str, str]:
    if record.get("ok"):
        return "self-test: the microphone heard the sounder", "good"
    return "self-test FAILED: the microphone did not hear the sounder", "bad"


def _ack(record: dict) -> tuple[str, str]:
    text = f"someone has taken over ({_condition(record)})"
    if "after_s" in record:
        text += f", {span(record['after_s'])} after it began"
    return text, "good"


def _reminder(record: dict) -> tuple[str, str]:
    days = record["days_left"]
    when = f"{-days} days ago" if days < 0 else f"in {days} days" if days else "today"
    return f"reminder: {record.get('what')} {when}", "warn"


SENTENCES: dict[str, Callable[[dict], tuple[str, str]]] = {
    "boot": _boot,
    "heard": _heard,
    "not_matched": _not_matched,
    "alert": _alert,
    "selftest": _selftest,
    "ack": _ack,
    "reminder": _reminder,
    "paused": lambda r: (f"sound paused for {span(r['for_s'])} ({_condition(r)})", ""),
    "restored": lambda r: (f"after a restart still waiting for someone: {_condition(r)}", "warn"),
    "maintenance": lambda r: ("LISTENING STOPPED for maintenance, asked for at the port", "bad"),
    "resumed": lambda r: (f"it sounds again ({_condition(r)}; {r.get('why')})", "warn"),
    "repeat": lambda r: (f"again: {_condition(r)} (repeat {r.get('count')}, {r.get('state')})", ""),
    "lamp": lambda r: (f"lamp only: weak sign of a {_condition(r)}", "warn"),
    "quiet": lambda r: (f"the sound has had its time, the lamp stays ({_condition(r)})", ""),
    "waiting": lambda r: (f"lamp now, sound at the civil hour: {_condition(r)}", "warn"),
    "ended": lambda r: (f"ended: {_condition(r)} ({r.get('why')})", "dim"),
    "reminded": lambda r: (f"the reminder has had its time ({_condition(r)})", ""),
    "stuck": lambda r: ("the button is stuck: its acknowledgement is taken back", "warn"),
    "technical": lambda r: (f"NOT LISTENING or not able to alert: {fault(r)}", "bad"),
    "degraded": lambda r: (f"working with a flaw: {fault(r)}", "warn"),
    "cleared": lambda r: (f"cleared: {FAULTS.get(str(r.get('name')), r.get('name'))}", "good"),
    "gap": lambda r: (f"deaf for {r['ms'] / 1000:.1f} s while writing to flash", "dim"),
    "lost": lambda r: (f"records lost before they could be written: {r.get('records')}", "bad"),
    "not_logged": lambda r: (f"{r.get('count')} more sounds that were no pump, not listed", "dim"),
    "missed": lambda r: (
        f"a {r.get('kind')} was due and not heard ({tones(r)}, {r.get('misses')} in a row)", "warn"
    ),
    "masked": lambda r: (
        f"a {r.get('kind')} was due while the monitor could not hear ({tones(r)})", ""
    ),
    "no longer heard": lambda r: (
        f"the {r.get('kind')} is no longer heard ({tones(r)}): refilled, or out of hearing. "
        "This is no all-clear", "warn"
    ),
    "learning_heard": lambda r: (
        f"heard while learning: {r.get('sound')} ({tones(r)}); no alert is raised meanwhile",
        "",
    ),
    "learned": lambda r: (f"the interval of the {r.get('kind')} is known now ({tones(r)})", ""),
    "clock_moved": lambda r: (
        f"the clock was moved {'forward' if r['by_s'] > 0 else 'back'} by {span(r['by_s'])}", "warn"
    ),
    "error": lambda r: (describe(r), "bad"),
    "settings": lambda r: (f"settings refused: {r.get('error')}", "warn"),
}  # fmt: skip
