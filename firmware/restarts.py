# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Why the device started, and how often it has restarted in a row.

In: the stored state of the last run and the chip's reset cause.  Out: ``reason``, ``count``,
``reduced``. The rp2 chips report machine.reset() as a watchdog reset, so the reason is stored
before; a watchdog reset without a stored reason is the watchdog's own.
"""

REDUCED_AFTER = 3
MAINTENANCE = "maintenance"  # stored as the reason: the next start is for a computer
# A run of this length ends the row: longer than the hour of a chime, so that a start which fails at
# each sound of the pump counts as failing again and again.
WELL_AFTER_S = 4500


def maintenance_asked(state):
    """True when the last run ended with the wish for maintenance."""
    return isinstance(state, dict) and state.get("reason") == MAINTENANCE


class Restarts:
    """``slot``: the deployment's that runs, "" when the code is part of MicroPython's image."""

    def __init__(self, state, watchdog_reset, slot=""):
        if not isinstance(state, dict):
            state = {}
        reason = state.get("reason")
        count = state.get("restarts")
        boots = state.get("boots")
        self.reason = reason if isinstance(reason, str) and reason else ""
        self.boots = (boots if isinstance(boots, int) else 0) + 1
        self.count = 0
        self._slot = slot
        self._well = (
            ""  # the slot, once this run has listened long enough: deploy's loader reads it
        )
        trace = state.get("trace")
        self.trace = trace if isinstance(trace, str) else ""  # of a start that failed
        if self.reason.startswith(MAINTENANCE):
            pass  # somebody wanted it: no sign of trouble
        elif watchdog_reset or self.reason:
            self.count = (count if isinstance(count, int) and 0 <= count < 1000 else 0) + 1
            self.reason = self.reason or "watchdog"
        else:
            self.reason = "power on"

    @property
    def reduced(self):
        """Run with defaults and without what was learned, which may be the cause."""
        return self.count >= REDUCED_AFTER

    @property
    def bare(self):
        """That was not enough: without the stored alert, too. Listening is worth more."""
        return self.count >= 2 * REDUCED_AFTER

    @property
    def muted(self):
        """A board that restarts all night must not push the log's older records out."""
        return self.count > 10 and self.count % 64 != 0

    def state(self, reason=""):
        state = {"boots": self.boots, "restarts": self.count, "reason": reason}
        if self._well:
            state["well"] = self._well
        return state

    def well(self, listening=True):
        """The run is long enough; True when there is something to store."""
        news = self.count != 0
        self.count = 0
        if listening and self._well != self._slot:
            self._well = self._slot
            news = True
        return news
