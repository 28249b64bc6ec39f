# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A listener in a noisy room, and sounds to play to it.

In: tones, each an object whose `next()` is its next 24-bit sample. Out: what was found, and when.
"""

from array import array

from sounds import BLOCK, Noise, Sine

from alarm.listener import Listener

BLOCK_MS = 16
NOISE_SHIFT = 4  # of a 24-bit sample: white noise at -81 dBFS, a quiet room
TONE = 320  # peak, in 24-bit samples: -91.4 dBFS; S/N0 = 28.9 dB-Hz in that noise


class Scene:
    """A listener in a noisy room; sounds are tones by turns, given as Sines."""

    def __init__(self, shift=NOISE_SHIFT, seed=1):
        self.listener = Listener()
        self.block = array("i", [0] * BLOCK)
        self.found = []
        self.heard_at_ms = []
        self._noise = Noise(seed)
        self._shift = shift

    def play(self, ms, tones=(), turn_ms=0):
        """`ms` (rounded to blocks) of noise with the tones by turns, `turn_ms` each."""
        noise = self._noise
        shift = self._shift
        for n in range(ms // BLOCK_MS):
            for i in range(BLOCK):
                v = noise.next() >> shift
                if tones:
                    at = (n * BLOCK + i) // 16  # ms
                    v += tones[at // turn_ms % len(tones) if turn_ms else 0].next()
                self.block[i] = v << 8
            waiting = self.listener.push(self.block)
            while waiting:
                self.found.append(self.listener.take())
                self.heard_at_ms.append(self.listener.time_ms)
                waiting -= 1
        return self

    def matched(self):
        """Kinds of what was taken for a pump; look-alikes ("not matched") may stand beside it."""
        return [f.kind for f in self.found if f.kind != "not matched"]

    def told(self):
        return [(f.kind, f.looks, f.reason, f.hz, f.start_ms, f.end_ms) for f in self.found]


class Chord:
    """Tones at once, as one."""

    def __init__(self, *tones):
        self._tones = tones

    def next(self):
        total = 0
        for tone in self._tones:
            total += tone.next()
        return total


class Shaped:
    """A tone whose level is shape(n) thousandths at its nth sample."""

    def __init__(self, hz, loud, shape):
        self._tone = Sine(hz * 16, loud)
        self._shape = shape
        self._n = 0

    def next(self):
        self._n += 1
        return self._tone.next() * self._shape(self._n) // 1000


class Rest:
    def next(self):
        return 0
