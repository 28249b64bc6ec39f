# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""White noise and nothing else, by the hour: whatever is found is false.

In: hours, a seed. Out: each finding; counts by name ("sure chime"…), refused look-alikes too.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from host_tools.decoding import RATE_HZ
from host_tools.evaluate import sounds
from host_tools.listening import Ear, Finding

PIECE_S = 20


def run(cell: dict[str, Any], ear: Ear) -> dict[str, Any]:
    rng = np.random.default_rng(cell["seed"])
    pieces = round(cell["hours"] * 3600 / PIECE_S)
    found = ear.hear(sounds.white(rng, PIECE_S * RATE_HZ) for _ in range(pieces))
    return {"hours": pieces * PIECE_S / 3600, **listed(found)}


def listed(found: Iterable[Finding]) -> dict[str, Any]:
    """ "found": each that passed every test; "counts": how many of each name, refused look-alikes
    by what they look like."""
    counts: Counter[str] = Counter()
    told = []
    for finding in found:
        if finding.reason:
            counts[f"not matched, looks like a {finding.looks}"] += 1
        else:
            counts[finding.name] += 1
            told.append(finding.as_dict())
    return {"counts": dict(counts), "found": told}
