# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The whole firmware fits a Raspberry Pi Pico's memory: measured on 32-bit Arm, bounded here."""

import pytest

from host_tools import ram, runtimes
from host_tools.deploy import slots

pytestmark = pytest.mark.skipif(
    runtimes.find("arm") is None, reason="needs MicroPython for 32-bit Arm"
)


@pytest.fixture(scope="module")
def uses():
    return {in_place: ram.measure(in_place) for in_place in (False, True)}


def test_code_run_in_place_leaves_an_rp2040_twenty_kilobytes(uses):
    """Also while it knows a pump and learns another."""
    use = uses[True]
    assert use.spare - use.known - use.learning >= ram.SPARE, use


def test_without_a_profile_its_code_is_not_loaded(uses):
    for use in uses.values():
        loaded = [n for n in use.modules if "matching" in n or "learning" in n or "profile" in n]
        assert loaded == ["pumpprofile"], loaded
        assert use.known > 4000 and use.learning > 4000, use


def test_the_listener_and_its_code_take_what_the_design_allows(uses):
    """With the code in flash."""
    use = uses[True]
    assert {"alarm.spectrum", "alarm.siren", "alarm.listener"} <= set(use.modules)
    assert 84 * 1024 < use.chain <= 96 * 1024, use.chain


def test_deploy_asks_for_the_memory_that_firmware_from_files_needs(uses):
    use = uses[False]
    need = use.total + use.known + use.learning + ram.PORT_OWN + ram.SPARE
    assert need <= slots.HEAP_BYTES < 480 * 1024, need  # a Pico 2 has 480 KB


def test_every_part_is_counted(uses):
    use = uses[False]
    assert use.machine_code > 2000 and use.ring_buffer > 16000 and use.listener > 40_000
    assert {"alarm.listener", "alarm.alert", "monitor", "adafruit_ds3231"} <= set(use.modules)
    assert "alarm.kernels_plain" not in use.modules and "screen" not in use.modules
    assert sum(use.modules.values()) + use.listener < 1.2 * use.listening
    assert use.listening > uses[True].listening + 20_000


def test_what_only_the_start_needs_is_given_back(uses, monkeypatch):
    """With nothing dropped it takes at least 8 KB more."""
    kept = dict(ram.package.sources())
    monkeypatch.setattr(ram.package, "sources", lambda *_: kept)
    real = ram.package.shorten

    def keep_all(texts):
        short = real(texts)
        short["spare.py"] = "def forget(a):\n    pass\n"
        return short

    monkeypatch.setattr(ram.package, "shorten", keep_all)
    assert ram.measure(False).listening > uses[False].listening + 8192
