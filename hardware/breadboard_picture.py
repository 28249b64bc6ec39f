# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The breadboard picture and its hole list, for each build.

In: the placement of `breadboard`. Out: drawings/breadboard-BUILD.svg, .pdf and .csv.

A map rather than a likeness: every hole in use is a cell that says which leg goes there; the two
ends of a wire carry one number, so nothing covers anything. Faint lines join a part's cells.
"""

from __future__ import annotations

import csv
import textwrap

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
from hardware.netlist import Design, Part, design, read_wiring

_ROWS = {row: 5.6 - i for i, row in enumerate("abcde")}
_ROWS.update({row: -1.6 - i for i, row in enumerate("fghij")})
#: Rails: name, height, whether it is one of the upper two.
_RAIL_ROWS = (("V5", 10.0, True), ("GND", 8.9, True), ("GND", -8.9, False), ("V3V3", -10.0, False))
_COLOURS = {"V5": "#c00020", "GND": "#202020", "V3V3": "#d06000"}
_BOARD = "#ece7d6"
_CYCLE = ("#0060b0", "#108040", "#8030a0", "#a06000", "#007080", "#a02060")


class Map:
    """Cells by place; a second leg for one place is an error of this script."""

    def __init__(self, axes, plan: Design, placed: Placement) -> None:
        self.axes, self.plan, self.placed = axes, plan, placed
        self.cells: dict[tuple[float, float], str] = {}
        nets = list(placed.strips)
        self.colours = {n: _CYCLE[i % len(_CYCLE)] for i, n in enumerate(nets)} | _COLOURS

    def cell(self, at: tuple[float, float], words: str, net: str) -> None:
        assert at not in self.cells, f"{words} and {self.cells[at]} are both at {at}"
        self.cells[at] = words
        self.axes.text(
            *at, words, fontsize=6.4, ha="center", va="center", zorder=6, linespacing=0.95,
            color=self.colours.get(net, "#202020"),
        )  # fmt: skip
        from matplotlib.patches import Rectangle

        self.axes.add_patch(
            Rectangle((at[0] - 0.46, at[1] - 0.43), 0.92, 0.86, zorder=5, lw=0.9,
                      fc="#fffdf2", ec=self.colours.get(net, "#202020"))
        )  # fmt: skip

    def link(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        self.axes.plot([one[0], other[0]], [one[1], other[1]], color="#b0a890", lw=0.9, zorder=2)

    def rail(self, net: str, near: tuple[float, float] | None, words: str) -> tuple[float, float]:
        """A free cell of the rail nearest to another leg."""
        upper = near[1] > 0 if near else net == "V5"
        heights = [y for name, y, up in _RAIL_ROWS if name == net and (up == upper)]
        y = heights[0] if heights else next(y for name, y, _ in _RAIL_ROWS if name == net)
        middle = round(near[0]) if near else COLUMNS - 1
        at = min(
            ((float(x), y) for x in range(1, COLUMNS + 1) if (float(x), y) not in self.cells),
            key=lambda place: abs(place[0] - middle),
        )
        self.cell(at, words, net)
        return at


def _at(hole: str) -> tuple[float, float] | None:
    return None if hole in RAILS else (float(hole[:-1]), _ROWS[hole[-1]])


def draw(plan: Design):
    import matplotlib.pyplot as plt

    placed = place(plan)
    sheet, axes = plt.subplots(figsize=(33, 16))
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set(xlim=(-2.5, COLUMNS + 1.5), ylim=(-17.5, 17.5))
    chart = Map(axes, plan, placed)
    _empty_board(axes)
    _bodies(axes, plan)
    _strip_names(chart)
    for number, (one, other, net) in enumerate(placed.wires, 1):
        _ends(chart, [(one, f"wire\n{number}"), (other, f"wire\n{number}")], net, linked=False)
    off = []
    for part in plan.parts.values():
        if part.ref == "U1" or part.ref in CHIPS or part.group in ELSEWHERE:
            continue
        near = part.kind in SHORT_LEGS
        legs = [
            (placed.holes.get(f"{part.ref}.{own}", ""),
             f"{part.ref}\n{_short(part) if _alike(part) else own}")
            for own in part.pins
        ]  # fmt: skip
        if near:
            nets = [plan.net_of(f"{part.ref}.{own}") for own in part.pins]
            _ends(chart, legs, nets, linked=True)
        else:
            off.append(part)
            for own, (hole, words) in zip(part.pins, legs, strict=True):
                if hole and hole not in RAILS:
                    chart.cell(_at(hole), words[:11], plan.net_of(f"{part.ref}.{own}"))  # type: ignore[arg-type]
    _beside(axes, placed, off)
    axes.set_title(
        f"Chimewatch, build {plan.build.replace('_', ' ')}, on a breadboard. Each cell is a hole: "
        "the leg that goes there; both ends of a wire have one number.\nJoin the two GND rails. "
        f"The same as a list: breadboard-{plan.build}.csv. The remote box hangs on J3.",
        fontsize=16,
    )
    sheet.tight_layout()
    return sheet


def _alike(part: Part) -> bool:
    """Either leg may go into either hole."""
    return part.kind in ("resistor", "fuse", "capacitor") and "+" not in part.pins


def _short(part: Part) -> str:
    """A resistor's legs are alike: the value says more."""
    return part.value.removeprefix("PTC ")[:6]


def _ends(chart: Map, legs: list[tuple[str, str]], nets, linked: bool) -> None:
    fixed = [at for at in (_at(hole) for hole, _ in legs if hole) if at]
    near = fixed[0] if fixed else None
    points = []
    for index, (hole, words) in enumerate(legs):
        if not hole:
            continue
        net = nets if isinstance(nets, str) else nets[index]
        at = _at(hole)
        if at is None:
            at = chart.rail(hole, near, words)
            near = near or at
        else:
            chart.cell(at, words, net)
        points.append(at)
    if linked:
        for one, other in zip(points, points[1:], strict=False):
            chart.link(one, other)


def _empty_board(axes) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((-0.6, -10.8), COLUMNS + 2, 21.6, color=_BOARD, zorder=0))
    covered = set(range(1, 21))
    for ref, first in CHIPS.items():
        covered |= set(range(first, first + len(DIP_PINS[ref]) // 2))
    for column in range(1, COLUMNS + 1):
        axes.plot([column] * 10, list(_ROWS.values()), "o", color="#c9c4b2", ms=3, zorder=1)
        if column not in covered:
            axes.text(column, 0.0, str(column), ha="center", va="center", fontsize=8, zorder=2)
        elif column % 5 == 0 or column == 1:
            axes.text(column, 8.25, str(column), ha="center", va="center", fontsize=8, zorder=4)
    for row, y in _ROWS.items():
        axes.text(0, y, row, fontsize=9, va="center", ha="center")
    for net, y, _ in _RAIL_ROWS:
        axes.plot([0.6, COLUMNS + 0.4], [y, y], color=_COLOURS[net], lw=1.5, zorder=1)
        axes.text(-0.7, y, net, fontsize=11, color=_COLOURS[net], va="center", ha="right")


def _bodies(axes, plan: Design) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((0.5, -4.1), 20, 8.2, color="#2f8f4e", alpha=0.9, zorder=3))
    axes.text(10.5, 0.0, "U1  Pico, USB to the left (pin 1 at 1h)", color="white", ha="center",
              va="center", fontsize=14, zorder=4)  # fmt: skip
    module = plan.modules["pico"]
    legs = {leg: own for own, leg in module["power"].items()}
    legs |= {value[2]: own for own, value in module.items() if own != "boards" and _is_pin(value)}
    for leg, own in legs.items():
        lower = int(leg) <= 20
        axes.text(int(leg) if lower else 41 - int(leg), -3.95 if lower else 3.95, f"{leg} {own}",
                  color="white", fontsize=7, rotation=90, ha="center",
                  va="bottom" if lower else "top", zorder=4)  # fmt: skip
    for ref, first in CHIPS.items():
        width = len(DIP_PINS[ref]) // 2
        axes.add_patch(
            Rectangle((first - 0.5, -2.05), width, 4.1, color="#404040", alpha=0.95, zorder=3)
        )
        axes.text(first + width / 2 - 0.5, 0.0, f"{ref} {plan.parts[ref].value}, pin 1 at {first}f",
                  color="white", ha="center", va="center", fontsize=8, zorder=4)  # fmt: skip
        for index, own in enumerate(DIP_PINS[ref]):
            lower = index < width
            column = first + (index if lower else len(DIP_PINS[ref]) - 1 - index)
            axes.text(column, -1.6 if lower else 1.6, own, color="white", fontsize=6, ha="center",
                      va="center", zorder=4)  # fmt: skip


def _is_pin(value) -> bool:
    return isinstance(value, list) and len(value) == 3


def _strip_names(chart: Map) -> None:
    """The net of each strip, outside its five holes."""
    for net, strips in chart.placed.strips.items():
        for strip in strips:
            chart.axes.text(
                strip.column, 6.25 if strip.upper else -6.25, net, rotation=90, fontsize=7.5,
                ha="center", va="bottom" if strip.upper else "top", color=chart.colours[net],
                zorder=4, bbox={"boxstyle": "square,pad=0.1", "fc": _BOARD, "ec": "none"},
            )  # fmt: skip


def _beside(axes, placed: Placement, off: list) -> None:
    """Parts on wires, above and below the board, with the hole of each wire."""
    for y, align, parts in ((11.4, "bottom", off[::2]), (-11.4, "top", off[1::2])):
        step = (COLUMNS + 1.5) / max(1, len(parts))
        for index, part in enumerate(parts):
            lines = [part.ref, *textwrap.wrap(part.value, 15)]
            for own in part.pins:
                hole = placed.holes.get(f"{part.ref}.{own}", "open")
                lines.append(f"{own} \u2192 {hole}")
            axes.text(
                0 + index * step, y, "\n".join(lines), fontsize=10, va=align, family="monospace",
                zorder=9, bbox={"boxstyle": "round,pad=0.5", "fc": "#e6eefc", "ec": "#305090"},
            )  # fmt: skip


def write() -> None:
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "chimewatch", "svg.fonttype": "none"})
    FOLDER.mkdir(exist_ok=True)
    for build in read_wiring()["builds"]:
        plan = design(build)
        sheet = draw(plan)
        path = FOLDER / f"breadboard-{build}"
        sheet.savefig(path.with_suffix(".svg"), metadata={"Date": None})
        sheet.savefig(path.with_suffix(".pdf"), metadata={"CreationDate": None})
        with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("part", "leg", "hole", "net"))
            writer.writerows(rows(plan, place(plan)))


if __name__ == "__main__":
    write()
