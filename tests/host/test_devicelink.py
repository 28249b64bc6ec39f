# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch doctor` and the link behind it, live against the simulated board over a pty."""

import io
import json
import os
import threading
import time
import tty

import pytest
from test_device import room

from host_tools import devicelink, doctor, runtimes, simulator
from host_tools.devicelink import DeviceLink
from host_tools.errors import UserError

needs_micropython = pytest.mark.skipif(
    runtimes.find("x86-64") is None, reason="the live port needs MicroPython"
)


@pytest.fixture
def monitor(tmp_path):
    """(port, events) of a simulated monitor that runs until the test ends, about 20x real time."""
    master, slave = os.openpty()
    tty.setraw(slave)
    stop = threading.Event()

    def audio():
        for block in room(3000, chimes=[30]):
            if stop.is_set():
                return
            yield block
            time.sleep(0.05)

    events = []
    run = simulator.run(audio(), flash_image=tmp_path / "flash.img", console_fd=master)
    thread = threading.Thread(target=lambda: events.extend(run))
    thread.start()
    yield os.ttyname(slave), events
    stop.set()
    thread.join(timeout=20)
    os.close(master)
    os.close(slave)


@needs_micropython
def test_the_link_reads_health_log_and_settings(monitor):
    port, events = monitor
    with DeviceLink(port) as link:
        health = link.one("health")
        while not health["listening"]:
            health = link.one("health")
        assert health["k"] == "health" and health["board"] == "pico"
        assert link.settings()["civil_hour"] == 8
        records = list(link.lines("log"))
        assert records[0]["k"] == "boot" and "c" in records[0]
        with pytest.raises(UserError, match="unknown command"):
            list(link.lines("format"))
        for record in link.live():
            if record.get("k") == "alert":
                break
    assert not [e for e in events if e["ev"] == "error" or "lost_ms" in e]


@needs_micropython
def test_doctor_shows_health_and_sets_the_exit_status(monitor):
    port, _ = monitor
    out = io.StringIO()
    status = doctor.doctor(doctor.Options(port, 0.3, rounds=3), out)
    assert status == 0 and "listening:    yes" in out.getvalue().split("\n\n")[-1]
    assert "its clock differs" in out.getvalue()  # the simulated night is not today
    out = io.StringIO()
    doctor.doctor(doctor.Options(port, as_json=True), out)
    assert json.loads(out.getvalue())["problems"]


def test_problems_are_named():
    health = {"faults": {"supply": "4200 mV"}, "listening": False, "t": None, "restarts": 2}
    found = doctor.problems(health)
    assert found[0] == "NOT LISTENING" and "fault supply: 4200 mV" in found
    assert len(found) == 4


def test_no_board_two_boards_busy_port_and_silence_are_one_line_each(mocker):
    mocker.patch.object(devicelink, "candidates", return_value=[])
    with pytest.raises(UserError, match="no monitor found"):
        devicelink.find_port()
    mocker.patch.object(devicelink, "candidates", return_value=["/dev/a", "/dev/b"])
    with pytest.raises(UserError, match="several boards"):
        devicelink.find_port()
    with pytest.raises(UserError, match="does not exist"):
        DeviceLink("/dev/no-such-port")
    master, slave = os.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    try:
        with pytest.raises(UserError, match="nothing answers"):
            DeviceLink(name, timeout_s=0.3)
        first = devicelink.open_serial(name, 0.1)
        with pytest.raises(UserError, match="in use by another program"):
            DeviceLink(name)
        first.close()
    finally:
        os.close(master)
        os.close(slave)
