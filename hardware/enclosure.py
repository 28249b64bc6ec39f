# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Does everything fit into the enclosure, and is the printed shell sound?

In: enclosure/parts.toml, remote.toml, the STL files. Out: problems, one line each, by part;
figures; enclosure/layout.scad for OpenSCAD.

    python -m hardware.enclosure
"""

from __future__ import annotations

import itertools
import math
import tomllib
from pathlib import Path

import numpy as np

from hardware import printable, stl
from hardware.netlist import HERE, HardwareError

FOLDER = HERE / "enclosure"
LAYOUT = FOLDER / "layout.scad"
BEDSIDE, REMOTE = FOLDER / "parts.toml", FOLDER / "remote.toml"
PIECES = ("body", "lid", "stand", "clip", "remote_body", "remote_lid")
#: The sounder's pressure falls with distance; a near one hides the room and shakes the microphone.
MIC_FROM_SPEAKER_MM = 80
MIC_FROM_HOLE_MM = 12
_MEASURES = ("inside", "wall", "radius", "post")


def read(path: Path = BEDSIDE) -> dict:
    """A box's measures; the remote one's are the bedside's where it says nothing else."""
    try:
        plan = tomllib.loads(path.read_text("utf-8"))
        base = plan if path == BEDSIDE else tomllib.loads(BEDSIDE.read_text("utf-8"))
        found = {**plan, "box": {**base["box"], **plan["box"]}}
        for ref, row in found["part"].items():
            if len(row["box"]) != 6 or "hole" in row and not {"face", "at"} <= set(row["hole"]):
                raise HardwareError(
                    f"{path.name}: part {ref}: box wants 6 numbers, hole face and at"
                )
        return found
    except KeyError as error:
        raise HardwareError(f"{path.name}: {error} is missing") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise HardwareError(f"{path.name}: {error}") from error


def layout(plan: dict) -> str:
    """The measures as OpenSCAD source."""
    lines = [
        "// SPDX-FileCopyrightText: 2026 The Chimewatch authors",
        "// SPDX-License-Identifier: MIT",
        "// Written by hardware/enclosure.py from parts.toml: change that.",
        *(f"{name} = {plan['box'][name]};" for name in _MEASURES),
        f"stand_angle = {plan['stand']['angle']};",
        f"stand_depth = {plan['stand']['depth']};",
        *(f"clip_{name} = {plan['clip'][name]};" for name in ("rail", "gap", "width")),
        "// [face, x, y, diameter, width, height, grille, collar]",
        "holes = [",
        *(f"    {text},  // {ref}" for ref, text in _scad_holes(plan).items()),
    ]
    return "\n".join([*lines, "];", ""])


def defines(piece: str) -> list[str]:
    """What OpenSCAD is told on its command line, over layout.scad: the remote box's measures."""
    name = piece.removeprefix("remote_")
    if name == piece:
        return [f'part="{piece}"']
    plan = read(REMOTE)
    holes = ",".join(_scad_holes(plan).values())
    return [f'part="{name}"', *(f"{m}={plan['box'][m]}" for m in _MEASURES), f"holes=[{holes}]"]


def _scad_holes(plan: dict) -> dict[str, str]:
    found = {}
    for ref, row in plan["part"].items():
        if "hole" in row:
            hole = row["hole"]
            width, height = hole.get("size", (0, 0))
            flags = [str(bool(hole.get(key))).lower() for key in ("grille", "collar")]
            found[ref] = (
                f'["{hole["face"]}", {hole["at"][0]}, {hole["at"][1]}, {hole.get("d", 0)}, '
                f"{width}, {height}, {flags[0]}, {flags[1]}]"
            )
    return found


def problems(plan: dict | None = None) -> list[str]:
    """What does not fit, in both boxes or in the given one; empty is good."""
    if plan is None:
        return [*problems(read()), *(f"remote box: {text}" for text in problems(read(REMOTE)))]
    box, parts = plan["box"], plan["part"]
    found = []
    if box["wall"] < box["least_wall"]:
        found.append(f"the wall is {box['wall']} mm, at least {box['least_wall']} mm")
    outside = [box["inside"][i] + 2 * box["wall"] for i in (0, 1)]
    if outside[0] > box["bed"][0] or outside[1] > box["bed"][1]:
        found.append(f"{outside[0]:.0f} x {outside[1]:.0f} mm does not fit the printer's bed")
    for ref, row in parts.items():
        for axis, name in enumerate("xyz"):
            low, high = row["box"][axis], row["box"][axis] + row["box"][axis + 3]
            if low < 0 or high > box["inside"][axis]:
                found.append(f"{ref} reaches through the wall in {name}")
        own = sorted(row.get("measures", ()), reverse=True)
        room = sorted(row["box"][3:], reverse=True)
        if any(have > free for have, free in zip(own, room, strict=False)):
            found.append(f"{ref} is {_times(own)} mm, its place {_times(room)} mm")
    for (one, a), (other, b) in itertools.combinations(
        [*((ref, row["box"]) for ref, row in parts.items()), *_posts(box)], 2
    ):
        room = gap_mm(a, b)
        if room < box["clearance"]:
            if one.startswith("post") and other.startswith("post"):
                continue
            how = "overlap" if room < 0 else f"are only {room:.1f} mm apart"
            found.append(f"{one} and {other} {how}")
    return [*found, *_holes(plan)]


def _times(measures: list[float]) -> str:
    return " x ".join(f"{mm:g}" for mm in measures)


def _posts(box: dict) -> list[tuple[str, list[float]]]:
    width, height, depth = box["inside"]
    size = box["post"]
    corners = itertools.product((0, width - size), (0, height - size))
    return [(f"post at {x:.0f},{y:.0f}", [x, y, 0, size, size, depth]) for x, y in corners]


def gap_mm(a: list[float], b: list[float]) -> float:
    """Room between two boxes; negative when they overlap."""
    gaps = [max(b[i] - a[i] - a[i + 3], a[i] - b[i] - b[i + 3]) for i in range(3)]
    if max(gaps) < 0:
        return max(gaps)
    return math.sqrt(sum(max(0.0, gap) ** 2 for gap in gaps))


def _half(hole: dict) -> float:
    round_mm = max(hole.get("d", 0), hole.get("head", 0))
    return round_mm / 2 or math.hypot(*hole["size"]) / 2


def _holes(plan: dict) -> list[str]:
    found = []
    holes = {ref: row["hole"] for ref, row in plan["part"].items() if "hole" in row}
    for ref, hole in holes.items():
        if not _over(hole, plan["part"][ref]["box"]):
            found.append(f"{ref}: its hole is not over the part")
    for (one, a), (other, b) in itertools.combinations(holes.items(), 2):
        if a["face"] == b["face"]:
            web = math.dist(a["at"], b["at"]) - _half(a) - _half(b)
            least = MIC_FROM_HOLE_MM if "MK1" in (one, other) else plan["box"]["least_wall"]
            if web < least:
                found.append(f"the holes of {one} and {other} leave {web:.1f} mm, at least {least}")
    if "MK1" not in holes:
        return found
    away = mic_mm(plan) - _half(holes["LS1"])
    if away < MIC_FROM_SPEAKER_MM:
        found.append(
            f"the microphone is {away:.0f} mm from the speaker, at least {MIC_FROM_SPEAKER_MM}"
        )
    return found


def _over(hole: dict, box: list[float]) -> bool:
    axes = {"front": (0, 1), "left": (2, 1), "right": (2, 1), "top": (0, 2)}[hole["face"]]
    return all(
        box[axis] <= at <= box[axis] + box[axis + 3]
        for axis, at in zip(axes, hole["at"], strict=True)
    )


def mic_mm(plan: dict) -> float:
    """Centre of the speaker to the microphone's port."""
    return math.dist(plan["part"]["LS1"]["hole"]["at"], plan["part"]["MK1"]["hole"]["at"])


def shell_problems(piece: str, plan: dict | None = None) -> list[str]:
    """Of a printed piece's STL: closed, nowhere too thin, no wide overhang."""
    plan = read() if plan is None else plan
    triangles = stl.read(FOLDER / f"{piece}.stl")
    found = []
    if stl.open_edges(triangles):
        found.append(f"{piece}.stl is not closed: {stl.open_edges(triangles)} open edges")
    thin = stl.thinnest_mm(triangles)
    if thin < plan["box"]["least_wall"] - 0.05:
        found.append(f"{piece}.stl is {thin:.2f} mm thin, at least {plan['box']['least_wall']} mm")
    return [*found, *printable.problems(piece, triangles)]


def rows() -> list[tuple[str, str, str]]:
    found = []
    for name, plan in (("bedside box", read()), ("remote box", read(REMOTE))):
        box, parts = plan["box"], plan["part"]
        size = [box["inside"][i] + 2 * box["wall"] for i in (0, 1)]
        boxes = [row["box"] for row in parts.values()]
        closest = min(gap_mm(a, b) for a, b in itertools.combinations(boxes, 2))
        deep = box["inside"][2] + 2 * box["wall"] + 1
        found += [
            (f"{name}: outside", f"{size[0]:.0f} x {size[1]:.0f} x {deep:.0f} mm",
             f"bed of {box['bed'][0]} x {box['bed'][1]} mm"),
            (f"{name}: parts inside; closest two", f"{len(parts)}; {closest:.1f} mm",
             f"at least {box['clearance']} mm"),
        ]  # fmt: skip
    found.append(
        ("microphone port to the speaker's centre", f"{mic_mm(read()):.0f} mm",
         f"at least {MIC_FROM_SPEAKER_MM} mm from its edge")
    )  # fmt: skip
    for piece in PIECES:
        if (FOLDER / f"{piece}.stl").exists():
            triangles = stl.read(FOLDER / f"{piece}.stl")
            widest = max((span for span, _ in printable.overhangs_mm(triangles)), default=0.0)
            found.append(
                (f"{piece}.stl: thinnest place; widest overhang; plastic",
                 f"{stl.thinnest_mm(triangles):.1f} mm; {widest:.1f} mm; "
                 f"{stl.volume_cm3(triangles):.0f} cm3",
                 f"at least {box['least_wall']} mm; at most {printable.BRIDGE_MM:.0f} mm")
            )  # fmt: skip
    return found


def triangles_of(piece: str) -> np.ndarray:
    return stl.read(FOLDER / f"{piece}.stl")


if __name__ == "__main__":
    for what, value, limit in rows():
        print(f"{what}: {value} (needs {limit})")
    print(*problems(), sep="\n")
