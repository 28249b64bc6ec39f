# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The timed part of the bench: the firmware's code on this computer, next to NumPy and SciPy.

In: a file of slots. Out: how many times faster than the sound each goes.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.signal

from host_tools import runtimes
from host_tools.bench_table import BAND_BINS
from host_tools.errors import UserError

RATE_HZ = 16000
BLOCK = 256
FRAME = 2048
HOP = 1024
FIRST_BIN = 59
PROFILES = runtimes.ROOT / "host_tools/bench_profiles.py"
PROFILE_FRAMES = 20_000
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
    if runtimes.find("x86-64"):
        _, us, count = run_device("x86-64", ["plain", "1000"], runtimes.ROOT / "firmware").split()
        one = int(count) / RATE_HZ * 1e6 / int(us)
        out["a plain Goertzel loop, MicroPython x86-64, one tone"] = one
        out[f"the same for all {BAND_BINS} bins, frames overlapping"] = one / (2 * BAND_BINS)
    out["NumPy: the spectrum alone, whole file"] = _factor(numpy_spectrum, samples)
    out["NumPy: the spectrum alone, frame by frame"] = _factor(numpy_by_frame, samples)
    out["SciPy: the spectrum alone, ShortTimeFFT"] = _factor(scipy_spectrum, samples)
    return out


def profiles() -> dict[int, float]:
    """Microseconds that so many learned profiles add to a frame of 64 ms, on this computer."""
    runtime = runtimes.find("x86-64")
    if runtime is None:
        return {}
    out = {}
    for number in (0, 1, 10):
        done = subprocess.run(
            [*runtime.argv, "-X", "heapsize=8m", PROFILES, str(number), str(PROFILE_FRAMES)],
            env=runtime.environ([runtimes.ROOT / "firmware"]),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise UserError(f"the bench failed: {done.stderr.splitlines()[-1:]}")
        out[number] = float(json.loads(done.stdout)["us_a_frame"])
    return {number: out[number] - out[0] for number in (1, 10)}


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
