# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A game's music, under which a pump may sound.

FEW and MANY: the tones that it holds, in hertz.
"""

from scene import TONE, Chord
from sounds import Sine


class Notes:
    """One after another, over and over, each for so many samples."""

    def __init__(self, hz, samples, loud):
        self._notes = [Sine(f * 16, loud) for f in hz]
        self._samples = samples
        self._at = 0

    def next(self):
        self._at += 1
        return self._notes[self._at // self._samples % len(self._notes)].next()


def music(held):
    """Four notes over and over, as a game's music has them, under held ones."""
    return Chord(
        Notes((660, 880, 990, 1330), 2400, TONE),
        *[Sine(f * 16, TONE) for f in held],
    )


FEW = (740, 2960)
MANY = FEW + (1050, 1160, 1270, 1380, 1960, 2070, 2180, 2700, 2810, 3330, 3700, 4070, 4440, 4700)
