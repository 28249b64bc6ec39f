# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""What is written to flash, and when.

In: records and changed states, at any time (RAM only).  Out: commits through the flash gate.

Alert first: an urgent record waits for a pause between the sounder's bursts, at most URGENT_S. A
press (SOON) waits until a siren that sounded meanwhile has been heard to its end, and for a due
time to pass: were its record lost, the alert would sound again. Mere findings wait for the gate's
credit. States (alert latch, recurrence) are saved in the same pass as the records, because the deaf
time of a pass is mostly the microphone's start-up.
"""

import store
from eventlog import ENOSPC

URGENT_S = 4  # promised: within 5 s after the alert has begun
SOON = 2  # as `urgent`: what can wait for the pump
SOON_S = 4  # a siren of 3 s and its judgement
SOON_MOST_S = 15  # longer than the sounder is held back around a due time
# After a failed write; each try costs deaf time, so the wait doubles each time.
_RETRY_S = 60
_RETRY_MOST_S = 3600
# In a night without a finding nothing would be written, and a flash that takes no write not be
# noticed: so long after the last write that went well a small state is written for its own sake.
# At most 9 a night of 8 h, each about 0.4 s of deafness. No round number, see the gate's.
PROVE_S = 3391
# Music for hours gives look-alikes for hours; the log has to last until the next clinic visit.
_LIMITED_KIND = "not_matched"
_LIMITED_AN_HOUR = 20


class Recorder:
    """``on_fault(text)`` is called after each commit, with "" when it went well."""

    def __init__(self, log, gate, on_fault, save=store.save):
        self.log = log
        self._gate = gate
        self._on_fault = on_fault
        self._save = save
        self._states = {}  # path -> function that gives the value to save
        self._dirty = {}  # path -> True
        self._urgent_since_s = None
        self._soon_since_s = None
        self._news = False  # an urgent record since the last try
        self._failed_s = 0
        self._wait_s = 0  # until the next try; 0 = the last write went well
        self._limited = 0
        self._unlogged = 0
        self._hour_s = 0
        self._told_lost = 0
        self._state_fault = ""
        self._broken = {}  # path -> why its value cannot be saved, whatever the flash does
        self._proven_s = 0  # the last write that went well
        self.proof = ""  # path of the state that is written to prove the flash
        self._full = False
        self.muted = False  # leave records out until the loop has proven itself

    def keep(self, path, value):
        """Save ``value()`` at ``path`` whenever it was marked with ``changed``."""
        self._states[path] = value
        self._dirty[path] = False

    def changed(self, path):
        self._dirty[path] = True

    def add(self, kind, fields, utc_s, up_s, urgent=False):
        """Queue a record (fields: pairs); ``urgent``: False, True or SOON. Returns its number; 0 =
        left out as too many."""
        if self.muted:
            return 0
        if up_s - self._hour_s >= 3600:
            self._hour_s = up_s
            self._limited = 0
            if self._unlogged:
                self.log.add("not_logged", (("count", self._unlogged),), utc_s, up_s)
                self._unlogged = 0
        if kind == _LIMITED_KIND:
            self._limited += 1
            if self._limited > _LIMITED_AN_HOUR:
                self._unlogged += 1
                return 0
        if urgent == SOON:
            if self._soon_since_s is None:
                self._soon_since_s = up_s
        elif urgent:
            self._news = True
            if self._urgent_since_s is None:
                self._urgent_since_s = up_s
        return self.log.add(kind, fields, utc_s, up_s)

    @property
    def pending(self):
        if self.log.waiting:
            return True
        for path in self._dirty:
            if self._dirty[path]:
                return True
        return False

    def second(self, up_s, near_due, between_bursts, utc_s=None):
        """Once a second. True when a commit was tried."""
        if self.proof and up_s - self._proven_s >= PROVE_S:
            self._dirty[self.proof] = True
        if not self.pending:
            return False
        since_s = self._urgent_since_s
        # An alert is worth a new try, even where the last ones failed.
        if up_s - self._failed_s < (min(self._wait_s, _RETRY_S) if self._news else self._wait_s):
            return False
        soon_s = self._soon_since_s
        if since_s is not None:
            due = between_bursts or up_s - since_s >= URGENT_S
        elif soon_s is not None:
            waited_s = up_s - soon_s
            due = waited_s >= SOON_MOST_S or (
                waited_s >= SOON_S and between_bursts and not near_due
            )
        else:
            due = between_bursts and (
                self._gate.allows(up_s, near_due) or (self.log.crowded and not near_due)
            )
        if due:
            self.commit(utc_s, up_s)
        return due

    def commit(self, utc_s, up_s):
        """Write now. True when all is acknowledged."""
        gate = self._gate
        if gate.untold_ms and not self._wait_s:  # tries that fail must not fill the queue
            fields = (("ms", gate.untold_ms), ("total_ms", gate.deaf_ms), ("writes", gate.passes))
            gate.untold_ms = 0
            self.log.add("gap", fields, utc_s, up_s)
        if self.log.lost > self._told_lost and not self._wait_s:
            self._told_lost = self.log.lost
            self.log.add("lost", (("records", self.log.lost),), utc_s, up_s)
        ok = gate.write(self.write_all, up_s)
        self._failed_s = up_s
        self._news = False
        self._wait_s = 0 if ok else min(_RETRY_MOST_S, self._wait_s * 2 or _RETRY_S)
        if ok:
            self._urgent_since_s = self._soon_since_s = None
            self._proven_s = up_s
        fault = "" if ok else (self.log.fault or self._state_fault)
        for path in self._broken:
            fault = fault or self._broken[path]
        self._on_fault(fault)
        return ok

    def write_all(self):
        """The job for the gate; also the last words after a crash, when I2S is off anyway."""
        self._state_fault = ""
        ok = self.log.commit()
        for path in self._states:
            # A full flash: the oldest records give way, once.
            if (self._dirty[path] or path in self._broken) and not self._save_state(path):
                if not (self._full and self.log.drop_oldest() and self._save_state(path)):
                    ok = False
        if ok:
            self._state_fault = ""
        return ok

    def _save_state(self, path):
        self._full = False
        try:
            store.ensure_folder(path.rpartition("/")[0])
            self._save(path, self._states[path]())
            self._broken.pop(path, None)
        except (OSError, MemoryError) as error:
            self._state_fault = "state: %r" % error
            self._full = isinstance(error, OSError) and error.args[0] == ENOSPC
            return False
        except Exception as error:
            # A value that cannot be saved is no failing flash: it is told, and tried again in each
            # pass, but neither the listening nor the other records wait for it.
            self._broken[path] = "state %s: %r" % (path, error)
        self._dirty[path] = False
        return True


class StateOf:
    """The state of a part as of now, for ``Recorder.keep``."""

    def __init__(self, part, uptime, wallclock):
        self._part = part
        self._uptime = uptime
        self._wallclock = wallclock

    def now(self):
        now_s = self._uptime.now_s()
        return self._part.state(now_s, self._wallclock.utc_s(now_s))
