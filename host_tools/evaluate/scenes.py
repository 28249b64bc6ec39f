# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Bedside scenes: an hour of a room where people live, mixed from recordings without a pump.

In: entries (of reels), a seed, minutes. Up to three recordings sound at a time, each at 35 to 70
dBA at the microphone, each in a room of its own (RT60 0.2 to 0.8 s); under them a room of 30 to 45
dBA and the microphone (-26 dBFS at 94 dB SPL). A "single" scene is a quiet room into which 1.5 to
9 s of one recording come at a time, as from another room: with nothing around it, a few notes look
most like a pump. Out: findings with their time, and which recordings sounded then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import fft

from host_tools.acoustics import Room, a_weight, rms_of
from host_tools.decoding import RATE_HZ
from host_tools.evaluate import backgrounds, reel
from host_tools.listening import Ear

LEVEL_DBA = (35.0, 70.0)
ROOM_DBA = (30.0, 45.0)
RT60_S = (0.2, 0.8)
LONGEST_S = 60
PAUSE_S = 6.0  # mean pause between two recordings of one of the three tracks
PIECE_S = 20
SINGLE_S = (1.5, 9.0)
SINGLE_DBA = (23.0, 70.0)
SINGLE_ROOM_DBA = (25.0, 36.0)
SINGLE_PAUSE_S = (2.0, 6.0)


def run(cell: dict[str, Any], ear: Ear) -> dict[str, Any]:
    rng = np.random.default_rng(cell["seed"])
    count = round(cell["minutes"] * 60) * RATE_HZ
    scene, played = (singles if cell["single"] else mix)(rng, cell["entries"], count)
    found = []
    for finding in ear.hear(pieces(scene)):
        if finding.kind != "not matched":
            names = [
                name for start, end, name in played if start < finding.end and end > finding.start
            ]
            found.append({**finding.as_dict(), "split": cell["split"], "sounding": names})
    return {"hours": count / RATE_HZ / 3600, "split": cell["split"], "found": found}


def pieces(scene: np.ndarray) -> Iterator[np.ndarray]:
    """The scene, piece by piece."""
    for first in range(0, len(scene), PIECE_S * RATE_HZ):
        yield scene[first : first + PIECE_S * RATE_HZ]


def mix(
    rng: np.random.Generator, entries: list[dict[str, Any]], count: int
) -> tuple[np.ndarray, list[tuple[float, float, str]]]:
    """(scene, [(start, end, name)…])."""
    quiet = backgrounds.room(rng, 61, float(rng.uniform(*ROOM_DBA)))
    scene = np.resize(quiet, count)
    played = []
    weights = np.sqrt([min(entry["count"], LONGEST_S * RATE_HZ) for entry in entries])
    weights = weights / weights.sum()
    for _ in range(3):
        at = round(rng.exponential(PAUSE_S) * RATE_HZ)
        while at < count:
            entry = entries[rng.choice(len(entries), p=weights)]
            part = _in_room(rng, _cut(rng, entry))
            part = part[: count - at]
            scene[at : at + len(part)] += part
            end = at + len(part)
            played.append((at / RATE_HZ, end / RATE_HZ, entry["name"]))
            at = end + round(rng.exponential(PAUSE_S) * RATE_HZ)
    return scene, played


def singles(
    rng: np.random.Generator, entries: list[dict[str, Any]], count: int
) -> tuple[np.ndarray, list[tuple[float, float, str]]]:
    """(scene, [(start, end, name)…]) of a quiet room that one short sound at a time comes into."""
    scene = np.resize(backgrounds.room(rng, 61, float(rng.uniform(*SINGLE_ROOM_DBA))), count)
    played = []
    weights = np.sqrt([min(entry["count"], LONGEST_S * RATE_HZ) for entry in entries])
    weights = weights / weights.sum()
    at = round(rng.uniform(*SINGLE_PAUSE_S) * RATE_HZ)
    while at < count:
        entry = entries[rng.choice(len(entries), p=weights)]
        part = _in_room(rng, _cut(rng, entry, float(rng.uniform(*SINGLE_S))), SINGLE_DBA)
        part = part[: count - at]
        scene[at : at + len(part)] += part
        end = at + len(part)
        played.append((at / RATE_HZ, end / RATE_HZ, entry["name"]))
        at = end + round(rng.uniform(*SINGLE_PAUSE_S) * RATE_HZ)
    return scene, played


def _cut(
    rng: np.random.Generator, entry: dict[str, Any], longest_s: float = LONGEST_S
) -> np.ndarray:
    """The recording, or so much of it with soft edges (a hard cut would be a sound of ours)."""
    count = min(entry["count"], round(longest_s * RATE_HZ))
    first = int(rng.integers(entry["count"] - count + 1))
    part = reel.samples(entry["reel"], entry["at"] + first, count)
    ramp = np.sin(np.linspace(0, np.pi / 2, min(count // 2, RATE_HZ // 2), dtype=np.float32)) ** 2
    if first:
        part[: len(ramp)] *= ramp
    if first + count < entry["count"]:
        part[len(part) - len(ramp) :] *= ramp[::-1]
    return part


def _in_room(
    rng: np.random.Generator, part: np.ndarray, dba: tuple[float, float] | None = None
) -> np.ndarray:
    """Through a room and to a level, in one transform."""
    echo = Room(float(rng.uniform(*RT60_S)), float(rng.uniform(1, 4))).response(rng)
    length = fft.next_fast_len(len(part) + len(echo), real=True)
    spectrum = fft.rfft(part, length) * fft.rfft(echo.astype(np.float32), length)
    weight = a_weight(fft.rfftfreq(length, 1 / RATE_HZ)).astype(np.float32)
    power = 2 * float(np.sum(np.abs(spectrum * weight) ** 2)) / length / len(part)
    wanted = rms_of(float(rng.uniform(*(dba or LEVEL_DBA))))
    gain = wanted / np.sqrt(power) if power > 1e-14 else 0.0
    return (fft.irfft(spectrum, length)[: len(part) + len(echo)] * gain).astype(np.float32)
