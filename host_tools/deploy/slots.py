# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The two slots of the board: which one runs, what the other lacks, the switch.

In: a board at its prompt, the firmware here. Out: the other slot filled, verified and switched to;
or a `UserError` of one line, and what ran before still runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from host_tools.deploy import package
from host_tools.deploy.board_files import BoardFiles
from host_tools.deploy.image import version
from host_tools.errors import EXIT_DEVICE, UserError

CHIPS = ("RP2040", "RP2350", "ESP32S3")
OLDEST = (1, 24)
# Of heap, for firmware whose code is loaded from files: see python -m host_tools.ram.
HEAP_BYTES = 352 * 1024
SPARE_BYTES = 64 * 1024  # for the log to grow meanwhile, and littlefs's own use


def check_board(board: BoardFiles) -> tuple[str, str, int]:
    """(chip, mpy-cross's architecture, free bytes); refuses what cannot run the firmware."""
    machine, version, mpy, free = board.about()
    chip = next((name for name in CHIPS if name in machine.upper().replace("-", "")), "")
    if not chip:
        raise UserError(
            f"this board is none of those supported ({', '.join(CHIPS)}): it calls itself "
            f"'{machine}'",
            EXIT_DEVICE,
        )
    text = ".".join(str(part) for part in version)
    if version[:2] < OLDEST or mpy & 0xFF != 6 or mpy >> 8 & 3 != 3:
        raise UserError(
            f"MicroPython {text} on the board is too old: install 1.25 or newer from "
            "micropython.org/download, then deploy again",
            EXIT_DEVICE,
        )
    march = package.MARCH.get(mpy >> 10 & 15)
    if march is None:
        raise UserError(
            f"MicroPython on the board loads no machine code (.mpy {mpy:#x})", EXIT_DEVICE
        )
    return chip, march, free


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Plan:
    """What has to happen to the slot that does not run."""

    slot: str
    upload: list[str]
    copy: list[str]
    remove: list[str]
    new_bytes: int

    @classmethod
    def make(
        cls, files: dict[str, bytes], slot: str, there: dict[str, str], other: dict[str, str]
    ) -> Plan:
        wanted = {path: digest(data) for path, data in files.items()}
        missing = [path for path in sorted(files) if there.get(path) != wanted[path]]
        copy = [path for path in missing if other.get(path) == wanted[path]]
        upload = [path for path in missing if path not in copy]
        remove = sorted(set(there) - set(files))
        return cls(slot, upload, copy, remove, sum(len(files[path]) for path in missing))


def fill_slot(board: BoardFiles, plan: Plan, running: str, files: dict[str, bytes]) -> None:
    """Make the slot equal to `files`, and verify every byte of it by hash."""
    for path in plan.remove:
        board.remove(f"{plan.slot}/{path}")
    made: set[str] = set()
    for path in (*plan.copy, *plan.upload):
        parts = f"{plan.slot}/{path}".split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if folder not in made:
                board.folder(folder)
                made.add(folder)
        if path in plan.copy:
            board.copy(f"{running}/{path}", f"{plan.slot}/{path}")
        else:
            board.write(f"{plan.slot}/{path}", files[path])
        board.extend()
    found = board.hashes(plan.slot)
    wrong = [path for path in files if found.get(path) != digest(files[path])]
    if wrong or set(found) != set(files):
        raise UserError(
            f"verification failed ({', '.join(wrong[:3]) or 'extra files'}): the running firmware "
            "was left alone; deploy again",
            EXIT_DEVICE,
        )


def install(
    board: BoardFiles, firmware: Path, library: Path, dry_run: bool, say: Callable[[str], None]
) -> bool:
    """Slots, loader, switch. True when something was changed."""
    chip, march, free = check_board(board)
    carried = board.carried()
    if carried:
        if carried != version():
            raise UserError(
                f"the board's MicroPython carries firmware {carried}, and here is {version()}: "
                "make a new image (python -m host_tools.deploy.image) and copy it onto the board",
                EXIT_DEVICE,
            )
        say(f"board with {chip}; its MicroPython carries this firmware ({carried})")
        return False
    heap = board.heap_bytes()
    if heap < HEAP_BYTES:
        raise UserError(
            f"this {chip} has {heap // 1024} KiB of memory for programs, and firmware from files "
            f"needs {HEAP_BYTES // 1024}: make an image that carries it (python -m "
            "host_tools.deploy.image, see docs/device.md), or use a Pico 2; nothing was changed",
            EXIT_DEVICE,
        )
    say(f"board with {chip}; compiling for {march}")
    files = package.build(march, firmware, library)
    slots = board.read_json("slots.json") or {}
    running = slots.get("run", "") if isinstance(slots, dict) else ""
    slot = "b" if running == "a" else "a"
    there = board.hashes(running) if running else {}
    root = {
        path: data
        for path, data in package.root_files(firmware).items()
        if board.tuples(_ROOT_HASH % path)[0][0] != digest(data)
    }
    if running and there == {path: digest(data) for path, data in files.items()} and not root:
        say(f"the firmware is up to date (slot {running}, {len(files)} files)")
        return False
    plan = Plan.make(files, slot, board.hashes(slot), there)
    if plan.new_bytes + SPARE_BYTES > free + sum(len(files.get(p, b"")) for p in plan.remove):
        raise UserError(
            f"not enough room on the board: {free // 1024} KiB free, "
            f"{(plan.new_bytes + SPARE_BYTES) // 1024} KiB needed; nothing was changed",
            EXIT_DEVICE,
        )
    say(
        f"slot {slot}: {len(plan.upload)} files to send, {len(plan.copy)} unchanged ones to copy, "
        f"{len(plan.remove)} to remove"
    )
    if dry_run:
        return False
    fill_slot(board, plan, running, files)
    say(f"slot {slot} verified: {len(files)} files by SHA-256")
    # The switch. On a new board main.py comes last: without it nothing starts by itself.
    board.replace("slots.json", json.dumps({"run": slot, "old": running}).encode())
    for path in ("boot.py", "main.py"):
        if path in root:
            board.replace(path, root[path])
    return True


_ROOT_HASH = """
import hashlib, binascii
try:
    with open(%r, "rb") as _f:
        print(repr((binascii.hexlify(hashlib.sha256(_f.read()).digest()).decode(),)))
except OSError:
    print(repr(("",)))
"""
