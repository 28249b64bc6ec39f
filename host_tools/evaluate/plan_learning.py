# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The recordings that are learned from. In: a size, recorded speech. Out: cells (`learning`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from host_tools.evaluate import learning
from host_tools.evaluate.corpus import SPEECH
from host_tools.evaluate.jobs import Cell
from host_tools.evaluate.sizes import Size, seed_of

A_CELL = 20
HOURS = 30 / 3600  # of one recording
TALK_S_N0_DB = 64


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, what differs): S/N0, room, talk; each sound twice unless it says once."""
    for level in (30, 35, 40, 50, 70, 100):
        yield f"no echo, {level} dB-Hz", {"s_n0_db": level}
    yield "no echo, 50 dB-Hz, each once", {"s_n0_db": 50, "times": 1}
    for rt60_s in (0.3, 0.5, 0.8):
        for level in (45, 70, 100):
            name = f"RT60 {rt60_s} s, {level} dB-Hz"
            yield name, {"s_n0_db": level, "rt60_s": rt60_s}
    for below in (20, 15, 10, 5):
        yield f"talk {below} dB below", {"s_n0_db": TALK_S_N0_DB, "talk_db": -below}
    yield "talk alone", {"talk_db": 0}


def cells(size: Size, pools: dict[str, list[dict[str, Any]]]) -> Iterator[Cell]:
    mark = learning.mark()
    speech = pools.get(f"{SPEECH}, held-out")
    for name, params in list(rows())[3:4] if size.learned < 2 else rows():
        if "talk_db" in params:
            if not speech:
                continue
            params = {**params, "entries": speech}
        for number, first in enumerate(range(0, size.learned, A_CELL)):
            trials = min(A_CELL, size.learned - first)
            key = f"l|{name}|{trials}|{number}|{mark}"
            own = {"times": 2, **params, "trials": trials, "learning": mark, "seed": seed_of(key)}
            yield Cell(key, "learning", trials * HOURS, own)
