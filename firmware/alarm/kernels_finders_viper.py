# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The hotter inner loops of the finders, in MicroPython's viper: sums over the spectrum's history.

In and out as in `kernels_plain`, bit for bit. On the boards `kernels_finders_thumb` takes their
place.
"""

import sys

import micropython

if sys.implementation.name != "micropython":
    raise ImportError("viper is MicroPython's")  # see kernels_viper


@micropython.viper
def column(x: ptr8, y: int, k: int, other: int, out: ptr8):
    """(hist, newest, k, other, out): one tone through the history, oldest first: out[0:64] =
    max(bin k, bin other) of each row."""
    y = y & 63
    hist = int(x) + k
    o = out
    x = ptr8(hist + (y + 1) * 600)
    count = 63 - y
    rest = 64 - count
    y = other - k
    while rest + count:
        while count:
            v = x[0]
            w = x[y]
            if (v - w) >> 31:
                v = w
            o[0] = v
            o = ptr8(int(o) + 1)
            x = ptr8(int(x) + 600)
            count -= 1
        count = rest
        rest = 0
        x = ptr8(hist)


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
def loudest(x: ptr16, y: int, need: int, bins: ptr16, powers: ptr16, room: int) -> int:
    """(sums, first, need, bins, powers, room): the `room` bins with the most power in 46 frames,
    of those with at least need; returns how many there are (at most room).

    A bin's power is its sum, or less where the 12 bins 7..18 beside it, on the quieter side, hold
    more than noise at the floor does (600 each): sum * 7200 / theirs. It must be the largest within
    two bins. Products <= 255 * 46 * 7200 < 2**27. Few bins have enough: four are asked at once.
    """
    start = int(x) + y + y
    end = start + 1128
    found = 0
    x = ptr16(start)
    y = need - 1
    while int(x) < end:
        if (y - x[18]) >> 31 or (y - x[19]) >> 31 or (y - x[20]) >> 31 or (y - x[21]) >> 31:
            place = int(x)
            stop = place + 8
            while place < stop:
                x = ptr16(place)
                v = x[18]
                if v > y and v >= x[17] and v > x[19] and v >= x[16] and v > x[20]:
                    left = 0
                    right = 0
                    i = 12
                    while i:
                        left = left + x[0]
                        right = right + x[25]
                        x = ptr16(int(x) + 2)
                        i -= 1
                    if right < left:
                        left = right
                    if left > 7200:
                        v = v * 7200 // left
                    if v > y:
                        at = found
                        if found < room:
                            found += 1
                        else:
                            at = 0
                            i = 1
                            while i < room:
                                if powers[i] < powers[at]:
                                    at = i
                                i += 1
                        bins[at] = ((place - start) >> 1) + 18
                        powers[at] = v
                        if found == room:
                            y = v
                            i = 0
                            while i < room:
                                if powers[i] < y:
                                    y = powers[i]
                                i += 1
                place += 2
            x = ptr16(place)
        else:
            x = ptr16(int(x) + 8)
    return found


@micropython.viper
def oppose(x: ptr8, y: ptr8, first: int, n: int, out: ptr32, lut: ptr8):
    """(a, b, first, n, out, lut): sums over two columns: out = sum a, sum b, sum a*a, sum b*b,
    sum a*b, each < 2**23, and the sum of lut[max(a, b)]."""
    a = ptr8(int(x) + first + n)
    b = ptr8(int(y) + first + n)
    sa = 0
    sb = 0
    saa = 0
    sbb = 0
    sab = 0
    sm = 0
    i = 0 - n
    while i:
        y = ptr8(i)
        i = int(y) + 1
        x = ptr8(a[int(y)])
        y = ptr8(b[int(y)])
        sa = sa + int(x)
        sb = sb + int(y)
        saa = int(x) * int(x) + saa
        sbb = int(y) * int(y) + sbb
        sab = int(x) * int(y) + sab
        if (int(x) - int(y)) >> 31:
            x = y
        y = ptr8(lut[int(x)])
        sm = sm + int(y)
    out[0] = sa
    out[1] = sb
    out[2] = saa
    out[3] = sbb
    out[4] = sab
    out[5] = sm


@micropython.viper
def swings(x: ptr8, y: int, n: int, total: int, sine: ptr16, out: ptr16):
    """(column, first, n, total, sine, out): a column's levels, mean removed, at 63 rates: 0.43 to
    8 Hz, turn = 56, 72, ... 1048 (1/2048 turn a frame). total: sum of the n cells. out: re, im, ...
    as int16.

    |n*v - total| < 2**14, >> 5, times 2**14, 64 terms: < 2**30; >> 14: < 2**15. So out is n/32
    times the sum of (v - mean) e^(-j i turn).

    The turns are odd multiples of 8, 256 of which are a whole one. The cells i, i + 4, ... by
    themselves have the same sums, but for a quarter turn and a sign, at m, 512 - m, 512 + m and
    1024 - m: four rates for one. The table has these symmetries exactly, so no bit differs.
    """
    table = int(sine)
    end = ptr8(int(x) + y + n)  # and i is how far a cell is from it, negative
    m = 8
    while m < 256:
        step = m << 3
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
            x = ptr8(0)
            if k:
                x = ptr8(m + m)
            a = 0
            b = 0
            i = k - n
            while i >> 31:
                y = i
                i = y + 4
                y = end[y]
                y = (y * n - total) >> 5
                b = (ptr16(table + int(x))[0] - 16384) * y + b
                a = (ptr16(table + ((int(x) + 1024) & 4095))[0] - 16384) * y + a
                x = ptr8((int(x) + step) & 4095)
            x = ptr8(m << 2)
            if k:
                x = ptr8(int(x) + m + m)
            c = 0
            s = 0
            i = k + 2 - n
            while i >> 31:
                y = i
                i = y + 4
                y = end[y]
                y = (y * n - total) >> 5
                s = (ptr16(table + int(x))[0] - 16384) * y + s
                c = (ptr16(table + ((int(x) + 1024) & 4095))[0] - 16384) * y + c
                x = ptr8((int(x) + step) & 4095)
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
