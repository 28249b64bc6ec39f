# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The rendered pictures of the enclosure.

In: the STL files. Out: enclosure/front.png (bedside box on its stand) and enclosure/pieces.png (all
four pieces as they are printed).
"""

from __future__ import annotations

import matplotlib.image
import numpy as np

from hardware import enclosure, stl

WHITE, GREY, BLUE = (235, 236, 230), (170, 178, 184), (120, 150, 190)


def _moved(triangles: np.ndarray, x: float, y: float, z: float) -> np.ndarray:
    return triangles + np.array([x, y, z])


def assembled() -> np.ndarray:
    """Seen from the front, a little from above."""
    body = enclosure.triangles_of("body")
    # Printed on its face: turn it so that the front looks at us.
    body = body * [-1, 1, -1]
    return stl.picture([(body, WHITE)], 1100, 720, turn_deg=-28, tilt_deg=18)


def pieces() -> np.ndarray:
    """The four pieces beside each other, as they lie on the printer's bed."""
    placed, at = [], 0.0
    for name, colour in zip(enclosure.PIECES, (WHITE, WHITE, GREY, BLUE), strict=True):
        triangles = enclosure.triangles_of(name)
        low, high = triangles.reshape(-1, 3).min(0), triangles.reshape(-1, 3).max(0)
        # The bed's z is the picture's y: (x, y, z) -> (x, z, -y), a turn.
        lying = _moved(triangles, at - low[0], -low[1], -low[2])[:, :, [0, 2, 1]] * [1, 1, -1]
        placed.append((lying, colour))
        at += high[0] - low[0] + 20
    return stl.picture(placed, 1400, 620, turn_deg=-15, tilt_deg=50)


def write() -> None:
    matplotlib.image.imsave(enclosure.FOLDER / "front.png", assembled())
    matplotlib.image.imsave(enclosure.FOLDER / "pieces.png", pieces())
