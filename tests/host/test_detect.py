# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch detect`: pump sounds in recordings of any kind, as JSON lines."""

import io
import json
import resource

import numpy as np
import pytest

from host_tools import acoustics, audio, cli, detect, profile_files, render, runtimes
from host_tools.errors import UserError
from host_tools.listening import Ear
from tests.host.audio_files import encode, tone, wav

RATE_HZ = 16_000
KEYS = {
    "file", "t", "start", "end", "kind", "looks", "grade", "confidence", "hz", "s_n0_db", "reason",
    "profile",
}  # fmt: skip


def room(seconds: float, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return acoustics.noise_loop(rng, seconds, 40, acoustics.white_spectrum).astype(float)


def matched(lines: list[dict]) -> list[dict]:
    return [line for line in lines if line["kind"] != "not matched"]


def with_pump(kind: str, at_s: float, seconds: float, s_n0_db: float = 35, hz: float = 1500):
    """(samples, truth) of one pump sound in a room."""
    samples = room(seconds)
    segments = render.chime(hz) if kind == "chime" else render.siren(hz, 1.3, 4)
    sound = render.pump(np.random.default_rng(2), segments, kind)
    return samples, render.mix(samples, sound, at_s, s_n0_db)


@pytest.fixture
def run(capsys):
    def call(*args: object) -> tuple[int, list[dict], str]:
        capsys.readouterr()
        status = cli.main(["detect", *map(str, args)])
        text = capsys.readouterr()
        return status, [json.loads(line) for line in text.out.splitlines()], text.err

    return call


@pytest.mark.parametrize("kind", ["chime", "siren"])
def test_a_pump_sound_is_found_where_it_is(run, tmp_path, kind):
    samples, truth = with_pump(kind, 6.0, 16)
    status, lines, errors = run(wav(tmp_path / "room.wav", samples, RATE_HZ, 16))
    assert status == 0 and not errors
    (line,) = [line for line in lines if line["kind"] == kind]
    assert set(line) == KEYS
    assert line["file"] == str(tmp_path / "room.wav")
    assert abs(line["start"] - truth.start_s) < 0.3 and abs(line["end"] - truth.end_s) < 0.3
    assert truth.end_s < line["t"] < truth.end_s + 1.5
    assert line["grade"] == "sure" and line["reason"] == "" and line["looks"] == kind
    assert 0 < line["confidence"] <= 100
    assert sorted(line["hz"]) == pytest.approx(truth.hz, rel=0.01)
    assert line["s_n0_db"] == pytest.approx(35, abs=3)


def test_every_format_and_rate_gives_the_same_finding(run, tmp_path):
    samples, truth = with_pump("chime", 5.0, 10)
    fine = np.interp(np.arange(len(samples) * 3) / 3, np.arange(len(samples)), samples)
    files = [
        wav(tmp_path / "a.wav", samples, RATE_HZ, 24),
        encode(tmp_path / "b.flac", samples, RATE_HZ),
        wav(tmp_path / "c.wav", np.stack([fine, fine]), 48_000, 16),
    ]
    status, lines, _ = run("--jobs", 2, "--json", *files)
    found = [line for line in lines if line["kind"] == "chime"]
    assert status == 0
    assert [line["file"] for line in found] == [str(file) for file in files]
    for line in found:
        assert line["start"] == pytest.approx(truth.start_s, abs=0.2)


def test_order_of_the_files_is_kept_whoever_is_done_first(run, tmp_path):
    long, _ = with_pump("chime", 50, 60)
    short, _ = with_pump("chime", 5, 8)
    files = [wav(tmp_path / "long.wav", long, RATE_HZ, 16)]
    files += [wav(tmp_path / f"{i}.wav", short, RATE_HZ, 16) for i in range(4)]
    _, lines, _ = run(*files, "--jobs", 3)
    assert list(dict.fromkeys(line["file"] for line in lines)) == [str(file) for file in files]


def test_each_file_meets_a_fresh_listener(tmp_path):
    samples, _ = with_pump("siren", 5, 12)
    path = wav(tmp_path / "s.wav", samples, RATE_HZ, 16)
    noise = detect.microphone_noise()
    with Ear() as ear:
        first = detect.findings(ear, path, noise)
        assert first == detect.findings(ear, path, noise)
    assert "siren" in [finding.kind for finding in first]


def test_a_sound_that_ends_with_the_recording_is_still_judged(run, tmp_path):
    samples, truth = with_pump("chime", 5.0, 6.1)
    status, lines, _ = run(wav(tmp_path / "r.wav", samples, RATE_HZ, 16))
    (line,) = matched(lines)
    assert line["kind"] == "chime" and line["t"] > 6.1 > line["end"] - 0.1


def test_a_tone_that_began_before_the_recording_is_no_chime(run, tmp_path):
    samples = room(8)
    samples[: RATE_HZ * 9 // 10] += tone(1500, 0.9, RATE_HZ, 0.01)
    _, lines, _ = run(wav(tmp_path / "r.wav", samples, RATE_HZ, 16))
    assert not matched(lines)


@pytest.mark.parametrize("value", [0.0, 0.9])
def test_a_dead_microphone_finds_nothing(run, tmp_path, value):
    status, lines, errors = run(wav(tmp_path / "r.wav", np.full(RATE_HZ * 20, value), RATE_HZ, 16))
    assert (status, matched(lines), errors) == (0, [], "")


def test_a_chime_in_digital_silence_is_heard(run, tmp_path):
    sound = render.pump(np.random.default_rng(2), render.chime(1500), "chime")
    silence = np.zeros(RATE_HZ * 5)
    samples = np.concatenate([silence, 0.001 * sound.signal, silence])
    _, lines, _ = run(wav(tmp_path / "r.wav", samples, RATE_HZ, 24))
    assert [(line["kind"], line["grade"]) for line in matched(lines)] == [("chime", "sure")]


def test_bad_files_cost_a_line_each_and_the_good_ones_are_done(run, tmp_path):
    samples, _ = with_pump("chime", 5, 8)
    good = wav(tmp_path / "good.wav", samples, RATE_HZ, 16)
    empty = tmp_path / "empty.wav"
    empty.touch()
    text = tmp_path / "text.wav"
    text.write_text("no sound\n" * 100)
    short = wav(tmp_path / "short.wav", np.zeros(1600), RATE_HZ, 16)
    status, lines, errors = run(empty, tmp_path / "none.wav", good, text, tmp_path, short)
    assert status == 2
    assert [line["kind"] for line in matched(lines)] == ["chime"]
    bad = errors.splitlines()
    assert len(bad) == 5 and all(line.startswith("chimewatch: ") for line in bad)
    for line, word in zip(bad, ["empty", "no such", "not a rec", "directory", "only"], strict=True):
        assert word in line


@pytest.mark.parametrize(
    "args, word",
    [
        (["--jobs", "0", "x.wav"], "--jobs"),
        (["--profile", "none.json", "x.wav"], "none.json"),
        ([], "FILE"),
    ],
)
def test_wrong_use_is_one_line(args, word, capsys):
    err = io.StringIO()
    assert cli.main(["detect", *args], stderr=err) == 2
    assert word in err.getvalue() and err.getvalue().count("\n") == 1


def test_a_profile_that_is_no_json_is_refused(run, tmp_path):
    profile = tmp_path / "p.json"
    for content in ("{", "[1]", "[" * 8000):
        profile.write_text(content)
        status, lines, errors = run("--profile", profile, tmp_path / "x.wav")
        assert status == 2 and not lines and "is no profile" in errors


def test_sounds_that_a_profile_adds_no_listening_to_are_told(run, tmp_path):
    shipped = runtimes.ROOT / "firmware/profiles"
    why = "(not all its tones are known)"

    def told(path):
        err = io.StringIO()
        profile_files.tell_unheard(path, profile_files.check_profile(path), err)
        return err.getvalue().splitlines()

    blind = "{}: sounds[{}] is listened for only by the blind search " + why
    for name, count in (
        ("short-sequence", 0), ("minimed-implantable", 0), ("fast-siren", 1), ("synchromed-ii", 2),
    ):  # fmt: skip
        path = shipped / f"{name}.json"
        assert told(path) == [blind.format(path, n) for n in range(count)]
    value = json.loads((shipped / "short-sequence.json").read_text())
    (sound,) = value["sounds"]
    sound["segments"] = [{"tone": 0, "ms": [200, 300]}, {"tone": 1, "ms": [200, 300]}]
    sound["repeats"], sound["total_ms"] = [1, 1], [400, 600]
    path = tmp_path / "two.json"
    several = [f"{path}: sounds[0] is not listened for: a chime of several tones {why}"]
    for tones, lines in (([None, None], several), ([[1495, 1505], None], several),
                         ([[1495, 1505], [1995, 2005]], [])):  # fmt: skip
        sound["tones"] = tones
        path.write_text(json.dumps(value))
        assert told(path) == lines
    path = shipped / "fast-siren.json"
    status, _, errors = run("--profile", path, wav(tmp_path / "a.wav", room(2), RATE_HZ, 16))
    assert status == 0 and errors.splitlines() == [blind.format(path, 0)]


def test_pieces_of_any_size_give_the_same_findings():
    samples, _ = with_pump("siren", 5, 12)
    slots = audio.to_slots(samples.astype(np.float32))
    with Ear() as ear:
        whole = list(ear.hear([slots]))
        odd = list(ear.hear(np.array_split(slots, 1237)))
        floats = list(ear.hear([samples.astype(np.float32)]))
        assert whole == odd == floats and whole
        assert list(ear.hear([])) == []


def test_other_interpreters_find_the_same():
    samples, _ = with_pump("chime", 3, 6)
    told = []
    for arch in runtimes.ARCHES:
        runtime = runtimes.find(arch)
        if runtime:
            with Ear(runtime) as ear:
                told.append(list(ear.hear([samples])))
    assert all(findings == told[0] for findings in told) and told[0]


def test_an_interpreter_that_stops_is_said(tmp_path):
    with Ear(firmware=tmp_path) as ear, pytest.raises(UserError, match="chain stopped") as error:
        list(ear.hear([room(60)]))
    assert error.value.exit_code == 4


def test_memory_stays_small_for_a_long_file(run, tmp_path):
    path = tmp_path / "long.wav"
    minute = (room(60) * 32767).astype("<i2")
    count = 12  # 12 minutes as 48 kHz stereo: 138 MB
    wave = np.repeat(np.repeat(minute, 3), 2)
    wav(path, np.zeros(16), 48_000, 16)
    head = bytearray(path.read_bytes()[:44])
    size = wave.nbytes * count
    head[4:8] = (size + 36).to_bytes(4, "little")
    head[22:24] = (2).to_bytes(2, "little")
    head[28:32] = (48_000 * 4).to_bytes(4, "little")
    head[32:34] = (4).to_bytes(2, "little")
    head[40:44] = size.to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(head)
        for _ in range(count):
            file.write(wave.tobytes())
    del wave, minute
    run(wav(tmp_path / "warm.wav", room(2), RATE_HZ, 16))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, _, errors = run(path)
    assert status == 0 and not errors
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kB


def whistles(count: int):
    """A loud tone of two seconds in noise, at as many places against the frames."""
    rng = np.random.default_rng(8)
    tone = 0.05 * np.sin(2 * np.pi * 900 * np.arange(2 * RATE_HZ) / RATE_HZ)
    for i in range(count):
        piece = rng.standard_normal(18 * RATE_HZ) * 10 ** (-70 / 20)
        at = 10 * RATE_HZ + i * 1024 // count
        piece[at : at + len(tone)] += tone
        yield piece.astype(np.float32)


def test_a_loud_whistle_with_the_noise_beside_it_is_no_siren():
    """29 dB over a bin of noise: no room makes one tone of a siren so much weaker."""
    with Ear() as ear:
        told = [f.kind for f in ear.hear(whistles(100)) if f.kind != "not matched"]
    assert told == []


def loud_chimes(count: int, level_dbfs: float):
    """One every twelve seconds, at any pitch, in white noise of -70 dBFS."""
    rng = np.random.default_rng(3)
    for _ in range(count):
        piece = rng.standard_normal(12 * RATE_HZ) * 10 ** (-70 / 20)
        turns = rng.uniform(600, 5000) / RATE_HZ * np.arange(RATE_HZ)
        first = 5 * RATE_HZ + int(rng.integers(RATE_HZ))
        piece[first : first + RATE_HZ] += np.sin(2 * np.pi * turns) * 10 ** (level_dbfs / 20)
        yield piece.astype(np.float32)


@pytest.mark.parametrize("level_dbfs", [-75, -55, -35])
def test_a_loud_chime_with_the_noise_beside_it_is_no_siren(level_dbfs):
    """Four in 180 were, when a tone that a room has faded was first looked for."""
    with Ear() as ear:
        told = [f.kind for f in ear.hear(loud_chimes(60, level_dbfs)) if f.kind != "not matched"]
    assert told == 60 * ["chime"]


def loud_sirens(tones: np.ndarray, level_dbfs: float):
    """Each pair of tones by turns, four a second, three seconds long, in noise of -70 dBFS."""
    rng = np.random.default_rng(6)
    seconds = np.arange(3 * RATE_HZ) / RATE_HZ
    for low, high in tones:
        piece = rng.standard_normal(12 * RATE_HZ) * 10 ** (-70 / 20)
        hz = np.where(seconds * 4 % 2 < 1, low, high)
        turns = np.cumsum(hz) / RATE_HZ
        piece[5 * RATE_HZ : 8 * RATE_HZ] += np.sin(2 * np.pi * turns) * 10 ** (level_dbfs / 20)
        yield piece.astype(np.float32)


@pytest.mark.parametrize("level_dbfs", [-75, -55, -35])
def test_a_loud_siren_is_told_at_its_own_tones(level_dbfs):
    """To half a bin (3.9 Hz), wherever in the bin they lie, but for one told by the search for a
    pitch that scatters: the power that pairs are found by is capped, and of a loud tone five bins
    reach the cap."""
    tones = np.array([[1200, 1500], [2123.5, 2964.8], [951.2, 1808.3], [1633.9, 2212.6]])
    tones = np.concatenate([tones, tones + 2, tones + 3.9])
    with Ear() as ear:
        told = [f for f in ear.hear(loud_sirens(tones, level_dbfs)) if f.kind == "siren"]
    assert [f.grade for f in told] == 12 * ["sure"]
    off = np.sort(np.abs([f.hz for f in told] - tones), axis=None)
    assert off[-3] <= 4 and off[-1] <= 6
