# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Profiles: the shipped ones hold, and what is impossible is refused by the field's name."""

import json

from alarm import profile


def chime(**other):
    sound = {
        "kind": "chime",
        "name": "c",
        "tones": [[1500, 1520]],
        "segments": [{"tone": 0, "ms": [900, 1100]}],
        "repeats": [1, 1],
        "total_ms": [900, 1100],
        "interval_s": [3600],
        "priority": "medium",
    }
    sound.update(other)
    return sound


def siren(**other):
    sound = {
        "kind": "siren",
        "name": "s",
        "tones": [[1500, 1520], [2000, 2020]],
        "segments": [{"tone": 0, "ms": [200, 300]}, {"tone": 1, "ms": [200, 300]}],
        "repeats": [5, 7],
        "total_ms": [2500, 3500],
        "interval_s": [],
        "priority": "high",
    }
    sound.update(other)
    return sound


def pump(*sounds, **other):
    value = {"format": 1, "name": "p", "source": "test", "sounds": list(sounds)}
    value.update(other)
    return value


def refused(value):
    found, errors = profile.check(value)
    assert found is None and errors, value
    return errors


def one(value, field, words):
    errors = refused(value)
    assert len(errors) == 1, errors
    assert errors[0].startswith(field + ":") and words in errors[0], errors


def test_a_good_profile_is_taken_whole():
    value = pump(chime(), siren(tones=[None, [2000, 2600]], note="free text"))
    found, errors = profile.check(value)
    assert not errors, errors
    assert found.value is value and found.name == "p"
    first, second = found.sounds
    assert first.known and not second.known
    assert found.knows("chime") and not found.knows("siren")
    assert first.tones == [(1500, 1520)] and first.segments == [(0, 900, 1100)]
    assert second.tones == [None, (2000, 2600)] and second.segments[1] == (1, 200, 300)
    assert second.total_ms == (2500, 3500) and second.repeats == (5, 7)


def test_what_is_no_profile_at_all():
    for text, words in (
        (b"nonsense", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[]", "must be an object"),
        (b" " * 9000, "larger than 8192"),
    ):
        found, errors = profile.loads(text)
        assert found is None and words in errors[0], errors
    # MicroPython before 1.26 takes an object without its end.
    found, errors = profile.loads(b'{"format": 1')
    assert found is None and ("not valid JSON" in errors[0] or "'name' is missing" in errors[0])
    assert "absent" in profile.load("no-such-profile.json")[1][0]


def test_keys():
    one(pump(chime(), sound=[]), "profile", "unknown key 'sound'")
    one(pump(chime(volume=3)), "sounds[0]", "unknown key 'volume'")
    bare = chime()
    del bare["total_ms"]
    one(pump(bare), "sounds[0]", "'total_ms' is missing")
    one(pump(chime(segments=[{"tone": 0, "ms": [1, 2], "hz": 3}])), "sounds[0].segments[0]", "'hz'")
    one(pump(chime(), format=2), "format", "must be 1")
    one(pump(), "sounds", "1 to 6")
    one(pump(chime(), name=""), "name", "1 to 40")


def test_times_that_cannot_be():
    for ms in (
        [0, 100],
        [-5, 100],
        [300, 200],
        [100, 90000],
        [100],
        "100",
        [100, 200.5],
        [True, 9],
    ):
        one(pump(chime(segments=[{"tone": 0, "ms": ms}])), "sounds[0].segments[0].ms", "whole")
    one(pump(chime(total_ms=[0, 0])), "sounds[0].total_ms", "20 to 3600")
    one(pump(chime(total_ms=[2000, 3000])), "sounds[0].total_ms", "impossible: its segments")
    one(pump(siren(repeats=[1, 2])), "sounds[0].total_ms", "400 to 1200 ms")
    one(pump(chime(repeats=[0, 1])), "sounds[0].repeats", "1 to 180")
    one(pump(chime(interval_s=[0])), "sounds[0].interval_s[0]", "5 to 86400")
    one(pump(chime(interval_s=3600)), "sounds[0].interval_s", "list")


def test_tones_that_cannot_be():
    for tones in (
        [[500, 700]],
        [[4900, 5100]],
        [[0, 0]],
        [[2000, 1000]],
        [[-5, 700]],
        [[700, 800.5]],
    ):
        one(pump(chime(tones=tones)), "sounds[0].tones[0]", "600 to 5000")
    one(pump(chime(tones=[])), "sounds[0].tones", "1 to 4")
    one(pump(chime(tones=[None, None])), "sounds[0].tones[1]", "no segment uses it")
    overlapping = siren(tones=[[1500, 1600], [1600, 1700]])
    one(pump(overlapping), "sounds[0].tones[1]", "overlaps tones[0]")


def test_segments_that_cannot_follow_each_other():
    tone, rest = {"tone": 0, "ms": [200, 300]}, {"tone": None, "ms": [100, 200]}
    for segments, repeats, index, words in (
        ([rest, tone], [2, 2], 0, "begins with a tone"),
        ([tone, rest], [1, 1], 1, "ends with a tone"),
        ([tone, tone], [1, 1], 1, "overlaps: segments[0]"),
        ([tone, rest, rest, tone], [1, 1], 2, "silence follows silence"),
        ([tone, rest, tone], [2, 3], 0, "overlaps: segments[2]"),
        ([{"tone": 1, "ms": [200, 300]}], [1, 1], 0, "a number of 'tones'"),
        ([{"tone": -1, "ms": [200, 300]}], [1, 1], 0, "a number of 'tones'"),
        ([{"tone": True, "ms": [200, 300]}], [1, 1], 0, "a number of 'tones'"),
    ):
        value = pump(chime(segments=segments, repeats=repeats, total_ms=[200, 3000]))
        one(value, "sounds[0].segments[%d].tone" % index, words)
    good = chime(segments=[tone, rest], repeats=[2, 3], total_ms=[500, 1300])
    assert profile.check(pump(good))[1] == []


def test_two_sounds_must_differ():
    one(pump(chime(), chime(kind="siren")), "sounds[1]", "overlaps sounds[0]")
    assert profile.check(pump(chime(), chime(tones=[[1600, 1620]])))[1] == []


def test_many_errors_are_told_but_not_without_end():
    errors = refused(pump(*[chime(kind=5, priority=6, repeats=7) for _ in range(6)]))
    assert len(errors) == 8, errors


def test_its_value_can_be_stored_and_read_again():
    found, _ = profile.check(pump(chime(), siren()))
    again, errors = profile.loads(json.dumps(found.value).encode())
    assert not errors and again.value == found.value


def test_shipped_profiles_hold():
    import os

    folder = ""
    for place in ("firmware/profiles", "profiles"):
        try:
            os.stat(place)
            folder = place
        except OSError:
            pass
    names = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
    assert len(names) >= 5, names
    for name in names:
        found, errors = profile.load(folder + "/" + name)
        assert not errors, (name, errors)
        assert not found.knows("chime"), "no pump's tones are published"
