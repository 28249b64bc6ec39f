# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Power cuts while `chimewatch deploy` saves the settings: the old file or the new one, never half.

In: shares of the cut operation that arrive (None: clean). Out: cuts made and what was wrong. The
board is simulated, its prompt and littlefs are MicroPython's, the way there is mpremote's.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
import tty
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from host_tools import simulator
from host_tools.deploy.board_files import BoardFiles
from host_tools.errors import UserError

OLD = b'{"room": "12b"}'
NEW = b'{"room": "14", "name": "Kim", "early_signs": "itching, tight legs"}'
NAME = "settings.json"
MOST_OPERATIONS = 100


def _silence(stop: threading.Event) -> Iterator[np.ndarray]:
    while not stop.is_set():
        yield np.zeros(16000, np.int32)
        time.sleep(0.03)


def save_once(image: Path, op: int, torn: float | None) -> bool:
    """Save NEW on a board that loses power at that operation; whether it did."""
    options: dict[str, float] = {"cut_at_op": op}
    if torn is not None:
        options["torn"] = torn
    master, slave = os.openpty()
    tty.setraw(slave)
    stop = threading.Event()
    run = simulator.run(
        _silence(stop),
        flash_image=image,
        console_fd=master,
        deployed=True,
        flash_options=options,
    )

    def play() -> None:
        try:
            list(run)
        finally:
            os.close(master)  # the port is gone: whoever waits for it finds out at once

    thread = threading.Thread(target=play)
    thread.start()
    try:
        board = BoardFiles(os.ttyname(slave))
        try:
            board.replace(NAME, NEW)
        except UserError:
            pass  # the power went
        finally:
            board.close()
    finally:
        stop.set()
        thread.join(timeout=1)
        if thread.is_alive() and run.child_pid:
            os.kill(run.child_pid, signal.SIGKILL)  # at the prompt it reads no audio to its end
        thread.join(timeout=10)
        os.close(slave)
    return run.result.why == "cut"


def settings_cuts(torn: Iterable[float | None]) -> tuple[int, int, list[str]]:
    """(operations, cuts, what was wrong) of saving settings, cut at each operation."""
    operations = cuts = 0
    wrong: list[str] = []
    seen: set[bytes] = set()
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        base, image = Path(folder) / "base.img", Path(folder) / "cut.img"
        simulator.flash.write_file(base, NAME, OLD)
        for share in torn:
            for op in range(1, MOST_OPERATIONS):
                shutil.copyfile(base, image)
                was_cut = save_once(image, op, share)
                found = simulator.flash.read_tree(image).get(NAME, b"")
                seen.add(found)
                if found not in (OLD, NEW):
                    wrong.append(f"states: settings after a cut at {op} ({share}): {found[:40]!r}")
                if not was_cut:
                    if found != NEW:
                        wrong.append("states: settings were not saved without a cut")
                    break
                cuts += 1
                operations = max(operations, op)
    if seen != {OLD, NEW}:
        wrong.append("states: the settings were never both the old and the new ones")
    return operations, cuts, wrong
