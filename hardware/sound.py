# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How loud is it: at the pillow, at the carer's ear through a door, at the remote sounder.

In: R5, R6, R14, R20, R21 and the remote one-shot of wiring.toml, the firmware's duty steps, rooms.
Out: dBA against the 75 dBA that woke 92 % of hard-of-hearing sleepers (with a square wave).

A calculation, not a measurement. Chain: a pulse of the duty D through the divider and the
amplifier (23.5 dB) into 8 ohm; each harmonic k has the amplitude 2 V/(pi k) sin(pi k D); the
speaker gives SPEAKER_DB per watt at 1 m from its resonance up; A-weighting; direct plus diffuse
sound in the room; a wall with a door to the next room.

    python -m hardware.sound
"""

from __future__ import annotations

import ast
import math

from hardware import enclosure, piezos
from hardware.netlist import HERE, Design, design
from hardware.piezos import BOX_LOSS_DB

NEEDED_DBA = 75.0
SOFT_DB = 12.0  # how far below full the alert should begin at the patient's ear
STEP_DB = 4.5  # between two volume steps, A-weighted: four steps are 18 dB
TRIMMED_DB = 12.0  # U4's trimmer turned down, where the remote sounder wakes the carer
SPEAKER_DB = 84.0  # at 1 W and 1 m: Visaton's K 50 WP (bom.csv says where that was read)
SPEAKER_FROM_HZ = 300  # its resonance; below it 12 dB an octave are lost
SPEAKER_OHM = 8.0
SPEAKER_W = 2.0  # rated
AMP_GAIN_DB = 23.5  # PAM8302A: 150 k over 10 k
#: The module's 10 k trimmer lies across its inputs (maker's schematic), beside the chip: 10 k
#: into a differential stage of gain 15, grounded at one side, is 18.8 k. And what it could be.
AMP_INPUT_OHM = 6_500
AMP_INPUT_RANGE_OHM = (5_000, 10_000)
AMP_SWING_V = 4.7  # bridge output at 5 V, after the drop in the switches
PIN_V = 3.3
ONE_SHOT_V = 5.0
LEAD_OHM = 1.4  # W1: 10 m of 0.25 mm2, there and back
F2_OHM = 0.8  # RXEF050, the most
#: The two dividers: what is in series, what is across the amplifier's input, height of the pulse.
BED = (("R5",), "R6", PIN_V)
REMOTE = (("R14", "R20"), "R21", ONE_SHOT_V)
ABSORPTION_M2 = 12.0  # a furnished bedroom of 12 m2
WALL_M2, DOOR_M2 = 10.0, 1.8
WALL_DB, DOOR_DB = 40.0, 20.0  # light inner door with its gap


def a_weight_db(hz: float) -> float:
    """IEC 61672 A-weighting."""
    f2 = hz * hz
    ra = 12194**2 * f2 * f2 / ((f2 + 20.6**2) * (f2 + 12194**2))
    return 20 * math.log10(ra / math.sqrt((f2 + 107.7**2) * (f2 + 737.9**2))) + 2.0


def firmware_duties() -> tuple[int, ...]:
    """DUTY_STEPS of firmware/drivers/sounder.py, of 65536."""
    text = (HERE.parent / "firmware" / "drivers" / "sounder.py").read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DUTY_STEPS":
            return tuple(ast.literal_eval(node.value))
    raise LookupError("firmware/drivers/sounder.py has no DUTY_STEPS")


def step_volts(
    plan: Design, tops: tuple[str, ...], bottom: str, pin_v: float, input_ohm: float = AMP_INPUT_OHM
) -> float:
    """Height of the pulse at the speaker, before clipping."""
    low = 1 / (1 / plan.parts[bottom].number + 1 / input_ohm)
    top = sum(plan.parts[ref].number for ref in tops)
    return pin_v * low / (low + top) * 10 ** (AMP_GAIN_DB / 20)


def pulse_dba(volts: float, duty: float, hz: float = 520.0, swing_v: float = AMP_SWING_V) -> float:
    """dBA at 1 m, free field, in front of the enclosure."""
    power = 0.0
    # AC-coupled: of a pulse of duty D the larger swing is 1 - D; the bridge cuts it at its supply.
    volts = min(volts, swing_v / (1 - duty))
    for k in range(1, int(8000 / hz) + 1):
        rms = 2 * volts / (math.pi * k) * abs(math.sin(math.pi * k * duty)) / math.sqrt(2)
        watts = rms * rms / SPEAKER_OHM
        if watts > 0:
            roll = 40 * math.log10(min(1.0, k * hz / SPEAKER_FROM_HZ))
            level = SPEAKER_DB + 10 * math.log10(watts) + roll + a_weight_db(k * hz)
            power += 10 ** (level / 10)
    return 10 * math.log10(power) - BOX_LOSS_DB


def step_duty(volts: float, below_db: float) -> int:
    """duty_u16 whose level is so far below a quarter's: what the firmware's table holds."""
    wanted, low, high = pulse_dba(volts, 0.25) - below_db, 1e-4, 0.25
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if pulse_dba(volts, middle) < wanted else (low, middle)
    return round(high * 65536)


def remote_swing_v(volts: float, duty: float) -> float:
    """What fuse and lead leave of the remote amplifier's swing while it sounds."""
    amperes = electrical_watts(volts, duty) / 0.85 / 5.0
    return AMP_SWING_V - amperes * (LEAD_OHM + F2_OHM)


def electrical_watts(volts: float, duty: float) -> float:
    return volts**2 * duty * (1 - duty) / SPEAKER_OHM


def in_room_db(at_1_m: float, metres: float) -> float:
    """Direct sound (Q = 2) plus the room's diffuse field."""
    lw = at_1_m + 8.0  # half space: 10 log(2 pi)
    return lw + 10 * math.log10(2 / (4 * math.pi * metres**2) + 4 / ABSORPTION_M2)


def next_room_db(at_1_m: float, door_open: bool = False) -> float:
    """Diffuse field behind the wall with the door, as large and as furnished a room."""
    door_db = 0.0 if door_open else DOOR_DB
    through = (
        DOOR_M2 * 10 ** (-door_db / 10) + (WALL_M2 - DOOR_M2) * 10 ** (-WALL_DB / 10)
    ) / ABSORPTION_M2
    diffuse = at_1_m + 8.0 + 10 * math.log10(4 / ABSORPTION_M2)
    return diffuse + 10 * math.log10(through)


def one_shot_duty(plan: Design, hz: float = 520.0) -> float:
    """The remote sounder's duty, whatever the bedside's volume step: 1.1 R13 C6 a pulse."""
    return 1.1 * plan.parts["R13"].number * plan.parts["C6"].number * hz


def figures(plan: Design) -> dict[str, float]:
    bed_v = step_volts(plan, *BED)
    remote_v = step_volts(plan, *REMOTE)
    duties = [duty / 65536 for duty in firmware_duties()]
    full = pulse_dba(bed_v, duties[-1])
    remote_duty = one_shot_duty(plan)
    swing = remote_swing_v(remote_v, remote_duty)
    remote = pulse_dba(remote_v, remote_duty, swing_v=swing)
    found = {
        "bed_v": bed_v,
        "remote_v": remote_v,
        "bed_w": electrical_watts(bed_v, duties[-1]),
        "remote_duty": remote_duty,
        "remote_swing": swing,
        "lead_db": pulse_dba(remote_v, remote_duty) - remote,
        "full_1m": full,
        "pillow": in_room_db(full, 1.0),
        "next_closed": next_room_db(full),
        "next_open": next_room_db(full, True),
        "remote_2m": in_room_db(remote, 2.0),
        "second_1m": in_room_db(piezos.second_dba(), 1.0),
        "second_remote_2m": in_room_db(piezos.second_dba(), 2.0),
        "buzzer_1m": in_room_db(piezos.buzzer_dba(9.0), 1.0),
        "buzzer_1m_old": in_room_db(piezos.buzzer_dba(7.0), 1.0),
        "at_mic_spl": full + 20 * math.log10(1000 / enclosure.mic_mm(enclosure.read())),
    }
    for step, duty in enumerate(duties):
        found[f"pillow_step{step}"] = in_room_db(pulse_dba(bed_v, duty), 1.0)
    return found


def rows() -> list[tuple[str, str, str]]:
    f = figures(design("basic"))
    over = f"at least {NEEDED_DBA:.0f} dBA"
    table = [
        ("main sounder, full, pillow at 1 m", f["pillow"], over),
        ("main sounder, full, next room, door closed", f["next_closed"], over),
        ("main sounder, full, next room, door open", f["next_open"], over),
        ("remote sounder, 2 m from the carer's pillow", f["remote_2m"], over),
        ("second sounder at the bed, 1 m", f["second_1m"], over),
        ("second sounder in the remote box, 2 m", f["second_remote_2m"], over),
        ("cell-powered buzzer, fresh cell, 1 m, typical", f["buzzer_1m"], ""),
        ("cell-powered buzzer, cell at 7 V, 1 m, typical", f["buzzer_1m_old"], ""),
        (
            "cell-powered buzzer, fresh cell, 1 m, the softest that its maker lets out",
            f["buzzer_1m"] - piezos.BUZZER_LEAST_BELOW_DB,
            "",
        ),
    ]
    found = []
    for what, level, limit in table:
        value = f"{level:.0f} dBA"
        if limit:
            value += (
                ""
                if level >= NEEDED_DBA
                else ": NOT enough, by " + (f"{NEEDED_DBA - level:.0f} dB")
            )
        found.append((what, value, limit))
    steps = " / ".join(f"{f[f'pillow_step{i}']:.0f}" for i in range(1, 5))
    soft_db = f["pillow_step4"] - f["pillow_step1"]
    short = "" if soft_db >= SOFT_DB else ": NOT enough"
    found += [
        ("soft start at the pillow, volume steps 1 to 4", f"{steps} dBA", ""),
        ("the alert begins below full by", f"{soft_db:.1f} dB{short}", f"{SOFT_DB:.0f} dB"),
        (f"first step with U4's trimmer {TRIMMED_DB:.0f} dB down (remote sounder fitted)",
         f"{f['pillow_step1'] - TRIMMED_DB:.0f} dBA", ""),
        ("main sounder, full: peak at the speaker", f"{f['bed_v'] * 0.75:.1f} V",
         f"at most {AMP_SWING_V} V"),
        ("main sounder, full: power", f"{f['bed_w']:.2f} W", f"at most {SPEAKER_W:.0f} W"),
        ("remote sounder: lost in 10 m of lead and F2",
         f"{f['lead_db']:.1f} dB, {AMP_SWING_V - f['remote_swing']:.2f} V", ""),
        ("remote pulse: duty", f"{f['remote_duty'] * 100:.0f} %", "25 % (bedside at full)"),
        ("main sounder at the microphone", f"{f['at_mic_spl']:.0f} dB",
         "below the overload of 120 dB"),
    ]  # fmt: skip
    return [*found, *piezos.rows()]


def problems() -> list[str]:
    """What must hold; the next room behind a closed door is known not to."""
    f = figures(design("basic"))
    soft_db = f["pillow_step4"] - f["pillow_step1"]
    found = [
        f"{name} is {f[name]:.0f} dBA"
        for name in ("pillow", "remote_2m", "second_1m", "second_remote_2m")
        if f[name] < NEEDED_DBA
    ]
    least, most = AMP_INPUT_RANGE_OHM
    softest = pulse_dba(step_volts(design("basic"), *BED, least), 0.25)
    if in_room_db(softest, 1.0) < NEEDED_DBA:
        found.append(f"pillow is {in_room_db(softest, 1.0):.0f} dBA with {least} ohm at U4")
    # The remote amplifier may clip at the end of a long lead: that is counted in its level.
    for name, volts, duty in (
        ("main", step_volts(design("basic"), *BED, most), 0.25),
        ("remote", step_volts(design("basic"), *REMOTE, most), f["remote_duty"]),
    ):
        if volts * (1 - duty) > AMP_SWING_V:
            found.append(f"the {name} amplifier clips at {volts * (1 - duty):.1f} V")
    if soft_db < SOFT_DB:
        found.append(f"the alert begins {soft_db:.1f} dB below full, at least {SOFT_DB:.0f}")
    if f["at_mic_spl"] > 117:
        found.append("the main sounder overloads the microphone")
    if not 0.2 < f["remote_duty"] < 0.3:
        found.append(f"remote duty {f['remote_duty']:.2f}")
    return [*found, *piezos.problems()]


if __name__ == "__main__":
    for what, value, limit in rows():
        print(f"{what}: {value}" + (f" (needs {limit})" if limit else ""))
    print(*problems(), sep="\n")
