# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Draws the schematic of each build from wiring.toml; nothing is placed or labelled by hand.

In: a `Design`. Out: drawings/schematic-BUILD.svg and .pdf. One frame per function; within it the
parts hang on drawn wires (planned by ladders.py), each wire carries the name of its net, and equal
names are one wire. `drawn` counts what was drawn, so that a test can hold it against the list.

schemdraw rather than skidl with KiCad: it is one small package of pure Python, draws to SVG and PDF
by itself, and the list stays the only truth; KiCad would want its symbol library (not on PyPI) and
a placement by hand that the next change of the list makes wrong.
"""

from __future__ import annotations

from typing import Any

import matplotlib
import schemdraw
import schemdraw.elements as elm
from schemdraw.segments import SegmentText

from hardware import ladders
from hardware.netlist import HERE, Design, Part, design

FOLDER = HERE / "drawings"
SHELF = 20.0  # short rows stand beside each other up to this width
MARGIN = 3.7  # room for a name left of its pin
COLUMNS = 3
INCHES = 0.36  # a drawing unit on paper; 9-point names then fit
_TWO_ENDS = {
    "resistor": elm.Resistor, "capacitor": elm.Capacitor, "diode": elm.Diode, "led": elm.LED,
    "fuse": elm.Fuse, "battery": elm.Battery, "speaker": elm.RBox, "buzzer": elm.RBox,
    "switch": elm.Button,
}  # fmt: skip
_THREE = {"npn": (elm.BjtNpn, "base"), "nmos": (elm.AnalogNFet, "gate")}
_SUPPLY, _GROUND, _SIGNAL = "#b00020", "#303030", "#004a9f"


class Sheet:
    """One drawing; keeps account of every pin it labelled."""

    def __init__(self, plan: Design) -> None:
        self.plan = plan
        self.drawn: set[str] = set()
        self.drawing = schemdraw.Drawing(show=False)
        self.drawing.config(unit=2.4, fontsize=10, lw=1.2, font="DejaVu Sans")

    # --- what a pin says ---------------------------------------------------------------------

    def net(self, ref: str, own: str) -> str:
        pin = f"{ref}.{own}"
        self.drawn.add(pin)
        return self.plan.net_of(pin) or "(open)"

    def colour(self, net: str) -> str:
        if net in self.plan.volts:
            return _SUPPLY
        return _GROUND if "GND" in net or net == "(open)" else _SIGNAL

    def text(self, at: tuple[float, float], words: str, side: str, size: float = 9,
             colour: str = "black") -> None:  # fmt: skip
        align: Any = {"left": "right", "right": "left", "top": "center", "middle": "center"}[side]
        element = elm.Element()
        element.segments.append(
            SegmentText((0, 0), words, align=(align, "center"), fontsize=size, color=colour)
        )
        self.drawing += element.at(at).theta(0)

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.drawing += elm.Line().at(start).to(end)

    # --- parts -------------------------------------------------------------------------------

    def row(self, row: ladders.Row, x: float, y: float) -> None:
        """One wire and what hangs on it."""
        for mark in row.marks:
            at, to = (x + mark.at[0], y + mark.at[1]), (x + mark.to[0], y + mark.to[1])
            if mark.kind == "line":
                self.line(at, to)
            elif mark.kind in ("dot", "open"):
                self.drawing += elm.Dot(open=mark.kind == "open").at(at)
            elif mark.kind == "ground":
                self.drawing += elm.Ground().at(at).theta(0)
            elif mark.kind == "name":
                self.text(at, mark.words, mark.side, 9, self.colour(mark.words))
            elif mark.kind == "label":
                self.text(at, mark.words, mark.side, 9)
            elif mark.part is not None:
                draw_part = self.transistor if mark.kind == "transistor" else self.two_ends
                draw_part(mark, at, to)
                self.drawn |= {f"{mark.part.ref}.{own}" for own in mark.part.pins}

    def two_ends(self, mark: ladders.Mark, at: tuple, to: tuple) -> None:
        part = mark.part
        assert part is not None
        element = _TWO_ENDS[part.kind]()
        if part.kind == "capacitor" and "+" in part.pins:
            element = elm.Capacitor2(polar=True)
        element = element.at(at).to(to)
        self.drawing += element.reverse() if mark.turned else element
        if "+" in part.pins and part.kind != "capacitor":  # its symbol has a plus already
            along = 0.22 if (part.pins[0] == "+") != mark.turned else 0.78
            spot = [a + (b - a) * along for a, b in zip(at, to, strict=True)]
            aside = (-0.3, 0) if at[0] == to[0] else (0, -0.3)
            self.text((spot[0] + aside[0], spot[1] + aside[1]), "+", "middle", 9)

    def transistor(self, mark: ladders.Mark, at: tuple, to: tuple) -> None:
        part = mark.part
        assert part is not None
        kind, anchor = _THREE[part.kind]
        element = kind().at(at).anchor(anchor).theta(0)
        if part.kind == "nmos":  # its symbol has the gate at the right
            element = element.reverse()
        self.drawing.add(element)

    def box(self, part: Part, x: float, y: float) -> None:
        """A module, chip, connector, relay or switch with more than two pins."""
        left, right = sides(part)
        height = max(len(left), len(right)) * 0.62 + 0.5
        width = 5.6 if part.ref == "U1" else 3.4
        self.drawing += elm.Rect(corner1=(0, 0), corner2=(width, -height)).at((x, y)).theta(0)
        self.text((x + width / 2, y + 0.35), f"{part.ref}  {part.value}", "top", 10)
        for pins, edge, out, side in ((left, x, -0.5, "left"), (right, x + width, 0.5, "right")):
            for index, own in enumerate(pins):
                level = y - 0.55 - index * 0.62
                self.line((edge, level), (edge + out, level))
                inner = edge + (0.15 if side == "left" else -0.15)
                self.text((inner, level), self.pin_name(part, own),
                          "right" if side == "left" else "left", 7.5)  # fmt: skip
                net = self.net(part.ref, own)
                self.text((edge + out * 1.25, level), net, side, 9, self.colour(net))

    def pin_name(self, part: Part, own: str) -> str:
        """U1's pins also say the header pin of a Pico."""
        module = self.plan.modules["pico"]
        if part.ref != "U1":
            return own
        where = module["power"][own] if own in module["power"] else module[own][2]
        return f"{own} {where}"

    def frame(self, title: str, x: float, y: float, width: float, height: float) -> None:
        self.drawing += (
            elm.Rect(corner1=(0, 0), corner2=(width, -height)).at((x, y)).theta(0).color("#b8b8b8")
        )
        self.text((x + 0.3, y - 0.4), title, "right", 12)


def sides(part: Part) -> tuple[list[str], list[str]]:
    """Pins at the left and at the right edge of a box: chips by their inputs, others halved."""
    if part.ref == "U3":
        return [*part.pins[:8]], [*part.pins[8:]]
    if part.kind == "connector" or len(part.pins) <= 4:
        return [], list(part.pins)
    half = (len(part.pins) + 1) // 2
    return list(part.pins[:half]), list(part.pins[half:])


def shelves(rows: list[ladders.Row]) -> list[list[tuple[float, ladders.Row]]]:
    """Short rows stand beside each other: (x, row) for each, as many as fit."""
    wide = max([row.x + MARGIN for row in rows] + [SHELF])
    found: list[list[tuple[float, ladders.Row]]] = []
    at = wide
    for row in rows:
        if at + row.x + 1.5 > wide:
            found.append([])
            at = 0.0
        found[-1].append((at, row))
        at += row.x + MARGIN + 1.5
    return found


def _size(plan: Design, parts: list[Part]) -> tuple[list, list, float, float]:
    """What a frame holds, and how large it is."""
    boxes = [part for part in parts if not ladders.drawn(part)]
    rows = shelves(ladders.rows(plan, parts))
    box_height = max((max(map(len, sides(p))) * 0.62 + 2.3 for p in boxes), default=0.0)
    width = max(
        [len(boxes) * 9.2 + 1.8, 11.0]
        + [x + row.x + MARGIN + 1.5 for shelf in rows for x, row in shelf]
    )
    height = 1.1 + box_height + sum(_tall(shelf) for shelf in rows) + 0.4
    return boxes, rows, width, height


def _tall(shelf: list[tuple[float, ladders.Row]]) -> float:
    return max(row.high for _, row in shelf) - min(row.low for _, row in shelf) + 0.3


def draw(plan: Design) -> Sheet:
    sheet = Sheet(plan)
    groups = plan.groups()
    sizes = {name: _size(plan, parts) for name, parts in groups.items()}
    height = sum(size[3] + 0.8 for size in sizes.values())
    columns: list[list[str]] = [[]]
    filled = 0.0
    for name, size in sizes.items():
        if filled > height / COLUMNS * 0.97 * len(columns) and len(columns) < COLUMNS:
            columns.append([])
        columns[-1].append(name)
        filled += size[3] + 0.8
    x = 0.0
    for column in columns:
        width = max(sizes[name][2] for name in column)
        y = 0.0
        for name in column:
            _frame(sheet, name, sizes[name], x, y, width)
            y -= sizes[name][3] + 0.8
        x += width + 0.8
    sheet.text((0, 1.6), f"Chimewatch, build: {plan.build.replace('_', ' ')}", "right", 20)
    sheet.text((0, 0.7), "Drawn from wiring.toml. Equal names are one wire; red: supplies. "
               "U1: firmware's signal and header pin of a Pico.", "right", 11)  # fmt: skip
    return sheet


def _frame(sheet: Sheet, name: str, size: tuple, x: float, y: float, width: float) -> None:
    boxes, rows, _, height = size
    sheet.frame(name, x, y, width, height)
    level = y - 1.7
    for index, part in enumerate(boxes):
        sheet.box(part, x + MARGIN + index * 9.2, level)
    level = y - 1.1 - (max(max(map(len, sides(p))) * 0.62 + 2.3 for p in boxes) if boxes else 0)
    for shelf in rows:
        wire = level - max(row.high for _, row in shelf)
        for start, row in shelf:
            sheet.row(row, x + MARGIN + start, wire)
        level -= _tall(shelf)


def figure(plan: Design):
    """The sheet as a matplotlib figure in its true size."""
    drawn = draw(plan).drawing.draw(show=False)
    (left, right), (low, high) = drawn.ax.get_xlim(), drawn.ax.get_ylim()
    drawn.fig.set_size_inches((right - left) * INCHES, (high - low) * INCHES)
    drawn.ax.set_position((0, 0, 1, 1))
    return drawn.fig


def write() -> None:
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "chimewatch", "svg.fonttype": "none"})
    FOLDER.mkdir(exist_ok=True)
    for build in ("basic", "care_home"):
        sheet = figure(design(build))
        sheet.savefig(FOLDER / f"schematic-{build}.svg", metadata={"Date": None})
        sheet.savefig(FOLDER / f"schematic-{build}.pdf", metadata={"CreationDate": None})


if __name__ == "__main__":
    write()
