# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Schematic and breadboard picture hold what the list holds: all pins, all nets, nothing twice."""

import csv

import matplotlib
import pytest

from hardware import breadboard, netlist

matplotlib.use("Agg")


@pytest.mark.parametrize("build", ["basic", "care_home"])
def test_the_schematic_shows_every_pin(build):
    schematic = pytest.importorskip("hardware.schematic", reason="SKIP: schemdraw is missing",
                                    exc_type=ImportError)  # fmt: skip
    plan = netlist.design(build)
    sheet = schematic.draw(plan)
    assert sheet.drawn == {f"{p.ref}.{own}" for p in plan.parts.values() for own in p.pins}


@pytest.mark.parametrize("build", ["basic", "care_home"])
def test_the_kept_drawings_name_every_net_of_today(build):
    """Text in the SVG is kept as text: a net that is renamed and not redrawn is found."""
    drawn = (netlist.HERE / "drawings" / f"schematic-{build}.svg").read_text("utf-8")
    plan = netlist.design(build)
    for net in plan.nets:
        assert f"{net}<" in drawn, f"{net} is not in the drawing: run make hardware"
    for part in plan.parts.values():
        assert f"{part.ref}  {part.value}<" in drawn, part.ref
    assert (netlist.HERE / "drawings" / f"schematic-{build}.pdf").read_bytes()[:5] == b"%PDF-"


def test_the_breadboard_joins_what_the_list_joins():
    """From the holes alone: strips, rails and wires give the nets back."""
    plan = netlist.design("basic")
    placed = breadboard.place(plan)
    parent = {}

    def strip(hole):
        if hole in breadboard.RAILS:
            return hole
        return f"{hole[:-1]}{'upper' if hole[-1] in 'abcde' else 'lower'}"

    def root(name):
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for one, other, _ in placed.wires:
        parent[root(strip(one))] = root(strip(other))
    on = {}
    for pin, hole in placed.holes.items():
        on.setdefault(root(strip(hole)), set()).add(pin)
    shown = {frozenset(pins) for pins in on.values() if len(pins) > 1}
    wanted = set()
    for pins in plan.nets.values():
        here = frozenset(p for p in pins if plan.parts[p.split(".")[0]].group != "remote box")
        if len(here) > 1:
            wanted.add(here)
    assert shown == wanted


def test_no_hole_is_used_twice():
    placed = breadboard.place(netlist.design("basic"))
    ends = [*placed.holes.values(), *(hole for wire in placed.wires for hole in wire[:2])]
    holes = [hole for hole in ends if hole not in breadboard.RAILS]
    assert len(holes) == len(set(holes))
    assert all(1 <= int(hole[:-1]) <= breadboard.COLUMNS for hole in holes)


def test_the_hole_list_is_that_of_today():
    plan = netlist.design("basic")
    path = netlist.HERE / "drawings" / "breadboard.csv"
    with path.open(encoding="utf-8", newline="") as file:
        kept = [tuple(row) for row in csv.reader(file)][1:]
    assert kept == breadboard.rows(plan, breadboard.place(plan)), "run: make hardware"


def test_legs_reach_their_holes():
    plan = netlist.design("basic")
    placed = breadboard.place(plan)
    for part in plan.parts.values():
        if part.kind in breadboard.SHORT_LEGS and part.group not in breadboard.ELSEWHERE:
            assert breadboard.span(plan, placed, part.ref) <= breadboard.REACH, part.ref
