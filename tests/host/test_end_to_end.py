# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The whole way: rendered pump in a room, real firmware on MicroPython, alert, log on flash."""

import json

import pytest

from host_tools import cli, runtimes
from tests.host.audio_files import tone, wav
from tests.host.test_summary import LAST_LINE


def simulate(capsys, arch: str, *args: str) -> tuple[int, list[dict]]:
    """Exit status and the JSON objects of a run; skips by name where there is no such runtime."""
    if runtimes.find(arch) is None:
        pytest.skip(f"SKIP: {runtimes.why_missing(arch)}")
    capsys.readouterr()
    status = cli.main(["simulate", "--json", "--runtime", arch, *args])
    return status, [json.loads(text) for text in capsys.readouterr().out.splitlines()]


def records(objects: list[dict]) -> list[dict]:
    return [item["record"] for item in objects if item["type"] == "log"]


def test_a_short_night_is_heard_alerted_and_logged(capsys):
    # One chime at 03:00, sirens at 04:00 and 04:10.
    status, objects = simulate(
        capsys, "x86-64", "--start", "02:55", "--hours", "1.3", "--alert-exit"
    )
    report = objects[-1]
    assert status == 3
    assert report["heard"] == report["expected"] == {"chime": 1, "siren": 2}
    assert report["false"] == 0
    assert report["alerts"]["high"] == 1 and report["alerts"]["low"] == 1
    assert report["alerts"]["technical"] == 0
    assert LAST_LINE.fullmatch(report["last_line"])
    chime, first, second = report["sounds"]
    assert chime["alert_after_s"] <= 1.5
    assert first["alert_after_s"] <= 0.5
    assert second["already_on"]
    (state,) = (item for item in objects if item["type"] == "log_state")
    assert (state["damaged"], state["missing"]) == (0, 0)
    kinds = [record["k"] for record in records(objects)]
    assert kinds[0] == "boot" and kinds.count("heard") == 3 and kinds.count("alert") == 2
    siren = next(r for r in records(objects) if r["k"] == "heard" and r["sound"] == "siren")
    assert siren["t"].startswith("2026-01-16T04:00:0") and siren["grade"] == "sure"
    for given, heard in zip(sorted(first["hz"]), sorted(siren["hz"]), strict=True):
        assert heard == pytest.approx(given, abs=8)
    assert siren["snr_db10"] / 10 == pytest.approx(30, abs=3)


def test_a_press_silences_and_is_logged(capsys):
    _, objects = simulate(
        capsys, "x86-64", "--start", "03:59", "--hours", "0.1", "--button", "04:01 long",
        "--seed", "1",
    )  # fmt: skip
    acks = [record for record in records(objects) if record["k"] == "ack"]
    assert [record["cond"] for record in acks] == ["siren"]
    lines = [item for item in objects if item["type"] == "line"]
    off = [item for item in lines if item["text"] == "sounder off"]
    assert off and off[-1]["at_s"] < 130


@pytest.mark.parametrize("arch", ["i386", "arm"])
def test_every_interpreter_writes_the_same_log(capsys, arch):
    args = ("--start", "03:59", "--hours", "0.03", "--seed", "1")
    _, expected = simulate(capsys, "x86-64", *args)
    assert {"boot", "heard", "alert"} <= {record["k"] for record in records(expected)}
    _, objects = simulate(capsys, arch, *args)
    assert records(objects) == records(expected)


def test_cpython_stands_in(capsys):
    # Without littlefs the flash takes no time, so the audio falls into other blocks: the log is
    # not the same to the bit, what was heard is.
    args = ("--start", "03:59", "--hours", "0.025", "--seed", "1")
    status, objects = simulate(capsys, "cpython", *args)
    assert status == 0
    assert objects[-1]["heard"] == {"chime": 0, "siren": 1}
    assert objects[-1]["alerts"]["high"] == 1
    assert any("CPython stands in" in fact for fact in objects[-1]["facts"])


def test_a_recording_without_a_pump_raises_nothing(capsys, tmp_path):
    hum = tone(50, 20, 44100, 0.01) + tone(150, 20, 44100, 0.003)
    path = wav(tmp_path / "hum.wav", hum, 44100, 16)
    status, objects = simulate(capsys, "x86-64", str(path), "--alert-exit")
    assert status == 0
    assert not any(objects[-1]["alerts"].values())
    assert objects[-1]["heard"] == {"chime": 0, "siren": 0}
    assert "no alarm below is real" in str(objects[0]), objects[0]
