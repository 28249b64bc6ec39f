# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The hotter inner loops of the finders, in MicroPython's viper: sums over the spectrum's history.

In and out as in `kernels_finders_plain`, bit for bit. On the boards `kernels_finders_thumb`
takes their place.
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
