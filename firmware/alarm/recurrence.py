# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Does this sound come back when a pump's would? Evidence is added up over the cycles.

In: what was heard (kind, tones, grade) with the time of its start in whole seconds of uptime, and
every second a tick. Out: a Verdict for each hearing; due times; events "missed", "masked",
"no longer heard", "learned". All arithmetic runs on uptime, so setting the clock moves nothing; UTC
only carries the state across a reboot. Memory is bounded: MOST_TRACKS hypotheses, of which
findings that failed a test hold at most half.
"""

from alarm import recurrence_state
from alarm.recurrence_fit import Fit, Verdict
from alarm.recurrence_past import Crowd, Past
from alarm.recurrence_track import LONGEST_S, MOST_MISSED, SAME_S, Track

MOST_TRACKS = 16
MOST_EVENTS = 16
NEED_DB = 24  # so much evidence makes weak hearings an alert
LEARN_DB = 54  # and so much makes its interval the only one that counts
MISS_DB = 3  # a due sound that stayed away: half of them are heard
STOPPED_AFTER = 3  # misses in a row that mean "no longer heard"
GRACE_S = 10  # a sound's length and the listener's latency
EXPECTED_S = {"siren": (600, 3600), "chime": (3600, 600)}


class Recurrence:
    def __init__(self, config=None):
        """config (all optional): {"siren_s": s, "chime_s": s}, an interval that someone told us."""
        self.verdict = Verdict()
        self.events = []  # (name, fields), drained by the caller
        self.learned_s = {"siren": 0, "chime": 0}
        for key in config or {}:
            if key not in ("siren_s", "chime_s"):
                raise ValueError("recurrence has no setting %r; use siren_s, chime_s" % key)
            value = config[key]
            if not isinstance(value, int) or not (value == 0 or 60 <= value <= 5400):
                raise ValueError("%s must be 60 to 5400 seconds, or 0 for unknown" % key)
            self.learned_s[key[:-2]] = value
        self.tracks = []
        self._fit = Fit()
        self._best = Fit()
        self._crowd = Crowd()
        self._past = Past()
        self._chance = [0, 0]

    def heard(self, kind, hz, grade, now_s):
        """Judge a hearing. Returns the Verdict object, which is reused.

        grade "sure", "weak", or "" for one that failed a test (kind = what it looked like);
        now_s: start of the sound."""
        grade = grade or "unmatched"
        out = self.verdict
        best = self._search(kind, hz, grade, now_s)
        track = best.track
        again = better = False
        out.duplicate = track is not None and best.gain_db < 0
        if out.duplicate:
            better = track.look_again(grade)
        elif track:
            again = track.hits > 1 and not best.repaired and not track.adrift
            if not track.known:
                self._crowd.count(kind, hz, grade)
            track.take(best, now_s, hz, grade)
        else:
            self._crowd.count(kind, hz, grade)
            track = Track(kind, hz, grade, now_s)
            if track.graded:
                self._keep(track)
            else:
                track = self._from_past(track, hz, now_s)
        out.on_time = again
        out.repeat = track.hits > 1 and (better or not out.duplicate) and self._enough(track, grade)
        track.known = track.known or out.repeat
        if track.hits >= 6 and track.known and track.score >= LEARN_DB and track.interval_x16:
            self._learn(track)
        out.grade = "sure" if grade == "sure" else "weak"
        out.alert = out.repeat or (grade != "unmatched" and (better or not out.duplicate))
        out.score_db = track.score
        out.hits = track.hits
        out.interval_s = (track.interval_x16 + 8) // 16
        out.confidence = min(99, {"sure": 70, "weak": 35, "unmatched": 10}[grade] + 2 * track.score)
        return out

    def _search(self, kind, hz, grade, now_s):
        """The best fit of all tracks; track None: new; gain below 0: the same sounding again."""
        best, fit = self._best, self._fit
        best.clear()
        chance = self._chance
        self._crowd.fill(chance, kind, hz, grade)
        for track in self.tracks:
            odds = track.tone_odds(hz) if track.kind == kind else 0
            if not odds:
                continue
            if -SAME_S < now_s - track.last_s < SAME_S:
                best.clear()
                best.track = track
                return best
            track.fit(fit, now_s, grade, odds, chance, self._expected(kind))
            if fit.gain_db > best.gain_db and (fit.gain_db or grade != "unmatched"):
                best.copy(fit)
        return best

    def _expected(self, kind):
        learned = self.learned_s[kind]
        return (learned,) if learned else EXPECTED_S[kind]

    def _enough(self, track, grade):
        if track.score >= NEED_DB:
            return True
        if grade == "unmatched":
            return False
        if track.known:
            return True
        # The policy's "at the first repeat" holds in a noisy room, too.
        return track.timely and (track.graded > 1 if track.kind == "siren" else track.sure_again)

    def _learn(self, track):
        interval_s = (track.interval_x16 + 8) // 16
        if self.learned_s[track.kind] != interval_s:
            if abs(self.learned_s[track.kind] - interval_s) > 2:
                self._event("learned", track, interval_s)
            self.learned_s[track.kind] = interval_s

    def _from_past(self, track, hz, now_s):
        """A look-alike that fits no track: a pair becomes a track, a single one is remembered."""
        found = self._past.find(track.kind, hz, now_s, self._expected(track.kind))
        self._past.put(track.kind, hz, now_s)
        if found:
            low_hz, high_hz, then_s = found
            tones = (low_hz,) if low_hz == high_hz else (low_hz, high_hz)
            older = Track(track.kind, tones, "unmatched", then_s)
            fit = self._best
            odds = older.tone_odds(hz)
            older.fit(fit, now_s, "unmatched", odds, self._chance, self._expected(track.kind))
            if fit.gain_db > 0:
                older.take(fit, now_s, hz, "unmatched")
                self._keep(older)
                return older
        return track

    def _keep(self, track):
        """Into the bounded memory, in place of the least worth; look-alikes hold half at most."""
        rivals = self.tracks
        full = len(rivals) >= MOST_TRACKS
        if not track.graded:
            rivals = [t for t in rivals if not t.graded]
            full = full or len(rivals) >= MOST_TRACKS // 2
        if full and rivals:
            self.tracks.remove(min(rivals, key=_worth))
        if rivals or not full:
            self.tracks.append(track)

    def tick(self, now_s):
        """Judge the due times that have passed. Returns the number of events waiting."""
        self._crowd.tick(now_s)
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
            track.misses += 1
            track.score = max(0, track.score - MISS_DB)
            if track.known and not track.told:
                self._event("missed", track, due_s)
            if track.misses == STOPPED_AFTER and track.known:
                if self._moved(track):
                    return False
                track.told = True
                self._event("no longer heard", track, track.last_s)
        track.masked = False
        track.next_k += 1
        return track.next_k <= (24 if track.known else MOST_MISSED)

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

    def near_due(self, now_s, ahead_s=8, behind_s=8):
        """True when a due time lies at most ahead_s ahead or behind_s ago.

        Then begin no burst and write no flash. A sure sound heard once is due again at each of the
        next expected intervals: the first repeat may have been covered all the same."""
        for track in self.tracks:
            due_s = track.due_s()
            if not due_s and track.sure and track.hits == 1:
                every_s = self.learned_s[track.kind] or EXPECTED_S[track.kind][0]
                cycles = (now_s - track.last_s + every_s // 2) // every_s
                due_s = track.last_s + max(1, min(MOST_MISSED, cycles)) * every_s
            if due_s and (track.hits > 1 or track.sure) and -behind_s <= due_s - now_s <= ahead_s:
                return True
        return False

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

    def state(self, now_s, utc_s=None):
        """JSON-able; utc_s None when the clock is not to be trusted."""
        return recurrence_state.save(self, now_s, utc_s)

    def restore(self, state, now_s, utc_s=None):
        """Take up a saved state at boot. False, and nothing changed: not a state of ours."""
        return recurrence_state.load(self, state, now_s, utc_s)

    def _event(self, name, track, at_s):
        if len(self.events) >= MOST_EVENTS:
            self.events.pop(0)
        self.events.append((name, {"kind": track.kind, "hz": [track.hz0, track.hz1], "at_s": at_s,
                                   "misses": track.misses}))  # fmt: skip


def _worth(track):
    return (track.known, track.score, track.hits, track.graded, track.last_s)
