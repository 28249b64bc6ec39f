# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What every switch does while the controller is in reset, unplugged or has no firmware.

In: a `Design`. Out: for each transistor "off" or "on", and problems, one line each: a control pin
that floats then, or a switch that rests in the unsafe state. The controller's pins count as open;
what is left are resistors to ground or to a supply.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardware.netlist import Design

_CONTROL = {"npn": "B", "nmos": "G"}
#: Without the controller the buzzer must sound; everything else must rest.
WANTED_ON = ("Q4",)
#: Inputs that nobody drives when a module is missing or still asleep.
_INPUTS = ("U1.mic_sd", "U1.button", "U1.supply", "U1.mains", "U1.battery", "U1.i2c_sda",
           "U1.i2c_scl", "U5.TRIG")  # fmt: skip


def rests_at(plan: Design, pin: str) -> set[str]:
    """Grounds and supplies that resistors lead to from a pin; empty: it floats."""
    seen, todo, ends = set(), [plan.net_of(pin)], set()
    while todo:
        net = todo.pop()
        if net in seen:
            continue
        seen.add(net)
        if "GND" in net or net in plan.volts:
            ends.add(net)
            continue
        for other in plan.nets.get(net, ()):
            part = plan.parts[other.split(".")[0]]
            if part.kind == "resistor":
                todo += [plan.net_of(f"{part.ref}.{own}") for own in part.pins]
    return ends


def state(plan: Design, ref: str) -> str:
    """ "on" when only supplies hold its control pin, "off" when ground does; "" when it floats."""
    ends = rests_at(plan, f"{ref}.{_CONTROL[plan.parts[ref].kind]}")
    if not ends:
        return ""
    return "off" if any("GND" in net for net in ends) else "on"


def problems(plan: Design) -> Iterator[str]:
    for part in plan.parts.values():
        if part.kind in _CONTROL:
            found, wanted = state(plan, part.ref), "on" if part.ref in WANTED_ON else "off"
            if not found:
                yield f"{part.ref}.{_CONTROL[part.kind]} floats while the controller is in reset"
            elif found != wanted:
                yield f"{part.ref} is {found} while the controller is in reset, must be {wanted}"
    for pin in _INPUTS:
        if plan.net_of(pin) and not rests_at(plan, pin):
            yield f"{pin} floats: no resistor leads to ground or a supply"
    if plan.parts.get("D9") and plan.net_of("U1.VBUS"):
        yield f"U1.VBUS is on {plan.net_of('U1.VBUS')}: the battery would feed a computer's USB"
