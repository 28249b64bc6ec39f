# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The command as a person meets it: exit codes, one-line errors, nothing written on errors."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from host_tools import cli, night, runtimes
from host_tools import play as play_module
from host_tools import simulate as simulate_module
from tests.host.audio_files import tone, wav
from tests.host.fake_device import FakeDevice, heard, line
from tests.host.test_summary import LAST_LINE

NIGHT = ["simulate", "--hours", "0.05", "--start", "03:59"]
# 03:59 is 6 h after 22:00 less a minute; the fake device logs in seconds after 22:00.
SIREN_S = 6 * 3600


@pytest.fixture(autouse=True)
def small_night(monkeypatch, tmp_path):
    """Recorded speech and minutes of noise for every single call would only take time."""
    monkeypatch.setattr(simulate_module, "RECORDINGS", tmp_path / "none")
    monkeypatch.setattr(night, "LOOPS_S", (16, 15))


@pytest.fixture
def device(monkeypatch):
    """The simulated device's place is taken by a script."""

    def install(fake: FakeDevice) -> FakeDevice:
        monkeypatch.setattr(play_module.simulator, "run", fake)
        return fake

    return install


@pytest.fixture
def run(capsys):
    """Run the command: (exit status, lines on stdout, text on stderr)."""

    def call(*args: str) -> tuple[int, list[str], str]:
        capsys.readouterr()
        err = io.StringIO()
        status = cli.main([str(arg) for arg in args], stderr=err)
        text = capsys.readouterr()
        return status, text.out.splitlines(), err.getvalue() + text.err

    return call


def siren_heard() -> FakeDevice:
    log = line(1, SIREN_S - 60, "boot") + heard(2, SIREN_S + 1, "siren", hz=(1480, 2123))
    log += line(3, SIREN_S + 4, "alert", priority="high", cond="siren", why="alert")
    at = 64.0
    events = [
        {"t": 0.0, "ev": "boot", "run": 0},
        {"t": 1.0, "ev": "lamp", "lamp": "green", "value": 1},
        {"t": at, "ev": "sounder", "hz": 520, "duty": 9000},
        {"t": at + 0.2, "ev": "sounder", "hz": 0, "duty": 0},
        {"t": 180.0, "ev": "progress"},
        {"t": 180.0, "ev": "end", "totals": {}},
    ]
    return FakeDevice(events, log)


def test_a_played_night_ends_with_the_last_line(run, device):
    fake = device(siren_heard())
    status, out, err = run(*NIGHT)
    assert (status, err) == (0, "")
    assert LAST_LINE.fullmatch(out[-1])
    assert out[-1] == (
        "alerts: high 1, medium 0, low 0, technical 0; "
        "sounds: chime 0 of 0 heard, siren 1 of 1 heard, false 0"
    )
    text = "\n".join(out)
    assert "04:00:01  heard siren (sure), 1480 and 2123 Hz, 30 dB-Hz above the noise" in text
    assert "ALERT, high priority: siren" in text
    assert "Event log, read back from the flash image" in text
    assert "times real time, on" in text and runtimes.best().describe() in text
    assert "\x1b" not in text  # plain when it is not a terminal
    assert fake.calls[0]["start_utc"] == "2026-01-16T03:59:00Z"


def test_alert_exit_is_three_only_when_asked_for(run, device):
    device(siren_heard())
    assert run(*NIGHT, "--alert-exit")[0] == 3
    device(FakeDevice())
    assert run(*NIGHT, "--alert-exit")[0] == 0


def test_json_is_one_object_a_line(run, device):
    device(siren_heard())
    status, out, _ = run(*NIGHT, "--json")
    objects = [json.loads(text) for text in out]
    assert status == 0 and objects[-1]["type"] == "report"
    assert objects[-1]["alerts"]["high"] == 1
    assert LAST_LINE.fullmatch(objects[-1]["last_line"])
    assert [item["record"]["n"] for item in objects if item["type"] == "log"] == [1, 2, 3]
    (sound,) = objects[-1]["sounds"]
    assert sound["kind"] == "siren" and sound["heard"] and abs(sound["alert_after_s"]) < 3


def test_a_device_that_stops_is_four_and_tells_why(run, device):
    stop = {"t": 9.0, "ev": "error", "text": "MemoryError: no room", "trace": "Traceback: there"}
    device(FakeDevice([stop], why="stopped"))
    status, out, err = run(*NIGHT)
    assert status == 4 and "MemoryError" in err and "Traceback" not in err
    assert LAST_LINE.fullmatch(out[-1])
    device(FakeDevice([stop], why="stopped"))
    assert "Traceback: there" in run(*NIGHT, "--debug")[2]


def test_buttons_settings_and_flash_reach_their_places(run, device, tmp_path):
    fake = device(siren_heard())
    settings = tmp_path / "settings.json"
    settings.write_text('{"mri_today": true, "name": "Room 7"}')
    kept = tmp_path / "kept"
    status, _, err = run(
        *NIGHT, "--button", "04:01 short", "--button", "04:01:30 long",
        "--settings", settings, "--keep-flash", kept, "--runtime", "cpython",
    )  # fmt: skip
    assert (status, err) == (0, "")
    options = fake.calls[0]
    follow, *presses = options["inputs"]
    assert follow["stdin"] == "findings\n"
    assert [entry["t"] for entry in presses] == [120, 120.3, 150, 153.5]
    assert [entry["value"] for entry in presses] == [0, 1, 0, 1]
    assert options["settings"]["mri_today"] is True and options["settings"]["name"] == "Room 7"
    assert options["runtime"].arch == "cpython"
    assert (kept / "log" / "000001.jsonl").read_bytes() == fake.log


def test_what_the_device_told_and_never_wrote_counts_too(run, device):
    """Mere findings wait in the device's memory for up to half an hour."""
    fake = siren_heard()
    told = heard(4, SIREN_S + 30, "chime", hz=(900,)).decode().strip()
    torn = told.replace("900", "901")  # not what its checksum says
    for text in ('{"ok":"findings follow"}', '{"live":' + told + "}", '{"live":' + torn + "}", "x"):
        fake.events.insert(-1, {"t": 100.0, "ev": "stdout", "line": text})
    device(fake)
    status, out, _ = run(*NIGHT)
    text = "\n".join(out)
    assert status == 0 and "heard chime (sure), 900 Hz" in text and "901" not in text
    assert "1 record was not yet on the flash" in text
    assert out[-1].endswith("chime 0 of 0 heard, siren 1 of 1 heard, false 1")


def test_recording_is_played_and_its_truth_is_unknown(run, device, tmp_path):
    device(siren_heard())
    path = wav(tmp_path / "bed room.wav", tone(1000, 2, 8000), 8000, 16)
    status, out, _ = run("simulate", path)
    assert status == 0 and "nothing above 4 kHz" in "\n".join(out)
    assert out[-1].endswith("chime 0 of ? heard, siren 1 of ? heard, false ?")


BAD = {
    "missing": (["none.wav"], "no such file"),
    "directory": (["."], "is a directory"),
    "night option": (["a.wav", "--hours", "2"], "--hours shapes the sample night"),
    "level": (["--level", "3"], "--level is for a recording"),
    "loud": (["a.wav", "--level", "200"], "-80 to 80 dB"),
    "hours": (["--hours", "99"], "give more than 0 and up to 24"),
    "not a number": (["--hours", "long"], "hours"),
    "seed": (["--seed", "-4"], "give a whole number"),
    "start": (["--start", "26:00"], "from 00:00 to 23:59"),
    "button": (["--button", "soon"], "such as '02:10 short'"),
    "late button": (["--hours", "1", "--button", "05:00 long"], "the run is over by then"),
    "runtime": (["--runtime", "z80"], "choose one of x86-64"),
    "keep": (["--hours", "0.01", "--keep-flash", "no/such/folder/x"], "does not exist"),
    "option": (["--nonsense"], "no such option"),
    "settings": (["--settings", "none.json"], "no such settings file"),
    "settings key": (["--settings", "key.json"], "unknown key 'mri_todey'"),
    "settings type": (["--settings", "type.json"], "must be true or false"),
    "settings text": (["--settings", "text.json"], "not valid JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_use_is_one_line_and_writes_nothing(run, device, tmp_path, monkeypatch, name):
    fake = device(FakeDevice())
    monkeypatch.chdir(tmp_path)
    wav(tmp_path / "a.wav", tone(1000, 2, 16000), 16000, 16)
    (tmp_path / "key.json").write_text('{"mri_todey": true}')
    (tmp_path / "type.json").write_text('{"mri_today": 1}')
    (tmp_path / "text.json").write_text("mri_today = 1")
    before = sorted(tmp_path.rglob("*"))
    args, expected = BAD[name]
    status, out, err = run("simulate", *args)
    assert status == 2
    assert out == [] and expected.lower() in err.lower()
    assert err.startswith("chimewatch: ") and err.count("\n") == 1
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before and not fake.calls


def test_debug_shows_where_an_error_came_from(run):
    for args in (["--debug", "simulate", "none.wav"], ["simulate", "none.wav", "--debug"]):
        status, _, err = run(*args)
        assert status == 2 and "Traceback" in err and "no such file" in err


def test_unknown_command_and_no_command(run):
    status, _, err = run("simulat")
    assert status == 2 and err.count("\n") == 1 and "--help" in err
    status, out, err = run()
    assert status == 2 and "simulate" in "\n".join(out) + err


def test_an_unforeseen_error_is_one_line_too(run, device):
    fake = device(FakeDevice())
    fake.raises = ZeroDivisionError("division")
    status, _, err = run(*NIGHT)
    assert status == 4 and err.count("\n") == 1 and "--debug" in err
    assert "Traceback" in run(*NIGHT, "--debug")[2]
    fake.raises = KeyboardInterrupt()
    status, _, err = run(*NIGHT)
    assert (status, err) == (130, "chimewatch: interrupted\n")


def test_help_lists_exit_codes_examples_and_the_last_line(run):
    status, out, _ = run("simulate", "--help")
    text = " ".join(" ".join(out).split())
    assert status == 0
    for part in ("130", "--alert-exit", "chimewatch simulate bedroom.m4a", "false N", "--button"):
        assert part in text
    assert run("--help")[0] == 0


def command(*args: str, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "host_tools.cli", *args],
        cwd=runtimes.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_as_a_process_bad_input_has_its_exit_status(tmp_path):
    path = tmp_path / "letter.wav"
    path.write_text("Dear clinic")
    process = command("simulate", str(path))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("chimewatch: letter.wav: not a recording") and err.count("\n") == 1


def test_as_a_process_ctrl_c_is_clean(tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    # A test run started in the background hands its ignored SIGINT down.
    heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    process = command("simulate", "--hours", "24", env=env, start_new_session=True, preexec_fn=heed)
    assert process.stdout
    process.stdout.readline()
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "chimewatch: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_as_a_process_whose_reader_leaves_it_ends_quietly(tmp_path):
    paths = [str(wav(tmp_path / f"{i}.wav", tone(1500, 4, 16_000), 16_000, 16)) for i in range(3)]
    process = command("detect", "--jobs", "1", *paths)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.wait(60) in (0, 130)  # 0: it found nothing to write
    assert process.stderr.read() == ""
    process = command("evaluate", "--help")
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.wait(60) == 130 and process.stderr.read() == ""


def test_a_full_disk_is_said_in_one_line(run, monkeypatch):
    def full(*args, **options):
        raise OSError(errno.ENOSPC, "No space left on device", "n.json")

    monkeypatch.setattr(simulate_module, "simulate", full)
    status, _, err = run(*NIGHT)
    assert status == 2
    assert err == (
        "chimewatch: n.json: cannot be written (No space left on device): make room first\n"
    )
