# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Whether two hearings may be of one pump, by their tones.

In: two lists of Hz. Out: True when a tone is common to both, or one is the second or third harmonic
of the other: of a loud sound the listener may name the harmonics. `alike` asks for one such tone,
`within` for each of the first list.
"""

from collections.abc import Sequence

SAME = 0.04
MULTIPLES = (1, 2, 3, 1 / 2, 1 / 3)


def alike(some: Sequence[float], others: Sequence[float]) -> bool:
    return any(
        abs(a / b / multiple - 1) < SAME for a in some for b in others for multiple in MULTIPLES
    )


def within(some: Sequence[float], others: Sequence[float]) -> bool:
    """Each of `some` belongs to `others`; an empty list (tones not told) contradicts nothing."""
    return not others or all(alike([hz], others) for hz in some)
