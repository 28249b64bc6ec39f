# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The fastest kernels that this interpreter can run. All of them leave the same bits.

`kernels_plain` and `kernels_finders_plain` are the reference, in plain Python; `kernels_viper`,
`kernels_finders_viper`, `kernels_finders` and `kernels_candidates` serve where MicroPython has that
compiler; on the boards `kernels_thumb` and `kernels_finders_thumb` take the place of the first two.
"""

import sys

try:
    if sys.platform == "rp2":  # the unix port loads those too, and fails at the first call
        from alarm.kernels_finders_thumb import column, loudest, oppose, rowsum, swings
        from alarm.kernels_thumb import bound, fft, intake, scan, window
    else:
        from alarm.kernels_finders_viper import column, loudest, oppose, rowsum, swings
        from alarm.kernels_viper import fft, intake, levels, scan, whiten, window
    from alarm.kernels_candidates import beside, focus, stand, survey, track
    from alarm.kernels_finders import (
        apart,
        band,
        coherent,
        couples,
        energy,
        follow,
        nearest,
        shares,
    )
except (ImportError, NameError, AttributeError, SyntaxError):
    if sys.platform == "rp2":
        raise  # a board cannot keep up with the plain ones
    from alarm.kernels_finders_plain import (
        apart,
        band,
        beside,
        coherent,
        column,
        couples,
        energy,
        focus,
        follow,
        loudest,
        nearest,
        oppose,
        rowsum,
        shares,
        stand,
        survey,
        swings,
        track,
    )
    from alarm.kernels_plain import fft, intake, levels, scan, whiten, window

if sys.platform != "rp2":

    class Bound:
        """``levels()`` and ``whiten()`` on these buffers. A class: a closure over more than five
        variables takes memory at each call."""

        def __init__(
            self, z, rev, sine, logs, floor, level, turns, par, whole_floor, hist, sums, lut, loud
        ):
            self._z = z
            self._rev = rev
            self._sine = sine
            self._logs = logs
            self._floor = floor
            self._level = level
            self._turns = turns
            self._par = par
            self._whole_floor = whole_floor
            self._hist = hist
            self._sums = sums
            self._lut = lut
            self._loud = loud

        def levels(self):
            levels(
                self._z,
                self._rev,
                self._sine,
                self._logs,
                self._floor,
                self._level,
                self._turns,
                self._par,
            )

        def whiten(self):
            whiten(
                self._level,
                self._whole_floor,
                self._hist,
                self._sums,
                self._lut,
                self._loud,
                self._par,
            )

    def bound(*buffers):
        """(levels, whiten) on these buffers: calls without an argument cost the least."""
        made = Bound(*buffers)
        return made.levels, made.whiten


__all__ = [
    "apart",
    "band",
    "beside",
    "bound",
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
