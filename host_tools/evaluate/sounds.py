# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Draws pump sounds with the properties of a cell, and the noise they lie in.

In: a Generator, a cell's `sound` (a dict, see SOUND). Out: `render.Rendered` and its way.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from host_tools import render
from host_tools.acoustics import RATE_HZ, Bedding, Room, noise_loop, white_spectrum
from host_tools.evaluate import rooms, theory

LOW_HZ, HIGH_HZ = 600.0, 5000.0
# A cell names what differs from this. A pair is a range to draw from, evenly (rates and ratios
# evenly by their logarithm).
SOUND: dict[str, Any] = {
    "hz": None,  # its tones; else drawn
    "duration_ms": None,  # 1000 for a chime, 3000 for a siren
    "changes_per_s": 4,
    "ratio": (1.05, 2.0),
    "harmonics_db": (),
    "attack_ms": 5,
    "decay_ms": 5,
    "hz_scatter": 0.0,
    "duration_scatter": 0.0,
    "rt60_s": 0.0,
    "distance_m": 1.5,
    "room": "tail",  # as `acoustics.Room` has it; "image": with a box's own early echoes
    "measured": (),  # instead: a room's measured response, of these files one
    "bedding": None,  # (corner_hz, slope_db_octave)
    "cut_ms": 0,  # so much of its start is missing
    "beeps": 0,  # a chime of so many beeps (a range: drawn), beep_ms long, pause_ms apart
    "beep_ms": 200,
    "pause_ms": 200,
}


def draw(value: Any, rng: np.random.Generator, by_log: bool = False) -> float:
    """A number, or one from a range."""
    if not isinstance(value, (list, tuple)):
        return value
    if by_log:
        return float(np.exp(rng.uniform(math.log(value[0]), math.log(value[1]))))
    return float(rng.uniform(*value))


def pump(
    rng: np.random.Generator, kind: str, cell: dict[str, Any]
) -> tuple[render.Rendered, float, int]:
    """(sound, its nominal seconds, its segments), tones anywhere in 0.6-5 kHz."""
    sound = {**SOUND, **cell}
    duration_ms = sound["duration_ms"] or (1000 if kind == "chime" else 3000)
    duration_ms = draw(duration_ms, rng) - sound["cut_ms"]
    if kind == "chime":
        segments: tuple[render.Segment, ...]
        hz = sound["hz"][0] if sound["hz"] else rng.uniform(LOW_HZ, HIGH_HZ)
        segments = render.chime(hz, duration_ms)
        if sound["beeps"]:
            segments = _beeps(sound, hz, rng)
            duration_ms = sum(part.duration_ms for part in segments)
    else:
        ratio = draw(sound["ratio"], rng, by_log=True)
        changes = draw(sound["changes_per_s"], rng, by_log=True)
        hz = rng.uniform(LOW_HZ, HIGH_HZ / ratio)
        if sound["hz"]:
            hz, ratio = sound["hz"][0], sound["hz"][1] / sound["hz"][0]
        segments = render.siren(hz, ratio, changes, duration_ms)
    voice = render.Voice(
        tuple(sound["harmonics_db"]),
        sound["attack_ms"],
        sound["decay_ms"],
        sound["hz_scatter"],
        sound["duration_scatter"],
    )
    bedding = Bedding(*sound["bedding"]) if sound["bedding"] else None
    rt60_s = draw(sound["rt60_s"], rng)
    room = Room(rt60_s, sound["distance_m"], method=sound["room"]) if rt60_s else None
    paths = sound["measured"]
    echo = rooms.response(paths[rng.integers(len(paths))]) if paths else None
    rendered = render.pump(rng, segments, kind, voice, render.Way(bedding, room, echo))
    return rendered, duration_ms / 1000, len(segments)


def _beeps(
    sound: dict[str, Any], hz: float, rng: np.random.Generator
) -> tuple[render.Segment, ...]:
    """At most 2.4 s of them, as the shipped profile has it."""
    beep, pause = (draw(sound[key], rng) for key in ("beep_ms", "pause_ms"))
    beeps = sound["beeps"]
    number = beeps if isinstance(beeps, int) else int(rng.integers(beeps[0], beeps[1] + 1))
    number = max(2, min(number, int((2400 + pause) // (beep + pause))))
    parts = (render.Segment(beep, hz), render.Segment(pause)) * number
    return parts[:-1]


def limit_db(kind: str, seconds: float, segments: int) -> float:
    """The limit for P_d 99 %: what "above theory" is counted from."""
    return theory.needed_db(0.99, round(seconds, 3), 1 if kind == "chime" else segments)


WHITE_RMS = 4096 / 2**23  # -66 dBFS: about a room of 50 dBA, far from either end of the scale
WHITE_DENSITY = WHITE_RMS**2 / (RATE_HZ / 2)


def white(rng: np.random.Generator, count: int) -> np.ndarray:
    return rng.standard_normal(count, dtype=np.float32) * np.float32(WHITE_RMS)


def pink(rng: np.random.Generator, count: int) -> np.ndarray:
    """Noise of a room of 45 dBA that falls by 3 dB an octave, on the microphone's own."""
    seconds = count / RATE_HZ
    shaped = noise_loop(rng, seconds, 45, lambda hz: np.maximum(hz, 30.0) ** -0.5)
    return (shaped + noise_loop(rng, seconds, 30, white_spectrum))[:count].astype(np.float32)
