# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Heart of the simulated board: virtual clock, schedule, watchdog, events to the host.

In: a configuration dict from the host (see run.py). Out: JSON lines on the event pipe, each with
"t" (virtual seconds since the run began, restarts included) and "ev".

Virtual time moves only through audio reads, sleeps, bus and flash operations. It is held as whole
milliseconds `ms` plus `us` (0..999), so that it stays a small int on 32-bit words for 12 days.
`lag` = now minus the position in the audio pipe, in half microseconds (a sample is 125 of them).
Runs on MicroPython and on CPython.
"""

import json
import sys

# "Never": the largest small int on 32-bit words, 12.4 days; where words are longer, as good as it.
FAR_MS = (1 << 30) - 1 if sys.maxsize < 1 << 32 else 1 << 60
TICKS_MASK = (1 << 30) - 1
POLLS_PER_MS = 1000  # a loop that only polls the ticks takes about this many calls a millisecond
IDLE_LAG_LIMIT = 4_000_000  # half us: with no I2S running, audio is dropped in pieces of 2 s


class Sim:
    def __init__(self):
        self.ms = 0
        self.us = 0
        self.lag = 0
        self.lag_limit = IDLE_LAG_LIMIT
        self.on_lag = None  # called when lag exceeds lag_limit
        self.next_ms = FAR_MS  # the next moment at which service() has something to do
        self.tick_off = 0
        self.polls = POLLS_PER_MS
        self.polls_at = (0, 0)
        self.wdt_timeout_ms = 0  # 0: not started
        self.wdt_fed_ms = 0
        self.reset_cause = 1  # PWRON_RESET
        self.schedule = []  # (ms, number, dict), sorted; from inputs and faults
        self.timers = []  # objects with .due_ms and .fire()
        self.apply_input = None  # function(dict, quiet), set by run.py
        self.progress_ms = 0
        self.next_progress_ms = FAR_MS
        self.stop_ms = FAR_MS
        self.totals = {}
        self.rtc = None
        self.bus = {}  # I2C address -> device with .present, .write(data), .read(size)
        self.i2s = None  # the active I2S receiver, or None
        self.flash = None
        self.names = {}  # GPIO number -> pin name
        self._out = None
        self._hold = None

    def configure(self, config, out, hold):
        """Takes the configuration; `out` writes bytes to the host, `hold` sleeps for real."""
        state = config.get("state") or {}
        self._out = out
        self._hold = hold
        self.ms = state.get("ms", 0)
        self.us = state.get("us", 0)
        self.lag = state.get("lag", 0)
        self.totals = state.get("totals") or {}
        self.reset_cause = 3 if config.get("cause") == "wdt" else 1
        start_ticks = 0 if state else config.get("start_ticks", 0)
        # Negative, so that ms + tick_off stays a small int on 32 bits; the mask makes it positive.
        self.tick_off = start_ticks - self.ms - TICKS_MASK - 1
        self.schedule = []
        for number, entry in enumerate(config.get("inputs") or []):
            self.schedule.append((int(entry["t"] * 1000), number, entry))
        self.schedule.sort(key=lambda item: item[:2])
        self.progress_ms = int(config.get("progress_s", 60) * 1000)
        if self.progress_ms:
            self.next_progress_ms = (self.ms // self.progress_ms + 1) * self.progress_ms
        if config.get("stop_after_s"):
            self.stop_ms = int(config["stop_after_s"] * 1000)

    def replay_inputs(self):
        """After a restart: brings pins and faults to the state the past inputs left behind."""
        while self.schedule and self.schedule[0][0] <= self.ms:
            due_ms, number, entry = self.schedule.pop(0)
            if "every_s" in entry:
                self.again(due_ms, number, entry)
            if "power" not in entry:
                self.apply_input(entry, True)
        self.plan()

    # --- events -------------------------------------------------------------------------------

    def emit(self, kind, fields=None):
        line = '{"t":%d.%06d,"ev":"%s"' % (self.ms // 1000, self.ms % 1000 * 1000 + self.us, kind)
        if fields:
            line += "," + json.dumps(fields)[1:-1]
        self._out((line + "}\n").encode())

    def count(self, name, amount=1):
        self.totals[name] = self.totals.get(name, 0) + amount

    def halt(self, why, off_s=0):
        """Ends this power cycle at once: nothing of the firmware runs any more, not even `finally`.

        The host ends the process as soon as it has read the exit line; writing on tells whether
        the host is still there.
        """
        if self.flash is not None:
            self.flash.report()
        lag = self.lag
        if self.i2s is not None:
            lag -= self.i2s.pending_lag()
        state = {"ms": self.ms, "us": self.us, "lag": lag, "totals": self.totals}
        if self.flash is not None:
            wear = self.flash.wear
            state["wear"] = {sector: wear[sector] for sector in wear if wear[sector]}
        if self.rtc is not None:
            state["rtc"] = self.rtc.state()
        self.emit("exit", {"why": why, "state": state, "off_s": off_s})
        while True:
            self._hold()
            self._out(b"\n")

    def fail(self, what, text):
        """A mistake of the firmware that destroys the run on the chip too."""
        self.emit("error", {"what": what, "text": text})
        self.halt(what)

    # --- time ---------------------------------------------------------------------------------

    def advance_us(self, us):
        """Lets virtual time pass outside an audio read."""
        self.lag += us << 1
        us += self.us
        self.us = us % 1000
        self.forward_ms(us // 1000)
        if self.lag > self.lag_limit and self.on_lag is not None:
            self.on_lag()

    def forward_ms(self, ms):
        """Moves the clock alone, stopping at every scheduled moment on the way."""
        target = self.ms + ms
        while self.next_ms <= target:
            if self.next_ms > self.ms:
                self.ms = self.next_ms
            self.service()
        if self.ms < target:
            self.ms = target

    def service(self):
        """Does what is due at `ms`: inputs, timers, watchdog, progress; then plans the next."""
        now = self.ms
        while self.schedule and self.schedule[0][0] <= now:
            due_ms, number, entry = self.schedule.pop(0)
            if "every_s" in entry:
                self.again(due_ms, number, entry)
            self.apply_input(entry, False)
        for timer in list(self.timers):
            if timer.due_ms <= now:
                timer.fire()
        if self.wdt_timeout_ms and now >= self.wdt_fed_ms + self.wdt_timeout_ms:
            self.bite()
        if now >= self.next_progress_ms:
            self.emit("progress")
            self.next_progress_ms = (now // self.progress_ms + 1) * self.progress_ms
        if now >= self.stop_ms:
            self.end()
        self.plan()

    def again(self, due_ms, number, entry):
        """Put an entry that repeats where it comes next."""
        item = (due_ms + int(entry["every_s"] * 1000), number, entry)
        at = 0
        while at < len(self.schedule) and self.schedule[at][:2] < item[:2]:
            at += 1
        self.schedule.insert(at, item)

    def plan(self):
        when = min(self.next_progress_ms, self.stop_ms)
        if self.schedule:
            when = min(when, self.schedule[0][0])
        if self.wdt_timeout_ms:
            when = min(when, self.wdt_fed_ms + self.wdt_timeout_ms)
        for timer in self.timers:
            when = min(when, timer.due_ms)
        self.next_ms = when

    def poll(self):
        """Called after each POLLS_PER_MS readings of the ticks: a polling loop takes time too."""
        self.polls = POLLS_PER_MS
        now = (self.ms, self.us)
        if now == self.polls_at:
            self.advance_us(1000)
            now = (self.ms, self.us)
        self.polls_at = now

    # --- ends ---------------------------------------------------------------------------------

    def bite(self):
        """The watchdog was starved."""
        late_ms = self.ms - self.wdt_fed_ms
        self.emit("wdt", {"timeout_ms": self.wdt_timeout_ms, "since_feed_ms": late_ms})
        self.count("watchdog_resets")
        self.halt("wdt")

    def end(self, missing=0):
        """The audio ended, `missing` half microseconds ago; or the time asked for has passed."""
        self.lag -= missing
        whole_us = self.ms * 1000 + self.us - missing // 2
        self.ms = whole_us // 1000
        self.us = whole_us % 1000
        if self.flash is not None:
            self.flash.report()
        self.emit("end", {"totals": self.totals})
        self.halt("end")


sim = Sim()
