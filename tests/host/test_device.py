# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The unmodified firmware, from main.py on, on the simulated board: alerts, faults, restarts.

In: a minute or more of synthetic room noise, some with a loud chime. Out: what the pins did and
what the flash holds afterwards.
"""

import numpy as np
import pytest

from host_tools import simulator
from host_tools.records import read_log

RATE_HZ = 16000
FULL_SCALE = 2**31
EMERGENCY = {"any_sound_is_emergency": True}


def room(seconds, chimes=(), hz=1500.0, level_dbfs=-45.0):
    """White noise at -70 dBFS, new in every second, with 1 s tones at the given seconds."""
    rng = np.random.default_rng(7)
    for second in range(seconds):
        block = rng.standard_normal(RATE_HZ) * 10 ** (-70 / 20)
        if second in chimes:
            phase = 2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ
            block += np.sin(phase) * 10 ** (level_dbfs / 20)
        yield (np.clip(block, -1, 1 - 2**-23) * FULL_SCALE).astype(np.int64).astype(np.int32)


def room_with_siren(seconds, at):
    """The same with a siren of 3 s."""
    for second, block in enumerate(room(seconds)):
        if at <= second < at + 3:
            n = np.arange(RATE_HZ)
            hz = np.where(n // 4000 % 2, 1260.0, 1000.0)
            block = block + (np.sin(2 * np.pi * hz * n / RATE_HZ) * 0.0056 * FULL_SCALE).astype(
                np.int32
            )
        yield block


class Device:
    """One run: events by kind, the log's records, the result."""

    def __init__(self, audio, image, **options):
        self.run = simulator.run(audio, flash_image=image, progress_s=1e6, **options)
        self.events = list(self.run)
        self.result = self.run.result
        self.log = read_log(self.result.files())

    def of(self, kind):
        return [event for event in self.events if event["ev"] == kind]

    def records(self, kind):
        return [record for record in self.log.records if record["k"] == kind]


@pytest.fixture
def image(tmp_path):
    return tmp_path / "flash.img"


def test_a_quiet_minute_is_listened_to_and_writes_nothing(image):
    device = Device(room(60), image)
    assert device.result.why == "end" and not device.of("error")
    assert not device.of("sounder")
    assert [e["value"] for e in device.of("relay")] == [0, 1]
    green = [e["value"] for e in device.of("lamp") if e["lamp"] == "green"]
    assert green == [0, 1]
    assert [r["k"] for r in device.log.records if r["k"] != "not_matched"] == ["boot"]
    assert device.log.damaged == 0 and device.result.restarts == 0


def test_a_chime_sounds_first_and_is_on_flash_within_five_seconds(image):
    device = Device(room(60, chimes=[30]), image)
    assert device.result.why == "end" and not device.of("error")
    first = next(e["t"] for e in device.of("sounder") if e["duty"])
    assert 31.0 <= first <= 32.5
    written = next(e["t"] for e in device.of("flash") if e["t"] > 2)
    assert first < written <= first + 5
    (alert,) = device.records("alert")
    assert alert["priority"] == "low" and alert["cond"] == "chime"
    heard = device.records("heard")[0]
    assert heard["sound"] == "chime" and abs(heard["hz"][0] - 1500) < 15


def test_a_long_press_acknowledges(image):
    inputs = [{"t": 45, "pin": "button", "value": 0}, {"t": 49, "pin": "button", "value": 1}]
    device = Device(room(60, chimes=[20]), image, inputs=inputs)
    assert device.records("ack")
    assert not [e for e in device.of("sounder") if e["duty"] and e["t"] > 49]


def test_an_alert_is_latched_across_a_power_cut(image):
    cut = [{"t": 40, "power": "off", "off_s": 5}]
    device = Device(room(75, chimes=[20]), image, faults=cut)
    assert device.records("restored"), device.log.records
    assert [e for e in device.of("sounder") if e["duty"] and e["t"] > 46]
    assert [r["reason"] for r in device.records("boot")] == ["power on", "power on"]


BAD_MICROPHONES = {
    "mic_dead": "mic_silent",
    "mic_slot": "mic_slot",
    "mic_slot_ones": "mic_slot",  # an RP2350 A2 may read ones from a line that nobody drives
    "mic_stuck": "mic_stuck",
    "mic_clip": "mic_clipping",
}


@pytest.mark.parametrize(("fault", "name"), BAD_MICROPHONES.items())
def test_a_bad_microphone_is_told_within_twelve_seconds_and_clears(image, fault, name):
    faults = [{"t": 20, "fault": fault}, {"t": 40, "fault": "mic_ok"}]
    device = Device(room(70), image, faults=faults)
    technical = device.records("technical")
    assert [r["name"] for r in technical] == [name]
    sounds = [e["t"] for e in device.of("sounder") if e["duty"]]
    assert sounds and 20 < sounds[0] < 32
    assert {e["hz"] for e in device.of("sounder") if e["duty"] and e["t"] < 40} == {330}
    assert [r["name"] for r in device.records("cleared")] == [name]
    beats = [(e["t"], e["pulses"]) for e in device.of("pin") if e["pin"] == "heartbeat"]
    assert [pulses for _, pulses in beats] == [1, 0, 1]


def test_a_low_supply_is_told(image):
    faults = [{"t": 20, "adc": "supply", "value": 24000}]
    device = Device(room(40), image, faults=faults)
    (told,) = device.records("technical")
    assert told["name"] == "supply" and 20 <= told["up"] <= 24


def test_a_stopped_microphone_ends_in_the_watchdog_and_a_sound(image):
    device = Device(room(80), image, faults=[{"t": 10, "fault": "mic_stop"}])
    assert device.result.restarts >= 4
    reasons = [r["reason"] for r in device.records("boot")]
    assert reasons[:3] == ["power on", "watchdog", "watchdog"]
    # In reduced mode something sounds even if no block ever comes.
    assert [e for e in device.of("sounder") if e["duty"]]
    assert [e["value"] for e in device.of("relay")][-1] == 0


def test_an_absent_or_lost_clock_is_degraded_and_listening_goes_on(image):
    device = Device(room(60, chimes=[30]), image, start_utc=None)
    assert [r["name"] for r in device.records("degraded")] == ["clock"]
    assert device.records("degraded")[0]["up"] <= 60
    assert device.records("alert")[0]["t"] is None
    assert device.records("alert")[0]["up"] in (30, 31, 32)


def test_a_failing_flash_is_degraded_and_the_alert_comes(image):
    faults = [{"t": 20, "fault": "flash_io"}, {"t": 50, "fault": "flash_ok"}]
    device = Device(room(180, chimes=[30]), image, faults=faults)
    assert [e for e in device.of("sounder") if e["duty"] and 31 < e["t"] < 33]
    (told,) = device.records("degraded")
    # The alert's record is the first that fails; it is tried within 5 s of the alert.
    assert told["name"] == "log" and 31 <= told["up"] <= 31 + 5 + 4
    assert device.records("alert") and device.records("cleared")


def test_bad_settings_are_told_and_the_defaults_hold(image):
    device = Device(room(40, chimes=[20]), image, settings={"civil_hour": 99})
    (record,) = device.records("settings")
    assert "civil_hour" in record["error"] and "0 to 23" in record["error"]
    assert [r["name"] for r in device.records("degraded")] == ["settings"]
    assert device.records("alert")


def test_an_exception_is_logged_with_its_trace_and_the_device_goes_on(image, tmp_path):
    """A fault in the code itself: the second chime's listener raises."""
    import shutil

    from host_tools.runtimes import ROOT

    tree = tmp_path / "firmware"
    shutil.copytree(ROOT / "firmware", tree)
    source = (tree / "drivers" / "supply.py").read_text()
    source = source.replace(
        "    def read_mv(self):\n",
        "    def read_mv(self):\n"
        "        self.calls = getattr(self, 'calls', 0) + 1\n"
        "        if self.calls == 20:\n"
        "            raise ZeroDivisionError('made up')\n",
    )
    (tree / "drivers" / "supply.py").write_text(source)
    device = Device(room(55), image, firmware=tree)
    assert device.result.why == "end" and device.result.restarts == 2
    assert "ZeroDivisionError" in device.records("error")[0]["trace"]
    boots = device.records("boot")
    assert "made up" in boots[1]["reason"] and boots[2]["restarts"] == 2


def broken_start(tmp_path, line, name="wiring.py", place="    listener = Listener(profiles)"):
    """The firmware with a line before the listener is made, or before another place."""
    import shutil

    from host_tools.runtimes import ROOT

    tree = tmp_path / "firmware"
    shutil.copytree(ROOT / "firmware", tree)
    wiring = tree / name
    assert place in wiring.read_text()
    wiring.write_text(wiring.read_text().replace(place, line + place))
    return tree


def test_an_error_at_the_pump_s_sound_does_not_cost_the_alert(image, tmp_path):
    """The alert comes before the record, and its latch is in the last write before the restart."""
    line = '        if evidence:\n            raise ZeroDivisionError("made up")\n'
    place = '        self.log("heard" if matched'
    tree = broken_start(tmp_path, line, "response.py", place)
    device = Device(room_with_siren(60, 20), image, firmware=tree)
    assert device.result.restarts == 1
    (reset,) = [e["t"] for e in device.of("reset")]
    assert 23 < reset < 26 and "made up" in device.records("error")[0]["trace"]
    (restored,) = device.records("restored")
    high = [e["t"] for e in device.of("sounder") if e["duty"] and e["hz"] == 520]
    assert high and reset < high[0] < reset + 5, (restored, high[:3])


def test_a_board_with_too_little_memory_says_what_it_needs(image, tmp_path):
    tree = broken_start(tmp_path, "    raise MemoryError\n")
    device = Device(room(20), image, firmware=tree, max_restarts=2)
    said = [event["line"] for event in device.of("stdout")]
    assert said and all("too little memory" in line and "docs/device.md" in line for line in said)


def test_a_start_that_fails_again_and_again_is_told_aloud(image, tmp_path):
    tree = broken_start(tmp_path, "    raise MemoryError\n")
    device = Device(room(60), image, firmware=tree, max_restarts=5)
    resets = [e["t"] for e in device.of("reset")]
    backup = [e["t"] for e in device.of("backup") if e["value"]]
    assert len(resets) >= 5 and len(backup) >= 2 and min(backup) >= resets[2]
    assert not device.of("wdt")


READ = "    for channel in alert.channels:\n        if channel.name in rows"


@pytest.mark.parametrize(("place", "most_restarts"), [(READ, 0), ("    return True", 6)])
def test_a_stored_alert_that_breaks_the_code_does_not_end_the_listening(
    image, tmp_path, place, most_restarts
):
    """Once while it is read, once in the first second after it."""
    Device(room(40, chimes=[20]), image)
    line = "    1 // 0\n" if not most_restarts else "    alert.channels = None\n"
    tree = broken_start(tmp_path, line, "alarm/alert_memory.py", place)
    device = Device(room(60), image, firmware=tree)
    assert device.result.restarts == most_restarts
    green = [e for e in device.of("lamp") if e["lamp"] == "green"]
    # Steady, or, in reduced mode, a blip every 4 s.
    assert green[-1]["value"] or green[-1]["t"] > 50
    assert any(e["value"] for e in green) and device.result.why == "end"


def test_a_start_that_failed_leaves_its_trace_in_the_log(image, tmp_path):
    tree = broken_start(tmp_path, "    if not restarts.count:\n        1 // 0\n")
    device = Device(room(30), image, firmware=tree)
    (boot,) = device.records("boot")
    assert boot["restarts"] == 1 and "ZeroDivisionError" in boot["reason"]
    (error,) = device.records("error")
    assert "wiring" in error["trace"] and "ZeroDivisionError" in error["trace"]


def test_the_wrap_of_the_ticks_is_not_noticed(image):
    device = Device(room(60, chimes=[40]), image, start_ticks=2**30 - 30_000)
    assert not device.records("technical") and device.records("alert")
    assert device.result.restarts == 0


def test_a_sounder_that_is_not_heard_is_stood_in_for(image):
    faults = [{"t": 1, "fault": "sounder_dead"}]
    device = Device(room(120, chimes=[20, 80]), image, faults=faults, settings=EMERGENCY)
    assert [r["name"] for r in device.records("technical")] == ["sounder"]
    assert [e for e in device.of("backup") if e["value"] and 20 < e["t"] < 80]


def test_a_sounder_that_is_heard_is_no_fault_at_any_loudness(image):
    device = Device(room(120, chimes=[20]), image, settings=EMERGENCY)
    assert not device.records("technical")
    assert len({e["duty"] for e in device.of("sounder") if e["duty"]}) == 4
