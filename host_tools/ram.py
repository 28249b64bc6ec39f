# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How much of a board's heap the whole firmware takes while it listens, module by module.

    python -m host_tools.ram [--in-place] [--json]

In: the firmware and Adafruit's drivers, compiled as `deploy` sends them to an RP2040 (armv6m). Out:
a table. The firmware's own main.py runs under 32-bit Arm MicroPython on a board of stand-ins up to
the moment when it waits for the first block (`ram_device`), each module's own bytes are what the
heap grew by during its import, all after a collection. Added by rule: the microphone's ring buffer
and machine code, which the boards keep on the heap and the unix port does not.

`--in-place`: the same modules from a read-only file system in flash (ROMFS), where code is run and
constants are read in place, as MicroPython does on a board with such a partition.

The budget of an RP2040: `RP2040_HEAP` is the heap of MicroPython 1.28.0 for the Pico, from the
linker map of a build of that tag (251,688 bytes from __GcHeapStart to __GcHeapEnd, less the heap's
own tables); `PORT_OWN` is an estimate of what the port's boot code, file system and prompt keep. No
board has been measured.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mpremote.romfs import make_romfs

from host_tools import mpy_file, runtimes
from host_tools.deploy import package
from host_tools.errors import UserError

DEVICE = Path(__file__).with_name("ram_device.py")
UNIT_BYTES = 16  # of the heap, on 32 bits
# What the unix port loads where the boards load the assembler's kernels.
ONLY_HERE = ("alarm.kernels_viper", "alarm.kernels_finders_viper")
# The policy and the recurrence are no part of the listening chain.
NOT_LISTENING = ("alarm.alert", "alarm.escalation", "alarm.cadence", "alarm.recurrence")
RP2040_HEAP = 245_888
PORT_OWN = 10 * 1024
SPARE = 20_000  # for records, answers and their like, and for holes


@dataclass
class Use:
    """Bytes of heap while the firmware listens; `modules` keeps those that only the start needs."""

    listening: int
    machine_code: int
    ring_buffer: int
    listener: int
    known: int  # what a learned profile takes beside that
    learning: int  # and what learning takes, while it goes on, before it computes
    modules: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.listening + self.machine_code + self.ring_buffer

    @property
    def chain(self) -> int:
        """The listener with its code, machine code too. Goal 96 KiB with code from flash."""
        names = [n for n in self.modules if n.startswith("alarm")]
        code = sum(self.modules[n] for n in names if not n.startswith(NOT_LISTENING))
        return self.listener + code + self.machine_code

    @property
    def spare(self) -> int:
        """What an RP2040 has left; negative: it cannot run this."""
        return RP2040_HEAP - PORT_OWN - self.total


def rounded(size: int) -> int:
    return -(-size // UNIT_BYTES) * UNIT_BYTES


def measure(in_place: bool, arch: str = "arm") -> Use:
    """`UserError` when there is no 32-bit Arm interpreter or the firmware does not start."""
    runtime = runtimes.find(arch)
    if runtime is None:
        raise UserError(runtimes.why_missing(arch))
    with tempfile.TemporaryDirectory(prefix="chimewatch-ram-") as name:
        folder = Path(name)
        slot, work = folder / "slot", folder / "work"
        work.mkdir()
        files = package.build("armv6m")
        for path, data in files.items():
            (slot / path).parent.mkdir(parents=True, exist_ok=True)
            (slot / path).write_bytes(data)
        arguments: list[str] = []
        search: list[str | os.PathLike[str]] = [slot, slot / "lib"]
        if in_place:
            with contextlib.redirect_stdout(io.StringIO()):  # it tells each file
                image = make_romfs(os.fspath(slot), mpy_cross=None)
            (folder / "image").write_bytes(image)
            arguments, search = [os.fspath(folder / "image")], []
        done = subprocess.run(
            [*runtime.argv, "-X", "heapsize=4m", os.fspath(DEVICE), *arguments],
            env=runtime.environ(search),
            cwd=work,
            capture_output=True,
            text=True,
        )
    return read(done.stdout, done.stderr, files, in_place)


def read(said: str, errors: str, files: dict[str, bytes], in_place: bool) -> Use:
    """What `ram_device` printed, and what it cannot see."""
    rows = [line.rsplit(" ", 1) for line in said.splitlines()]
    numbers = {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}
    if "listening" not in numbers:
        last = (errors or said).strip().splitlines()[-1:] or ["it said nothing"]
        raise UserError(f"the firmware does not come to listen on this interpreter: {last[0]}")
    code = 0
    for path, data in files.items():
        if path.endswith(".mpy") and f"{path[:-4].replace('/', '.')}" not in ONLY_HERE:
            code += sum(rounded(size) for size in mpy_file.load(data).machine_sizes())
    ring = re.search(r"^I2S_IBUF_BYTES = ([\d_]+)", board_text(), re.MULTILINE)
    assert ring is not None
    return Use(
        listening=numbers["listening"],
        machine_code=0 if in_place else code,
        ring_buffer=rounded(int(ring.group(1))),
        listener=numbers["listener"],
        known=numbers["known"] - numbers["listening"],
        learning=numbers["learning"] - numbers["known"],
        modules={name[7:]: size for name, size in numbers.items() if name.startswith("module ")},
    )


def board_text() -> str:
    return (package.FIRMWARE / "board.py").read_text("utf-8")


def show(use: Use, in_place: bool) -> None:
    where = "read in place from flash" if in_place else "in the heap"
    print(f"Heap of the whole firmware while it listens, 32-bit words; code {where}")
    print("  loading (its own bytes; those marked are dropped after the start)")
    dropped = ("settings", "fitted", "wiring", "alarm.alert_settings")
    for name, size in sorted(use.modules.items(), key=lambda row: -row[1]):
        print(f"    {name:<36}{size:>8,}{'  *' if name in dropped else ''}")
    print(f"  {'all of the firmware, listener included':<38}{use.listening:>8,}")
    print(f"  {'  of that the listener object':<38}{use.listener:>8,}")
    print(f"  {'  of that the listener and its code':<38}{use.chain:>8,}  (goal: {96 * 1024:,})")
    print(f"  {'machine code':<38}{use.machine_code:>8,}")
    print(f"  {'ring buffer of the microphone':<38}{use.ring_buffer:>8,}")
    print(f"  {'together':<38}{use.total:>8,}")
    print(f"  {'heap of an RP2040':<38}{RP2040_HEAP:>8,}")
    print(f"  {'  of that the port itself (estimate)':<38}{PORT_OWN:>8,}")
    print(f"  {'to spare':<38}{use.spare:>8,}  (wanted: {SPARE:,})")
    print(f"  {'a pump profile takes of that':<38}{use.known:>8,}")
    print(f"  {'learning, while it goes on':<38}{use.learning:>8,}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--in-place", action="store_true", help="code is run from flash")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        use = measure(options.in_place)
    except UserError as error:
        print(f"ram: {error}", file=sys.stderr)
        return error.exit_code
    if options.json:
        print(json.dumps({**asdict(use), "total": use.total, "spare": use.spare}))
    else:
        show(use, options.in_place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
