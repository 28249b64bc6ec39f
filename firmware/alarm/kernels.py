# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The fastest kernels that this interpreter can run. All of them leave the same bits.

`kernels_plain` is the reference, in plain Python; `kernels_viper` serves where MicroPython has
that compiler; `kernels_thumb` replaces the hottest ones on the boards.
"""

import sys

try:
    from alarm.kernels_viper import (
        coherent,
        column,
        energy,
        fft,
        intake,
        levels,
        oppose,
        rowsum,
        scan,
        swing,
        whiten,
        window,
    )
except (ImportError, NameError, AttributeError, SyntaxError):
    from alarm.kernels_plain import (
        coherent,
        column,
        energy,
        fft,
        intake,
        levels,
        oppose,
        rowsum,
        scan,
        swing,
        whiten,
        window,
    )

if sys.platform == "rp2":  # the unix port loads this module too, and fails at the first call
    from alarm.kernels_thumb import fft, intake, levels, scan, whiten, window

__all__ = [
    "coherent",
    "column",
    "energy",
    "fft",
    "intake",
    "levels",
    "oppose",
    "rowsum",
    "scan",
    "swing",
    "whiten",
    "window",
]
