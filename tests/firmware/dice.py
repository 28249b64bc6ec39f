# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A small random generator of our own: the same numbers on every interpreter."""


class Dice:
    def __init__(self, seed):
        """seed 0..65536."""
        self._x = seed

    def below(self, n):
        """0..n-1, n up to 16384 (so that 32-bit words do)."""
        self._x = (self._x * 75 + 74) % 65537
        return (self._x * n) // 65537
