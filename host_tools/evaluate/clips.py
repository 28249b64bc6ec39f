# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recordings with nothing of a pump in them, one after another: what is found all the same.

In: entries of a reel. Between two of them lie three seconds of the microphone's noise, so that
each begins and ends in silence, as in a quiet room. Out: findings with file and time, seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from host_tools import detect
from host_tools.decoding import RATE_HZ
from host_tools.evaluate import reel
from host_tools.listening import Ear

BETWEEN_S = 3


def run(cell: dict[str, Any], ear: Ear) -> dict[str, Any]:
    noise = detect.microphone_noise(1)
    starts: list[float] = []
    found = []
    refused = {"chime": 0, "siren": 0}
    for finding in ear.hear(_pieces(cell["entries"], noise, starts)):
        if finding.kind == "not matched":
            refused[finding.looks] += 1
            continue
        index = int(np.searchsorted(starts, finding.start + 0.5, "right")) - 1
        entry = cell["entries"][max(0, index)]
        line = finding.as_dict()
        for key in ("t", "start", "end"):
            line[key] = round(line[key] - starts[max(0, index)], 2)
        keep = ("name", "corpus", "category", "role", "tuning")
        found.append({**{key: entry[key] for key in keep}, **line})
    hours: dict[str, float] = {}
    for entry in cell["entries"]:
        key = "|".join([entry["role"], "tuning" if entry["tuning"] else "held-out"])
        key += "|" + entry["category"]
        hours[key] = hours.get(key, 0.0) + entry["count"] / RATE_HZ / 3600
    return {"hours": hours, "found": found, "refused": refused, "files": len(cell["entries"])}


def _pieces(
    entries: list[dict[str, Any]], noise: np.ndarray, starts: list[float]
) -> Iterator[np.ndarray]:
    at = 0

    def with_noise(piece: np.ndarray) -> np.ndarray:
        nonlocal at
        places = (at + np.arange(len(piece))) % len(noise)
        at += len(piece)
        return piece + noise[places]

    gap = np.zeros(BETWEEN_S * RATE_HZ, np.float32)
    for entry in entries:
        yield with_noise(gap)
        starts.append(at / RATE_HZ)
        for first in range(0, entry["count"], 60 * RATE_HZ):
            count = min(60 * RATE_HZ, entry["count"] - first)
            yield with_noise(reel.samples(entry["reel"], entry["at"] + first, count))
    yield with_noise(gap)
