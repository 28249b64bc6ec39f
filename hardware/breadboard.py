# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Places a build on a breadboard of 63 columns, from wiring.toml.

In: a `Design`. Out: every leg and wire with its hole, which a test holds against the nets;
breadboard_picture draws it.

A hole is "23a": column and row; a-e and f-j of one column are each one strip. Rails: "V5", "GND"
at the top, "V3V3", "GND" at the bottom. A net that needs more than one strip gets further ones,
joined by a wire. The Pico sits over the middle of columns 1 to 20 and covers rows c to h: a strip
beside it has two free holes. Parts off the board (modules, lamps, switches) hang on wires.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware.netlist import HERE, Design

FOLDER = HERE / "drawings"
COLUMNS = 63
RAILS = ("V5", "GND", "V3V3")
#: Left out: the remote box and the microphone's module capacitor are built elsewhere.
ELSEWHERE = ("remote box",)
CHIPS = {"U3": 23, "U5": 33}  # reference: first column of a DIP
DIP_PINS = {
    "U3": ("1B", "2B", "3B", "4B", "5B", "6B", "7B", "E",
           "COM", "7C", "6C", "5C", "4C", "3C", "2C", "1C"),
    "U5": ("GND", "TRIG", "OUT", "RESET", "CONT", "THRES", "DISCH", "VDD"),
}  # fmt: skip
REACH = 9  # columns of 2.54 mm that the legs of a small part can bridge
SHORT_LEGS = ("resistor", "capacitor", "diode", "fuse", "npn", "nmos")
_FREE_FROM = 38  # columns from here on are given to nets without a chip


@dataclass
class Strip:
    """Five joined holes of one column; `free` in the order in which they are used."""

    column: int
    upper: bool
    free: list[str] = field(default_factory=list)

    @property
    def y(self) -> float:
        return 1.0 if self.upper else -1.0


@dataclass
class Placement:
    """pin -> hole, wires (hole, hole, net), and the strips of each net."""

    holes: dict[str, str] = field(default_factory=dict)
    wires: list[tuple[str, str, str]] = field(default_factory=list)
    strips: dict[str, list[Strip]] = field(default_factory=dict)
    spare: list[Strip] = field(default_factory=list)


def place(plan: Design) -> Placement:
    """Every leg a hole. Raises `ValueError` when the board is full."""
    placed = Placement()
    columns = range(_FREE_FROM, COLUMNS + 1)
    placed.spare = [
        Strip(c, upper, list("abcde" if upper else "fghij"))
        for c in columns
        for upper in (True, False)
    ]
    parts = [p for p in plan.parts.values() if p.group not in ELSEWHERE]
    _controller(plan, placed)
    for ref, first in CHIPS.items():
        _dip(plan, placed, ref, first)
    for part in parts:
        if part.ref != "U1" and part.ref not in CHIPS:
            for own in part.pins:
                net = plan.net_of(f"{part.ref}.{own}")
                if net:
                    near = part.kind in SHORT_LEGS
                    placed.holes[f"{part.ref}.{own}"] = _hole(placed, net, near)
    return placed


def _controller(plan: Design, placed: Placement) -> None:
    module = plan.modules["pico"]
    legs = {**module["power"], **{k: v[2] for k, v in module.items() if isinstance(v, list)}}
    del legs["boards"]
    for own, leg in legs.items():
        number = int(leg)
        upper = number > 20
        column = 41 - number if upper else number
        net = plan.net_of(f"U1.{own}")
        placed.holes[f"U1.{own}"] = f"{column}{'c' if upper else 'h'}"
        _strip(placed, net, Strip(column, upper, list("ab" if upper else "ij")))


def _dip(plan: Design, placed: Placement, ref: str, first: int) -> None:
    pins = DIP_PINS[ref]
    half = len(pins) // 2
    for index, own in enumerate(pins):
        upper = index >= half
        column = first + (len(pins) - 1 - index if upper else index)
        placed.holes[f"{ref}.{own}"] = f"{column}{'e' if upper else 'f'}"
        net = plan.net_of(f"{ref}.{own}")
        _strip(placed, net, Strip(column, upper, list("abcd" if upper else "ghij")))


def _strip(placed: Placement, net: str, strip: Strip) -> None:
    """The net gets this strip, joined with what it has."""
    if not net:
        return
    if net in RAILS:
        placed.wires.append((f"{strip.column}{strip.free.pop()}", net, net))
        return
    others = placed.strips.setdefault(net, [])
    if others:
        placed.wires.append((_last_hole(others[-1]), _last_hole(strip), net))
    others.append(strip)


def _last_hole(strip: Strip) -> str:
    return f"{strip.column}{strip.free.pop()}"


def _hole(placed: Placement, net: str, near: bool) -> str:
    """The next hole of a net; `near`: among the free columns, where short legs reach each other."""
    if net in RAILS:
        return net
    strips = placed.strips.get(net, [])
    # The last hole of a net's last strip is kept for the wire to a further one.
    far = near and strips and not _reached(placed, strips[-1])
    if not strips or far or len(strips[-1].free) < 2:
        if not placed.spare:
            raise ValueError(f"no strip is left for the net {net}")
        _strip(placed, net, placed.spare.pop(0))
    strip = placed.strips[net][-1]
    return f"{strip.column}{strip.free.pop(0)}"


def _reached(placed: Placement, strip: Strip) -> bool:
    """Near enough to the next free column for the legs of a resistor."""
    upcoming = placed.spare[0].column if placed.spare else COLUMNS
    return abs(upcoming - strip.column) <= REACH


def span(plan: Design, placed: Placement, ref: str) -> int:
    """How many columns the legs of a part are apart."""
    holes = [placed.holes.get(f"{ref}.{own}", "GND") for own in plan.parts[ref].pins]
    columns = [int(hole[:-1]) for hole in holes if hole not in RAILS]
    return max(columns) - min(columns) if columns else 0


def rows(plan: Design, placed: Placement) -> list[tuple[str, str, str, str]]:
    """(what, leg or end, hole, net) of every leg and wire."""
    found = []
    for pin, hole in placed.holes.items():
        ref, own = pin.split(".")
        found.append((f"{ref} {plan.parts[ref].value}", own, hole, plan.net_of(pin) or "open"))
    for number, (one, other, net) in enumerate(placed.wires, 1):
        found += [(f"wire {number}", "from", one, net), (f"wire {number}", "to", other, net)]
    return found
