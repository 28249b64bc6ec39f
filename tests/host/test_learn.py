# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch learn` and `contribute`: what they write, and what they refuse and why."""

import io
import json
import re
import resource
import shutil
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from host_tools import (
    audio,
    cli,
    contribute,
    learn,
    learn_check,
    profile_files,
    render,
    spectrogram,
)
from host_tools.errors import UserError
from tests.host import test_recordings
from tests.host.audio_files import encode, wav
from tests.host.test_detect import RATE_HZ, room

CHIME, SIREN = render.chime(1873.0), render.siren(1480.0, 1.43, 4)


def scene(seconds: float, *sounds, s_n0_db: float = 45.0, seed: int = 1) -> np.ndarray:
    samples = room(seconds, seed)
    for kind, segments, at_s in sounds:
        sound = render.pump(np.random.default_rng(seed), segments, kind)
        render.mix(samples, sound, at_s, s_n0_db)
    return samples


def clinic(tmp_path, name="clinic.wav"):
    samples = scene(
        28, ("chime", CHIME, 4), ("chime", CHIME, 9), ("siren", SIREN, 14), ("siren", SIREN, 21)
    )
    return wav(tmp_path / name, samples, RATE_HZ, 24)


@pytest.fixture
def run(capsys):
    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.main([*map(str, args)])
        text = capsys.readouterr()
        return status, text.out, text.err

    return call


def test_a_clinics_alarm_test_is_learned_shown_and_heard_again(run, tmp_path):
    path = clinic(tmp_path)
    status, out, err = run("learn", path, "--name", "Ada")
    assert status == 0 and not err
    target = tmp_path / "clinic.profile.json"
    profile = profile_files.check_profile(target)
    assert profile.name == "Ada" and [s.kind for s in profile.sounds] == ["chime", "siren"]
    ((low, high),) = profile.sounds[0].tones
    assert low <= 1873 <= high and high - low < 20
    assert target.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert (
        "quality 75 of 95 points" in out
        and "would still be taken for it: any single steady tone" in out
    )
    assert "S/N0 30 dB-Hz: 8 with the profile, 8 blind" in out and "kHz |" in out
    # It is of use: the same pump, fainter, in another room.
    faint = wav(tmp_path / "night.wav", scene(14, ("siren", SIREN, 6), s_n0_db=20, seed=5),
                RATE_HZ, 24)  # fmt: skip
    status, out, _ = run("detect", "--profile", target, faint)
    found = [json.loads(line) for line in out.splitlines()]
    assert [(f["kind"], f["profile"]) for f in found if f["kind"] != "not matched"][:1] == [
        ("siren", "Ada")
    ]


BOTH = {  # (the chime's Hz, the siren's lower tone, which comes first, talk below the pump in dB)
    "the siren's upper tone": (1500, 1200, "siren", None),
    "the siren's lower tone": (1480, 1480, "chime", None),
    "its own tone": (1873, 1003.7, "siren", None),
    "a harmonic of the siren's": (2400, 1200, "chime", None),
    "its own tone, each twice in talk": (1873, 1200, "siren", 20),
    "the siren's upper tone, each twice in talk": (1500, 1200, "chime", 20),
}


@pytest.mark.parametrize("name", BOTH)
def test_both_alarms_of_one_pump_from_close_are_learned(tmp_path, name):
    from host_tools.learn import hear

    chime_hz, low, first, talk_db = BOTH[name]
    upper = low * (1.5 if low < 1100 else 1.25)
    kinds = {"chime": render.chime(chime_hz), "siren": render.siren(low, upper / low)}
    order = sorted(kinds, reverse=first == "siren") * (2 if talk_db else 1)
    at_s = [3 + 6 * i for i in range(len(order))]
    sounds = [(kind, kinds[kind], at) for kind, at in zip(order, at_s, strict=True)]
    samples = scene(at_s[-1] + 6, *sounds, s_n0_db=70)
    if talk_db:
        part = samples[round(3.2 * RATE_HZ) : round(3.8 * RATE_HZ)]
        level = np.sqrt(np.mean(part**2)) * 10 ** (-talk_db / 20)
        samples += level * gliding_voices(len(samples), seed=1)
    proposal = hear(wav(tmp_path / "r.wav", samples, RATE_HZ, 24)).proposal
    assert proposal["profile"], proposal["reason"]
    learned = proposal["profile"]["sounds"]
    assert [s["kind"] for s in learned] == ["chime", "siren"], proposal["notes"]
    for sound, hz in zip(learned, ([chime_hz], [low, upper]), strict=True):
        tones = sorted(sound["tones"])
        assert all(a <= f <= b for (a, b), f in zip(tones, hz, strict=True)), (tones, hz)


def gliding_voices(count: int, seed: int) -> np.ndarray:
    """Syllables of 24 harmonics of a pitch that never rests, with pauses; as loud as 1 (RMS)."""
    rng = np.random.default_rng(seed)
    out = np.zeros(count)
    at = 0
    while at < count:
        length = min(count - at, round(rng.uniform(0.12, 0.45) * RATE_HZ))
        time_s = np.arange(length) / RATE_HZ
        glide = rng.uniform(-0.6, 0.6) * time_s + 0.02 * np.sin(2 * np.pi * 5 * time_s)
        phase = 2 * np.pi * np.cumsum(rng.uniform(95, 230) * np.exp(glide)) / RATE_HZ
        syllable = sum(np.sin(n * phase) / n for n in range(1, 25)) * np.hanning(length) ** 0.5
        out[at : at + length] = syllable / np.sqrt(np.mean(syllable**2) + 1e-9)
        at += length + round(rng.uniform(0.03, 0.4) * RATE_HZ)
    return out


def test_a_profile_that_does_not_hear_its_own_recording_is_warned_of(run, tmp_path, monkeypatch):
    """Whatever went wrong in between: here the file is changed before it is tried."""
    path = clinic(tmp_path)
    target = tmp_path / "clinic.profile.json"

    def spoilt(clip, profile):
        value = json.loads(profile.read_text())
        for sound in value["sounds"]:
            sound["tones"] = [[low + 600, high + 600] for low, high in sound["tones"]]
        profile.write_text(json.dumps(value))
        monkeypatch.setattr(learn_check, "LEVELS_DB", (30,))
        return learn_check.sensitivity(clip, profile)

    assert "WARNING" not in run("learn", path, "--no-picture")[1]
    monkeypatch.setattr(learn, "sensitivity", spoilt)
    status, out, _ = run("learn", path, "--no-picture", "--force")
    assert status == 0 and target.exists()
    for kind in ("chime", "siren"):
        assert f"WARNING: with this profile the {kind} of its own recording is not heard" in out


def test_any_format_will_do_and_json_tells_all(run, tmp_path):
    path = encode(tmp_path / "a.flac", scene(14, ("chime", CHIME, 3), ("chime", CHIME, 8)), RATE_HZ)
    status, out, _ = run("learn", path, "--json", "--no-verify", "--no-picture")
    told = json.loads(out)
    assert status == 0 and told["sure"] >= 60 and len(told["took"]) == 2
    assert told["value"]["sounds"][0]["kind"] == "chime" and not list(tmp_path.glob("*.png"))


def test_a_profile_that_is_there_is_not_replaced(run, tmp_path):
    path = clinic(tmp_path)
    target = tmp_path / "clinic.profile.json"
    target.write_text("mine")
    status, _, err = run("learn", path)
    assert status == 2 and "--force" in err and target.read_text() == "mine"


REFUSED = {
    "nothing": (lambda: scene(10), "no pump sound"),
    "two": (
        lambda: scene(14, ("chime", CHIME, 3), ("chime", render.chime(2500.0), 8)),
        "two different alarms",
    ),
    "two pumps' sirens beside a chime": (
        lambda: scene(19, ("chime", CHIME, 3), ("siren", SIREN, 7),
                      ("siren", render.siren(1100.0), 13)), "two different alarms: a siren"
    ),
    "faint": (lambda: scene(14, ("chime", CHIME, 4), s_n0_db=24), "nothing was learned"),
    "cut": (lambda: scene(8, ("chime", CHIME, 1))[RATE_HZ * 3 // 2 :], "cut off"),
    "cut at its end": (
        lambda: scene(8, ("chime", CHIME, 3))[: RATE_HZ * 36 // 10], "cut off"
    ),
    "half a siren": (lambda: scene(8, ("siren", SIREN, 3))[: RATE_HZ * 47 // 10], "cut off"),
    "clipped": (
        lambda: np.clip(scene(10, ("chime", CHIME, 4)) * 3000, -1, 1 - 2**-23), "clipped"
    ),
    "long": (lambda: scene(14, ("chime", render.chime(1873.0, 6000), 4)), "longer than"),
    "short": (lambda: scene(0.4, ), "only 0.40 s long"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_recording_that_is_no_good_is_refused_and_nothing_written(run, tmp_path, name):
    make, words = REFUSED[name]
    path = wav(tmp_path / "r.wav", make(), RATE_HZ, 24)
    status, out, err = run("learn", path)
    assert status == 2 and words in err and len(err.splitlines()) == 1 and not out
    assert [p.name for p in tmp_path.iterdir()] == ["r.wav"]


def test_a_recording_of_100_mb_is_learned_from_in_little_memory(run, tmp_path):
    """Six minutes and a half as a studio records them; the pump's sounds come at the end."""
    end = scene(20, ("chime", CHIME, 4), ("chime", CHIME, 12))
    quiet = scene(60)
    path = wav(tmp_path / "long.wav", np.zeros((2, 16)), 48_000, 32)
    parts = [quiet] * 4 + [end]
    count = sum(len(part) for part in parts) * 3
    head = bytearray(path.read_bytes()[: path.read_bytes().index(b"data") + 8])
    head[4:8] = (count * 8 + len(head) - 8).to_bytes(4, "little")
    head[-4:] = (count * 8).to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(head)
        for part in parts:
            slots = (np.repeat(part, 3) * 2**31).astype("<i4")
            file.write(np.repeat(slots, 2).tobytes())
    assert path.stat().st_size > 95e6
    run("learn", clinic(tmp_path), "--no-verify")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, out, err = run("learn", path, "--no-verify")
    assert status == 0 and "1873 Hz" in out, err
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB


def test_a_folder_or_an_absent_file_is_refused(run, tmp_path):
    for path in (tmp_path, tmp_path / "none.wav", "."):
        for command in (["learn"], ["contribute", "--yes"]):
            status, _, err = run(*command, path)
            assert status == 2 and "unexpected" not in err and len(err.splitlines()) == 1, err
    assert run("learn", clinic(tmp_path), "--out", tmp_path / "no" / "p.json")[0] == 2


# --- contribute ----------------------------------------------------------------------------------


def prepared(tmp_path, answers, **options):
    out = io.StringIO()
    options = contribute.Options(clinic(tmp_path), play=False, **options)
    contribute.contribute(options, io.StringIO(answers), out, io.StringIO())
    return tmp_path / "clinic-contribution", out.getvalue()


def test_a_contribution_is_cut_described_and_licensed(tmp_path):
    place, out = prepared(tmp_path, "SynchroMed II\n0.5 m\nPixel 7\nyes\nyes\n")
    assert sorted(p.name for p in place.iterdir()) == [
        "LICENSE.txt", "description.json", "sound.wav", "spectrogram.png",
    ]  # fmt: skip
    assert "nothing was uploaded" in out and "is any speech left?" in out
    told = json.loads((place / "description.json").read_text())
    assert (told["pump"], told["distance"], told["phone"]) == ("SynchroMed II", "0.5 m", "Pixel 7")
    assert "CC0" in (place / "LICENSE.txt").read_text()
    info = audio.inspect(place / "sound.wav")
    assert info.rate_hz == RATE_HZ and info.seconds < 14.5  # of 28 s
    assert told["levels"]["chime"]["s_n0_db"] == pytest.approx(45, abs=2)
    assert [s["kind"] for s in told["soundings"]] == ["chime", "chime", "siren", "siren"]
    assert not any(str(tmp_path) in p.read_text() for p in place.glob("*.json"))


def test_a_contribution_s_description_as_json(tmp_path):
    place, out = prepared(tmp_path, "x\n1 m\ny\nyes\nyes\n", as_json=True)
    told = json.loads(out)  # nothing else went there
    assert told.pop("wrote") == str(place)
    assert told == json.loads((place / "description.json").read_text())


def test_what_was_contributed_can_be_learned_again(tmp_path):
    from host_tools.learn import hear

    place, _ = prepared(tmp_path, "", yes=True)
    again = hear(place / "sound.wav").proposal
    told = json.loads((place / "description.json").read_text())
    assert again["profile"]["sounds"][0]["tones"] == pytest.approx(
        np.array(told["sounds"][0]["tones"]), abs=4
    )


def test_what_was_contributed_passes_the_test_that_real_recordings_will_meet(tmp_path):
    """A rendered pump stands in: the door works, although nobody has come through it yet."""
    place, _ = prepared(tmp_path, "", yes=True)
    test_recordings.test_a_real_pump_is_found_learned_and_heard(place, tmp_path)
    told = json.loads((place / "description.json").read_text())
    told["sounds"][0]["tones"] = [[2500, 2510]]  # not what it holds
    (place / "description.json").write_text(json.dumps(told))
    with pytest.raises(AssertionError):
        test_recordings.test_a_real_pump_is_found_learned_and_heard(place, tmp_path)


def test_what_will_be_shared_is_played_or_it_says_that_it_cannot(tmp_path, monkeypatch):
    played = []

    def play(samples, rate_hz, blocking):
        played.append((len(samples), rate_hz, blocking))

    answers = "a\nb\nc\nyes\nyes\n"
    options = contribute.Options(clinic(tmp_path))
    monkeypatch.setitem(sys.modules, "sounddevice", types.SimpleNamespace(play=play))
    contribute.contribute(options, io.StringIO(answers), io.StringIO(), io.StringIO())
    info = audio.inspect(tmp_path / "clinic-contribution" / "sound.wav")
    assert played == [(round(info.seconds * RATE_HZ), RATE_HZ, True)]
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # importing it fails
    shutil.rmtree(tmp_path / "clinic-contribution")
    out = io.StringIO()
    there = []

    class Person(io.StringIO):
        """Opens the file that is named, before saying anything about it."""

        def readline(self, *args):
            name = re.search(r"cannot play it here .*listen to (\S+sound\.wav)", out.getvalue())
            there.append(audio.inspect(name[1]).seconds)
            picture = re.search(r"see all of it before you answer: (\S+\.png)", out.getvalue())
            assert Path(picture[1]).read_bytes().startswith(b"\x89PNG")
            return super().readline(*args)

    contribute.contribute(options, Person(answers), out, io.StringIO())
    assert there == [info.seconds] * 5


@pytest.mark.parametrize("answers", ["a\nb\nc\nno\n", "a\nb\nc\nyes\nno\n", "a\n"])
def test_without_consent_nothing_is_written(tmp_path, answers):
    with pytest.raises(UserError):
        prepared(tmp_path, answers)
    assert [p.name for p in tmp_path.iterdir()] == ["clinic.wav"]


def test_a_recording_without_a_pump_is_not_contributed(tmp_path):
    path = wav(tmp_path / "r.wav", scene(10), RATE_HZ, 24)
    with pytest.raises(UserError, match="no pump sound"):
        contribute.contribute(
            contribute.Options(path, play=False), io.StringIO(), io.StringIO(), io.StringIO()
        )


def test_a_phone_held_close_is_louder_than_the_rows_can_hold_and_learned_all_the_same(tmp_path):
    from host_tools.learn import hear

    loud = scene(14, ("chime", CHIME, 4), ("chime", CHIME, 9), s_n0_db=100)
    found = hear(wav(tmp_path / "loud.wav", loud, RATE_HZ, 24)).proposal
    ((low, high),) = found["profile"]["sounds"][0]["tones"]
    assert low <= 1873 <= high and high - low < 30


def test_the_picture_of_a_recording_muted_between_its_sounds_shows_the_tone_alone():
    samples = np.zeros(12 * RATE_HZ)
    beep = np.sin(2 * np.pi * 1873 / RATE_HZ * np.arange(RATE_HZ))
    samples[4 * RATE_HZ : 5 * RATE_HZ] = beep * np.minimum(1, np.arange(RATE_HZ)[::-1] / 400)
    rows = spectrogram.text(samples, [("chime", 4.0, 5.0, (1873,))]).splitlines()
    assert [row[:9] for row in rows[:-1] if "@" in row] == [" 1.9 kHz "]


def test_the_picture_shows_all_of_a_long_recording(tmp_path, monkeypatch):
    """A tone of 60 ms at its very end, among more columns than are drawn."""
    samples = np.random.default_rng(1).normal(0, 1e-4, 400 * RATE_HZ)
    samples[-RATE_HZ:-RATE_HZ + 960] += 0.1 * np.sin(2 * np.pi * 0.1 * np.arange(960))  # fmt: skip
    drawn = []
    real = spectrogram.plt.Axes.pcolormesh

    def record(axis, at_s, hz, db, **options):
        drawn.append((at_s, db.max(axis=0)))
        return real(axis, at_s, hz, db, **options)

    monkeypatch.setattr(spectrogram.plt.Axes, "pcolormesh", record)
    spectrogram.picture(samples, [("chime", 399.0, 399.06, (1600,))], tmp_path / "p.png")
    ((at_s, loudest),) = drawn
    assert len(at_s) <= spectrogram.PICTURE_COLUMNS
    assert at_s[np.argmax(loudest)] == pytest.approx(399, abs=0.15) and loudest.max() > 40
