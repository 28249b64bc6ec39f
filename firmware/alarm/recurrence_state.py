# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The recurrence's memory across a reboot, as a dict that JSON can hold.

In: a Recurrence, uptime and (when the clock is to be trusted) UTC, both in whole seconds. With UTC
on both sides the due times go on as if nothing had happened; without it the tones and intervals
stand and only the phase is lost. A state that is not ours is refused whole.
"""

from alarm.recurrence_track import LONGEST_S, SAME_S, Track

MOST_ROWS = 16
MOST_CYCLES_OFF = 24  # after a longer sleep the phase is lost, too


def save(recurrence, now_s, utc_s):
    """What is worth keeping: hearings with a grade, and whatever came back."""
    rows = []
    for track in recurrence.tracks:
        if track.graded or track.hits > 1:
            rows.append([getattr(track, field) for field in Track.FIELDS])
    learned = dict(recurrence.learned_s)
    return {"v": 1, "up": now_s, "utc": utc_s, "learned": learned, "tracks": rows}


def load(recurrence, state, now_s, utc_s):
    """True: restored. False: refused, nothing changed."""
    try:
        if state["v"] != 1:
            return False
        learned = {k: _whole(state["learned"][k], 0, 5460) for k in ("siren", "chime")}
        shift = now_s - _whole(state["up"], 0, 1 << 29)
        timed = utc_s is not None and state["utc"] is not None
        if timed:
            off_s = utc_s - _whole(state["utc"], 0, (1 << 30) - 1)
            shift -= off_s
            timed = off_s >= 0  # a clock that went back says nothing
        tracks = []
        for row in state["tracks"][:MOST_ROWS]:
            tracks.append(_track(row, shift, timed, now_s))
    except (KeyError, TypeError, ValueError, IndexError):
        return False
    recurrence.learned_s = learned
    recurrence.tracks = tracks
    return True


def _whole(value, least, most):
    if not isinstance(value, int) or not least <= value <= most:
        raise ValueError("out of range")
    return value


def _track(row, shift, timed, now_s):
    if len(row) != len(Track.FIELDS) or row[0] not in ("siren", "chime"):
        raise ValueError("not a track")
    track = Track(row[0], (), "weak", now_s)
    for name, value in zip(Track.FIELDS[1:], row[1:]):
        was = getattr(track, name)
        if isinstance(was, bool) != isinstance(value, bool):
            raise ValueError("not a track")
        least = -(1 << 29) if name in ("last_s", "first_s") else 0
        setattr(track, name, value if isinstance(value, bool) else _whole(value, least, 1 << 29))
    track.last_s += shift
    track.first_s += shift
    if track.interval_x16 and not 16 * 50 <= track.interval_x16 <= 16 * LONGEST_S:
        raise ValueError("not a track")
    if timed and track.interval_x16 and not track.adrift:
        # What came due without power was not missed.
        asleep = max(0, now_s - track.last_s) // max(1, track.interval_x16 // 16)
        track.next_k = 1 + asleep
        timed = asleep < MOST_CYCLES_OFF
    if not timed:
        track.adrift = track.interval_x16 > 0
        track.last_s = now_s if track.adrift else now_s - SAME_S
    return track
