# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The sample night holds what it says it holds."""

import time

import numpy as np
import pytest

from host_tools import acoustics, audio
from host_tools.acoustics import RATE_HZ
from host_tools.errors import UserError
from host_tools.night import SampleNight, _makings, after_start
from host_tools.playback import LEAD_IN_S, Playback
from host_tools.programme import RECORDED, SYNTHETIC
from host_tools.simulate import RECORDINGS
from tests.host.audio_files import tone, wav


def clock(night: SampleNight, at_s: float) -> str:
    minutes = int(night.start_utc[11:13]) * 60 + int(night.start_utc[14:16]) + int(at_s) // 60
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def listen(night: SampleNight | Playback) -> np.ndarray:
    return np.concatenate(list(night.chunks())) / 2.0**31


def test_pump_sounds_lie_where_the_hours_say():
    night = SampleNight()
    assert night.start_utc == "2026-01-15T22:00:00Z"
    assert night.seconds == 8 * 3600
    sounds = [(clock(night, truth.start_s), truth.kind) for truth in night.truth]
    assert sounds[:3] == [("01:00", "chime"), ("02:00", "chime"), ("03:00", "chime")]
    assert sounds[3:] == [(f"0{4 + i // 6}:{i % 6}0", "siren") for i in range(12)]
    for truth in night.truth:
        length = {"chime": 1, "siren": 3}[truth.kind]
        assert truth.end_s - truth.start_s == pytest.approx(length)
        assert len(truth.hz) == {"chime": 1, "siren": 2}[truth.kind]
        assert truth.s_n0_db == 30


def test_pump_is_really_there_at_the_stated_strength():
    night = SampleNight(hours=0.1, start="03:58")
    (truth,) = night.truth
    samples = listen(night)
    first, end = round(truth.start_s * RATE_HZ), round(truth.end_s * RATE_HZ)
    hz = np.fft.rfftfreq(end - first, 1 / RATE_HZ)
    power = 2 * np.abs(np.fft.rfft(samples[first:end])) ** 2 / (end - first) ** 2
    quiet = samples[first - 20 * RATE_HZ : first]
    ratio = 0.0
    for tone_hz in truth.hz:
        n0 = acoustics.noise_density(quiet, tone_hz)
        near = abs(hz - tone_hz) < 30
        ratio += (power[near].sum() - n0 * near.sum() * RATE_HZ / (end - first)) / n0
    # Wide limits: a sound of 3 s at 30 dB-Hz is itself only 35 dB above its noise.
    assert 10 * np.log10(ratio) == pytest.approx(30, abs=1.0)


def test_room_is_quiet_and_the_evening_is_not():
    night = SampleNight(hours=0.15, start="00:25")
    samples = listen(night)
    assert acoustics.level_dba(samples[: 240 * RATE_HZ]) == pytest.approx(46.5, abs=2)
    assert acoustics.level_dba(samples[310 * RATE_HZ : 350 * RATE_HZ]) == pytest.approx(
        40.4, abs=0.5
    )
    assert np.max(np.abs(samples)) < 0.1


def test_same_seed_same_night_other_seed_other_tones():
    short = {"hours": 0.02, "start": "03:59"}
    first = SampleNight(seed=1, **short)
    _makings.cache_clear()  # all of it anew
    again, other = (SampleNight(seed=seed, **short) for seed in (1, 2))
    assert first.truth == again.truth
    assert np.array_equal(listen(first), listen(again))
    assert first.truth[0].hz != other.truth[0].hz
    assert np.array_equal(listen(first), listen(first))  # and it can be streamed twice


def test_a_later_start_holds_the_same_sounds():
    """Here across the end of the television."""
    whole = listen(SampleNight(hours=0.2, start="00:25"))
    later = listen(SampleNight(hours=0.1, start="00:28"))
    assert np.array_equal(later, whole[180 * RATE_HZ :][: len(later)])


def test_chunks_are_slots_and_add_up():
    night = SampleNight(hours=0.0051)
    chunks = list(night.chunks())
    assert all(chunk.dtype == np.int32 and not np.any(chunk & 0xFF) for chunk in chunks)
    assert sum(len(chunk) for chunk in chunks) == night.seconds * RATE_HZ == 18 * RATE_HZ


def test_notes_say_where_the_sounds_come_from():
    notes = SampleNight(hours=0.01, seed=7).notes
    assert SYNTHETIC in notes and "seed 7" in " ".join(notes)
    if not RECORDINGS.is_dir():
        pytest.skip("SKIP: the recorded speech and music are not here (make setup)")
    assert RECORDED in SampleNight(hours=0.01, recordings=RECORDINGS).notes


def test_eight_hours_are_made_in_less_than_forty_seconds():
    started = time.process_time()
    folder = RECORDINGS if RECORDINGS.is_dir() else None
    count = sum(len(chunk) for chunk in SampleNight(recordings=folder).chunks())
    assert count == 8 * 3600 * RATE_HZ
    assert time.process_time() - started < 40


@pytest.mark.parametrize(
    "wrong",
    [{"hours": 0}, {"hours": 25}, {"hours": float("nan")}, {"seed": -1}, {"start": "25:00"},
     {"start": "noon"}, {"start": "1:5"}, {"s_n0_db": 200}],
)  # fmt: skip
def test_impossible_nights_are_refused_in_one_line(wrong):
    with pytest.raises(UserError) as caught:
        SampleNight(**wrong)
    assert "\n" not in str(caught.value)


def test_clock_times_follow_the_start():
    assert after_start("22:00", "22:00") == 0
    assert after_start("00:30", "22:00") == 9000
    assert after_start("21:59", "22:00") == 86340


def test_recording_is_played_at_its_own_level(tmp_path):
    path = wav(tmp_path / "a.wav", tone(1000, 2.5, 44100, 0.25), 44100, 16)
    samples = listen(Playback(audio.inspect(path)))
    middle = samples[round((LEAD_IN_S + 0.5) * RATE_HZ) :][: 2 * RATE_HZ - 8000]
    assert np.sqrt(2 * np.mean(middle**2)) == pytest.approx(0.25, rel=0.01)
    assert len(samples) == 12.5 * RATE_HZ
    before = samples[: (LEAD_IN_S - 1) * RATE_HZ]
    assert acoustics.level_dba(before) == pytest.approx(30, abs=0.3)
    softer = listen(Playback(audio.inspect(path), gain_db=-20))
    assert np.max(softer) == pytest.approx(0.025, rel=0.02)
    loud = Playback(audio.inspect(path), gain_db=20)
    assert "louder than full scale" in loud.notes[-1]
    late = Playback(audio.inspect(path), start="01:30")
    assert late.notes[-1] == "a.wav: begins at 01:30:05 of the device's clock"
    assert np.max(listen(loud)) <= 1
