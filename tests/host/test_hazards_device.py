# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Faults injected into the simulated board, for rows of docs/hazards.csv without another test."""

import board
import numpy as np
import pytest
from test_device import EMERGENCY, FULL_SCALE, RATE_HZ, Device, room

from host_tools import runtimes
from host_tools.simulator import flash

needs_littlefs = pytest.mark.skipif(
    runtimes.find("x86-64") is None, reason="needs real littlefs (MicroPython)"
)


@pytest.fixture
def image(tmp_path):
    return tmp_path / "flash.img"


def sounds(device, after=0.0, before=1e9):
    return [e["t"] for e in device.of("sounder") if e["duty"] and after < e["t"] < before]


def quiet_room(seconds):
    """Noise so soft that nothing in it is found, so that nothing but a probe is written."""
    rng = np.random.default_rng(11)
    for _ in range(seconds):
        yield (rng.standard_normal(RATE_HZ) * 2000).astype(np.int32) << 8


def names(device, kind):
    return [record["name"] for record in device.records(kind)]


def test_a_room_that_is_too_loud_is_told(image):
    def loud():
        rng = np.random.default_rng(3)
        for _ in range(80):
            block = rng.standard_normal(RATE_HZ).clip(-3, 3) * 0.3
            yield (block * (FULL_SCALE - 1)).clip(-FULL_SCALE, FULL_SCALE - 1).astype(np.int32)

    device = Device(loud(), image)
    told = names(device, "degraded") + names(device, "technical")
    assert "mic_noise" in told or "mic_clipping" in told, device.log.records
    records = device.records("degraded") + device.records("technical")
    assert min(r["up"] for r in records if r["name"].startswith("mic_")) <= 70


def test_a_stuck_button_silences_nothing_for_good(image):
    inputs = [{"t": 30, "pin": "button", "value": 0}]
    device = Device(room(90, chimes=[20]), image, inputs=inputs, settings=EMERGENCY)
    told = next(r for r in device.records("degraded") if r["name"] == "button")
    assert 30 <= told["up"] <= 61
    assert sounds(device, 62), "its press at 33 s counted as an acknowledgement for ever"


def test_a_button_held_at_power_on_is_no_command(image):
    inputs = [{"t": 0, "pin": "button", "value": 0}]
    device = Device(room(70, chimes=[10]), image, inputs=inputs)
    assert not device.records("ack") and not device.records("paused")
    assert "button" in names(device, "degraded") and sounds(device)
    assert next(r["up"] for r in device.records("degraded") if r["name"] == "button") <= 31


def test_without_power_the_relay_drops_and_the_heartbeat_stops(image):
    device = Device(room(30), image, faults=[{"t": 15, "power": "off", "off_s": 5}])
    relay = [(e["t"], e["value"]) for e in device.of("relay")]
    assert [value for _, value in relay] == [0, 1, 0, 1]
    assert relay[2][0] >= 20  # driven again only after power came back: dropped all the while
    beats = [e["t"] for e in device.of("pin") if e["pin"] == "heartbeat" and e["pulses"]]
    assert len(beats) == 2 and beats[1] > 20


def test_a_pulled_plug_is_told_softly_and_an_empty_battery_aloud(image):
    if "mains" not in board.PINS:
        pytest.skip("the board's map has no input for the mains")

    def raw(mv):
        return mv * 65536 // 9900

    faults = [
        {"t": 0, "adc": "battery", "value": raw(3900)},
        {"t": 20, "adc": "mains", "value": 0},
        {"t": 50, "adc": "battery", "value": raw(3200)},
        {"t": 80, "adc": "mains", "value": raw(5000)},
        {"t": 115, "adc": "battery", "value": 0},
    ]
    settings = {"battery_fitted": True}
    device = Device(room(190), image, faults=faults, settings=settings)
    told = [(r["name"], r["k"], r["up"]) for r in device.log.records if "name" in r]
    times = {name: up for name, kind, up in told if kind in ("degraded", "technical")}
    assert 24 <= times["mains"] <= 28 and 59 <= times["battery"] <= 64, told
    assert names(device, "technical") == ["battery"] and set(names(device, "degraded")) == {
        "mains",
        "pack",
    }
    assert not sounds(device, before=55) and sounds(device, 58, 90)
    assert 170 <= times["pack"] <= 180 and set(names(device, "cleared")) == {"mains", "battery"}


def test_after_three_restarts_it_listens_with_defaults_and_alerts(image):
    faults = [{"t": 5, "fault": "mic_stop"}, {"t": 34, "fault": "mic_ok"}]
    settings = {"supply_min_mv": 5200}  # would be a technical fault of its own
    device = Device(room(80, chimes=[60]), image, faults=faults, settings=settings)
    boots = [r["restarts"] for r in device.records("boot")]
    assert max(boots) >= 3 and "restarts" in names(device, "degraded")
    assert [r for r in device.records("alert") if r["cond"] in ("chime", "siren")]
    green = [e for e in device.of("lamp") if e["lamp"] == "green" and e["value"] and e["t"] > 40]
    assert green


@pytest.mark.parametrize("fault", ["rtc_absent", "rtc_stuck", "rtc_lost", "rtc_osf", "rtc_bad_bcd"])
def test_a_clock_that_fails_is_told_and_the_alert_comes(image, fault):
    faults = [{"t": 20, "fault": fault}, {"t": 100, "fault": "rtc_ok"}]
    device = Device(room(200, chimes=[80]), image, faults=faults)
    assert names(device, "degraded") == ["clock"] and not names(device, "technical")
    assert 20 <= device.records("degraded")[0]["up"] <= 80
    alert = next(r for r in device.records("alert") if r["cond"] == "chime")
    assert 80 <= alert["up"] <= 83
    assert alert["clock"] == "estimated" and alert["t"].startswith("2026-01-15T22:01")
    if fault in ("rtc_absent", "rtc_stuck"):
        assert names(device, "cleared") == ["clock"]


def test_a_bus_that_stays_stuck_costs_no_audio(image):
    """Each transfer on it waits for its timeout, and all of a reading's have to fit into the
    microphone's buffer, also once the chip has to be looked for again."""
    faults = [{"t": 20, "fault": "rtc_stuck"}]
    device = Device(room(200), image, faults=faults, settings={"display_fitted": True})
    assert "clock" in names(device, "degraded")
    assert not names(device, "technical")
    assert not [e for e in device.of("i2s") if e.get("lost_ms")]


def test_a_clock_that_is_set_is_logged_and_nothing_else_changes(image):
    faults = [
        {"t": 20, "fault": "rtc_step", "s": -86400},
        {"t": 200, "fault": "rtc_step", "s": 7200},
    ]
    device = Device(room(360, chimes=[300]), image, faults=faults, settings=EMERGENCY)
    moved = [r["by_s"] for r in device.records("clock_moved")]
    assert [round(by_s, -1) for by_s in moved] == [-86400, 7200]
    first, second = (r["up"] for r in device.records("clock_moved"))
    assert 20 <= first <= 140 and 200 <= second <= 320
    assert [t for t in sounds(device) if 301 <= t <= 303]
    assert not names(device, "technical") and device.result.restarts == 0


@needs_littlefs
def test_a_full_flash_is_told_and_the_alert_comes(image):
    faults = [{"t": 20, "fault": "flash_full"}]
    device = Device(room(60, chimes=[30]), image, faults=faults, settings=EMERGENCY)
    assert [t for t in sounds(device) if 31 <= t <= 33]
    yellow = [e for e in device.of("lamp") if e["lamp"] == "yellow" and e["value"] and e["t"] > 30]
    assert yellow and not device.of("error")
    # The alert's record is the first that does not fit; the alert comes 1.5 s after the
    # chime, the record within 5 s of that, the lamp within 4 s of a write that failed.
    assert 31 <= yellow[0]["t"] <= 31 + 1.5 + 5 + 4


@needs_littlefs
def test_damaged_files_are_told_and_it_listens(image):
    Device(room(50, chimes=[20]), image, settings=EMERGENCY)
    tree = flash.read_tree(image)
    for path, data in tree.items():
        if path.startswith("state/"):
            flash.write_file(image, path, b"00000000\n{broken")
        elif path.startswith("log/"):
            flash.write_file(image, path, data[:-40] + b"\xff\x00garbage")
    device = Device(room(60, chimes=[30]), image)
    # Somebody's alert may be lost: no write that goes well may take that back unseen.
    assert "state" in names(device, "degraded") and not names(device, "cleared")
    told = device.records("degraded")
    assert device.records("boot")[-1]["torn"] >= 1 and device.log.damaged >= 1
    assert [t for t in sounds(device) if 31 <= t <= 33]
    assert not device.of("error") and device.result.restarts == 0
    again = Device(room(20), image)  # what was damaged has been written anew
    assert "state" not in [r["name"] for r in again.records("degraded") if r["n"] > told[-1]["n"]]


def test_a_sounder_that_died_in_silence_is_found_by_the_daily_self_test(image):
    """No alert all day: the self-test at its hour is not heard, twice more within minutes, and the
    second sounder says so."""
    start = "2026-01-15T09:59:00Z"
    faults = [{"t": 1, "fault": "sounder_dead"}]
    device = Device(room(420), image, faults=faults, start_utc=start)
    tests = [(r["up"], r["ok"]) for r in device.records("selftest")]
    assert [ok for _, ok in tests[:3]] == [False] * 3 and 55 <= tests[0][0] <= 65, tests
    assert names(device, "technical") == ["sounder"]
    (told,) = device.records("technical")
    assert told["up"] <= 250
    assert [e for e in device.of("backup") if e["value"] and e["t"] > told["up"]]


def test_a_sounder_that_lives_passes_the_daily_self_test_and_nothing_is_told(image):
    start = "2026-01-15T09:59:00Z"
    device = Device(room(200), image, start_utc=start)
    device2 = [e["t"] for e in device.of("sounder") if e["duty"]]
    assert len(device2) == 1 and 58 <= device2[0] <= 64
    assert not names(device, "technical") and not device.records("selftest")  # not yet on flash


def test_a_loud_room_is_no_dead_sounder(image):
    """Clatter of 74 dB SPL drowns the soft beginning of an alert: a miss then proves nothing."""

    def noisy():
        rng = np.random.default_rng(5)
        for second, block in enumerate(room(150, chimes=[10])):
            if second >= 12:
                noise = rng.standard_normal(RATE_HZ).clip(-4, 4) * 10 ** (-45 / 20)
                block = (noise * (FULL_SCALE - 1)).astype(np.int32)
            yield block

    device = Device(noisy(), image)
    assert sounds(device, 12) and not names(device, "technical")
    dead = Device(
        noisy(),
        image.with_name("dead.img"),
        faults=[{"t": 1, "fault": "sounder_dead"}],
        settings=EMERGENCY,
    )
    # As it grows louder a dead one is found out in the same clatter.
    assert names(dead, "technical") == ["sounder"]


@pytest.mark.parametrize("bits", [1, 8])
def test_a_clock_that_hangs_in_a_reading_is_clocked_out(image, bits):
    """Left alone, the chip holds the data line for ever: only clocks release it."""
    faults = [{"t": 20, "fault": "rtc_hung", "bits": bits}]
    device = Device(room(150, chimes=[130]), image, faults=faults)
    assert not names(device, "degraded") and not names(device, "technical")
    alert = next(r for r in device.records("alert") if r["cond"] == "chime")
    assert "clock" not in alert and alert["t"].startswith("2026-01-15T22:02:1")


@needs_littlefs
@pytest.mark.parametrize("fitted", [True, False])
def test_a_reset_in_the_middle_of_a_reading_costs_neither_clock_nor_display(image, fitted):
    """The watchdog bites while the chip sends. Without a clock in the settings nothing but the
    start itself frees the bus for a display."""
    faults = [
        {"t": 20, "fault": "mic_stop"},
        {"t": 22, "fault": "rtc_hung"},
        {"t": 30, "fault": "mic_ok"},
    ]
    settings = {"clock_fitted": fitted}
    device = Device(room(60), image, faults=faults, settings=settings, display=True)
    assert not names(device, "degraded")
    assert [r["t"] is not None for r in device.records("boot")] == [fitted, fitted]
    assert [e for e in device.of("display") if e["t"] > 31]


@needs_littlefs
def test_a_flash_that_takes_no_write_is_told_within_the_hour_in_a_silent_night(image):
    faults = [{"t": 60, "fault": "flash_io"}, {"t": 3560, "fault": "flash_ok"}]
    device = Device(quiet_room(3700), image, faults=faults)
    (told,) = device.records("degraded")
    assert told["name"] == "log" and 3300 < told["up"] < 3600
    yellow = [e["t"] for e in device.of("lamp") if e["lamp"] == "yellow" and e["value"]]
    assert 3300 < yellow[0] < 3600
    assert names(device, "cleared") == ["log"] and not names(device, "technical")
