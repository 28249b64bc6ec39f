# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The renderer keeps its word on S/N0: measured here with a transform of its own."""

import numpy as np
import pytest

from host_tools import acoustics, render
from host_tools.acoustics import RATE_HZ, Bedding, Microphone, Room

QUIET = render.Voice(attack_ms=0, decay_ms=0, harmonics_db=())


def white(rng: np.random.Generator, seconds: float, sigma: float = 1e-3) -> np.ndarray:
    return sigma * rng.standard_normal(round(seconds * RATE_HZ))


def measured_s_n0_db(mixed: np.ndarray, truth: render.Truth, background: np.ndarray) -> float:
    """Energy near the tones by one DFT over the sound, over the density of the background."""
    first, end = (round(at * RATE_HZ) for at in (truth.start_s, truth.end_s))
    count = end - first
    hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    power = 2 * np.abs(np.fft.rfft(mixed[first:end])) ** 2 / count**2
    noise_hz = np.fft.rfftfreq(len(background), 1 / RATE_HZ)
    density = 2 * np.abs(np.fft.rfft(background)) ** 2 / len(background) / RATE_HZ
    ratio = 0.0
    for tone in truth.hz:
        beside = (abs(noise_hz - tone) > 50) & (abs(noise_hz - tone) < 250)
        n0 = density[beside].mean()
        near = abs(hz - tone) < 25
        ratio += (power[near].sum() - n0 * near.sum() * RATE_HZ / count) / n0
    return 10 * np.log10(ratio)


@pytest.mark.parametrize("kind", ["chime", "siren"])
@pytest.mark.parametrize("s_n0_db", [24, 40])
@pytest.mark.parametrize("through", ["air", "bed and room"])
def test_s_n0_is_what_was_asked_for(kind, s_n0_db, through):
    way = render.Way(Bedding(), Room(0.4, 1.5)) if through == "bed and room" else render.Way()
    errors = []
    for seed in range(12):
        rng = np.random.default_rng([seed, s_n0_db])
        background = white(rng, 20)
        before = background.copy()
        segments = render.chime(1400.0) if kind == "chime" else render.siren(1100.0, 1.4, 2)
        # The voice keeps its default harmonics and its attack: they must not count.
        truth = render.mix(background, render.pump(rng, segments, kind, way=way), 8.0, s_n0_db)
        errors.append(measured_s_n0_db(background, truth, before) - s_n0_db)
    assert np.mean(errors) == pytest.approx(0, abs=0.3)


def test_density_is_one_sided_and_ignores_a_neighbouring_tone():
    rng = np.random.default_rng(5)
    noise = white(rng, 30, 0.01)
    exact = 0.01**2 / (RATE_HZ / 2)
    assert 10 * np.log10(acoustics.noise_density(noise, 1500) / exact) == pytest.approx(0, abs=0.2)
    noise += 0.05 * np.sin(2 * np.pi * 1600 * np.arange(len(noise)) / RATE_HZ)
    assert 10 * np.log10(acoustics.noise_density(noise, 1500) / exact) == pytest.approx(0, abs=0.5)


def test_coloured_background_is_measured_beside_each_tone():
    rng = np.random.default_rng(6)
    background = acoustics.noise_loop(rng, 20, 40).astype(float)
    before = background.copy()
    sound = render.pump(rng, render.siren(800.0, 2.0, 2), "siren", QUIET)
    truth = render.mix(background, sound, 8.0, 35)
    assert measured_s_n0_db(background, truth, before) == pytest.approx(35, abs=0.8)
    low = acoustics.noise_density(before, 800)
    assert 3 < 10 * np.log10(low / acoustics.noise_density(before, 1600)) < 7


def test_segments_have_their_length_pitch_and_order():
    rng = np.random.default_rng(1)
    parts = render.siren(1000.0, 1.5, changes_per_s=10)
    assert len(parts) == 30 and {part.hz for part in parts} == {1000.0, 1500.0}
    sound = render.pump(rng, parts, "siren", QUIET)
    assert sound.duration_s == pytest.approx(3.0)
    for i, part in enumerate(parts):
        piece = sound.signal[i * 1600 : (i + 1) * 1600]
        assert np.argmax(np.abs(np.fft.rfft(piece))) * 10 == part.hz
    assert len(render.siren(1000.0, 1.5, changes_per_s=1)) == 3
    gap = (render.Segment(200, 1200.0), render.Segment(100), render.Segment(200, 1200.0))
    short = render.pump(rng, gap, "chime", QUIET)
    assert np.all(short.signal[3200:4800] == 0)
    assert short.powers == pytest.approx((0.5,), rel=0.01)  # while on: the pause does not count
    with pytest.raises(ValueError, match="at least one segment"):
        render.pump(rng, (render.Segment(100),), "chime")


def test_scatter_stays_within_its_share_and_comes_from_the_generator():
    voice = render.Voice(hz_scatter=0.03, duration_scatter=0.1)
    lengths, pitches = [], []
    for seed in range(40):
        sound = render.pump(np.random.default_rng(seed), render.chime(1000.0), "chime", voice)
        again = render.pump(np.random.default_rng(seed), render.chime(1000.0), "chime", voice)
        assert np.array_equal(sound.signal, again.signal)
        lengths.append(sound.duration_s)
        pitches.append(np.argmax(np.abs(np.fft.rfft(sound.signal, RATE_HZ))[:1500]) / 1000)
    assert 0.9 <= min(lengths) < 0.95 and 1.05 < max(lengths) <= 1.1
    assert 0.969 <= min(pitches) < 0.985 and 1.015 < max(pitches) <= 1.031


def test_attack_decay_and_harmonics():
    rng = np.random.default_rng(2)
    voice = render.Voice(harmonics_db=(-20, -30), attack_ms=50, decay_ms=200)
    signal = render.pump(rng, render.chime(1000.0), "chime", voice).signal
    assert np.max(np.abs(signal[:80])) < 0.05 and np.max(np.abs(signal[-320:])) < 0.05
    spectrum = np.abs(np.fft.rfft(signal[3200:12800] * np.hanning(9600)))
    tone = [20 * np.log10(spectrum[round(hz * 9600 / RATE_HZ)]) for hz in (1000, 2000, 3000)]
    assert tone[1] - tone[0] == pytest.approx(-20, abs=0.1)
    assert tone[2] - tone[0] == pytest.approx(-30, abs=0.1)


def test_bedding_and_room():
    response = np.abs(np.fft.rfft(Bedding(1500, 6, shelf_db=3).response(), RATE_HZ))
    assert 20 * np.log10(response[[500, 3000, 6000]]) == pytest.approx([-3, -9, -15], abs=0.3)
    impulse = np.zeros(1001)
    impulse[500] = 1
    assert np.argmax(np.abs(Bedding().apply(impulse))) == 500
    echo = Room(0.5, 2.0).response(np.random.default_rng(0))
    assert echo[0] == 1.0 and np.argmax(np.abs(echo)) == 0
    decay = [10 * np.log10(np.sum(echo[at : at + 800] ** 2)) for at in (800, 4800)]
    assert decay[0] - decay[1] == pytest.approx(60 * 0.25 / 0.5, abs=3)
    near, far = (np.sum(Room(0.5, m).response(np.random.default_rng(0))[1:] ** 2) for m in (0.5, 2))
    assert far / near == pytest.approx(16, rel=0.01)  # against the direct sound


def test_image_source_room():
    echo = Room(0.4, 1.2, method="image").response(np.random.default_rng(0))
    assert echo[0] == 1.0 and 0.1 * RATE_HZ < len(echo) < 2 * RATE_HZ


def test_given_impulse_response_replaces_the_room():
    echo = np.zeros(1601)
    echo[0], echo[1600] = 1, 0.5
    way = render.Way(room=Room(), impulse_response=echo)
    sound = render.pump(np.random.default_rng(0), render.chime(1000.0), "chime", QUIET, way)
    assert len(sound.signal) == 17600 and sound.duration_s == 1.0
    # The echo after the end is no part of S; the one during the sound is.
    assert np.sum(sound.signal[16000:] ** 2) > 0


def test_levels_in_the_room():
    rng = np.random.default_rng(3)
    loop = acoustics.noise_loop(rng, 60, 40)
    assert acoustics.level_dba(loop) == pytest.approx(40, abs=0.2)
    seam = np.concatenate([loop[-400:], loop[:400]])
    assert np.max(np.abs(np.diff(seam))) < 1.5 * np.max(np.abs(np.diff(loop)))
    tone = np.sqrt(2) * acoustics.rms_of(94) * np.sin(2 * np.pi * np.arange(16000) / 16)
    assert 20 * np.log10(np.max(tone)) == pytest.approx(-26, abs=0.01)
    assert acoustics.level_dba(tone) == pytest.approx(94, abs=0.1)
    sound = render.pump(rng, render.chime(1000.0), "chime", QUIET)
    level = acoustics.level_dba(render.gain_for_level(sound, 35) * sound.signal)
    assert level == pytest.approx(35, abs=0.1)


def test_microphone_noise_and_scatter():
    silence = np.zeros(10 * RATE_HZ)
    assert acoustics.level_dba(
        Microphone(33).apply(np.random.default_rng(0), silence)
    ) == pytest.approx(33, abs=0.2)
    tone = 0.1 * np.sin(2 * np.pi * np.arange(16000) / 16)
    gains = [
        np.max(Microphone(30, 3).apply(np.random.default_rng(seed), tone)) / 0.1
        for seed in range(30)
    ]
    assert 0.7 < min(gains) < 0.8 and 1.25 < max(gains) < 1.42
