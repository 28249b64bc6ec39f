# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Level, noise floor and spectrum of a running sound, as text for a terminal.

In: float32 pieces at 16 kHz. Out: a meter, a picture of 0.6-5 kHz (where a pump is searched for),
and a warning when the microphone gives nothing, or too much.
"""

import numpy as np

from host_tools.decoding import RATE_HZ

FRAME = 4096
BANDS = 66
LOW_HZ, HIGH_HZ = 600.0, 5000.0
STEPS = " ▁▂▃▄▅▆▇█"
DB_A_STEP = 5.0
FULL_DB, EMPTY_DB = 0.0, -96.0
BAR = 32
DEAD_PIECES = 64  # about 4 s
CLIPPED = 0.999


class Loudness:
    """Feed it every piece with `add`."""

    def __init__(self) -> None:
        self._frame = np.zeros(FRAME, np.float32)
        self._window = np.hanning(FRAME).astype(np.float32)
        hz = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)
        edges = np.linspace(LOW_HZ, HIGH_HZ, BANDS + 1)
        self._bins = np.searchsorted(hz, edges)
        self._dead = 0
        self._seen = 0
        self.dbfs = EMPTY_DB
        self.floor_dbfs = EMPTY_DB
        self.bands_db = np.full(BANDS, EMPTY_DB)
        self.warning = ""

    def add(self, piece: np.ndarray) -> None:
        if not len(piece):
            return
        kept = piece[-FRAME:]
        self._frame = np.concatenate([self._frame[len(kept) :], kept])
        self.dbfs = _db(float(np.mean(np.square(piece, dtype=np.float64))))
        power = np.square(np.abs(np.fft.rfft(self._frame * self._window)))
        power /= FRAME * float(np.sum(np.square(self._window))) / 2
        # The strongest bin of a band: a pure tone must not drown in its band's average.
        self.bands_db = np.array(
            [
                _db(float(power[a:b].max()))
                for a, b in zip(self._bins[:-1], self._bins[1:], strict=True)
            ]
        )
        self._seen += len(piece)
        if self._seen >= FRAME:
            self._floor(power[self._bins[0] : self._bins[-1]])
        self._warn(piece)

    def _floor(self, power: np.ndarray) -> None:
        """As level of a noise that has this density everywhere."""
        # Half of the bins of a noise lie below ln 2 of its mean.
        now = _db(float(np.median(power)) / float(np.log(2)) * FRAME / 2)
        # Slow upwards, fast downwards: speech is no floor.
        step = 0.02 if now > self.floor_dbfs else 0.3
        first = self.floor_dbfs <= EMPTY_DB
        self.floor_dbfs = now if first else self.floor_dbfs + (now - self.floor_dbfs) * step

    def _warn(self, piece: np.ndarray) -> None:
        self._dead = self._dead + 1 if not piece.any() else 0
        self.warning = ""
        if self._dead > DEAD_PIECES:
            self.warning = "only zeros: is the microphone muted, or not allowed for this program?"
        elif float(np.abs(piece).max()) >= CLIPPED:
            self.warning = "too loud: turn the microphone down, or move it away"

    def meter(self) -> str:
        share = (self.dbfs - EMPTY_DB) / (FULL_DB - EMPTY_DB)
        filled = round(BAR * min(1.0, max(0.0, share)))
        bar = "█" * filled + "·" * (BAR - filled)
        return f"level {bar} {self.dbfs:4.0f} dBFS, noise floor {self.floor_dbfs:4.0f} dBFS"

    def picture(self) -> str:
        """A character for each band, its height above the quietest ones."""
        above = self.bands_db - np.percentile(self.bands_db, 25)
        steps = np.clip(above / DB_A_STEP, 0, len(STEPS) - 1).astype(int)
        return "".join(STEPS[step] for step in steps)

    @staticmethod
    def scale() -> str:
        """The kHz under the picture."""
        row = [" "] * (BANDS + 6)
        for khz in (1, 2, 3, 4, 5):
            at = round((khz * 1000 - LOW_HZ) / (HIGH_HZ - LOW_HZ) * BANDS)
            text = f"{khz} kHz"
            at = min(at, BANDS + 6 - len(text))
            row[at : at + len(text)] = text
        return "".join(row)

    def as_dict(self) -> dict:
        return {
            "dbfs": round(self.dbfs, 1),
            "floor_dbfs": round(self.floor_dbfs, 1),
            "warning": self.warning,
        }


def _db(power: float) -> float:
    return max(EMPTY_DB * 1.5, 10 * float(np.log10(power + 1e-20)))
