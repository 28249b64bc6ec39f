# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Learning a pump from a recording: how often both of its sounds are learned, and rightly.

In: a cell: S/N0, room, talk beside, how often each sound is played, a seed. Out: how many
recordings gave both sounds, one, a wrong one or none, and why.

A recording is a chime and a siren of one rendered pump by turns, three seconds or more apart, in
the noise of a room of 35 dBA, learned by the device's own code. A sound is right when its kind is,
and every tone of the profile holds the pump's pitch.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import render
from host_tools.acoustics import RATE_HZ, noise_density
from host_tools.evaluate import backgrounds, reel, sounds
from host_tools.listening import FIRMWARE, Ear

ROOM_DBA = 35.0
SLOT_S = {"chime": 5.5, "siren": 7.5}
BEFORE_S = 3.0
PUMP: dict[str, dict[str, Any]] = {
    "chime": {"harmonics_db": (-20, -26), "duration_ms": (950, 1050)},
    "siren": {
        "harmonics_db": (-20, -26),
        "duration_ms": (2500, 3500),
        "changes_per_s": (1, 20),
        "duration_scatter": 0.03,
    },
}


def mark(firmware: Path = FIRMWARE) -> str:
    """A fingerprint of learning, which is no part of the listening chain's."""
    total = hashlib.sha256()
    for path in sorted((firmware / "alarm").glob("learning*.py")):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:12]


def run(cell: dict[str, Any], _: Path) -> dict[str, Any]:
    """With the project's own firmware: a copy of the chain may hold older learning."""
    if mark() != cell["learning"]:
        raise RuntimeError("firmware/alarm/learning*.py was changed meanwhile: start again")
    rng = np.random.default_rng(cell["seed"])
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    with Ear(learn=True, firmware=FIRMWARE) as ear:
        for _trial in range(cell["trials"]):
            samples, truths = recording(rng, cell)
            for _finding in ear.hear([samples.astype(np.float32)]):
                pass
            verdict = judged(ear.learned, truths)
            counts[verdict] += 1
            if verdict == "refused":
                reasons[_short(ear.learned["reason"])] += 1
    return {"trials": cell["trials"], "counts": dict(counts), "reasons": dict(reasons)}


def _short(reason: str) -> str:
    """A reason without its pitches and times, for counting."""
    for words in ("two different alarms", "heard once, amid talk", "must be heard twice"):
        if words in reason:
            return words
    return reason.split(":")[0]


def recording(
    rng: np.random.Generator, cell: dict[str, Any]
) -> tuple[np.ndarray, dict[str, tuple[float, ...]]]:
    """(samples, {kind: its tones}); no sounds at all where the cell asks for none."""
    order = ["chime", "siren"] if rng.random() < 0.5 else ["siren", "chime"]
    order = order * cell["times"]
    count = round((BEFORE_S + sum(SLOT_S[kind] for kind in order) + 1) * RATE_HZ)
    samples = backgrounds.room(rng, count / RATE_HZ, ROOM_DBA)[:count].astype(np.float64)
    quiet = samples.copy()
    way = {"rt60_s": cell.get("rt60_s", 0.0), "distance_m": cell.get("distance_m", 0.5)}
    pump = {kind: sounds.pump(rng, kind, {**PUMP[kind], **way})[0] for kind in SLOT_S}
    at_s, power = BEFORE_S, 0.0
    for kind in order if cell.get("s_n0_db") else ():
        rendered = pump[kind]
        densities = [noise_density(quiet, hz) for hz in rendered.hz]
        gain = render.gain_for(rendered, densities, cell["s_n0_db"])
        first = round((at_s + rng.uniform(0, 0.5)) * RATE_HZ)
        place = samples[first : first + len(rendered.signal)]
        place += gain * rendered.signal[: len(place)]
        power = max(power, gain**2 * max(rendered.powers))
        at_s += SLOT_S[kind]
    if cell.get("talk_db") is not None:
        power = power or sounds.WHITE_RMS**2
        samples += talk(rng, cell["entries"], count, power * 10 ** (cell["talk_db"] / 10))
    return samples, {kind: rendered.hz for kind, rendered in pump.items()}


def talk(
    rng: np.random.Generator, entries: list[dict[str, Any]], count: int, power: float
) -> np.ndarray:
    """Recorded speech without a pause between its pieces, at that mean power."""
    parts: list[np.ndarray] = []
    have = 0
    while have < count:
        entry = entries[rng.integers(len(entries))]
        length = min(entry["count"], 10 * RATE_HZ)
        part = reel.samples(entry["reel"], entry["at"], length).astype(np.float64)
        own = float(np.mean(part**2))
        if own > 1e-12:
            parts.append(part * np.sqrt(power / own))
            have += length
    return np.concatenate(parts)[:count]


def judged(learned: dict[str, Any], truths: dict[str, tuple[float, ...]]) -> str:
    """both, one (the other is missing), wrong (a sound that the pump does not make), refused."""
    profile = learned.get("profile")
    if not profile:
        return "refused"
    right = set()
    for sound in profile["sounds"]:
        hz = truths[sound["kind"]]
        tones = sorted(sound["tones"])
        if len(tones) != len(hz) or not all(
            low <= f <= high for (low, high), f in zip(tones, sorted(hz), strict=True)
        ):
            return "wrong"
        right.add(sound["kind"])
    return "both" if len(right) == len(truths) else "one"
