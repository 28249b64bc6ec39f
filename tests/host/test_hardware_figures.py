# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Calculations of the hardware: what must hold, what the docs quote, what a part changes."""

import math
import re
import tomllib
from dataclasses import replace

import pytest

from hardware import enclosure, figures, heartbeat, netlist, piezos, power, relay, sound
from host_tools import hazards


def test_the_pages_say_what_the_scripts_say():
    assert figures.PAGE.read_text("utf-8") == figures.page(), "run: make hardware"
    assert figures.HAZARDS_PAGE.read_text("utf-8") == figures.hazards_page(), "run: make hardware"


ROWS = hazards.read(figures.HAZARDS)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_each_hazard_names_a_test_that_exists(row):
    path, _, name = row["test"].partition("::")
    assert f"def {name}(" in (netlist.HERE.parent / path).read_text("utf-8")
    assert all(row[key] for key in hazards.FIELDS if key != "residual"), row


def test_the_hazards_are_numbered_and_their_times_are_calculated():
    assert [row["id"] for row in ROWS] == [f"W{n:02d}" for n in range(1, len(ROWS) + 1)]
    soonest, latest = heartbeat.sounds_between_s()
    told = f"{math.floor(soonest)} to {math.ceil(latest)} s"
    assert {row["told_within"] for row in ROWS if "C9" in row["measure"]} == {told}
    readme = " ".join((netlist.HERE / "README.md").read_text("utf-8").split())
    assert latest < 10 and "the buzzer must sound within ten seconds" in readme


@pytest.mark.parametrize("module", [sound, piezos, power, heartbeat, relay, enclosure])
def test_nothing_is_out_of_its_limits(module):
    assert module.problems() == []


def test_the_rules_the_sound_breaks_are_said():
    rows = {what: value for what, value, _ in sound.rows()}
    assert "NOT enough" in rows["main sounder, full, next room, door closed"]
    assert "NOT" not in rows["remote sounder, 2 m from the carer's pillow"]


def test_the_alert_begins_softly_enough():
    """The firmware's table is the calculation's: five even steps, the first one soft."""
    plan = netlist.design("basic")
    f = sound.figures(plan)
    levels = [f[f"pillow_step{step}"] for step in range(5)]
    assert [b - a for a, b in zip(levels, levels[1:], strict=False)] == pytest.approx(
        [sound.STEP_DB] * 4, abs=0.2
    )
    assert levels[4] - levels[1] >= sound.SOFT_DB
    wanted = [sound.step_duty(f["bed_v"], sound.STEP_DB * (4 - step)) for step in range(5)]
    assert list(sound.firmware_duties()) == pytest.approx(wanted, rel=0.03)  # 0.1 dB
    # The carer's ear gets full level whatever the step is: the one-shot stretches every pulse.
    assert min(sound.firmware_duties()) / 65536 / 520 > 10e-6  # a pulse that Q2 and U5 can follow
    assert f["remote_2m"] >= sound.NEEDED_DBA


def test_a_table_set_by_the_fundamental_alone_would_be_told(monkeypatch):
    monkeypatch.setattr(sound, "firmware_duties", lambda: (930, 1859, 3725, 7557, 16384))
    assert sound.problems() == ["the alert begins 9.0 dB below full, at least 12"]


def test_whatever_the_amplifier_s_input_takes_the_level_holds(monkeypatch):
    """Trimmer and chip together are 5 to 10 kohm: enough at the least, no clipping at the most."""
    plan = netlist.design("basic")
    least, most = sound.AMP_INPUT_RANGE_OHM
    assert least < sound.AMP_INPUT_OHM < most
    volts = [sound.step_volts(plan, *sound.BED, ohm) for ohm in (least, most)]
    # By hand: 1.5 k beside 5 k is 1.154 k; 3.3 V x 1.154 / 11.154 x 14.96 = 5.11 V; 10 k: 5.70 V.
    assert volts == pytest.approx([5.11, 5.70], abs=0.02)
    # The remote one counts R14 too: 5 V x 1.219 / (1 + 15 + 1.219) x 14.96 = 5.30 V.
    assert sound.step_volts(plan, *sound.REMOTE) == pytest.approx(5.30, abs=0.02)
    plan.parts["R5"] = replace(plan.parts["R5"], value="6k8")
    monkeypatch.setattr(sound, "design", lambda build: plan)
    assert any("the main amplifier clips" in text for text in sound.problems())


def test_each_piezo_gets_what_it_is_made_for(monkeypatch):
    plan = netlist.design("basic")
    # By hand: rail 4.6 to 5.4 V less a diode and Q1; the remote one also less lead and fuse.
    assert piezos.gets_v(plan, "BZ1") == pytest.approx((3.4, 4.85))
    assert piezos.gets_v(plan, "BZ3") == pytest.approx((3.05, 4.85))
    f = sound.figures(plan)
    assert piezos.REMOTE_LOSS_V >= sound.AMP_SWING_V - f["remote_swing"]
    # In this room 1 m in front of a box with a grille: 100 dB - 20 - 2 + 5.0 dB of room.
    assert f["second_1m"] == pytest.approx(83.0, abs=0.1) and f["second_remote_2m"] > 75
    assert f["buzzer_1m_old"] > sound.NEEDED_DBA
    swapped = netlist.design("basic")
    for ref, value in (("BZ1", "piezo 3-15 V"), ("BZ2", "piezo 2-5 V")):
        swapped.parts[ref] = replace(swapped.parts[ref], value=value)
    monkeypatch.setattr(piezos, "design", lambda build: swapped)
    assert piezos.problems() == ["BZ2 gets 5.7 to 9.6 V, made for 2 to 5 V"]


def test_without_its_diode_a_piezo_gets_too_much(monkeypatch):
    plan = netlist.design("basic")
    plan.nets["V5"] = tuple("BZ1.+" if pin == "D8.A" else pin for pin in plan.nets["V5"])
    plan.nets["SECOND_P"] = ("D8.K", "D8.A")
    monkeypatch.setattr(piezos, "design", lambda build: plan)
    assert piezos.problems() == ["BZ1 gets 4.3 to 5.4 V, made for 2 to 5 V"]
    plan.parts["BZ1"] = replace(plan.parts["BZ1"], value="piezo")
    with pytest.raises(LookupError, match="BZ1: its value in wiring.toml must say its range"):
        piezos.problems()


def test_the_relay_pulls_in_at_every_supply_that_acceptance_calls_good():
    with (netlist.HERE / "acceptance.toml").open("rb") as file:
        steps = tomllib.load(file)["step"]
    (rail,) = [e for e in steps[0]["expect"] if e.get("field") == "supply_mv"]
    assert relay.LEAST_RAIL_V * 1000 == rail["least"]
    assert relay.MOST_RAIL_V * 1000 == rail["most"]
    assert relay.problems() == []


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


def test_a_leaking_diode_would_chirp():
    """Why D11 is no Schottky diode: with the leak of a warm one, healthy pauses are too long."""
    leaky = min(
        heartbeat.sounds_after_s(warm, heartbeat.pumped(warm, 20))
        for warm in (replace(c, leak_a=1.6e-6, hold_drop_v=0.35) for c in heartbeat.corners())
    )
    assert leaky < heartbeat.LONGEST_PAUSE_S
    soonest, latest = heartbeat.sounds_between_s()
    assert heartbeat.LONGEST_PAUSE_S < soonest and latest < heartbeat.LATEST_S


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
    soft_db = f"{f['pillow_step4'] - f['pillow_step1']:.1f}"
    readme = " ".join((netlist.HERE / "README.md").read_text("utf-8").split())
    safety = (netlist.HERE / "SAFETY.md").read_text("utf-8")
    assert f"begins {soft_db} dB below full" in readme
    (soft,) = (row for row in ROWS if "blast" in row["cause"])
    assert f"starts {soft_db} dB below full" in soft["residual"]
    assert "above 80 dBA at 1 m" in safety and f["pillow"] > 80
    for words in ("Strangulation and choking", "Infection control", "Where not to place it",
                  "What it is not", "Batteries", "Electrical"):  # fmt: skip
        assert f"## {words}" in safety


def test_the_build_guide_names_every_part_of_the_board():
    """Step by step means every part: none is left for the builder to guess when it goes in."""
    guide = (netlist.HERE / "README.md").read_text("utf-8").split("## Build the basic one")[1]
    guide = " ".join(guide.split())
    for part in netlist.design("care_home").parts.values():
        if part.group in ("remote drive",) or part.ref in ("U1",):
            continue  # named as a group, and from the start
        first = part.ref.rstrip("0123456789")
        number = int(part.ref[len(first) :])
        ranges = re.findall(rf"\b{first}(\d+) to {first}(\d+)", guide)
        ranged = any(int(low) <= number <= int(high) for low, high in ranges)
        assert ranged or re.search(rf"\b{part.ref}\b", guide), part.ref
