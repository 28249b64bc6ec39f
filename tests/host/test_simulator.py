# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The simulated board's clock, microphone and watchdog, with small firmwares of their own."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from host_tools import runtimes
from tests.host.simulated import each_runtime, play, prepare, ramp, silence

LISTEN = """
mic = start()
while True:
    mic.readinto(block)
"""


@each_runtime()
def test_samples_arrive_exactly_after_the_startup_silence(tmp_path, arch):
    source = """
mic = start()
position = 0
first = None
wrong = 0
while position < 3 * 16000:
    mic.readinto(block)
    for value in block:
        if first is None and value:
            first = position
        if first is not None and value != position << 8:
            wrong += 1
        position += 1
tell(first, wrong, time.ticks_ms())
mic.readinto(block)
mic.deinit()
while True:
    time.sleep(1)
"""
    played = play(tmp_path, source, ramp(4.01), arch)
    assert played.told == [[4096, 0, 3008]]  # 256 ms of zeros; 188 blocks of 16 ms
    assert played.why == "end" and played.result.ok
    assert played["end"][0]["t"] == pytest.approx(4.01, abs=1e-4)


@each_runtime()
def test_ticks_wrap_after_thirty_bits(tmp_path, arch):
    source = """
mic = start()
before = time.ticks_ms()
for i in range(10):
    mic.readinto(block)
after = time.ticks_ms()
tell(before, after, time.ticks_diff(after, before), time.ticks_diff(before, after),
     time.ticks_add(before, 160) == after)
"""
    played = play(tmp_path, source, silence(1), arch, start_ticks=2**30 - 100)
    assert played.told == [[2**30 - 100, 60, 160, -160, True]]


@each_runtime("x86-64", "i386", "cpython")
def test_a_late_loop_loses_nothing_within_ibuf_and_the_newest_beyond(tmp_path, arch):
    source = """
mic = start()
for i in range(32):
    mic.readinto(block)
time.sleep_ms(300)
before = time.ticks_ms()
mic.readinto(block)
tell(block[0] >> 8, time.ticks_diff(time.ticks_ms(), before))
for i in range(20):
    mic.readinto(block)
next_one = (block[255] >> 8) + 1
time.sleep_ms(1000)
kept = 0
while True:
    mic.readinto(block)
    if block[0] >> 8 != next_one or block[255] >> 8 != next_one + 255:
        break
    next_one += 256
    kept += 256
gap = [i for i in range(256) if block[i] >> 8 != next_one + i][0]
tell(kept + gap, (block[gap] >> 8) - next_one - gap)
"""
    played = play(tmp_path, source, ramp(4), arch)
    # 40 000 bytes at 8 bytes a frame hold 5000 samples; of a second's 16 000 the last 11 000 go.
    assert played.told == [[8192, 0], [5000, 11000]]
    assert played.result.totals["samples_lost"] == 11000


@each_runtime("x86-64", "cpython")
def test_audio_while_i2s_is_off_is_lost(tmp_path, arch):
    source = """
mic = start()
for i in range(62):
    mic.readinto(block)
last = block[255] >> 8
mic.deinit()
time.sleep_ms(500)
mic = start()
mic.readinto(block)
silent = max(block)
for i in range(20):
    mic.readinto(block)
tell(last, silent, block[255] >> 8, time.ticks_ms())
"""
    played = play(tmp_path, source, ramp(3), arch)
    now_ms = 62 * 16 + 500 + 21 * 16
    assert played.told == [[62 * 256 - 1, 0, now_ms * 16 - 1, now_ms]]
    assert [event["on"] for event in played["i2s"]] == [1, 0, 1]


@each_runtime()
def test_the_starved_watchdog_resets_and_the_audio_goes_on(tmp_path, arch):
    source = """
tell(machine.reset_cause(), time.ticks_ms())
mic = start()
dog = WDT(timeout=1000)
fed = 0
while True:
    mic.readinto(block)
    if machine.reset_cause() == machine.WDT_RESET:
        dog.feed()
        if fed == 30:
            tell((block[0] >> 8))
        fed += 1
"""
    played = play(tmp_path, source, ramp(4), arch)
    assert [event["t"] for event in played["wdt"]] == [pytest.approx(1.0, abs=0.017)]
    assert [event["cause"] for event in played["boot"]] == ["power", "wdt"]
    assert played.told[0] == [1, 0]
    assert played.told[1] == [3, 600]  # ticks start anew; the boot takes 600 ms
    bite_ms = round(played["wdt"][0]["t"] * 1000)
    assert played.told[2] == [(bite_ms + 600 + 30 * 16) * 16]
    assert played.why == "end" and played.result.restarts == 1
    assert played["end"][0]["t"] == pytest.approx(4.0, abs=0.001)


def test_watchdog_limit_of_the_rp2040(tmp_path):
    source = "try:\n    WDT(timeout=8389)\nexcept ValueError as error:\n    tell(str(error))\n"
    assert play(tmp_path, source, None).told == [["timeout exceeds 8388"]]


@each_runtime("x86-64", "cpython")
def test_reset_by_software_is_reported_as_the_watchdogs(tmp_path, arch):
    source = """
tell(machine.reset_cause())
try:
    machine.reset()
finally:
    tell("must not run")
"""
    played = play(tmp_path, source, silence(30), arch, max_restarts=2)
    assert played.told == [[1], [3], [3]]
    assert played.why == "restarts" and not played.result.ok
    assert "restarted 2 times" in played["error"][-1]["text"]


@each_runtime("x86-64", "cpython")
def test_an_exception_is_told_and_the_watchdog_restarts_the_board(tmp_path, arch):
    source = """
WDT(timeout=2000)
if machine.reset_cause() == 1:
    raise ValueError("of our own")
tell("again")
while True:
    time.sleep_ms(100)
    WDT(timeout=2000)
"""
    played = play(tmp_path, source, silence(5), arch)
    assert "ValueError: of our own" in played["error"][0]["text"]
    assert "main.py" in played["error"][0]["text"]
    assert played.told == [["again"]] and played.result.restarts == 1


def test_a_firmware_that_ends_is_an_error(tmp_path):
    played = play(tmp_path, "x = 1\n", silence(1))
    assert played.why == "stopped" and "main.py ended" in played.result.error


def test_a_microphone_that_stops_leaves_it_to_the_watchdog(tmp_path):
    source = LISTEN.replace("mic = start()", "dog = WDT(timeout=3000)\nmic = start()").replace(
        "block)", "block)\n    dog.feed()"
    )
    fault = [{"t": 2.0, "fault": "mic_stop"}]
    played = play(tmp_path, source, silence(20), faults=fault, max_restarts=2)
    assert [round(event["t"], 1) for event in played["wdt"]] == [5.0, 8.6, 12.2]
    hang = play(tmp_path, LISTEN, silence(20), faults=fault)
    assert hang.why == "hang" and "no watchdog" in hang.result.error


@pytest.mark.parametrize(
    "fault,expected",
    [
        ("mic_dead", [0, 0]),
        ("mic_slot", [0, 0]),
        ("mic_stuck", [0x123400, 0x123400]),
        ("mic_clip", [-0x80000000, 0x7FFFFF00]),
        ("mic_ok", [-25600, 25600]),
    ],
)
def test_microphone_faults(tmp_path, fault, expected):
    source = "mic = start()\nfor i in range(70):\n    mic.readinto(block)\n"
    source += "tell(min(block), max(block))\n"
    audio = [np.tile(np.array([25600, -25600], np.int32), 16000)]
    played = play(tmp_path, source, audio, faults=[{"t": 1, "fault": fault}])
    assert played.told == [expected]


def test_time_passes_in_a_loop_that_only_polls_the_ticks(tmp_path):
    source = """
start_ms = time.ticks_ms()
while time.ticks_diff(time.ticks_ms(), start_ms) < 20:
    pass
tell("out")
"""
    assert play(tmp_path, source, silence(1)).told == [["out"]]


def test_a_firmware_that_stands_still_is_found(tmp_path):
    run = prepare(tmp_path, "while True:\n    pass\n", silence(1))
    run._stall_s = 1.0
    events = list(run)
    assert events[-1]["what"] == "hang" and run.result.why == "hang"


def test_leaving_early_ends_process_and_feeder(tmp_path):
    def endless():
        while True:
            yield np.zeros(16000, np.int32)

    with prepare(tmp_path, LISTEN, endless(), progress_s=1) as run:
        for event in run:
            if event["t"] > 3:
                break
        child = run
    assert child.result.why == "closed"


def _runs(process):
    try:
        return bool((process / "cmdline").read_bytes())  # empty: a zombie, no longer running
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc to see processes")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
@each_runtime()
def test_the_board_ends_when_the_host_ends(tmp_path, arch, number):
    """No interpreter may stay behind, whatever happens to the host."""
    script = tmp_path / "host.py"
    script.write_text(
        "import sys, os, numpy as np\n"
        f"sys.path.insert(0, {str(runtimes.ROOT)!r})\n"
        "from pathlib import Path\n"
        "from tests.host.simulated import prepare\n"
        "def endless():\n"
        "    while True:\n"
        "        yield np.zeros(65536, np.int32)\n"
        f"run = prepare(Path({str(tmp_path)!r}), {LISTEN!r}, endless(), {arch!r})\n"
        "next(run)\n"
        "print(run.child_pid, flush=True)\n"
        "for event in run:\n"
        "    pass\n"
    )
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # A test run started in the background hands its ignored SIGINT down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as host:
        child = Path("/proc") / host.stdout.readline().decode().strip()
        assert child.exists()
        host.send_signal(number)
        host.wait(timeout=10)
    deadline = time.monotonic() + 10
    while _runs(child):
        assert time.monotonic() < deadline, "the interpreter is still running"
        time.sleep(0.05)


def test_stop_after_s(tmp_path):
    played = play(tmp_path, LISTEN, silence(5), stop_after_s=2)
    assert played.why == "end" and played["end"][0]["t"] == pytest.approx(2.0, abs=0.001)


def test_an_error_of_the_audio_source_reaches_the_caller(tmp_path):
    def broken():
        yield np.zeros(16000, np.int32)
        raise RuntimeError("the recording is damaged")

    with pytest.raises(RuntimeError, match="damaged"):
        play(tmp_path, LISTEN, broken())
    with pytest.raises(TypeError, match="int32"):
        play(tmp_path, LISTEN, [np.zeros(100)])


def test_a_raw_file_as_audio(tmp_path):
    np.arange(32000, dtype="<i4").tofile(tmp_path / "a.s32")
    played = play(tmp_path, LISTEN, tmp_path / "a.s32")
    assert played.why == "end" and played["end"][0]["t"] == pytest.approx(2.0)
