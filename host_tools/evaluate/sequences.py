# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Short sequences whose pitch nobody knows, heard with the shipped profiles that describe them.

In: a size and the recordings' entries. Out: cells (`cells`), the result of one (`run`), the figures
of all (`figures`) and the page's part about them (`text`).
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from host_tools.evaluate import clips, trials
from host_tools.evaluate.figures import wilson
from host_tools.evaluate.jobs import Cell
from host_tools.evaluate.page_cells import count, found_table, reasons, share, table
from host_tools.evaluate.sizes import Size, seed_of
from host_tools.evaluate.trials import SETTLE_S, SLOT_S
from host_tools.listening import FIRMWARE, Ear

LEVELS = (20, 22, 24, 26, 28, 30, 34, 40)  # dB-Hz
STANDARD = 34
SHORT, MINIMED = "short-sequence", "minimed-implantable"
ANY = {"beeps": (2, 5), "beep_ms": (100, 400), "pause_ms": (100, 400)}
#: (shipped profile, name, sound): over all levels.
SOUNDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (SHORT, "2 to 5 beeps of 0.1 to 0.4 s, pauses of 0.1 to 0.4 s", ANY),
    (MINIMED, "one tone of 0.15 to 1.4 s", {"duration_ms": (150, 1400)}),
    (
        MINIMED,
        "two tones of 0.15 to 0.8 s, pause of 0.1 to 0.6 s",
        {"beeps": 2, "beep_ms": (150, 800), "pause_ms": (100, 600)},
    ),
)
#: At 34 dB-Hz only.
VARIED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    *((SHORT, f"beeps of {ms / 1000} s", {**ANY, "beep_ms": ms}) for ms in (100, 150, 200, 400)),
    *((SHORT, f"pauses of {ms / 1000} s", {**ANY, "pause_ms": ms}) for ms in (60, 80, 100, 400)),
    *((SHORT, f"RT60 {s} s", {**ANY, "rt60_s": s}) for s in (0.2, 0.5)),
    (SHORT, "harmonics of -3, -6, -10 dB", {**ANY, "harmonics_db": (-3, -6, -10)}),
)


def cells(size: Size, known: Iterator[Cell]) -> Iterator[Cell]:
    """`known`: cells of recordings without a pump."""
    for level in LEVELS if size.trials > 10 else (STANDARD,):
        for profile, name, sound in SOUNDS:
            yield _cell(size, level, profile, name, sound)
    for profile, name, sound in VARIED if size.trials > 10 else ():
        yield _cell(size, STANDARD, profile, name, sound)
    for cell in known if size.trials > 10 else ():
        said = zlib.crc32(_shipped(SHORT).read_bytes() + _shipped(MINIMED).read_bytes())
        key = f"i recordings|{cell.key}|{said:08x}"
        params = {**cell.params, "profiles": [SHORT, MINIMED]}
        yield replace(cell, key=key, runner="sequences", params=params)


def _shipped(name: str) -> Path:
    return FIRMWARE / "profiles" / f"{name}.json"


def _cell(size: Size, level: int, profile: str, name: str, sound: dict[str, Any]) -> Cell:
    said = zlib.crc32(_shipped(profile).read_bytes())  # no part of the chain's fingerprint
    number = size.recorded_trials
    key = f"i|{profile}|{name}|{level}|{number}|{said:08x}"
    params = {"kind": "chime", "sound": sound, "noise": "white", "s_n0_db": level,
              "profiles": [profile], "trials": number, "seed": seed_of(key)}  # fmt: skip
    hours = (SETTLE_S + number * SLOT_S["chime"]) / 3600
    return Cell(key, "sequences", hours, params)


def run(cell: dict[str, Any], firmware: Path) -> dict[str, Any]:
    paths = [_shipped(name) for name in cell["profiles"]]
    with Ear(profiles=paths, firmware=firmware) as ear:
        if "entries" not in cell:
            return trials.run(cell, ear)
        result = clips.run(cell, ear)
    # What the blind search found is counted in its own part.
    return {**result, "found": [found for found in result["found"] if found["profile"]]}


def figures(done: list[tuple[Cell, dict[str, Any]]]) -> list[dict[str, Any]]:
    rows = []
    for cell, result in done:
        _, profile, name, level, *_ = cell.key.split("|")
        row = {"profile": profile, "name": name, "s_n0_db": int(level), **result}
        del row["latency_s"]
        for grade, hits in (("sure", row["sure"]), ("any", row["sure"] + row["weak"])):
            row[f"pd_{grade}"] = round(hits / row["trials"], 4)
            row[f"pd_{grade}_95"] = [round(v, 4) for v in wilson(hits, row["trials"])]
        rows.append(row)
    return rows


def text(found: dict[str, Any], words: str) -> str:
    rows = found.get("sequences")
    if not rows:
        return ""
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_name[row["profile"], row["name"]].append(row)
    lines = [
        [f"`{profile}`", name, str(row["s_n0_db"]), str(row["trials"]), share(row, "any"),
         reasons(row["refused"])]
        for (profile, name), mine in by_name.items()
        for row in sorted(mine, key=lambda row: row["s_n0_db"])
    ]  # fmt: skip
    out = [words, table(["profile", "sound", "S/N0", "trials", "heard (95 %)", "else"], lines)]
    data = found.get("sequence_recordings")
    if data:
        row = next(row for row in data["rows"] if row["role"] == "negative")
        out.append(
            f"Held-out recordings, {row['hours']:.1f} h, with both profiles: "
            f"{count(row['audible'])} that a profile made."
        )
        if data["found"]:
            out.append(found_table(data["found"]))
    return "\n\n".join(out)
