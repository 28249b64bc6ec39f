# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Due times of the recurrence's hypotheses, and what it means when one passes in silence.

In: tracks, every second a tick, the seconds in which the monitor could not hear. Out: the next due
windows; events "missed", "masked", "no longer heard" (which is never an all-clear).
"""

from alarm.recurrence_track import LONGEST_S, MOST_FAINT, MOST_MISSED

MOST_EVENTS = 16
MISS_DB = 3  # a due sound that stayed away: half of them are heard
MISS_FAINT_DB = 1  # a third of the faint ones
STOPPED_AFTER = 3  # misses in a row that mean "no longer heard"
STOPPED_FAINT = 8
GRACE_S = 10  # a sound's length and the listener's latency
# Due is the moment at which a sound begins, give or take two seconds; a burst lasts 3.3 s, and a
# siren is told 3.4 s after it began. So a burst that begins from AHEAD_S before the due moment to
# BEHIND_S after it may cover it; in the core it covers one that is exactly on time.
AHEAD_S, BEHIND_S = 6, 5
CORE_AHEAD_S, CORE_BEHIND_S = 4, 4
EXPECTED_S = {"siren": (600, 3600), "chime": (3600, 600)}


class DueTimes:
    def __init__(self):
        self.tracks = []
        self.events = []  # (name, fields), drained by the caller
        self.learned_s = {"siren": 0, "chime": 0}

    def tick(self, now_s):
        """Judge the due times that have passed. Returns the number of events waiting."""
        i = 0
        while i < len(self.tracks):
            track = self.tracks[i]
            if self._judge(track, now_s):
                i += 1
            else:
                self.tracks.pop(i)
        return len(self.events)

    def _judge(self, track, now_s):
        """False: the track can go."""
        due_s = track.due_s()
        if not due_s:
            return now_s - track.last_s <= (24 * 3600 if track.adrift else MOST_MISSED * LONGEST_S)
        if now_s <= due_s + track.tolerance_s(track.next_k) + GRACE_S:
            return True
        if track.masked:
            if track.known and not track.told:
                self._event("masked", track, due_s)
        else:
            thin = track.thin
            track.misses += 1
            track.score = max(0, track.score - (MISS_FAINT_DB if thin else MISS_DB))
            if track.known and not track.told and not thin:
                self._event("missed", track, due_s)
            if track.misses == (STOPPED_FAINT if thin else STOPPED_AFTER) and track.known:
                if self._moved(track):
                    return False
                track.told = True
                self._event("no longer heard", track, track.last_s)
        track.masked = False
        track.next_k += 1
        return track.next_k <= (24 if track.known else MOST_FAINT if track.thin else MOST_MISSED)

    def _moved(self, track):
        """The same tones are alive under another phase (the clinic restarted the pump's timer)."""
        for other in self.tracks:
            if other is not track and other.kind == track.kind and other.last_s > track.last_s:
                if other.same_tones(track):
                    other.known = other.known or other.hits > 1
                    return True
        return False

    def masked(self, from_s, to_s):
        """The monitor could not hear then (own burst, flash write): masked is not missed."""
        for track in self.tracks:
            due_s = track.due_s()
            if due_s:
                wide_s = track.tolerance_s(track.next_k)
                if from_s <= due_s + wide_s + 3 and to_s >= due_s - wide_s:
                    track.masked = True

    def near_due(self, now_s, ahead_s=AHEAD_S, behind_s=BEHIND_S):
        """True when a due time lies at most ahead_s ahead or behind_s ago.

        Then begin no self-test and write no flash. A sure sound or a weak siren heard once is due
        again at each of the next expected intervals: the first repeat may have been covered."""
        for track in self.tracks:
            due_s = self._awaited(track, now_s)
            if due_s and -behind_s <= due_s - now_s <= ahead_s:
                return True
        return False

    def _awaited(self, track, now_s):
        """When the track's sound is worth keeping quiet for; 0: never.

        What was not sure may have been noise just before the pump: that moment stays due."""
        if track.was_due_s and track.last != "sure" and now_s - track.was_due_s <= BEHIND_S:
            return track.was_due_s
        due_s = track.due_s()
        # Of a weak siren, too, heard once: its repeat is what makes the alert high.
        first = track.sure or (track.last == "weak" and track.kind == "siren")
        if not due_s and first and track.hits == 1:
            every_s = self.learned_s[track.kind] or EXPECTED_S[track.kind][0]
            cycles = (now_s - track.last_s + every_s // 2) // every_s
            due_s = track.last_s + max(1, min(MOST_MISSED, cycles)) * every_s
        return due_s if track.hits > 1 or first else 0

    def risk(self, at_s):
        """What an alert's burst that began then would cover: 0 = nothing that is due. Several due
        times can lie nearer to each other than a burst may be put off; then it has to fall into
        the likelier one last, and rather beside the very moment than on it."""
        worst = 0
        for track in self.tracks:
            due_s = self._awaited(track, at_s)
            if due_s and -BEHIND_S <= due_s - at_s <= AHEAD_S:
                weight = 1 + track.score + (100 if track.known else 0)
                if -CORE_BEHIND_S <= due_s - at_s <= CORE_AHEAD_S:
                    weight *= 2
                worst = max(worst, weight)
        return worst

    def due(self, now_s):
        """(kind, from_s, to_s) in uptime: the next due window of a known sound, or None."""
        best = None
        for track in self.tracks:
            due_s = track.due_s()
            wide_s = track.tolerance_s(track.next_k)
            if due_s and track.known and due_s + wide_s >= now_s:
                if best is None or due_s - wide_s < best[1]:
                    best = (track.kind, due_s - wide_s, due_s + wide_s)
        return best

    def _event(self, name, track, at_s):
        if len(self.events) >= MOST_EVENTS:
            self.events.pop(0)
        self.events.append((name, {"kind": track.kind, "hz": [track.hz0, track.hz1], "at_s": at_s,
                                   "misses": track.misses}))  # fmt: skip
