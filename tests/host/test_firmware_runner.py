# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The runner of the firmware tests must not be able to hide a failure."""

import subprocess
from pathlib import Path

import pytest

from host_tools import runtimes

RUNNER = runtimes.ROOT / "tests/firmware/_run.py"
MODULE = """\
from skipping import SkipTest

def test_good():
    assert 1 + 1 == 2

def test_bad():
    value = 41
    assert value == 42, "not the answer"

def test_absent():
    raise SkipTest("no such thing here")

def test_error():
    {}["key"]

def helper():
    raise ValueError
"""


def run(arch: str, folder: Path, text: str) -> tuple[int, list[str]]:
    runtime = runtimes.find(arch)
    if runtime is None:
        pytest.skip(runtimes.why_missing(arch))
    (folder / "test_sample.py").write_text(text, "utf-8")
    env = runtime.environ([folder, RUNNER.parent])
    done = subprocess.run(
        [*runtime.argv, RUNNER, "test_sample"], env=env, capture_output=True, text=True
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("arch", runtimes.ARCHES)
def test_each_function_gets_its_verdict(arch: str, tmp_path: Path) -> None:
    status, lines = run(arch, tmp_path, MODULE)
    assert status == 1
    assert [line for line in lines if line.startswith(("PASS", "FAIL", "SKIP", "ran"))] == [
        "SKIP test_absent: no such thing here",
        "FAIL test_bad",
        "FAIL test_error",
        "PASS test_good",
        "ran 4",
    ]
    assert "AssertionError: not the answer" in lines


@pytest.mark.parametrize("arch", runtimes.ARCHES)
def test_a_run_that_ends_early_has_no_closing_line(arch: str, tmp_path: Path) -> None:
    status, lines = run(arch, tmp_path, "import sys\ndef test_a():\n    sys.exit(0)\n")
    assert not any(line.startswith(("PASS", "ran")) for line in lines)


@pytest.mark.parametrize("arch", runtimes.ARCHES)
def test_all_good_is_status_0(arch: str, tmp_path: Path) -> None:
    assert run(arch, tmp_path, "def test_a():\n    pass\n") == (0, ["PASS test_a", "ran 1"])
