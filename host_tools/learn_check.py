# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How faint may a recorded sound become until it is no longer heard, with its profile and blind?

In: a clip of a recording with its sound, and the profile file. Out: for each S/N0 how often it was
heard. The clip is attenuated and white noise added, so that its tones stand so far over all the
noise beside them: the added, and the recording's own, which limits what can be tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.acoustics import RATE_HZ, noise_density
from host_tools.listening import Ear

LEVELS_DB = (30, 26, 22, 20, 18, 16, 14)
TRIALS = 8
SLOT_S = 8.0
SETTLE_S = 8.0
NOISE_RMS = 4096 / 2**23
DENSITY = NOISE_RMS**2 / (RATE_HZ / 2)
BAND_HZ = 15.0  # on either side of a tone: its turns' side bands belong to it
OWN_NOISE = 0.5  # the recording's own noise may be so much of all of it


@dataclass
class Clip:
    """A sound in a recording: samples, where in them it lies, its tones."""

    kind: str
    samples: np.ndarray
    start_s: float
    end_s: float
    hz: list[int]

    def power_and_noise(self) -> tuple[float, float]:
        """(power of the tones while it sounds, density of the noise beside them)."""
        part = self.samples[round(self.start_s * RATE_HZ) : round(self.end_s * RATE_HZ)]
        bins = np.fft.rfftfreq(len(part), 1 / RATE_HZ)
        power = 2 * np.abs(np.fft.rfft(part)) ** 2 / len(part) ** 2
        around = np.concatenate([self.samples[: round(self.start_s * RATE_HZ)],
                                 self.samples[round(self.end_s * RATE_HZ) :]])  # fmt: skip
        total = 0.0
        densities = []
        for hz in self.hz:
            density = noise_density(around, hz, 0) if len(around) > 4096 else 0.0
            width = 2 * BAND_HZ
            total += float(power[np.abs(bins - hz) <= BAND_HZ].sum()) - density * width
            densities.append(density)
        return max(0.0, total), float(np.mean(densities))


def sensitivity(clip: Clip, profile: Path, seed: int = 1) -> list[dict[str, Any]]:
    """Rows {s_n0_db, of, learned, blind}, from loud to faint."""
    power, own = clip.power_and_noise()
    rows: list[dict[str, Any]] = []
    levels = [level for level in LEVELS_DB if power > 0 and _gain(power, own, level)]
    for level in levels:
        gain = _gain(power, own, level)
        rows.append({
            "s_n0_db": level,
            "of": TRIALS,
            "learned": _count(clip, gain, [profile], seed),
            "blind": _count(clip, gain, [], seed),
        })  # fmt: skip
    return rows


def _gain(power: float, own: float, level_db: float) -> float:
    """So that power over added and own noise is that; 0 when its own noise is too much of it."""
    ratio = 10 ** (level_db / 10)
    if own * ratio > OWN_NOISE * power:
        return 0.0
    return float(np.sqrt(ratio * DENSITY / (power - ratio * own)))


def _count(clip: Clip, gain: float, profiles: list[Path], seed: int) -> int:
    rng = np.random.default_rng(seed)
    starts: list[float] = []

    def pieces() -> Iterator[np.ndarray]:
        yield _noise(rng, SETTLE_S)
        for i in range(TRIALS):
            piece = _noise(rng, SLOT_S + len(clip.samples) / RATE_HZ)
            at = round((4 + rng.uniform(0, 1)) * RATE_HZ)
            piece[at : at + len(clip.samples)] += np.float32(gain) * clip.samples
            starts.append(SETTLE_S + i * len(piece) / RATE_HZ + at / RATE_HZ + clip.start_s)
            yield piece
        yield _noise(rng, 3)

    with Ear(profiles=profiles) as ear:
        found = list(ear.hear(pieces()))
    length = clip.end_s - clip.start_s
    return sum(
        any(
            f.kind == clip.kind
            and (f.profile or not profiles)
            and min(f.end, start + length) - max(f.start, start) > length / 2
            for f in found
        )
        for start in starts
    )


def _noise(rng: np.random.Generator, seconds: float) -> np.ndarray:
    count = round(seconds * RATE_HZ)
    return rng.standard_normal(count, dtype=np.float32) * np.float32(NOISE_RMS)
