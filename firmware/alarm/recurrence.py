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
from alarm.recurrence_due import EXPECTED_S, DueTimes
from alarm.recurrence_faint import FaintPast
from alarm.recurrence_fit import SPREAD_DB, Fit, Verdict, faint_odds
from alarm.recurrence_past import Crowd, Past
from alarm.recurrence_track import SAME_S, Track

MOST_TRACKS = 16
NEED_FAINT_DB = 28  # and so much when the last of them was faint
NEED_DB = 24  # so much evidence makes weak hearings an alert
LEARN_DB = 54  # and so much makes its interval the only one that counts
PAIR_DB = 6  # less is not worth a hypothesis


class Recurrence(DueTimes):
    def __init__(self, config=None):
        """config (all optional): {"siren_s": s, "chime_s": s}, an interval that someone told us."""
        super().__init__()
        self.verdict = Verdict()
        for key in config or {}:
            if key not in ("siren_s", "chime_s"):
                raise ValueError("recurrence has no setting %r; use siren_s, chime_s" % key)
            value = config[key]
            if not isinstance(value, int) or not (value == 0 or 60 <= value <= 5400):
                raise ValueError("%s must be 60 to 5400 seconds, or 0 for unknown" % key)
            self.learned_s[key[:-2]] = value
        self._fit = Fit()
        self._best = Fit()
        self._crowd = Crowd()
        self._past = Past()
        self._faint = FaintPast()
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
                track = self._after_faint(track, hz, grade, now_s)
                self._keep(track)
            else:
                track = self._from_past(track, hz, now_s)
        out.on_time = again
        out.repeat = track.hits > 1 and (better or not out.duplicate) and self._enough(track, grade)
        track.known = track.known or out.repeat
        if (
            track.hits >= 6
            and track.known
            and not track.thin
            and track.score >= LEARN_DB
            and track.interval_x16
        ):
            self._learn(track)
        out.grade = "sure" if grade == "sure" else "weak"
        out.alert = out.repeat or (grade != "unmatched" and (better or not out.duplicate))
        self._tell(track, out, {"sure": 70, "weak": 35, "unmatched": 10}[grade])
        return out

    def faint(self, low_hz, high_hz, strength_db, now_s):
        """A candidate too weak for a finding (high_hz 0: a chime), its strength in dB over the
        weakest ones'. Returns the Verdict, reused, when it is part of what has come back often
        enough for an alert; else None, and nobody is told."""
        kind = "siren" if high_hz else "chime"
        expected = self._expected(kind)
        rate = self._crowd.faint_rate(low_hz)
        odds = faint_odds(low_hz, high_hz)
        fit, best = self._fit, self._best
        best.clear()
        best.gain_db = 0
        for track in self.tracks:
            if track.kind == kind and track.is_faintly(low_hz, high_hz):
                if -SAME_S < now_s - track.last_s < SAME_S:
                    return None
                track.fit_faint(fit, now_s, expected, rate, odds, strength_db)
                if fit.gain_db > best.gain_db:
                    best.copy(fit)
        track = best.track
        if track:
            hz = (low_hz, high_hz) if high_hz else (low_hz,)
            track.take(best, now_s, hz, "faint")
        else:
            self._crowd.count_faint(low_hz)
            track = self._returned(low_hz, high_hz, strength_db, now_s, rate, odds, expected)
        if not track or track.hits < 3 or not (track.known or track.score >= NEED_FAINT_DB):
            return None
        track.known = True
        out = self.verdict
        out.duplicate = False
        out.on_time = out.repeat = out.alert = True
        out.grade = "weak"
        self._tell(track, out, 10)
        return out

    def _returned(self, low_hz, high_hz, strength_db, now_s, rate, odds, expected):
        """The faint one's new track, if it comes back to an earlier one or two; else None."""
        ring, fit, other = self._faint, self._fit, self._best
        n = ring.collect(low_hz, high_hz, now_s)
        if n < 0:
            return None
        hz = (low_hz, high_hz) if high_hz else (low_hz,)
        at = ring.pair(n, expected, now_s, rate, odds, strength_db, fit)
        first, middle = ring.triple(n, now_s, rate, odds, strength_db, other)
        track = None
        if middle >= 0 and other.gain_db > fit.gain_db:
            track = ring.track(first)
            gain = other.gain_db
            other.gain_db = gain // 2
            track.take(other, ring.time_s(middle), hz, "faint")
            other.gain_db = gain - gain // 2
            fit = other
        elif at >= 0:
            track = ring.track(at)
        ring.put(low_hz, high_hz, strength_db, now_s)  # perhaps in the place of `at`
        if not track or fit.gain_db + track.score < PAIR_DB:
            return None
        track.take(fit, now_s, hz, "faint")
        self._keep(track)
        return track

    def _after_faint(self, track, hz, grade, now_s):
        """A first chime's track; it begins earlier where a faint one came before."""
        past, fit = self._faint, self._fit
        n = past.collect(hz[0], 0, now_s) if track.kind == "chime" and len(hz) == 1 else 0
        if n > 0:
            rate, odds = self._crowd.faint_rate(hz[0]), faint_odds(hz[0], 0)
            at = past.pair(n, self._expected("chime"), now_s, rate, odds, SPREAD_DB, fit)
            if at >= 0:
                older = past.track(at)
                older.take(fit, now_s, hz, grade)
                if grade == "sure":
                    older.score = min(99, older.score + 15)
                return older
        return track

    def _tell(self, track, out, base):
        out.score_db = track.score
        out.hits = track.hits
        out.interval_s = (track.interval_x16 + 8) // 16
        out.confidence = min(99, base + 2 * track.score)

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
            if odds:  # remembered as alike within 2 %; of a siren's pair 1 % is asked
                older.fit(fit, now_s, "unmatched", odds, self._chance, self._expected(track.kind))
            if odds and fit.gain_db > 0:
                older.take(fit, now_s, hz, "unmatched")
                self._keep(older)
                return older
        return track

    def tick(self, now_s):
        """Every second: judge the due times that have passed. Returns how many events wait."""
        self._crowd.tick(now_s)
        return super().tick(now_s)

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

    def state(self, now_s, utc_s=None):
        """JSON-able; utc_s None when the clock is not to be trusted."""
        return recurrence_state.save(self, now_s, utc_s)

    def restore(self, state, now_s, utc_s=None):
        """Take up a saved state at boot. False, and nothing changed: not a state of ours."""
        return recurrence_state.load(self, state, now_s, utc_s)


def _worth(track):
    return (track.known, track.score, track.hits, track.graded, track.last_s)
