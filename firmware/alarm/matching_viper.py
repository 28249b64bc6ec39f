# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The inner loop of `matching` in MicroPython's viper; in and out as in `matching_kernel`."""

import sys

import micropython

if sys.implementation.name != "micropython":
    raise ImportError("viper is MicroPython's")


@micropython.viper
def gauge(hist: ptr8, t: int, plan: ptr16, lines: ptr8, lut: ptr8, best: ptr16, age: ptr16) -> int:
    """See matching_kernel.gauge_plain; best is read as a number < 2**15, each sum <= 64 * 255."""
    now = t & 63
    row = int(hist) + now * 600
    at = int(plan)
    n = ptr16(at)[0]
    at += 2
    out = int(lines)
    while n:
        q = ptr16(at)
        p = ptr8(row + q[0])
        v = 0
        i = q[1]
        while i:
            if p[0] > v:
                v = p[0]
            p = ptr8(int(p) + 1)
            i -= 1
        ptr8(out)[now] = lut[v]
        out += 64
        at += 4
        n -= 1
    n = ptr16(at)[0]
    at += 2
    due = -1
    i = 0
    while i < n:
        q = ptr16(at)
        gate = q[0]
        wait = q[1]
        expiry = q[2]
        parts = q[3]
        at += 8
        total = 0
        while parts:
            q = ptr16(at)
            p = ptr8(int(lines) + (q[0] << 6))
            f = now - q[1]
            c = q[2]
            while c:
                total += p[f & 63]
                f += 1
                c -= 1
            at += 6
            parts -= 1
        a = age[i] + 1
        if total > best[i] or (a & 0x7FFF) > expiry:
            best[i] = total
            a = 0
        elif int(best[i]) > gate:
            if a == 1:
                due = i + 256
            elif due < 0 and a >= wait and a < 0x8000:
                due = i
                a = a | 0x8000
        age[i] = a
        i += 1
    return due
