# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Two monitors in one room: neither takes the other's alert for a pump.

The burst is rendered: a pulse train of 520 Hz and 25 % duty, all harmonics up to 7.3 kHz, in a room
of 40 dBA. No loudspeaker has been recorded.
"""

import numpy as np
import pytest

from host_tools import device_code
from host_tools.acoustics import RATE_HZ, noise_loop, rms_of, room_spectrum
from host_tools.listening import Ear

BURSTS = device_code.module("alarm.cadence").BURSTS
SECONDS = 70
SOUNDER_HZ, DUTY, HARMONICS = 520, 0.25, 14


def alert(level: str, db_spl: float) -> np.ndarray:
    """A minute of that alert at the other monitor's microphone."""
    at = 2 * np.pi * SOUNDER_HZ * np.arange(SECONDS * RATE_HZ) / RATE_HZ
    wave = sum(
        np.sin(np.pi * n * DUTY) / n * np.cos(n * at) for n in range(1, HARMONICS + 1)
    ) + np.zeros(len(at))
    wave *= rms_of(db_spl) / np.sqrt(np.mean(wave**2))
    gate = np.zeros(len(at))
    times, gap_ms = BURSTS[level][:2]
    first = 3 * RATE_HZ
    while first < len(gate):
        for index, ms in enumerate([*times, gap_ms]):
            end = first + ms * RATE_HZ // 1000
            gate[first:end] = index % 2 == 0 and index < len(times)
            first = end
    room = noise_loop(np.random.default_rng(1), SECONDS, 40.0, room_spectrum)
    return (room + wave * gate).astype(np.float32)


@pytest.fixture(scope="module")
def ear():
    with Ear() as one:
        yield one


@pytest.mark.parametrize("db_spl", [60, 75])
@pytest.mark.parametrize("level", sorted(BURSTS))
def test_the_other_monitor_is_no_pump(level, db_spl, ear):
    found = list(ear.hear([alert(level, db_spl)]))
    assert found, "the alert was not even heard: the test would prove nothing"
    assert [finding.name for finding in found if finding.kind != "not matched"] == []
