# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The inner loops of the finders, in MicroPython's viper: sums over the spectrum's history.

In and out as in `kernels_plain`, bit for bit. They stand apart from `kernels_viper` because the
boards need these and not those, which the assembler replaces there.
"""

import sys

import micropython

if sys.implementation.name != "micropython":
    raise ImportError("viper is MicroPython's")  # see kernels_viper


@micropython.viper
def column(hist: ptr8, newest: int, k: int, other: int, out: ptr8):
    """One tone through the history, oldest first: out[0:64] = max(bin k, bin other) of each row."""
    row = newest
    i = 0
    while i < 64:
        row = (row + 1) & 63
        p = ptr8(int(hist) + row * 600)
        v = p[k]
        w = p[other]
        if w > v:
            v = w
        out[i] = v
        i += 1


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
def rowsum(p: ptr8, i: int, n: int, out: ptr16):
    """(hist, first, n, out): out[0:600] = sum of n rows from row first on (ring of 64); each
    <= 255 * 64. The first two arguments live in registers: they become the hottest variables."""
    hist = int(p)
    first = i
    straight = n
    if first + n > 64:
        straight = 64 - first
    k = 0
    while k < 600:
        total = 0
        p = ptr8(hist + first * 600 + k)
        i = straight
        while i:
            total += p[0]
            p = ptr8(int(p) + 600)
            i -= 1
        p = ptr8(hist + k)
        i = n - straight
        while i:
            total += p[0]
            p = ptr8(int(p) + 600)
            i -= 1
        out[k] = total
        k += 1


@micropython.viper
def loudest(p: ptr16, i: int, need: int, bins: ptr16, powers: ptr16, room: int) -> int:
    """(sums, first, need, bins, powers, room): the `room` bins with the most power in 46 frames,
    of those with at least need; returns how many there are (at most room).

    A bin's power is its sum, or less where the 12 bins 7..18 beside it, on the quieter side, hold
    more than noise at the floor does (600 each): sum * 7200 / theirs. It must be the largest within
    two bins. Products <= 255 * 46 * 7200 < 2**27.
    """
    left = 0
    right = 0
    q = ptr16(int(p) + 2 * i)
    p = q
    i = 0
    while i < 12:
        left += p[0]
        right += p[25]
        p = ptr16(int(p) + 2)
        i += 1
    p = q
    found = 0
    least = need
    i = 18
    while i < 582:
        x = p[18]
        if x >= least:
            side = left
            if right < left:
                side = right
            if side > 7200:
                x = x * 7200 // side
            if x >= least:
                y = p[18]
                if y >= p[17] and y > p[19] and y >= p[16] and y > p[20]:
                    at = found
                    if found < room:
                        found += 1
                    else:
                        at = 0
                        y = 0
                        while y < room:
                            if powers[y] < powers[at]:
                                at = y
                            y += 1
                    bins[at] = i
                    powers[at] = x
                    if found == room:
                        y = 0
                        least = x
                        while y < room:
                            if powers[y] < least:
                                least = powers[y]
                            y += 1
                        least += 1
        left += p[12] - p[0]
        right += p[37] - p[25]
        p = ptr16(int(p) + 2)
        i += 1
    return found


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
def oppose(a: ptr8, b: ptr8, first: int, n: int, out: ptr32, lut: ptr8):
    """Sums over two columns: out = sum a, sum b, sum a*a, sum b*b, sum a*b, each < 2**23, and the
    sum of lut[max(a, b)]."""
    sa = 0
    sb = 0
    saa = 0
    sbb = 0
    sab = 0
    sm = 0
    i = first
    end = first + n
    while i < end:
        x = a[i]
        y = b[i]
        sa += x
        sb += y
        saa += x * x
        sbb += y * y
        sab += x * y
        if y > x:
            x = y
        sm += lut[x]
        i += 1
    out[0] = sa
    out[1] = sb
    out[2] = saa
    out[3] = sbb
    out[4] = sab
    out[5] = sm


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
def swings(p: ptr8, i: int, n: int, total: int, sine: ptr16, out: ptr16):
    """(column, first, n, total, sine, out): a column's levels, mean removed, at 63 rates: 0.43 to
    8 Hz, turn = 56, 72, ... 1048 (1/2048 turn a frame). total: sum of the n cells. out: re, im, ...
    as int16. The first arguments become the hottest variables.

    |n*v - total| < 2**14, >> 5, times 2**14, 64 terms: < 2**30; >> 14: < 2**15. So out is n/32
    times the sum of (v - mean) e^(-j i turn).

    The turns are odd multiples of 8, 256 of which are a whole one. The cells i, i + 4, ... by
    themselves have the same sums, but for a quarter turn and a sign, at m, 512 - m, 512 + m and
    1024 - m: four rates for one. The table has these symmetries exactly, so no bit differs.
    """
    col = int(p) + i
    end = col + n
    m = 8
    while m < 256:
        step = m << 2
        # Cells 0, 4, ... with 2, 6, ..., then 1, 5, ... with 3, 7, ...: cosines and sines.
        even_c = 0
        turn_c = 0
        even_s = 0
        turn_s = 0
        a = 0
        b = 0
        c = 0
        s = 0
        k = 0
        while k < 2:
            even_c = a + c
            turn_c = a - c
            even_s = b + s
            turn_s = b - s
            p = ptr8(col + k)
            at = 0
            if k:
                at = m
            a = 0
            b = 0
            while int(p) < end:
                i = (p[0] * n - total) >> 5
                a += (sine[(at + 512) & 2047] - 16384) * i
                b += (sine[at & 2047] - 16384) * i
                at += step
                p = ptr8(int(p) + 4)
            p = ptr8(col + k + 2)
            at = m + m
            if k:
                at += m
            c = 0
            s = 0
            while int(p) < end:
                i = (p[0] * n - total) >> 5
                c += (sine[(at + 512) & 2047] - 16384) * i
                s += (sine[at & 2047] - 16384) * i
                at += step
                p = ptr8(int(p) + 4)
            k += 1
        k = m >> 3
        o = ptr16(int(out) + k + k - 14)
        if k >= 7:  # m itself
            o[0] = (even_c + a + c) >> 14
            o[1] = (even_s + b + s) >> 14
        o = ptr16(int(out) + 114 - k - k)  # 512 - m
        o[0] = (turn_c + b - s) >> 14
        o[1] = (a - c - turn_s) >> 14
        o = ptr16(int(out) + 114 + k + k)  # 512 + m
        o[0] = (turn_c - b + s) >> 14
        o[1] = (turn_s + a - c) >> 14
        o = ptr16(int(out) + 242 - k - k)  # 1024 - m
        o[0] = (even_c - a - c) >> 14
        o[1] = (b + s - even_s) >> 14
        if k < 4:  # 1024 + m: the mirror image of 1024 - m
            o = ptr16(int(out) + 242 + k + k)
            o[0] = (even_c - a - c) >> 14
            o[1] = (even_s - b - s) >> 14
        m += 16


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
    """See kernels_plain. Products <= 664 * 104 < 2**17; what is stored < 2**12."""
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
    """See kernels_plain. Evidence < 2**13; nothing here is negative but differences."""
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
