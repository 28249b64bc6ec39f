# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Files in a flash image of the simulated board, read and written from the host.

In: the image's path (a littlefs image, or a folder when the run was on CPython).
Out: {path: bytes}, paths without a leading slash. Read and written by MicroPython's own littlefs
(board/image_tool.py, 6 ms); where there is no MicroPython, read by littlefs-python.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from host_tools import runtimes

littlefs: Any = None
try:
    littlefs = importlib.import_module("littlefs")
except ImportError:
    pass  # no wheel for this computer

SECTOR = 4096
DEFAULT_BLOCKS = 352  # the Pico's 1408 KiB
BOARD = Path(__file__).resolve().parent / "board"


class FlashError(Exception):
    """The image holds no readable file system, or nothing here can read it."""


def new_image(path: os.PathLike[str] | str, blocks: int = DEFAULT_BLOCKS) -> None:
    """An erased flash."""
    Path(path).write_bytes(b"\xff" * (SECTOR * blocks))


def _tool(runtime: runtimes.Runtime | None, *args: str) -> str:
    runtime = runtime if runtime and runtime.is_micropython else runtimes.best()
    if not runtime.is_micropython:
        raise FlashError(f"littlefs needs MicroPython: {runtimes.why_missing('x86-64')}")
    command = [*runtime.argv, "-X", "heapsize=16m", str(BOARD / "image_tool.py"), *args]
    done = subprocess.run(
        command, env=runtime.environ([BOARD]), capture_output=True, text=True, check=False
    )
    if done.returncode == 3:
        raise FlashError("the flash image holds no littlefs file system")
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        raise FlashError(f"the flash image could not be opened: {last[0]}")
    return done.stdout


def _blocks_of(image: Path) -> str:
    return str(image.stat().st_size // SECTOR)


def read_in_process(image: Path, unreadable: dict[str, str] | None = None) -> dict[str, bytes]:
    """read_tree() by littlefs-python: another build of littlefs than the board's."""
    blocks = image.stat().st_size // SECTOR
    fs = littlefs.LittleFS(block_size=SECTOR, block_count=blocks, prog_size=256, mount=False)
    fs.context.buffer[:] = image.read_bytes()[: blocks * SECTOR]
    tree = {}
    try:
        try:
            fs.mount()
        except littlefs.LittleFSError as error:
            raise FlashError("the flash image holds no littlefs file system") from error
        for folder, _, names in fs.walk("/"):
            for name in names:
                path = f"{folder.rstrip('/')}/{name}"
                try:
                    with fs.open(path, "rb") as file:
                        tree[path.lstrip("/")] = file.read()
                except (littlefs.LittleFSError, OSError) as error:
                    if unreadable is None:
                        raise
                    unreadable[path.lstrip("/")] = str(error)
    except (littlefs.LittleFSError, OSError) as error:
        raise FlashError(f"the flash image is damaged: {error}") from error
    return dict(sorted(tree.items()))


def read_tree(
    image: os.PathLike[str] | str,
    runtime: runtimes.Runtime | None = None,
    unreadable: dict[str, str] | None = None,
) -> dict[str, bytes]:
    """All files; raises FlashError when the file system cannot be read, or a file: unless
    `unreadable` is given, which then takes its path and the reason."""
    image = Path(image)
    if image.is_dir():
        return {
            file.relative_to(image).as_posix(): file.read_bytes()
            for file in sorted(image.rglob("*"))
            if file.is_file()
        }
    if runtime is None and littlefs is not None and not runtimes.best().is_micropython:
        return read_in_process(image, unreadable)
    tree = {}
    for line in _tool(runtime, "read", str(image.resolve()), _blocks_of(image)).splitlines():
        if not line.strip():
            continue
        entry = json.loads(line)
        if "error" in entry and unreadable is not None:
            unreadable[entry["path"].lstrip("/")] = entry["error"]
            continue
        if "error" in entry:
            raise FlashError(f"{entry['path']}: {entry['error']}")
        tree[entry["path"].lstrip("/")] = base64.b64decode(entry["data"])
    return dict(sorted(tree.items()))


def write_file(
    image: os.PathLike[str] | str,
    path: str,
    data: bytes,
    runtime: runtimes.Runtime | None = None,
) -> None:
    """Puts one file onto the image (formatted when it is blank), or into the folder."""
    image = Path(image)
    if image.is_dir():
        target = image / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return
    if not image.exists():
        new_image(image)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "data"
        source.write_bytes(data)
        _tool(runtime, "write", str(image.resolve()), _blocks_of(image), path, str(source))
