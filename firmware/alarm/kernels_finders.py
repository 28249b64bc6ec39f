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

    turns in 1/256 turn, turn (the advance a frame) in 1/2048. amp <= 255, so each sum is
    <= 64 * 255 * 2**14 < 2**28; shifted down by 14, the result is < 2**29.
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
            k = ((turns[i] << 3) - at) & 2047
            im += (sine[k] - 16384) * v
            re += (sine[(k + 512) & 2047] - 16384) * v
        at += turn
        i += 1
    re = re >> 14
    im = im >> 14
    return re * re + im * im


@micropython.viper
def swing(a: ptr8, b: ptr8, first: int, n: int, turn: int, means: ptr32, sine: ptr16, out: ptr32):
    """One frequency of two columns' levels, means removed: out = re a, im a, re b, im b.

    means: sum a, sum b over the n cells. turn in 1/2048 turn a frame. |n*a - sum a| < 2**14, >> 5,
    times 2**14, 64 terms: < 2**30; >> 14. So out is n/32 times the sum of (a - mean) e^(-j i turn).
    """
    ra = 0
    ia = 0
    rb = 0
    ib = 0
    ma = means[0]
    mb = means[1]
    i = 0
    at = 0
    while i < n:
        c = sine[(at + 512) & 2047] - 16384
        s = sine[at & 2047] - 16384
        v = (a[first + i] * n - ma) >> 5
        ra += c * v
        ia += s * v
        v = (b[first + i] * n - mb) >> 5
        rb += c * v
        ib += s * v
        at += turn
        i += 1
    out[0] = ra >> 14
    out[1] = ia >> 14
    out[2] = rb >> 14
    out[3] = ib >> 14
