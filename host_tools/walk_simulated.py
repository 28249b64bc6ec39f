# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The walk test with the simulated board, for practice: the unmodified firmware hears it.

In: a sound. Out: the log as the simulated board tells it over its USB port in the end. The room
has 40 dBA, the first sound lies 46 dB-Hz above its noise, and someone holds the button a quarter
of a minute after the alert.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from host_tools import audio, render, simulator
from host_tools.acoustics import RATE_HZ, noise_density, noise_loop, room_spectrum
from host_tools.errors import EXIT_DEVICE, UserError
from host_tools.logbook import Logbook, answered
from host_tools.walk_sounds import Sound, samples

ROOM_DBA = 40.0
FIRST_S_N0_DB = 46.0
BEGIN_S = 12.0
AFTER_S = 15.0
PRESS_S = (30.0, 33.5)


def run(sound: Sound) -> Logbook:
    """Play it all to the board. Raises `UserError` when the board stops."""
    ask_s = BEGIN_S + len(samples(sound, RATE_HZ)) / RATE_HZ + 5
    inputs: list[dict] = [
        {"t": at_s, "pin": "button", "value": value} for value, at_s in enumerate(PRESS_S)
    ]
    inputs.append({"t": ask_s, "stdin": "log\n"})
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        image = Path(folder) / "flash.img"
        played = simulator.run(_room(sound), flash_image=image, inputs=inputs, progress_s=1e6)
        lines = [event["line"] for event in played if event["ev"] == "stdout"]
    if played.result.why != "end":
        why = f"{played.result.why} {played.result.error}".strip()
        raise UserError(f"the simulated board stopped: {why}", EXIT_DEVICE)
    answers = [(json.loads(line), line.strip().encode()) for line in lines]
    return answered("the simulated board, in a room of 40 dBA", answers)


def _room(sound: Sound) -> Iterator[np.ndarray]:
    """int32 slots, a second at a time."""
    walk = samples(sound, RATE_HZ)
    rng = np.random.default_rng(11)
    noise = noise_loop(rng, 30, ROOM_DBA, room_spectrum)
    made = render.pump(np.random.default_rng(5), sound.segments, sound.kind)
    density = [noise_density(noise, hz) for hz in made.hz]
    loud = render.gain_for(made, density, FIRST_S_N0_DB) * np.abs(made.signal).max()
    first, end = (round(s * RATE_HZ) for s in (BEGIN_S, BEGIN_S + AFTER_S))
    whole = np.resize(noise, len(walk) + end).astype(np.float32)
    whole[first : first + len(walk)] += walk * np.float32(loud / np.abs(walk).max())
    for at in range(0, len(whole), RATE_HZ):
        yield audio.to_slots(whole[at : at + RATE_HZ])
