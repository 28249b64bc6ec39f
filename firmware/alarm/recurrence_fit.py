# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Evidence in whole decibels: the arithmetic under the recurrence, in small integers.

In: grades, tones in Hz, chance rates, windows in seconds. Out: a likelihood ratio in dB, capped by
grade, because no model of a living room is right enough to trust more than that.
"""

# Cap of one hearing's evidence in dB: [at a known or expected interval, at any interval]
CAPS_DB = {"sure": (20, 15), "weak": (12, 9), "unmatched": (5, 0)}
# A faint one's evidence is the ratio of two densities: noise of a known rate, which falls by a
# factor of ten in 10 dB, and a sound of unknown strength, even over SPREAD_DB (in dB of a ratio).
SPREAD_DB = 6
FAINT_CAP_DB = 17
JITTER_S = 4  # whole-second times on both ends, and jitter that nobody has modelled
MOST_FIRST = 4  # cycles between the first two faint ones
FAINT_FLOOR_X64 = 64  # candidates an hour and band, times 64, that are assumed at least
ORDER = ("unmatched", "faint", "weak", "sure")
_LOG2_X8 = (0, 1, 3, 4, 5, 6, 6, 7)  # 8 * log2(1 + n/8), rounded


def db(num, den):
    """10 log10(num / den) in whole dB, within 1 dB; less than 1 counts as 1: it would not end."""
    return (_log2_x8(max(1, num)) - _log2_x8(max(1, den))) * 301 // 800


def _log2_x8(n):
    octave = 0
    while n >= 16:
        n >>= 1
        octave += 1
    while n < 8:
        n <<= 1
        octave -= 1
    return 8 * (octave + 3) + _LOG2_X8[n - 8]


def tone_band(hz):
    """Which of 32 bands (8 an octave, from 500 Hz) this tone lies in."""
    return min(31, max(0, _log2_x8(max(1, hz)) - 71))


def near_hz(a, b):
    """One tone, within 2 % or two spectrum bins."""
    limit = max(16, a // 50)
    return -limit <= a - b <= limit


def near_pair_hz(a, b):
    """A siren's tone, within 1 % or two spectrum bins: two random sirens a night must not meet."""
    limit = max(16, a // 100)
    return -limit <= a - b <= limit


def alike(a, b, siren):
    """The same for faint ones, among many of which only an exact match means something: the error
    of such a tone's frequency and a little for a pump's own wander."""
    limit = (12 if siren else 2) + (a >> 10)
    return -limit <= a - b <= limit


def faint_odds(low_hz, high_hz):
    """One in how many chance tones of this band (or pairs, the lower one in it) is alike."""
    odds = low_hz // 23 // ((12 if high_hz else 2) + (low_hz >> 10))
    return max(1, odds * 30 if high_hz else odds)


def faint_db(rate_x64, odds, window_s, strength_db):
    """Half of the log-likelihood ratio, in dB, for a candidate of this strength in a window of so
    many seconds; rate_x64: candidates an hour of its band, times 64. Halved and capped,
    because no model of a room is right enough.

    Bounds: a rate of 64000 times a window of 10920 s < 2**30; odds below 1000."""
    ratio = db(3600 * 32 * odds, max(FAINT_FLOOR_X64, rate_x64) * window_s)
    return max(0, min(FAINT_CAP_DB, (ratio - SPREAD_DB + strength_db) // 2))


def expected_gain(elapsed_s, expected, rate_x64, odds, strength_db):
    """(gain in dB, cycles) of two faint ones so far apart; (0, 0): at no expected interval."""
    best = cycles = 0
    for interval_s in expected:
        k = (elapsed_s + interval_s // 2) // interval_s
        wide_s = JITTER_S + elapsed_s // 400
        if 1 <= k <= MOST_FIRST and abs(elapsed_s - k * interval_s) <= wide_s:
            gain = faint_db(rate_x64, odds, 2 * wide_s + 1, strength_db)
            if gain > best:
                best = gain
                cycles = k
    return best, cycles


class Fit:
    """How a hearing fits a track: evidence in dB (below 0: not at all), cycles since the last
    hearing, the interval it speaks for. Reused: a search through all tracks builds nothing."""

    def __init__(self):
        self.clear()

    def clear(self):
        self.gain_db = -1
        self.cycles = 0
        self.interval_x16 = 0
        self.repaired = False  # the interval so far was wrong: the last pair alone counts
        self.timely = False  # at a time that was expected
        self.track = None

    def weigh(self, cap_db, odds, chance, window_s):
        """10 log10 of: half of the pump's soundings are heard, against chance hearings of this
        tone (one random tone in `odds` is like it) in a window of so many seconds.

        Bounds: 3600 * 32 * odds < 2**25; a rate of 64000 times a window of 10920 s < 2**30."""
        gain = min(
            db(3600 * 32 * odds, max(1, chance[0] * window_s)),
            db(3600 * 32, max(1, chance[1] * window_s)),
        )
        self.gain_db = min(cap_db, max(0, gain))

    def copy(self, other):
        self.gain_db = other.gain_db
        self.cycles = other.cycles
        self.interval_x16 = other.interval_x16
        self.repaired = other.repaired
        self.timely = other.timely
        self.track = other.track


class Verdict:
    """repeat: pass this hearing to the alert as a repeat. alert: pass it on at all.
    grade: "sure" or "weak" as the alert knows it. confidence 0..100. interval_s 0 = none yet."""

    def __init__(self):
        self.repeat = self.alert = self.on_time = self.duplicate = False
        self.grade = ""
        self.confidence = self.interval_s = self.hits = self.score_db = 0
