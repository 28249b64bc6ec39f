# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The timed part of the bench: the firmware's code on this computer, next to NumPy and SciPy.

In: a file of slots. Out: how many times faster than the sound each goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.signal

from host_tools import runtimes

RATE_HZ = 16000
BLOCK = 256
FRAME = 2048
HOP = 1024
FIRST_BIN = 59
BINS = 600


def timed(audio: Path, run_device: Callable[[str, list[str], Path], str]) -> dict[str, float]:
    slots = np.fromfile(audio, dtype="<i4")
    samples = np.tile((slots >> 8) / (1 << 23), 20)
    out = {}
    for arch in ("x86-64", "i386"):
        if runtimes.find(arch):
            words = run_device(arch, ["speed", str(audio), "20"], runtimes.ROOT / "firmware")
            _, us, blocks = words.split()
            out[f"the listener, MicroPython {arch}"] = int(blocks) * BLOCK / RATE_HZ * 1e6 / int(us)
    out["NumPy: the spectrum alone, whole file"] = _factor(numpy_spectrum, samples)
    out["NumPy: the spectrum alone, frame by frame"] = _factor(numpy_by_frame, samples)
    out["SciPy: the spectrum alone, ShortTimeFFT"] = _factor(scipy_spectrum, samples)
    return out


def _factor(spectrum: Callable[[np.ndarray], np.ndarray], samples: np.ndarray) -> float:
    spectrum(samples[: 4 * FRAME])
    began = time.perf_counter()
    spectrum(samples)
    return len(samples) / RATE_HZ / (time.perf_counter() - began)


WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(FRAME) + 0.5) / FRAME)


def numpy_spectrum(samples: np.ndarray) -> np.ndarray:
    """Differences, window, transform, log power of the band: what the kernels do, in floats."""
    differences = np.diff(samples, prepend=0)
    frames = np.lib.stride_tricks.sliding_window_view(differences, FRAME)[::HOP]
    bins = np.fft.rfft(frames * WINDOW)[:, FIRST_BIN : FIRST_BIN + BINS]
    return np.log2(np.abs(bins) ** 2 + 1e-30)


def numpy_by_frame(samples: np.ndarray) -> np.ndarray:
    """The same as it must go live: one frame at a time."""
    differences = np.diff(samples, prepend=0)
    out = []
    for at in range(0, len(differences) - FRAME + 1, HOP):
        bins = np.fft.rfft(differences[at : at + FRAME] * WINDOW)[FIRST_BIN : FIRST_BIN + BINS]
        out.append(np.log2(np.abs(bins) ** 2 + 1e-30))
    return np.array(out)


def scipy_spectrum(samples: np.ndarray) -> np.ndarray:
    differences = np.diff(samples, prepend=0)
    transform = scipy.signal.ShortTimeFFT(WINDOW, HOP, RATE_HZ)
    power = transform.spectrogram(differences)[FIRST_BIN : FIRST_BIN + BINS]
    return np.log2(power + 1e-30)
