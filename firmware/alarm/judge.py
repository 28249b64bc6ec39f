# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Small measures that the chime's and the siren's tests share.

Levels are in steps of 1/8 octave of power (0.376 dB), as in the spectrum's rows.
"""

from micropython import const

from alarm.kernels import energy
from alarm.spectrum import FIRST_BIN

QUIET = const(61)  # mean of logs of a bin at its floor (which is the median)
TO_POWER = const(7)  # steps from a mean of logs to the log of the mean power, in noise
CELL = const(107)  # 10 log10 of a cell's noise bandwidth (1.5 / 0.128 s = 11.7 Hz), in 0.1 dB


def noise_beside(left, right, cells):
    """Mean level beside a tone from the sums of `cells` cells on each side.

    Both sides when they agree within 2 dB, else the quieter; the floor's own value when that is
    what they show, since it is known better than these few cells tell.
    """
    side = (left + right) // 2
    if abs(left - right) > 5 * cells:
        side = min(left, right)
    level = (side + cells // 2) // cells
    return QUIET if -6 < level - QUIET < 6 else level


def run_of(col, at, threshold, bridge):
    """first << 8 | last of the run of cells over threshold around index at; gaps up to `bridge`
    cells are bridged."""
    first = at
    gap = 0
    i = at - 1
    while i >= 0 and gap <= bridge:
        if col[i] > threshold:
            first = i
            gap = 0
        else:
            gap += 1
        i -= 1
    last = at
    gap = 0
    i = at + 1
    while i < len(col) and gap <= bridge:
        if col[i] > threshold:
            last = i
            gap = 0
        else:
            gap += 1
        i += 1
    return first << 8 | last


def clear_run(col, at, threshold):
    """likely_run for tones well over the noise: each cell votes by its level over the threshold,
    16 steps (6 dB) at most either way."""
    first = last = at
    for step in (-1, 1):
        total = best = 0
        i = at
        while 0 <= i < len(col):
            total += max(-16, min(16, col[i] - threshold))
            if total > best:
                best = total
                if step < 0:
                    first = i
                else:
                    last = i
            i += step
    return first << 8 | last


def likely_run(col, at, lut, level, shift=0):
    """first << 8 | last of the run around index at with the most power above ``level`` a cell: the
    likeliest edges of a tone in noise, where single cells say little."""
    first = last = at
    total = best = 0
    i = at
    while i >= 0:
        total += lut[min(255, max(0, col[i] - shift))] - level
        if total > best:
            best = total
            first = i
        i -= 1
    total = best = 0
    i = at
    while i < len(col):
        total += lut[min(255, max(0, col[i] - shift))] - level
        if total > best:
            best = total
            last = i
        i += 1
    return first << 8 | last


def mean(col, first, end):
    """Rounded-down mean of col[first:end]."""
    total = 0
    for i in range(first, end):
        total += col[i]
    return total // (end - first)


def outside_best(col, first, last, shift, lut):
    """Power over the noise (12 a cell) that col[first..last] has outside its best 16 cells: a tone
    of a second has none."""
    best = 0
    for i in range(first, last - 14, 2):
        best = max(best, energy(col, i, 16, shift, lut))
    n = last - first + 1
    return energy(col, first, n, shift, lut) - best - 12 * (n - 16)


def changes(a, b, first, last):
    """How often the louder one of two tones changes over cells first..last, by 3 dB at least."""
    count = side = 0
    for i in range(first, last + 1):
        d = a[i] - b[i]
        now = 1 if d > 8 else -1 if d < -8 else side
        if now != side:
            count += 1 if side else 0
            side = now
    return count


def room_steady(spectrum, first, last):
    """Whether the band's mean level (1/75 step) stood still, to 1.3 steps (0.5 dB) rms, while a
    sound lasted (frames first to last) and half a second before and after, as far as it is known:
    only then can a sound near the noise be told from the noise's own movement, its start and its
    end. White noise gives 0.9 steps."""
    loud = spectrum.loud
    first = max(0, first - 8, spectrum.t - 63)
    last = min(last + 8, spectrum.t)
    n = last - first + 1
    m = 0
    for t in range(first, last + 1):
        m += loud[t & 63]
    m //= n
    total = 0
    for t in range(first, last + 1):
        d = loud[t & 63] - m
        total += d * d
    return total < 9500 * n


def over(col, first, end, threshold):
    """How many of col[first:end] are over threshold."""
    n = 0
    for i in range(first, end):
        if col[i] > threshold:
            n += 1
    return n


def variance10(col, first, end):
    """Ten times the variance of col[first:end], in steps squared."""
    m = mean(col, first, end)
    total = 0
    for i in range(first, end):
        total += (col[i] - m) * (col[i] - m)
    return total * 10 // (end - first)


def unfaded10(col, first, end):
    """variance10 of a tone that noise may have taken away for a moment: two cells (they overlap)
    far under the mean count as 20 steps under it. More of them are pauses."""
    m = mean(col, first, end)
    faded = over = 0
    for i in range(first, end):
        if col[i] < m - 20:
            faded += 1
            over += (col[i] - m) * (col[i] - m) - 400
    return variance10(col, first, end) - (over * 10 // (end - first) if faded <= 2 else 0)


def jitter10(on):
    """Ten times the variance that noise alone gives a steady tone `on` steps over the mean log
    level beside it: about 10000 / (S/N in a cell), the 99.9 % point of runs with white noise."""
    n = on - TO_POWER
    if n < 4:
        return 5000
    snr = (1 << (n >> 3)) * (8 + (n & 7)) - 8  # 8 * (power ratio - 1)
    return min(5000, 80000 // snr)


def snr_db10(on):
    """S/N0 in 0.1 dB-Hz of a tone `on` steps over the mean log level beside it."""
    db10 = (on - TO_POWER) * 376 // 100
    # signal alone = signal and noise less the noise: 10 log10(1 - 10**(-x/10)), tabled for 3..12 dB
    less = (30, 22, 17, 13, 10, 8, 6, 5, 4, 3)
    i = db10 // 10 - 3
    if i < 10:
        db10 -= less[max(0, i)]
    return max(0, db10 + CELL)


def hertz(k, sixteenths=0):
    """Frequency of bin k of the band (plus 1/16 bins), rounded to 1 Hz."""
    return ((k + FIRST_BIN) * 16 + sixteenths) * 125 // 256 + (
        1 if ((k + FIRST_BIN) * 16 + sixteenths) * 125 % 256 >= 128 else 0
    )
