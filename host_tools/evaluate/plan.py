# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What is measured: sizes, levels, cells. Everything here is data or makes cells of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from host_tools.decoding import RATE_HZ
from host_tools.evaluate.corpus import EFFECTS, MUSIC, SPEECH, Recording
from host_tools.evaluate.jobs import Cell
from host_tools.evaluate.trials import SETTLE_S, SLOT_S

SEED = 20261120
PARTS = {
    "a": "sensitivity in white noise",
    "b": "false findings in white noise",
    "c": "detection over the unknowns",
    "d": "false findings on recordings",
    "e": "bedside scenes",
}
ABOVE_DB = 12.0


@dataclass(frozen=True)
class Size:
    """How much of each part. Trials are per level (a) or cell (c)."""

    trials: int
    levels: tuple[int, ...]  # dB from the limit
    noise_h: float
    cell_trials: int
    scene_h: dict[str, float]  # by split of the recordings
    scene_minutes: float = 60


LEVELS = tuple(range(-4, 11))
SIZES = {
    "smoke": Size(2, (-6, 12), 0.02, 2, {"held-out": 0.02}, 1.2),
    "quick": Size(40, LEVELS, 3, 24, {"held-out": 6, "tuning": 2}),
    "standard": Size(150, LEVELS, 24, 120, {"held-out": 72, "tuning": 24}),
    "full": Size(600, LEVELS, 240, 400, {"held-out": 240, "tuning": 80}),
}
TRIALS_A_CELL = 60
REEL_S = 1800

SENSITIVITY: dict[str, tuple[str, dict[str, Any]]] = {
    "chime, 1 s": ("chime", {}),
    "siren, 6 x 0.5 s": ("siren", {"changes_per_s": 2}),
    "siren, 12 x 0.25 s": ("siren", {"changes_per_s": 4}),
    "siren, 30 x 0.1 s": ("siren", {"changes_per_s": 10}),
}
VOICE = {"harmonics_db": (-20, -26)}
ANY_SIREN = {
    "changes_per_s": (1, 20),
    "duration_ms": (2500, 3500),
    "harmonics_db": (-20, -26),
    "hz_scatter": 0.005,
    "duration_scatter": 0.03,
    "rt60_s": (0.2, 0.8),
    "bedding": (1500, 6),
}
ANY_CHIME = {
    "duration_ms": (950, 1050),
    "harmonics_db": (-20, -26),
    "rt60_s": (0.2, 0.8),
    "bedding": (1500, 6),
}


def conditions() -> Iterator[tuple[str, str, str, dict[str, Any], str, str]]:
    """(kind, what varies, its value, sound, noise class, other sound), one property at a time."""
    for rate in (1, 1.5, 2, 3, 4, 6, 8, 10, 15, 20):
        yield "siren", "alternations a second", str(rate), {"changes_per_s": rate}, "white", ""
    for ms in (2500, 2750, 3000, 3250, 3500):
        yield "siren", "duration", f"{ms / 1000} s", {"duration_ms": ms}, "white", ""
    for ratio in (1.05, 1.1, 1.2, 1.5, 2.0):
        yield "siren", "ratio of the tones", str(ratio), {"ratio": ratio}, "white", ""
    for kind in ("siren", "chime"):
        for text, levels in (
            ("-20, -26 dB", (-20, -26)),
            ("-10, -14, -18 dB", (-10, -14, -18)),
            ("-3, -6, -10 dB", (-3, -6, -10)),
        ):
            yield kind, "harmonics", text, {"harmonics_db": levels}, "white", ""
        for rt60_s in (0.2, 0.4, 0.6, 0.8):
            yield kind, "reverberation", f"RT60 {rt60_s} s", {"rt60_s": rt60_s}, "white", ""
        for bedding in ((1500, 6), (800, 12)):
            text = f"-{bedding[1]} dB an octave from {bedding[0]} Hz"
            yield kind, "bedding", text, {"bedding": bedding}, "white", ""
        for ms in (100, 200, 300):
            yield kind, "cut-off start", f"{ms / 1000} s missing", {"cut_ms": ms}, "white", ""
    for share, text in ((0.01, "1 %"), (0.03, "3 %")):
        yield "siren", "scatter of each tone's pitch", text, {"hz_scatter": share}, "white", ""
    yield "siren", "scatter of each duration", "3 %", {"duration_scatter": 0.03}, "white", ""
    for ms in (950, 970, 1030, 1050):
        yield "chime", "duration", f"{ms / 1000} s", {"duration_ms": ms}, "white", ""
    for kind, other in (("siren", "chime"), ("chime", "chime"), ("siren", "siren")):
        yield kind, "another sound on top", f"a {other}", {}, "white", other
    for kind, sound in (("siren", ANY_SIREN), ("chime", ANY_CHIME)):
        yield kind, "everything at once", "drawn", sound, "white", ""
        yield kind, "noise class", "white", VOICE, "white", ""
        yield kind, "noise class", "pink", VOICE, "pink", ""


def seed_of(key: str) -> list[int]:
    """Every cell has noise and draws of its own, the same each time."""
    return [SEED, zlib.crc32(key.encode())]


def reel_cells(recordings: list[Recording]) -> list[Cell]:
    """Decoding, about half an hour of sound a reel, one corpus each."""
    cells: list[Cell] = []
    for corpus in dict.fromkeys(r.corpus for r in recordings):
        mine = [r for r in recordings if r.corpus == corpus]
        for number, first in enumerate(range(0, len(mine), 60)):
            part = mine[first : first + 60]
            names = zlib.crc32("\n".join(r.name for r in part).encode())
            key = f"{corpus}-{number}-{names:08x}.i16"
            listed = [{**asdict(r), "split": r.split} for r in part]
            cells.append(Cell(key, "reel", 0.1, {"reel": key, "recordings": listed}))
    return cells


def cells(size: Size, only: set[str], entries: list[dict[str, Any]]) -> list[Cell]:
    made: list[Cell] = []
    if "d" in only:
        # In no order, so that a run stopped early has heard some of everything.
        made += sorted(_clips(entries), key=lambda cell: cell.key)
    if "a" in only:
        made += _sensitivity(size)
    if "c" in only:
        made += _conditions(size, entries)
    if "b" in only:
        made += _noise(size)
    if "e" in only:
        made += _scenes(size, entries)
    return made


def _trials(key: str, count: int, params: dict[str, Any]) -> Iterator[Cell]:
    for number, first in enumerate(range(0, count, TRIALS_A_CELL)):
        trials = min(TRIALS_A_CELL, count - first)
        own = f"{key}|{trials}|{number}"
        seconds = SETTLE_S + trials * SLOT_S[params["kind"]]
        yield Cell(
            own, "trials", seconds / 3600, {**params, "trials": trials, "seed": seed_of(own)}
        )


def _sensitivity(size: Size) -> Iterator[Cell]:
    for level in sorted(size.levels, key=lambda db: abs(db - 3)):  # the telling ones first
        for name, (kind, sound) in SENSITIVITY.items():
            params = {"kind": kind, "sound": sound, "noise": "white", "above_db": level}
            yield from _trials(f"a|{name}|{level}", size.trials, params)


def _conditions(size: Size, entries: list[dict[str, Any]]) -> Iterator[Cell]:
    listed = list(conditions())
    if size.cell_trials < 10:
        listed = listed[::8]
    for kind, varied, value, sound, noise, other in listed:
        params = {"kind": kind, "sound": sound, "noise": noise, "above_db": ABOVE_DB, "with": other}
        yield from _trials(f"c|{kind}|{varied}|{value}", size.cell_trials, params)
    for name, mine in categories(entries).items():
        for kind in ("siren", "chime"):
            params = {"kind": kind, "sound": VOICE, "noise": mine, "above_db": ABOVE_DB}
            yield from _trials(f"c|{kind}|noise class|{name}", size.cell_trials, params)


def categories(entries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Recorded noise classes: the everyday categories, and Debian's held-out recordings."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        name = entry["category"].replace("_", " ")
        if entry["corpus"] != "everyday":
            if entry["tuning"] or entry["category"] not in (SPEECH, MUSIC, EFFECTS):
                continue
            name += ", held-out"
        found.setdefault(name, []).append(entry)
    # A hundred recordings of each are enough to draw from, and keep the cells small.
    return {name: mine[:: max(1, len(mine) // 100)] for name, mine in sorted(found.items())}


def _noise(size: Size) -> Iterator[Cell]:
    hours = min(1.0, size.noise_h)
    for number in range(round(size.noise_h / hours)):
        key = f"b|{hours}|{number}"
        yield Cell(key, "quiet", hours, {"hours": hours, "seed": seed_of(key)})


def _clips(entries: list[dict[str, Any]]) -> Iterator[Cell]:
    part: list[dict[str, Any]] = []
    seconds = 0.0
    for i, entry in enumerate(entries):
        part.append(entry)
        seconds += entry["count"] / RATE_HZ
        if seconds > REEL_S / 2 or i == len(entries) - 1:
            names = zlib.crc32("\n".join(e["name"] + e["sha1"] for e in part).encode())
            yield Cell(f"d|{names:08x}", "clips", seconds / 3600, {"entries": part})
            part, seconds = [], 0.0


def _scenes(size: Size, entries: list[dict[str, Any]]) -> Iterator[Cell]:
    hours = size.scene_minutes / 60
    number = 0
    left = dict(size.scene_h)
    pools = {
        split: [
            e
            for e in entries
            if e["role"] == "negative" and e["split"] == split and e["count"] > RATE_HZ
        ]
        for split in left
    }
    marks = {s: zlib.crc32("".join(e["sha1"] for e in pool).encode()) for s, pool in pools.items()}
    while any(hours_left > 0.001 for hours_left in left.values()):
        for split in left:
            # Splits in proportion, so that a run stopped early has some of each.
            share = left[split] / size.scene_h[split]
            if (
                left[split] <= 0.001
                or share < max(left[s] / size.scene_h[s] for s in left)
                or not pools[split]
            ):
                if not pools[split]:
                    left[split] = 0
                continue
            key = f"e|{split}|{size.scene_minutes}|{number}|{marks[split]:08x}"
            rng = zlib.crc32(key.encode())
            pool = pools[split]
            # A scene draws from a few hundred recordings: a list of all would be long to hand over.
            step = max(1, len(pool) // 300)
            chosen = pool[rng % step :: step]
            yield Cell(
                key,
                "scene",
                hours,
                {
                    "minutes": size.scene_minutes,
                    "entries": chosen,
                    "split": split,
                    "seed": seed_of(key),
                },
            )
            left[split] -= hours
            number += 1
