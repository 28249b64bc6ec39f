# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sums up the cells 12 dB above the limit. In: cells and their results. Out: parts of `figures`.

"conditions": a row a cell; "cells": how many of a kind's reach 99 %, and what was told of what
recorded noise did not mask, held-out and tuning recordings apart; "latency", with those later than
the goal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from host_tools.evaluate.figures import quantiles, summed, wilson
from host_tools.evaluate.jobs import Cell
from host_tools.evaluate.trials import OTHERWISE

QUANTILES = (0.5, 0.9, 0.99, 1.0)
KINDS = ("siren", "chime")
GOAL_S = {"siren": 0.5, "chime": 1.5}  # from the sound's end to the finding
WANTED = 0.99
Done = Sequence[tuple[Cell, dict[str, Any]]]


def figures(done: Done) -> dict[str, Any]:
    rows = conditions(done)
    counted = {kind: cells([row for row in rows if row["kind"] == kind]) for kind in KINDS}
    return {"conditions": rows, "cells": counted, "latency": latency(done)}


def conditions(done: Done) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    recorded = {}
    for cell, result in done:
        _, kind, varied, value, *_ = cell.key.split("|")
        groups[kind, varied, value].append(result)
        recorded[kind, varied, value] = not isinstance(cell.params["noise"], str)
    out = []
    for (kind, varied, value), parts in groups.items():
        row = {"kind": kind, "varied": varied, "value": value, **summed(parts)}
        for grade, hits in (("sure", row["sure"]), ("any", row["sure"] + row["weak"])):
            low, high = wilson(hits, row["trials"])
            row[f"pd_{grade}"] = round(hits / row["trials"], 4)
            row[f"pd_{grade}_95"] = [round(low, 4), round(high, 4)]
        if all("masked" in part for part in parts):
            row |= unmasked(parts, row["sure"] + row["weak"])
            row["recorded"] = recorded[kind, varied, value]
        out.append(row)
    return out


def unmasked(parts: Sequence[dict[str, Any]], told: int) -> dict[str, Any]:
    """What the noise masked, what energy alone heard, how much of each was told too; the share of
    what was not masked."""
    names = ("masked", "masked_told", "energy", "energy_told")
    sums = {name: sum(part[name] for part in parts) for name in names}
    rest = sum(part["trials"] for part in parts) - sums["masked"]
    hits = told - sums["masked_told"]
    low, high = wilson(hits, rest)
    return {
        **sums,
        "pd_unmasked": round(hits / rest, 4) if rest else None,
        "pd_unmasked_95": [round(low, 4), round(high, 4)],
    }


def cells(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How many reach 99 %, cannot be told from it, raised the alert in 99 %; recorded noise."""
    told = [row["sure"] + row["weak"] for row in rows]
    raised = [
        (hits + row["refused"].get(OTHERWISE, 0)) / row["trials"]
        for hits, row in zip(told, rows, strict=True)
    ]
    below = [row for row in rows if row["pd_any"] < WANTED]
    counted: dict[str, Any] = {
        "cells": len(rows),
        "reached": len(rows) - len(below),
        "open": sum(row["pd_any_95"][1] >= WANTED for row in below),
        "raised": sum(share >= WANTED for share in raised),
    }
    recorded = [row for row in rows if row.get("recorded")]
    held_out = [row for row in recorded if "held-out" in row["value"]]
    tuning = [row for row in recorded if row not in held_out]
    for name, mine in (("", recorded), (" held-out", held_out), (" tuning", tuning)):
        if mine:
            hits = sum(row["sure"] + row["weak"] for row in mine)
            trials = sum(row["trials"] for row in mine)
            part = {"classes": len(mine), "trials": trials, "told": hits}
            counted[f"recorded{name}"] = part | unmasked(mine, hits)
    return counted


def latency(done: Done) -> dict[str, Any]:
    out = {}
    for kind in KINDS:
        mine = [result for cell, result in done if cell.key.startswith(f"c|{kind}|")]
        values = [value for result in mine for value in result["latency_s"]]
        late = sum(value > GOAL_S[kind] for value in values)
        low, high = wilson(late, len(values)) if values else (0.0, 1.0)
        out[kind] = {
            "trials": len(values),
            "goal_s": GOAL_S[kind],
            "late": late,
            "pd_late": round(late / len(values), 5) if values else None,
            "pd_late_95": [round(low, 5), round(high, 5)],
            "quantiles": dict(zip(map(str, QUANTILES), quantiles(values, QUANTILES), strict=False)),
        }
    return out
