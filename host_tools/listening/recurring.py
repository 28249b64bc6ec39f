# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The firmware's recurrence on this computer, without any sound: it is pure and quick.

In: what was heard, and when, in whole seconds. Out: True when the recurrence would alert.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from host_tools import device_code
from host_tools.listening import CPYTHON

if str(CPYTHON) not in sys.path:
    sys.path.append(str(CPYTHON))  # its stand-in for the module micropython

STEP_S = 5  # between ticks: less than the grace after a due time


class Recurring:
    def __init__(self) -> None:
        self.recurrence = device_code.module("alarm.recurrence").Recurrence()
        self._now_s = 0

    def hear(self, at_s: int, kind: str, grade: str, strength_db: int, hz: Sequence[int]) -> bool:
        """grade "sure", "weak", "" (failed a test) or "faint", which alone has a strength."""
        recurrence = self.recurrence
        while self._now_s < at_s:
            self._now_s = min(at_s, self._now_s + (STEP_S if recurrence.tracks else 60))
            recurrence.tick(self._now_s)
        recurrence.events.clear()
        if grade == "faint":
            high = hz[1] if len(hz) > 1 else 0
            return recurrence.faint(hz[0], high, strength_db, at_s) is not None
        verdict = recurrence.heard(kind, tuple(hz), grade, at_s)
        return bool(verdict.alert and verdict.repeat)
