# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The limit: the best that any listener can do who does not know the pump's tones.

A tone of unknown frequency and phase in white noise: the energy at that frequency, summed over the
segments without phase, against a threshold. With M segments the sum of |DFT|**2 is chi-square with
2 M degrees of freedom, and non-central with 2 E / N0 when the tone is there, so that
P_d = Q_M(sqrt(2 E / N0), sqrt(2 eta)), Marcum's Q: scipy's ncx2.

The threshold allows one false finding a month, over all independent cells of 0.6 to 5 kHz,
oversampled four times.
"""

import functools
import math

from scipy import optimize, stats

BAND_HZ = 4400.0
OVERSAMPLED = 4
MONTH_S = 30 * 86400.0


@functools.cache
def threshold(segments: int) -> float:
    """Of the chi-square variable, for one false finding a month."""
    cells = OVERSAMPLED * BAND_HZ * MONTH_S
    return float(stats.chi2.isf(1 / cells, 2 * segments))


def detection(s_n0_db: float, seconds: float, segments: int = 1) -> float:
    """P_d of the ideal blind detector for a sound of that length in so many segments."""
    energy = 10 ** (s_n0_db / 10) * seconds
    return float(stats.ncx2.sf(threshold(segments), 2 * segments, 2 * energy))


@functools.cache
def needed_db(probability: float, seconds: float, segments: int = 1) -> float:
    """S/N0 in dB-Hz at which the ideal blind detector reaches that P_d."""
    energy = optimize.brentq(
        lambda e: stats.ncx2.sf(threshold(segments), 2 * segments, 2 * e) - probability, 1, 1000
    )
    return 10 * math.log10(energy / seconds)
