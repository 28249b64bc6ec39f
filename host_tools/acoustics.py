# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Levels, noise, bedding and rooms: what lies between a pump and the microphone.

In: a numpy Generator (every random draw comes from it), levels in dB SPL, times in seconds.
Out: float arrays at 16 kHz in the microphone's full scale.

Levels: the microphone gives -26 dBFS at 94 dB SPL, dB re a full-scale sine; so a sine at
120 dB SPL just fills the range, and 40 dB SPL has an RMS value of 10 ** (-80 / 20) / sqrt(2).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import fft, signal

RATE_HZ = 16_000
FULL_SCALE_DB_SPL = 120.0  # 94 dB SPL at -26 dBFS
SPEED_OF_SOUND_M_S = 343.0
FIR_TAPS = 257


def rms_of(db_spl: float) -> float:
    """RMS value of a sound of that level, in the microphone's full scale."""
    return 10 ** ((db_spl - FULL_SCALE_DB_SPL) / 20) / np.sqrt(2)


def a_weight(hz: np.ndarray) -> np.ndarray:
    """A-weighting as an amplitude factor (IEC 61672-1), 1 at 1 kHz."""
    square = np.asarray(hz, dtype=float) ** 2
    curve = 12194.0**2 * square**2
    curve /= (square + 20.6**2) * (square + 12194.0**2)
    curve /= np.sqrt((square + 107.7**2) * (square + 737.9**2))
    return curve * 10 ** (2.0 / 20)


def room_spectrum(hz: np.ndarray) -> np.ndarray:
    """Amplitude of the sound of a quiet bedroom: rumble below 80 Hz, then 5 dB less an octave."""
    return np.maximum(hz, 80.0) ** (-5 / 6.02) * (hz > 15)


def white_spectrum(hz: np.ndarray) -> np.ndarray:
    """Amplitude of noise that is equally dense everywhere."""
    return np.ones_like(hz)


def noise_loop(
    rng: np.random.Generator,
    seconds: float,
    dba: float,
    spectrum: Callable[[np.ndarray], np.ndarray] = room_spectrum,
) -> np.ndarray:
    """Gaussian noise of that A-weighted level (float32); its end joins its start seamlessly."""
    count = round(seconds * RATE_HZ)
    hz = fft.rfftfreq(count, 1 / RATE_HZ)
    shape = spectrum(hz)
    # Power of a real signal from its half spectrum: twice every bin, by Parseval.
    power = 2 * np.sum((shape * a_weight(hz)) ** 2) * 2 / count**2
    shape = (shape * (rms_of(dba) / np.sqrt(power))).astype(np.float32)
    bins = rng.standard_normal((2, len(hz)), dtype=np.float32)
    return fft.irfft(shape * (bins[0] + 1j * bins[1]), count)


def level_dba(samples: np.ndarray) -> float:
    """A-weighted level of a signal, in dB (its mean power, in pieces: welch wants much memory)."""
    step = 60 * RATE_HZ
    length = min(len(samples), 8192)
    power = 0.0
    for first in range(0, len(samples) - length + 1, step):
        part = samples[first : first + max(step, length)]
        hz, density = signal.welch(part, RATE_HZ, nperseg=min(len(part), length))
        power += np.sum(density * a_weight(hz) ** 2) * (hz[1] - hz[0]) * len(part) / len(samples)
    return float(FULL_SCALE_DB_SPL + 10 * np.log10(2 * power + 1e-30))


def noise_density(
    samples: np.ndarray, hz: float, near_hz: float = 40, far_hz: float = 300
) -> float:
    """One-sided density (power per Hz) between `near_hz` and `far_hz` away from a tone.

    The median over those bins, so that a neighbouring tone does not count as noise.
    """
    length = min(len(samples), 2048)
    bins, density = signal.welch(samples, RATE_HZ, nperseg=length, detrend=False)
    away = np.abs(bins - hz)
    return float(np.median(density[(away >= near_hz) & (away <= far_hz)]))


@dataclass(frozen=True)
class Bedding:
    """Body, clothes and duvet: a low-pass with a slope, above a level shelf."""

    corner_hz: float = 1500.0
    slope_db_octave: float = 6.0
    shelf_db: float = 0.0  # loss at all frequencies; matters only where a level is given in dB SPL

    def response(self) -> np.ndarray:
        """Linear-phase FIR (FIR_TAPS); its delay is (FIR_TAPS - 1) / 2 samples."""
        hz = np.linspace(0, RATE_HZ / 2, 257)
        octaves = np.log2(np.maximum(hz, self.corner_hz) / self.corner_hz)
        loss_db = self.shelf_db + self.slope_db_octave * octaves
        return signal.firwin2(FIR_TAPS, hz, 10 ** (-loss_db / 20), fs=RATE_HZ)

    def apply(self, samples: np.ndarray) -> np.ndarray:
        """The signal behind it, not delayed."""
        return signal.oaconvolve(samples, self.response(), mode="same")


@dataclass(frozen=True)
class Room:
    """A bedroom. `method` is "tail" (decaying noise: the same on every machine, for a seed) or
    "image" (pyroomacoustics' image sources)."""

    rt60_s: float = 0.4
    distance_m: float = 1.0
    size_m: tuple[float, float, float] = (4.0, 3.5, 2.5)
    method: str = "tail"

    def response(self, rng: np.random.Generator) -> np.ndarray:
        """Impulse response whose first sample is the direct sound, of amplitude 1."""
        if self.rt60_s <= 0:
            return np.ones(1)
        if self.method == "image":
            return self._images(rng)
        return self._tail(rng)

    def _tail(self, rng: np.random.Generator) -> np.ndarray:
        volume = float(np.prod(self.size_m))
        # Distance at which reverberant and direct sound are equally strong.
        critical_m = 0.057 * np.sqrt(volume / self.rt60_s)
        count = round(self.rt60_s * RATE_HZ)
        tail = rng.standard_normal(count) * np.exp(-6.91 * np.arange(count) / count)
        tail[: round(0.002 * RATE_HZ)] = 0  # the first wall is at least 0.7 m of way further
        tail *= self.distance_m / critical_m / np.sqrt(np.sum(tail**2))
        tail[0] = 1.0
        return tail

    def _images(self, rng: np.random.Generator) -> np.ndarray:
        import pyroomacoustics

        absorption, order = pyroomacoustics.inverse_sabine(self.rt60_s, self.size_m)
        room = pyroomacoustics.ShoeBox(
            self.size_m,
            fs=RATE_HZ,
            materials=pyroomacoustics.Material(absorption),
            max_order=min(order, 24),
        )
        size = np.array(self.size_m)
        microphone = size * rng.uniform(0.3, 0.7, 3)
        for _ in range(100):
            way = rng.standard_normal(3)
            source = microphone + self.distance_m * way / np.linalg.norm(way)
            if np.all((source > 0.2) & (source < size - 0.2)):
                break
        else:
            raise ValueError(f"no place {self.distance_m} m from the microphone in {self.size_m}")
        room.add_source(source)
        room.add_microphone(microphone)
        room.compute_rir()
        whole = np.asarray(room.rir[0][0], dtype=float)
        first = int(np.argmax(np.abs(whole) > 0.5 * np.max(np.abs(whole))))
        return whole[first:] / whole[first]


@dataclass(frozen=True)
class Microphone:
    """Self-noise of the microphone and how far one unit's sensitivity may be off."""

    noise_dba: float = 30.0
    scatter_db: float = 0.0

    def apply(self, rng: np.random.Generator, samples: np.ndarray) -> np.ndarray:
        """What the microphone gives for that sound."""
        gain = 10 ** (rng.uniform(-self.scatter_db, self.scatter_db) / 20)
        noise = noise_loop(rng, len(samples) / RATE_HZ, self.noise_dba, white_spectrum)
        return gain * samples + noise[: len(samples)]
