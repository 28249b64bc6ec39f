# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The breadboard picture and its hole list.

In: the placement of `breadboard`. Out: drawings/breadboard.svg, .pdf and .csv.
"""

from __future__ import annotations

import csv

import matplotlib

from hardware.breadboard import (
    CHIPS,
    COLUMNS,
    DIP_PINS,
    ELSEWHERE,
    FOLDER,
    RAILS,
    SHORT_LEGS,
    Placement,
    place,
    rows,
)
from hardware.netlist import Design, Part, design

_ROWS = {row: 6.0 - i * 1.0 for i, row in enumerate("abcde")}
_ROWS.update({row: -1.0 - i * 1.0 - 0.5 for i, row in enumerate("fghij")})
_RAIL_Y = {"V5": 9.4, "GND": 8.4, "V3V3": -8.9}
_COLOURS = {"V5": "#c00020", "GND": "#202020", "V3V3": "#e07000"}
_CYCLE = ("#0060b0", "#108040", "#8030a0", "#b06000", "#007080", "#a02060")


def _at(hole: str, near: float = 0.0) -> tuple[float, float]:
    if hole in RAILS:
        return near, _RAIL_Y[hole]
    return float(hole[:-1]), _ROWS[hole[-1]]


def draw(plan: Design):
    import matplotlib.pyplot as plt

    placed = place(plan)
    sheet, axes = plt.subplots(figsize=(33, 15.5))
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set(xlim=(-3, COLUMNS + 3), ylim=(-15.8, 16.2))
    _empty_board(axes)
    _bodies(axes, plan)
    colours = {net: _CYCLE[i % len(_CYCLE)] for i, net in enumerate(placed.strips)} | _COLOURS
    for one, other, net in placed.wires:
        _wire(axes, one, other, colours[net])
    off: list[Part] = []
    for part in plan.parts.values():
        if part.ref == "U1" or part.ref in CHIPS or part.group in ELSEWHERE:
            continue
        if part.kind in SHORT_LEGS:
            _component(axes, part, placed)
        else:
            off.append(part)
    _beside(axes, plan, placed, off, colours)
    axes.set_title(
        "Chimewatch, basic build on a breadboard (from wiring.toml; each leg's hole is "
        "in breadboard.csv; the remote box hangs on J3)",
        fontsize=16,
    )
    sheet.tight_layout()
    return sheet


def _empty_board(axes) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((-0.5, -9.8), COLUMNS + 2, 20.2, color="#f4f1e6", zorder=0))
    for column in range(1, COLUMNS + 1):
        axes.plot([column] * 10, list(_ROWS.values()), "o", color="#c9c4b2", ms=3, zorder=1)
        if column % 5 == 0:
            axes.text(column, 0.25, str(column), ha="center", va="center", fontsize=7, zorder=2)
    for row, y in _ROWS.items():
        axes.text(0, y, row, fontsize=8, va="center")
    for net, y in _RAIL_Y.items():
        axes.plot([1, COLUMNS], [y, y], color=_COLOURS[net], lw=2, zorder=1)
        axes.text(-1.6, y, net, fontsize=10, color=_COLOURS[net], va="center")


def _bodies(axes, plan: Design) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((0.6, -4.2), 19.8, 8.9, color="#2f8f4e", alpha=0.85, zorder=3))
    axes.text(
        10.5,
        0.25,
        "U1  Pico, USB to the left",
        color="white",
        ha="center",
        va="center",
        fontsize=13,
        zorder=4,
    )
    for ref, first in CHIPS.items():
        width = len(DIP_PINS[ref]) // 2
        axes.add_patch(
            Rectangle((first - 0.5, -1.6), width, 3.7, color="#404040", alpha=0.9, zorder=3)
        )
        axes.text(
            first + width / 2 - 0.5,
            0.25,
            f"{ref}\n{plan.parts[ref].value}",
            color="white",
            ha="center",
            va="center",
            fontsize=8,
            zorder=4,
        )


def _wire(axes, one: str, other: str, colour: str) -> None:
    ax, ay = _at(one)
    bx, by = _at(other, ax)
    axes.plot([ax, bx], [ay, by], color=colour, lw=2.2, alpha=0.75, zorder=5, marker="o", ms=4)


def _component(axes, part: Part, placed: Placement) -> None:
    ends = [placed.holes[f"{part.ref}.{own}"] for own in part.pins]
    fixed = [_at(hole) for hole in ends if hole not in RAILS]
    near = sum(x for x, _ in fixed) / len(fixed) if fixed else COLUMNS - 1
    points = [_at(hole, near) for hole in ends]
    x = sum(p[0] for p in points) / len(points)
    y = sum(p[1] for p in points) / len(points)
    for px, py in points:
        axes.plot([px, x], [py, y], color="#555555", lw=1.4, zorder=6, marker="o", ms=3.5)
    # Neighbours' labels stand on three levels, so that they do not cover each other.
    y += 0.75 * (round(x) % 3 - 1)
    axes.text(
        x,
        y,
        f"{part.ref} {part.value}",
        fontsize=8,
        ha="center",
        va="center",
        zorder=8,
        bbox={"boxstyle": "round,pad=0.2", "fc": "#fff6c8", "ec": "#806000", "lw": 0.8},
    )


def _beside(axes, plan: Design, placed: Placement, off: list[Part], colours: dict) -> None:
    """Parts on wires, above the board (every second one below), with the hole of each wire."""
    for side, parts in ((1, off[::2]), (-1, off[1::2])):
        step = (COLUMNS + 2) / max(1, len(parts))
        for index, part in enumerate(parts):
            x, y = 1 + index * step, 12.8 * side
            lines = [f"{part.ref}  {part.value}"]
            for own in part.pins:
                pin = f"{part.ref}.{own}"
                hole = placed.holes.get(pin, "open")
                lines.append(f"{own} \u2192 {hole}")
            axes.text(
                x,
                y,
                "\n".join(lines),
                fontsize=11,
                va="center",
                family="monospace",
                zorder=9,
                bbox={"boxstyle": "round", "fc": "#e6eefc", "ec": "#305090"},
            )


def write() -> None:
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "chimewatch", "svg.fonttype": "none"})
    FOLDER.mkdir(exist_ok=True)
    plan = design("basic")
    sheet = draw(plan)
    sheet.savefig(FOLDER / "breadboard.svg", metadata={"Date": None})
    sheet.savefig(FOLDER / "breadboard.pdf", metadata={"CreationDate": None})
    with (FOLDER / "breadboard.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("part", "leg", "hole", "net"))
        writer.writerows(rows(plan, place(plan)))


if __name__ == "__main__":
    write()
