# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The simulated DS3231 at register level, on every interpreter."""

import sys

# Only for this import: the same folder holds the board's own `time` and `machine`.
sys.path.append("host_tools/simulator/board")
from sim_ds3231 import DS3231  # noqa: E402

sys.path.remove("host_tools/simulator/board")


class Now:
    ms = 0

    def __call__(self):
        return self.ms


def chip_at(*moment):
    now = Now()
    chip = DS3231(now)
    if moment:
        chip.set_utc(*moment)
    return now, chip


def registers(chip, first, count):
    chip.write(bytes([first]))
    return list(chip.read(count))


def test_power_on_state_says_that_time_was_lost():
    now, chip = chip_at()
    assert registers(chip, 0, 7) == [0, 0, 0, 1, 1, 1, 0]
    assert registers(chip, 0x0E, 2) == [0x1C, 0x88]
    now.ms = 61_000
    assert registers(chip, 0, 2) == [0x01, 0x01]  # it runs all the same


def test_counts_through_the_end_of_a_leap_february():
    now, chip = chip_at(2028, 2, 28, 23, 59, 58)
    assert registers(chip, 0, 7) == [0x58, 0x59, 0x23, 1, 0x28, 0x02, 0x28]  # a Monday
    now.ms = 2_000
    assert registers(chip, 0, 7) == [0, 0, 0, 2, 0x29, 0x02, 0x28]
    now.ms += 86_400_000
    assert registers(chip, 0, 7) == [0, 0, 0, 3, 0x01, 0x03, 0x28]


def test_day_of_week_follows_iso():
    for moment, weekday in (((2000, 1, 1), 6), ((2026, 1, 15), 4), ((2024, 3, 1), 5)):
        chip = chip_at(*(moment + (0, 0, 0)))[1]
        assert registers(chip, 3, 1) == [weekday], moment


def test_century_bit_toggles_at_the_end_of_99():
    now, chip = chip_at(2099, 12, 31, 23, 59, 59)
    now.ms = 1_000
    assert registers(chip, 4, 3) == [0x01, 0x81, 0x00]


def test_twelve_hour_mode():
    now, chip = chip_at()
    chip.write(b"\x00\x59\x59\x71\x01\x01\x01\x26")  # 11:59:59 pm
    now.ms = 1_000
    assert registers(chip, 0, 5) == [0, 0, 0x52, 2, 0x02]  # 12 am, the next day
    now.ms += 12 * 3_600_000
    assert registers(chip, 2, 1) == [0x72]  # 12 pm
    now.ms += 3_600_000
    assert registers(chip, 2, 1) == [0x61]


def test_oscillator_stop_flag_can_only_be_cleared():
    now, chip = chip_at(2026, 1, 15, 22, 0, 0)
    assert registers(chip, 0x0F, 1) == [0x08]
    chip.write(b"\x0f\x88")
    assert registers(chip, 0x0F, 1) == [0x08]
    chip.stop_flag()
    assert registers(chip, 0x0F, 1) == [0x88]
    chip.write(b"\x0f\x08")
    assert registers(chip, 0x0F, 1) == [0x08]
    chip.write(b"\x0f\x00")
    assert registers(chip, 0x0F, 1) == [0x00]


def test_oscillator_bit_stops_the_clock_on_battery_only():
    now, chip = chip_at(2026, 1, 15, 22, 0, 0)
    chip.write(b"\x0e\x9c")
    now.ms = 10_000
    assert registers(chip, 0, 1) == [0x10]
    now.ms = 30_000
    chip.on_battery(20)
    assert registers(chip, 0, 1) == [0x10]
    assert registers(chip, 0x0F, 1) == [0x88]


def test_writing_the_seconds_restarts_the_second():
    now, chip = chip_at(2026, 1, 15, 22, 0, 0)
    now.ms = 900
    chip.write(b"\x00\x30")
    now.ms = 1_800
    assert registers(chip, 0, 1) == [0x30]
    now.ms = 1_900
    assert registers(chip, 0, 1) == [0x31]


def test_drift_adds_up_however_often_it_is_read():
    now, chip = chip_at(2026, 1, 15, 0, 0, 0)
    chip.ppm = 100
    for _ in range(100):
        now.ms += 100_500
        registers(chip, 0, 7)
    # 10 050 s and 1.005 s of drift.
    assert registers(chip, 0, 3) == [0x31, 0x47, 0x02]


def test_temperature_in_quarters():
    chip = chip_at()[1]
    for celsius, expected in ((25.25, [25, 0x40]), (0, [0, 0]), (-0.25, [0xFF, 0xC0])):
        chip.set_temperature(celsius)
        assert registers(chip, 0x11, 2) == expected, celsius
    chip.write(b"\x11\x55\x55")
    assert registers(chip, 0x11, 2) == [0xFF, 0xC0]  # read-only


def test_impossible_contents_stay_visible():
    now, chip = chip_at(2026, 1, 15, 22, 0, 0)
    chip.spoil()
    now.ms = 5_000
    assert registers(chip, 5, 1) == [0x1F]
    chip.write(b"\x00\x00\x00\x00\x01\x01\x01\x26")
    now.ms = 6_000
    assert registers(chip, 0, 1) == [0x01]


def test_steps_and_saved_state():
    now, chip = chip_at(2026, 3, 1, 0, 30, 0)
    now.ms = 500
    chip.shift(-3600)
    assert registers(chip, 0, 6) == [0, 0x30, 0x23, 6, 0x28, 0x02]
    chip.shift(3600)
    assert registers(chip, 0, 6) == [0, 0x30, 0, 7, 0x01, 0x03]
    state = chip.state()
    later, other = chip_at()
    later.ms = 70_000
    other.restore(state)
    later.ms = 70_500  # the half second before the restart counts
    assert registers(other, 0, 3) == [0x01, 0x30, 0]
    later.ms = 70_000 + 20_000  # 20 s without supply: it counted on
    other.restore(state, 20)
    assert registers(other, 0, 3) == [0x20, 0x30, 0]
    other.on_battery(20)
    assert registers(other, 0, 3) == [0x20, 0x30, 0]


def test_the_register_pointer_wraps():
    chip = chip_at(2026, 1, 15, 22, 0, 7)[1]
    assert registers(chip, 0x12, 2) == [0x40, 0x07]
