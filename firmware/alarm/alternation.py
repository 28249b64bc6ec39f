# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How two tones take turns: measures over their two columns of levels.

In: columns of the spectrum's history (bytes, steps of 0.376 dB). Out: the strongest regular swing
of one against the other, how much of their movement it is, whether they swing in opposite phase,
and each tone's level while it is the one that sounds. A room can make one tone 20 dB weaker than
the other, so each is measured against itself.
"""

from array import array

from alarm.spectrum import oppose, swing


class Alternation:
    """``look(a, b, first, n)`` measures n frames; the results stand in the attributes."""

    def __init__(self, sine, lut):
        self._sine = sine
        self._lut = lut
        self.sums = array("i", [0] * 6)
        self._d = array("i", [0] * 4)
        self.turn = self.strength = self.share = self.weaker = self.opposite = 0
        self.on_a = self.on_b = self.mean_a = self.mean_b = self.unsteady = 0

    def power(self, a, b, first, n):
        """Sum of lut[max(a, b)]; fills ``sums`` for what follows."""
        oppose(a, b, first, n, self.sums, self._lut)
        return self.sums[5]

    def swing_norm(self, a, b, first, n):
        """Power of the strongest swing over what noise gives, 1 = its mean: |D|**2 / (n * 439).

        Gating at 0.43 to 8 Hz, in steps of 0.12 Hz; ``power`` must have been called."""
        d = self._d
        sums = self.sums
        sine = self._sine
        best = 0
        for turn in range(56, 1056, 16):
            swing(a, b, first, n, turn, sums, sine, d)
            re = (d[0] - d[2]) >> 2
            im = (d[1] - d[3]) >> 2
            v = re * re + im * im
            if v > best:
                best = v
                self.turn = turn
        # d is n/32 times the sum: |sum|**2 = best * 16 * 1024 / n**2
        return best // n * 38 // (n * n)

    def look(self, a, b, first, n):
        self.power(a, b, first, n)
        self.strength = self.swing_norm(a, b, first, n)
        d = self._d
        sums = self.sums
        swing(a, b, first, n, self.turn, sums, self._sine, d)
        re_a, im_a, re_b, im_b = d
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
        na = ta = tb = qa = qb = 0
        for i in range(first, first + n):
            x = a[i]
            y = b[i]
            if (x - y) * n > sa - sb:
                na += 1
                ta += x
                qa += x * x
            else:
                tb += y
                qb += y * y
        nb = n - na
        self.mean_a = sa // n
        self.mean_b = sb // n
        self.on_a = ta // max(1, na)
        self.on_b = tb // max(1, nb)
        spread = qa - ta * ta // max(1, na) + qb - tb * tb // max(1, nb)
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
