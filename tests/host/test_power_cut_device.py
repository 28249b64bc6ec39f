# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Power cuts of the whole firmware, clean and torn; more by `-m host_tools.power_cuts`."""

import pytest

from host_tools import power_cuts, runtimes


@pytest.mark.skipif(runtimes.find("x86-64") is None, reason="needs real littlefs (MicroPython)")
def test_power_cuts_of_the_whole_firmware():
    count = power_cuts.power_cuts((None, 0.5))
    power_cuts.add_settings(count, (None, 0.5))
    print(count.line())
    assert count.operations > 20, "the run should rotate the log, alert and acknowledge"
    assert count.ok, count
