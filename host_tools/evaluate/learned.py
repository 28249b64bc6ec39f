# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The listener when it knows the pump: how weak a sound it hears, what it takes for the pump.

In: a cell and the listening chain's folder. Out: as `trials` (every sounding of a pump whose
profile was learned without an error; each twenty soundings another pump), or as `clips` (recordings
without a pump, heard with ten random profiles: what a profile found).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import profile_files
from host_tools.evaluate import clips, trials
from host_tools.listening import Ear

A_PUMP = 20  # soundings of one pump
PROFILES = 10


def run(cell: dict[str, Any], firmware: Path) -> dict[str, Any]:
    return (_recordings if "entries" in cell else _trials)(cell, firmware)


def profile(kind: str, hz: tuple[float, ...], changes_per_s: float) -> dict[str, Any]:
    """As learning writes it: tones to 0.3 %, turns and lengths to 8 %."""
    tones = [[max(600, int(f * 0.997)), min(5000, int(f * 1.003) + 1)] for f in hz]
    if kind == "chime":
        segments = [{"tone": 0, "ms": [920, 1080]}]
        repeats, total = 1, [920, 1080]
    else:
        once = 1000 / changes_per_s
        segments = [{"tone": i, "ms": [int(once * 0.92), int(once * 1.08) + 1]} for i in (0, 1)]
        repeats, total = round(3 * changes_per_s / 2), [2800, 3200]
    sound = {"kind": kind, "name": kind, "tones": tones, "segments": segments,
             "repeats": [repeats, repeats], "total_ms": total, "interval_s": [],
             "priority": "high" if kind == "siren" else "medium"}  # fmt: skip
    return {"format": 1, "name": "learned", "source": "rendered", "sounds": [sound]}


def draw(rng: np.random.Generator, kind: str) -> tuple[float, ...]:
    """A pump's tones, Hz."""
    if kind == "chime":
        return (float(rng.uniform(620, 4950)),)
    ratio = float(np.exp(rng.uniform(np.log(1.06), np.log(2))))
    low = float(rng.uniform(620, 4950 / ratio))
    return low, low * ratio


def _trials(cell: dict[str, Any], firmware: Path) -> dict[str, Any]:
    rng = np.random.default_rng(cell["seed"])
    kind, sound = cell["kind"], cell["sound"]
    done: dict[str, Any] = {"trials": 0, "sure": 0, "weak": 0, "latency_s": []}
    counts: dict[str, Counter[str]] = {"refused": Counter(), "besides": Counter()}
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        for _ in range(max(1, cell["trials"] // A_PUMP)):
            hz = draw(rng, kind)
            path = Path(folder) / "profile.json"
            profile_files.write(path, profile(kind, hz, sound.get("changes_per_s", 0)))
            own = {**cell, "sound": {**sound, "hz": hz}, "noise": "white"}
            own["trials"] = min(A_PUMP, cell["trials"])
            own["seed"] = [int(v) for v in rng.integers(0, 2**31, 2)]
            with Ear(profiles=[path], firmware=firmware) as ear:
                result = trials.run(own, ear)
            for key in done:
                done[key] += result[key]
            for key, counter in counts.items():
                counter.update(result[key])
    return {**done, **{key: dict(counter) for key, counter in counts.items()}}


def _recordings(cell: dict[str, Any], firmware: Path) -> dict[str, Any]:
    rng = np.random.default_rng(cell["seed"])
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        paths = list(_random_profiles(rng, Path(folder)))
        with Ear(profiles=paths, firmware=firmware) as ear:
            result = clips.run(cell, ear)
    # What the blind search found is counted in its own part.
    return {**result, "found": [found for found in result["found"] if found.get("profile")]}


def _random_profiles(rng: np.random.Generator, folder: Path) -> Iterator[Path]:
    for i in range(PROFILES):
        value = profile("chime", draw(rng, "chime"), 0)
        changes = float(rng.choice((2, 4, 10)))
        value["sounds"] += profile("siren", draw(rng, "siren"), changes)["sounds"]
        path = folder / f"{i}.json"
        profile_files.write(path, value)
        yield path
