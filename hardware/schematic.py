# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Draws the schematic of each build from wiring.toml; nothing is placed or labelled by hand.

In: a `Design`. Out: drawings/schematic-BUILD.svg and .pdf. One frame per function; every pin
carries the name of its net, and equal names are one wire. Parts with two ends that share a net
stand in a row, joined. `drawn` counts what was drawn, so that a test can hold it against the list.

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

from hardware.netlist import HERE, Design, Part, design

FOLDER = HERE / "drawings"
STEP = 4.2  # along a row, one part
ROW = 2.0
MARGIN = 3.7  # room for a name left of its pin
COLUMNS = 3
INCHES = 0.36  # a drawing unit on paper; 9-point names then fit
_TWO_ENDS = {
    "resistor": elm.Resistor, "capacitor": elm.Capacitor, "diode": elm.Diode, "led": elm.LED,
    "fuse": elm.Fuse, "battery": elm.Battery, "speaker": elm.RBox, "buzzer": elm.RBox,
    "switch": elm.Button,
}  # fmt: skip
_THREE = {"npn": (elm.BjtNpn, ("B", "C", "E"), ("base", "collector", "emitter")),
          "nmos": (elm.AnalogNFet, ("G", "D", "S"), ("gate", "drain", "source"))}  # fmt: skip
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

    def row(self, chain: list[tuple[Part, bool]], x: float, y: float) -> None:
        """Parts end to end; True = turned round."""
        for index, (part, turned) in enumerate(chain):
            first, last = (part.pins[1], part.pins[0]) if turned else part.pins
            start = (x + index * STEP, y)
            element = _TWO_ENDS[part.kind]()
            if part.kind == "capacitor" and "+" in part.pins:
                element = elm.Capacitor2(polar=True)
            element = element.at(start).right().length(STEP)
            self.drawing += element.reverse() if turned else element
            middle = start[0] + STEP / 2
            # An LED's arrows reach higher than any other symbol.
            above = 1.15 if part.kind == "led" else 0.7
            self.text((middle, y + above), f"{part.ref}  {part.value}", "top", 9)
            if "+" in part.pins and part.kind != "capacitor":  # its symbol has a plus already
                self.text((start[0] + 0.9, y - 0.35), first, "middle", 9)
            net = self.net(part.ref, first)
            if index == 0:
                self.text((x - 0.2, y), net, "left", 9, self.colour(net))
            else:
                self.drawing += elm.Dot().at(start)
                self.text((start[0], y - 0.42), net, "top", 8, self.colour(net))
            net = self.net(part.ref, last)
            if index == len(chain) - 1:
                self.text((start[0] + STEP + 0.2, y), net, "right", 9, self.colour(net))

    def transistor(self, part: Part, x: float, y: float) -> None:
        kind, names, anchors = _THREE[part.kind]
        element = kind().at((x + 1.2, y)).anchor(anchors[0]).theta(0)
        if part.kind == "nmos":  # its symbol has the gate at the right
            element = element.reverse()
        placed = self.drawing.add(element)
        points = [placed.absanchors[name] for name in anchors]
        for name, point, side in zip(names, points, ("left", "right", "right"), strict=True):
            net = self.net(part.ref, name)
            nudge = -0.15 if side == "left" else 0.2
            self.text((point[0] + nudge, point[1]), net, side, 9, self.colour(net))
        self.text((x + 3.6, y), f"{part.ref}  {part.value}", "right", 9)

    def box(self, part: Part, x: float, y: float) -> None:
        """A module, chip, connector, relay or switch with more than two pins."""
        left, right = sides(part)
        height = max(len(left), len(right)) * 0.62 + 0.5
        width = 5.6 if part.ref == "U1" else 3.4
        self.drawing += elm.Rect(corner1=(0, 0), corner2=(width, -height)).at((x, y))
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
            elm.Rect(corner1=(0, 0), corner2=(width, -height)).at((x, y)).color("#b8b8b8")
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


def chains(plan: Design, parts: list[Part]) -> list[list[tuple[Part, bool]]]:
    """Rows of two-ended parts: the next one begins on the signal net where the last one ended."""
    left = [part for part in parts if part.kind in _TWO_ENDS and len(part.pins) == 2]
    rows = []
    while left:
        row = [(left.pop(0), False)]
        while len(row) < 3:
            last, turned = row[-1]
            net = plan.net_of(f"{last.ref}.{last.pins[0 if turned else 1]}")
            if net in plan.volts or "GND" in net:
                break
            follow = next(
                ((p, i == 1) for p in left for i in (0, 1)
                 if plan.net_of(f"{p.ref}.{p.pins[i]}") == net), None,
            )  # fmt: skip
            if follow is None:
                break
            left.remove(follow[0])
            row.append(follow)
        rows.append(row)
    return rows


def _size(plan: Design, parts: list[Part]) -> tuple[list, list, list, float, float]:
    """What a frame holds, and how large it is."""
    rows = chains(plan, parts)
    in_rows = {part.ref for row in rows for part, _ in row}
    three = [part for part in parts if part.kind in _THREE]
    boxes = [part for part in parts if part.ref not in in_rows and part.kind not in _THREE]
    box_height = max((max(map(len, sides(p))) * 0.62 + 2.3 for p in boxes), default=0.0)
    width = max(
        [len(boxes) * 9.2 + 1.8, len(three) * 8.0 + 1.0]
        + [len(row) * STEP + 6.6 for row in rows]
        + [11.0]
    )
    height = 1.1 + box_height + (2.9 if three else 0) + len(rows) * ROW + 0.4
    return boxes, three, rows, width, height


def draw(plan: Design) -> Sheet:
    sheet = Sheet(plan)
    groups = plan.groups()
    sizes = {name: _size(plan, parts) for name, parts in groups.items()}
    height = sum(size[4] + 0.8 for size in sizes.values())
    columns: list[list[str]] = [[]]
    filled = 0.0
    for name, size in sizes.items():
        if filled > height / COLUMNS * 0.97 * len(columns) and len(columns) < COLUMNS:
            columns.append([])
        columns[-1].append(name)
        filled += size[4] + 0.8
    x = 0.0
    for column in columns:
        width = max(sizes[name][3] for name in column)
        y = 0.0
        for name in column:
            _frame(sheet, name, sizes[name], x, y, width)
            y -= sizes[name][4] + 0.8
        x += width + 0.8
    sheet.text((0, 1.6), f"Chimewatch, build: {plan.build.replace('_', ' ')}", "right", 20)
    sheet.text((0, 0.7), "Drawn from wiring.toml. Equal names are one wire; red: supplies. "
               "U1: firmware's signal and header pin of a Pico.", "right", 11)  # fmt: skip
    return sheet


def _frame(sheet: Sheet, name: str, size: tuple, x: float, y: float, width: float) -> None:
    boxes, three, rows, _, height = size
    sheet.frame(name, x, y, width, height)
    level = y - 1.7
    for index, part in enumerate(boxes):
        sheet.box(part, x + MARGIN + index * 9.2, level)
    if boxes:
        level -= max(max(map(len, sides(p))) * 0.62 + 2.3 for p in boxes) - 0.3
    if three:
        for index, part in enumerate(three):
            sheet.transistor(part, x + MARGIN - 1.2 + index * 8.0, level - 0.5)
        level -= 2.9
    for row in rows:
        sheet.row(row, x + MARGIN, level)
        level -= ROW


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
