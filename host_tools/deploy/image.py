# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sources for a MicroPython image that carries the firmware in flash, for boards with little RAM.

    python -m host_tools.deploy.image FOLDER

In: the firmware and the drivers' library. Out: FOLDER with both, shortened as `deploy` shortens
them, and the manifest that freezes them. Frozen code is run from flash: on an RP2040 that leaves
80 KB more of the heap. With MicroPython's sources (tag v1.28.0) and an Arm compiler:

    make -C ports/rp2 BOARD=RPI_PICO submodules
    make -C ports/rp2 BOARD=RPI_PICO FROZEN_MANIFEST=FOLDER/manifest.py

The image is copied onto the board as any MicroPython is (hold BOOTSEL, drop the .uf2). Settings,
log and states stay: they are in another part of the flash.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from host_tools.deploy import package
from host_tools.deploy.shorten import shorten

MANIFEST = """\
include("$(PORT_DIR)/boards/manifest.py")
freeze("modules")
"""
LIBRARY = "lib/"
# Twins of the kernels that no board of this kind loads.
LEFT_OUT = (
    "alarm/kernels_plain.py",
    "alarm/kernels_finders_plain.py",
    "alarm/kernels_viper.py",
    "alarm/kernels_finders_viper.py",
)


def version() -> str:
    """The firmware's."""
    found = re.search(
        r'^VERSION = "(.*)"', (package.FIRMWARE / "main.py").read_text("utf-8"), re.MULTILINE
    )
    assert found is not None
    return found.group(1)


def write(folder: Path) -> int:
    """Fill the folder; the number of modules."""
    texts = {
        path: file.read_text("utf-8")
        for path, file in package.sources().items()
        if file.suffix == ".py" and path not in LEFT_OUT
    }
    texts = {**shorten(texts), **{p: t for p, t in texts.items() if p.startswith(LIBRARY)}}
    texts["carried.py"] = f"VERSION = {version()!r}\n"  # so that `deploy` knows such a board
    texts["boot.py"] = (package.FIRMWARE / "boot.py").read_text("utf-8")
    for path, text in texts.items():
        target = folder / "modules" / path.removeprefix(LIBRARY)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    (folder / "manifest.py").write_text(MANIFEST, "utf-8")
    return len(texts)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("say where to: python -m host_tools.deploy.image FOLDER")
    print(f"{write(Path(sys.argv[1]))} modules in {sys.argv[1]}")
