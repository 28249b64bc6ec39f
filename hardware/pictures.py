# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The rendered pictures of the enclosure.

In: the STL files and parts.toml. Out: enclosure/front.png (the bedside box with what shows of its
parts, each named) and enclosure/pieces.png (all pieces as they are printed).
"""

from __future__ import annotations

import numpy as np

from hardware import enclosure, stl
from hardware.netlist import HardwareError

WHITE, GREY, BLUE = (240, 241, 236), (170, 178, 184), (120, 150, 190)
_DARK = (60, 62, 66)
#: What shows at the front: colour, how far it stands out in mm, what it is called.
FRONT = {
    "LS1": (_DARK, -1.0, "loudspeaker"),
    "SW1": ((45, 45, 50), 14.0, "the one button"),
    "D1": ((220, 40, 30), 2.0, "red: high"),
    "D2": ((240, 190, 20), 2.0, "yellow: medium, low"),
    "D3": ((40, 170, 70), 1.5, "green: listening"),
    "D4": ((50, 90, 230), 1.5, "blue: audio paused"),
    "DS1": ((25, 30, 40), 0.5, "display (care home)"),
    "MK1": (_DARK, -1.0, "microphone port"),
}


def _prism(outline: np.ndarray, z0: float, z1: float) -> np.ndarray:
    """A closed solid over a convex outline (n, 2), counter-clockwise."""
    n = len(outline)
    low = np.column_stack([outline, np.full(n, z0)])
    high = np.column_stack([outline, np.full(n, z1)])
    faces = []
    for i in range(n):
        j = (i + 1) % n
        faces += [[low[i], low[j], high[j]], [low[i], high[j], high[i]]]
        if 0 < i < n - 1:
            faces += [[high[0], high[i], high[j]], [low[0], low[j], low[i]]]
    return np.array(faces)


def _shown(hole: dict, wall: float, width: float, out: float) -> np.ndarray:
    """What fills a front hole, in the picture's coordinates (front face at z = 0)."""
    x, y = hole["at"][0] + wall, hole["at"][1] + wall
    wide = hole.get("head", hole.get("d", 0))
    if wide:
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        ring = np.column_stack([np.cos(angles), np.sin(angles)]) * (wide / 2 - 0.1)
    else:
        half = np.array(hole["size"]) / 2 - 0.1
        ring = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    return _prism(ring + [x, y], 0 if "head" in hole else -wall - 2, out)


def front() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The image, and for each name the pixel it belongs to."""
    plan = enclosure.read()
    wall, width = plan["box"]["wall"], plan["box"]["inside"][0] + 2 * plan["box"]["wall"]
    body = enclosure.triangles_of("body") * [-1, 1, -1]  # printed on its face: turned to us
    body[:, :, 0] -= body[:, :, 0].min()
    pieces: list[tuple[np.ndarray, tuple[int, int, int]]] = [(body, WHITE)]
    points = []
    for ref, (colour, out, _) in FRONT.items():
        hole = plan["part"][ref]["hole"]
        if hole["face"] != "front":
            raise HardwareError(f"{ref} is no longer at the front: pictures.py shows it there")
        pieces.append((_shown(hole, wall, width, out), colour))
        points.append([hole["at"][0] + wall, hole["at"][1] + wall, max(out, 0.0)])
    image, spots = stl.picture(pieces, 1300, 900, -24, 16, 0.72, np.array(points))
    return image, {FRONT[ref][2]: spot for ref, spot in zip(FRONT, spots, strict=True)}


def pieces() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The pieces beside each other, as they lie on the printer's bed."""
    placed, at, points = [], 0.0, []
    colours = (WHITE, WHITE, GREY, BLUE, WHITE, WHITE)
    for name, colour in zip(enclosure.PIECES, colours, strict=True):
        triangles = enclosure.triangles_of(name)
        low, high = triangles.reshape(-1, 3).min(0), triangles.reshape(-1, 3).max(0)
        # The bed's z is the picture's y: (x, y, z) -> (x, z, -y), a turn.
        lying = (triangles + [at - low[0], -low[1], -low[2]])[:, :, [0, 2, 1]] * [1, 1, -1]
        placed.append((lying, colour))
        points.append([at + (high[0] - low[0]) / 2, 0, 8])
        at += high[0] - low[0] + 20
    image, spots = stl.picture(placed, 1400, 640, -15, 50, 0.9, np.array(points))
    return image, dict(zip((f"{name}.stl" for name in enclosure.PIECES), spots, strict=True))


def _named(path, image: np.ndarray, spots: dict[str, np.ndarray], below: bool) -> None:
    """Names in the margin, each with a line to its place."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    height, width = image.shape[:2]
    sheet = plt.figure(figsize=(width / 100, height / 100), dpi=100)
    axes = sheet.add_axes((0, 0, 1, 1))
    axes.imshow(image)
    axes.axis("off")
    # One row above and one below, evenly spread in the order of the places: no lines cross.
    for y, row in (
        (35, [item for item in spots.items() if not below and item[1][1] < height / 2]),
        (height - 35, [item for item in spots.items() if below or item[1][1] >= height / 2]),
    ):
        row.sort(key=lambda item: item[1][0])
        for index, (name, spot) in enumerate(row):
            x = spot[0] if below else width * (index + 0.5) / len(row)
            axes.annotate(
                name, tuple(spot), (x, y), fontsize=15, ha="center", va="center", color="#102030",
                bbox={"boxstyle": "round", "fc": "white", "ec": "#8090a0"},
                arrowprops=None if below else {"arrowstyle": "-", "color": "#506070"},
            )  # fmt: skip
    sheet.savefig(path, metadata={"Software": None})
    plt.close(sheet)


def write() -> None:
    _named(enclosure.FOLDER / "front.png", *front(), below=False)
    _named(enclosure.FOLDER / "pieces.png", *pieces(), below=True)
