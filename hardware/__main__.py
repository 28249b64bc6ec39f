# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""python -m hardware [check | bom BUILD | wiring BUILD | draw | all]

check  electrical rules, pins against the firmware, orders, figures, enclosure (the default)
bom    what to order for a build, as CSV
wiring what to solder for a build, as CSV: net, volts, every pin on it (U1: header pin of a Pico)
draw   schematics, breadboard maps, figures.md, hazards.md, enclosure (STL and pictures)
all    draw, then check

Exit status: 0 all is well (absent tools are skipped by name); 1 problems, one line each; 2 wrong
use.
"""

from __future__ import annotations

import csv
import sys

from hardware import enclosure, figures, heartbeat, netlist, power, relay, rules, sound


def check() -> int:
    problems = []
    for build in netlist.read_wiring()["builds"]:
        plan = netlist.design(build)
        found = rules.check(plan)
        print(f"{build}: {len(plan.parts)} parts, {len(plan.nets)} nets, {len(found)} problems")
        problems += [f"{build}: {text}" for text in found]
        problems += netlist.check_bom(plan, netlist.read_bom())
    for module in (sound, power, heartbeat, relay, enclosure):
        problems += module.problems()
    for piece in enclosure.PIECES:
        if (enclosure.FOLDER / f"{piece}.stl").exists():
            problems += enclosure.shell_problems(piece)
        else:
            print(f"SKIP: {piece}.stl is not there (way out: make hardware)")
    for text in dict.fromkeys(problems):
        print(f"problem: {text}")
    return 1 if problems else 0


def bom(build: str) -> int:
    rows = netlist.orders(netlist.design(build))
    writer = csv.DictWriter(sys.stdout, netlist.BOM_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    for row in rows:
        if row["confidence"] == "?":
            # Beside the list, not in it: what goes to a dealer is a clean file.
            print(f"read the data sheet of {row['refs']}: {row['facts']}", file=sys.stderr)
    return 0


def wiring(build: str) -> int:
    plan = netlist.design(build)
    module = plan.modules["pico"]

    def shown(pin: str) -> str:
        ref, own = pin.split(".", 1)
        if ref != "U1":
            return pin
        return f"U1.{own} ({module['power'].get(own) or module[own][2]})"

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("net", "volts", "pins"))
    for net, pins in plan.nets.items():
        writer.writerow((net, plan.volts.get(net, ""), " ".join(map(shown, pins))))
    for pin, why in plan.open_pins.items():
        writer.writerow(("(open)", "", f"{shown(pin)}: {why}"))
    return 0


def draw() -> int:
    from hardware import drawing_tools, pictures, stl

    try:
        from hardware import breadboard_picture, schematic

        schematic.write()
        breadboard_picture.write()
        print("wrote the schematics and the breadboard picture")
    except ImportError as error:
        print(f"SKIP: no schematic: {error.name} is not installed (way out: make setup)")
    enclosure.LAYOUT.write_text(enclosure.layout(enclosure.read()), "utf-8")
    try:
        for piece in enclosure.PIECES:
            mesh = drawing_tools.mesh(enclosure.FOLDER / "enclosure.scad", enclosure.defines(piece))
            stl.write(enclosure.FOLDER / f"{piece}.stl", mesh)
            print(f"wrote {piece}.stl, {len(mesh)} triangles")
        pictures.write()
    except drawing_tools.Missing as error:
        print(f"SKIP: no STL: {error}")
    figures.write()
    return 0


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case [] | ["check"]:
                return check()
            case ["bom", build]:
                return bom(build)
            case ["wiring", build]:
                return wiring(build)
            case ["draw"]:
                return draw()
            case ["all"]:
                return draw() or check()
    except netlist.HardwareError as error:
        print(f"hardware: {error}", file=sys.stderr)
        return 1
    print((__doc__ or "").strip(), file=sys.stderr if "--help" not in arguments else sys.stdout)
    return 0 if "--help" in arguments else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
