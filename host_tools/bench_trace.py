# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Count what the Arm interpreter executes, instruction by instruction.

In: a script for MicroPython under qemu-arm. Out: `Count`s of instructions and of Cortex-M0+ cycles,
for each viper kernel and for the interpreter, between two calls of `intake`. qemu logs every
translated block once with its disassembly and every execution of it: the counts are exact and do
not depend on the machine's load (the sum equals that of `-one-insn-per-tb`, which logs five times
as much).

Cycles of the kernels' code (Thumb of ARMv6-M, in RAM without wait states, one-cycle multiplier):
1 an instruction; loads and stores 2; push, pop and multiple loads 1 + registers (pop into pc +2);
branches 2 when taken, 1 when not; bl 3.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from host_tools import runtimes
from host_tools.errors import UserError

INTERPRETER = "interpreter"
_LONGEST_KERNEL = 3 * 4096
_CHUNK = 1 << 20
HEAP = ("-X", "heapsize=8m")


@dataclass
class Count:
    instructions: int = 0
    cycles: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.instructions + other.instructions, self.cycles + other.cycles)

    def __sub__(self, other: Count) -> Count:
        return Count(self.instructions - other.instructions, self.cycles - other.cycles)

    def __floordiv__(self, n: int) -> Count:
        return Count(self.instructions // n, self.cycles // n)


@dataclass
class _Block:
    """A run of instructions without a jump inside."""

    pc: int
    instructions: int
    cycles: int
    ends: int  # the address after it
    conditional: bool


def cycles_of(mnemonic: str, operands: str) -> int:
    """Cortex-M0+ cycles of one Thumb instruction; a conditional branch as not taken."""
    name = mnemonic.partition(".")[0]
    registers = _listed(operands) if "{" in operands else 0
    if name == "pop":
        return 1 + registers + (2 if "pc" in operands else 0)
    if name in ("push", "ldm", "stm", "ldmia", "stmia"):
        return 1 + registers
    if name.startswith(("ldr", "str")):
        return 2
    if name in ("b", "bx", "blx"):
        return 2
    if name == "bl":
        return 3
    return 1


def _listed(operands: str) -> int:
    """Registers in `{r4, r5, r6}`."""
    return operands.partition("{")[2].count(",") + 1


_CONDITIONS = frozenset("b" + c for c in "eq ne cs cc hs lo mi pl vs vc hi ls ge lt gt le".split())


class _Log:
    """Translations always; executions only between two calls of the kernel at `marker`."""

    def __init__(self, marker: bytes, first: int, last: int) -> None:
        self.pairs: Counter[tuple[bytes, bytes]] = Counter()
        self.blocks: dict[bytes, _Block] = {}
        self.done = False
        self._marker = marker
        self._first = first
        self._left = last
        self._last = b""
        self._reading: list[bytes] | None = None

    def feed(self, text: bytes) -> None:
        lines = text.split(b"\n")
        if self._reading is not None or b"IN:" in text or b"\n0x" in text:
            lines = self._translations(lines)
        elif not lines[-1]:
            lines.pop()
        calls = text.count(self._marker)
        if calls < min(self._first if self._first > 0 else self._left, self._left):
            self._first -= calls
            self._left -= calls
            if self._first <= 0:
                self._count(lines)
            return
        for i, line in enumerate(lines):
            if self._marker in line:
                self._first -= 1
                self._left -= 1
                if self._left == 0:
                    self._count(lines[:i])
                    self.done = True
                    return
                if self._first == 0:
                    self.feed_rest(lines[i:])
                    return
        self._count(lines)

    def feed_rest(self, lines: list[bytes]) -> None:
        """What follows the first call that counts; the second limit may stand here too."""
        for i, line in enumerate(lines[1:], 1):
            if self._marker in line:
                self._left -= 1
                if self._left == 0:
                    self._count(lines[:i])
                    self.done = True
                    return
        self._count(lines)

    def _translations(self, lines: list[bytes]) -> list[bytes]:
        """Keep the disassembly ("----", "IN:", instructions, an empty line), return the rest."""
        traces = []
        for line in lines:
            if line[:5] == b"Trace":
                if self._reading:
                    self.blocks[line] = _parse(self._reading)
                self._reading = None
                traces.append(line)
            elif line[:3] == b"IN:":
                self._reading = []
            elif line[:2] == b"0x" and self._reading is not None:
                self._reading.append(line)
        return traces

    def _count(self, traces: list[bytes]) -> None:
        if traces:
            self.pairs[self._last, traces[0]] += 1
            self.pairs.update(zip(traces, traces[1:], strict=False))
            self._last = traces[-1]


def _parse(lines: list[bytes]) -> _Block:
    """`0x40804000:  b5fe       push     {r1, r2, r3, r4, r5, r6, r7, lr}`"""
    cycles = 0
    mnemonic = ""
    for line in lines:
        address, _, rest = line.decode("ascii", "replace").partition(":")
        words = rest.split()
        size = 0
        while words and len(words[0]) in (4, 8) and _is_hex(words[0]):
            size += len(words.pop(0)) // 2
        mnemonic = words[0] if words else "?"
        cycles += cycles_of(mnemonic, " ".join(words[1:]))
        ends = int(address, 16) + size
    pc = int(lines[0].partition(b":")[0], 16)
    return _Block(pc, len(lines), cycles, ends, mnemonic.partition(".")[0] in _CONDITIONS)


def _is_hex(word: str) -> bool:
    return all(c in "0123456789abcdef" for c in word)


def kernel_addresses(script: Path, module_path: list[Path]) -> dict[int, str]:
    """Where the kernels' code lies: the same in every run. From `kernel NAME ADDRESS` lines."""
    runtime = _arm()
    done = subprocess.run(
        [*runtime.argv, *HEAP, os.fspath(script), "addresses"],
        env=runtime.environ([*module_path]),
        capture_output=True,
        text=True,
    )
    words = [line.split() for line in done.stdout.splitlines() if line.startswith("kernel ")]
    if done.returncode or not words:
        raise UserError(f"the bench's script failed on Arm: {done.stderr.splitlines()[-1:]}")
    return {int(address): name for _, name, address in words}


def count(
    script: Path,
    arguments: list[str],
    module_path: list[Path],
    kernels: dict[int, str],
    between: tuple[int, int],
) -> dict[str, Count]:
    """Run a script; counts by kernel and INTERPRETER from one call of `intake` to another."""
    runtime = _arm()
    emulator, *rest = runtime.argv
    intake = next(address for address, name in kernels.items() if name == "intake")
    log = _Log(b"/%016x/" % intake, *between)
    read_end, write_end = os.pipe()
    child = subprocess.Popen(
        [emulator, "-d", "in_asm,exec,nochain", "-D", f"/dev/fd/{write_end}", *rest]
        + [*HEAP, os.fspath(script), *arguments],
        env=runtime.environ([*module_path]),
        pass_fds=[write_end],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    os.close(write_end)
    with open(read_end, "rb", buffering=0) as pipe:
        left = b""
        while not log.done and (chunk := pipe.read(_CHUNK)):
            whole, newline, left = (left + chunk).rpartition(b"\n")
            log.feed(whole + newline)
    if log.done:
        child.kill()
    said = (child.communicate()[0] or b"").decode("utf-8", "replace")
    if not log.done:
        raise UserError(f"the bench's script ended too early: {said.strip().splitlines()[-1:]}")
    return _attribute(log, kernels)


def _arm() -> runtimes.Runtime:
    runtime = runtimes.find("arm")
    if runtime is None:
        raise UserError(runtimes.why_missing("arm"))
    return runtime


def _attribute(log: _Log, kernels: dict[int, str]) -> dict[str, Count]:
    """Sum up by who owns the address: each kernel's code has pages of its own."""
    starts = sorted(kernels)
    counts: dict[str, Count] = {}
    owners: dict[bytes, str] = {}
    for (line, following), times in log.pairs.items():
        block = log.blocks.get(line)
        if block is None:
            continue
        owner = owners.get(line)
        if owner is None:
            below = [s for s in starts if s <= block.pc < s + _LONGEST_KERNEL]
            owner = owners[line] = kernels[below[-1]] if below else INTERPRETER
        count = counts.setdefault(owner, Count())
        count.instructions += times * block.instructions
        cycles = block.cycles
        if block.conditional:
            after = log.blocks.get(following)
            cycles += after is not None and after.pc != block.ends
        count.cycles += times * cycles
    return counts
