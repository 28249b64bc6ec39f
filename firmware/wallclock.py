# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""UTC for the records, carried on by uptime between readings of the clock chip and when it fails.

In: a Clock (or None) and uptime in seconds.  Out: utc_s or None, ``fault``, ``estimated``.
"""

STEP_S = 5  # the chip gains or loses under 0.2 s a day: more than this in a minute is a step


class WallClock:
    def __init__(self, clock):
        self._clock = clock
        self._base_s = None  # utc_s at uptime 0
        self._step_s = None  # a step seen once; believed when the next reading agrees
        self.fault = ""  # without a clock by settings nothing is wrong
        self.estimated = False  # times come from uptime, the chip is silent

    def utc_s(self, up_s):
        return None if self._base_s is None else self._base_s + up_s

    def read(self, up_s):
        """Ask the chip. Returns the step in seconds when the clock was moved, else 0."""
        if self._clock is None:
            return 0
        utc_s = self._clock.read_utc_s()
        self.fault = self._clock.fault if utc_s is None else ""
        self.estimated = utc_s is None and self._base_s is not None
        if utc_s is None:
            return 0
        base_s = utc_s - up_s
        if self._base_s is None:
            self._base_s = base_s
            return 0
        moved_s = base_s - self._base_s
        if -STEP_S <= moved_s <= STEP_S:
            self._step_s = None
            self._base_s = base_s
            return 0
        # A wire fault can look like another date: one odd reading is not believed.
        seen_s = self._step_s
        self._step_s = base_s
        if seen_s is None or not -STEP_S <= base_s - seen_s <= STEP_S:
            return 0
        self._step_s = None
        self._base_s = base_s
        return moved_s

    def set(self, utc_s, up_s):
        """Set chip and records; True when the chip took it."""
        ok = self._clock is not None and self._clock.set_utc_s(utc_s)
        self._base_s = utc_s - up_s
        self._step_s = None
        self.fault = "" if ok else (self._clock.fault if self._clock else "not fitted")
        self.estimated = not ok
        return ok
