# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Noise that comes and goes in a quiet room: a tap, rain, a car, a breath at the microphone.

In: hours, a seed. Out: each finding, counts by name ("sure chime"…) and how many gusts there were;
none holds a tone, so whatever is found is false. Each lasts 0.5 to 15 s, rises 3 to 35 dB over the
room's noise within 5 ms to 1 s, falls 0 to 8 dB an octave, and is cut off below 50 to 800 Hz and
above 2.5 to 9 kHz: all drawn, durations, times and frequencies by their logarithm.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import fft

from host_tools.decoding import RATE_HZ
from host_tools.evaluate import backgrounds, quiet, scenes
from host_tools.listening import Ear

ROOM_DBA = (25.0, 45.0)
LASTS_S = (0.5, 15.0)
RISES_DB = (3.0, 35.0)
RAMP_S = (0.005, 1.0)
FALLS_DB = (0.0, 8.0)  # an octave
FROM_HZ = (50.0, 800.0)
TO_HZ = (2500.0, 9000.0)
PAUSE_S = (0.25, 3.0)  # at least, and in the mean beyond that
START_S = 5.0  # until the room is known


def run(cell: dict[str, Any], ear: Ear) -> dict[str, Any]:
    rng = np.random.default_rng(cell["seed"])
    count = round(cell["hours"] * 3600) * RATE_HZ
    scene, gusts = mix(rng, count)
    found = quiet.listed(ear.hear(scenes.pieces(scene)))
    return {"hours": count / RATE_HZ / 3600, "gusts": gusts, **found}


def mix(rng: np.random.Generator, count: int) -> tuple[np.ndarray, int]:
    """(so many samples of a room, how many gusts are in it)."""
    room = backgrounds.room(rng, 61, float(rng.uniform(*ROOM_DBA)))
    scene = np.resize(room, count)
    level = float(np.std(room))
    at = round(START_S * RATE_HZ)
    gusts = 0
    while True:
        length = round(_spread(rng, LASTS_S) * RATE_HZ)
        if at + length > count:
            return scene, gusts
        gust = _coloured(rng, length)
        gust *= np.float32(level * 10 ** (rng.uniform(*RISES_DB) / 20))
        ramp = min(round(_spread(rng, RAMP_S) * RATE_HZ), length // 2)
        rise = np.sin(np.linspace(0, np.pi / 2, ramp, dtype=np.float32)) ** 2
        gust[:ramp] *= rise
        gust[length - ramp :] *= rise[::-1]
        scene[at : at + length] += gust
        gusts += 1
        at += length + round((PAUSE_S[0] + rng.exponential(PAUSE_S[1])) * RATE_HZ)


def _coloured(rng: np.random.Generator, count: int) -> np.ndarray:
    """Noise of one colour, rms 1."""
    hz = fft.rfftfreq(count, 1 / RATE_HZ)
    hz[0] = hz[1]
    shape = (hz / 1000) ** (-rng.uniform(*FALLS_DB) / 6.02)
    shape /= np.sqrt(1 + (_spread(rng, FROM_HZ) / hz) ** 4)
    shape /= np.sqrt(1 + (hz / _spread(rng, TO_HZ)) ** 4)
    noise = fft.irfft(fft.rfft(rng.standard_normal(count)) * shape, count)
    return (noise / np.std(noise)).astype(np.float32)


def _spread(rng: np.random.Generator, between: tuple[float, float]) -> float:
    """Evenly by the logarithm."""
    return float(np.exp(rng.uniform(*np.log(between))))
