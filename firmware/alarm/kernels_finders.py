# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The inner loops of the finders, in MicroPython's viper, that the boards run too.

In and out as in `kernels_finders_plain`, bit for bit. The hotter ones are in
`kernels_finders_viper`, whose place the assembler takes on the boards.
"""

import sys

import micropython

if sys.implementation.name != "micropython":
    raise ImportError("viper is MicroPython's")  # see kernels_viper


@micropython.viper
def band(hist: ptr8, newest: int, first: int, last: int, out: ptr8):
    """A band through the history, oldest first: out[0:64] = the largest of bins first..last of each
    row."""
    row = newest
    i = 0
    while i < 64:
        row = (row + 1) & 63
        at = int(hist) + row * 600
        p = ptr8(at + first)
        end = ptr8(at + last)
        v = 0
        while int(p) <= int(end):
            w = p[0]
            if w > v:
                v = w
            p = ptr8(int(p) + 1)
        out[i] = v
        i += 1


@micropython.viper
def nearest(bins: ptr16, state: ptr8, n: int, k: int) -> int:
    """The slot (state not 0) whose bin is within two of k; without one -1 less a slot that is
    free; -1 - n when none is."""
    free = n
    i = 0
    while i < n:
        if state[i]:
            d = bins[i] - k
            if d < 3 and d > -3:
                return i
        else:
            free = i
        i += 1
    return -1 - free


@micropython.viper
def energy(col: ptr8, first: int, n: int, shift: int, lut: ptr8) -> int:
    """Sum of lut[level - shift] over col[first:first+n]; <= 255 * 64. The table caps a cell, so
    no click decides."""
    total = 0
    i = first
    end = first + n
    while i < end:
        v = col[i] - shift
        if v > 0:
            if v > 255:
                v = 255
            total += lut[v]
        i += 1
    return total


@micropython.viper
def coherent(
    cells: ptr8, turns: ptr8, n: int, turn: int, sine: ptr16, amp: ptr8, shift: int
) -> int:
    """Power of the sum, with phase, of n cells: |sum amp[cell - shift] exp(j(turns - i*turn))|**2.

    turns in 1/16 turn, in the lower four bits; turn (the advance a frame) in 1/2048. Phases rounded
    like that cost 0.06 dB of a tone. amp <= 255, so each sum is <= 64 * 255 * 2**14 < 2**28;
    shifted down by 14, the result is < 2**29.
    """
    re = 0
    im = 0
    i = 0
    at = 0
    while i < n:
        v = cells[i] - shift
        if v > 67:
            if v > 255:
                v = 255
            v = amp[v]
            k = ((turns[i] << 7) - at) & 2047
            im += (sine[k] - 16384) * v
            re += (sine[(k + 512) & 2047] - 16384) * v
        at += turn
        i += 1
    re = re >> 14
    im = im >> 14
    return re * re + im * im


@micropython.viper
def apart(a: ptr16, b: ptr16, out: ptr32):
    """The rate at which two columns swing most against each other: out = |a - b|**2 / 16 (< 2**30)
    and its number, 0..62. a, b: from `swings`."""
    best = 0
    at = 0
    k = 0
    while k < 63:
        re = ((a[0] ^ 0x8000) - (b[0] ^ 0x8000)) >> 2
        im = ((a[1] ^ 0x8000) - (b[1] ^ 0x8000)) >> 2
        v = re * re + im * im
        if v > best:
            best = v
            at = k
        a = ptr16(int(a) + 4)
        b = ptr16(int(b) + 4)
        k += 1
    out[0] = best
    out[1] = at


@micropython.viper
def couples(bins: ptr16, powers: ptr16, n: int, limits: ptr32, out: ptr16) -> int:
    """See kernels_finders_plain. Products <= 664 * 104 < 2**17; what is stored < 2**12."""
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
    """See kernels_finders_plain. Evidence < 2**13; nothing here is negative but differences."""
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
                            if evidence < limits[7]:
                                return
                        elif best[s] < limits[7]:
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
