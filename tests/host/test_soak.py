# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""An hour of `make soak`: it starts just before the ticks wrap. The 30 days run by that target."""

import pytest

from host_tools import runtimes, soak


@pytest.mark.skipif(runtimes.find("x86-64") is None, reason="heap and littlefs are MicroPython's")
def test_a_short_soak_loses_nothing_and_does_not_grow(tmp_path):
    found = soak.soak(soak.SHORT, 5, tmp_path / "flash.img")
    print("\n".join(found.lines()))
    assert not found.errors and not found.technical and found.restarts == 0
    assert found.lost_ms == 0 and found.damaged == 0
    assert found.heard["chime"] >= 5 and found.heard["siren"] >= 5 and found.alerts >= 2
    assert len(found.free) == 5 and found.growth <= soak.FLUCTUATION_BYTES


def test_the_script_repeats_and_the_sounds_are_in_it():
    script = soak.SHORT
    seconds = list(soak.audio(script, 2))
    assert len(seconds) == 2 * script.period_s
    loud = [n for n, block in enumerate(seconds) if abs(block).max() > 0.004 * soak.FULL_SCALE]
    assert script.chimes[0] in loud and script.sirens[0] + 2 in loud
    assert script.period_s + script.chimes[0] in loud
    assert len(loud) == 2 * (1 + 3 + 40)


def test_a_soak_that_ends_early_has_failed(tmp_path):
    found = soak.soak(soak.SHORT, 1, tmp_path / "flash.img", stop_after_s=60)
    assert not found.ok and found.errors == ["it ended after 0.00 days: end"], found.errors


@pytest.mark.skipif(runtimes.find("x86-64") is None, reason="32-bit words hold 12 days")
def test_simulated_time_goes_on_after_twelve_days(tmp_path, monkeypatch):
    """It once ended there without a word, and a soak of 30 days was taken for passed."""
    usual = soak.simulator.run

    def later(*given, **options):
        run = usual(*given, **options)
        run._config |= {"state": {"ms": 2**30 - 200_000, "us": 0, "lag": 0}, "cause": "power",
                        "boot_ms": 300, "off_s": 1, "run": 0}  # fmt: skip
        return run

    monkeypatch.setattr(soak.simulator, "run", later)
    found = soak.soak(soak.SHORT, 1, tmp_path / "flash.img")
    assert found.heard == {"chime": 1, "siren": 1} and not found.besides, found
