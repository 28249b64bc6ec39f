# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What all tests share: keep `_run.py` (a script for MicroPython) out of collection, name skips."""

import sys
from pathlib import Path

import pytest

from host_tools import runtimes

collect_ignore = ["firmware/_run.py"]

# Tests must not leave compiled files in firmware/, which is the board's file system as it ships.
sys.dont_write_bytecode = True


def pytest_report_header(config: pytest.Config) -> list[str]:
    lines = []
    for arch in runtimes.ARCHES:
        runtime = runtimes.find(arch)
        lines.append(runtime.describe() if runtime else runtimes.why_missing(arch))
    return lines


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return runtimes.ROOT
