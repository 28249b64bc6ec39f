# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The hazard table: rows name tests that exist, faults have a row, the page is current."""

import ast

import health
import pytest

from host_tools import hazards
from host_tools.runtimes import ROOT

ROWS = hazards.read()
# A fault of the firmware -> the row that treats it.
FAULT_ROWS = {
    "loop": "H07",
    "mic_silent": "H01",
    "mic_slot": "H02",
    "mic_stuck": "H03",
    "mic_clipping": "H04",
    "mic_noise": "H05",
    "supply": "H19",
    "battery": "H48",
    "mains": "H47",
    "pack": "H48",
    "sounder": "H11",
    "clock": "H25",
    "log": "H32",
    "state": "H33",
    "settings": "H34",
    "profile": "H49",
    "button": "H15",
    "display": "H44",
    "selftest": "H12",
    "recurrence": "H21",
    "restarts": "H22",
}


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_named_test_exists(row):
    path, _, name = row["test"].partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def test_rows_are_complete_and_numbered():
    assert [row["id"] for row in ROWS] == [f"H{n:02d}" for n in range(1, len(ROWS) + 1)]
    for row in ROWS:
        assert all(row[name] for name in hazards.FIELDS if name != "residual"), row


def test_every_fault_of_the_firmware_has_a_row():
    assert set(FAULT_ROWS) == set(health.FAULTS)
    assert set(FAULT_ROWS.values()) <= {row["id"] for row in ROWS}


def test_the_page_is_current():
    """When this fails: python -m host_tools.hazards"""
    assert hazards.PAGE.read_text("utf-8") == hazards.page(ROWS)
