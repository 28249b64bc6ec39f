# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The three piezo sounders: what voltage each gets, and how loud that is.

In: wiring.toml (which diode stands before which sounder, the range in the part's value), the rail
that acceptance lets through. Out: volts, dBA at 1 m in a free field, problems.

BZ1 and BZ3: PUI Audio AI-3035-TWT-3V-R. BZ2: Murata PKB24SPCH3601-B0. Where the data come from
stands in bom.csv. A level grows with the voltage; what 4 V give more than the data's 3 V is not
counted, nor is the 1 dB that a tone of 3.5 kHz gains in dBA.

    python -m hardware.piezos
"""

from __future__ import annotations

import re

from hardware import relay
from hardware.netlist import Design, design

SECOND_DB, SECOND_AT_V = 100.0, 3.0  # at 10 cm
#: Murata's curve, volts and dB at 10 cm, typical; at 12 V it promises 90 dB where the curve has 98.
BUZZER_DB = ((6.0, 91.0), (7.6, 93.2), (9.2, 95.2), (10.8, 97.0), (12.4, 98.6))
BUZZER_LEAST_BELOW_DB = 98.15 - 90.0
BOX_LOSS_DB = 2.0  # grille
DIODE_V = (0.55, 0.9)  # D8, D12: a 1N4148 at 5 to 16 mA, warm and cold
SWITCH_V = (0.0, 0.3)  # Q1 at 32 mA; Q4
CELL_V = (6.0, 9.6)  # BT1, empty and new
REMOTE_LOSS_V = 0.35  # lead and F2 while the remote amplifier sounds (sound.py)


def range_v(plan: Design, ref: str) -> tuple[float, float]:
    """What the sounder may get: "piezo 2-5 V" in wiring.toml."""
    found = re.search(r"([\d.]+)-([\d.]+) V", plan.parts[ref].value)
    if not found:
        raise LookupError(f'{ref}: its value in wiring.toml must say its range, as "piezo 2-5 V"')
    return float(found[1]), float(found[2])


def gets_v(plan: Design, ref: str) -> tuple[float, float]:
    """Least and most between its legs while it sounds."""
    plus = plan.net_of(f"{ref}.+")
    behind = [
        p
        for p in plan.parts.values()
        if p.kind == "diode"
        and plan.net_of(f"{p.ref}.K") == plus
        and plan.net_of(f"{p.ref}.A") in plan.volts  # not a clamp
    ]
    least, most = CELL_V if plus.startswith("CELL9") else (relay.LEAST_RAIL_V, relay.MOST_RAIL_V)
    if plan.parts[ref].group == "remote box":
        least -= REMOTE_LOSS_V
    return (
        least - DIODE_V[1] * len(behind) - SWITCH_V[1],
        most - DIODE_V[0] * len(behind) - SWITCH_V[0],
    )


def second_dba() -> float:
    """BZ1 or BZ3 at 1 m: 10 cm to 1 m costs 20 dB."""
    return SECOND_DB - 20 - BOX_LOSS_DB


def buzzer_dba(volts: float) -> float:
    """BZ2 at 1 m, typical, between the points of the curve."""
    for (low_v, low), (high_v, high) in zip(BUZZER_DB, BUZZER_DB[1:], strict=False):
        if low_v <= volts <= high_v:
            return low + (high - low) * (volts - low_v) / (high_v - low_v) - 20 - BOX_LOSS_DB
    raise ValueError(f"{volts} V is not on the curve")


def rows() -> list[tuple[str, str, str]]:
    plan = design("basic")
    found = []
    for ref in ("BZ1", "BZ3", "BZ2"):
        least, most = gets_v(plan, ref)
        low, high = range_v(plan, ref)
        found.append(
            (f"{ref}: between its legs", f"{least:.1f} to {most:.1f} V", f"{low:g} to {high:g} V")
        )
    return found


def problems() -> list[str]:
    plan = design("basic")
    found = []
    for ref in ("BZ1", "BZ2", "BZ3"):
        (least, most), (low, high) = gets_v(plan, ref), range_v(plan, ref)
        if least < low or most > high:
            found.append(f"{ref} gets {least:.1f} to {most:.1f} V, made for {low:g} to {high:g} V")
        elif ref != "BZ2" and least < SECOND_AT_V:
            found.append(
                f"{ref} gets {least:.1f} V at least, its level is known at {SECOND_AT_V} V"
            )
    return found


if __name__ == "__main__":
    for what, value, limit in rows():
        print(f"{what}: {value} (needs {limit})")
    print(*problems(), sep="\n")
