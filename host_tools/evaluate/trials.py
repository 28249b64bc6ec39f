# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Pump sounds in noise, one every few seconds of a long stream, and what was heard of them.

In: a cell: kind, number of trials, S/N0 (absolute, or above the limit), sound, noise class, seed.
Out: hits by grade, reasons of those that were judged and refused, latencies, findings besides;
where the cell asks for it, how many the noise itself masked, and how many energy alone would hear
(see `masking`, `energy`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from host_tools import render
from host_tools.acoustics import RATE_HZ, noise_density
from host_tools.evaluate import backgrounds, energy, masking, sounds
from host_tools.listening import Ear, Finding

SETTLE_S = 8  # noise before the first trial
SLOT_S = {"chime": 9, "siren": 12}
LEAD_S = 4.5  # of a slot, before its sound; up to a second more, drawn
LIKE_HZ = 0.04  # a finding's tones may be off by that share
OTHERWISE = "told, with other tones or times"
OWN_S = 1.0  # a finding that ends so long before a sound's end may still be of it

Left = tuple[bool, bool]  # of a sound: whether the noise masked it, whether energy alone heard it


def run(cell: dict[str, Any], ear: Ear) -> dict[str, Any]:
    rng = np.random.default_rng(cell["seed"])
    stream = backgrounds.source(cell["noise"], rng)
    truths: list[render.Truth] = []
    left: list[Left] = []
    pieces = _pieces(cell, rng, stream, truths, left)
    return score(truths, list(ear.hear(pieces)), left)


def _pieces(
    cell: dict[str, Any],
    rng: np.random.Generator,
    background: Callable[[int], np.ndarray],
    truths: list[render.Truth],
    left: list[Left],
) -> Iterator[np.ndarray]:
    kind = cell["kind"]
    slot = SLOT_S[kind] * RATE_HZ
    yield background(SETTLE_S * RATE_HZ)
    for i in range(cell["trials"]):
        piece = background(slot)
        rendered, seconds, segments = sounds.pump(rng, kind, cell["sound"])
        level = cell.get("s_n0_db")
        if level is None:
            level = cell["above_db"] + sounds.limit_db(kind, seconds, segments)
        at_s = LEAD_S + rng.uniform(0, 1)
        alone = piece.copy()
        if cell["noise"] == "white":
            room = [sounds.WHITE_DENSITY] * len(rendered.hz)
        else:
            room = [noise_density(piece, hz) for hz in rendered.hz]
        start_s = add(piece, rendered, at_s, room, level)
        if cell.get("masking"):
            told = energy.heard(alone, piece, start_s, rendered.hz, room, seconds, segments)
            left.append((masking.masked(alone, piece - alone, rendered.hz), told))
        if cell.get("with"):
            _overlap(piece, rng, cell, at_s, level)
        start_s += SETTLE_S + i * SLOT_S[kind]
        truths.append(
            render.Truth(start_s, start_s + rendered.duration_s, kind, rendered.hz, level)
        )
        yield piece
    yield background(3 * RATE_HZ)


def add(
    piece: np.ndarray,
    rendered: render.Rendered,
    at_s: float,
    densities: Sequence[float],
    level_db: float,
) -> float:
    """Put the sound into the noise, whose density beside each tone is given; returns the second at
    which it really begins. What reaches past the piece is cut off."""
    gain = render.gain_for(rendered, densities[: len(rendered.hz)], level_db)
    first = round(at_s * RATE_HZ)
    place = piece[first : first + len(rendered.signal)]
    place += (gain * rendered.signal[: len(place)]).astype(np.float32)
    return first / RATE_HZ


def _overlap(
    piece: np.ndarray, rng: np.random.Generator, cell: dict[str, Any], at_s: float, level: float
) -> None:
    """Another pump sound of the same strength that begins while the first one lasts."""
    other, seconds, _ = sounds.pump(rng, cell["with"], {})
    own_s = 1.0 if cell["kind"] == "chime" else 3.0
    offset_s = rng.uniform(-0.8 * seconds, 0.8 * own_s)
    add(piece, other, at_s + offset_s, [sounds.WHITE_DENSITY] * 2, level)


def alike(finding: Finding, truth: render.Truth) -> bool:
    """Same time (half of the sound at least) and, of the same kind, the same tones."""
    overlap = min(finding.end, truth.end_s) - max(finding.start, truth.start_s)
    if overlap < (truth.end_s - truth.start_s) / 2:
        return False
    if finding.looks != truth.kind:
        return False
    tones = sorted(finding.hz)
    return len(tones) == len(truth.hz) and all(
        abs(heard - real) <= LIKE_HZ * real for heard, real in zip(tones, truth.hz, strict=True)
    )


def _instead(truth: render.Truth, mine: Finding | None, findings: list[Finding]) -> str:
    """What became of a sound that was not told: the alert all the same, at other tones (its
    harmonics, or those of a sound on top of it); the test that refused it; nothing."""
    for finding in findings:
        if finding.kind == truth.kind and finding.start < truth.end_s < finding.end + OWN_S:
            return OTHERWISE
    return mine.reason if mine else "not noticed"


def score(
    truths: list[render.Truth], findings: list[Finding], left: Sequence[Left] = ()
) -> dict[str, Any]:
    """`left`: what the noise left of each truth, where that was asked."""
    sure = weak = 0
    told: list[bool] = []
    refused: Counter[str] = Counter()
    besides: Counter[str] = Counter()
    latencies = []
    used: set[int] = set()
    for truth in truths:
        mine = [(i, f) for i, f in enumerate(findings) if alike(f, truth)]
        used.update(i for i, _ in mine)
        heard = sorted((f for _, f in mine if f.kind == truth.kind), key=lambda f: f.grade)
        told.append(bool(heard))
        if heard:
            sure += heard[0].grade == "sure"  # "sure" sorts before "weak"
            weak += heard[0].grade == "weak"
            latencies.append(round(heard[0].t - truth.end_s, 3))
        else:
            refused.update([_instead(truth, mine[0][1] if mine else None, findings)])
    for i, finding in enumerate(findings):
        if i not in used and finding.kind != "not matched":
            besides.update([finding.name])
    scored = {
        "trials": len(truths),
        "sure": sure,
        "weak": weak,
        "refused": dict(refused),
        "besides": dict(besides),
        "latency_s": latencies,
    }
    if left:
        masked = [told[i] for i, (drowned, _) in enumerate(left) if drowned]
        by_energy = [told[i] for i, (_, heard) in enumerate(left) if heard]
        scored |= {"masked": len(masked), "masked_told": sum(masked)}
        scored |= {"energy": len(by_energy), "energy_told": sum(by_energy)}
    return scored
