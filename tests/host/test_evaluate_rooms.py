# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Measured rooms: which of a folder's are taken, and that a pump sounds in them."""

import numpy as np
import pytest

from host_tools.acoustics import RATE_HZ
from host_tools.errors import UserError
from host_tools.evaluate import collect_conditions, plan, rooms, sizes, sounds
from tests.host.audio_files import wav


def decaying(rt60_s: float, seconds: float, before_s: float = 0.02) -> np.ndarray:
    rng = np.random.default_rng(5)
    count = round(seconds * RATE_HZ)
    echo = 0.1 * rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / rt60_s / RATE_HZ)
    echo[0] = -0.8
    return np.concatenate([np.zeros(round(before_s * RATE_HZ)), echo])


@pytest.fixture
def folder(tmp_path):
    for rt60_s in (0.4, 0.8, 3.0):
        wav(tmp_path / f"{rt60_s}.wav", decaying(rt60_s, 2), RATE_HZ, 24)
    wav(tmp_path / "silent.wav", np.zeros(RATE_HZ), RATE_HZ, 24)
    return tmp_path


def test_those_that_fade_as_a_bedroom_does_are_taken(folder):
    assert rooms.found(folder) == [str(folder / "0.4.wav"), str(folder / "0.8.wav")]
    assert rooms.found(folder / "absent") == []
    for rt60_s in (0.4, 0.8, 3.0):
        assert rooms.rt60_s(str(folder / f"{rt60_s}.wav")) == pytest.approx(rt60_s, rel=0.15)


def test_one_that_cannot_be_read_is_named(folder):
    (folder / "broken.wav").write_bytes(b"RIFF")
    with pytest.raises(UserError, match=r"broken\.wav: \w"):
        rooms.found(folder)


def test_a_response_begins_with_the_direct_sound_and_ends_where_it_has_faded(folder):
    echo = rooms.response(str(folder / "0.4.wav"))
    assert echo[0] == 1 and np.abs(echo).max() == 1
    assert 0.3 < len(echo) / RATE_HZ < 0.5


def test_a_pump_sounds_in_one_of_them(folder):
    paths = rooms.found(folder)
    lengths = set()
    for seed in range(8):
        cell = {"measured": paths, "hz": (1000, 1500)}
        rendered, _, _ = sounds.pump(np.random.default_rng(seed), "siren", cell)
        dry, _, _ = sounds.pump(np.random.default_rng(seed), "siren", {"hz": (1000, 1500)})
        lengths.add(len(rendered.signal) - len(dry.signal))
    assert lengths == {len(rooms.response(path)) - 1 for path in paths}


def test_cells_are_made_where_there_are_rooms(folder):
    without = plan.cells(sizes.SIZES["standard"], {"c"}, [])
    made = plan.cells(sizes.SIZES["standard"], {"c"}, [], rooms.found(folder))
    keys = {cell.key for cell in made} - {cell.key for cell in without}
    rows = {tuple(key.split("|")[1:4]) for key in keys}
    assert rows == {(k, "reverberation", "measured, in 2 rooms") for k in ("siren", "chime")}


def test_the_row_stands_with_the_other_rooms(folder):
    made = plan.cells(sizes.SIZES["standard"], {"c"}, [], rooms.found(folder))
    heard = {"trials": 1, "sure": 1, "weak": 0, "refused": {}, "besides": {}}
    rows = collect_conditions.conditions([(cell, heard) for cell in made])
    varied = [row["varied"] for row in rows if row["kind"] == "siren"]
    first = varied.index("reverberation")
    assert varied[first:].index("bedding") == varied.count("reverberation") == 6
