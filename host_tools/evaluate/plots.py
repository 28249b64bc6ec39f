# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Plots of the figures, as PNG files. In: the dictionary of `collect`, a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

from host_tools.evaluate import theory  # noqa: E402
from host_tools.evaluate.collect_again import AFTER  # noqa: E402

SENSITIVITY = "sensitivity.png"
CONDITIONS = "conditions-{}.png"
AGAIN = "again.png"
# Without these the same figures would give other bytes on the next day.
METADATA = {"Software": None, "Creation Time": None}


def draw(figures: dict[str, Any], folder: Path) -> list[Path]:
    """Write what there are figures for; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    if "sensitivity" in figures:
        made.append(_sensitivity(figures["sensitivity"], folder / SENSITIVITY))
    if "again" in figures:
        made.append(_again(figures["again"]["points"], folder / AGAIN))
    for kind in ("siren", "chime"):
        rows = [row for row in figures.get("conditions", []) if row["kind"] == kind]
        if rows:
            made.append(_conditions(kind, rows, folder / CONDITIONS.format(kind)))
    return made


def _sensitivity(entries: list[dict[str, Any]], path: Path) -> Path:
    figure, axes = plt.subplots(
        1, len(entries), figsize=(3.4 * len(entries), 3.2), sharey=True, squeeze=False
    )
    for axis, entry in zip(axes[0], entries, strict=True):
        points = entry["points"]
        levels = [point["s_n0_db"] for point in points]
        seconds = 1 if entry["kind"] == "chime" else 3
        segments = entry["segments"]
        fine = [levels[0] + (levels[-1] - levels[0]) * i / 200 for i in range(201)]
        ideal = [theory.detection(level, seconds, segments) for level in fine]
        axis.plot(fine, ideal, "k:", label="limit: ideal, blind, one false a month")
        for grade, colour in (("any", "C1"), ("sure", "C0")):
            shares = [point[f"pd_{grade}"] for point in points]
            low = [max(0, s - p[f"pd_{grade}_95"][0]) for s, p in zip(shares, points, strict=True)]
            high = [max(0, p[f"pd_{grade}_95"][1] - s) for s, p in zip(shares, points, strict=True)]
            name = "sure" if grade == "sure" else "sure or weak"
            axis.errorbar(
                levels, shares, (low, high), color=colour, marker=".", capsize=2, lw=1, label=name
            )
        axis.set_title(entry["name"], fontsize=10)
        axis.set_xlabel("S/N0, dB-Hz")
        axis.grid(alpha=0.3)
    axes[0][0].set_ylabel("share heard")
    axes[0][-1].legend(fontsize=7, loc="lower right")
    return _save(figure, path)


def _conditions(kind: str, rows: list[dict[str, Any]], path: Path) -> Path:
    figure, axis = plt.subplots(figsize=(7.5, 0.22 * len(rows) + 1))
    for i, row in enumerate(reversed(rows)):
        for grade, colour, offset in (("sure", "C0", -0.15), ("any", "C1", 0.15)):
            low, high = row[f"pd_{grade}_95"]
            axis.plot([low, high], [i + offset] * 2, color=colour, lw=1)
            axis.plot([row[f"pd_{grade}"]], [i + offset], ".", color=colour)
    axis.set_yticks(
        range(len(rows)), [f"{r['varied']}: {r['value']}" for r in reversed(rows)], fontsize=7
    )
    axis.set_ylim(-1, len(rows))
    axis.axvline(0.99, color="k", lw=0.7, ls=":")
    axis.set_xlabel(f"share of {kind}s heard (blue: sure; orange: sure or weak)")
    axis.grid(alpha=0.3, axis="x")
    return _save(figure, path)


def _again(points: list[dict[str, Any]], path: Path) -> Path:
    figure, axis = plt.subplots(figsize=(6, 3.6))
    levels = [point["s_n0_db"] for point in points]
    for n, colour in zip(AFTER, ("k", "C0", "C1", "C2", "C3"), strict=True):
        rows = [point["told"][f"faint {n}"] for point in points]
        low = [max(0, share - low) for share, low, _ in rows]
        high = [max(0, high - share) for share, _, high in rows]
        shares = [share for share, _, _ in rows]
        name = f"by hearing {n}" if n > 1 else "one hearing"
        axis.errorbar(
            levels, shares, (low, high), color=colour, marker=".", capsize=2, lw=1, label=name
        )
        if n > 1:  # what patience alone gives
            alone = [point["told"][f"sure {n}"][0] for point in points]
            axis.plot(levels, alone, color=colour, ls=":", lw=0.8)
    axis.set_xlabel("S/N0, dB-Hz (dotted: by one sure hearing alone)")
    axis.set_ylabel("share of evenings told")
    axis.grid(alpha=0.3)
    axis.legend(fontsize=7, loc="upper left")
    return _save(figure, path)


def _save(figure: Any, path: Path) -> Path:
    figure.tight_layout()
    figure.savefig(path, dpi=100, metadata=METADATA)
    plt.close(figure)
    return path
