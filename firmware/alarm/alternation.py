# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How two tones take turns: measures over their two columns of levels.

In: columns of the spectrum's history (bytes, steps of 0.376 dB). Out: the strongest regular swing
of one against the other, how much of their movement it is, whether they swing in opposite phase,
and each tone's level while it is the one that sounds. A room can make one tone 20 dB weaker than
the other, so each is measured against itself.
"""

from array import array

from micropython import const

from alarm.kernels import apart, oppose, shares, swings

RATES = const(63)


class Alternation:
    """``look(a, b, first, n)`` measures n frames; the results stand in the attributes."""

    def __init__(self, sine, lut):
        self._sine = sine
        self._lut = lut
        self.sums = array("i", [0] * 6)
        self.best = array("i", [0] * 2)
        self._a = array("h", bytes(4 * RATES))
        self._b = array("h", bytes(4 * RATES))
        self.turn = self.strength = self.share = self.weaker = self.opposite = 0
        self.on_a = self.on_b = self.mean_a = self.mean_b = self.unsteady = 0

    def apart(self, rates_a, rates_b):
        """|D|**2 of the strongest swing of one against the other, D in n/128 of the sum of the
        levels' difference. Noise of 46 frames gives 2560 on the mean (at any one rate)."""
        best = self.best
        apart(rates_a, rates_b, best)
        self.turn = 56 + 16 * best[1]
        return best[0]

    def levels(self, a, b, first, n):
        """``on_a``, ``on_b`` and the rest of `_levels` alone: cheaper than `look`."""
        oppose(a, b, first, n, self.sums, self._lut)
        self._levels(a, b, first, n)

    def look(self, a, b, first, n):
        oppose(a, b, first, n, self.sums, self._lut)
        sums = self.sums
        # What a column does at each rate of alternation, 0.43 to 8 Hz.
        swings(a, first, n, sums[0], self._sine, self._a)
        swings(b, first, n, sums[1], self._sine, self._b)
        self.strength = self.apart(self._a, self._b)
        i = self.best[1] * 2
        re_a = self._a[i]
        im_a = self._a[i + 1]
        re_b = self._b[i]
        im_b = self._b[i + 1]
        pa = re_a * re_a + im_a * im_a
        pb = re_b * re_b + im_b * im_b
        dot = re_a * re_b + im_a * im_b
        pd = pa + pb - 2 * dot
        va = n * sums[2] - sums[0] * sums[0]  # n**2 times the variance
        vb = n * sums[3] - sums[1] * sums[1]
        vd = va + vb - 2 * (n * sums[4] - sums[0] * sums[1])
        # Share of the movement that the one frequency makes, in percent: of a, of b, of a - b.
        share_a = _percent(pa, n, va)
        share_b = _percent(pb, n, vb)
        self.share = max(share_a, share_b, _percent(pd, n, vd))
        self.weaker = min(share_a, share_b)
        # Opposite phase: -cos of the angle between the two swings, in percent, 0 when they agree.
        self.opposite = 0
        if dot < 0:
            dot = -dot
            while dot >= 1 << 14 or pa >= 1 << 14 or pb >= 1 << 14:
                dot >>= 1
                pa >>= 1
                pb >>= 1
            self.opposite = _root((dot * 100 // max(1, pa)) * (dot * 100 // max(1, pb)))
        self._levels(a, b, first, n)

    def _levels(self, a, b, first, n):
        """``on_a``, ``on_b``: each tone's mean level in its own frames; ``mean_a``, ``mean_b``: in
        all of them; ``unsteady``: ten times the variance about ``on_a`` and ``on_b``."""
        sa, sb = self.sums[0], self.sums[1]
        share = self.sums  # no longer wanted
        shares(a, b, first, n, sa - sb, share)
        na = share[0]
        ta = share[1]
        tb = share[3]
        nb = n - na
        self.mean_a = sa // n
        self.mean_b = sb // n
        self.on_a = ta // max(1, na)
        self.on_b = tb // max(1, nb)
        spread = share[2] - ta * ta // max(1, na) + share[4] - tb * tb // max(1, nb)
        self.unsteady = spread * 10 // n


def _percent(p, n, v):
    """204800 * p // (n * n * v), in small integers (n >= 32: each product < 2**29)."""
    while p >= 1 << 17:
        p >>= 1
        v >>= 1
    return p * (3276800 // (n * n)) // max(1, v) >> 4


def _root(v):
    """Integer square root."""
    if v <= 0:
        return 0
    x = v
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + v // x) // 2
    return x
