# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The one gate through which every flash write passes.

In: a job that writes.  Out: the job done with I2S stopped, the microphone restarted, the listener
told how much it missed.

On the rp2 boards flash erase and program hold interrupts off, and the I2S DMA then writes past its
buffer over the heap. Each pass costs the write and 0.3 s of microphone start-up: so passes are few
(a credit of deaf time that refills slowly), and not near a moment when the pump is due.
"""

CREDIT_MS = 10_000  # deaf time a quiet night may cost
_REFILL_S = 3  # one millisecond each 3 s: 9.6 s in eight hours
_TYPICAL_MS = 450
# Mere findings wait so long. No round number: a pump that sounds on the hour would meet the write,
# and be missed, each time (a simulated night lost three chimes and a siren so at 1800).
ROUTINE_S = 1741


class FlashGate:
    """``write(job)`` now; ``allows(…)`` says whether a routine write may happen."""

    def __init__(self, microphone, listener, ticks_ms, ticks_diff):
        self._microphone = microphone
        self._listener = listener
        self._ticks_ms = ticks_ms
        self._ticks_diff = ticks_diff
        self._deaf_since = None
        self._credit_ms = CREDIT_MS
        self._refill = 0
        self._was_running = False
        self.last_write_s = 0
        self.passes = 0
        self.deaf_ms = 0  # in all
        self.untold_ms = 0  # not yet in the log

    def second(self):
        """Once a second: refill the credit."""
        self._refill += 1
        if self._refill >= _REFILL_S:
            self._refill = 0
            if self._credit_ms < CREDIT_MS:
                self._credit_ms += 1

    def allows(self, now_s, near_due):
        """May mere findings be written now?"""
        return (
            not near_due
            and now_s - self.last_write_s >= ROUTINE_S
            and self._credit_ms >= _TYPICAL_MS
        )

    def write(self, job, now_s):
        """Stop I2S, run ``job()``, start I2S again (also after an error). Returns its result."""
        self.last_write_s = now_s
        self.passes += self._stop()
        try:
            return job()
        finally:
            self._start()

    def look(self, job):
        """The same for a job that writes nothing."""
        self._stop()
        try:
            return job()
        finally:
            self._start()

    def _stop(self):
        self._was_running = self._microphone.running
        if self._was_running and self._deaf_since is None:
            self._deaf_since = self._ticks_ms()
        self._microphone.stop()
        return self._was_running

    def _start(self):
        if self._was_running:
            self._microphone.start()

    def settled(self):
        """The microphone delivers again: tell the listener what it missed. Returns the ms."""
        if self._deaf_since is None:  # the first start after power-on
            return 0
        gap_ms = self._ticks_diff(self._ticks_ms(), self._deaf_since)
        self._deaf_since = None
        self.deaf_ms += gap_ms
        self.untold_ms += gap_ms
        self._credit_ms -= gap_ms
        self._listener.gap(gap_ms)
        return gap_ms
