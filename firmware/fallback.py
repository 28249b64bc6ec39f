# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Stands in for the recurrence after it has failed: every finding with a grade is passed on.

In and out: as alarm.recurrence.Recurrence. The failure is a degraded fault and in the log; a siren
that is heard meanwhile must not wait for a restart.
"""

import io
import sys


class _Verdict:
    alert = True
    repeat = False
    grade = ""
    confidence = 0
    interval_s = 0


class NoRecurrence:
    """Knows no due times and no repeats."""

    def __init__(self):
        self.verdict = _Verdict()
        self.events = []

    def heard(self, kind, hz, grade, now_s):
        verdict = self.verdict
        verdict.alert = grade != ""
        verdict.grade = grade
        verdict.confidence = 70 if grade == "sure" else 35
        return verdict

    def faint(self, low_hz, high_hz, strength_db, now_s):
        return None

    def tick(self, now_s):
        return 0

    def near_due(self, now_s, ahead_s=0, behind_s=0):
        return False

    def risk(self, at_s):
        return 0

    def masked(self, from_s, to_s):
        pass


def describe(error):
    """The traceback as text, its end kept: that is where the cause is."""
    text = io.StringIO()
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, text)
    else:
        # CPython's way; MicroPython has no such module, and its type stubs do not know it.
        trace = __import__("traceback")
        trace.print_exception(type(error), error, error.__traceback__, file=text)
    return text.getvalue()[-400:]
