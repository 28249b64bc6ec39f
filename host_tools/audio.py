# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recordings in, 16 kHz mono out, in the device's own levels.

In: the path of a WAV, FLAC, OGG, MP3, M4A, AIFF or raw G.722 file, any rate from 8 kHz, any
number of channels. Out: float32 blocks in [-1, 1], 0 dBFS of the file = 0 dBFS of the microphone.

A file is read twice. `inspect` decodes all of it once and refuses what cannot be played, so that
nothing is started, let alone written, for a recording that breaks in its third hour; `blocks`
then streams it, and neither keeps more than a second of it in memory.

Channels are averaged. A channel 40 dB below the loudest is taken as not connected and left out,
and channels that cancel each other (one wired the wrong way round) are replaced by the loudest:
either would cost level that the room had.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from host_tools import decoding
from host_tools.decoding import RATE_HZ
from host_tools.errors import UserError

MIN_RATE_HZ = 8000
MIN_SECONDS = 1.0
DEAD_CHANNEL_DB = -40.0
CANCELLED_DB = -15.0
BLOCK_SAMPLES = RATE_HZ

# Header and content may differ a little (encoder delay, padding, rounded durations).
TRUNCATED_SLACK_S = 0.25
TRUNCATED_SLACK_SHARE = 0.02


@dataclass(frozen=True)
class Info:
    """What `inspect` found in a recording that can be played."""

    path: Path
    format: str
    rate_hz: int
    channels: int
    seconds: float
    peak: float
    taken: tuple[int, ...]  # channels whose average is the mono signal
    notes: tuple[str, ...]  # lines worth telling the user

    @property
    def samples(self) -> int:
        """Samples at 16 kHz, within one resampling step."""
        return round(self.seconds * RATE_HZ)


def inspect(path: str | os.PathLike[str], min_s: float = MIN_SECONDS) -> Info:
    """Decode everything once, or raise `UserError` with what is wrong and how to mend it."""
    path = _regular_file(Path(path))
    name = path.name
    with decoding.open_stream(path) as stream:
        if stream.rate_hz < MIN_RATE_HZ:
            raise UserError(
                f"{name}: recorded at {stream.rate_hz} Hz, too low to hold a pump's sound: "
                f"record at {MIN_RATE_HZ} Hz or more (16000 is best)"
            )
        tally = _Tally(stream.channels)
        for frame in stream.frames():
            tally.add(frame, name, stream.rate_hz)
        declared_s = stream.declared_s
        rate_hz, channels, kind = stream.rate_hz, stream.channels, stream.kind
        damaged = stream.damaged_packets
    seconds = tally.samples / rate_hz
    if not tally.samples:
        raise UserError(f"{name}: holds no sound at all: record it again or copy it again")
    if declared_s and seconds < declared_s * (1 - TRUNCATED_SLACK_SHARE) - TRUNCATED_SLACK_S:
        raise UserError(
            f"{name}: cut off: its header promises {declared_s:.1f} s, {seconds:.1f} s are there: "
            "copy it again from where it was recorded"
        )
    if seconds < min_s:
        raise UserError(
            f"{name}: only {seconds:.2f} s long, a pump's shortest sound takes 1 s: "
            "use a longer recording"
        )
    taken, notes = tally.choose_channels()
    if rate_hz < RATE_HZ:
        notes.append(
            f"recorded at {rate_hz} Hz: there is nothing above {rate_hz / 2000:g} kHz in it, "
            "so a pump tone up there cannot be heard"
        )
    if tally.peak == 0:
        notes.append("every sample is zero: the microphone was off or muted")
    if damaged:
        notes.append(f"{damaged} damaged packet(s) were left out")
    return Info(path, kind, rate_hz, channels, seconds, tally.peak, taken, tuple(notes))


def blocks(
    path: str | os.PathLike[str], block_samples: int = BLOCK_SAMPLES, info: Info | None = None
) -> Iterator[np.ndarray]:
    """Stream a recording as float32 blocks of `block_samples` at 16 kHz (the last one shorter).

    Inspects the file first unless `info` is given. Raises `UserError`.
    """
    info = info or inspect(path)
    waiting: list[np.ndarray] = []
    count = 0
    for part in _resampled(info):
        waiting.append(part)
        count += len(part)
        if count < block_samples:
            continue
        joined = np.concatenate(waiting)
        whole = count - count % block_samples
        yield from np.split(joined[:whole], whole // block_samples)
        waiting, count = [joined[whole:]], count - whole
    if count:
        yield np.concatenate(waiting)


def _resampled(info: Info) -> Iterator[np.ndarray]:
    """Mono parts at 16 kHz, of whatever length the decoder gives."""
    taken = list(info.taken)
    with decoding.open_stream(info.path) as stream:
        resampler = decoding.Resampler(info.rate_hz)
        for frame in stream.frames():
            mono = frame[taken[0]] if len(taken) == 1 else frame[taken].mean(axis=0)
            yield from resampler.push(mono)
        yield from resampler.finish()


def load(path: str | os.PathLike[str], info: Info | None = None) -> np.ndarray:
    """The whole recording at once (float32, 16 kHz, mono). For files known to be short."""
    return np.concatenate(list(blocks(path, info=info)))


def to_slots(samples: np.ndarray) -> np.ndarray:
    """float in [-1, 1] to the microphone's int32 slots: 24 bits, left-justified."""
    codes = np.rint(samples * np.float32(1 << 23))
    return np.clip(codes, -(1 << 23), (1 << 23) - 1).astype(np.int32) << 8


class _Tally:
    """Sums over a whole file: what decides which channels count, and whether it can be played."""

    def __init__(self, channels: int) -> None:
        self.samples = 0
        self.peak = 0.0
        self._products = np.zeros((channels, channels))

    def add(self, frame: np.ndarray, name: str, rate_hz: int) -> None:
        peak = float(np.max(np.abs(frame))) if frame.size else 0.0
        # The maximum of an array with NaN is NaN: one cheap test finds NaN and infinity.
        if not np.isfinite(peak):
            raise UserError(
                f"{name}: holds samples that are no numbers (NaN or infinity) at "
                f"{self.samples / rate_hz:.1f} s: save it again as 16-bit WAV"
            )
        self.peak = max(self.peak, peak)
        self.samples += frame.shape[1]
        self._products += frame @ frame.T

    def choose_channels(self) -> tuple[tuple[int, ...], list[str]]:
        """Channels to average, and a note where that is not simply all of them."""
        power = np.diag(self._products)
        loudest = int(np.argmax(power))
        live = np.flatnonzero(power >= power[loudest] * 10 ** (DEAD_CHANNEL_DB / 10))
        if len(power) == 1 or power[loudest] == 0:
            return (loudest,), []
        mixed = self._products[np.ix_(live, live)].sum() / len(live) ** 2
        if mixed < power[loudest] * 10 ** (CANCELLED_DB / 10):
            note = f"its channels cancel each other: channel {loudest + 1} alone is played"
            return (loudest,), [note]
        if len(live) < len(power):
            dead = ", ".join(str(i + 1) for i in range(len(power)) if i not in live)
            return tuple(int(i) for i in live), [f"channel {dead} is silent and left out"]
        return tuple(int(i) for i in live), []


def _regular_file(path: Path) -> Path:
    try:
        status = path.stat()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file: check the name") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}): check the path") from error
    if path.is_dir():
        raise UserError(f"{path}: is a directory: name one recording in it")
    if not path.is_file():
        raise UserError(f"{path}: is not a regular file: save the sound to a file first")
    if status.st_size == 0:
        raise UserError(f"{path}: is empty (0 bytes): record it again or copy it again")
    return path
