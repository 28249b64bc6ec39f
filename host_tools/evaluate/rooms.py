# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Rooms as they were measured: impulse responses that somebody recorded.

In: a folder of recordings of one. Out: the paths of those that fade as fast as a bedroom does; the
response of each from the direct sound on.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np

from host_tools import audio
from host_tools.decoding import RATE_HZ

SLOWEST_S = 1.0  # RT60: what fades more slowly is a hall or a staircase
FADED = 10**-6.0  # 60 dB: what comes later is the recorder's own noise


def found(folder: Path) -> list[str]:
    paths = [str(path) for path in sorted(folder.glob("*.wav"))]
    return [path for path in paths if 0 < rt60_s(path) <= SLOWEST_S]


@lru_cache(maxsize=16)
def response(path: str) -> np.ndarray:
    """At RATE_HZ, from its strongest sample on, which is 1; empty where nothing is in the file. A
    UserError where it cannot be read."""
    file = Path(path)
    whole = audio.load(file, audio.inspect(file, 0)).astype(float)
    first = int(np.argmax(np.abs(whole)))
    if not whole[first]:
        return np.zeros(0)
    echo = whole[first:] / whole[first]
    return echo[: int(np.count_nonzero(_left(echo) > FADED))]


def rt60_s(path: str) -> float:
    """Three times the fall from 5 to 25 dB below the whole; 0 where there is nothing of it."""
    left = _left(response(path))
    return 3 * float(np.count_nonzero((left > 10**-2.5) & (left < 10**-0.5))) / RATE_HZ


def _left(echo: np.ndarray) -> np.ndarray:
    """Share of the energy that is yet to come, at each sample (Schroeder's integral)."""
    left = np.cumsum(echo[::-1] ** 2)[::-1]
    return left / left[0] if len(left) else left
