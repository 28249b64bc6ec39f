# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The cell-powered buzzer: is it silent while pulses come, and does it sound when they stop?

In: the parts of the group "cell-powered buzzer" in wiring.toml, corners of their tolerances.
Out: hold voltage, time from the last pulse to the sound, life of the cell; and what every single
broken part does (`single_faults`).

The pump: each rising edge of the heartbeat moves a charge through C9 and D11 into C10; R16 and the
base of Q3 drain it. While Q3 conducts it pulls Q4's gate down and the buzzer is silent. A pin that
stays high or low moves no charge: C9 blocks it.

    python -m hardware.heartbeat
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cache

from hardware.netlist import Part, design

# firmware/monitor.py: an edge at every 4th of 62 blocks of 16 ms; 15 gaps of 64 ms, one of 32 ms.
EDGES_A_SECOND = 16 / 0.992
RISE_EVERY_S = 2 / EDGES_A_SECOND
#: Healthy pauses of the pulses it must bridge: a commit whose four sector erases are all slowest.
LONGEST_PAUSE_S = 4 * 0.4
#: It must sound before the watchdog (8 s) could restart a hung device silently.
LATEST_S = 8.0
MUST_SOUND_S = 120
#: D11 is no Schottky diode: at 45 C and 2 V a BAT85 may leak 1.6 uA (2 uA at 25 V and 25 C), which
#: emptied C10 in 0.9 s. 1N4148: 25 nA at 20 V and 25 C, four times as much at 45 C.
LEAK_A = 1e-7
CELL_MAH = 500 * 0.79  # 9 V alkaline at a few mA, after one year (5 % a year) and 0.83 at 16 mA
BUZZER_MA = 16


@dataclass(frozen=True)
class Corner:
    """Part values as built. Volts, ohms, farads."""

    c9: float
    c10: float
    r16: float
    r17: float
    r18: float
    high_v: float = 3.3  # of the GPIO
    drop_v: float = 0.24  # of D10, a BAT85, at these currents
    hold_drop_v: float = 0.5  # of D11, a 1N4148
    base_v: float = 0.55  # of Q3 at 10 uA
    gain: float = 150.0  # of Q3 at 10 uA
    cell_v: float = 9.0
    gate_v: float = 2.0  # threshold of Q4
    leak_a: float = 0.0  # reverse, of D11
    rise_s: float = RISE_EVERY_S


def nominal() -> Corner:
    parts: dict[str, Part] = design("basic").parts
    value = {ref: parts[ref].number for ref in ("C9", "C10", "R16", "R17", "R18")}
    return Corner(value["C9"], value["C10"], value["R16"], value["R17"], value["R18"])


def corners() -> list[Corner]:
    """Worst cases: capacitors 10 % (X7R: 20 % under voltage), resistors 5 %, semiconductors."""
    base = nominal()
    found = []
    for c9, c10, r, high, drop, vbe, gain, cell, gate, leak in itertools.product(
        (0.8, 1.1), (0.8, 1.1), (0.95, 1.05), (2.9, 3.4), ((0.15, 0.4), (0.35, 0.65)),
        (0.45, 0.65), (90, 450), (7.0, 9.6), (0.8, 3.0), (0.0, LEAK_A),
    ):  # fmt: skip
        found.append(
            replace(
                base, c9=base.c9 * c9, c10=base.c10 * c10, r16=base.r16 * r, r17=base.r17 * r,
                r18=base.r18 * r, high_v=high, drop_v=drop[0], hold_drop_v=drop[1], base_v=vbe,
                gain=gain, cell_v=cell, gate_v=gate, leak_a=leak,
            )
        )  # fmt: skip
    return found


def drained(corner: Corner, volts: float, seconds: float) -> float:
    """C10's voltage after a pause without charge."""
    if seconds <= 0:
        return volts
    steps = max(1, int(seconds / 0.004))
    step_s = seconds / steps
    for _ in range(steps):
        volts -= _drain_a(corner, volts) * step_s / corner.c10
    return volts


def _drain_a(corner: Corner, volts: float) -> float:
    return volts / corner.r16 + _base_a(corner, volts) + corner.leak_a


def _base_a(corner: Corner, volts: float) -> float:
    return max(0.0, volts - corner.base_v) / corner.r17


def silent(corner: Corner, volts: float) -> bool:
    """Q3 takes enough current to hold Q4's gate below its threshold."""
    needed_a = (corner.cell_v - corner.gate_v) / corner.r18
    return _base_a(corner, volts) * corner.gain >= max(0.0, needed_a)


def pumped(corner: Corner, seconds: float, volts: float = 0.0) -> float:
    """C10's voltage just before the next charge, after so many seconds of pulses."""
    for _ in range(int(seconds / corner.rise_s)):
        moved_v = corner.high_v - corner.drop_v - corner.hold_drop_v - volts
        if moved_v > 0:
            volts += moved_v * corner.c9 / (corner.c9 + corner.c10)
        volts = drained(corner, volts, corner.rise_s)
    return volts


def sounds_after_s(corner: Corner, volts: float) -> float:
    """Seconds from the last pulse until the buzzer sounds."""
    seconds = 0.0
    while silent(corner, volts) and seconds < 60:
        volts = drained(corner, volts, 0.02)
        seconds += 0.02
    return seconds


def healthy_ua(corner: Corner) -> float:
    """What the cell gives while the buzzer is silent."""
    return corner.cell_v / corner.r18 * 1e6


def single_faults() -> list[tuple[str, str, str]]:
    """(part, what breaks, what follows): by the same simulation where the circuit can tell."""
    base = nominal()
    cases = [
        ("C9", "open", replace(base, c9=1e-15)),
        ("C10", "open", replace(base, c10=base.c10 * 1e-3)),
        ("R16", "open", replace(base, r16=1e12)),
        ("R16", "short", replace(base, r16=1.0)),
        ("R17", "open", replace(base, r17=1e12)),
        ("R17", "short", replace(base, r17=1.0)),
        ("R18", "short", replace(base, r18=1.0)),
        ("heartbeat", "stuck high or low", replace(base, high_v=0.0)),
    ]
    found = []
    for ref, what, corner in cases:
        steady = pumped(corner, 20)
        if not silent(corner, steady):
            found.append((ref, what, "sounds at once"))
        else:
            found.append((ref, what, f"silent; sounds {sounds_after_s(corner, steady):.1f} s late"))
    found += [
        ("C9", "short", "as a divider: the pin's square wave still pumps; a pin stuck high is not"
         " noticed: found by the yearly service test"),
        ("D10, D11", "open", "sounds at once"),
        ("D10", "short", "sounds at once"),
        ("D11", "short", "sounds at once: C10 then swings up to 0.6 V only"),
        ("Q3", "short", "silent for good: found by the monthly pull-the-plug test"),
        ("Q3", "open", "sounds at once"),
        ("Q4", "short", "sounds at once"),
        ("Q4, BZ2, BT1", "open or empty", "silent for good: found by the monthly pull-the-plug"
         " test"),
        ("S1", "off", "silent; the green lamp cannot light (second pole)"),
    ]  # fmt: skip
    return found


@cache
def worst() -> tuple[tuple[Corner, float, float], ...]:
    """(corner, hold voltage while pulses come, seconds from the last pulse to the sound)."""
    steady = [(corner, pumped(corner, 20)) for corner in corners()]
    return tuple((corner, volts, sounds_after_s(corner, volts)) for corner, volts in steady)


def sounds_between_s() -> tuple[float, float]:
    """Soonest and latest over all corners, from the last pulse."""
    after = [seconds for _, _, seconds in worst()]
    return min(after), max(after)


def rows() -> list[tuple[str, str, str]]:
    base = nominal()
    lowest = min(volts for _, volts, _ in worst())
    bridged = all(silent(c, drained(c, volts, LONGEST_PAUSE_S)) for c, volts, _ in worst())
    after = sounds_between_s()
    start = next(s / 10 for s in range(1, 300) if silent(base, pumped(base, s / 10)))
    hours = CELL_MAH / BUZZER_MA
    years = 500 / (healthy_ua(base) / 1000) / 8766
    return [
        ("hold voltage while pulses come, nominal / worst",
         f"{pumped(base, 20):.2f} / {lowest:.2f} V", "Q3 conducts"),
        (f"silent through a healthy pause of {LONGEST_PAUSE_S:.1f} s in every corner",
         "yes" if bridged else "NO", "yes"),
        ("sounds after the last pulse, nominal",
         f"{sounds_after_s(base, pumped(base, 20)):.1f} s", ""),
        ("sounds after the last pulse, all corners", f"{after[0]:.1f} to {after[1]:.1f} s",
         f"{LONGEST_PAUSE_S:.1f} to {LATEST_S:.0f} s"),
        ("silent after the first pulse, nominal", f"{start:.1f} s", ""),
        ("sounds on a cell of one year", f"{hours:.0f} h", f"at least {MUST_SOUND_S} s"),
        ("cell's current while silent", f"{healthy_ua(base):.0f} uA, {years:.1f} years",
         "changed every year"),
    ]  # fmt: skip


def problems() -> list[str]:
    """What the calculation forbids; empty is good."""
    found = []
    for corner, _, after in worst():
        if not LONGEST_PAUSE_S < after < LATEST_S:
            found.append(f"buzzer sounds {after:.1f} s after the last pulse with {corner}")
    if CELL_MAH / BUZZER_MA * 3600 < MUST_SOUND_S:
        found.append("the cell is too small")
    return found


if __name__ == "__main__":
    for what, value, limit in rows():
        print(f"{what}: {value}" + (f" (needs {limit})" if limit else ""))
    for ref, what, then in single_faults():
        print(f"{ref} {what}: {then}")
    print(*problems(), sep="\n")
