# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Runs cells on all cores and keeps what is finished, so that a stopped run can go on.

In: cells, a folder for the work file. Out: their results by key. A cell's result is kept with a
fingerprint of the listening chain's source; another chain's results are never used. The chain is
copied first and the copy is run: an edit meanwhile changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host_tools import runtimes
from host_tools.evaluate import clips, quiet, reel, scenes, trials
from host_tools.listening import FIRMWARE, Ear

RUNNERS: dict[str, Callable[[dict[str, Any], Any], dict[str, Any]]] = {
    "reel": reel.run,
    "trials": trials.run,
    "quiet": quiet.run,
    "clips": clips.run,
    "scene": scenes.run,
}
# What decides when to alert is not what is measured here.
NOT_HEARING = ("alert", "cadence", "escalation", "recurrence")


@dataclass(frozen=True)
class Cell:
    """One piece of work. `key` names it in the work file and holds all that it depends on."""

    key: str
    runner: str
    hours: float  # of sound, for the progress bar
    params: dict[str, Any] = field(compare=False)


def fingerprint(firmware: Path = FIRMWARE) -> str:
    """Of the listening chain's source."""
    total = hashlib.sha256()
    for path in sorted((firmware / "alarm").glob("*.py")):
        if not path.name.startswith(NOT_HEARING):
            total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:12]


def copy_chain(into: Path) -> tuple[Path, str]:
    """A copy of the chain under its fingerprint: (its folder, the fingerprint)."""
    mark = fingerprint()
    target = into / f"firmware-{mark}"
    if not target.is_dir():
        partial = into / "firmware.partial"
        shutil.rmtree(partial, ignore_errors=True)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(FIRMWARE / "alarm", partial / "alarm", ignore=ignore)
        mark = fingerprint(partial)  # what was really copied
        target = into / f"firmware-{mark}"
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    return target, mark


class Work:
    """The work file: one JSON line for each finished cell."""

    def __init__(self, path: Path, mark: str, resume: bool) -> None:
        self._path, self._mark = path, mark
        self.results: dict[str, dict[str, Any]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if not resume:
            path.unlink(missing_ok=True)
            return
        try:
            lines = path.read_text("utf-8").splitlines()
        except OSError:
            return
        for line in lines:
            try:
                stored = json.loads(line)
            except ValueError:
                continue  # the line that was being written when the run was stopped
            if stored["chain"] == mark:
                self.results[stored["key"]] = stored["result"]

    def add(self, key: str, result: dict[str, Any]) -> None:
        self.results[key] = result
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "chain": self._mark, "result": result}) + "\n")


def run(
    cells: Sequence[Cell],
    work: Work,
    firmware: Path,
    jobs: int,
    done: Callable[[Cell], None],
) -> None:
    """Run what is not in the work file yet; `done` is called for every cell, old ones too."""
    waiting = []
    for cell in cells:
        if cell.key in work.results:
            done(cell)
        else:
            waiting.append(cell)
    if not waiting:
        return
    # Threads (the progress bar's) must not be forked, so every worker starts afresh.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(waiting)), context) as pool:
        try:
            running = {
                pool.submit(_work, cell.runner, cell.params, str(firmware)): cell
                for cell in waiting
            }
            while running:
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for result in finished:
                    cell = running.pop(result)
                    work.add(cell.key, result.result())
                    done(cell)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_ears: dict[str, Ear] = {}


def _work(runner: str, params: dict[str, Any], firmware: str) -> dict[str, Any]:
    """In a worker: one ear serves all its cells."""
    if runner == "reel":
        return RUNNERS[runner](params, None)
    if firmware not in _ears:
        _ears[firmware] = Ear(runtimes.best(), firmware=Path(firmware))
    return RUNNERS[runner](params, _ears[firmware])
