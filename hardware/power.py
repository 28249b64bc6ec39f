# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Power budget of both builds, and how long the backup battery lasts.

In: wiring.toml (greatest currents) and the typical ones below; the firmware's burst cadence.
Out: currents at 5 V against the supply, the fuse and the 3.3 V regulator; hours on battery.

    python -m hardware.power
"""

from __future__ import annotations

import importlib.util

from hardware.netlist import HERE, Design, design
from hardware.rules import rail_ma

SUPPLY_MA = 2000  # PS1, the least that README.md allows
FUSE_MA = 1100
BOOST_MA = 1000
BATTERY_MAH, BATTERY_V = 4400, 3.7
USABLE = 0.8  # cold, aged two years, cut off at 3.2 V
BOOST_EFFICIENCY, BOOST_V = 0.88, 5.2
#: Typical mA at 5 V. Pico 2 at 125-150 MHz with I2S about 30; linear: 3.3 V loads cost the same.
QUIET_MA = {"U1": 30, "MK1": 0.5, "RTC1": 0.2, "U4": 4, "U5": 0.2, "R3": 2, "R22": 1, "U6": 4}
QUIET_CARE_MA = {"K1": 31, "DS1": 10, "PB1": 5}
#: During a pulse: amplifier at 85 %, two lamps, piezo; the relay has dropped.
PULSE_MA = {"U4": 240, "U6": 240, "R1": 15, "BZ1": 16, "BZ3": 16}


def burst_share(name: str = "high") -> float:
    """Part of the time in which pulses of this cadence sound, from firmware/alarm/cadence.py."""
    path = HERE.parent / "firmware" / "alarm" / "cadence.py"
    spec = importlib.util.spec_from_file_location("chimewatch_cadence", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    times, gap, _ = module.BURSTS[name]
    return sum(times[::2]) / (sum(times) + gap)


def quiet_ma(plan: Design) -> float:
    extra = QUIET_CARE_MA if plan.build == "care_home" else {}
    return sum(QUIET_MA.values()) + sum(extra.values())


def alarm_ma(plan: Design) -> float:
    """Average over a high-priority cadence."""
    rest = quiet_ma(plan) - (QUIET_CARE_MA["K1"] if plan.build == "care_home" else 0)
    return rest + burst_share() * sum(PULSE_MA.values())


def battery_hours(milliamps: float) -> float:
    watts = milliamps / 1000 * BOOST_V / BOOST_EFFICIENCY
    return BATTERY_MAH / 1000 * BATTERY_V * USABLE / watts


def rows() -> list[tuple[str, str, str]]:
    found = []
    for build in ("basic", "care_home"):
        plan = design(build)
        name = build.replace("_", " ")
        found += [
            (f"{name}: listening", f"{quiet_ma(plan):.0f} mA", ""),
            (f"{name}: high alert, average", f"{alarm_ma(plan):.0f} mA", ""),
            (f"{name}: everything on at once (wiring.toml)", f"{rail_ma(plan, 'V5'):.0f} mA",
             f"at most {FUSE_MA} mA (F1)"
             + (f", {BOOST_MA} mA (PB1)" if build == "care_home" else "")),
            (f"{name}: from the 3.3 V pin", f"{rail_ma(plan, 'V3V3'):.1f} mA",
             f"at most {min(m['v3v3_limit_ma'] for m in plan.modules.values())} mA"),
        ]  # fmt: skip
    care = design("care_home")
    found += [
        ("care home: listening on battery", f"{battery_hours(quiet_ma(care)):.0f} h",
         "at least 8 h"),
        ("care home: high alert all the time on battery", f"{battery_hours(alarm_ma(care)):.0f} h",
         ""),
    ]  # fmt: skip
    return found


def problems() -> list[str]:
    found = []
    for build in ("basic", "care_home"):
        plan = design(build)
        most = rail_ma(plan, "V5")
        limit = min(FUSE_MA, SUPPLY_MA, BOOST_MA if build == "care_home" else SUPPLY_MA)
        if most > limit:
            found.append(f"{build}: {most:.0f} mA at 5 V, at most {limit}")
    if battery_hours(quiet_ma(design("care_home"))) < 8:
        found.append("the backup battery does not last a night of 8 h")
    return found


if __name__ == "__main__":
    for what, value, limit in rows():
        print(f"{what}: {value}" + (f" (needs {limit})" if limit else ""))
    print(*problems(), sep="\n")
