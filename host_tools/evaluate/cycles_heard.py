# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Step one of `cycles`: what the true listening chain makes of single soundings and of noise.

In: a kind, levels of S/N0, hours of white noise. Out: a table of what became of each sounding and
of what noise alone gave, which can be kept as a file; sound heard whole: evenings, recordings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import audio, detect, render
from host_tools.acoustics import RATE_HZ
from host_tools.errors import UserError
from host_tools.evaluate import corpus, sounds
from host_tools.evaluate.trials import LEAD_S, SETTLE_S, SLOT_S
from host_tools.listening import FIRMWARE, Ear, Finding

LONG_RUN = Path(__file__).resolve().parent.parent / "listening" / "long_run.py"
INTERVAL_S = {"chime": 3600, "siren": 600}
LEVELS_DB = {"chime": tuple(np.arange(10.0, 17.5, 0.5)), "siren": tuple(np.arange(9.0, 18.0, 0.5))}
MOST_CYCLES = {"chime": 8, "siren": 12}
NEAR_HZ = 20.0


@dataclass
class Table:
    """What single soundings become, by level; what noise alone gives."""

    kind: str
    #: level -> a list of what became of each: None, or {grade, strength, hz: errors, late_s}
    outcomes: dict[float, list[dict[str, Any] | None]] = field(default_factory=dict)
    noise_h: float = 0.0
    noise: list[dict[str, Any]] = field(default_factory=list)  # grade, strength, hz

    def share(self, level: float, grades: tuple[str, ...]) -> float:
        mine = self.outcomes[level]
        return sum(o is not None and o["grade"] in grades for o in mine) / len(mine)


def seed_of(seed: int, *more: int) -> list[int]:
    return [20261125, seed, *more]


def long_ear() -> Ear:
    """The listening chain with its recurrence."""
    return Ear(firmware=FIRMWARE, script=LONG_RUN)


def measure(kind: str, trials: int, noise_h: float, seed: int, say: Callable[[str], None]) -> Table:
    """Step one, with the true chain."""
    table = Table(kind)
    with long_ear() as chain:
        for i, level in enumerate(LEVELS_DB[kind]):
            table.outcomes[float(level)] = soundings(
                chain, kind, float(level), trials, seed_of(seed, 1, i, len(kind))
            )
            say(f"{kind}: {trials} single soundings at {level:.1f} dB-Hz heard")
        if noise_h:
            table.noise_h = noise_h
            table.noise = noise_alone(chain, (kind,), noise_h, seed_of(seed, 2))
            say(f"{noise_h:g} h of white noise heard")
    return table


def soundings(ear: Ear, kind: str, level: float, trials: int, seed: list[int]) -> list[Any]:
    """What becomes of so many single soundings."""
    rng = np.random.default_rng(seed)
    truths: list[render.Truth] = []
    found = list(ear.hear(_slots(rng, kind, level, trials, truths)))
    return [outcome(truth, found) for truth in truths]


def _slots(
    rng: np.random.Generator, kind: str, level: float, trials: int, truths: list[render.Truth]
) -> Iterator[np.ndarray]:
    yield sounds.white(rng, SETTLE_S * RATE_HZ)
    for i in range(trials):
        piece = sounds.white(rng, SLOT_S[kind] * RATE_HZ)
        truth = add(rng, piece, kind, LEAD_S + rng.uniform(), level)
        start_s = truth.start_s + SETTLE_S + i * SLOT_S[kind]
        truths.append(render.Truth(start_s, start_s, kind, truth.hz, level))
        yield piece
    yield sounds.white(rng, 8 * RATE_HZ)


def add(
    rng: np.random.Generator,
    piece: np.ndarray,
    kind: str,
    at_s: float,
    level: float,
    rendered: render.Rendered | None = None,
) -> render.Truth:
    """A sounding into a piece of white noise, in place."""
    rendered = rendered or sounds.pump(rng, kind, {})[0]
    gain = render.gain_for(rendered, [sounds.WHITE_DENSITY] * len(rendered.hz), level)
    first = round(at_s * RATE_HZ)
    place = piece[first : first + len(rendered.signal)]
    place += (gain * rendered.signal[: len(place)]).astype(np.float32)
    return render.Truth(first / RATE_HZ, first / RATE_HZ, kind, rendered.hz, level)


def outcome(truth: render.Truth, found: list[Finding]) -> dict[str, Any] | None:
    """The best that was made of a sounding; what failed a test counts as nothing."""
    best = None
    for f in found:
        if f.looks != truth.kind or f.kind not in (truth.kind, "faint"):
            continue
        if abs(f.start - truth.start_s) > 2 or len(f.hz) != len(truth.hz):
            continue
        errors = [a - b for a, b in zip(sorted(f.hz), truth.hz, strict=True)]
        if max(map(abs, errors)) > NEAR_HZ:
            continue
        rank = ("faint", "weak", "sure").index(f.grade)
        if best is None or rank > best[0]:
            late_s = round(f.start - truth.start_s, 2)
            strength = f.confidence if f.grade == "faint" else 0
            best = (rank, {"grade": f.grade, "strength": strength, "hz": errors, "late_s": late_s})
    return best[1] if best else None


def noise_alone(ear: Ear, kinds: tuple[str, ...], hours: float, seed: list[int]) -> list[Any]:
    rng = np.random.default_rng(seed)
    pieces = (sounds.white(rng, 20 * RATE_HZ) for _ in range(round(hours * 180)))
    return [
        {"looks": f.looks, "grade": f.grade, "strength": f.confidence, "hz": list(f.hz)}
        for f in ear.hear(pieces)
        if f.kind in ("faint", *kinds)
    ]


def whole_evening(ear: Ear, kind: str, level: float, seed: list[int]) -> int | None:
    """The same through the true chain, sound and all."""
    rng = np.random.default_rng(seed)
    rendered = sounds.pump(rng, kind, {})[0]
    count = MOST_CYCLES[kind]
    first_s, interval_s = rng.uniform(60, 75), INTERVAL_S[kind]
    starts = [first_s + n * interval_s for n in range(count)]

    def pieces() -> Iterator[np.ndarray]:
        for k in range(round((starts[-1] + 30) / 20)):
            piece = sounds.white(rng, 20 * RATE_HZ)
            for at_s in starts:
                if 0 <= at_s - 20 * k < 15:
                    add(rng, piece, kind, at_s - 20 * k, level, rendered)
            yield piece

    first = None
    for f in ear.hear(pieces()):
        near = abs(f.hz[0] - rendered.hz[0]) < 40
        if f.kind == "repeat" and near and first is None:
            first = 1 + round((f.start - first_s) / interval_s)
    return first


def recordings(places: list[Path], seconds: float) -> Iterator[np.ndarray]:
    """Tuning recordings back to back with three seconds of the microphone's noise between them."""
    noise = detect.microphone_noise(1)
    left = seconds
    for place in places:
        for recording in corpus.folder(place, place.name, True):
            if corpus.reserved(recording.path) or recording.role != "negative":
                continue
            try:
                samples = audio.load(recording.path, audio.inspect(recording.path, min_s=0.05))
            except UserError:
                continue
            around = np.resize(noise, len(samples) + 3 * RATE_HZ).astype(np.float32)
            around[: len(samples)] += samples
            left -= len(around) / RATE_HZ
            yield around
            if left < 0:
                return


def on_recordings(places: list[Path], hours: float) -> str:
    heard: dict[str, int] = {}
    seconds = 0.0

    def counted() -> Iterator[np.ndarray]:
        nonlocal seconds
        for piece in recordings(places, hours * 3600):
            seconds += len(piece) / RATE_HZ
            yield piece

    with long_ear() as chain:
        for f in chain.hear(counted()):
            name = f"{f.kind} {f.looks} {f.grade}"
            heard[name] = heard.get(name, 0) + 1
    faint = heard.get("faint chime faint", 0)
    alerts = heard.get("repeat chime faint", 0)
    return (
        f"recordings ({', '.join(place.name for place in places)}), {seconds / 3600:.2f} h: "
        f"{faint} faint candidates, {alerts} alerts by them; all: {dict(sorted(heard.items()))}"
    )


def kept(place: Path | None, kind: str) -> Table | None:
    path = place / f"{kind}.json" if place else None
    if path is None or not path.is_file():
        return None
    stored = json.loads(path.read_text("utf-8"))
    stored["outcomes"] = {float(k): v for k, v in stored["outcomes"].items()}
    return Table(**stored)


def keep(place: Path | None, table: Table) -> None:
    if place:
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{table.kind}.json").write_text(json.dumps(asdict(table)), "utf-8")
