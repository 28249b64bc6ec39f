# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The part of docs/detection.md about a known pump. In: the figures. Out: Markdown."""

from __future__ import annotations

from typing import Any

from host_tools.evaluate import page_text
from host_tools.evaluate.page_cells import count, db, found_table, share, table


def text(figures: dict[str, Any]) -> str:
    entries = figures.get("learned")
    if not entries:
        return ""
    blind = {entry["name"]: entry["reached"] for entry in figures.get("sensitivity", [])}
    rows = []
    levels = []
    for entry in entries:
        before = {(r["grade"], r["pd"]): r["s_n0_db"] for r in blind.get(entry["name"], [])}
        for row in entry["reached"]:
            if row["grade"] == "sure":
                level, was = row["s_n0_db"], before.get(("sure", row["pd"]))
                gain = "" if level is None or was is None else f"{was - level:+.1f} dB"
                between = " to ".join(db(bound) for bound in row["between"])
                limit = db(row["ideal_db"])
                rows.append(
                    [entry["name"], f"{row['pd']:.0%}", db(was), db(level), between, gain, limit]
                )
        for point in entry["points"]:
            levels.append(
                [
                    entry["name"],
                    f"{point['s_n0_db']:.1f}",
                    str(point["trials"]),
                    share(point, "sure"),
                    share(point, "any"),
                    f"{point['ideal']:.1%}",
                ]
            )
    names = ["sound", "Pd, sure", "blind, S/N0", "learned, S/N0", "95 %", "gain", "blind limit"]
    out = [
        page_text.LEARNED.format(trials=entries[0]["points"][0]["trials"]),
        table(names, rows),
        table(["sound", "S/N0", "trials", "sure (95 %)", "sure or weak (95 %)", "ideal"], levels),
    ]
    data = figures.get("learned_recordings")
    if data:
        row = next(row for row in data["rows"] if row["role"] == "negative")
        out.append(
            f"Held-out recordings heard with ten random profiles at a time, {row['hours']:.1f} h: "
            f"{count(row['high'])} sirens and, audible or not, "
            f"{sum(row['names'].values())} findings in all that a profile made."
        )
        if data["found"]:
            out.append(found_table(data["found"]))
    return "\n\n".join(out)
