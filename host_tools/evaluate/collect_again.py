# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sums up what became of a chime that came back every hour (cells of `hearings`).

In: finished cells and their results. Out: for each level the share told by the Nth hearing, for
each N the S/N0 at which half and 90 % are told, and the alerts of noise alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from host_tools.evaluate import theory
from host_tools.evaluate.figures import crossing, poisson_upper, rising, wilson
from host_tools.evaluate.hearings import HEARINGS, INTERVAL_S
from host_tools.evaluate.jobs import Cell

AFTER = (1, 2, 4, 8, 12)
WANTED = (0.5, 0.9)
#: what may tell of it: one sure hearing; repeats as well; faint candidates as well
WAYS = ("sure", "repeats", "faint")
Done = list[tuple[Cell, dict[str, Any]]]


def figures(levels: Done, quiet: Done) -> dict[str, Any]:
    points = [_point(above, parts) for above, parts in sorted(_by_level(levels).items())]
    out: dict[str, Any] = {
        "recurrence": (levels or quiet)[0][0].params["recurrence"],
        "interval_s": INTERVAL_S,
        "hearings": HEARINGS,
        "points": points,
        "reached": [_reached(points, n, wanted) for n in AFTER for wanted in WANTED],
    }
    if quiet:
        out["quiet"] = _quiet([result for _, result in quiet])
    return out


def _by_level(done: Done) -> dict[int, list[dict[str, Any]]]:
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for cell, result in done:
        groups[int(cell.key.split("|")[1])].append(result)
    return groups


def _point(above: int, parts: list[dict[str, Any]]) -> dict[str, Any]:
    told = [evening for part in parts for evening in part["told"]]
    single: Counter[str] = Counter()
    for part in parts:
        single.update(part["single"])
    point: dict[str, Any] = {
        "s_n0_db": round(theory.needed_db(0.99, 1) + above, 2),
        "evenings": len(told),
        "single": {name: single[name] for name in ("sure", "weak", "faint", "nothing")},
        "told": {},
    }
    for n in AFTER:
        for i, way in enumerate(WAYS):
            hits, trials = sum(bool(e[i]) and e[i] <= n for e in told), len(told)
            if n == 1:  # every hearing is a first one
                hits, trials = single["sure"], single.total()
            low, high = wilson(hits, trials)
            point["told"][f"{way} {n}"] = [round(v, 4) for v in (hits / trials, low, high)]
    return point


def _reached(points: list[dict[str, Any]], n: int, wanted: float) -> dict[str, Any]:
    levels = [point["s_n0_db"] for point in points]
    weights = [point["evenings"] for point in points]

    def at(key: str, which: int) -> float | None:
        shares = rising([point["told"][key][which] for point in points], weights)
        level = crossing(levels, shares, wanted)
        return None if level is None else round(level, 2)

    row: dict[str, Any] = {"hearings": n, "pd": wanted}
    for way in WAYS:
        row[way] = at(f"{way} {n}", 0)
    # Where the upper and the lower bound of the shares reach it.
    row["between"] = [at(f"faint {n}", 2), at(f"faint {n}", 1)]
    once = at("sure 1", 0)
    row["gain_db"] = None if once is None or row["faint"] is None else round(once - row["faint"], 2)
    return row


def _quiet(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Alerts of noise alone; a month has 30 days."""
    months = sum(result["days"] for result in results) / 30
    alerts = sum(result["alerts"] for result in results)
    hours = sum(result["noise_h"] for result in results)
    return {
        "months": round(months, 2),
        "alerts": alerts,
        "a_month": round(alerts / months, 2),
        "upper_95": round(poisson_upper(alerts) / months, 2),
        "noise_h": round(hours, 2),
        "faint_an_hour": round(sum(result["faint"] for result in results) / hours, 1),
    }
