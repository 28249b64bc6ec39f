# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recordings decoded once: reels of 16-bit samples at 16 kHz that later cells read quickly.

In: lists of recordings. Out: build/evaluation/reels/<name>.i16, and for each recording where on
the reel it lies. A recording that cannot be read, is empty, or has the same sound as an earlier
one is left out and counted.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import audio, runtimes
from host_tools.decoding import RATE_HZ
from host_tools.errors import UserError

REELS = runtimes.BUILD / "evaluation" / "reels"
SHORTEST_S = 0.05


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Decode a list of recordings onto one reel."""
    REELS.mkdir(parents=True, exist_ok=True)
    index = REELS / (cell["reel"] + ".json")
    if index.is_file():
        return json.loads(index.read_text("utf-8"))
    entries, refused = [], []
    at = 0
    partial = REELS / (cell["reel"] + ".partial")
    with partial.open("wb") as file:
        for recording in cell["recordings"]:
            try:
                info = audio.inspect(recording["path"], min_s=SHORTEST_S)
                samples = audio.load(recording["path"], info)
            except UserError as error:
                refused.append(str(error))
                continue
            codes = np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16)
            file.write(codes.tobytes())
            digest = hashlib.sha1(codes.tobytes()).hexdigest()
            own = {k: v for k, v in recording.items() if k != "path"}
            entries.append({**own, "at": at, "count": len(codes), "sha1": digest})
            at += len(codes)
    partial.rename(REELS / cell["reel"])
    made = {"reel": cell["reel"], "entries": entries, "refused": refused}
    index.write_text(json.dumps(made), "utf-8")
    return made


def samples(reel: str, at: int, count: int, folder: Path = REELS) -> np.ndarray:
    """Part of a reel, float32 in [-1, 1]."""
    codes = np.memmap(folder / reel, np.int16, "r")[at : at + count]
    return codes.astype(np.float32) / np.float32(32767)


def unique(reels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of all reels, each with its reel; the same sound only once, first come."""
    seen: set[str] = set()
    kept = []
    for reel in reels:
        for entry in reel["entries"]:
            if entry["sha1"] not in seen:
                seen.add(entry["sha1"])
                kept.append({**entry, "reel": reel["reel"]})
    return kept


__all__ = ["RATE_HZ", "REELS", "run", "samples", "unique"]
