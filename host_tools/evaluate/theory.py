# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The limit: the best that any listener can do who does not know the pump's tones.

A tone of unknown frequency and phase in white noise: the energy at that frequency, summed over the
segments without phase, against a threshold. With M segments the sum of |DFT|**2 is chi-square with
2 M degrees of freedom, and non-central with 2 E / N0 when the tone is there, so that
P_d = Q_M(sqrt(2 E / N0), sqrt(2 eta)), Marcum's Q: scipy's ncx2.

The threshold allows one false finding a month, over all independent cells of 0.6 to 5 kHz,
oversampled four times. A sound of two tones in turn is looked for at every second tone too, 1.05 to
2 times as high: there are as many of them as cells one over a segment's time wide. (That costs 0.4
to 0.7 dB, which `pairs=False` leaves away: the limit for one pulsed tone.)
"""

import functools
import math

from scipy import optimize, stats

BAND_HZ = 4400.0
OVERSAMPLED = 4
MONTH_S = 30 * 86400.0
# Mean over the first tone f of what the second one may be: min(2 f, 5000 Hz) - 1.05 f.
SECOND_TONE_HZ = 1317.6


@functools.cache
def threshold(seconds: float, segments: int, pairs: bool = True) -> float:
    """Of the chi-square variable, for one false finding a month."""
    cells = OVERSAMPLED * BAND_HZ * MONTH_S
    if pairs and segments > 1:
        cells *= max(1.0, SECOND_TONE_HZ * seconds / segments)
    return float(stats.chi2.isf(1 / cells, 2 * segments))


def detection(s_n0_db: float, seconds: float, segments: int = 1) -> float:
    """P_d of the ideal blind detector for a sound of that length in so many segments."""
    energy = 10 ** (s_n0_db / 10) * seconds
    return float(stats.ncx2.sf(threshold(seconds, segments), 2 * segments, 2 * energy))


@functools.cache
def needed_db(probability: float, seconds: float, segments: int = 1, pairs: bool = True) -> float:
    """S/N0 in dB-Hz at which the ideal blind detector reaches that P_d."""
    least = threshold(seconds, segments, pairs)
    energy = optimize.brentq(
        lambda e: stats.ncx2.sf(least, 2 * segments, 2 * e) - probability, 1, 1000
    )
    return 10 * math.log10(energy / seconds)
