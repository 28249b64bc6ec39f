# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Whether a pump's sound is drowned by what it lies in: no listener's failing, but nothing to hear.

In: the background alone, the sound alone as it was added to it, the sound's tones. Out: for each
tone the share of its time in which the background is the louder one, in the very place where the
tone is: the frame of 128 ms and the cell of 11.7 Hz (a Hann window's) around its frequency. An
ear's filters are eight to fifty times as wide: what is drowned here was drowned for it before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import signal

from host_tools.acoustics import RATE_HZ
from host_tools.evaluate import energy

FRAME = 2048
HOP = 512
OWN = 0.5  # a frame is a tone's own where it has that share of its greatest power
DROWNED = 0.5  # a tone is drowned that is the weaker one for more than that share of its time


def masked(background: np.ndarray, sound: np.ndarray, hz: Sequence[float]) -> bool:
    """Whether one of its tones is drowned: a siren of one tone is none."""
    return max(shares(background, sound, hz)) > DROWNED


def shares(background: np.ndarray, sound: np.ndarray, hz: Sequence[float]) -> list[float]:
    """Of each tone's own frames, those in which the background is louder than the tone."""
    found = []
    sounding = np.flatnonzero(sound)
    around = slice(max(0, sounding[0] - FRAME), sounding[-1] + FRAME)
    for tone in hz:
        of_tone, of_background = powers(sound[around], tone), powers(background[around], tone)
        own = of_tone >= OWN * np.max(of_tone)
        found.append(float(np.mean(of_background[own] > of_tone[own])))
    return found


def powers(samples: np.ndarray, hz: float) -> np.ndarray:
    """Power in the cell around a frequency, frame by frame."""
    turns = np.exp(-2j * np.pi * hz / RATE_HZ * np.arange(FRAME))
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    return np.abs(frames @ (signal.windows.hann(FRAME, sym=False) * turns)) ** 2


def fingerprint() -> str:
    """Of this module and `energy`: another definition's results are never used."""
    both = (Path(__file__), Path(energy.__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in both)).hexdigest()[:12]
