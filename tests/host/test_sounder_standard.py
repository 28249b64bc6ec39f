# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The simulated sounder against IEC 60601-1-8: spectrum at its pin, times of its pulses.

In: the pin's events of whole runs (when, frequency, duty). The waveform is made from these alone: a
rectangle of that frequency and duty, as a PWM pin gives, sampled 64 times finer than needed.
Figures of the standard as gathered from public implementations: fundamental 150-1000 Hz; at least
four components in 300-4000 Hz within 15 dB of the fundamental.
"""

import numpy as np
import pytest
from test_device import EMERGENCY, Device, room

RATE_HZ = 1_024_000
WITHIN_DB = 15


def rectangle(hz, duty, seconds=0.125):
    """Pulse train of the pin, 0 or 1, its mean taken off (the amplifier's input is a capacitor)."""
    phase = np.arange(int(RATE_HZ * seconds)) * hz / RATE_HZ % 1.0
    wave = (phase < duty / 65536).astype(float)
    return wave - wave.mean()


def components(wave):
    """(fundamental in Hz, number of partials of 300-4000 Hz within 15 dB of it)."""
    power = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) ** 2
    hz = np.fft.rfftfreq(len(wave), 1 / RATE_HZ)
    low = (hz > 100) & (hz < 1100)
    first = hz[low][np.argmax(power[low])]

    def level_db(at):
        near = np.abs(hz - at) < 20
        return 10 * np.log10(power[near].max() + 1e-30)

    reference = level_db(first)
    partials = [k * first for k in range(1, 40) if 300 <= k * first <= 4000]
    return first, sum(level_db(at) >= reference - WITHIN_DB for at in partials)


def pulses(events, before=1e9):
    """[(start, end, hz, duty)] of the sounder's pin."""
    found = []
    begun = None
    for event in events:
        if event["ev"] != "sounder" or event["t"] > before:
            continue
        if event["duty"] and begun is None:
            begun = event
        elif not event["duty"] and begun is not None:
            found.append((begun["t"], event["t"], begun["hz"], begun["duty"]))
            begun = None
    return found


def bursts(found, apart_s=1.5):
    rows = [[found[0]]]
    for pulse in found[1:]:
        if pulse[0] - rows[-1][-1][1] > apart_s:
            rows.append([])
        rows[-1].append(pulse)
    return rows


@pytest.fixture(scope="module")
def high(tmp_path_factory):
    image = tmp_path_factory.mktemp("high") / "flash.img"
    return Device(room(100, chimes=[10]), image, settings=EMERGENCY)


@pytest.fixture(scope="module")
def technical(tmp_path_factory):
    image = tmp_path_factory.mktemp("technical") / "flash.img"
    return Device(room(150), image, faults=[{"t": 10, "fault": "mic_dead"}])


def test_every_loudness_has_the_spectrum_that_the_standard_asks_for(high, technical):
    sounds = {(hz, duty) for _, _, hz, duty in pulses(high.events) + pulses(technical.events)}
    assert {hz for hz, _ in sounds} == {520, 330} and len(sounds) >= 6, sounds
    for hz, duty in sorted(sounds):
        first, count = components(rectangle(hz, duty))
        assert abs(first - hz) < 9 and 150 <= first <= 1000, (hz, duty, first)
        assert count >= 4, (hz, duty, count)


def test_the_check_sees_a_square_wave_fail():
    """Odd partials only: the standard's four are missed, which is why the duty is a quarter."""
    assert components(rectangle(520, 32768))[1] < 4


def test_high_is_five_and_five_pulses_of_the_standards_lengths(high):
    rows = bursts(pulses(high.events))
    whole = [row for row in rows[:-1] if len(row) > 5]
    assert len(whole) >= 5 and all(len(row) == 10 for row in whole)
    for row in whole:
        lengths = [end - start for start, end, *_ in row]
        gaps = [row[i + 1][0] - row[i][1] for i in range(9)]
        assert all(0.075 <= length <= 0.2 for length in lengths), lengths
        x = gaps[0]
        assert 0.05 <= x <= 0.125, x
        for i in (1, 3, 5, 6, 8):
            assert abs(gaps[i] - x) < 0.02, gaps
        for i in (2, 7):
            assert abs(gaps[i] - (2 * x + lengths[0])) < 0.03, gaps
        assert 0.35 <= gaps[4] <= 1.3, gaps
    between = [b[0][0] - a[-1][1] for a, b in zip(whole, whole[1:], strict=False)]
    assert all(2.5 <= gap <= 15 for gap in between), between


def test_it_begins_softly_and_grows(high):
    duties = [row[0][3] for row in bursts(pulses(high.events))]
    assert duties == sorted(duties) and len(set(duties)) == 4
    softly, fully = (np.sin(np.pi * duty / 65536) for duty in (duties[0], duties[-1]))
    assert 20 * np.log10(fully / softly) >= 12  # of the fundamental; the alert starts this soft


def test_the_lamp_of_high_flashes_as_the_standard_says(high):
    red = [e for e in high.of("lamp") if e["lamp"] == "red"]
    ons = [e["t"] for e in red if e["value"]]
    rates = 1 / np.diff(ons[1:20])
    assert np.all((rates >= 1.4) & (rates <= 2.8)), rates
    duty = sum(b["t"] - a["t"] for a, b in zip(red, red[1:], strict=False) if a["value"])
    assert 0.2 <= duty / (red[-1]["t"] - red[0]["t"]) <= 0.6


def test_the_monitors_own_failure_lasts_two_minutes_and_is_no_fire_alarm(technical):
    found = pulses(technical.events)
    assert {hz for _, _, hz, _ in found} == {330}
    assert found[-1][1] - found[0][0] >= 120
    for row in bursts(found):
        lengths = [end - start for start, end, *_ in row]
        # T3 and T4 are equal pulses of half a second (three) and of 0.1 s (four).
        assert max(lengths) - min(lengths) > 0.1 or len(row) < 3, lengths
