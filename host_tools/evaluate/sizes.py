# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How much is measured of which part, at which levels, from which seed: data, for `plan`."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

SEED = 20261120
PARTS = {
    "a": "sensitivity in white noise",
    "b": "false findings in noise",
    "c": "detection over the unknowns",
    "d": "false findings on recordings",
    "e": "bedside scenes",
    "f": "single sounds in a quiet room",
    "g": "a learned pump",
    "h": "heard again and again",
    "i": "short sequences of unknown pitch",
    "l": "learning from a recording",
}
ABOVE_DB = 12.0


@dataclass(frozen=True)
class Size:
    """How much of each part. Trials are per level (a; thrice that near 99 %) or cell (c, i)."""

    trials: int
    levels: tuple[int, ...]  # dB from the limit
    noise_h: float
    cell_trials: int  # c, noise that is made: from 100 on, one miss leaves a cell at 99 %
    recorded_trials: int  # c, recorded noise; i
    scene_h: dict[str, float]  # by split of the recordings
    single_h: dict[str, float]
    evenings: int  # of twelve hourly chimes, per level (h)
    quiet_days: int  # of noise alone, drawn (h)
    learned: int  # recordings to learn from, a row (i)
    scene_minutes: float = 60


LEVELS = tuple(range(-4, 11))
NEAR_LEVELS = range(2, 6)  # where 99 % is: more trials, or its place is a matter of luck
NEAR_TIMES = 3
LEARNED_LEVELS = tuple(range(-6, 5))
AGAIN_LEVELS = tuple(range(-7, 3))
SIZES = {
    "smoke": Size(
        2, (-6, 12), 0.02, 2, 2, {"held-out": 0.02}, {"held-out": 0.02},
        evenings=2, quiet_days=1, learned=1, scene_minutes=1.2,
    ),
    "quick": Size(
        100, LEVELS, 3, 30, 30, {"held-out": 6, "tuning": 2}, {"held-out": 4, "tuning": 1},
        evenings=20, quiet_days=60, learned=10, scene_minutes=30,
    ),
    "standard": Size(
        150, LEVELS, 24, 150, 60, {"held-out": 72, "tuning": 8}, {"held-out": 24, "tuning": 4},
        evenings=40, quiet_days=180, learned=40,
    ),
    "full": Size(
        600, LEVELS, 240, 400, 400,
        {"held-out": 240, "tuning": 80}, {"held-out": 120, "tuning": 40},
        evenings=200, quiet_days=720, learned=150,
    ),
}  # fmt: skip
TRIALS_A_CELL = 60


def seed_of(key: str) -> list[int]:
    """Every cell has noise and draws of its own, the same each time."""
    return [SEED, zlib.crc32(key.encode())]
