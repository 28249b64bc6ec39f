# ruff: noqa: F821
# mypy: ignore-errors
# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The design that lost: a Goertzel filter for each tone, tuned for viper; only counted.

In: 32-bit samples. Out: the filter's last two states. Viper keeps its first two locals in
registers, so the two that every sample touches stand first. A bank must run it for every bin and,
for frames that overlap by half, twice for every sample.
"""

import micropython


@micropython.viper
def goertzel(s1: int, s2: int, coeff: int, x: ptr32, end: int, out: ptr32):
    while int(x) < end:
        s2 = x[0] + ((coeff * s1) >> 14) - s2
        s1 = x[1] + ((coeff * s2) >> 14) - s1
        x = ptr32(int(x) + 8)
    out[0] = s1
    out[1] = s2
