# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Calculations of the hardware: what must hold, what the docs quote, what a part changes."""

import re
from dataclasses import replace

import pytest

from hardware import enclosure, figures, heartbeat, netlist, power, relay, sound


def test_the_page_says_what_the_scripts_say():
    assert figures.PAGE.read_text("utf-8") == figures.page(), "run: make hardware"


@pytest.mark.parametrize("module", [sound, power, heartbeat, relay, enclosure])
def test_nothing_is_out_of_its_limits(module):
    assert module.problems() == []


def test_the_rules_the_sound_breaks_are_said():
    rows = {what: value for what, value, _ in sound.rows()}
    assert "NOT enough" in rows["main sounder, full, next room, door closed"]
    assert "NOT enough" in rows["the alert begins below full by"]
    assert "NOT" not in rows["remote sounder, 2 m from the carer's pillow"]


def test_a_weighting():
    # IEC 61672-1, table of nominal values.
    for hz, db in ((1000, 0.0), (500, -3.2), (2000, 1.2), (4000, 1.0), (125, -16.1)):
        assert sound.a_weight_db(hz) == pytest.approx(db, abs=0.15)


def test_softer_is_softer_and_far_is_softer():
    volts = 5.0
    levels = [sound.pulse_dba(volts, duty / 65536) for duty in sound.firmware_duties()]
    assert levels == sorted(levels)
    assert sound.in_room_db(80, 1) > sound.in_room_db(80, 3) > sound.next_room_db(80)


def test_the_buzzer_is_silent_with_pulses_and_sounds_without():
    corner = heartbeat.nominal()
    steady = heartbeat.pumped(corner, 20)
    assert heartbeat.silent(corner, steady)
    assert not heartbeat.silent(corner, heartbeat.drained(corner, steady, 10))
    stuck = replace(corner, high_v=0.0)
    assert not heartbeat.silent(stuck, heartbeat.pumped(stuck, 20))


def test_too_small_a_hold_capacitor_would_chirp():
    small = replace(heartbeat.nominal(), c10=1e-6)
    after = heartbeat.sounds_after_s(small, heartbeat.pumped(small, 20))
    assert after < heartbeat.LONGEST_PAUSE_S


def test_the_calculation_s_pulse_rate_is_the_firmware_s(tmp_path):
    import numpy as np

    from host_tools import simulator

    seconds = 30
    audio = np.random.default_rng(8).standard_normal(seconds * 16000) * 2**31 * 10**-3.5
    run = simulator.run(
        [audio.astype(np.int32)], flash_image=tmp_path / "flash.img", progress_s=1e6
    )
    first = next(e["t"] for e in run if e["ev"] == "pin" and e["pin"] == "heartbeat")
    list(run)
    rate = run.result.totals["heartbeat_edges"] / (seconds - first)
    assert rate == pytest.approx(heartbeat.EDGES_A_SECOND, rel=0.08)


def test_every_single_fault_is_listed_with_an_answer():
    parts = {p.ref for p in netlist.design("basic").parts.values()
             if p.group == "cell-powered buzzer"} - {"R15"}  # fmt: skip
    listed = {ref for row in heartbeat.single_faults() for ref in row[0].replace(",", "").split()}
    assert parts <= listed


def test_the_battery_and_the_relay():
    care = netlist.design("care_home")
    assert power.battery_hours(power.quiet_ma(care)) > 8
    assert power.alarm_ma(care) > power.quiet_ma(care)
    assert relay.figures()["overdrive"] > 3


def test_the_pages_quote_today_s_figures_and_tests_that_exist():
    f = sound.figures(netlist.design("basic"))
    soft_db = round(f["pillow_step4"] - f["pillow_step1"])
    readme = " ".join((netlist.HERE / "README.md").read_text("utf-8").split())
    safety = (netlist.HERE / "SAFETY.md").read_text("utf-8")
    assert f"begins only {soft_db} dB below full" in readme
    assert f"starts {soft_db} dB below full, wanted are {sound.SOFT_DB:.0f}" in safety
    assert "above 80 dBA at 1 m" in safety and f["pillow"] > 80
    named = re.findall(r"`(tests/host/\w+\.py)::(\w+)`", safety)
    assert len(named) >= 9
    for path, name in named:
        text = (netlist.HERE.parent / path).read_text("utf-8")
        assert f"def {name}(" in text, name
