# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The evaluation of learning: what is right, what is wrong, what a recording holds."""

import numpy as np
import pytest

from host_tools import render
from host_tools.acoustics import Room
from host_tools.evaluate import backgrounds, learning, plan_learning, sizes
from host_tools.listening import Ear

TRUTHS = {"chime": (1500.0,), "siren": (1000.0, 1400.0)}


def profile(*sounds):
    return {"profile": {"sounds": [{"kind": kind, "tones": tones} for kind, tones in sounds]}}


CHIME = ("chime", [[1496, 1504]])
SIREN = ("siren", [[1395, 1405], [996, 1004]])


def test_what_was_learned_is_judged_by_kind_and_pitch():
    assert learning.judged(profile(CHIME, SIREN), TRUTHS) == "both"
    assert learning.judged(profile(SIREN), TRUTHS) == "one"
    assert learning.judged(profile(CHIME, ("siren", [[996, 1004]])), TRUTHS) == "wrong"
    assert learning.judged(profile(("chime", [[1505, 1513]])), TRUTHS) == "wrong"
    assert learning.judged({"profile": None}, TRUTHS) == "refused"


def test_the_echo_of_a_loud_sound_is_no_part_of_it():
    """It stands over what a row of the spectrum can hold: a chime was taken for 1.36 s."""
    rng = np.random.default_rng(3)
    samples = backgrounds.room(rng, 16, learning.ROOM_DBA).astype(np.float64)
    way = render.Way(room=Room(0.5, 0.5))
    for at_s in (3, 9):
        sound = render.pump(rng, render.chime(1873), "chime", way=way)
        render.mix(samples, sound, at_s, 100)
    with Ear(learn=True) as ear:
        assert list(ear.hear([samples.astype(np.float32)]))
        learned = ear.learned
    assert learned["profile"], learned["reason"]
    (sound,) = learned["profile"]["sounds"]
    low, high = sound["total_ms"]
    assert sound["kind"] == "chime" and low <= 1000 <= high < 1150, sound


def test_talk_alone_has_no_pump_and_learning_that_was_changed_is_said():
    rng = np.random.default_rng(1)
    samples, _ = learning.recording(rng, {"times": 1})
    assert np.max(np.abs(samples)) < 0.001
    with pytest.raises(RuntimeError, match="changed meanwhile"):
        learning.run({"learning": "another"}, learning.FIRMWARE)


def test_talk_is_tried_only_where_there_is_speech():
    none = list(plan_learning.cells(sizes.SIZES["quick"], {}))
    some = list(plan_learning.cells(sizes.SIZES["quick"], {"speech, held-out": [{}]}))
    assert len(some) == len(none) + 5 and len({cell.key for cell in some}) == len(some)
