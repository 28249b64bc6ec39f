# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The inner loop of `matching`: the evidence of every template, one call a frame.

In: the spectrum's history, a plan of numbers, the rings of the lines. Out: the template that wants
attention now, or -1. This is the reference in plain Python; where there is a viper compiler
`matching_viper` takes its place and leaves the same bits.
"""

import sys

LOOK = 256  # added to a template's number: its sum has just passed its largest value


def gauge_plain(hist, t, plan, lines, lut, best, age):
    """One frame more; the return value is a template's number, LOOK more, or -1.

    plan: the number of lines, for each (k, w), the bins of which the loudest counts; the number of
    templates, for each (gate, wait, expiry, parts) and its parts (line, back, n): n frames of a
    line from t - back on. lines: 64 bytes a line, a ring of lut[loudest].
    best: each template's largest sum (<= 64 * 255) since it expired; age: frames since then, bit
    15: judged. Over its gate, a template wants to be looked at one frame after its largest sum,
    and to be judged `wait` frames after it; the largest sum expires after `expiry` frames."""
    now = t & 63
    row = now * 600
    at = 1
    for line in range(plan[0]):
        k = row + plan[at]
        lines[line * 64 + now] = lut[max(hist[k : k + plan[at + 1]])]
        at += 2
    templates = plan[at]
    at += 1
    due = -1
    for i in range(templates):
        gate, wait, expiry, parts = plan[at : at + 4]
        at += 4
        total = 0
        for _ in range(parts):
            line, back, n = plan[at : at + 3]
            at += 3
            for f in range(now - back, now - back + n):
                total += lines[line * 64 + (f & 63)]
        a = age[i] + 1
        if total > best[i] or a & 0x7FFF > expiry:
            best[i] = total
            a = 0
        elif best[i] > gate:
            if a == 1:
                due = i + LOOK
            elif due < 0 and wait <= a < 0x8000:
                due = i
                a |= 0x8000
        age[i] = a
    return due


try:
    from alarm.matching_viper import gauge
except (ImportError, NameError, AttributeError, SyntaxError):
    if sys.platform == "rp2":
        raise  # a board cannot keep up with the plain one
    gauge = gauge_plain
