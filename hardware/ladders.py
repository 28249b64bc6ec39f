# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Which parts of a frame are drawn on one wire, and where: the plan behind the schematic.

In: a `Design` and the parts of one function. Out: rows of marks (symbols, lines, names, with their
places in drawing units) as an engineer would draw them: the signal runs from left to right, what
hangs on ground hangs down, what hangs on a supply goes up, a transistor's load follows its
collector. Nothing is placed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hardware.netlist import Design, Part

TWO = ("resistor", "capacitor", "diode", "led", "fuse", "battery", "speaker", "buzzer", "switch")
THREE = {"npn": ("B", "C", "E"), "nmos": ("G", "D", "S")}
#: From a transistor's first pin to the other two, as schemdraw draws them.
REACH = {"npn": ((0.75, 0.7), (0.75, -0.7)), "nmos": ((0.92, 1.17), (0.92, -0.5))}
DROP = 2.3  # length of what hangs up or down
CHAR = 0.185  # width of a letter of 9 points
LONGEST = 15.0  # after this a row goes on below, under the same name
#: The firmware drives these: a row begins there.
DRIVEN = ("heartbeat", "relay", "backup", "sounder", "mic_sck")


@dataclass(frozen=True)
class Mark:
    """kind: part, transistor, line, dot, open, ground, name (of a net), label (of a part)."""

    kind: str
    at: tuple[float, float]
    to: tuple[float, float] = (0.0, 0.0)
    words: str = ""
    side: str = "right"
    part: Part | None = None
    turned: bool = False


@dataclass
class Row:
    marks: list[Mark] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    high: float = 0.9
    low: float = -0.6
    gap: float = 0.0  # room that the words beside the last mark need: wire only if it goes on

    def add(self, kind: str, at: tuple[float, float], **more) -> None:
        self.marks.append(Mark(kind, at, **more))

    def wire(self, length: float) -> None:
        length, self.gap = length + self.gap, 0.0
        if length:
            self.add("line", (self.x, self.y), to=(self.x + length, self.y))
        self.x += length

    def label(self, part: Part, at: tuple[float, float], side: str) -> None:
        self.add("label", at, words=f"{part.ref}  {part.value}", side=side)


def width(words: str) -> float:
    return len(words) * CHAR


def drawn(part: Part) -> bool:
    """On a wire, and not as a box with named pins."""
    return part.kind in THREE or (part.kind in TWO and len(part.pins) == 2)


def rail(plan: Design, net: str) -> bool:
    return net in plan.volts or "GND" in net


def rows(plan: Design, parts: list[Part]) -> list[Row]:
    """All two-ended parts and transistors among `parts`, each once."""
    left = {p.ref: p for p in parts if drawn(p)}
    found: list[Row] = []
    while left:
        net = _start(plan, list(left.values()))
        row = Row()
        row.add("name", (-0.2, 0.0), words=net, side="left")
        _node(plan, row, left, net, first=True)
        row.x += row.gap
        found.append(row)
    return found


def _nets(plan: Design, part: Part) -> list[str]:
    return [plan.net_of(f"{part.ref}.{own}") for own in part.pins]


def _start(plan: Design, left: list[Part]) -> str:
    """The net a new row begins on: driven by the controller, else a supply, else the fullest."""
    nets = [net for part in left for net in _nets(plan, part)]
    signals = [net for net in nets if not rail(plan, net)]
    for net in signals:
        if any(f"U1.{s}" in plan.nets[net] for s in DRIVEN):
            return net
    for net in signals:
        if any(pin.startswith("J4.") for pin in plan.nets[net]):
            return net
    for part in left:  # a supply, a resistor and a lamp: along the wire
        for one, other in [_nets(plan, part), _nets(plan, part)[::-1]] * (len(part.pins) == 2):
            if one in plan.volts and not rail(plan, other):
                pins = plan.nets[other]
                if len(pins) == 2 and all(p.split(".")[0] in {q.ref for q in left} for p in pins):
                    return one
    # Where a transistor ends, its first pin begins the row, not its collector.
    first = {plan.net_of(f"{p.ref}.{p.pins[0]}") for p in left if p.kind in THREE}
    loads = {plan.net_of(f"{p.ref}.{THREE[p.kind][1]}") for p in left if p.kind in THREE}
    free = [net for net in signals if net in first and net not in loads]
    free = free or [net for net in signals if net not in loads] or signals
    if free:
        return max(free, key=nets.count)
    return next(net for net in nets if net in plan.volts)


def _on(plan: Design, left: dict[str, Part], net: str) -> Iterator[tuple[Part, bool, str]]:
    """(part, turned, net at its other end) for every two-ended part on a net."""
    for part in list(left.values()):
        if len(part.pins) == 2:
            here = _nets(plan, part)
            if net in here:
                turned = here[1] == net
                yield part, turned, here[0 if turned else 1]


def _node(plan: Design, row: Row, left: dict[str, Part], net: str, first: bool = False) -> None:
    hung = [(p, t, far) for p, t, far in _on(plan, left, net) if rail(plan, far)]
    series = [(p, t, far) for p, t, far in _on(plan, left, net) if not rail(plan, far)]
    if rail(plan, net):  # a supply: one part along the wire, or one from it to ground
        down = [item for item in hung if "GND" in item[2]]
        hung, series = (down[:1], []) if down and not series else ([], (series or hung)[:1])
    gates = [p for p in left.values() if p.kind in THREE
             and plan.net_of(f"{p.ref}.{p.pins[0]}") == net]  # fmt: skip
    goes_on = bool(gates) or bool(series and row.x < 3 * LONGEST)
    if not first:
        if not hung and not goes_on:
            row.wire(0.4)
            row.add("name", (row.x + 0.2, row.y), words=net, side="right")
            row.x += width(net) + 0.4
            return
        row.add("name", (row.x + 0.15, row.y + 0.28), words=net, side="right")
        row.wire(width(net) + 0.8)
    else:
        row.wire(0.7)
    for part, turned, far in hung:
        _hang(row, left, part, turned, far)
    if gates:
        _transistor(plan, row, left, gates[0])
    elif series:
        part, turned, far = series[0]
        del left[part.ref]
        row.wire(0.0)
        length = max(2.6, width(f"{part.ref}  {part.value}") + 0.5)
        row.add("part", (row.x, row.y), to=(row.x + length, row.y), part=part, turned=turned)
        row.label(part, (row.x + length / 2, row.y + (1.15 if part.kind == "led" else 0.7)), "top")
        row.high = max(row.high, row.y + 1.5)
        row.x += length
        _node(plan, row, left, far)
    elif len(plan.nets[net]) > len(hung) + 1 and not rail(plan, net):
        row.wire(0.3)
        row.add("open", (row.x, row.y))


def _hang(row: Row, left: dict[str, Part], part: Part, turned: bool, far: str) -> None:
    """From the wire down to ground or up to a supply."""
    del left[part.ref]
    row.wire(0.0)
    step = -DROP if "GND" in far else DROP
    end = (row.x, row.y + step)
    row.add("dot", (row.x, row.y))
    row.add("part", (row.x, row.y), to=end, part=part, turned=turned)
    beside = 1.2 if part.kind == "led" else 0.55  # an LED's arrows
    row.label(part, (row.x + beside, row.y + step / 2), "right")
    if far == "GND":
        row.add("ground", end)
    else:
        row.add("name", (row.x, end[1] + (0.3 if step > 0 else -0.3)), words=far, side="top")
    row.high, row.low = max(row.high, end[1] + 0.7), min(row.low, end[1] - 0.7)
    aside = beside + 0.6
    row.gap = max(aside + width(f"{part.ref}  {part.value}"), width(far) + 0.4)


def _transistor(plan: Design, row: Row, left: dict[str, Part], part: Part) -> None:
    del left[part.ref]
    out, low = REACH[part.kind]
    row.wire(0.3)
    x, y = row.x, row.y
    row.add("transistor", (x, y), part=part)
    row.label(part, (x + 1.25, y), "right")
    foot = plan.net_of(f"{part.ref}.{THREE[part.kind][2]}")
    end = (x + low[0], y + low[1])
    if foot == "GND":
        row.add("ground", end)
    else:
        row.add("name", (end[0], end[1] - 0.3), words=foot, side="top")
    row.low = min(row.low, end[1] - 0.9)
    row.x, row.y = x + out[0], y + out[1]
    row.high = max(row.high, row.y + 0.8)
    load = plan.net_of(f"{part.ref}.{THREE[part.kind][1]}")
    if row.x > LONGEST:
        row.wire(0.5)
        row.add("name", (row.x + 0.2, row.y), words=load, side="right")
        row.x += width(load) + 0.4
        return
    beside = x + 1.4 + width(f"{part.ref}  {part.value}")
    _node(plan, row, left, load)
    row.x = max(row.x, beside)
