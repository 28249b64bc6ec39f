# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The part of docs/detection.md about learning. In: the figures. Out: Markdown."""

from __future__ import annotations

from typing import Any

from host_tools.evaluate import page_text
from host_tools.evaluate.page_cells import reasons, table


def text(figures: dict[str, Any]) -> str:
    data = figures.get("learning")
    if not data:
        return ""
    rows = []
    for row in data["rows"]:
        low, high = row["both_95"]
        both = f"{row['both']:.0%} ({low:.0%} to {high:.0%})"
        counts = row["counts"]
        rows.append(
            [
                row["name"],
                str(row["trials"]),
                "-" if row["name"] == "talk alone" else both,
                *(str(counts[verdict]) for verdict in ("one", "wrong", "refused")),
                reasons(row["reasons"]),
            ]
        )
    names = ["recording", "of", "both (95 %)", "one", "wrong", "refused", "why refused"]
    return page_text.LEARNING.format(learning=data["learning"]) + "\n" + table(names, rows)
