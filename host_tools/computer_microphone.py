# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""This computer's microphone as a stream, through PortAudio.

In: a device's name or number, or none for the computer's own choice. Out: float32 pieces at 16 kHz
for as long as somebody takes them. Every reason why there is no sound is a `UserError`: no library,
no microphone, no permission, unplugged.
"""

from __future__ import annotations

import importlib
import queue
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import av
import numpy as np

from host_tools.decoding import RATE_HZ
from host_tools.errors import EXIT_DEVICE, UserError

PIECE = 1024  # samples: 64 ms
WAITING_PIECES = 256  # what may pile up while the computer is busy
SILENT_FOR_S = 3.0


def library(else_do: str = "record with a phone and use `chimewatch detect`") -> Any:
    """PortAudio's binding, or `UserError` with the way to get it, or around it."""
    try:
        return importlib.import_module("sounddevice")
    except ModuleNotFoundError as error:
        raise UserError(
            "the Python package sounddevice is missing: run `make setup`", EXIT_DEVICE
        ) from error
    except OSError as error:
        raise UserError(
            "the sound library PortAudio is missing: install it (on Debian: libportaudio2), or "
            + else_do,
            EXIT_DEVICE,
        ) from error


def names(sound: Any) -> list[str]:
    """Microphones, as --device takes them."""
    found = enumerate(sound.query_devices())
    return [f"{n}: {device['name']}" for n, device in found if device["max_input_channels"] > 0]


class ComputerMicrophone:
    """Use it as a context; `pieces()` is the sound, `lost` counts what came too fast."""

    def __init__(self, device: str | None = None, sound: Any = None) -> None:
        self._sound = sound or library()
        self._device = int(device) if device and device.isdigit() else device
        self._queue: queue.Queue[np.ndarray] = queue.Queue(WAITING_PIECES)
        self.lost = 0
        try:
            info = self._sound.query_devices(self._device, "input")
            self.name = str(info["name"])
            self.rate_hz = self._choose_rate(float(info["default_samplerate"]))
            self._stream = self._sound.InputStream(
                samplerate=self.rate_hz, blocksize=PIECE, device=self._device, channels=1,
                dtype="float32", callback=self._take,
            )  # fmt: skip
        except (ValueError, self._sound.PortAudioError) as error:
            raise UserError(self._why(error), EXIT_DEVICE) from error

    def _choose_rate(self, own_hz: float) -> int:
        try:
            self._sound.check_input_settings(
                device=self._device, channels=1, dtype="float32", samplerate=RATE_HZ
            )
            return RATE_HZ
        except (ValueError, self._sound.PortAudioError):
            return round(own_hz)

    def _why(self, error: Exception) -> str:
        text = " ".join(str(error).split())
        if "ermission" in text or "denied" in text:
            return "this program may not use the microphone: allow it in the system's settings"
        try:
            found = names(self._sound)
        except (ValueError, self._sound.PortAudioError):
            found = []
        if not found:
            return "no microphone found: connect one (a headset will do) and try again"
        if self._device is not None:
            return f"no microphone {self._device!r}: there are {'; '.join(found)} (--device)"
        return f"the microphone cannot be opened ({text}): choose another with --device"

    def __enter__(self) -> ComputerMicrophone:
        try:
            self._stream.start()
        except self._sound.PortAudioError as error:
            raise UserError(self._why(error), EXIT_DEVICE) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._stream.close()
        except self._sound.PortAudioError:
            pass  # it was unplugged: that is told already

    def _take(self, data: np.ndarray, frames: int, time: object, status: Any) -> None:
        """Called by PortAudio's own thread."""
        if status and getattr(status, "input_overflow", False):
            self.lost += frames
        try:
            self._queue.put_nowait(np.array(data[:, 0], np.float32))
        except queue.Full:
            self.lost += frames

    def pieces(self) -> Iterator[np.ndarray]:
        """For ever; `UserError` when the sound stays away."""
        convert = _converter(self.rate_hz)
        while True:
            try:
                piece = self._queue.get(timeout=SILENT_FOR_S)
            except queue.Empty:
                raise UserError(
                    f"the microphone ({self.name}) gives no more sound: was it unplugged? Connect "
                    "it and start again",
                    EXIT_DEVICE,
                ) from None
            yield from convert(np.nan_to_num(np.clip(piece, -1.0, 1.0)))


def _converter(rate_hz: int):
    """Pieces of that rate to pieces at 16 kHz, without a seam between them."""
    if rate_hz == RATE_HZ:
        return lambda piece: [piece]
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)

    def convert(piece: np.ndarray) -> Iterator[np.ndarray]:
        frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = rate_hz
        for done in resampler.resample(frame):
            yield done.to_ndarray().reshape(-1)

    return convert
