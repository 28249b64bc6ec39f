# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The part of docs/detection.md over the unknowns. In: the figures. Out: Markdown, rows."""

from __future__ import annotations

from typing import Any

from host_tools.evaluate import page_text, plots
from host_tools.evaluate.page_cells import reasons, share, table

Figures = dict[str, Any]
SIREN = "siren, 12 dB above the limit: "


def summary(figures: Figures) -> list[list[str]]:
    """Rows of "In short": figure, measured, behind it."""
    sirens = [row for row in figures.get("conditions", []) if row["kind"] == "siren"]
    if not sirens:
        return []
    worst = min(sirens, key=lambda row: row["pd_any"])
    reached = sum(row["pd_any"] >= 0.99 for row in sirens)
    counts = sorted({row["trials"] for row in sirens})
    trials = " or ".join(map(str, counts)) + " trials a cell"
    rows = [
        [
            f"{SIREN}cells with Pd 99 % or more (sure or weak)",
            f"{reached} of {len(sirens)}; worst {worst['pd_any']:.0%}: {worst['varied']}, "
            f"{worst['value']}",
            "all",
            trials,
        ]
    ]
    cells = figures.get("cells", {}).get("siren")
    if not cells:  # figures of an earlier day
        return rows
    rows.append(
        [
            f"{SIREN}cells that reach 99 %, and that cannot be told from it",
            f"{cells['reached']} reach it, {cells['open']} more cannot be told from it",
            "",
            "the upper end of their interval (95 %) is 99 % or more",
        ]
    )
    rows.append(
        [
            f"{SIREN}cells that raised the alert for 99 % or more, at whatever tones",
            f"{cells['raised']} of {cells['cells']}",
            "",
            trials,
        ]
    )
    for name, which in (
        ("recorded", ""),
        ("recorded held-out", ", held-out recordings"),
        ("recorded tuning", ", tuning recordings"),
    ):
        if name not in cells:
            continue
        noise = cells[name]
        rows.append(
            [
                f"{SIREN}told of what recorded noise did not mask{which}",
                _unmasked(noise),
                "",
                f"{noise['classes']} classes together: of {noise['trials']} sounds {noise['told']} "
                f"told, {noise['masked']} masked, {noise['energy']} heard by energy",
            ]
        )
    return rows


def _unmasked(row: Figures) -> str:
    return "-" if row["pd_unmasked"] is None else share(row, "unmasked")


def text(figures: Figures) -> str:
    if not figures.get("conditions"):
        return ""
    out = [page_text.CONDITIONS]
    if any("masked" in row for row in figures["conditions"]):
        out.append(page_text.MASKING.strip())
    for kind in ("siren", "chime"):
        mine = [row for row in figures["conditions"] if row["kind"] == kind]
        if not mine:
            continue
        worst = min(mine, key=lambda row: (row["pd_any"], row["pd_sure"]))
        rows = [
            [
                row["varied"],
                row["value"],
                str(row["trials"]),
                share(row, "sure"),
                share(row, "any"),
                reasons(row["refused"]),
            ]
            for row in mine
        ]
        names = ["varied", "value", "trials", "sure (95 %)", "sure or weak (95 %)", "else"]
        out += [
            f"### {kind.capitalize()}",
            f"Worst cell: **{worst['varied']}, {worst['value']}**: {share(worst, 'any')} of "
            f"{worst['trials']}.",
            f"![By cell](img/{plots.CONDITIONS.format(kind)})",
            table(names, rows),
        ]
        out += masking([row for row in mine if "masked" in row], kind)
    return "\n\n".join(out)


def masking(rows: list[Figures], kind: str) -> list[str]:
    """The noise classes once more: what was told of all, and of what the noise left to hear."""
    if not rows:
        return []
    listed = [
        [
            row["value"],
            f"{row['sure'] + row['weak']} of {row['trials']}",
            str(row["masked"]),
            str(row["masked_told"]),
            _unmasked(row),
            str(row["energy"]),
            str(row["sure"] + row["weak"] - row["energy_told"]),
        ]
        for row in rows
    ]
    names = ["noise class", "told", "masked", "told though masked",
             "told of those not masked (95 %)", "heard by energy",
             "told, not by energy"]  # fmt: skip
    title = f"{kind.capitalize()}s in noise: what was masked, and what energy alone would hear"
    return [f"#### {title}", table(names, listed)]
