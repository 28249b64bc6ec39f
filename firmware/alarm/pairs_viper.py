# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What `pairs` and `alternation` do for each pair, in viper; in and out as in `pairs_plain`.

A loud evening has some twenty pairs in every other frame: in bytecode this was the largest part of
the whole listening.
"""

import sys

import micropython

if sys.implementation.name != "micropython":
    raise ImportError("viper is MicroPython's")  # see kernels_viper


@micropython.viper
def couples(bins: ptr16, powers: ptr16, n: int, limits: ptr32, out: ptr16) -> int:
    """Products <= 664 * 104 < 2**17; what is stored < 2**12."""
    first = limits[0]
    cap = limits[4]
    o = out
    found = 0
    x = 0
    while x < n:
        y = x + 1
        while y < n:
            low = bins[x] + first
            high = bins[y] + first
            pair = x | y << 8
            if high <= low:
                pair = low
                low = high
                high = pair
                pair = y | x << 8
            if high * 100 >= low * 104 and high * 10 <= low * 21:
                weaker = int(powers[x])
                stronger = int(powers[y])
                if stronger < weaker:
                    weaker = stronger
                    stronger = int(powers[x])
                if stronger > cap:
                    stronger = cap
                surplus = 0
                if weaker < limits[2]:
                    surplus = stronger - weaker - limits[3]
                    if surplus < 0:
                        surplus = 0
                elif weaker > cap:
                    weaker = cap
                both = (weaker + stronger - surplus) >> 1
                if both >= limits[1]:
                    o[0] = pair
                    o[1] = both
                    o[2] = surplus
                    o = ptr16(int(o) + 6)
                    found += 1
            y += 1
        x += 1
    return found


@micropython.viper
def follow(
    state: ptr8,
    low: int,
    high: int,
    evidence: int,
    t: int,
    limits: ptr32,
    lows: ptr16,
    highs: ptr16,
    best: ptr32,
    peak: ptr32,
    best_t: ptr32,
    seen: ptr32,
):
    """Evidence < 2**13; nothing here is negative but differences."""
    at = -1
    s = 0
    pairs = limits[6]
    while s < pairs:
        now = state[s]
        if now:
            if t - seen[s] > limits[5]:
                state[s] = 0
            else:
                a = lows[s] - low
                b = highs[s] - high
                if a > -3 and a < 3 and b > -3 and b < 3:
                    seen[s] = t
                    a = best[s]
                    b = a
                    if now != 1:
                        b = a * 5 >> 2
                    if evidence > b:
                        at = s
                    else:
                        if now == 1:
                            best[s] = a - (a >> 6)
                        return
                else:
                    c = lows[s] - high
                    d = highs[s] - low
                    if (
                        (a > -3 and a < 3)
                        or (b > -3 and b < 3)
                        or (c > -3 and c < 3)
                        or (d > -3 and d < 3)
                    ):
                        if best[s] >= evidence:
                            return
                        state[s] = 0
        s += 1
    if at < 0:
        a = evidence
        s = 0
        while s < pairs:
            if state[s] == 0:
                at = s
                s = pairs
            elif best[s] < a:
                at = s
                a = best[s]
            s += 1
        if at < 0:
            return
        peak[at] = 0
    state[at] = 1
    lows[at] = low
    highs[at] = high
    best[at] = evidence
    if evidence > peak[at]:
        peak[at] = evidence
    best_t[at] = t
    seen[at] = t


@micropython.viper
def shares(a: ptr8, b: ptr8, n: int, count: int, more: int, out: ptr32):
    """(a, b, first, n, more, out): sums of squares <= 64 * 255**2 < 2**23."""
    end = int(a) + n + count
    a = ptr8(int(a) + n)
    b = ptr8(int(b) + n)
    na = 0
    ta = 0
    qa = 0
    tb = 0
    qb = 0
    while int(a) < end:
        n = a[0]
        y = b[0]
        if (n - y) * count > more:
            na += 1
            ta += n
            qa += n * n
        else:
            tb += y
            qb += y * y
        a = ptr8(int(a) + 1)
        b = ptr8(int(b) + 1)
    out[0] = na
    out[1] = ta
    out[2] = qa
    out[3] = tb
    out[4] = qb
