# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The simulated DS3231 held against Adafruit's own driver, and inside the simulated board."""

import sys
import time

import pytest

from host_tools import runtimes
from tests.host.simulated import each_runtime, play, silence


@pytest.fixture
def model(monkeypatch):
    """The chip's class, imported without putting the board's `time` on the path."""
    monkeypatch.syspath_prepend(str(runtimes.ROOT / "host_tools/simulator/board"))
    import sim_ds3231

    sys.modules.pop("sim_ds3231")
    return sim_ds3231


class CircuitPythonBus:
    """busio.I2C's interface in front of the register model."""

    def __init__(self, chip, address):
        self._chip = chip
        self._address = address

    def try_lock(self):
        return True

    def unlock(self):
        pass

    def writeto(self, address, buffer, *, start=0, end=None):
        assert address == self._address
        self._chip.write(bytes(buffer[start:end]))

    def readfrom_into(self, address, buffer, *, start=0, end=None):
        end = len(buffer) if end is None else end
        buffer[start:end] = self._chip.read(end - start)

    def writeto_then_readfrom(
        self, address, out, into, *, out_start=0, out_end=None, in_start=0, in_end=None
    ):
        self.writeto(address, out, start=out_start, end=out_end)
        self.readfrom_into(address, into, start=in_start, end=in_end)


@pytest.fixture
def wired(model):
    driver = pytest.importorskip("adafruit_ds3231")
    now = type("Now", (), {"ms": 0})()
    chip = model.DS3231(lambda: now.ms)
    return now, chip, driver.DS3231(CircuitPythonBus(chip, model.ADDRESS))


def test_adafruits_driver_sets_and_reads_the_time(wired):
    now, chip, driver = wired
    assert driver.lost_power
    for text in ("2024-02-29 23:59:58", "2026-01-15 22:00:00", "2053-12-31 23:59:59"):
        moment = time.strptime(text, "%Y-%m-%d %H:%M:%S")
        driver.datetime = moment
        assert not driver.lost_power
        assert driver.datetime[:7] == moment[:7]
        now.ms += 3_723_000
        expected = time.gmtime(__import__("calendar").timegm(moment) + 3723)
        assert driver.datetime[:7] == expected[:7]


def test_adafruits_driver_sees_lost_power_and_temperature(wired):
    now, chip, driver = wired
    driver.datetime = time.strptime("2026", "%Y")
    chip.stop_flag()
    assert driver.lost_power
    driver.lost_power = False
    assert not driver.lost_power
    chip.set_temperature(-3.5)
    assert driver.temperature == pytest.approx(-3.5)
    assert driver.force_temperature_conversion() == pytest.approx(-3.5)


def test_adafruits_driver_reads_and_clears_the_oscillator_bit(wired):
    now, chip, driver = wired
    assert not driver.disable_oscillator
    driver.disable_oscillator = True
    assert driver.disable_oscillator
    chip.write(b"\x0e")
    assert chip.read(1)[0] & 0x80


READ = """
bus = I2C(0, scl=Pin(5), sda=Pin(4), freq=100000)
def regs(first, count):
    try:
        return list(bus.readfrom_mem(0x68, first, count))
    except OSError as error:
        return error.errno
"""


COLD = "I2C(0).readfrom_mem(0x68, 0x11, 2)"


@each_runtime()
def test_the_board_reads_the_clock_and_it_runs_on_across_resets(tmp_path, arch):
    source = READ + (
        "tell(bus.scan(), regs(0, 7))\n"
        "time.sleep(30)\n"
        "if machine.reset_cause() == 1:\n"
        "    machine.reset()\n"
    )
    played = play(tmp_path, source, silence(90), arch, start_utc="2026-01-15T23:59:31Z")
    assert played.told == [
        [[0x68], [0x31, 0x59, 0x23, 4, 0x15, 0x01, 0x26]],
        [[0x68], [0x01, 0x00, 0x00, 5, 0x16, 0x01, 0x26]],
    ]


def test_clock_faults(tmp_path):
    source = READ + "for i in range(7):\n    tell(regs(5, 1), regs(15, 1))\n    time.sleep(1)\n"
    faults = [
        {"t": 0.5, "fault": "rtc_absent"},
        {"t": 1.5, "fault": "rtc_stuck"},
        {"t": 2.5, "fault": "rtc_ok"},
        {"t": 3.5, "fault": "rtc_osf"},
        {"t": 4.6, "fault": "rtc_bad_bcd"},
        {"t": 5.7, "fault": "rtc_lost"},
    ]
    played = play(tmp_path, source, silence(20), faults=faults)
    assert played.told == [
        [[1], [8]],
        [5, 5],
        [110, 110],
        [[1], [8]],
        [[1], [0x88]],
        [[0x1F], [0x88]],
        [[1], [0x88]],
    ]


def test_a_clock_without_the_time_and_one_that_drifts(tmp_path):
    source = READ + "tell(regs(15, 1))\ntime.sleep(1000)\ntell(regs(0, 2))\n"
    lost = play(tmp_path, source, silence(1001), start_utc=None)
    assert lost.told[0] == [[0x88]]
    fast = play(tmp_path, source, silence(1001), rtc={"ppm": 2000})
    assert fast.told == [[[0x08]], [[0x42, 0x16]]]  # 1002 s
    cold = play(tmp_path, "tell(list(" + COLD + "))\n", silence(1), rtc={"temperature_c": -2.25})
    assert cold.told == [[[0xFD, 0xC0]]]


def test_the_clocks_state_goes_from_one_run_to_the_next(tmp_path):
    source = READ + "tell(regs(0, 3))\ntime.sleep(5)\n"
    first = play(tmp_path, source, silence(20), start_utc="2026-01-01T10:00:00Z")
    second = play(tmp_path, source, silence(20), rtc={"state": first.result.rtc})
    assert second.told == [[[0x05, 0x00, 0x10]]]
