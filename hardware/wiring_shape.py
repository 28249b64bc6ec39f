# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Is wiring.toml built as the other scripts expect, before anything looks into it?

In: the file as read. Out: nothing, or `HardwareError` with one line that names the place.
"""

from __future__ import annotations

from typing import Any

POWER = ("GND", "V3V3", "VSYS", "VBUS")


class HardwareError(Exception):
    """One line: what in the list is wrong, by name."""


def check(wiring: dict[str, Any]) -> None:
    for table in ("modules", "part", "net"):
        rows = wiring.get(table)
        if not isinstance(rows, dict) or not rows:
            raise HardwareError(f"wiring.toml: it has no [{table}.NAME]")
        for name, row in rows.items():
            if not isinstance(row, dict):
                raise HardwareError(f"{table} {name}: it must be a table, [{table}.{name}]")
    if not isinstance(wiring.get("builds"), list):
        raise HardwareError('wiring.toml: builds must be a list such as ["basic", "care_home"]')
    for name, row in wiring["net"].items():
        if not _number(row.get("volts", 0)):
            raise HardwareError(f"net {name}: volts must be a number")
        for key in ("pins", *wiring["builds"]):
            if not isinstance(row.get(key, []), list):
                raise HardwareError(f"net {name}: {key} must be a list of pins")
    for ref, row in wiring["part"].items():
        if not all(_number(value) for value in row.get("milliamps", {}).values()):
            raise HardwareError(f"part {ref}: milliamps must be numbers, by rail")
    signals = set(wiring["part"].get("U1", {}).get("pins", ())) - set(POWER)
    for name, row in wiring["modules"].items():
        _module(name, row, signals)
    for one, other in wiring.get("cable", {}).items():
        if {one, other} - wiring["part"].keys():
            raise HardwareError(f"cable {one} = {other}: no such part")
    for pin in wiring.get("nc", {}):
        if pin.split(".")[0] not in wiring["part"]:
            raise HardwareError(f"nc {pin}: no such part")


def _module(name: str, row: dict[str, Any], signals: set[str]) -> None:
    if not isinstance(row.get("boards"), list) or not _number(row.get("v3v3_limit_ma")):
        raise HardwareError(f"module {name}: boards or v3v3_limit_ma is missing")
    if set(row.get("power", {})) != set(POWER):
        raise HardwareError(f"module {name}: power must name {', '.join(POWER)}")
    for signal in sorted(signals & row.keys()):  # one that is absent is told by rules.py
        pin = row[signal]
        if not (isinstance(pin, list) and [type(x) for x in pin] == [int, str, str]):
            raise HardwareError(
                f'module {name}: {signal} must be [GPIO, "name", "header pin"], it is {pin}'
            )


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
