# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Noise that comes and goes is no pump: the listening chain on a quarter of an hour of gusts."""

import numpy as np
import pytest

from host_tools import runtimes
from host_tools.decoding import RATE_HZ
from host_tools.evaluate import gusts
from host_tools.listening import Ear


def test_gusts_are_drawn_as_they_are_described():
    scene, count = gusts.mix(np.random.default_rng(1), 120 * RATE_HZ)
    assert len(scene) == 120 * RATE_HZ and 10 < count < 30
    room = np.std(scene[: 4 * RATE_HZ])
    over = 20 * np.log10([np.std(part) / room for part in np.split(scene, 240)])
    assert np.max(over) > 20 and np.min(over) < 1


@pytest.mark.skipif(runtimes.find("x86-64") is None, reason="plain Python is too slow for it")
def test_nothing_is_found_in_noise_that_comes_and_goes():
    """Before a verdict near the noise asked for a steady room around the sound, and for evidence
    beyond the noise beside its tones, one gust in forty was a siren."""
    with Ear() as ear:
        made = gusts.run({"hours": 0.25, "seed": [3, 1]}, ear)
    assert made["gusts"] > 80
    found = {name: n for name, n in made["counts"].items() if not name.startswith("not matched")}
    assert found == {}
