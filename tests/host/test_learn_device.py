# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Profiles on the simulated board: a learned chime is medium at once; learning live; bad files."""

import json

import numpy as np
import pytest
from test_device import Device, room

PROFILE = {
    "format": 1,
    "name": "mine",
    "source": "test",
    "sounds": [
        {
            "kind": "chime",
            "name": "c",
            "tones": [[1495, 1505]],
            "segments": [{"tone": 0, "ms": [930, 1080]}],
            "repeats": [1, 1],
            "total_ms": [930, 1080],
            "interval_s": [3600],
            "priority": "medium",
        }
    ],
}


@pytest.fixture
def image(tmp_path):
    return tmp_path / "flash.img"


def priorities(device):
    return [r["priority"] for r in device.records("alert")]


def test_a_learned_chime_is_medium_at_once_and_a_strange_one_low(image, tmp_path):
    files = {"profile.json": json.dumps(PROFILE)}
    device = Device(room(35, chimes=[20]), image, files=files)
    assert priorities(device) == ["medium"] and not device.of("error")
    assert device.records("heard")[0]["profile"] == "mine"
    other = Device(room(35, chimes=[20], hz=1700.0), tmp_path / "other.img", files=files)
    assert priorities(other) == ["low"] and "profile" not in other.records("heard")[0]


def test_a_bad_profile_is_told_and_any_pump_is_listened_for(image):
    bad = json.loads(json.dumps(PROFILE))
    bad["sounds"][0]["total_ms"] = [0, 0]
    device = Device(room(35, chimes=[20]), image, files={"profile.json": json.dumps(bad)})
    told = [r for r in device.records("degraded") if r["name"] == "profile"]
    assert told and "sounds[0].total_ms" in told[0]["detail"]
    assert priorities(device) == ["low"]


def test_after_a_bad_file_and_a_mistyped_name_it_listens_for_the_profile_it_had(image):
    """A good file, power off, a bad one, power off, a good one and a name that is nowhere."""
    good = json.dumps(PROFILE)
    first = Device(room(5), image, files={"profile.json": good})
    kept = first.result.files()["state/profile.json"]
    assert json.loads(kept[9:]) == PROFILE and not first.records("degraded")
    bad = good.replace("[1495, 1505]", "[200, 300]")
    for text, settings, why in (
        (bad, {}, "sounds[0].tones[0]"),
        (good, {"pump_profile": "mien"}, "'mine' is used"),
    ):
        files = {"profile.json": text}
        device = Device(room(35, chimes=[20]), image, files=files, settings=settings)
        told = [r for r in device.records("degraded") if r["name"] == "profile"]
        assert why in told[-1]["detail"] and "is used" in told[-1]["detail"]
        assert priorities(device)[-1] == "medium"
        assert device.records("heard")[-1]["profile"] == "mine"
        assert device.result.files()["state/profile.json"] == kept


def test_the_setting_may_ask_for_none(image):
    files = {"profile.json": json.dumps(PROFILE)}
    settings = {"pump_profile": "blind"}
    device = Device(room(35, chimes=[20]), image, files=files, settings=settings)
    assert priorities(device) == ["low"]


def test_a_short_sequence_of_unknown_pitch_is_heard_by_whoever_chose_that_profile(image, tmp_path):
    """Low at once, as any chime whose pitch nobody knows; the port says what is listened for."""
    t = np.arange(4000) / 16000  # 0.25 s
    beep = (0.003 * 2**31 * np.sin(2 * np.pi * 2345 * t)).astype(np.int32)

    def sound():
        for second, block in enumerate(room(35)):
            if second in (20, 21):
                block[:4000] += beep
                block[8000:12000] += beep
            yield block

    ask = [{"t": 10, "stdin": "profile\n"}]
    chosen = Device(sound(), image, settings={"pump_profile": "short-sequence"}, inputs=ask)
    assert not chosen.of("error") and priorities(chosen) == ["low"]
    heard = chosen.records("heard")
    assert [r["profile"] for r in heard] == ["short sequence"]
    assert abs(heard[0]["hz"][0] - 2345) <= 8  # to a bin
    said = [json.loads(event["line"]) for event in chosen.of("stdout")]
    assert {"profile": "short sequence", "kind": "chime", "tones": [None]} in said, said
    assert priorities(Device(sound(), tmp_path / "blind.img")) == []


def test_it_learns_live_raises_no_alert_meanwhile_and_keeps_it_across_a_restart(image):
    inputs = [{"t": 5, "stdin": "learn\n"}, {"t": 30, "stdin": "learn stop\n"}]
    # "stop" is the port's own word for ending an answer; the session goes on without it.
    inputs.insert(1, {"t": 6, "stdin": "stop\n"})
    device = Device(room(60, chimes=[12, 18]), image, inputs=inputs)
    assert not device.of("error") and priorities(device) == []
    assert [r["k"] for r in device.records("learned_profile")] == ["learned_profile"]
    said = [json.loads(event["line"]) for event in device.of("stdout")]
    assert any(a.get("k") == "learned" and "of 95 points" in a["said"] for a in said), said
    again = Device(room(35, chimes=[20]), image)
    assert priorities(again) == ["medium"]
    assert again.records("heard")[-1]["profile"] == "my pump"


def test_held_for_ten_seconds_the_button_starts_it_and_a_refusal_keeps_the_old_profile(image):
    inputs = [{"t": 5, "pin": "button", "value": 0}, {"t": 16, "pin": "button", "value": 1}]
    files = {"profile.json": json.dumps(PROFILE)}
    device = Device(room(160, chimes=[150]), image, inputs=inputs, files=files)
    assert device.records("learning")[0]["via"] == "button"
    assert "no pump sound" in device.records("not_learned")[0]["reason"]
    assert json.loads(device.result.files()["profile.json"]) == PROFILE
    assert priorities(device) == ["medium"]
