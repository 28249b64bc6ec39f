# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The part of docs/detection.md about repeats. In: the figures. Out: Markdown."""

from __future__ import annotations

from typing import Any

from host_tools.evaluate import page_text, plots
from host_tools.evaluate.page_cells import db, table


def text(figures: dict[str, Any]) -> str:
    data = figures.get("again")
    if not data:
        return ""
    points = data["points"]
    intro = page_text.AGAIN.format(
        interval_min=data["interval_s"] // 60,
        recurrence=data["recurrence"],
        hearings=data["hearings"],
        evenings=points[0]["evenings"],
    )
    rows = []
    for row in data["reached"]:
        low, high = (db(value) for value in row["between"])
        gain = "" if row["gain_db"] is None or row["hearings"] == 1 else f"{row['gain_db']:+.1f} dB"
        rows.append(
            [
                str(row["hearings"]),
                f"{row['pd']:.0%}",
                db(row["sure"]),
                db(row["repeats"]),
                f"{db(row['faint'])} ({low} to {high})",
                gain,
            ]
        )
    names = ["by hearing", "told in", "one sure hearing", "repeats of weak ones too",
             "faint ones too: as shipped (95 %)", "gain"]  # fmt: skip
    out = [intro, f"![Share told against S/N0](img/{plots.AGAIN})", table(names, rows)]
    if "quiet" in data:
        out.append(page_text.AGAIN_QUIET.format(**data["quiet"]).strip())
    out.append("One hearing by itself, and the share of evenings told by hearing 4 and 12:")
    out.append(_points(points))
    return "\n\n".join(out)


def _points(points: list[dict[str, Any]]) -> str:
    rows = []
    for point in points:
        single = point["single"]
        count = sum(single.values())
        grades = [f"{single[name] / count:.1%}" for name in ("sure", "weak", "faint")]
        shares = []
        for n in (4, 12):
            share, low, high = point["told"][f"faint {n}"]
            shares.append(f"{share:.1%} ({low:.1%} to {high:.1%})")
        rows.append([f"{point['s_n0_db']:.1f}", str(count), *grades, *shares])
    names = ["S/N0", "chimes", "sure", "weak", "faint", "told by 4 (95 %)", "told by 12 (95 %)"]
    return table(names, rows)
