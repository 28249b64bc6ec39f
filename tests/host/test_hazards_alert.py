# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Hazards of hearing and alerting, injected into the simulated board under the whole firmware.

In: synthetic rooms with sirens, presses, a loop that comes late. Out: what pins and log showed.
"""

import itertools

import numpy as np
import pytest
from test_device import EMERGENCY, FULL_SCALE, RATE_HZ, Device, broken_start

SIREN_S = 3


@pytest.fixture
def image(tmp_path):
    return tmp_path / "flash.img"


def _tone(seconds, hz, level_dbfs=-45):
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.sin(2 * np.pi * hz * at) * 10 ** (level_dbfs / 20)


def siren():
    return np.concatenate([_tone(0.25, hz) for hz in (1000, 1260) * 6])


def mixed(seconds, sounds):
    """Room noise at -70 dBFS with {second: samples} in it."""
    rng = np.random.default_rng(17)
    whole = np.zeros(seconds * RATE_HZ)
    for at, samples in sounds.items():
        start = int(at * RATE_HZ)
        whole[start : start + len(samples)] += samples
    for second in range(seconds):
        block = whole[second * RATE_HZ : (second + 1) * RATE_HZ]
        block = block + rng.standard_normal(RATE_HZ) * 10 ** (-70 / 20)
        yield (block.clip(-1, 1 - 2**-23) * FULL_SCALE).astype(np.int32)


def bursts(device):
    """Times at which the sounder began to sound."""
    return [event["t"] for event in device.of("sounder") if event["duty"]]


def heard(device, sound):
    return [r for r in device.records("heard") if r["sound"] == sound]


def test_a_loop_that_comes_late_is_told_at_once_and_clears(image):
    faults = [{"t": 20, "fault": "loop_late", "ms": 500}]
    device = Device(mixed(65, {}), image, faults=faults)
    (told,) = device.records("technical")
    assert told["name"] == "loop" and 20 <= told["up"] <= 22
    assert any(event.get("lost_ms") for event in device.of("i2s"))
    assert [t for t in bursts(device) if 20 < t < 23]
    (cleared,) = device.records("cleared")
    assert cleared["name"] == "loop" and 50 <= cleared["up"] <= 55
    assert device.result.restarts == 0


def test_a_pause_of_the_loop_within_the_buffer_loses_nothing(image):
    faults = [{"t": 20, "fault": "loop_late", "ms": 140}]
    device = Device(mixed(30, {}), image, faults=faults)
    assert not device.records("technical") and not bursts(device)
    assert not any(event.get("lost_ms") for event in device.of("i2s"))


def test_a_press_while_the_pump_sounds_does_not_cost_its_siren(image):
    """The press is written once the siren has been heard, not into it."""
    inputs = [
        {"t": 26, "pin": "button", "value": 0},
        {"t": 26.5, "pin": "button", "value": 1},
        {"t": 57.8, "pin": "button", "value": 0},
        {"t": 61.4, "pin": "button", "value": 1},  # taken over at 60.8
    ]
    audio = mixed(90, {10: siren(), 60: siren()})
    device = Device(audio, image, inputs=inputs)
    assert device.records("paused") and device.records("ack")
    assert len(heard(device, "siren")) == 2, device.log.records
    ack = device.records("ack")[0]
    written = next(event["t"] for event in device.of("flash") if event["t"] > ack["up"] + 1)
    assert written - ack["up"] <= 6


def test_bursts_are_held_back_around_due_times_and_every_siren_is_heard(image):
    at = (20, 80, 140, 200)
    device = Device(
        mixed(230, dict.fromkeys(at, siren())), image, settings={"siren_interval_s": 60}
    )
    assert len(heard(device, "siren")) == 4, device.log.records
    for begin in at[1:]:
        assert not [t for t in bursts(device) if begin <= t <= begin + SIREN_S], begin
        assert [t for t in bursts(device) if begin - 20 < t < begin], "it sounded all the while"


def test_nobody_near_it_grows_louder_then_second_sounder_and_relay(image):
    device = Device(mixed(100, {10: siren()}), image)
    first = bursts(device)[0]
    assert 13 <= first <= 14
    duties: list = []
    for event in device.of("sounder"):
        if event["duty"] and event["duty"] not in duties:
            duties.append(event["duty"])
    assert len(duties) == 4 and duties == sorted(duties)
    second = next(event["t"] for event in device.of("backup") if event["value"])
    assert first + 58 <= second <= first + 80
    assert [e["value"] for e in device.of("relay") if first - 1 <= e["t"] <= first + 2] == [0]


def test_a_forgotten_pause_ends(image):
    inputs = [{"t": 30, "pin": "button", "value": 0}, {"t": 30.5, "pin": "button", "value": 1}]
    device = Device(mixed(170, {10: siren()}), image, inputs=inputs)
    assert not [t for t in bursts(device) if 31 <= t <= 149]
    assert [t for t in bursts(device) if 149 < t <= 154]


def _voice(rng):
    """A second of a gliding voice: ten harmonics of a pitch that never rests."""
    at = np.arange(RATE_HZ) / RATE_HZ
    pitch = 140 * (1 + 0.15 * np.sin(2 * np.pi * 2.3 * at + rng.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    return sum(np.sin(n * phase) / n for n in range(1, 25)) * 10 ** (-40 / 20)


def _plate(rng):
    at = np.arange(RATE_HZ) / RATE_HZ
    partials = rng.uniform(900, 4500, 6)
    return sum(np.sin(2 * np.pi * hz * at) for hz in partials) * np.exp(-6 * at) * 10 ** (-40 / 20)


def test_voices_plates_and_long_tones_alert_nobody_and_a_pump_still_does(image):
    rng = np.random.default_rng(23)
    sounds = {at: _voice(rng) for at in range(5, 45)}
    sounds |= {at: _plate(rng) for at in range(50, 80, 2)}
    sounds |= {90: _tone(8, 1800), 115: _tone(0.2, 1500), 130: _tone(1, 1500)}
    device = Device(mixed(140, sounds), image)
    assert not [t for t in bursts(device) if t < 131]
    assert [t for t in bursts(device) if 131 <= t <= 133]


@pytest.mark.parametrize("acoustic", [1.0, 4.0])
def test_it_never_hears_itself(image, acoustic):
    """Two minutes of its own bursts at every loudness; also four times as loud as calculated."""
    device = Device(mixed(150, {10: _tone(1, 1500)}), image, settings=EMERGENCY, acoustic=acoustic)
    assert len({e["duty"] for e in device.of("sounder") if e["duty"]}) == 4
    assert len(device.records("heard")) == 1 and len(bursts(device)) > 20


def burst_ends(device):
    """Times at which a burst of an alert was over."""
    edges = [(event["t"], bool(event["duty"])) for event in device.of("sounder")]
    return [t for (t, on), (after, _) in itertools.pairwise(edges) if not on and after - t > 2]


def test_what_it_sounds_itself_does_not_deafen_it_for_the_pump(image, tmp_path):
    """Sirens on two harmonics of its own voice, 10 dB below the room's noise, half a second after
    its bursts: unmasked, those would be taken for the room and the pump be lost in them."""
    chime = {10: _tone(1, 1500)}
    ends = burst_ends(Device(mixed(110, chime), tmp_path / "when.img", settings=EMERGENCY))[3:9]
    soft = np.concatenate([_tone(0.25, hz, -83) for hz in (1040, 1300) * 6])
    sounds = chime | {end + 0.5: soft for end in ends[::2]}
    device = Device(mixed(110, sounds), image, settings=EMERGENCY)
    assert len(heard(device, "siren")) == 3
    tree = broken_start(tmp_path, "pass  # ", "outputs.py", "self._mask(True)")
    unmasked = Device(mixed(110, sounds), tmp_path / "un.img", settings=EMERGENCY, firmware=tree)
    assert len(heard(unmasked, "siren")) <= 1, "the mask makes no difference"


def test_the_number_to_call_follows_the_hour_also_in_summer_time(image):
    """A pump at 8:40 by the clock on the wall: in summer that is an hour earlier in UTC."""
    settings = {
        "utc_offset_min": 60,
        "summer_time": "EU",
        "contact_office": "555 0100",
        "contact_office_hours": "Mon-Sun 8:30-17:00",
        "contact_on_call": "555 0199",
    }
    called = {}
    for start in ("2026-03-28T06:40:00Z", "2026-03-29T06:40:00Z", "2026-10-25T06:40:00Z"):
        at = image.with_name(start[:10])
        device = Device(mixed(30, {10: siren()}), at, settings=settings, start_utc=start)
        called[start[5:10]] = device.records("alert")[0]["call"]
    on_call = "on call: 555 0199"
    assert called == {"03-28": on_call, "03-29": "pump clinic: 555 0100", "10-25": on_call}


def test_a_degraded_monitor_sounds_at_eight_by_the_clock_on_the_wall(image):
    """A failed clock reading is degraded; the night of the change to summer time, 06:00 UTC."""
    settings = {"utc_offset_min": 60, "summer_time": "EU", "supply_min_mv": 4500}
    inputs = [{"t": 10, "pin": "button", "value": 0}]  # stuck: degraded at once
    device = Device(
        mixed(180, {}),
        image,
        settings=settings,
        inputs=inputs,
        start_utc="2026-03-29T05:58:30Z",
    )
    assert "button" in [r["name"] for r in device.records("degraded")]
    assert 88 <= bursts(device)[0] <= 96, bursts(device)[:2]


def test_an_alert_has_the_standard_s_ten_pulses_and_no_fire_alarm_s_three(image):
    device = Device(mixed(40, {10: siren()}), image)
    states: list = []
    for event in device.of("sounder"):
        if not states or bool(event["duty"]) != states[-1][1]:
            states.append((event["t"], bool(event["duty"])))
    lengths = [b[0] - a[0] for a, b in zip(states, states[1:], strict=False) if a[1]]
    starts = [t for t, on in states if on]
    first = [t for t in starts if t < starts[0] + 4]
    assert len(first) == 10, starts[:12]
    # A T3 or T4 has pulses of 0.5 or 0.1 s, three or four of them before each pause.
    assert max(lengths) < 0.4 and starts[10] - first[-1] > 2


def test_a_pump_gone_quiet_is_logged_and_never_called_well(image):
    """Four chimes a minute apart, taken over, then none: a finding, and the lamp stays."""
    chimes = dict.fromkeys((20, 80, 140, 200), _tone(1, 1500))
    settings = {"chime_interval_s": 60}
    inputs = [
        {"t": 210, "pin": "button", "value": 0},
        {"t": 214, "pin": "button", "value": 1},
        {"t": 560, "stdin": "log\n"},  # a finding waits for the next routine write
    ]
    device = Device(mixed(570, chimes), image, settings=settings, inputs=inputs)
    said = " ".join(event["line"] for event in device.of("stdout"))
    assert said.count('"no longer heard"') == 1, said[-600:]
    lamps = [e for e in device.of("lamp") if e["lamp"] == "yellow" and e["value"]]
    assert lamps[-1]["t"] > 540 and '"ended"' not in said
