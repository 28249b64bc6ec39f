# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The wiring list against itself, the firmware's pin maps and the order list; mistakes by name."""

import copy
import csv

import pytest

from hardware import netlist, reset_state, rules
from hardware.__main__ import main

BUILDS = ("basic", "care_home")
BOARDS = rules.firmware_boards()


@pytest.fixture
def wiring():
    return copy.deepcopy(netlist.read_wiring())


def problems(wiring, build="basic", boards=None):
    return rules.check(netlist.design(build, wiring), boards)


@pytest.mark.parametrize("build", BUILDS)
def test_the_list_is_sound_and_agrees_with_the_firmware(build):
    plan = netlist.design(build)
    assert rules.check(plan) == []
    assert netlist.check_bom(plan, netlist.read_bom()) == []


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_of_the_firmware_has_every_signal_on_its_pin(board):
    plan = netlist.design("care_home")
    (module,) = [row for row in plan.modules.values() if board in row["boards"]]
    signals = {name: row[0] for name, row in module.items() if isinstance(row, list)}
    del signals["boards"]
    assert signals == BOARDS[board]["pins"]
    for signal in signals:
        assert plan.net_of(f"U1.{signal}"), signal


def test_the_basic_build_lacks_only_the_nurse_call():
    plan = netlist.design("basic")
    left_open = {pin for pin in plan.open_pins if pin.startswith("U1.")}
    assert left_open == {"U1.VSYS", "U1.relay"}


def test_unknown_build_is_refused_by_name():
    with pytest.raises(netlist.HardwareError, match="no build 'deluxe': choose one of basic"):
        netlist.design("deluxe")


def test_a_pin_that_is_used_twice_is_named(wiring):
    wiring["net"]["SDA"]["pins"].append("U1.i2c_scl")
    with pytest.raises(netlist.HardwareError, match="U1.i2c_scl is used twice: on SDA and on SCL"):
        netlist.design("basic", wiring)


def test_a_part_that_is_missing_is_named(wiring):
    del wiring["part"]["R28"]
    with pytest.raises(netlist.HardwareError, match="part R28 is missing from the list"):
        netlist.design("basic", wiring)


def test_a_part_of_the_other_build_is_missing_here(wiring):
    wiring["net"]["V3V3"]["pins"].append("DS1.VCC")
    with pytest.raises(netlist.HardwareError, match="net V3V3: part DS1 is missing"):
        netlist.design("basic", wiring)


def test_an_unknown_pin_is_named(wiring):
    wiring["net"]["SDA"]["pins"].append("RTC1.SQW")
    with pytest.raises(netlist.HardwareError, match="RTC1 has no pin 'SQW'"):
        netlist.design("basic", wiring)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w.pop("modules"), "wiring.toml: it has no .modules.NAME."),
        (lambda w: w["part"].update(R5=3), "part R5: it must be a table"),
        (lambda w: w["net"]["V5"].update(volts="five"), "net V5: volts must be a number"),
        (lambda w: w["net"]["SDA"].update(pins="U1.i2c_sda"), "net SDA: pins must be a list"),
        (lambda w: w["part"]["MK1"].update(milliamps={"V3V3": "1"}), "part MK1: milliamps must"),
        (lambda w: w["modules"]["pico"].pop("v3v3_limit_ma"), "module pico: boards or v3v3_limit"),
        (lambda w: w["modules"]["pico"].pop("power"), "module pico: power must name GND"),
        (lambda w: w["modules"]["pico"].update(sounder=[15]), "sounder must be .*, it is .15"),
        (lambda w: w["cable"].update(J3="J9"), "cable J3 = J9: no such part"),
        (lambda w: w["nc"].update({"U9.X": {"why": "x"}}), "nc U9.X: no such part"),
        (lambda w: w.pop("builds"), "builds must be a list"),
    ],
)
def test_a_list_of_the_wrong_shape_is_refused_by_name(wiring, change, says):
    change(wiring)
    with pytest.raises(netlist.HardwareError, match=says):
        netlist.design("basic", wiring)


def test_broken_toml_is_one_line(tmp_path):
    bad = tmp_path / "wiring.toml"
    bad.write_text("[part.R1\n")
    with pytest.raises(netlist.HardwareError, match="wiring.toml: not valid TOML") as caught:
        netlist.read_wiring(bad)
    assert "\n" not in str(caught.value)
    with pytest.raises(netlist.HardwareError, match="cannot be read"):
        netlist.read_wiring(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w["modules"]["pico"].update(mic_ws=[19, "GP19", "25"]),
         "mic_ws is 19, must be mic_sck + 1 = 17"),
        (lambda w: w["modules"]["pico"].update(supply=[22, "GP22", "29"]),
         "supply is on 22, no ADC pin"),
        (lambda w: w["modules"]["pico"].update(backup=[31, "GP31", "99"]),
         "board pico: backup is GPIO 31, the firmware has 13"),
        (lambda w: w["modules"]["pico"].update(backup=[14, "GP14", "17"]),
         "pin 14 is used twice: backup and button"),
        (lambda w: w["modules"]["pico"].update(relay=[9, "GP9", "11"]),
         "pin 11 is used twice: heartbeat and relay"),
        (lambda w: w["modules"]["pico"].pop("button"), "signal button has no header pin"),
        (lambda w: w["modules"]["pico"].pop("mic_ws"), "signal mic_ws has no header pin"),
        (lambda w: w["modules"]["pico"]["boards"].remove("pico2w"),
         "board pico2w: no module in wiring.toml has its pins"),
        (lambda w: w["modules"]["pico"].update(mains=[22, "GP22", "29"]),
         "mains is on 22, no ADC pin"),
        (lambda w: w["net"]["SUPPLY_SENSE"]["basic"].remove("U1.mains"),
         "pin U1.mains is on no net"),
        (lambda w: w["net"]["SUPPLY_SENSE"]["pins"].remove("R32.1"),
         "U1.supply has no divider: one resistor to its supply, one to ground"),
        (lambda w: w["net"]["V5"].update(volts=9.5), "U1.supply sees more than 3.3 V of V5"),
        (lambda w: w["net"]["V5"]["pins"].append("U1.relay"), "U1.relay is not 5 V tolerant"),
        (lambda w: w["net"]["MIC_SD"]["pins"].remove("R29.1"), "pin R29.1 is on no net"),
        (lambda w: w["net"]["BACKUP"]["pins"].remove("R7.1"), "net BACKUP: only U1.backup"),
        (lambda w: w["part"]["R32"].update(value="12k"), "R8 and R32 divide by 2.67"),
        (lambda w: w["part"]["R26"].update(value="470"), "net SDA: pull-up of 449 ohm"),
        (lambda w: w["part"]["MK1"].update(milliamps={"V3V3": 400}),
         "V3V3 carries 405.2 mA, the controller's regulator gives 200 mA"),
        (lambda w: w["part"]["MK1"].pop("milliamps"), "part MK1 is on V3V3 without a current"),
        (lambda w: w["part"]["U4"].update(milliamps={"V5": 900}), "V5 carries 1361 mA"),
        (lambda w: w["net"]["V3V3"].update(volts=5.0), "MK1.VDD needs 3.3 V and gets 5.0 V"),
        (lambda w: w["nc"].update({"U3.1C": {"why": "?"}}), "U3.1C is marked as left open but"),
    ],
)  # fmt: skip
def test_mistakes_are_told_by_name(wiring, change, says):
    change(wiring)
    found = problems(wiring)
    assert any(says in text for text in found), found
    assert all("\n" not in text for text in found)


def test_impossible_slices_are_told():
    boards = copy.deepcopy(BOARDS)
    boards["pico"]["pwm_slices"] = {"sounder": 7, "backup": 7}
    boards["pico2"]["pwm_slices"] = {"sounder": 9, "backup": 6}
    found = rules.check(netlist.design("basic"), boards)
    assert "board pico: backup on GPIO 13 is PWM slice 6, not 7" in found
    assert "board pico2: PWM slice 9 of sounder does not exist (0 to 7)" in found


def test_a_shared_slice_is_told(wiring):
    wiring["modules"]["pico"]["backup"] = [30, "GP30", "17"]
    boards = copy.deepcopy(BOARDS)
    boards["pico"]["pins"] = {**boards["pico"]["pins"], "backup": 30}
    boards["pico"]["pwm_slices"] = {"sounder": 7, "backup": 7}
    assert "board pico: PWM slice 7 is shared by sounder and backup" in problems(
        wiring, boards=boards
    )


def test_the_nurse_call_is_isolated(wiring):
    wiring["net"]["CALL_SLEEVE"]["care_home"].append("C7.1")
    wiring["net"]["REMOTE_CV"]["pins"].remove("C7.1")
    found = problems(wiring, "care_home")
    assert "C7 bridges the nurse call (CALL_SLEEVE) and GND" in found


def test_without_power_the_nurse_call_calls():
    # Energised while healthy: the contact that is closed at rest must be the one that calls (tip).
    plan = netlist.design("care_home")
    assert {"K1.break", "J2.tip"} <= set(plan.nets["CALL_TIP"])
    assert {"K1.make", "J2.ring"} <= set(plan.nets["CALL_RING"])


def test_a_relay_without_its_diode_is_told(wiring):
    wiring["net"]["RELAY_C"]["care_home"].remove("D13.A")
    assert any("K1: no diode across its coil" in text for text in problems(wiring, "care_home"))


def test_mains_rail_and_pack_are_measured_apart():
    care, basic = netlist.design("care_home"), netlist.design("basic")
    for signal, top, source in (
        ("supply", "R8", "V5"), ("mains", "R33", "VIN5"), ("battery", "R35", "CELL_LI"),
    ):  # fmt: skip
        assert care.net_of(f"{top}.2") == care.net_of(f"U1.{signal}")
        assert care.net_of(f"{top}.1") == source
    # The rail is measured behind the fuse and the boost, the mains before the battery.
    assert {"F1.2", "R8.1"} <= set(care.nets["V5"]) and "PB1.USB" in care.nets["VIN5"]
    # Nothing floats where there is no battery.
    assert basic.net_of("U1.battery") == "GND"
    assert basic.net_of("U1.mains") == basic.net_of("U1.supply")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w["part"]["R34"].update(value="15k"), "R33 and R34 divide by 2.33"),
        (lambda w: w["net"]["BATTERY_SENSE"]["care_home"].remove("R36.1"),
         "U1.battery has no divider"),
        (lambda w: (w["net"]["CELL_LI"]["care_home"].remove("R35.1"),
                    w["net"]["SDA"]["care_home"].append("R35.1")),
         "U1.battery measures SDA, which is no supply"),
    ],
)  # fmt: skip
def test_a_wrong_divider_is_told_by_name(wiring, change, says):
    change(wiring)
    found = problems(wiring, "care_home")
    assert any(says in text for text in found), found


def test_a_load_on_a_pin_without_a_driver_is_told(wiring):
    wiring["net"]["HEARTBEAT"]["pins"].append("BZ1.-")
    wiring["net"]["SECOND"]["pins"].remove("BZ1.-")
    assert "BZ1 hangs directly on U1.heartbeat: it needs a driver" in problems(wiring)


@pytest.mark.parametrize("build", BUILDS)
def test_without_firmware_everything_rests_and_the_buzzer_sounds(build):
    plan = netlist.design(build)
    states = {p.ref: reset_state.state(plan, p.ref) for p in plan.parts.values()
              if p.kind in ("npn", "nmos")}  # fmt: skip
    assert states.pop("Q4") == "on" and set(states.values()) == {"off"}
    assert len(states) == (4 if build == "care_home" else 3)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: (w["net"]["RELAY_B"]["care_home"].remove("R24.1"), w["part"].pop("R24"),
                    w["net"]["GND"]["care_home"].remove("R24.2")),
         "Q5.B floats while the controller is in reset"),
        (lambda w: (w["net"]["GND"]["care_home"].remove("R24.2"),
                    w["net"]["V5"]["care_home"].append("R24.2")),
         "Q5 is on while the controller is in reset, must be off"),
        (lambda w: (w["net"]["GND"]["pins"].remove("R29.2"),
                    w["net"]["MIC_WS"]["pins"].append("R29.2")),
         "U1.mic_sd floats: no resistor leads to ground or a supply"),
        (lambda w: (w["nc"].pop("U1.VBUS"), w["net"]["V5"]["care_home"].append("U1.VBUS")),
         "U1.VBUS is on V5: the battery would feed a computer's USB"),
    ],
)  # fmt: skip
def test_floating_and_unsafe_states_are_told_by_name(wiring, change, says):
    change(wiring)
    found = problems(wiring, "care_home")
    assert any(says in text for text in found), found


def test_the_green_lamp_cannot_light_while_the_buzzer_is_off():
    plan = netlist.design("basic")
    assert plan.net_of("D3.K") == plan.net_of("S1.B") and plan.net_of("BT1.+") == plan.net_of(
        "S1.A"
    )
    assert plan.open_pins.keys() >= {"S1.A-off", "S1.B-off"}


def test_the_order_names_its_traps():
    text = {ref: row for row in netlist.read_bom() for ref in row["refs"].split()}
    assert "200 ohm" in text["RTC1"]["substitute"] and "charge" in text["RTC1"]["substitute"]
    assert "0x3C" in text["DS1"]["facts"] and "0x3D" in text["DS1"]["facts"]
    assert "4056" in text["J0"]["substitute"] and "5.1 kohm" in text["J1"]["facts"]
    assert "MAX98357A" in text["U4"]["substitute"] and "NE555" in text["U5"]["substitute"]
    assert "no Schottky" in text["D11"]["substitute"]
    for ref, legs in (("Q1", "C, B, E"), ("Q2", "C, B, E"), ("Q4", "S, G, D")):
        assert legs in text[ref]["facts"] and legs in (netlist.HERE / "README.md").read_text()


#: Nobody needs a number for these: any maker's will do.
ANY = ("R", "C", "BT1", "BT3", "W2", "HW")


def test_every_part_that_matters_has_a_number_and_a_maker():
    for row in netlist.read_bom():
        assert (row["confidence"] == "?") == ("unconfirmed" in row["facts"]), row["refs"]
        assert row["confidence"] in ("H", "M", "?") or row["maker"] == "any", row["refs"]
        assert row["maker"] and row["part_number"] and row["price_class"] in "ABCD", row["refs"]
        if row["maker"] == "any":
            assert all(ref.startswith(ANY) for ref in row["refs"].split()), row["refs"]
        else:
            assert row["confidence"] in ("H", "M"), f"{row['refs']}: facts nobody has read"


def test_what_is_unconfirmed_is_told_with_the_order(capsys, monkeypatch):
    """A part whose facts nobody has read: ordering names it beside the list, not in it."""
    assert main(["bom", "basic"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert {len(line) for line in csv.reader(told.out.splitlines())} == {10}
    rows = netlist.read_bom()
    (row,) = (row for row in rows if "BZ2" in row["refs"].split())
    row.update(confidence="?", facts="unconfirmed: how loud it is")
    monkeypatch.setattr(netlist, "read_bom", lambda: rows)
    assert main(["bom", "basic"]) == 0
    assert capsys.readouterr().err == "read the data sheet of BZ2: unconfirmed: how loud it is\n"


def test_orders_and_their_mistakes(tmp_path):
    basic, care = (
        {ref for row in netlist.orders(netlist.design(build)) for ref in row["refs"].split()}
        for build in BUILDS
    )
    assert {"K1", "J2", "BT2", "DS1", "EN1"} <= care
    assert "EN1" in basic and not {"K1", "J2", "BT2", "DS1"} & basic
    text = netlist.BOM.read_text("utf-8")
    bad = tmp_path / "bom.csv"
    for old, new, says in (
        ("R1 R2,both,2", "R1 R2,both,3", "R1 R2: quantity 3, 2 references"),
        ("R20,both,1", "R9,both,1", "R9 is listed twice"),
        ("R7,both,1,base,", "R7,both,1,base, and more,", "R7: must have 10 cells .a comma"),
        ("refs,builds", "ref,builds", "the columns must be refs"),
    ):
        bad.write_text(text.replace(old, new, 1))
        with pytest.raises(netlist.HardwareError, match=says):
            netlist.read_bom(bad)
    rows = [row for row in netlist.read_bom() if row["refs"] != "U5"]
    assert "part U5 is missing from bom.csv" in netlist.check_bom(netlist.design("basic"), rows)


@pytest.mark.parametrize("build", BUILDS)
def test_the_wiring_table_has_every_pin_once(build, capsys):
    assert main(["wiring", build]) == 0
    rows = list(csv.reader(capsys.readouterr().out.splitlines()))[1:]
    told = [word.rstrip(":") for _, _, pins in rows for word in pins.split() if "." in word]
    plan = netlist.design(build)
    assert sorted(told) == sorted(f"{p.ref}.{own}" for p in plan.parts.values() for own in p.pins)
    (rail,) = [pins for net, _, pins in rows if net == "V3V3"]
    assert "U1.V3V3 (36)" in rail


def test_the_command_checks_and_lists(capsys):
    assert main(["bom", "basic"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("refs,builds,quantity") and len(lines) > 40
    assert main(["bom", "deluxe"]) == 1
    assert (
        capsys.readouterr().err == "hardware: no build 'deluxe': choose one of basic, care_home\n"
    )
    assert main(["solder"]) == 2
    assert main(["--help"]) == 0


def test_values_read_as_engineers_write_them():
    part = netlist.Part("R1", "resistor", "g", "4k7", ("1", "2"))
    assert part.number == 4700
    for text, number in (("150", 150), ("2u2", 2.2e-6), ("100n", 1e-7), ("1M", 1e6), ("0.5k", 500)):
        assert netlist.Part("X", "x", "g", text, ("1",)).number == pytest.approx(number)
    with pytest.raises(netlist.HardwareError, match="X: value 'big'"):
        assert netlist.Part("X", "x", "g", "big", ("1",)).number
