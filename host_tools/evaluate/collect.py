# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sums finished cells up into the figures that are published: one dictionary, JSON-able.

In: cells and their results. Out: `figures()`, with the trials and hours behind every number.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from host_tools.evaluate import (
    collect_again,
    collect_conditions,
    collect_learning,
    sequences,
    theory,
)
from host_tools.evaluate.conditions import SENSITIVITY
from host_tools.evaluate.figures import crossing, poisson_upper, rising, summed, wilson
from host_tools.evaluate.jobs import Cell

Results = dict[str, dict[str, Any]]
HIGH = ("sure siren",)
AUDIBLE = ("sure chime", "weak siren")
WANTED = (0.9, 0.99)


def figures(cells: Sequence[Cell], results: Results, about: dict[str, Any]) -> dict[str, Any]:
    by_part: dict[str, list[tuple[Cell, dict[str, Any]]]] = defaultdict(list)
    for cell in cells:
        if cell.key in results:
            by_part[cell.key.split("|")[0]].append((cell, results[cell.key]))
    out: dict[str, Any] = {"about": about}
    if by_part["a"]:
        out["sensitivity"] = sensitivity(by_part["a"])
    if by_part["b"]:
        out["white_noise"] = noise(by_part["b"])
    if by_part["b gusts"]:
        gusts = by_part["b gusts"]
        out["gusts"] = noise(gusts) | {"gusts": sum(result["gusts"] for _, result in gusts)}
    if by_part["c"]:
        out |= collect_conditions.figures(by_part["c"])
    if by_part["d"]:
        out["recordings"] = recordings([result for _, result in by_part["d"]])
    if by_part["e"]:
        out["scenes"] = scenes(by_part["e"])
    if by_part["f"]:
        out["singles"] = scenes(by_part["f"])
    if by_part["g"]:
        out["learned"] = sensitivity(by_part["g"])
    if by_part["g recordings"]:
        out["learned_recordings"] = recordings([r for _, r in by_part["g recordings"]])
    if by_part["h"]:
        out["again"] = collect_again.figures(by_part["h"], by_part["h quiet"])
    if by_part["i"]:
        out["sequences"] = sequences.figures(by_part["i"])
    if by_part["i recordings"]:
        out["sequence_recordings"] = recordings([r for _, r in by_part["i recordings"]])
    if by_part["l"]:
        out["learning"] = collect_learning.figures(by_part["l"])
    return out


def merged(figures: dict[str, Any], path: Path) -> dict[str, Any]:
    """With the parts measured earlier, where the same listening chain was measured."""
    try:
        earlier = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return figures
    about = figures["about"]
    if any(earlier["about"].get(key) != about[key] for key in ("chain", "size")):
        return figures
    refused = max(about["refused_recordings"], earlier["about"]["refused_recordings"])
    parts = sorted({*about["parts"], *earlier["about"]["parts"]})
    about = {**about, "parts": parts, "refused_recordings": refused}
    return {**earlier, **figures, "about": about}


def sensitivity(done: list[tuple[Cell, dict[str, Any]]]) -> list[dict[str, Any]]:
    """One entry for each kind of sound: a point for each level, and where 90 and 99 % are."""
    groups: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for cell, result in done:
        _, name, level, *_ = cell.key.split("|")
        groups[name][int(level)].append(result)
    out = []
    for name, (kind, sound) in SENSITIVITY.items():
        if name not in groups:
            continue
        seconds = 1 if kind == "chime" else 3
        segments = 1 if kind == "chime" else round(3 * sound["changes_per_s"])
        limit = theory.needed_db(0.99, seconds, segments)
        points = []
        for above, parts in sorted(groups[name].items()):
            point = summed(parts)
            point["s_n0_db"] = round(limit + above, 2)
            point["ideal"] = round(theory.detection(limit + above, seconds, segments), 4)
            for grade, hits in (("sure", point["sure"]), ("any", point["sure"] + point["weak"])):
                low, high = wilson(hits, point["trials"])
                point[f"pd_{grade}"] = round(hits / point["trials"], 4)
                point[f"pd_{grade}_95"] = [round(low, 4), round(high, 4)]
            points.append(point)
        out.append(
            {
                "name": name,
                "kind": kind,
                "segments": segments,
                "points": points,
                "reached": reached(points, seconds, segments),
            }
        )
    return out


def reached(points: list[dict[str, Any]], seconds: float, segments: int) -> list[dict[str, Any]]:
    levels = [point["s_n0_db"] for point in points]
    trials = [point["trials"] for point in points]
    rows = []
    for grade in ("sure", "any"):
        for wanted in WANTED:
            ideal = theory.needed_db(wanted, seconds, segments)
            one = theory.needed_db(wanted, seconds, segments, pairs=False)

            def at(values: list[float], wanted: float = wanted) -> float | None:
                level = crossing(levels, rising(values, trials), wanted)
                return None if level is None else round(level, 2)

            level = at([point[f"pd_{grade}"] for point in points])
            # Where the upper and the lower bound of the shares reach it.
            early = at([point[f"pd_{grade}_95"][1] for point in points])
            late = at([point[f"pd_{grade}_95"][0] for point in points])
            over = None if level is None else round(level - ideal, 2)
            rows.append(
                {
                    "grade": grade,
                    "pd": wanted,
                    "s_n0_db": level,
                    "between": [early, late],
                    "ideal_db": round(ideal, 2),
                    "one_tone_db": round(one, 2),
                    "above_db": over,
                }
            )
    return rows


def noise(done: list[tuple[Cell, dict[str, Any]]]) -> dict[str, Any]:
    """Findings carry the number of their part, which `plan` makes from its seed again."""
    hours = sum(result["hours"] for _, result in done)
    counts: Counter[str] = Counter()
    found = []
    for cell, result in done:
        counts.update(result["counts"])
        found += [{**f, "part": cell.key.split("|")[2]} for f in result["found"]]
    rates = {}
    for name in ("sure siren", "sure chime", "weak siren", "weak chime"):
        rates[name] = rate(counts[name], hours)
    refused = {name: n for name, n in sorted(counts.items()) if name not in rates}
    return {"hours": round(hours, 2), "rates": rates, "refused": refused, "found": found}


def rate(count: int, hours: float) -> dict[str, Any]:
    """Events in 24 h with the exact 95 % upper bound."""
    days = hours / 24
    return {
        "count": count,
        "per_24h": round(count / days, 3) if days else None,
        "upper_95": round(poisson_upper(count) / days, 3) if days else None,
    }


def recordings(results: list[dict[str, Any]]) -> dict[str, Any]:
    hours: Counter[str] = Counter()
    found = []
    refused: Counter[str] = Counter()
    for result in results:
        for key, value in result["hours"].items():
            hours[key] += value
        found += result["found"]
        refused.update(result["refused"])
    rows = []
    for role in ("negative", "beep-like", "alarm"):
        for split in ("held-out", "tuning"):
            keys = [key for key in hours if key.startswith(f"{role}|{split}|")]
            if not keys:
                continue
            mine = [f for f in found if f["role"] == role and f["tuning"] == (split == "tuning")]
            total = sum(hours[key] for key in keys)
            rows.append(
                {
                    "role": role,
                    "split": split,
                    "hours": round(total, 2),
                    "by_category": {k.split("|")[2]: round(hours[k], 2) for k in sorted(keys)},
                    **counted(mine, total),
                }
            )
    found.sort(key=lambda f: (f["role"], f["tuning"], f["name"], f["t"]))
    return {
        "files": sum(result["files"] for result in results),
        "rows": rows,
        "found": found,
        "refused": dict(refused),
    }


def counted(found: list[dict[str, Any]], hours: float) -> dict[str, Any]:
    names = Counter(f"{f['grade']} {f['kind']}" for f in found)
    return {
        "high": rate(sum(names[name] for name in HIGH), hours),
        "audible": rate(sum(names[name] for name in AUDIBLE), hours),
        "weak_chime": rate(names["weak chime"], hours),
        "names": dict(sorted(names.items())),
    }


def scenes(done: list[tuple[Cell, dict[str, Any]]]) -> dict[str, Any]:
    """Findings carry the number of their scene, which `plan` makes from its seed again."""
    rows, found = [], []
    for split in ("held-out", "tuning"):
        mine = [(cell.key.split("|")[3], r) for cell, r in done if r["split"] == split]
        if mine:
            heard = [{**f, "scene": scene} for scene, result in mine for f in result["found"]]
            hours = sum(result["hours"] for _, result in mine)
            rows.append({"split": split, "hours": round(hours, 2), **counted(heard, hours)})
            found += heard
    return {"rows": rows, "found": found}
