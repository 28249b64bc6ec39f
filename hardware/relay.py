# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The nurse-call relay's ratings: does the coil pull in at the worst supply, may the contact
switch?

In: K1, Q5, R23, F3 as in wiring.toml and the facts of bom.csv. Out: margins.

    python -m hardware.relay
"""

from __future__ import annotations

from hardware.netlist import design

COIL_V, COIL_OHM = 4.5, 145.0
PULL_IN = 0.75  # of COIL_V, at 20 C; copper at 50 C needs 12 % more
HOT = 1.12
MOST = 1.5
LEAST_RAIL_V, MOST_RAIL_V = 4.6, 5.4  # what acceptance.toml lets through as a good supply
SATURATION_V, BASE_V, GAIN = 0.2, 0.8, 100  # BC337 at 40 mA, worst
PIN_V = 2.9  # of a GPIO that gives 2 mA
CONTACT_A, CONTACT_V, CONTACT_W = 2.0, 30.0, 60.0
FUSE_A = 0.5
CALL_V, CALL_LEAST_A = 30.0, 1e-5  # SELV nurse-call lines; the contact's least load
ISOLATION_V = 2000


def figures() -> dict[str, float]:
    base = (PIN_V - BASE_V) / design("care_home").parts["R23"].number
    coil_v = LEAST_RAIL_V - SATURATION_V
    return {
        "pull_in_v": COIL_V * PULL_IN * HOT,
        "coil_v": coil_v,
        "coil_most_v": MOST_RAIL_V,
        "coil_ma": MOST_RAIL_V / COIL_OHM * 1000,
        "overdrive": base * GAIN / (coil_v / COIL_OHM),
        "base_ma": base * 1000,
        "contact_w": CALL_V * FUSE_A,
    }


def rows() -> list[tuple[str, str, str]]:
    f = figures()
    return [
        ("coil at the lowest supply", f"{f['coil_v']:.2f} V",
         f"at least {f['pull_in_v']:.2f} V (pull-in at 50 C)"),
        ("coil at the highest supply", f"{f['coil_most_v']:.2f} V, {f['coil_ma']:.0f} mA",
         f"at most {COIL_V * MOST:.2f} V"),
        ("driver: base current, overdrive", f"{f['base_ma']:.1f} mA, {f['overdrive']:.1f} times",
         "at most 4 mA from a pin; at least 3 times"),
        ("contact: load that F3 lets through", f"{FUSE_A:.1f} A, {f['contact_w']:.0f} W",
         f"at most {CONTACT_A:.0f} A, {CONTACT_V:.0f} V DC, {CONTACT_W:.0f} W"),
        ("contact: least load", f"{CALL_LEAST_A * 1e6:.0f} uA", "gold-clad: dry signals"),
        ("coil to contacts", f"{ISOLATION_V} V", "never mains: SELV nurse-call lines only"),
    ]  # fmt: skip


def problems() -> list[str]:
    f = figures()
    found = []
    if f["coil_v"] < f["pull_in_v"] or f["coil_most_v"] > COIL_V * MOST:
        found.append("the coil's voltage is outside its range")
    if f["overdrive"] < 3 or f["base_ma"] > 4:
        found.append("the relay's driver has too little or too much base current")
    if f["contact_w"] > CONTACT_W or FUSE_A > CONTACT_A:
        found.append("the contact is overloaded")
    return found


if __name__ == "__main__":
    for what, value, limit in rows():
        print(f"{what}: {value}" + (f" (needs {limit})" if limit else ""))
    print(*problems(), sep="\n")
