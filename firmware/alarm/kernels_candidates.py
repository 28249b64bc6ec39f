# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the finders do in every frame with their candidates, in MicroPython's viper.

In and out as in `kernels_finders_plain`, bit for bit. In a quiet room, where candidates come and
go all the time, these loops were most of what the interpreter did; the tests of what came out of
the noise are rare, and stay in Python.
"""

import sys

import micropython

if sys.implementation.name != "micropython":
    raise ImportError("viper is MicroPython's")  # see kernels_viper


@micropython.viper
def stand(p: ptr16, x: int, found: ptr16, n: int, need: int) -> int:
    """(sums, keep, found, n, need): how many of the n found bins stand out by more than need, as
    `scan` has it; keep: those alone stay in found. Sums <= 12 * 255 * 15 < 2**16."""
    sums = int(p)
    keep = x
    kept = 0
    i = 0
    while i < n:
        k = found[i]
        p = ptr16(sums + k + k - 36)
        left = 0
        right = 0
        x = 12
        while x:
            left += p[0]
            right += p[25]
            p = ptr16(int(p) + 2)
            x -= 1
        if right < left:
            left = right
        if p[6] * 12 - left > need:
            if keep:
                found[kept] = k
            kept += 1
        i += 1
    return kept


@micropython.viper
def track(found: ptr16, s: int, sums: ptr16, slots: ptr32, t: int) -> int:
    """(found, n, sums, slots, t): see kernels_finders_plain. Only differences are negative. s + 0:
    see tests/host/test_viper_index.py."""
    n = s
    i = 0
    while i < n:
        k = found[i]
        at = -1
        free = -1
        s = 0
        while s < 24:
            if slots[s + 0]:
                d = slots[s + 24] - k
                if d < 3 and d > -3:
                    at = s
                    s = 24
            else:
                free = s
            s += 1
        v = sums[k]
        if at >= 0:
            slots[at + 96] = t
            least = slots[at + 48]
            if slots[at] != 1:
                least += 120
            if v <= least:
                at = -1
        elif free >= 0:
            at = free
            slots[at + 96] = t
            slots[at + 120] = 0
        if at >= 0:
            slots[at] = 1
            slots[at + 24] = k
            slots[at + 48] = v
            slots[at + 72] = t
        i += 1
    used = 0
    n = 0
    s = 0
    while s < 24:
        now = slots[s + 0]
        if now == 1:
            used = 32
            d = t - slots[s + 72]
            if d == 1 or d >= 16:
                slots[n + 168] = s
                n += 1
        elif now:
            if t - slots[s + 96] > 4:
                slots[s + 0] = 0
            else:
                used = 32
        s += 1
    return used + n


@micropython.viper
def focus(
    p: ptr16,
    k: int,
    s: int,
    slots: ptr32,
    shift: int,
    hist: ptr8,
    turns: ptr8,
    amp: ptr8,
    sine: ptr16,
):
    """(cells, t, s, slots, shift, hist, turns, amp, sine): see kernels_finders_plain. Bounds as in
    `coherent`, for 15 cells."""
    cells = int(p)
    row = k - 14
    b = slots[s + 24]
    while row <= k:
        v = hist[(row & 63) * 600 + b] - shift
        if v > 255:
            v = 255
        if v > 67:
            v = amp[v] << 4
        else:
            v = 0
        p[0] = v | ((turns[(row >> 1 & 7) * 600 + b] >> ((row & 1) << 2)) & 15)
        p = ptr16(int(p) + 2)
        row += 1
    end = int(p)
    half = ((b + 59) & 1) << 10
    best = 0
    d = -12
    while d < 13:
        turn = half + (d << 6)
        re = 0
        im = 0
        at = 0
        p = ptr16(cells)
        while int(p) < end:
            v = p[0]
            k = ((v << 7) - at) & 2047
            v = v >> 4
            re = (sine[(k + 512) & 2047] - 16384) * v + re
            im = (sine[k] - 16384) * v + im
            at += turn
            p = ptr16(int(p) + 2)
        re = re >> 14
        im = im >> 14
        v = re * re + im * im
        if v > best:
            best = v
            slots[s + 144] = d
        d += 1
    slots[s + 120] = best


@micropython.viper
def beside(p: ptr8, i: int, n: int, sums: ptr16, k: int) -> int:
    """(hist, first, n, sums, k): see kernels_finders_plain. Sums <= 12 * 255 * 15 < 2**16."""
    hist = int(p)
    first = i
    straight = n
    if first + n > 64:
        straight = 64 - first
    at = k - 18
    if n:
        while at < k + 19:
            total = 0
            p = ptr8(hist + first * 600 + at)
            i = straight
            while i:
                total += p[0]
                p = ptr8(int(p) + 600)
                i -= 1
            p = ptr8(hist + at)
            i = n - straight
            while i:
                total += p[0]
                p = ptr8(int(p) + 600)
                i -= 1
            sums[at] = total
            at += 1
    left = 0
    right = 0
    at = k - 18
    while at < k - 6:
        left += sums[at]
        right += sums[at + 25]
        at += 1
    total = (left + right) >> 1
    at = left - right
    if at > 900 or at < -900:
        total = left
        if right < left:
            total = right
    total = (total + 90) // 180
    if total > 55 and total < 67:
        total = 61
    return total


@micropython.viper
def survey(loud: ptr16, t: int, powers: ptr16, n: int, got: ptr8) -> int:
    """See kernels_finders_plain. The sum <= 46 * 2**16 < 2**22."""
    total = 0
    i = 46
    while i:
        total += loud[t & 63]
        t -= 1
        i -= 1
    total = total // 3450 - 1
    if total < 61:
        total = 61
    elif total > 141:
        total = 141
    lines = 0
    while i < n:
        got[i] = 0
        if powers[i] > 1000:
            lines += 1
        i += 1
    return total << 4 | lines
