# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Can a piece be printed without supports? Overhangs of an STL as it lies on the bed.

In: triangles, z up from the bed. Out: for each patch of faces that look down more steeply than a
printer can lay them over air, its size: the span that the plastic must bridge.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from hardware import stl

STEEP = -0.72  # z of a unit normal: a face that looks down more than 46 degrees from the vertical
ON_BED_MM = 0.3
BRIDGE_MM = 13.0  # what PETG bridges without sagging much


def overhangs_mm(triangles: np.ndarray) -> list[tuple[float, float]]:
    """(span, height over the bed) of each patch over air, widest first."""
    low = triangles[:, :, 2].min()
    down = (stl.normals(triangles)[:, 2] < STEEP) & (triangles[:, :, 2].min(1) > low + ON_BED_MM)
    faces = np.round(triangles[down], 3)
    groups = _patches(faces)
    found = []
    for members in groups:
        points = faces[members].reshape(-1, 3)
        size = points.max(0) - points.min(0)
        found.append((float(max(size[0], size[1])), float(points[:, 2].min() - low)))
    return sorted(found, reverse=True)


def _patches(faces: np.ndarray) -> list[list[int]]:
    """Faces that share a corner belong together."""
    parent = list(range(len(faces)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    at: dict[tuple[float, ...], int] = {}
    for index, face in enumerate(faces):
        for corner in face:
            key = tuple(corner)
            if key in at:
                parent[root(index)] = root(at[key])
            else:
                at[key] = index
    groups = defaultdict(list)
    for index in range(len(faces)):
        groups[root(index)].append(index)
    return list(groups.values())


def problems(piece: str, triangles: np.ndarray) -> list[str]:
    return [
        f"{piece}.stl: {span:.1f} mm over air at {height:.1f} mm, at most {BRIDGE_MM:.0f}"
        for span, height in overhangs_mm(triangles)
        if span > BRIDGE_MM
    ]
