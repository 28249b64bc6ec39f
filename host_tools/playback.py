# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A recording as the simulated microphone hears it.

In: an inspected recording, a gain. Out: `Playback.chunks()`, int32 slots at 16 kHz. Before and
after it lies a little of the microphone's own noise (30 dBA), so that the device has started when
the recording begins and is done judging when it ends; the same noise lies under the recording, as
no real microphone ever gives zeros.
"""

from collections.abc import Iterator

import numpy as np

from host_tools import audio
from host_tools.acoustics import RATE_HZ, noise_loop, white_spectrum
from host_tools.night import MICROPHONE_DBA, START, after_start, utc_of

LEAD_IN_S = 5
LEAD_OUT_S = 5
NOISE_LOOP_S = 64


class Playback:
    """Streams once or more. `truth` is None: nobody has said what the recording holds."""

    truth = None

    def __init__(self, info: audio.Info, gain_db: float = 0.0, start: str = START) -> None:
        self.info = info
        self.seconds = info.seconds + LEAD_IN_S + LEAD_OUT_S
        self.start_utc = utc_of(after_start(start, START))
        self.notes = [f"{info.path.name}: {note}" for note in info.notes]
        begins = utc_of(after_start(start, START) + LEAD_IN_S)[11:19]
        self.notes.append(f"{info.path.name}: begins at {begins} of the device's clock")
        self._gain = np.float32(10 ** (gain_db / 20))
        if info.peak * self._gain > 1.0001:
            self.notes.append(f"{info.path.name}: louder than full scale, so its peaks are cut")
        self._noise = noise_loop(
            np.random.default_rng(0), NOISE_LOOP_S, MICROPHONE_DBA, white_spectrum
        ).astype(np.float32)

    def chunks(self) -> Iterator[np.ndarray]:
        """int32 slots, a second at a time."""
        first = 0
        for block in self._blocks():
            at = first % len(self._noise)
            # Blocks are a second or less and the loop is whole seconds of them long.
            yield audio.to_slots(block * self._gain + self._noise[at : at + len(block)])
            first += RATE_HZ

    def _blocks(self) -> Iterator[np.ndarray]:
        silence = np.zeros(RATE_HZ, np.float32)
        for _ in range(LEAD_IN_S):
            yield silence
        yield from audio.blocks(self.info.path, RATE_HZ, self.info)
        for _ in range(LEAD_OUT_S):
            yield silence
