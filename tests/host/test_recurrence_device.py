# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The recurrence on the simulated board: what comes back, stays away and survives, end to end."""

import json

import numpy as np
import pytest
from test_device import FULL_SCALE, RATE_HZ, Device, room

EVERY_S = 180


@pytest.fixture
def image(tmp_path):
    return tmp_path / "flash.img"


def press(at_s):
    """Held for four seconds: somebody has taken over, the sounder masks no due time any more."""
    return [{"t": at_s + 4 * i, "pin": "button", "value": i} for i in (0, 1)]


def told(device):
    """What the log says at the end, also what is not yet on the flash: (kind, up, record)."""
    lines = [json.loads(event["line"]) for event in device.of("stdout")]
    return [(r["k"], r["up"], r) for r in lines if "k" in r]


def test_due_times_survive_a_reboot_after_the_clock_was_set_by_hours(image):
    faults = [{"t": 430, "fault": "rtc_step", "s": 5 * 3600 + 77}]
    inputs = [*press(250), {"t": 640, "power": "off", "off_s": 20}, {"t": 800, "stdin": "log\n"}]
    chimes = [60 + EVERY_S * n for n in range(5)]
    device = Device(room(820, chimes=chimes), image, faults=faults, inputs=inputs)
    assert not device.of("error") and device.records("clock_moved")
    # The one after the reboot came when it was due: else it would be a new sound's first.
    *_, (_, up, last) = [row for row in told(device) if row[0] == "heard"]
    assert up < 200 and last["interval_s"] == EVERY_S and last["grade"] == "sure"


def test_missed_and_no_longer_heard_are_told_after_a_clock_that_lost_power(image):
    """Four are heard, one is missed, one more is heard, then the pump is silent."""
    at = [60, 240, 480, 660, 1020]
    inputs = [
        *press(250),
        {"t": 300, "power": "off", "off_s": 20},
        *press(490),
        {"t": 1700, "stdin": "log\n"},
    ]
    faults = [{"t": 299, "fault": "rtc_osf"}]
    device = Device(room(1720, chimes=at), image, faults=faults, inputs=inputs)
    assert not device.of("error")
    assert "clock" in [r["name"] for r in device.records("degraded")]
    rows = [(k, r) for k, up, r in told(device) if k in ("heard", "missed", "no longer heard")]
    after = [(k, r.get("misses")) for k, r in rows[2:]]
    assert after == [
        ("heard", None),  # its tones and interval were known; when it is due was not
        ("heard", None),
        ("missed", 1),
        ("heard", None),
        ("missed", 1),
        ("missed", 2),
        ("missed", 3),
        ("no longer heard", 3),
    ]
    assert all(r["interval_s"] == EVERY_S for k, r in rows[1:] if k == "heard")
    assert all(r["hz"] == [1500, 0] for k, r in rows if k != "heard")


def faded_sirens(seconds, at):
    """Of each a room has left one tone, and of the other 16 dB less: near the noise."""
    for second, block in enumerate(room(seconds)):
        if any(first <= second < first + 3 for first in at):
            n = np.arange(RATE_HZ)
            upper = n // 4000 % 2
            sound = np.where(upper, 0.16, 1) * np.sin(
                2 * np.pi * (1500 + 600 * upper) * n / RATE_HZ
            )
            block = block + (sound * 1.6e-4 * FULL_SCALE).astype(np.int32)
        yield block


def test_a_siren_told_with_doubt_gives_the_full_alert_when_it_comes_back(image):
    inputs = [{"t": 670, "stdin": "log\n"}]
    device = Device(faded_sirens(680, (45, 645)), image, inputs=inputs)
    assert not device.of("error")
    rows = [(k, r) for k, up, r in told(device)]
    heard = [(r["sound"], r["grade"], r["hz"]) for k, r in rows if k == "heard"]
    assert heard == 2 * [("siren", "weak", [1500, 2102])]
    assert [r["priority"] for k, r in rows if k == "alert"] == ["low", "high"]
