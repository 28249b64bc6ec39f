# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""What the display says: which alarm, since when, what it means, whom to call at this hour.

In: the alert's ``what()``, the care plan, the reminder, health, time.  Out: pages of at most 8
lines of 16 characters. ``Screen.second`` shows them; pages take turns while an alarm is on.
"""

COLUMNS = 16
ROWS = 8
PAGE_S = 6

TITLES = {
    "siren": "PUMP SIREN",
    "siren_mri": "PUMP SIREN (MRI)",
    "siren_maybe": "PUMP SIREN?",
    "chime": "PUMP CHIME",
    "chime_maybe": "PUMP CHIME?",
    "technical": "CANNOT LISTEN",
    "degraded": "MONITOR: CHECK",
}
FAULT_TEXTS = {
    "loop": "audio lost",
    "mic_silent": "no microphone",
    "mic_slot": "mic. wrong slot",
    "mic_stuck": "microphone stuck",
    "mic_clipping": "mic. overloaded",
    "mic_noise": "room too loud",
    "supply": "supply too low",
    "battery": "battery empty",
    "mains": "on battery",
    "pack": "no battery",
    "sounder": "sounder unheard",
    "clock": "clock not set",
    "log": "log not writable",
    "state": "memory lost",
    "settings": "settings refused",
    "profile": "profile refused",
    "button": "button stuck",
    "display": "display fault",
    "restarts": "restarted often",
    "selftest": "self-test missed",
    "recurrence": "repeats unknown",
}


def wrap(text, rows):
    """At most ``rows`` lines, broken at spaces where that is possible."""
    lines: list = []
    while text and len(lines) < rows:
        if len(text) <= COLUMNS:
            lines.append(text)
            break
        at = text.rfind(" ", 0, COLUMNS + 1)
        if at <= 0:
            at = COLUMNS
        lines.append(text[:at])
        text = text[at:].lstrip()
    return lines


def clock_text(plan, utc_s):
    minute = plan.minute(utc_s)
    return "%02d:%02d" % (minute // 60, minute % 60)


def ago(seconds):
    if seconds < 3600:
        return "%d min" % (seconds // 60)
    return "%d h" % (seconds // 3600)


def alarm_pages(key, fields, plan, utc_s):
    """Pages for a condition of the pump or of the monitor."""
    values = plan.values
    sound = key.partition("_")[0]
    first = [TITLES.get(key, key)]
    since = fields["since_utc_s"]
    if since is not None:
        first.append("%s, %s" % (clock_text(plan, since), ago(fields["since_s"])))
    else:
        first.append("since " + ago(fields["since_s"]))
    if sound not in ("siren", "chime"):
        for name in fields["names"][:3]:
            first.append(FAULT_TEXTS.get(name, name)[:COLUMNS])
        first += _state_line(fields)
        return [first]
    first += wrap(plan.meaning(sound, utc_s), 2)
    who, number = plan.whom(utc_s)
    first.append(("CALL " + who)[:COLUMNS])
    first += wrap(number, 2)
    first = first[: ROWS - 1] + _state_line(fields)
    pages = [first]
    second = []
    if values["contact_emergency"]:
        second += ["WITHDRAWAL or", "OVERDOSE signs:", "call " + values["contact_emergency"]]
    if values["any_sound_is_emergency"]:
        second += wrap("clinic: any pump sound is urgent", 2)
    if values["name"] or values["room"]:
        second += wrap((values["name"] + " " + values["room"]).strip(), 2)
    for title, name in (
        ("EARLY SIGNS", "early_signs"),
        ("RESCUE MEDICINE", "rescue_medicine"),
        ("FEVER", "fever_protocol"),
    ):
        if values[name]:
            if len(second) > 4:
                pages.append(second[:ROWS])
                second = []
            second.append(title)
            second += wrap(values[name], ROWS - len(second))
    if second:
        pages.append(second[:ROWS])
    return pages


def _state_line(fields):
    if fields["paused_left_s"] > 0:
        return ["silent %d min" % ((fields["paused_left_s"] + 59) // 60)]
    if fields["state"] in ("taken", "over"):
        return ["seen, still on" if fields["state"] == "taken" else "over; look"]
    return ["hold 3 s: seen"]


def reminder_page(what, left, plan, utc_s):
    when = "today" if left == 0 else ("in %d days" % left if left > 0 else "%d days ago" % -left)
    date = plan.values["refill_alarm_date" if what == "refill" else "replace_by_date"]
    name = "refill due" if what == "refill" else "replacement due"
    lines = ["REMINDER: pump", name, "%s" % date, when, ""]
    number = plan.values["contact_office"]
    if number:
        lines += ["call the clinic"] + wrap(number, 2)
    return lines[:ROWS]


def idle_page(plan, health, utc_s):
    """Nothing to tell. "Listening" is a word about the monitor, never about the pump."""
    lines = [(plan.values["room"] or plan.values["name"])[:COLUMNS]]
    lines.append("listening" if health.listening else "NOT LISTENING")
    lines.append("" if utc_s is None else clock_text(plan, utc_s))
    left = plan.days_left("refill", utc_s)
    if left is not None:
        lines += ["", "refill alarm in" if left >= 0 else "refill overdue", "%d days" % abs(left)]
    return lines


class Screen:
    """Decides once a second whether there is something new to show."""

    def __init__(self, display, alert, health, reminder, plan):
        self._display = display
        self._alert = alert
        self._health = health
        self._reminder = reminder
        self._plan = plan
        self._shown = -1  # the minute or page last drawn
        self._listening = False
        self._stale = True

    def changed(self):
        self._stale = True

    def second(self, now_s, utc_s):
        display = self._display
        if not display.fitted:
            return
        if display.fault:
            # Tried again now and then: a loose plug that is pushed in should be enough.
            if now_s % 60 or not display.connect():
                return
            self._stale = True
        # Compared as one small number: an idle second takes no memory.
        alert = self._alert
        alarm = alert.priority != "" or alert.latched or alert.degraded_on
        stamp = now_s // PAGE_S if alarm else now_s // 60
        listening = self._health.listening
        if stamp == self._shown and not self._stale and listening == self._listening:
            return
        self._listening = listening
        self._shown = stamp
        self._stale = False
        self._display.show(self.lines(stamp, utc_s))

    def lines(self, turn, utc_s):
        key, fields = self._alert.what()
        reminder = self._reminder
        if key in ("", "degraded") and reminder.active:
            return reminder_page(reminder.what, reminder.left, self._plan, utc_s)
        if not key:
            return idle_page(self._plan, self._health, utc_s)
        pages = alarm_pages(key, fields, self._plan, utc_s)
        return pages[turn % len(pages)]
