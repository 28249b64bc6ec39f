# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Noise that comes and goes is no pump: the listening chain on a quarter of an hour of gusts."""

import numpy as np
import pytest

from host_tools import runtimes
from host_tools.decoding import RATE_HZ
from host_tools.evaluate import collect, gusts, page, page_text, quiet
from host_tools.evaluate.jobs import Cell
from host_tools.listening import Ear, Finding


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
    assert made["found"] == []
    assert all(name.startswith("not matched, looks like a ") for name in made["counts"])


def test_each_finding_in_noise_stands_on_the_page_with_its_place_and_reason():
    weak = Finding(26.5, 22.25, 25.5, "siren", "siren", "weak", 31, (900, 1300), 17.0, "")
    refused = Finding(9.0, 7.0, 8.0, "not matched", "chime", "sure", 0, (1500,), 20.0, "too short")
    heard = quiet.listed([weak, refused, refused])
    cell = Cell("b gusts|1.0|7", "gusts", 1.0, {})
    made = collect.noise([(cell, {"hours": 1.0, **heard})])
    assert made["rates"]["weak siren"]["count"] == 1 and made["rates"]["sure siren"]["count"] == 0
    text = page._noise({**made, "gusts": 480}, page_text.GUSTS)
    row = "| 7 | 22.25 to 25.50 | weak siren | 900, 1300 | 17 | passed every test, confidence 31 |"
    assert row in text.splitlines()
    assert text.endswith("which alert nobody: not matched, looks like a chime: 2.")
    nothing = collect.noise([(cell, {"hours": 1.0, **quiet.listed([])})])
    assert "reason" not in page._noise({**nothing, "gusts": 480}, page_text.GUSTS)
