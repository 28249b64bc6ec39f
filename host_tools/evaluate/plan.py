# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What is measured: the cells of every part. In: a size, the recordings. Out: cells."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from host_tools.decoding import RATE_HZ
from host_tools.evaluate import masking, plan_again, plan_learning, sequences
from host_tools.evaluate.conditions import SENSITIVITY, VOICE, conditions
from host_tools.evaluate.corpus import EFFECTS, MUSIC, PACKAGES, SPEECH, Recording, reserved
from host_tools.evaluate.jobs import Cell
from host_tools.evaluate.sizes import (
    ABOVE_DB,
    LEARNED_LEVELS,
    NEAR_LEVELS,
    NEAR_TIMES,
    TRIALS_A_CELL,
    Size,
    seed_of,
)
from host_tools.evaluate.trials import SETTLE_S, SLOT_S

REEL_S = 1800


def reel_cells(recordings: list[Recording]) -> list[Cell]:
    """Decoding, about half an hour of sound a reel, one corpus each."""
    cells: list[Cell] = []
    for corpus in dict.fromkeys(r.corpus for r in recordings):
        mine = [r for r in recordings if r.corpus == corpus]
        for number, first in enumerate(range(0, len(mine), 60)):
            part = mine[first : first + 60]
            names = zlib.crc32("\n".join(_mark(r) for r in part).encode())
            key = f"{corpus}-{number}-{names:08x}.i16"
            listed = [{**asdict(r), "split": r.split} for r in part]
            cells.append(Cell(key, "reel", 0.1, {"reel": key, "recordings": listed}))
    return cells


def _mark(recording: Recording) -> str:
    """What tells a reel from another; a package's files never change, anybody's own may."""
    if recording.corpus in (*PACKAGES, "everyday"):
        return recording.name
    status = Path(recording.path).stat()
    return f"{recording.name} {status.st_size} {status.st_mtime_ns}"


def cells(
    size: Size, only: set[str], entries: list[dict[str, Any]], rooms: Sequence[str] = ()
) -> list[Cell]:
    """All cells of these parts, so ordered that a run stopped early has some of everything.
    ``rooms``: files of measured rooms' responses."""
    made: list[Cell] = []
    if "a" in only:
        made += _sensitivity(size)
    if "g" in only:
        made += _learned(size)
    if "h" in only:
        made += plan_again.cells(size)
    if "i" in only:
        made += sequences.cells(size, _held_out(entries))
    if "l" in only:
        made += plan_learning.cells(size, categories(entries))
    if "c" in only:
        made += _conditions(size, entries, rooms)
    if "b" in only:
        made += _noise(size)
    long = sorted(_clips(entries), key=lambda cell: cell.key) if "d" in only else []
    mixed = list(_scenes(size, entries, "e")) if "e" in only else []
    single = list(_scenes(size, entries, "f")) if "f" in only else []
    known = list(_clips_with_profiles(entries)) if "g" in only and size.trials > 10 else []
    places = [
        ((i + 0.5) / len(part), cell)
        for part in (long, mixed, single, known)
        for i, cell in enumerate(part)
    ]
    return made + [cell for _, cell in sorted(places, key=lambda place: place[0])]


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
            trials = size.trials * (NEAR_TIMES if level in NEAR_LEVELS else 1)
            yield from _trials(f"a|{name}|{level}", trials, params)


def _learned(size: Size) -> Iterator[Cell]:
    levels = sorted(LEARNED_LEVELS, key=lambda db: abs(db + 1))
    for level in levels if size.trials > 10 else (6,):
        for name, (kind, sound) in SENSITIVITY.items():
            params = {"kind": kind, "sound": sound, "noise": "white", "above_db": level}
            for cell in _trials(f"g|{name}|{level}", size.trials, params):
                yield replace(cell, runner="learned")


def _clips_with_profiles(entries: list[dict[str, Any]]) -> Iterator[Cell]:
    for cell in _held_out(entries):
        key = cell.key.replace("d|", "g recordings|", 1)
        yield replace(cell, key=key, runner="learned", params={**cell.params, "seed": seed_of(key)})


def _held_out(entries: list[dict[str, Any]]) -> Iterator[Cell]:
    return _clips([e for e in entries if e["split"] == "held-out" and e["role"] == "negative"])


def _conditions(
    size: Size, entries: list[dict[str, Any]], rooms: Sequence[str] = ()
) -> Iterator[Cell]:
    listed = list(conditions(rooms))
    if size.cell_trials < 10:
        listed = listed[::8]
    for kind, varied, value, sound, noise, other in listed:
        params = {"kind": kind, "sound": sound, "noise": noise, "above_db": ABOVE_DB, "with": other}
        made = _trials(f"c|{kind}|{varied}|{value}", size.cell_trials, params)
        yield from _masking(made) if varied == "noise class" else made
    for name, mine in categories(entries).items():
        for kind in ("siren", "chime"):
            params = {"kind": kind, "sound": VOICE, "noise": mine, "above_db": ABOVE_DB}
            key = f"c|{kind}|noise class|{name}"
            yield from _masking(_trials(key, size.recorded_trials, params))


def _masking(made: Iterator[Cell]) -> Iterator[Cell]:
    """With what the noise masked counted too: another key, so that no result without it is taken
    for one with it, but the same seed and sound."""
    mark = masking.fingerprint()
    for cell in made:
        yield replace(cell, key=f"{cell.key}|{mark}", params={**cell.params, "masking": mark})


def categories(entries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Recorded noise classes: the everyday categories, and Debian's held-out recordings."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        name = entry["category"].replace("_", " ")
        if entry["corpus"] != "everyday":
            if reserved(entry["name"]):
                continue
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
        key = f"b gusts|{hours}|{number}"
        yield Cell(key, "gusts", hours, {"hours": hours, "seed": seed_of(key)})


def _clips(entries: list[dict[str, Any]]) -> Iterator[Cell]:
    part: list[dict[str, Any]] = []
    seconds = 0.0
    for i, entry in enumerate(entries):
        part.append(entry)
        seconds += entry["count"] / RATE_HZ
        if seconds > REEL_S / 2 or i == len(entries) - 1:
            part = [e for e in part if not reserved(e["name"])]
            names = zlib.crc32("\n".join(e["name"] + e["sha1"] for e in part).encode())
            yield Cell(f"d|{names:08x}", "clips", seconds / 3600, {"entries": part})
            part, seconds = [], 0.0


def _scenes(size: Size, entries: list[dict[str, Any]], letter: str) -> Iterator[Cell]:
    hours = size.scene_minutes / 60
    number = 0
    wanted = size.single_h if letter == "f" else size.scene_h
    left = dict(wanted)
    pools = {
        split: [
            e
            for e in entries
            if e["role"] == "negative"
            and e["split"] == split
            and e["count"] > RATE_HZ
            and not reserved(e["name"])
        ]
        for split in left
    }
    marks = {s: zlib.crc32("".join(e["sha1"] for e in pool).encode()) for s, pool in pools.items()}
    while any(hours_left > 0.001 for hours_left in left.values()):
        for split in left:
            # Splits in proportion, so that a run stopped early has some of each.
            share = left[split] / wanted[split]
            if (
                left[split] <= 0.001
                or share < max(left[s] / wanted[s] for s in left)
                or not pools[split]
            ):
                if not pools[split]:
                    left[split] = 0
                continue
            key = f"{letter}|{split}|{size.scene_minutes}|{number}|{marks[split]:08x}"
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
                    "single": letter == "f",
                    "seed": seed_of(key),
                },
            )
            left[split] -= hours
            number += 1
