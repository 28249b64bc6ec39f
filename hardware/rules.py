# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The electrical rule check: what the wiring list must hold, against itself and the firmware.

In: a `Design` and the firmware's BOARDS. Out: problems, one line each, by name; none is good.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator

from hardware import reset_state
from hardware.netlist import HERE, Design, Part

#: Least and greatest pull-up on I2C at 3.3 V, 100 kHz and 100 pF: 3 mA into 0.4 V; 1000 ns rise.
PULL_UP_OHM = (967, 11800)
#: On modules already, in parallel with ours (bom.csv).
MODULE_PULL_UP_OHM = {"RTC1": 10_000, "DS1": 10_000}
I2C_NETS = {"SDA": "i2c_sda", "SCL": "i2c_scl"}
#: What the firmware measures, each on an ADC pin through a divider by three.
VOLTAGES = ("supply", "mains", "battery")
_POWER = ("GND", "V3V3", "VSYS", "VBUS")
_OUTPUTS = ("heartbeat", "relay", "lamp_red", "lamp_yellow", "lamp_green", "lamp_paused", "backup",
            "sounder", "mic_sck", "mic_ws")  # fmt: skip
#: Parts a loudspeaker of lamps, a relay or a motor must not be driven without.
_NO_DIRECT_LOAD = ("led", "relay", "buzzer", "speaker")


def firmware_boards() -> dict[str, dict]:
    """firmware/board.py's BOARDS, read without putting the firmware on the path."""
    path = HERE.parent / "firmware" / "board.py"
    spec = importlib.util.spec_from_file_location("chimewatch_board", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module.BOARDS


def check(plan: Design, boards: dict[str, dict] | None = None) -> list[str]:
    """All problems of a build, electrical and against the firmware."""
    boards = firmware_boards() if boards is None else boards
    return [*electrical(plan), *against_firmware(plan, boards)]


def electrical(plan: Design) -> list[str]:
    problems = list(_unconnected(plan))
    for rule in (_supplies, _polarity, _direct_loads, _flyback, _dividers, _isolation, _pull_ups,
                 _cables, _currents, reset_state.problems):  # fmt: skip
        problems += rule(plan)
    return problems


def _unconnected(plan: Design) -> Iterator[str]:
    for name, pins in plan.nets.items():
        if len(pins) < 2:
            yield f"net {name}: only {pins[0]} is on it"
    used = {pin for pins in plan.nets.values() for pin in pins}
    for part in plan.parts.values():
        for own in part.pins:
            pin = f"{part.ref}.{own}"
            if pin not in used and pin not in plan.open_pins:
                yield f"pin {pin} is on no net and not marked as left open"
    for pin in plan.open_pins:
        if pin in used:
            yield f"pin {pin} is marked as left open but wired to {plan.net_of(pin)}"


def _supplies(plan: Design) -> Iterator[str]:
    for ref, own, wanted in (
        ("MK1", "VDD", 3.3), ("RTC1", "VCC", 3.3), ("DS1", "VCC", 3.3), ("U4", "VIN", 5.0),
        ("U5", "VDD", 5.0), ("U6", "VIN", 5.0), ("U1", "V3V3", 3.3),
    ):  # fmt: skip
        if ref in plan.parts:
            volts = plan.volts.get(plan.net_of(f"{ref}.{own}"), 0.0)
            if volts != wanted:
                yield f"{ref}.{own} needs {wanted} V and gets {volts} V"
    grounded = [pin for pin in plan.nets.get("GND", ()) if plan.net_of(pin) in plan.volts]
    if grounded:
        yield f"GND carries a supply at {grounded[0]}"
    for pin in plan.nets.get("V5", ()):
        if pin.startswith("U1.") and pin.split(".")[1] not in _POWER:
            yield f"{pin} is not 5 V tolerant"


def _polarity(plan: Design) -> Iterator[str]:
    """Electrolytics and batteries between a supply and ground the right way round."""
    for part in plan.parts.values():
        if "+" in part.pins and part.kind in ("capacitor", "battery"):
            if plan.net_of(f"{part.ref}.-") not in ("GND", "R_GND"):
                yield f"{part.ref}: minus is not on ground"
            if plan.net_of(f"{part.ref}.+") not in plan.volts:
                yield f"{part.ref}: plus is on no supply"


def _direct_loads(plan: Design) -> Iterator[str]:
    for signal in _OUTPUTS:
        for pin in plan.nets.get(plan.net_of(f"U1.{signal}"), ()):
            ref = pin.split(".")[0]
            if plan.parts[ref].kind in _NO_DIRECT_LOAD:
                yield f"{ref} hangs directly on U1.{signal}: it needs a driver"


def _flyback(plan: Design) -> Iterator[str]:
    for part in plan.parts.values():
        if part.kind == "relay":
            plus, minus = plan.net_of(f"{part.ref}.coil+"), plan.net_of(f"{part.ref}.coil-")
            diodes = [p for p in plan.parts.values() if p.kind == "diode"]
            if not any(
                plan.net_of(f"{d.ref}.K") == plus and plan.net_of(f"{d.ref}.A") == minus
                for d in diodes
            ):
                yield f"{part.ref}: no diode across its coil (cathode on {plus})"


def _dividers(plan: Design) -> Iterator[str]:
    """Every voltage the firmware measures comes through a third, and no ADC input floats."""
    for signal in VOLTAGES:
        pin = f"U1.{signal}"
        net = plan.net_of(pin)
        if net == "GND":
            continue
        tops: list[tuple[Part, str]] = []
        bottoms: list[tuple[Part, str]] = []
        for other in plan.nets.get(net, ()):
            part = plan.parts[other.split(".")[0]]
            if part.kind == "resistor":
                far = plan.net_of(f"{part.ref}.{'2' if other.endswith('.1') else '1'}")
                (bottoms if far == "GND" else tops).append((part, far))
        if len(tops) != 1 or len(bottoms) != 1:
            yield f"{pin} has no divider: one resistor to its supply, one to ground"
            continue
        (top, source), (bottom, _) = tops[0], bottoms[0]
        ratio = (top.number + bottom.number) / bottom.number
        if abs(ratio - 3) > 0.03:
            yield f"{top.ref} and {bottom.ref} divide by {ratio:.2f}; the firmware reckons with 3"
        if plan.volts.get(source, 0.0) * 1.1 / ratio > 3.3:
            yield f"{pin} sees more than 3.3 V of {source}"
        if source not in plan.volts:
            yield f"{pin} measures {source}, which is no supply"


def _isolation(plan: Design) -> Iterator[str]:
    """From the nurse call no path but the relay's contacts leads to the device."""
    for name, domain in plan.domains.items():
        for pin in plan.nets[name]:
            part = plan.parts[pin.split(".")[0]]
            if part.kind == "relay" and not pin.split(".")[1].startswith("coil"):
                continue
            others = {plan.net_of(f"{part.ref}.{own}") for own in part.pins} - {""}
            foreign = [net for net in others if plan.domains.get(net) != domain]
            if foreign:
                yield f"{part.ref} bridges the {domain} ({name}) and {sorted(foreign)[0]}"


def _pull_ups(plan: Design) -> Iterator[str]:
    low, high = PULL_UP_OHM
    for net in I2C_NETS:
        siemens = 0.0
        for pin in plan.nets.get(net, ()):
            part = plan.parts[pin.split(".")[0]]
            if part.kind == "resistor" and plan.net_of(f"{part.ref}.1") == "V3V3":
                siemens += 1 / part.number
            siemens += 1 / MODULE_PULL_UP_OHM[part.ref] if part.ref in MODULE_PULL_UP_OHM else 0
        ohm = 1 / siemens if siemens else float("inf")
        if not low <= ohm <= high:
            yield f"net {net}: pull-up of {ohm:.0f} ohm, needs {low} to {high}"


def _cables(plan: Design) -> Iterator[str]:
    for one, other in plan.cables.items():
        if one in plan.parts and plan.parts[one].pins != plan.parts[other].pins:
            yield f"{one} and {other} are joined by a cable and have different pins"


def rail_ma(plan: Design, rail: str) -> float:
    return sum(part.milliamps.get(rail, 0.0) for part in plan.parts.values())


def _currents(plan: Design) -> Iterator[str]:
    limit = min(module["v3v3_limit_ma"] for module in plan.modules.values())
    total = rail_ma(plan, "V3V3")
    if total > limit:
        yield f"V3V3 carries {total:.1f} mA, the controller's regulator gives {limit} mA"
    for ref in {pin.split(".")[0] for pin in plan.nets.get("V3V3", ())} - {"U1", "C12"}:
        if "V3V3" not in plan.parts[ref].milliamps:
            yield f"part {ref} is on V3V3 without a current"
    if rail_ma(plan, "V5") > 1100:
        yield f"V5 carries {rail_ma(plan, 'V5'):.0f} mA, F1 holds 1100 mA"


def against_firmware(plan: Design, boards: dict[str, dict]) -> list[str]:
    """The modules' pins are the firmware's, on every board the firmware names."""
    problems = []
    of_board = {name: (key, row) for key, row in plan.modules.items() for name in row["boards"]}
    for name in of_board.keys() - boards.keys():
        problems.append(f"board {name}: the firmware does not know it")
    for name, board in boards.items():
        if name not in of_board:
            problems.append(f"board {name}: no module in wiring.toml has its pins")
            continue
        key, module = of_board[name]
        problems += [f"board {name}: {text}" for text in _board(plan, key, module, board)]
    return problems


def _board(plan: Design, key: str, module: dict, board: dict) -> Iterator[str]:
    pins = {s: v for s, v in module.items() if isinstance(v, list) and s != "boards"}
    for signal in sorted(pins.keys() | board["pins"].keys()):
        if signal not in pins:
            yield f"signal {signal} has no header pin"
        elif signal not in board["pins"]:
            yield f"signal {signal} is unknown to the firmware"
        elif pins[signal][0] != board["pins"][signal]:
            yield f"{signal} is GPIO {pins[signal][0]}, the firmware has {board['pins'][signal]}"
    if any("" == plan.net_of(f"U1.{s}") and f"U1.{s}" not in plan.open_pins for s in pins):
        yield "a signal is on no net"
    used: dict[object, str] = {}
    for signal, (gpio, _, header) in pins.items():
        for value in (gpio, header):
            if value in used:
                yield f"pin {value} is used twice: {used[value]} and {signal}"
            used[value] = signal
    if board["pins"].keys() <= pins.keys():
        yield from _slices({s: v[0] for s, v in pins.items()}, board)


def _slices(gpio: dict[str, int], board: dict) -> Iterator[str]:
    if gpio["mic_ws"] != gpio["mic_sck"] + 1:
        yield f"mic_ws is {gpio['mic_ws']}, must be mic_sck + 1 = {gpio['mic_sck'] + 1}"
    for signal in VOLTAGES:
        if gpio[signal] not in board["adc_pins"]:
            yield f"{signal} is on {gpio[signal]}, no ADC pin"
    taken: dict[int, str] = {}
    for user, number in (board["pwm_slices"] or {}).items():
        if not 0 <= number < 8:
            yield f"PWM slice {number} of {user} does not exist (0 to 7)"
        elif gpio[user] // 2 % 8 != number:
            yield f"{user} on GPIO {gpio[user]} is PWM slice {gpio[user] // 2 % 8}, not {number}"
        elif number in taken:
            yield f"PWM slice {number} is shared by {taken[number]} and {user}"
        taken[number] = user
