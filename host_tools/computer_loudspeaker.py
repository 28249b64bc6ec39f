# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""This computer's loudspeaker, through PortAudio.

In: samples, a device's name or number. Out: they are played, piece by piece, until the end or until
somebody stops it. Every reason why nothing sounds is a `UserError`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from host_tools.computer_microphone import library
from host_tools.errors import EXIT_DEVICE, UserError

PIECE_S = 0.25
LATENCY_S = 1.0  # what the computer may be late by


def names(sound: Any) -> list[str]:
    """Loudspeakers, as --device takes them."""
    found = enumerate(sound.query_devices())
    return [f"{n}: {device['name']}" for n, device in found if device["max_output_channels"] > 0]


def play(
    samples: np.ndarray,
    rate_hz: int,
    device: str | None = None,
    told: Callable[[float], None] = lambda at_s: None,
    sound: Any = None,
) -> None:
    """Play it to its end; `told` hears how many seconds were handed over."""
    sound = sound or library("write the sounds with --out and play that file on a phone")
    chosen = int(device) if device and device.isdigit() else device
    step = round(PIECE_S * rate_hz)
    holes = 0
    try:
        with sound.OutputStream(
            samplerate=rate_hz, device=chosen, channels=1, dtype="float32", latency=LATENCY_S
        ) as stream:
            for first in range(0, len(samples), step):
                told(first / rate_hz)
                piece = np.ascontiguousarray(samples[first : first + step].reshape(-1, 1))
                # The first piece always finds an empty buffer.
                holes += bool(stream.write(piece)) and first > 0
    except (ValueError, sound.PortAudioError) as error:
        raise UserError(_why(sound, chosen, error), EXIT_DEVICE) from error
    if holes:
        raise UserError(
            f"the sound had {holes} holes, this computer was too busy: close other programs and "
            "play it again, or write the sounds with --out and play that file on a phone",
            EXIT_DEVICE,
        )


def _why(sound: Any, device: object, error: Exception) -> str:
    try:
        found = names(sound)
    except (ValueError, sound.PortAudioError):
        found = []
    if not found:
        return "no loudspeaker found: write the sounds with --out and play that file on a phone"
    text = " ".join(str(error).split())
    if device is not None:
        return f"the loudspeaker {device!r} cannot be used ({text}): there are {'; '.join(found)}"
    return f"the loudspeaker cannot be used ({text}): choose another with --device"
