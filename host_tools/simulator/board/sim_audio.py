# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""I2S receiver and the microphone behind it, fed by the host through a pipe.

In: s32le slots, 16 kHz, one channel, from the pipe. Out: blocks in the firmware's own buffer; the
virtual clock moves with them. The way of a normal block is short on purpose (one system call and a
few bytecodes): start-up, faults, our own sounder's sound, catching up and partial reads leave it.

Modelled: INMP441/ICS-43434 silence for 2**18 SCK after start; the ring of `ibuf` bytes at 8 bytes a
frame, which drops the newest when full; audio lost while I2S is off.
"""

from sim_core import FAR_MS, IDLE_LAG_LIMIT, sim
from sim_source import SAMPLE_LAG, Source, bytes_of, drop, read_exact, shape

RATE_HZ = 16000
STARTUP_LAG = 512000  # 2**18 SCK at 64 SCK a frame = 256 ms, in half microseconds


class I2S:
    RX = 0
    TX = 1
    MONO = 0
    STEREO = 1

    def __init__(self, ident, sck=None, ws=None, sd=None, mode=0, bits=16, format=0,
                 rate=0, ibuf=0):  # fmt: skip
        if sim.i2s is not None and sim.i2s.ident == ident:
            sim.i2s.deinit()
        if None in (sck, ws, sd) or ws.number != sck.number + 1:
            raise ValueError("invalid ws (must be sck+1)")
        if mode != self.RX or bits != 32 or rate != RATE_HZ:
            raise ValueError("the simulated microphone gives 32 bits at 16000 Hz, RX")
        if ibuf < 512:
            raise ValueError("invalid ibuf")
        self.ident = ident
        self._stereo = format == self.STEREO
        self._ring_frames = ibuf // 8
        self._pending = b""
        self._block = None  # the firmware's buffer, once the short way is open
        self._block_bytes = 0
        self._block_ms = 0
        self._fast = False
        self._read = Source.file.readinto
        sim.flash.report()
        if sim.lag >= SAMPLE_LAG:
            drop(sim.lag // SAMPLE_LAG)
        sim.lag = 0  # the microphone's sample clock starts now
        self._silent_lag = STARTUP_LAG
        sim.i2s = self
        sim.lag_limit = self._ring_frames * SAMPLE_LAG
        sim.emit("i2s", {"on": 1})

    def deinit(self):
        if sim.i2s is not self:
            return
        # What waits in the ring is lost with it: it was already taken from the pipe.
        lost = len(self._pending) // 4
        sim.lag -= lost * SAMPLE_LAG
        sim.count("samples_lost", lost)
        self._pending = b""
        self._fast = False
        sim.i2s = None
        sim.lag_limit = IDLE_LAG_LIMIT
        sim.emit("i2s", {"on": 0})

    def readinto(self, buf):
        if self._fast and sim.lag == 0 and buf is self._block:
            got = self._read(buf)
            if got == self._block_bytes:
                ms = sim.ms + self._block_ms
                sim.ms = ms
                if ms >= sim.next_ms:
                    sim.service()
                return got
            return self._finish(buf, got or 0)
        return self._slow(buf)

    def _slow(self, buf):
        if sim.i2s is not self:
            raise OSError(5)
        if Source.fault == "stop":
            self._starve()
        view = bytes_of(buf)
        if self._stereo:
            return self._both(view)
        return self._one(buf, view)

    def _both(self, view):
        """Left and right by turns: one of them is the microphone's, the other pulled down."""
        mono = bytearray(len(view) // 2)
        self._one(None, mono)
        self._fast = False
        at = 4 if Source.fault in ("slot", "slot_ones") else 0
        other = bytes(8) if Source.fault != "slot_ones" else b"\xff" * 8
        for i in range(0, len(mono), 4):
            view[2 * i : 2 * i + 8] = other
            view[2 * i + at : 2 * i + at + 4] = mono[i : i + 4]
        return len(view)

    def _one(self, buf, view):
        total = len(view)
        done = min(len(self._pending), total)
        if done:
            view[:done] = self._pending[:done]
            self._pending = self._pending[done:]
        return self._take(buf, view, done, total)

    def _finish(self, buf, got):
        """A partial read on the short way: the pipe ran low, or ended."""
        return self._take(None, bytes_of(buf), got, self._block_bytes)

    def _take(self, buf, view, done, total):
        if done < total:
            done += read_exact(memoryview(view)[done:total])
        samples = total // 4
        wait = samples * SAMPLE_LAG - sim.lag
        if done < total:
            missing = (total - done) // 4 * SAMPLE_LAG
            self._pass(wait, samples)
            sim.end(min(missing, max(wait, 0)))
        self._shape(view, samples)
        self._pass(wait, samples)
        self._plan_fast(buf, samples, total)
        return total

    def _pass(self, wait, samples):
        """Takes the block's time: from what already waited, then from the clock."""
        if wait <= 0:
            sim.lag -= samples * SAMPLE_LAG
            return
        us = sim.us + wait // 2
        sim.lag = -(wait & 1)  # half a microsecond is paid back by the next block
        sim.us = us % 1000
        sim.forward_ms(us // 1000)

    def _plan_fast(self, buf, samples, total):
        """Decides whether the next block into this buffer can take the short way."""
        self._fast = False
        if samples % 16 or self._pending or self._silent_lag > 0:
            return
        if Source.fault or Source.waves:
            return
        if buf is not None:
            self._block = buf
            self._block_bytes = total
            self._block_ms = samples // 16
        self._fast = self._block is not None

    def leave_fast(self):
        self._fast = False

    def pending_lag(self):
        return len(self._pending) // 4 * SAMPLE_LAG

    def overflow(self):
        """The firmware came late: the ring keeps the oldest, the newest are lost."""
        keep = self._ring_frames * 4 - len(self._pending)
        if keep > 0:
            more = bytearray(keep)
            got = read_exact(memoryview(more))
            self._pending = bytes(self._pending) + bytes(memoryview(more)[:got])
        waiting = len(self._pending) // 4
        lost = sim.lag // SAMPLE_LAG - waiting
        self._fast = False
        if lost > 0:
            sim.emit("i2s", {"lost_ms": lost // 16})
            drop(lost)
        sim.lag = waiting * SAMPLE_LAG

    def _starve(self):
        """The microphone's clock is gone: readinto waits until the watchdog bites."""
        limit = sim.lag_limit
        sim.lag_limit = FAR_MS
        while Source.fault == "stop":
            if not sim.wdt_timeout_ms and not sim.schedule:
                sim.fail("hang", "readinto waits for ever: no audio, and no watchdog runs")
            sim.advance_us(10_000)
            drop(sim.lag // SAMPLE_LAG)
        sim.lag_limit = limit

    def _shape(self, view, samples):
        """Start-up silence, then everything else."""
        if self._silent_lag > 0:
            quiet = min(samples, (self._silent_lag + SAMPLE_LAG - 1) // SAMPLE_LAG)
            view[: quiet * 4] = bytes(quiet * 4)
            self._silent_lag -= samples * SAMPLE_LAG
        shape(view, samples, self._stereo)
