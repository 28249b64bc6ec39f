# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sums up what was learned. In: finished cells of `learning`. Out: a row for each condition."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from host_tools.evaluate.figures import wilson
from host_tools.evaluate.jobs import Cell

VERDICTS = ("both", "one", "wrong", "refused")


def figures(done: list[tuple[Cell, dict[str, Any]]]) -> dict[str, Any]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    order: dict[str, int] = {}
    for cell, result in done:
        name = cell.key.split("|")[1]
        groups[name].append(result)
        order.setdefault(name, len(order))
    rows = [_row(name, groups[name]) for name in sorted(groups, key=order.__getitem__)]
    return {"learning": done[0][0].params["learning"], "rows": rows}


def _row(name: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for part in parts:
        counts.update(part["counts"])
        reasons.update(part["reasons"])
    trials = sum(part["trials"] for part in parts)
    low, high = wilson(counts["both"], trials)
    return {
        "name": name,
        "trials": trials,
        "counts": {verdict: counts[verdict] for verdict in VERDICTS},
        "both": round(counts["both"] / trials, 4),
        "both_95": [round(low, 4), round(high, 4)],
        "reasons": dict(reasons.most_common()),
    }
