# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""STL files: read, write, measure and picture them with numpy alone.

In: triangles, float array (n, 3 corners, 3 coordinates) in mm. Out: binary STL, open edges, the
thinnest place, the volume, an image.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_ROUND = 4  # decimals at which two corners are the same


def read(path: Path) -> np.ndarray:
    """ASCII or binary."""
    data = path.read_bytes()
    if data[:5] == b"solid":
        numbers = [line.split()[1:] for line in data.decode().splitlines() if "vertex" in line]
        return np.array(numbers, float).reshape(-1, 3, 3)
    count = int.from_bytes(data[80:84], "little")
    return np.frombuffer(data, _RECORD, count, 84)["corners"].astype(float)


def write(path: Path, triangles: np.ndarray) -> None:
    """Binary, in a fixed order, so that the same shape is the same file."""
    corners = triangles.astype("<f4")
    order = np.lexsort(corners.reshape(len(corners), 9).T[::-1])
    records = np.zeros(len(corners), _RECORD)
    records["corners"] = corners[order]
    records["normal"] = normals(triangles[order])
    head = b"Chimewatch enclosure, mm".ljust(80, b" ")
    path.write_bytes(head + len(records).to_bytes(4, "little") + records.tobytes())


def normals(triangles: np.ndarray) -> np.ndarray:
    cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(cross, axis=1, keepdims=True)
    return cross / np.maximum(length, 1e-12)


def open_edges(triangles: np.ndarray) -> int:
    """Edges that no neighbour shares in the other direction: 0 for a closed shell."""
    points = [tuple(p) for p in np.round(triangles.reshape(-1, 3), _ROUND)]
    edges: Counter = Counter()
    for i in range(0, len(points), 3):
        a, b, c = points[i : i + 3]
        if len({a, b, c}) == 3:
            for start, end in ((a, b), (b, c), (c, a)):
                edges[(start, end)] += 1
                edges[(end, start)] -= 1
    return sum(1 for count in edges.values() if count > 0)


def volume_cm3(triangles: np.ndarray) -> float:
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    return float(abs(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6000)


def thinnest_mm(triangles: np.ndarray, samples: int = 500) -> float:
    """From points on the surface straight inwards to the other side; the least way found.

    The points lie on the largest triangles and on a fixed choice of the others.
    """
    area = np.linalg.norm(
        np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1
    )
    usable = np.flatnonzero(area > 0.5)
    by_size = usable[np.argsort(-area[usable])]
    step = max(1, len(by_size) // samples)
    chosen = np.unique(np.concatenate([by_size[: samples // 2], by_size[::step]]))
    weights = np.array([0.37, 0.34, 0.29])
    starts = np.einsum("k,nkj->nj", weights, triangles[chosen])
    inwards = -normals(triangles[chosen])
    least = np.inf
    for start, direction in zip(starts, inwards, strict=True):
        least = min(least, _way_mm(triangles, start, direction))
    return float(least)


def _way_mm(triangles: np.ndarray, start: np.ndarray, direction: np.ndarray) -> float:
    """Moeller-Trumbore against all triangles; only faces met square count as the other side."""
    edge1, edge2 = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    p = np.cross(direction, edge2)
    det = np.einsum("ij,ij->i", edge1, p)
    ok = np.abs(det) > 1e-9
    inverse = np.where(ok, 1 / np.where(ok, det, 1), 0)
    t0 = start - triangles[:, 0]
    u = np.einsum("ij,ij->i", t0, p) * inverse
    q = np.cross(t0, edge1)
    v = (q @ direction) * inverse
    way = np.einsum("ij,ij->i", edge2, q) * inverse
    facing = normals(triangles) @ direction > 0.7
    hit = ok & facing & (u >= 0) & (v >= 0) & (u + v <= 1) & (way > 0.01)
    return float(way[hit].min()) if hit.any() else np.inf


def picture(
    pieces: list[tuple[np.ndarray, tuple[int, int, int]]], width: int, height: int,
    turn_deg: float = 30, tilt_deg: float = 25, share: float = 0.94,
    points: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """An image (height, width, 3) of coloured pieces, orthographic, drawn with a depth buffer, and
    where `points` (n, 3) lie on it; the pieces take up `share` of it."""
    turn, tilt = np.radians([turn_deg, tilt_deg])
    rotate = np.array(
        [[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]]
    ) @ np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    turned = [(piece @ rotate.T, colour) for piece, colour in pieces]
    corners = np.concatenate([piece.reshape(-1, 3) for piece, _ in turned])
    low, high = corners.min(0), corners.max(0)
    scale = share * min(width / (high[0] - low[0]), height / (high[1] - low[1]))
    middle = (low + high) / 2

    def on_image(xyz: np.ndarray) -> np.ndarray:
        return (xyz[..., :2] - middle[:2]) * scale * [1, -1] + [width / 2, height / 2]

    image = np.full((height, width, 3), 255.0)
    depth = np.full((height, width), -np.inf)
    light = np.array([-0.25, 0.45, 0.85]) / np.linalg.norm([-0.25, 0.45, 0.85])
    for piece, colour in turned:
        shade = 0.35 + 0.65 * np.clip(normals(piece) @ light, 0, 1)
        for face, z, part in zip(on_image(piece), piece[:, :, 2], shade, strict=True):
            _fill(image, depth, face, z, np.array(colour) * part)
    spots = np.zeros((0, 2)) if points is None else on_image(points @ rotate.T)
    return image.astype(np.uint8), spots


def _fill(image, depth, corners, z, colour) -> None:
    low = np.maximum(np.floor(corners.min(0)).astype(int), 0)
    high = np.minimum(np.ceil(corners.max(0)).astype(int), [depth.shape[1], depth.shape[0]])
    if (high <= low).any():
        return
    x, y = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
    (ax, ay), (bx, by), (cx, cy) = corners
    whole = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
    if abs(whole) < 1e-9:
        return
    a = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / whole
    b = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / whole
    c = 1 - a - b
    level = a * z[0] + b * z[1] + c * z[2]
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    near = (a >= -1e-3) & (b >= -1e-3) & (c >= -1e-3) & (level > depth[window])
    depth[window][near] = level[near]
    image[window][near] = colour
