# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""One hypothesis of the recurrence: a sound of these tones comes back at this interval.

In: times in whole seconds of uptime, tones in Hz. Out: how well a new hearing fits (a Fit), and due
times. Intervals are kept in 1/16 s. All numbers stay below 2**30.
"""

from alarm.recurrence_fit import (
    CAPS_DB,
    JITTER_S,
    ORDER,
    alike,
    expected_gain,
    faint_db,
    near_hz,
    near_pair_hz,
)

GRADES = ("weak", "sure")
SHORTEST_S = 55
LONGEST_S = 5460  # 90 min and a little
SAME_S = 40  # nearer than this is the same sounding, heard twice
MOST_MISSED = 6  # cycles that may have gone unheard before the interval is sure
MOST_FAINT = 9  # cycles between two faint ones


class Track:
    """A hypothesis. interval_x16 = 0 until a second hearing gives one."""

    FIELDS = ("kind", "hz0", "hz1", "last_s", "interval_x16", "hits", "graded", "score", "sure",
              "known", "adrift", "common", "first_s", "cycles", "misses",
              "faints")  # fmt: skip

    def __init__(self, kind, hz, grade, now_s):
        self.kind = kind
        self.hz0 = min(hz) if hz else 0
        self.hz1 = max(hz) if len(hz) > 1 else 0
        self.last_s = now_s
        self.interval_x16 = 0
        self.hits = 1
        self.graded = 1 if grade in GRADES else 0
        self.sure = grade == "sure"
        self.score = 15 if self.sure else 0
        self.known = False  # has once been enough for an alert
        self.adrift = False  # restored without a clock: the interval stands, its phase is lost
        self.common = 0  # what divides all cycle counts so far
        self.first_s = now_s
        self.cycles = 0
        self.misses = 0
        self.faints = 1 if grade == "faint" else 0
        self.next_k = 1
        self.was_due_s = 0  # when its last hearing was due
        self.masked = False
        self.told = False
        self.last = grade  # of the last hearing
        self.timely = False  # it came when one could expect it
        self.sure_again = False  # and was the second sure one

    def tone_odds(self, hz):
        """One in how many random sounds has these tones; 0 = they are not this track's."""
        if not hz or not self.hz0:
            return 1
        if self.hz1 and len(hz) > 1:
            low, high = min(hz), max(hz)
            return 500 if near_pair_hz(self.hz0, low) and near_pair_hz(self.hz1, high) else 0
        for tone in hz:
            if near_hz(self.hz0, tone) or (self.hz1 and near_hz(self.hz1, tone)):
                return 50
        return 0

    @property
    def thin(self):
        """Mostly faint: it is missed more often than heard."""
        return 2 * self.faints > self.hits

    def is_faintly(self, low_hz, high_hz):
        """These are its tones, as near as a faint one must be."""
        if self.adrift or (self.hz1 > 0) != (high_hz > 0):
            return False
        if not high_hz:
            return alike(self.hz0, low_hz, False)
        return alike(self.hz0, low_hz, True) and alike(self.hz1, high_hz, True)

    def fit_faint(self, fit, now_s, expected, rate_x64, odds, strength_db):
        """As fit, for a faint candidate; gain_db 0 when it does not fit or proves nothing."""
        fit.clear()
        fit.gain_db = 0
        fit.track = self
        elapsed_s = now_s - self.last_s
        if not self.interval_x16:
            fit.gain_db, fit.cycles = expected_gain(
                elapsed_s, expected, rate_x64, odds, strength_db
            )
            if fit.gain_db:
                fit.interval_x16 = 16 * elapsed_s // fit.cycles
                fit.timely = True
            return
        interval = self.interval_x16
        cycles = (16 * elapsed_s + interval // 2) // interval
        off_s = abs(16 * elapsed_s - cycles * interval) // 16
        wide_s = self.tolerance_s(cycles)
        if 1 <= cycles <= (24 if self.known else MOST_FAINT) and off_s <= wide_s:
            fit.gain_db = faint_db(rate_x64, odds, 2 * wide_s + 1, strength_db)
            fit.cycles = cycles
            fit.interval_x16 = interval
            fit.timely = True

    def same_tones(self, other):
        """Both tracks speak of the same tones."""
        return self.tone_odds([hz for hz in (other.hz0, other.hz1) if hz]) > 0

    def tolerance_s(self, cycles):
        """Plus or minus, so many cycles after the last hearing: jitter, drift, interval's error."""
        elapsed_s = cycles * self.interval_x16 // 16
        return JITTER_S + elapsed_s // 1000 + 2 * cycles // max(1, self.hits - 1)

    def due_s(self):
        """The next due time that has not been judged; 0 when no interval is known."""
        if not self.interval_x16 or self.adrift:
            return 0
        return self.last_s + self.next_k * self.interval_x16 // 16

    def fit(self, fit, now_s, grade, odds, chance, expected):
        """Fill fit for a hearing of these odds now. gain_db -1: does not fit.

        chance: (chance hearings an hour times 64, the same of this tone alone);
        expected: intervals in s, just one when it is learned (other times then prove little)."""
        fit.clear()
        fit.track = self
        elapsed_s = now_s - self.last_s
        caps = CAPS_DB[grade]
        if self.adrift:
            fit.timely = True
            fit.weigh(caps[1], odds, chance, 2 * LONGEST_S)
            fit.interval_x16 = self.interval_x16
            return
        if self.interval_x16:
            self._by_interval(fit, elapsed_s, caps[0], odds, chance)
            if fit.gain_db >= 0 or self.hits > 2 or self.known or grade == "unmatched":
                return
        for interval_s in expected:
            cycles = (elapsed_s + interval_s // 2) // interval_s
            off_s = elapsed_s - cycles * interval_s
            if 1 <= cycles <= MOST_MISSED and -interval_s <= 20 * off_s <= interval_s:
                self._pair(fit, elapsed_s, cycles)
                fit.timely = True
                fit.weigh(caps[0], odds, chance, interval_s // 10)
                return
        if caps[1] and SHORTEST_S <= elapsed_s <= LONGEST_S:
            self._pair(fit, elapsed_s, 1)
            fit.timely = len(expected) > 1
            cap_db = caps[1] if fit.timely else caps[1] // 2
            fit.weigh(cap_db, odds, chance, LONGEST_S)

    def _pair(self, fit, elapsed_s, cycles):
        fit.cycles = cycles
        fit.interval_x16 = 16 * elapsed_s // cycles
        fit.repaired = self.hits > 1

    def _by_interval(self, fit, elapsed_s, cap_db, odds, chance):
        interval = self.interval_x16
        most = 24 if self.known else MOST_MISSED
        for part in range(1, 7):  # the pair so far may have missed some in between
            each = interval // part
            cycles = (16 * elapsed_s + each // 2) // each
            off_s = abs(16 * elapsed_s - cycles * each) // 16
            tight_s = self.tolerance_s(1) + cycles * self.tolerance_s(1) // 8
            if part == 1:
                tight_s = self.tolerance_s(cycles)
                if 1 <= cycles <= most and off_s <= tight_s + interval // 800:
                    fit.weigh(cap_db, odds, chance, 2 * max(tight_s, off_s) + 1)
            elif self.hits == 2 and each >= 16 * SHORTEST_S and 16 * 16 * tight_s <= each:
                if 1 <= cycles <= MOST_MISSED and off_s <= tight_s:
                    fit.weigh(cap_db, odds, chance, 12 * (2 * tight_s + 1))
            if fit.gain_db >= 0:
                fit.cycles = cycles
                fit.interval_x16 = each
                fit.timely = True
                return

    def take(self, fit, now_s, hz, grade):
        """Count a hearing that fits."""
        elapsed_s = now_s - self.last_s
        due_s = self.due_s()
        self.was_due_s = due_s if -SAME_S < due_s - now_s < SAME_S else now_s
        if fit.repaired:
            self.hits = 1
            self.score = 15 if self.sure else 0
            self.first_s = self.last_s
            self.cycles = self.common = 0
        elif self.adrift:
            self.first_s = now_s
            self.cycles = 0
        self.timely = fit.timely
        self.sure_again = fit.timely and self.sure and grade == "sure"
        if not self.adrift:
            self._retime(fit, now_s, elapsed_s)
        self.adrift = False
        self.hits = min(999, self.hits + 1)
        self.score = min(99, self.score + fit.gain_db)
        self.sure = self.sure or grade == "sure"
        if grade in GRADES:
            self.graded = min(999, self.graded + 1)
        elif grade == "faint":
            self.faints = min(999, self.faints + 1)
        self.last = grade
        if hz and self.hz0 and not self.hz1 and len(hz) == 1:
            self.hz0 += (hz[0] - self.hz0 + 2) // 4
        self.heard_at(now_s)

    def look_again(self, grade):
        """The same sounding, heard twice. True: this time it was heard better, which counts."""
        if ORDER.index(grade) <= ORDER.index(self.last):
            return False
        if self.last not in GRADES:
            self.graded += 1
            if self.hits > 1 and self.last == "unmatched":
                self.score = min(99, self.score + CAPS_DB["weak"][0] - CAPS_DB["unmatched"][0])
        if grade == "sure" and not self.sure:
            self.sure = True
            self.score = min(99, self.score + 15)
        self.last = grade
        return True

    def heard_at(self, now_s):
        """Count due times from here."""
        self.last_s = now_s
        self.next_k = 1
        self.misses = 0
        self.masked = self.told = False

    def _retime(self, fit, now_s, elapsed_s):
        if self.interval_x16 and fit.interval_x16 != self.interval_x16 and not fit.repaired:
            parts = (self.interval_x16 + fit.interval_x16 // 2) // fit.interval_x16
            self.cycles *= parts
            self.common *= parts
        self.cycles += fit.cycles
        a, b = self.common, fit.cycles
        while b:
            a, b = b, a % b
        self.common = a
        self.interval_x16 = fit.interval_x16
        if self.hits < 16:
            self.interval_x16 = (16 * (now_s - self.first_s) + self.cycles // 2) // self.cycles
        else:  # follow a drift of years
            off_x16 = 16 * elapsed_s - fit.cycles * self.interval_x16
            self.interval_x16 += off_x16 // (8 * fit.cycles)
        if self.hits >= 3 and self.common > 1:
            if self.common * self.interval_x16 <= 16 * LONGEST_S:
                self.interval_x16 *= self.common
                self.cycles //= self.common
            self.common = 1
