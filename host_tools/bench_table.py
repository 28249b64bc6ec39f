# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Print the bench's figures. In: the dictionary that `bench` also writes as JSON. Out: text."""

from __future__ import annotations

from typing import Any

RATE_HZ = 16000
FRAME_US = 64_000
M0_HZ = 125_000_000
M33_HZ = 150_000_000
PLAIN_GOERTZEL_CYCLES = 1548  # a sample, see `bench`
BAND_BINS = 564  # of 7.8 Hz from 0.6 to 5 kHz


def share(cycles: float, clock_hz: int) -> str:
    return f"{100 * cycles / clock_hz:5.1f} %"


def show(result: dict[str, Any]) -> None:
    count = result["counted"]
    print(f"Listening to {result['sound']}, a second of audio (counted; the shipped armv6m files)")
    print(f"  {'':<24}{'Arm':>13}{'viper only,':>14}{'125 MHz':>9}{'with the':>14}{'125 MHz':>9}")
    print(
        f"  {'stage':<24}{'instructions':>13}{'M0+ cycles':>14}{'M0+':>9}"
        f"{'assembler':>14}{'M0+':>9}"
    )
    for row in count["rows"]:
        viper, board = row["viper_cycles"], row["board_cycles"]
        print(
            f"  {row['stage']:<24}{row['instructions']:>13,}{viper:>14,}{share(viper, M0_HZ):>9}"
            f"{board:>14,}{share(board, M0_HZ):>9}"
        )
    total = count["rows"][-1]
    viper, board = total["viper_cycles"], total["board_cycles"]
    print(
        f"  150 MHz Cortex-M33: at most {share(viper, M33_HZ).strip()} with viper only, "
        f"{share(board, M33_HZ).strip()} with the assembler"
    )
    finders = [
        f"{name} {viper:,}" + (f" -> {board:,}" if board != viper else "")
        for name, (viper, board) in count["finders"].items()
    ]
    print(f"  finders' kernels, cycles, with the assembler: {', '.join(finders)}")
    factor = count["cycles_an_interpreter_instruction"]
    print(
        f"  one Arm instruction of the interpreter counts as {factor:.2f} M0+ cycles (see --help)"
    )
    print("The same cycles in Goertzel filters (no window; each sample once)")
    plain, tuned = PLAIN_GOERTZEL_CYCLES, count["viper_goertzel_cycles"]
    for name, each in (("a plain MicroPython loop", plain), ("a tuned viper loop", tuned)):
        print(
            f"  {name:<26}{each:>8,.0f} cycles a sample and tone: {board / RATE_HZ / each:>6.1f} "
            f"tones; for all {BAND_BINS} bins, frames overlapping by half: "
            f"{share(2 * BAND_BINS * RATE_HZ * each, M0_HZ).strip()} of the M0+"
        )
    heap = result["memory"]
    both = heap["code"] + heap["buffers"]
    print("Memory of a listener on 32 bits (counted)")
    print(
        f"  code {heap['code']:,} bytes (machine code {heap['of_that_machine_code']:,}), buffers "
        f"{heap['buffers']:,}, together {both / 1024:.1f} KiB; {heap['in_blocks']} blocks "
        f"allocated {heap['grown_by']} bytes"
    )
    print("On this computer (timed: differs from run to run)")
    for name, times in result["timed"].items():
        print(f"  {name:<52}{times:>10,.{0 if times >= 10 else 2}f} times real time")
    listener = next((t for n, t in result["timed"].items() if "listener" in n), 0)
    for number, us in result["profiles_us_a_frame"].items():
        share_of = us * listener / FRAME_US
        print(
            f"  {number:>2} learned profiles, a chime and a siren each, add {us:.1f} us to a "
            f"frame of 64 ms, {share_of:.1%} of the listener"
        )
