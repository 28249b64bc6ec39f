# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch walk-test`: the sounds are as announced, and what was heard of them is told right."""

import io
import json
import re
import wave

import numpy as np
import pytest

from host_tools import cli, walk_heard, walk_sounds
from host_tools.walk_heard import Hearing, walks
from host_tools.walk_sounds import LEVELS_DB, PLAYED_HZ, choose, samples, steps
from tests.host import test_listen
from tests.host.audio_files import wav
from tests.host.fake_device import heard, line
from tests.host.test_logbook import folder

PROFILE = {
    "format": 1, "name": "ours", "source": "clinic.m4a",
    "sounds": [
        {"kind": "siren", "name": "s", "tones": [[900, 920], None], "repeats": [5, 7],
         "segments": [{"tone": 0, "ms": [240, 260]}, {"tone": 1, "ms": [240, 260]}],
         "total_ms": [2900, 3100], "interval_s": [600], "priority": "high"},
        {"kind": "chime", "name": "c", "tones": [[1990, 2010]], "repeats": [2, 2],
         "segments": [{"tone": 0, "ms": [480, 520]}, {"tone": None, "ms": [90, 110]}],
         "total_ms": [1150, 1250], "interval_s": [3600], "priority": "medium"},
    ],
}  # fmt: skip


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(tmp_path)

    def call(*args) -> tuple[int, str, str]:
        err = io.StringIO()
        status = cli.main(["walk-test", *[str(arg) for arg in args]], stderr=err)
        return status, capsys.readouterr().out, err.getvalue()

    return call


def walked(began_s: float, last: int, kind: str = "siren", n: int = 2, skip=()) -> bytes:
    """The log lines of a walk test of which sounds 1 to `last` were heard."""
    lines = b""
    for step in steps()[:last]:
        if step.number not in skip:
            hz = (1500, 1875) if kind == "siren" else (1500,)
            grade = "weak" if step.number == last else "sure"
            lines += heard(n, began_s + step.at_s, kind, grade, hz, ago_s=3)
            n += 1
    return lines


def test_no_two_pauses_are_alike():
    times = [step.at_s for step in steps()]
    gaps = np.diff(times)
    assert len(set(gaps)) == len(gaps) == len(LEVELS_DB) - 1
    assert min(abs(a - b) for i, a in enumerate(gaps) for b in gaps[:i]) > walk_heard.APART_S
    assert gaps[0] >= 60 and min(gaps) >= 15  # time to press; silence between


def test_the_file_holds_what_it_announces(run, tmp_path):
    status, out, err = run("--out", "walk.wav", "--hz", "1000")
    assert (status, err) == (0, "") and "siren, 1000 and 1250 Hz" in out and "30 minutes" in out
    with wave.open(str(tmp_path / "walk.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48000, 1, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    level = []
    for step in steps():
        at = round((walk_sounds.EDGE_S + step.at_s) * PLAYED_HZ)
        assert not sound[at - PLAYED_HZ : at - 200].any()
        level.append(np.sqrt(np.mean(sound[at : at + 3 * PLAYED_HZ] ** 2)))
    assert np.allclose(20 * np.log10(np.divide(level, level[0])), LEVELS_DB, atol=0.1)


def test_the_learned_sound_is_played(tmp_path):
    path = tmp_path / "ours.json"
    path.write_text(json.dumps(PROFILE))
    siren = choose(None, None, path)
    assert siren.kind == "siren" and len(siren.segments) == 12
    assert {round(part.hz) for part in siren.segments} == {910, 1875}  # the unknown: 1500 * 1.25
    assert sum(part.duration_ms for part in siren.segments) == 3000
    chime = choose("chime", None, path)
    assert [round(part.hz) for part in chime.segments] == [2000, 0, 2000, 0]
    spectrum = np.abs(np.fft.rfft(walk_sounds.one(chime)))
    loudest = np.argmax(spectrum) * 16000 / len(walk_sounds.one(chime))
    assert abs(loudest - 2000) < 3


def test_a_walk_is_recognised_without_a_common_clock():
    hearings = [
        Hearing(7777.3 + step.at_s + (-1) ** step.number * 0.5, "siren", "sure", (1500, 1875), 30)
        for step in steps()[:5]
    ]
    (walk,) = walks([*hearings, Hearing(7900, "siren", "sure", (700, 900), 30)])
    assert abs(walk.began_s - 7777.3) < 1 and walk.reach_db() == LEVELS_DB[4]
    assert [hearing is not None for _, hearing in walk.heard].count(True) == 5


def test_harmonics_are_the_same_pump():
    tones = ((1500, 1875), (3000, 3750), (1492, 1875), (4500, 3750))
    hearings = [
        Hearing(step.at_s, "siren", "sure", hz, 30)
        for step, hz in zip(steps(), tones, strict=False)
    ]
    (walk,) = walks(hearings)
    assert walk.reach_db() == LEVELS_DB[3] and walk.hz == (1492, 1875)


def test_a_night_s_sirens_and_chimes_are_no_walk():
    sirens = [Hearing(600.0 * n, "siren", "sure", (1500, 1875), 30) for n in range(30)]
    chimes = [Hearing(3600.0 * n + 5, "chime", "sure", (1500,), 30) for n in range(9)]
    assert walks(sirens + chimes) == [] == walks(sirens[:1]) == walks([])


def test_the_log_tells_how_far_down(run, tmp_path):
    source = folder(tmp_path, line(1, 0, "boot") + walked(100, 8))
    status, out, err = run(source, "--my-ears", "5")
    assert (status, err) == (0, "")
    assert "Heard for sure down to -24 dB, faintly down to -28 dB." in out
    assert "the monitor hears sounds 12 dB softer than you" in out
    assert " 9   -32 dB  not heard" in out and "2026-01-15 22:01:4" in out


def test_places_are_compared_and_the_last_is_told_in_full(run, tmp_path):
    data = line(1, 0, "boot") + walked(100, 4) + walked(2000, 9, n=20)
    status, out, _ = run(folder(tmp_path, data))
    assert status == 0 and out.count("not heard") == 3
    assert "earlier: " in out.splitlines()[0] and "down to -8 dB" in out.splitlines()[0]
    rows = [json.loads(row) for row in run(tmp_path, "--json")[1].splitlines()]
    assert [row["heard_down_to_db"] for row in rows] == [-12, -32]
    assert [row["sure_down_to_db"] for row in rows] == [-8, -28]


def test_what_was_covered_is_told(run, tmp_path):
    data = line(1, 0, "boot") + walked(100, 8, skip=(3, 4))
    data += line(40, 100 + steps()[2].at_s + 3, "not_matched", sound="chime", hz=[3000],
                 snr_db10=100, ago_ms=3000, ms=900, reason="level not steady")  # fmt: skip
    out = run(folder(tmp_path, data))[1]
    assert "Missed although softer ones were heard: 3, 4." in out
    assert "heard, not matched: level not steady" in out
    assert "down to -4 dB" in out  # what lies beyond a hole is no promise


@pytest.mark.parametrize("kind", walk_sounds.KINDS)
def test_the_simulated_board_hears_it(run, kind):
    status, out, err = run("--simulated", "--kind", kind, "--json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert told["kind"] == kind and told["hz"][0] in range(1485, 1516)
    # 46 dB-Hz less 20 dB is plain to hear; 46 less 44 lies below any detector's limit.
    assert told["sure_down_to_db"] <= -20
    assert told["steps"][-1]["heard"] in ("no", "not matched")


def test_a_recording_at_the_monitor_s_place_does_as_well(run, tmp_path):
    walk = samples(choose("siren", 1200, None), 16000)
    rng = np.random.default_rng(4)
    wav(tmp_path / "heard.wav", 0.01 * walk + 1e-4 * rng.standard_normal(len(walk)), 16000, 16)
    status, out, err = run("heard.wav")
    assert (status, err) == (0, "") and re.search(r"siren, (119|120)\d and (149|150)\d Hz", out)
    assert "from 2 s on" in out and "Heard for sure down to" in out


class Loudspeaker(test_listen.FakeSound):
    """Takes what is played; `broken` fails in the middle, `late` says that it had to wait."""

    def __init__(self, broken: bool = False, late: bool = False, **options) -> None:
        super().__init__(**options)
        for device in self.found:
            device["max_output_channels"] = 1
        self.played: list[np.ndarray] = []
        self.broken, self.late = broken, late

    def OutputStream(self, **_):  # noqa: N802
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self.closed = True

    def write(self, piece: np.ndarray) -> bool:
        if self.broken and len(self.played) > 3:
            raise test_listen.PortAudioError("device unavailable")
        self.played.append(piece)
        return self.late


def test_it_plays_the_whole_walk(run, monkeypatch):
    speaker = Loudspeaker()
    monkeypatch.setattr("host_tools.computer_loudspeaker.library", lambda _: speaker)
    status, out, err = run("--play")
    assert (status, err) == (0, "") and speaker.closed
    assert np.array_equal(np.concatenate(speaker.played)[:, 0], samples(choose(None, None, None)))
    assert [row for row in out.splitlines() if row.startswith("sound ")] == [
        f"sound {step.number} of 12, {step.level_db} dB" for step in steps()
    ]


@pytest.mark.parametrize(
    ("speaker", "words"),
    [
        (Loudspeaker(broken=True), "device unavailable"),
        (Loudspeaker(late=True), "holes, this computer was too busy"),
        (Loudspeaker(broken=True, devices=0), "no loudspeaker found"),
    ],
)
def test_a_loudspeaker_that_fails_is_one_line(run, monkeypatch, speaker, words):
    monkeypatch.setattr("host_tools.computer_loudspeaker.library", lambda _: speaker)
    status, _, err = run("--play")
    assert status == 4 and words in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--out", "walk.mp3"], "name the file .wav"),
        (["--out", "no/walk.wav"], "cannot be written"),
        (["--kind", "bell", "--out", "w.wav"], "siren or chime"),
        (["--hz", "90", "--out", "w.wav"], "600 to 4000"),
        (["--hz", "nan", "--out", "w.wav"], "600 to 4000"),
        (["--out", "w.wav", "--play"], "give one of"),
        (["absent.wav"], "no such file"),
        (["absent.img"], "no such flash image"),
        (["--my-ears", "40", "--simulated"], "from 0 to 12"),
        (["--out", "w.wav", "--profile", "list.json"], "must be an object"),
        (["--out", "w.wav", "--profile", "empty.json"], "is no profile"),
        (["--out", "w.wav", "--profile", "odd.json"], "is no profile"),
        (["--out", "w.wav", "--profile", "only.json", "--kind", "chime"], "'format' is missing"),
        (["quiet"], "at least two of its sounds"),
    ],
)
def test_bad_use_is_one_line_and_writes_nothing(run, tmp_path, args, words):
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "empty.json").write_text("{}")
    odd = {"kind": "siren", "tones": [None], "segments": [{"tone": 3, "ms": [1, "x"]}]}
    (tmp_path / "odd.json").write_text(json.dumps({"sounds": [odd]}))
    (tmp_path / "only.json").write_text(json.dumps({"sounds": PROFILE["sounds"][:1]}))
    (tmp_path / "quiet").mkdir()
    folder(tmp_path / "quiet", line(1, 0, "boot"))
    before = sorted(tmp_path.rglob("*"))
    status, out, err = run(*args)
    assert status == 2 and words in err and err.count("\n") == 1 and out == ""
    assert sorted(tmp_path.rglob("*")) == before
