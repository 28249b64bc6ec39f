# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The monitor: the loop that every 16 ms audio block drives once.

In: parts wired by wiring.py.  Out: ``step(count)`` runs that many blocks: microphone -> listener
-> response -> outputs. Slow work (health, policy, clock, flash) happens once in 62 blocks
(0.992 s).
A block without a finding allocates nothing.
"""

from drivers import button as buttons

BLOCK_MS = 16
BLOCK_BYTES = 1024
SECOND_BLOCKS = 62
_CLOCK_EVERY = 60  # seconds between clock readings
_SHORT_READS = 62  # blocks without audio before the loop gives up and resets


class Monitor:
    """All parts are attributes handed in by name; see ``wiring.build`` for the list."""

    def __init__(self, parts, response, block):
        self.response = response
        self.microphone = parts["microphone"]
        self.listener = parts["listener"]
        self.outputs = parts["outputs"]
        self.button = parts["button"]
        self.recorder = parts["recorder"]
        self.gate = parts["gate"]
        self.health = parts["health"]
        self.wallclock = parts["wallclock"]
        self.uptime = parts["uptime"]
        self.power = parts["power"]
        self._restarts = parts["restarts"]
        self._well_after_s = parts["well_after_s"]
        self._boot_path = parts["boot_path"]
        self._feed = parts["feed"]
        self._sleep_ms = parts["sleep_ms"]
        self._block = block
        # Bound once: binding a method takes memory.
        self._push = self.listener.push
        self._edge = parts["heartbeat"].edge
        self._aside = parts["aside"]
        self._left = SECOND_BLOCKS
        self._short = 0  # blocks in a row without audio
        self._short_total = 0  # in this second
        self._gap = False  # deaf during this second
        self._seconds = 0
        self._beats = False  # until the first proof

    def start(self, settings_errors=()):
        """Write the boot record, then start listening."""
        for text in settings_errors:
            self.response.log("settings", (("error", text),))
        if self.health.changes:
            self.response.faults(0)
        self.response.plan_day(0)
        self.response.follow()
        self.recorder.commit(self.wallclock.utc_s(0), 0)
        if self._restarts.reduced:
            # Should the audio never come, this is the only sound before the next reset.
            self.outputs.cry()
        self.microphone.start()
        self.uptime.advance()

    # --- every block ---------------------------------------------------------------------------

    def step(self, count):
        """Run ``count`` blocks."""
        block = self._block
        microphone = self.microphone
        push = self._push
        outputs = self.outputs
        button = self.button
        pressed = button.read
        edge = self._edge
        aside = self._aside
        while count > 0:
            run = count if count < self._left else self._left
            count -= run
            self._left -= run
            beats = self._beats
            for index in range(run):
                if microphone.readinto(block) != BLOCK_BYTES:
                    self._no_audio()
                elif microphone.settling:
                    self._settle()
                else:
                    waiting = push(block)
                    if waiting:
                        self.response.findings(waiting)
                if outputs.active:
                    outputs.step()
                if not (pressed() and button.rest):
                    self._press()
                if not index & 3:
                    if beats:
                        edge()
                    aside.step()
                elif aside.busy:
                    aside.step()
            if not self._left:
                self._left = SECOND_BLOCKS
                self._second()

    def _no_audio(self):
        # Without audio nothing else makes time pass: wait a block's time, and soon give up.
        self._short += 1
        self._short_total += 1
        if self._short >= _SHORT_READS:
            raise RuntimeError("no audio from I2S")
        self._sleep_ms(BLOCK_MS)

    def _settle(self):
        self._gap = True
        self.microphone.settling -= 1
        if not self.microphone.settling:
            self.gate.settled()

    def _look(self):
        """Nothing in our slot (zeros; on an RP2350 A2 perhaps ones, its erratum E9): dead, or are
        the samples in the other one?"""
        try:
            if self.gate.look(self._other_slot):
                self.health.set("mic_slot", True, "samples in the right slot: L/R to ground")
        except (OSError, ValueError):
            pass  # it cannot be told
        self.uptime.advance()  # the time of the look is no loss of audio

    def _other_slot(self):
        return self.microphone.other_slot(self._block)

    def _press(self):
        event = self.button.poll()
        if event != buttons.NONE:
            self.response.press(event)

    # --- every second --------------------------------------------------------------------------

    def _second(self):
        elapsed_ms = self.uptime.advance()
        now_s = self.uptime.up_s
        self._seconds += 1
        self.gate.second()
        self._check(elapsed_ms)
        if self._seconds >= _CLOCK_EVERY:
            self._seconds = 0
            self.response.read_clock(now_s)
        self.response.second(now_s, self._gap or self.outputs.masked)
        self._gap = False
        outputs = self.outputs
        utc_s = self.wallclock.utc_s(now_s)
        if self.recorder.second(now_s, outputs.hold, outputs.between_bursts, utc_s):
            self.uptime.advance()  # the write's time is no loss of audio
        if now_s >= self._well_after_s and self._restarts.well(self.health.listening):
            self.recorder.changed(self._boot_path)
        if self.health.loop_ok:
            self._feed()
        self._beats = self.health.listening and self.health.loop_ok

    def _check(self, elapsed_ms):
        health = self.health
        audio_ms = (SECOND_BLOCKS - self._short_total) * BLOCK_MS
        if not self._short_total:
            self._short = 0
        self._short_total = 0
        health.second(elapsed_ms, audio_ms)
        if not self._gap:
            health.microphone(self._block, self.listener.floor_dbfs10, self.listener.clipped)
            if health.doubt:
                self._look()
            if health.loop_ok and not health.proven:
                health.prove()
                self.recorder.muted = False
        self.power.check(health)
