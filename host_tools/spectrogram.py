# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A recording's spectrogram with the sounds that were taken: as a PNG, and as text for a terminal.

In: samples at 16 kHz, (kind, start, end, tones) of each sound in seconds of them. Out: a picture
file, or lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from scipy import signal

from host_tools.acoustics import RATE_HZ
from host_tools.errors import UserError

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

Took = tuple[str, float, float, Sequence[int]]
LONGEST_S = 60.0
HIGH_HZ = 5200
FAINTEST_DB = 60.0  # under the loudest
SHADES = " .:-=+*#%@"
COLUMNS, LINES = 72, 18
PICTURE_COLUMNS = 4000  # a minute's; of a longer one the loudest of neighbours is drawn
METADATA = {"Software": None, "Creation Time": None}


def levels(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(Hz, s, dB over the median of each row of frequencies, or over FAINTEST_DB)."""
    if len(samples) < 2048:
        samples = np.pad(samples, (0, 2048 - len(samples)))
    hz, at_s, power = signal.spectrogram(samples, RATE_HZ, "hann", 1024, 768)
    keep = hz <= HIGH_HZ
    db = 10 * np.log10(power[keep] + 1e-20)
    # Phones mute what they take for silence: over nothing, every tone's splatter would be black.
    floor = np.maximum(np.median(db, axis=1, keepdims=True), db.max() - FAINTEST_DB)
    return hz[keep], at_s, db - floor


def picture(samples: np.ndarray, took: Sequence[Took], path: Path, start_s: float = 0.0) -> None:
    """Write the PNG. Raises `UserError` when it cannot be written."""
    hz, at_s, db = levels(samples)
    starts = np.arange(0, len(at_s), -(-len(at_s) // PICTURE_COLUMNS))
    at_s, db = at_s[starts], np.maximum.reduceat(db, starts, axis=1)
    figure, axis = plt.subplots(figsize=(10, 4.5))
    axis.pcolormesh(at_s + start_s, hz / 1000, db, vmin=0, vmax=40, cmap="magma", rasterized=True)
    for kind, start, end, tones in took:
        for tone in tones:
            axis.plot(
                [start + start_s, end + start_s], [tone / 1000 + 0.06] * 2, color="cyan", lw=1.5
            )
        top = max(tones) / 1000 + 0.15
        axis.text(start + start_s, top, kind, color="cyan", fontsize=8)
    axis.set(xlabel="s", ylabel="kHz", ylim=(0, HIGH_HZ / 1000), title="what was taken (cyan)")
    figure.tight_layout()
    try:
        figure.savefig(path, dpi=110, metadata=METADATA)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}): choose another") from None
    finally:
        plt.close(figure)


def text(samples: np.ndarray, took: Sequence[Took]) -> str:
    """Lines from 5 kHz down to 0; the sounds are underlined with their kind's letter."""
    hz, at_s, db = levels(samples)
    seconds = len(samples) / RATE_HZ
    columns = np.minimum((at_s / seconds * COLUMNS).astype(int), COLUMNS - 1)
    rows = np.minimum((hz / HIGH_HZ * LINES).astype(int), LINES - 1)
    grid = np.zeros((LINES, COLUMNS))
    for row in range(LINES):
        strip = db[rows == row].max(axis=0)
        for column in range(COLUMNS):
            here = strip[columns == column]
            if len(here):
                grid[row, column] = here.max()
    # What every stretch of noise reaches is no tone.
    shade = np.clip((grid - 10) / 30 * (len(SHADES) - 1), 0, len(SHADES) - 1).astype(int)
    lines = []
    for row in range(LINES - 1, -1, -1):
        mark = f"{(row + 0.5) * HIGH_HZ / LINES / 1000:4.1f} kHz |"
        lines.append(mark + "".join(SHADES[v] for v in shade[row]))
    marks = [" "] * COLUMNS
    for kind, start, end, _ in took:
        first, last = (int(v / seconds * COLUMNS) for v in (start, end))
        for column in range(max(0, first), min(COLUMNS, last + 1)):
            marks[column] = "^"
        label = kind[: max(0, COLUMNS - first)]
        marks[first : first + len(label)] = list(label)
    lines.append("         |" + "".join(marks))
    return "\n".join(line.rstrip() for line in lines)
