# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The cells of a chime that is heard again and again. In: a size. Out: cells (see `hearings`)."""

from __future__ import annotations

from collections.abc import Iterator

from host_tools.evaluate import hearings, theory
from host_tools.evaluate.jobs import Cell
from host_tools.evaluate.sizes import AGAIN_LEVELS, Size, seed_of
from host_tools.evaluate.trials import SLOT_S

EVENINGS_A_CELL = 20
DAYS_A_CELL = 30


def cells(size: Size) -> Iterator[Cell]:
    """The key holds the recurrence's fingerprint: it is no part of the chain's."""
    common = {"recurrence": hearings.mark(), "noise_h": 0.1}
    limit = theory.needed_db(0.99, 1)
    levels = sorted(AGAIN_LEVELS, key=lambda db: abs(db + 3))
    for level in levels if size.trials > 10 else (-9, 12):
        for number, first in enumerate(range(0, size.evenings, EVENINGS_A_CELL)):
            count = min(EVENINGS_A_CELL, size.evenings - first)
            key = f"h|{level}|{count}|{number}|{common['recurrence']}"
            params = {**common, "s_n0_db": limit + level, "evenings": count}
            hours = count * hearings.HEARINGS * SLOT_S["chime"] / 3600
            yield Cell(key, "again", hours + 0.1, {**params, "seed": seed_of(key)})
    for number, first in enumerate(range(0, size.quiet_days, DAYS_A_CELL)):
        days = min(DAYS_A_CELL, size.quiet_days - first)
        key = f"h quiet|{days}|{number}|{common['recurrence']}"
        params = {**common, "noise_h": 0.01 * days, "days": days, "seed": seed_of(key)}
        yield Cell(key, "again", 0.02 * days, params)
