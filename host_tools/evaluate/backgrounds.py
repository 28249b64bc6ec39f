# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What a pump's sound lies in: an endless supply of one class of noise.

In: "white", "pink" or the entries of a category of recordings, a Generator. Out: a function that
gives the next so many samples (float32, the microphone's full scale).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from host_tools.acoustics import level_dba, noise_loop, room_spectrum, white_spectrum
from host_tools.decoding import RATE_HZ
from host_tools.evaluate import reel, sounds

RECORDED_DBA = 50.0
ROOM_DBA = 35.0
MICROPHONE_DBA = 30.0
LONGEST_S = 60


def source(
    noise: str | list[dict[str, Any]], rng: np.random.Generator
) -> Callable[[int], np.ndarray]:
    """`noise` is a name, or the entries (of reels) of one category."""
    if noise == "white":
        return lambda count: sounds.white(rng, count)
    if noise == "pink":
        return lambda count: sounds.pink(rng, count)
    assert not isinstance(noise, str), noise
    return _recorded(noise, rng)


def levelled(samples: np.ndarray, dba: float) -> np.ndarray:
    """The recording at that A-weighted level (its mean, pauses included)."""
    now = level_dba(samples)
    return samples * np.float32(10 ** ((dba - now) / 20)) if now > -60 else samples


def room(rng: np.random.Generator, seconds: float, dba: float) -> np.ndarray:
    """A room's noise on the microphone's own."""
    both = noise_loop(rng, seconds, dba, room_spectrum)
    return (both + noise_loop(rng, seconds, MICROPHONE_DBA, white_spectrum)).astype(np.float32)


def _recorded(
    entries: list[dict[str, Any]], rng: np.random.Generator
) -> Callable[[int], np.ndarray]:
    """Recordings of a category in random order without a break, in a quiet room."""
    waiting = np.zeros(0, np.float32)
    quiet = room(rng, 64, ROOM_DBA)
    at = 0

    def following(count: int) -> np.ndarray:
        nonlocal waiting, at
        parts = [waiting]
        have = len(waiting)
        while have < count:
            entry = entries[rng.integers(len(entries))]
            length = min(entry["count"], LONGEST_S * RATE_HZ)
            first = int(rng.integers(entry["count"] - length + 1))
            part = reel.samples(entry["reel"], entry["at"] + first, length)
            parts.append(levelled(part, RECORDED_DBA))
            have += length
        joined = np.concatenate(parts)
        waiting = joined[count:]
        places = (at + np.arange(count)) % len(quiet)
        at += count
        return joined[:count] + quiet[places]

    return following


__all__ = ["levelled", "room", "source"]
