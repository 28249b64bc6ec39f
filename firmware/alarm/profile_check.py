# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The rules of a pump profile, see `profile` and docs/profiles.md.

In: the object that a profile file holds. Out: error lines that name the field, such as
"sounds[0].segments[1].ms: must be …".
"""

import json

FORMAT = 1
LOW_HZ, HIGH_HZ = 600, 5000
LONGEST_MS = 3600  # the listener looks back 4.1 s and wants silence on both sides
SHORTEST_MS = 20
MAX_SOUNDS, MAX_TONES, MAX_SEGMENTS = 6, 4, 12
MOST_ERRORS = 8
KINDS = ("chime", "siren")
PRIORITIES = ("high", "medium", "low")

_PROFILE = ("format", "name", "source", "sounds")
_SOUND = (
    "kind",
    "name",
    "tones",
    "segments",
    "repeats",
    "total_ms",
    "interval_s",
    "priority",
)
_SEGMENT = ("tone", "ms")


def errors_of(value):
    """Lines that name the field and what it expects; at most MOST_ERRORS, [] when all is well."""
    errors = _Errors()
    if _object(errors, "profile", value, _PROFILE):
        if not _whole(value["format"]) or value["format"] != FORMAT:
            errors.add("format", "must be %d" % FORMAT, value["format"])
        _text(errors, "name", value["name"], 1, 40)
        _text(errors, "source", value["source"], 0, 400)
        sounds = value["sounds"]
        if not isinstance(sounds, list) or not 1 <= len(sounds) <= MAX_SOUNDS:
            errors.add("sounds", "must be a list of 1 to %d sounds" % MAX_SOUNDS, sounds)
        else:
            for i in range(len(sounds)):
                _sound(errors, "sounds[%d]" % i, sounds[i])
            if not errors.lines:
                _twins(errors, sounds)
    return errors.lines


class _Errors:
    def __init__(self):
        self.lines = []
        self.count = 0

    def add(self, field, expected, *found):
        self.count += 1
        if len(self.lines) < MOST_ERRORS:
            tail = ", found %s" % json.dumps(found[0])[:40] if found else ""
            self.lines.append("%s: %s%s" % (field, expected, tail))


def _whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _object(errors, field, value, keys):
    """Whether it is an object with exactly these keys ("note" is free text anywhere)."""
    if not isinstance(value, dict):
        errors.add(field, "must be an object", value)
        return False
    before = errors.count
    for key in value:
        if key == "note":
            _text(errors, field + ".note", value[key], 0, 400)
        elif key not in keys:
            errors.add(field, "unknown key '%s'; known are %s" % (key, ", ".join(keys)))
    for key in keys:
        if key not in value:
            errors.add(field, "'%s' is missing" % key)
    return errors.count == before


def _text(errors, field, value, shortest, longest):
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        errors.add(field, "must be text of %d to %d characters" % (shortest, longest), value)


def _pair(errors, field, value, low, high):
    """Whether it is [low, high] in order and within the limits."""
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not (_whole(value[0]) and _whole(value[1]))
        or not low <= value[0] <= value[1] <= high
    ):
        text = "must be [least, most], whole numbers from %d to %d in order" % (low, high)
        errors.add(field, text, value)
        return False
    return True


def _sound(errors, field, value):
    before = errors.count
    if not _object(errors, field, value, _SOUND):
        return
    if value["kind"] not in KINDS:
        errors.add(field + ".kind", 'must be "chime" or "siren"', value["kind"])
    if value["priority"] not in PRIORITIES:
        errors.add(field + ".priority", 'must be "high", "medium" or "low"', value["priority"])
    _text(errors, field + ".name", value["name"], 1, 40)
    _tones(errors, field + ".tones", value["tones"])
    _pair(errors, field + ".repeats", value["repeats"], 1, 180)
    _pair(errors, field + ".total_ms", value["total_ms"], SHORTEST_MS, LONGEST_MS)
    intervals = value["interval_s"]
    if not isinstance(intervals, list) or len(intervals) > 4:
        errors.add(field + ".interval_s", "must be a list of at most 4 whole numbers", intervals)
    else:
        for i in range(len(intervals)):
            if not _whole(intervals[i]) or not 5 <= intervals[i] <= 86400:
                where = "%s.interval_s[%d]" % (field, i)
                errors.add(where, "must be a whole number from 5 to 86400", intervals[i])
    segments = value["segments"]
    if not isinstance(segments, list) or not 1 <= len(segments) <= MAX_SEGMENTS:
        errors.add(field + ".segments", "must be a list of 1 to %d" % MAX_SEGMENTS, segments)
    elif errors.count == before:
        for i in range(len(segments)):
            where = "%s.segments[%d]" % (field, i)
            if _object(errors, where, segments[i], _SEGMENT):
                tone = segments[i]["tone"]
                if tone is not None and not (_whole(tone) and 0 <= tone < len(value["tones"])):
                    text = "must be null (silence) or a number of 'tones' from 0 on"
                    errors.add(where + ".tone", text, tone)
                _pair(errors, where + ".ms", segments[i]["ms"], SHORTEST_MS, LONGEST_MS)
        if errors.count == before:
            _order(errors, field, value)


def _tones(errors, field, tones):
    if not isinstance(tones, list) or not 1 <= len(tones) <= MAX_TONES:
        errors.add(field, "must be a list of 1 to %d tones" % MAX_TONES, tones)
        return
    for i in range(len(tones)):
        where = "%s[%d]" % (field, i)
        if tones[i] is None or not _pair(errors, where, tones[i], LOW_HZ, HIGH_HZ):
            continue
        for k in range(i):
            other = tones[k]
            if isinstance(other, list) and _meet(other, tones[i]):
                errors.add(where, "overlaps tones[%d]: they could not be told apart" % k)


def _order(errors, field, value):
    """Segments must follow each other as sounds can, and fit the total."""
    tones = [s["tone"] for s in value["segments"]]
    n = len(tones)
    repeated = value["repeats"][1] > 1
    if tones[0] is None:
        errors.add(field + ".segments[0].tone", "a sound begins with a tone, not with silence")
        return
    if tones[-1] is None and not repeated:
        text = "a sound ends with a tone; silence at its end is for repeats of 2 and more"
        errors.add("%s.segments[%d].tone" % (field, n - 1), text)
    for i in range(1, n + 1):
        if i == n and not repeated:
            break
        if tones[i % n] == tones[i - 1]:
            what = "silence follows silence" if tones[i - 1] is None else "overlaps"
            text = "%s: segments[%d] has the same tone and nothing between" % (what, i - 1)
            errors.add("%s.segments[%d].tone" % (field, i % n), text)
    for tone in range(len(value["tones"])):
        if tone not in tones:
            errors.add("%s.tones[%d]" % (field, tone), "no segment uses it")
    shortest = least_ms(value["segments"], value["repeats"][0], 0)
    longest = least_ms(value["segments"], value["repeats"][1], 1)
    total = value["total_ms"]
    if total[1] < shortest or total[0] > longest:
        text = "impossible: its segments and repeats take %d to %d ms" % (shortest, longest)
        errors.add(field + ".total_ms", text, total)


def least_ms(segments, repeats, which):
    """What so many repeats take, without the last silence; which 0: at least, 1: at most."""
    once = 0
    for s in segments:
        once += s["ms"][which]
    last = segments[-1]
    return once * repeats - (last["ms"][which] if last["tone"] is None else 0)


def _twins(errors, sounds):
    """Two sounds that no ear could tell apart."""
    for i in range(len(sounds)):
        for k in range(i):
            if _alike(sounds[i], sounds[k]):
                text = "overlaps sounds[%d]: tones and durations could be either" % k
                errors.add("sounds[%d]" % i, text)


def _alike(a, b):
    if len(a["segments"]) != len(b["segments"]) or len(a["tones"]) != len(b["tones"]):
        return False
    for s, r in zip(a["segments"], b["segments"]):
        if s["tone"] != r["tone"] or not _meet(s["ms"], r["ms"]):
            return False
    for s, r in zip(a["tones"], b["tones"]):
        if s and r and not _meet(s, r):
            return False
    return _meet(a["total_ms"], b["total_ms"]) and _meet(a["repeats"], b["repeats"])


def _meet(a, b):
    return a[0] <= b[1] and b[0] <= a[1]
