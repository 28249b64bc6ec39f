# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""White noise and nothing else, by the hour: whatever is found is false.

In: hours, a seed. Out: counts by name ("sure chime"…), refused look-alikes too.
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
    return {"hours": pieces * PIECE_S / 3600, "counts": count(found)}


def count(found: Iterable[Finding]) -> dict[str, int]:
    """How many there are of each name, refused look-alikes by what they look like."""
    counts: Counter[str] = Counter()
    for finding in found:
        name = finding.name
        counts[f"not matched, looks like a {finding.looks}" if finding.reason else name] += 1
    return dict(counts)
