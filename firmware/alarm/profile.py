# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Pump sounds as data: what a profile file says, checked before anything listens for it.

In: JSON text, or the object it holds. Out: (Profile, []) or (None, errors); each error names the
field and what it expects, such as "sounds[0].segments[1].ms: …". Numbers are whole: milliseconds,
hertz, seconds. docs/profiles.md explains every field.
"""

import json

MAX_FILE_BYTES = 8192
KNOWN_HZ = 125  # a tone known to this width is known; a wider one only limits the blind search
BLIND_MS = (850, 1200)  # a tone of this length the blind search hears


class Sound:
    """One sound. tones: [(low_hz, high_hz) or None]; segments: [(tone, low_ms, high_ms)], tone -1
    is silence; repeats, total_ms: (low, high); interval_s: list, empty = not known."""

    def __init__(self, value):
        self.kind = value["kind"]
        self.name = value["name"]
        self.tones = [tuple(t) if t else None for t in value["tones"]]
        self.segments = [
            (-1 if s["tone"] is None else s["tone"], s["ms"][0], s["ms"][1])
            for s in value["segments"]
        ]
        self.repeats = tuple(value["repeats"])
        self.total_ms = tuple(value["total_ms"])
        self.interval_s = value["interval_s"]
        self.priority = value["priority"]
        self.known = True  # all its tones are
        for tone in self.tones:
            if tone is None or tone[1] - tone[0] > KNOWN_HZ:
                self.known = False
        low, high = self.segments[0][1:]
        # What neither a template nor the blind search for one tone of a second hears.
        self.sequence = (
            self.kind == "chime"
            and len(self.tones) == 1
            and not self.known
            and not (len(self.segments) == 1 and low >= BLIND_MS[0] and high <= BLIND_MS[1])
        )


class Profile:
    """A pump's sounds. ``value`` is the object it was made from, to be stored again."""

    def __init__(self, value):
        self.value = value
        self.name = value["name"]
        self.source = value["source"]
        self.sounds = [Sound(s) for s in value["sounds"]]

    def knows(self, kind):
        """Whether it has a sound of that kind with known tones."""
        for sound in self.sounds:
            if sound.kind == kind and sound.known:
                return True
        return False


def load(path, opener=open):
    """(Profile, []) or (None, errors) from a file."""
    try:
        with opener(path, "rb") as file:
            text = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return None, ["profile: cannot be read (%s)" % ("absent" if error.args[0] == 2 else error)]
    return loads(text)


def loads(text):
    """(Profile, []) or (None, errors) from a file's bytes."""
    if len(text) > MAX_FILE_BYTES:
        return None, ["profile: larger than %d bytes" % MAX_FILE_BYTES]
    try:
        value = json.loads(text.decode())
    except (ValueError, UnicodeError):
        return None, ["profile: not valid JSON"]
    return check(value)


def check(value):
    """(Profile, []) or (None, errors)."""
    from alarm import profile_check  # can be dropped again, while profiles stay

    errors = profile_check.errors_of(value)
    return (None, errors) if errors else (Profile(value), [])
