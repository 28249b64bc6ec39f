# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Maintenance on the simulated board: asked for at the port, aloud, without a watchdog, timed."""

import zlib

import pytest
from test_device import Device, broken_start, room
from test_hazards_device import needs_littlefs

from host_tools.simulator import flash


@pytest.fixture
def image(tmp_path):
    return tmp_path / "flash.img"


def test_maintenance_says_so_aloud_and_times_out_to_listening(image):
    inputs = [{"t": 5, "stdin": "maintenance now\n"}]
    device = Device(room(640), image, inputs=inputs)
    assert device.result.why == "end" and not device.of("error")
    resets = [e["t"] for e in device.of("reset")]
    assert len(resets) == 2 and not device.of("wdt")
    begun, over = resets
    assert begun < 7 and 598 < over - begun < 603
    chirps = [e["t"] for e in device.of("sounder") if e["duty"] and begun < e["t"] < over]
    assert len(chirps) >= 55 and {e["hz"] for e in device.of("sounder") if e["duty"]} == {330}
    relay = [e for e in device.of("relay") if begun < e["t"] < over]
    assert not any(e["value"] for e in relay)
    assert not [e for e in device.of("i2s") if e["on"] and begun < e["t"] < over]
    # Back to listening: the green lamp is lit again and nothing counts as a restart in a row.
    green = [e for e in device.of("lamp") if e["lamp"] == "green" and e["t"] > over]
    assert green and green[-1]["value"] == 1
    boots = device.records("boot")
    assert [b["restarts"] for b in boots] == [0, 0] and boots[1]["reason"] == "maintenance over"
    assert device.records("maintenance")


def test_maintenance_that_cannot_be_stored_is_told_and_it_listens_on(image):
    inputs = [{"t": 5, "stdin": "maintenance now\n"}]
    device = Device(room(40), image, inputs=inputs, faults=[{"t": 4, "fault": "flash_full"}])
    assert [e for e in device.of("stdout") if "flash takes no write" in e["line"]]
    assert not device.of("error") and not device.of("wdt")
    (reset,) = [e["t"] for e in device.of("reset")]
    assert reset < 7
    green = [e for e in device.of("lamp") if e["lamp"] == "green" and e["value"]]
    assert green[-1]["t"] > reset


@needs_littlefs
def test_a_flash_that_takes_nothing_does_not_hold_the_board_in_maintenance(image):
    """The wish for maintenance cannot be taken back: then nobody would ever listen again."""
    Device(room(5), image)
    body = b'{"boots":1,"restarts":0,"reason":"maintenance"}'
    flash.write_file(image, "state/boot.json", b"%08x\n" % zlib.crc32(body) + body)
    device = Device(room(30), image, faults=[{"t": 0, "fault": "flash_full"}])
    assert not device.of("error")
    assert [e for e in device.of("lamp") if e["lamp"] == "green" and e["value"]]
    assert [e for e in device.of("i2s") if e["on"]]


def test_a_maintenance_that_cannot_begin_is_no_silent_end(image, tmp_path):
    tree = broken_start(
        tmp_path, "    raise MemoryError\n", "maintenance.py", "    pins = board.PINS"
    )
    inputs = [{"t": 5, "stdin": "maintenance now\n"}]
    device = Device(room(40), image, inputs=inputs, firmware=tree)
    (reset,) = [e["t"] for e in device.of("reset")]
    assert any("it listens instead" in e["line"] for e in device.of("stdout"))
    green = [e for e in device.of("lamp") if e["lamp"] == "green" and e["value"]]
    assert green[-1]["t"] > reset
