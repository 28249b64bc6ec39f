# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""When the 520 Hz sounder and the lamps are on, as data, in steps of one 16 ms audio block.

In: the name of a cadence or of a lamp mode, one call per block. Out: 0 or 1. Nothing allocates per
block. BURSTS holds on/off lists in ms after IEC 60601-1-8; every time is a multiple of 16 ms, so
that the tables played are exactly the tables tested. Between bursts there is time to hear a whole
3.5 s siren. Once a second the next burst is placed where it covers least of what is due, never
beyond the longest gap that the standard allows.
"""

BLOCK_MS = 16
SHORTEST = 2496  # the shortest gap of a high priority that the standard allows, but for 4 ms
HOLD = 12000  # a cadence whose gap can grow less than that may shrink it instead

_SECOND = 62  # blocks
_FURTHEST = 20 * _SECOND  # from the usual gap: as far as any cadence but the rare ones can move

_D = 144  # high: pulse
_X = 96  # high: spacing x
_W = 2 * _X + _D  # high: spacing after the third pulse
_FIVE = [_D, _X, _D, _X, _D, _W, _D, _X, _D]

# name: (on/off times of one burst in ms, gap to the next burst, longest gap when held back)
# "technical" and "degraded" are short-long: no equal pulses (T3, T4, the standard's bursts), no
# tone near 1 s and no 3 s of sound (the pump's).
BURSTS = {
    "high": (_FIVE + [640] + _FIVE, 6000, 14992),
    "medium": ([192, 192, 192, 192, 192], 10000, 29984),
    "low": ([192, 192, 192], 60000, 120000),
    "technical": ([96, 96, 384, 384, 96, 96, 384], 8000, 14992),
    "degraded": ([96, 96, 384], 60000, 120000),
}

# Lamp modes: on/off times of one period in ms. fast = high, slow = medium, steady = low or lamp
# only, double = technical, blip = nothing to hear (acknowledged, degraded, a fault that is over).
LAMPS = {
    "off": [0, 1600],
    "steady": [1600],
    "fast": [256, 256],
    "slow": [800, 1200],
    "double": [96, 160, 96, 1648],
    "blip": [96, 3904],
}
PAUSE_MODES = ("off",) + tuple("count%d" % n for n in range(1, 11))


def blocks(times_ms):
    """On/off times in ms (on first) as bytes, one per 16 ms block: 1 = on."""
    out = bytearray()
    on = 1
    for ms in times_ms:
        if ms % BLOCK_MS:
            raise ValueError("%d ms is not a whole number of 16 ms blocks" % ms)
        for _ in range(ms // BLOCK_MS):
            out.append(on)
        on ^= 1
    return bytes(out)


_PLAYED = {name: blocks(row[0]) for name, row in BURSTS.items()}
_SHOWN = {name: blocks(row) for name, row in LAMPS.items()}
# The minutes of pause that are left, as so many short blinks in 8 s: counted, because as tables
# the ten of them would take 5 KB.
_BLINKS = {PAUSE_MODES[n]: n for n in range(1, 11)}
_BLINK_ON = 8  # blocks, 128 ms
_BLINK_BLOCKS = 25  # 400 ms from blink to blink
_COUNT_BLOCKS = 500


def lamp(mode, block):
    """0 or 1: the lamp in this mode at that block (any running block count from 0)."""
    row = _SHOWN.get(mode)
    if row is not None:
        return row[block % len(row)]
    at = block % _COUNT_BLOCKS
    return int(at // _BLINK_BLOCKS < _BLINKS[mode] and at % _BLINK_BLOCKS < _BLINK_ON)


def pause_mode(left_s):
    """The lamp mode that counts the minutes left (rounded up, at most 10 are shown)."""
    n = (left_s + 59) // 60
    return PAUSE_MODES[0 if n < 0 else 10 if n > 10 else n]


def burst_ms(name):
    """Length of one burst in ms, its own pauses included; 0 for no cadence."""
    return sum(BURSTS[name][0]) if name else 0


class Player:
    """Plays the selected cadence. One step() per audio block, from the loop."""

    def __init__(self):
        self.name = ""
        self.bursts = 0  # begun since the selection
        self._burst = b""
        self._at = 0
        self._early = 0
        self._usual = 0
        self._next = 0
        self._latest = 0

    def select(self, name):
        """Take up a cadence ("" = silence). A new one starts at once, whatever is due."""
        if name == self.name:
            return
        self.name = name
        self.bursts = 0
        if name:
            _times, gap, longest = BURSTS[name]
            self._burst = _PLAYED[name]
            length = len(self._burst)
            self._early = length + (SHORTEST if longest - gap < HOLD else gap) // BLOCK_MS
            self._usual = self._next = length + gap // BLOCK_MS
            self._latest = length + longest // BLOCK_MS
            self._at = self._latest

    def place(self, now_s, risk):
        """Once a second: when the next burst begins. ``risk(at_s)``: what a burst that began then
        would cover, 0 = nothing. The least of it wins, and of equals the nearest to the usual gap:
        where nothing is due, one call."""
        if not self.name or self._at < len(self._burst) or self._at >= self._latest:
            return
        least = self._weigh(self._usual, -1, now_s, risk)
        away = _SECOND
        while least and away <= _FURTHEST:
            least = self._weigh(self._usual + away, least, now_s, risk)
            if least:
                least = self._weigh(self._usual - away, least, now_s, risk)
            away += _SECOND

    def _weigh(self, at, least, now_s, risk):
        """The next burst goes to block ``at`` if it covers less there than ``least`` (-1: none is
        placed yet); returns the least."""
        at = max(self._early, min(at, self._latest))
        if at < self._at:
            return least
        covers = risk(now_s + (at - self._at) * BLOCK_MS // 1000)
        if 0 <= least <= covers:
            return least
        self._next = at
        return covers

    def step(self):
        """1 while the sounder has to sound in this block."""
        if not self.name:
            return 0
        at = self._at
        if at < len(self._burst):
            self._at = at + 1
            return self._burst[at]
        if at < self._next:
            self._at = at + 1
            return 0
        self.bursts += 1
        self._at = 1
        self._next = self._usual
        return self._burst[0]
