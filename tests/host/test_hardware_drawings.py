# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Schematic and breadboard picture hold what the list holds: all pins, all nets, nothing twice."""

import csv

import matplotlib
import pytest

from hardware import breadboard, netlist

matplotlib.use("Agg")
BUILDS = pytest.mark.parametrize("build", ["basic", "care_home"])


@BUILDS
def test_the_schematic_shows_every_pin(build):
    schematic = pytest.importorskip("hardware.schematic", reason="SKIP: schemdraw is missing",
                                    exc_type=ImportError)  # fmt: skip
    plan = netlist.design(build)
    sheet = schematic.draw(plan)
    assert sheet.drawn == {f"{p.ref}.{own}" for p in plan.parts.values() for own in p.pins}


def joined(row):
    """From the lines alone: which pins of a row touch, and the names that stand at the ends."""
    from hardware import ladders

    parent = {}

    def key(at):
        return round(at[0], 3), round(at[1], 3)

    def root(at):
        while parent.setdefault(at, at) != at:
            at = parent[at]
        return at

    pins = {}
    for mark in row.marks:
        if mark.kind == "line":
            assert mark.at[1] == mark.to[1], "a slanting wire"
            parent[root(key(mark.at))] = root(key(mark.to))
        elif mark.kind == "part":
            assert mark.at[0] == mark.to[0] or mark.at[1] == mark.to[1], "a slanting part"
            ends = (mark.to, mark.at) if mark.turned else (mark.at, mark.to)
            pins |= {f"{mark.part.ref}.{o}": key(e)
                     for o, e in zip(mark.part.pins, ends, strict=True)}  # fmt: skip
        elif mark.kind == "transistor":
            places = [mark.at] + [(mark.at[0] + x, mark.at[1] + y)
                                  for x, y in ladders.REACH[mark.part.kind]]  # fmt: skip
            names = ladders.THREE[mark.part.kind]
            pins |= {f"{mark.part.ref}.{o}": key(e) for o, e in zip(names, places, strict=True)}
    found = {}
    for pin, at in pins.items():
        found.setdefault(root(at), set()).add(pin)
    return found, {key((m.at[0], m.at[1])): m.words for m in row.marks if m.kind == "name"}


@BUILDS
def test_the_drawn_wires_join_what_the_list_joins(build):
    """Within a row pins touch if and only if they share a net; grounds and supplies by symbol."""
    from hardware import ladders

    plan = netlist.design(build)
    seen, shared = [], 0
    for parts in plan.groups().values():
        for row in ladders.rows(plan, parts):
            groups, names = joined(row)
            nets = [{plan.net_of(pin) for pin in pins} for pins in groups.values()]
            assert all(len(net) == 1 for net in nets), nets
            signals = [net for (net,) in nets if not ladders.rail(plan, net)]
            assert len(signals) == len(set(signals)), "one net, drawn in two pieces"
            assert set(signals) <= set(names.values()), "a wire without its name"
            seen += [pin for pins in groups.values() for pin in pins]
            shared += sum(len(pins) > 1 for pins in groups.values())
    on_wires = [p for p in plan.parts.values() if ladders.drawn(p)]
    assert sorted(seen) == sorted(f"{p.ref}.{own}" for p in on_wires for own in p.pins)
    assert shared >= 20  # wires that are drawn, not only named


@BUILDS
def test_the_kept_drawings_name_every_net_of_today(build):
    """Text in the SVG is kept as text: a net that is renamed and not redrawn is found."""
    drawn = (netlist.HERE / "drawings" / f"schematic-{build}.svg").read_text("utf-8")
    plan = netlist.design(build)
    for net in plan.nets:
        assert f"{net}<" in drawn, f"{net} is not in the drawing: run make hardware"
    for part in plan.parts.values():
        assert f"{part.ref}  {part.value}<" in drawn, part.ref
    assert (netlist.HERE / "drawings" / f"schematic-{build}.pdf").read_bytes()[:5] == b"%PDF-"


@BUILDS
def test_the_breadboard_joins_what_the_list_joins(build):
    """From the holes alone: strips, rails and wires give the nets back."""
    plan = netlist.design(build)
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


@BUILDS
def test_no_hole_is_used_twice(build):
    placed = breadboard.place(netlist.design(build))
    ends = [*placed.holes.values(), *(hole for wire in placed.wires for hole in wire[:2])]
    holes = [hole for hole in ends if hole not in breadboard.RAILS]
    assert len(holes) == len(set(holes))
    assert all(1 <= int(hole[:-1]) <= breadboard.COLUMNS for hole in holes)


@BUILDS
def test_the_hole_list_is_that_of_today(build):
    plan = netlist.design(build)
    path = netlist.HERE / "drawings" / f"breadboard-{build}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        kept = [tuple(row) for row in csv.reader(file)][1:]
    assert kept == breadboard.rows(plan, breadboard.place(plan)), "run: make hardware"


@BUILDS
def test_legs_reach_their_holes(build):
    plan = netlist.design(build)
    placed = breadboard.place(plan)
    for part in plan.parts.values():
        if part.kind in breadboard.SHORT_LEGS and part.group not in breadboard.ELSEWHERE:
            assert breadboard.span(plan, placed, part.ref) <= breadboard.REACH, part.ref


@BUILDS
def test_the_breadboard_picture_has_a_cell_for_every_leg_and_covers_none(build):
    """Every used hole and rail leg is one cell with its own place; the kept picture is today's."""
    from hardware import breadboard_picture

    plan = netlist.design(build)
    placed = breadboard.place(plan)
    sheet = breadboard_picture.draw(plan)
    (axes,) = sheet.axes
    cells = [t for t in axes.texts if t.get_fontsize() == pytest.approx(6.4)]
    assert len({t.get_position() for t in cells}) == len(cells)
    on_board = {
        pin for pin, hole in placed.holes.items()
        if not pin.startswith(("U1.", "U3.", "U5."))
        and (hole not in breadboard.RAILS or plan.parts[pin.split(".")[0]].kind
             in breadboard.SHORT_LEGS)
    }  # fmt: skip
    assert len(cells) == len(on_board) + 2 * len(placed.wires)
    kept = (netlist.HERE / "drawings" / f"breadboard-{build}.svg").read_text("utf-8")
    for net in placed.strips:
        assert f"{net}<" in kept, f"{net} is not in the picture: run make hardware"


def overlapping(sheet):
    """Pairs of words whose boxes share more than a sliver, measured as drawn."""
    sheet.canvas.draw()
    renderer = sheet.canvas.get_renderer()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for axes in sheet.axes
        for text in axes.texts
        if text.get_text().strip()
    ]
    found = []
    for index, (one, a) in enumerate(boxes):
        for other, b in boxes[index + 1 :]:
            wide = min(a.x1, b.x1) - max(a.x0, b.x0)
            high = min(a.y1, b.y1) - max(a.y0, b.y0)
            if wide > 2 and high > 2:
                found.append((one, other))
    return found


@BUILDS
def test_no_words_cover_each_other_in_the_schematic(build):
    schematic = pytest.importorskip("hardware.schematic", reason="SKIP: schemdraw is missing",
                                    exc_type=ImportError)  # fmt: skip
    assert overlapping(schematic.figure(netlist.design(build))) == []


@BUILDS
def test_no_words_cover_each_other_on_the_breadboard(build):
    from hardware import breadboard_picture

    assert overlapping(breadboard_picture.draw(netlist.design(build))) == []


def test_words_that_cover_each_other_would_be_found():
    import matplotlib.pyplot as plt

    sheet, axes = plt.subplots()
    axes.text(0.5, 0.5, "one")
    axes.text(0.51, 0.5, "other")
    assert overlapping(sheet) == [("one", "other")]
