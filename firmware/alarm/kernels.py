# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The fastest kernels that this interpreter can run. All of them leave the same bits.

`kernels_plain` is the reference, in plain Python; `kernels_viper`, `kernels_finders` and
`kernels_candidates` serve where MicroPython has that compiler; on the boards `kernels_thumb` takes
the place of `kernels_viper`.
"""

import sys

try:
    if sys.platform == "rp2":  # the unix port loads that module too, and fails at the first call
        from alarm.kernels_thumb import fft, intake, levels, scan, whiten, window
    else:
        from alarm.kernels_viper import fft, intake, levels, scan, whiten, window
    from alarm.kernels_candidates import beside, focus, stand, survey, track
    from alarm.kernels_finders import (
        apart,
        band,
        coherent,
        column,
        couples,
        energy,
        follow,
        loudest,
        nearest,
        oppose,
        rowsum,
        shares,
        swings,
    )
except (ImportError, NameError, AttributeError, SyntaxError):
    if sys.platform == "rp2":
        raise  # a board cannot keep up with the plain ones
    from alarm.kernels_plain import (
        apart,
        band,
        beside,
        coherent,
        column,
        couples,
        energy,
        fft,
        focus,
        follow,
        intake,
        levels,
        loudest,
        nearest,
        oppose,
        rowsum,
        scan,
        shares,
        stand,
        survey,
        swings,
        track,
        whiten,
        window,
    )

__all__ = [
    "apart",
    "band",
    "beside",
    "coherent",
    "column",
    "couples",
    "energy",
    "fft",
    "focus",
    "follow",
    "intake",
    "levels",
    "loudest",
    "nearest",
    "oppose",
    "rowsum",
    "scan",
    "shares",
    "stand",
    "survey",
    "swings",
    "track",
    "whiten",
    "window",
]
