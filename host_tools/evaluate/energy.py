# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A detector that is told the tones, the turns and the moment, and compares energy: what the noise
leaves to be heard by energy alone.

In: the noise alone, the same with the sound, where it begins, its tones and segments, the noise
density beside each tone. Out: whether it has heard it. Its threshold is the limit's (`theory`), or
the energy that one in a hundred of the other places has in the noise alone, whichever is higher.
Another place: the same turns, up to 300 Hz away and some seconds earlier or later. In white noise
it is the limit itself, at the tones and the time of the sound.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import fft

from host_tools.acoustics import RATE_HZ
from host_tools.evaluate import theory

AWAY_HZ = 300
HOPS = 4  # a segment
LOUDER = 0.01  # of the other places may be louder


def heard(
    noise: np.ndarray,
    both: np.ndarray,
    at_s: float,
    hz: Sequence[float],
    densities: Sequence[float],
    seconds: float,
    segments: int,
) -> bool:
    """`hz` in turn, the lower first, over so many equal segments."""
    length = round(seconds / segments * RATE_HZ)
    own = sound(both[round(at_s * RATE_HZ) :], hz, densities, length, segments)
    others = places(noise, hz, densities, length, segments)
    return bool(own > max(theory.threshold(seconds, segments), np.quantile(others, 1 - LOUDER)))


def sound(
    samples: np.ndarray, hz: Sequence[float], densities: Sequence[float], length: int, segments: int
) -> float:
    """Energy at the tones from the first sample on, as `theory` counts it: in noise chi-square."""
    total = 0.0
    for i in range(segments):
        part = samples[i * length : (i + 1) * length]
        turns = np.exp(-2j * np.pi * hz[i % len(hz)] / RATE_HZ * np.arange(len(part)))
        total += float(_of(part @ turns, length, densities[i % len(hz)]))
    return total


def places(
    noise: np.ndarray, hz: Sequence[float], densities: Sequence[float], length: int, segments: int
) -> np.ndarray:
    """The same of all places around: (a quarter of a segment apart, a bin apart)."""
    frames = np.lib.stride_tricks.sliding_window_view(noise, length)[:: length // HOPS]
    spectra = fft.rfft(frames, axis=1)
    away = round(AWAY_HZ * length / RATE_HZ)
    starts = len(frames) - HOPS * (segments - 1)
    total = np.zeros((starts, 2 * away + 1))
    for i in range(segments):
        middle = round(hz[i % len(hz)] * length / RATE_HZ)
        part = spectra[HOPS * i : HOPS * i + starts, middle - away : middle + away + 1]
        total += _of(part, length, densities[i % len(hz)])
    return total


def _of(transformed: np.ndarray, length: int, density: float) -> np.ndarray:
    return np.abs(transformed) ** 2 * (4 / (length * RATE_HZ * density))
