# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How weak a chime the designs hear that were weighed for the first stage: its energy alone.

Run as `python -m host_tools.bench_designs`. In: nothing (seeded). Out: a table: for each design the
S/N0 at which 90 and 99 % of chimes of 1 s at an unknown tone and moment pass its threshold of one
false finding a month, and how many filters must run. A bank of Goertzel filters gives the same
numbers as a transform of the same frames at its bins; what tells the designs apart is how long a
filter listens, how densely the filters lie, and whether frames overlap. None of the tests for what
is no chime is applied: the whole chain's figures are those of `chimewatch evaluate`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from host_tools.decoding import RATE_HZ
from host_tools.evaluate.figures import crossing, rising
from host_tools.evaluate.theory import BAND_HZ, MONTH_S

LEVELS_DB = np.arange(16.0, 22.01, 0.5)
TRIALS = 500
SEED = 20261127
CHIME_S = 1.0


@dataclass(frozen=True)
class Design:
    """A bank of filters `apart_hz` apart, each over `frame` samples, every `hop` samples; the power
    of `frames` successive ones is summed. `known`: one filter, at the pump's own tone."""

    name: str
    frame: int
    hop: int
    frames: int
    apart_hz: float
    hann: bool = True
    known: bool = False

    @property
    def filters(self) -> int:
        return 1 if self.known else round(BAND_HZ / self.apart_hz)

    @cached_property
    def threshold(self) -> float:
        """Of the sum, in means of one cell of noise: one false finding a month, every filter and
        every hop counted as a chance of its own (they are fewer: the bound is 0.1 to 0.3 dB high).
        The sum is gamma distributed, its variance that of overlapping frames."""
        looks = self.filters * MONTH_S * RATE_HZ / self.hop
        window = self._window
        variance = float(self.frames)
        for apart in range(1, self.frames):
            shift = apart * self.hop
            if shift >= self.frame:
                break
            overlap = float(np.sum(window[shift:] * window[:-shift]) / np.sum(window**2))
            variance += 2 * (self.frames - apart) * overlap**2
        shape = self.frames**2 / variance
        return float(stats.gamma.isf(1 / looks, shape, scale=self.frames / shape))

    @cached_property
    def _window(self) -> np.ndarray:
        if not self.hann:
            return np.ones(self.frame)
        return 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(self.frame) + 0.5) / self.frame)

    def heard(self, rng: np.random.Generator, s_n0_db: float) -> bool:
        """One chime in white noise of density 1 (each way) at a tone, phase and moment drawn."""
        length = self.frame + self.hop * (self.frames - 1)
        span = 2 * length + round(CHIME_S * RATE_HZ)
        signal = rng.standard_normal(span) * np.sqrt(RATE_HZ / 2)
        hz = rng.uniform(600, 600 + BAND_HZ)
        at = length + int(rng.integers(self.hop))
        n = np.arange(round(CHIME_S * RATE_HZ))
        phase = rng.uniform(0, 2 * np.pi)
        loud = np.sqrt(2 * 10 ** (s_n0_db / 10))
        signal[at : at + len(n)] += loud * np.cos(2 * np.pi * hz / RATE_HZ * n + phase)
        near = round(hz / self.apart_hz)
        tones = [hz] if self.known else [self.apart_hz * (near + i) for i in (-1, 0, 1)]
        window = self._window
        mean = RATE_HZ / 2 * np.sum(window**2)
        starts = range(0, span - self.frame + 1, self.hop)
        rows = np.stack([signal[s : s + self.frame] for s in starts]) * window
        t = np.arange(self.frame) / RATE_HZ
        for tone in tones:
            power = np.abs(rows @ np.exp(-2j * np.pi * tone * t)) ** 2 / mean
            sums = np.convolve(power, np.ones(self.frames), "valid")
            if sums.max() >= self.threshold:
                return True
        return False


DESIGNS = (
    Design("128 ms, overlapping by half, bins 7.8 Hz (the spectrum)", 2048, 1024, 15, 7.8125),
    Design("128 ms, no overlap, no window, bins 7.8 Hz", 2048, 2048, 7, 7.8125, hann=False),
    Design("128 ms, no overlap, no window, filters 31 Hz apart", 2048, 2048, 7, 31.25, hann=False),
    Design("1 s, overlapping by half, bins 1 Hz", 16000, 8000, 1, 1.0, hann=False),
    Design("1 s, an eighth on, bins 0.5 Hz", 16000, 2000, 1, 0.5, hann=False),
    Design("one filter at the pump's known tone, 1 s blocks", 16000, 16000, 1, 1.0, False, True),
)


def measure(design: Design, trials: int = TRIALS, seed: int = SEED) -> dict[float, float | None]:
    """{Pd: S/N0 in dB-Hz}; None where no level reached it."""
    rng = np.random.default_rng([seed, design.frame, design.hop])
    shares = [
        sum(design.heard(rng, float(level)) for _ in range(trials)) / trials for level in LEVELS_DB
    ]
    levels = [float(level) for level in LEVELS_DB]
    even = rising(shares, [trials] * len(levels))
    return {wanted: crossing(levels, even, wanted) for wanted in (0.9, 0.99)}


def main() -> int:
    print(f"{TRIALS} chimes a level in white noise, one false finding a month; S/N0 in dB-Hz")
    print(f"{'design':58} filters   90 %   99 %")
    for design in DESIGNS:
        shown = ["none" if level is None else f"{level:.1f}" for level in measure(design).values()]
        print(f"{design.name:58} {design.filters:7} {shown[0]:>6} {shown[1]:>6}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
