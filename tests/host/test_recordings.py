# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recordings of real pumps, whatever lies in tests/recordings: found blindly, learned, heard."""

import json

import pytest

from host_tools import audio, profile_files
from host_tools.detect import microphone_noise, pieces
from host_tools.learn import hear
from host_tools.listening import Ear
from host_tools.runtimes import ROOT

FOLDER = ROOT / "tests" / "recordings"
FOUND = sorted(path.parent for path in FOLDER.glob("*/description.json"))
NONE = pytest.mark.skip(reason="no recording of a real pump is in tests/recordings yet")


@pytest.mark.parametrize("place", FOUND or [pytest.param(None, marks=NONE)])
def test_a_real_pump_is_found_learned_and_heard(place, tmp_path):
    description = json.loads((place / "description.json").read_text("utf-8"))
    assert (place / "LICENSE.txt").is_file()
    wanted = {sound["kind"]: sound for sound in description["sounds"]}
    learned = hear(place / "sound.wav")
    assert {f.kind for f in learned.findings} >= set(wanted), "not found blindly"
    value = learned.proposal["profile"]
    assert value, learned.proposal["reason"]
    for sound in value["sounds"]:
        for (low, high), (least, most) in zip(
            sound["tones"], wanted[sound["kind"]]["tones"], strict=True
        ):
            assert low <= most and least <= high
    profile = tmp_path / "profile.json"
    profile_files.write(profile, value)
    with Ear(profiles=[profile]) as ear:
        sound = pieces(audio.inspect(place / "sound.wav"), microphone_noise())
        kinds = {f.kind for f in ear.hear(sound) if f.profile}
    assert kinds == set(wanted)
