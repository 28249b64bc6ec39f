# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Runs cells on all cores and keeps what is finished, so that a stopped run can go on.

In: cells, a folder for the work file. Out: their results by key. A cell's result is kept with a
fingerprint of the listening chain's source; another chain's results are never used. The chain is
copied first and the copy is run: an edit meanwhile changes nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tokenize
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host_tools import runtimes
from host_tools.errors import EXIT_DEVICE, UserError
from host_tools.listening import FIRMWARE


@dataclass(frozen=True)
class Cell:
    """One piece of work. `key` names it in the work file and holds all that it depends on."""

    key: str
    runner: str
    hours: float  # of sound, for the progress bar
    params: dict[str, Any] = field(compare=False)


def chain(firmware: Path = FIRMWARE) -> list[Path]:
    """The listener's source: its module and all that it imports from the same folder, but for
    learning, which no cell does."""
    waiting, found = ["listener"], set()
    while waiting:
        name = waiting.pop()
        path = firmware / "alarm" / f"{name}.py"
        if path in found or name.startswith("learning") or not path.is_file():
            continue
        found.add(path)
        source = path.read_text("utf-8")
        for module, names in re.findall(r"from alarm(?:\.(\w+))? import ([\w, ]*)", source):
            waiting += [module] if module else [part.split()[0] for part in names.split(",")]
    return sorted(found)


def fingerprint(firmware: Path = FIRMWARE) -> str:
    """Of what the listening chain does: a comment can be mended without measuring anew."""
    total = hashlib.sha256()
    for path in chain(firmware):
        total.update(path.name.encode() + program(path.read_text("utf-8")).encode())
    return total.hexdigest()[:12]


def program(source: str) -> str:
    """A module's words without comments, docstrings and empty lines."""
    words: list[str] = []
    statement: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            words.append(tokenize.tok_name[token.type])
        elif token.type == tokenize.NEWLINE:
            if [part.type for part in statement] != [tokenize.STRING]:
                words += [*(part.string for part in statement), "\n"]
            statement = []
        elif token.type not in (tokenize.COMMENT, tokenize.NL):
            statement.append(token)
    return " ".join(words)


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
    workers: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    started = [Worker() for _ in range(min(jobs, len(waiting)))]
    for worker in started:
        workers.put(worker)

    def one(cell: Cell) -> dict[str, Any]:
        worker = workers.get()
        try:
            return worker.do(cell, firmware)
        finally:
            workers.put(worker)

    pool = ThreadPoolExecutor(len(started))
    try:
        running = {pool.submit(one, cell): cell for cell in waiting}
        for finished in as_completed(running):
            cell = running.pop(finished)
            work.add(cell.key, finished.result())
            done(cell)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in started:
            worker.close()


class Worker:
    """A child process (see `worker`): a core's share of the work."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "host_tools.evaluate.worker"],
            cwd=runtimes.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Two processes that each use all cores for one transform only get in each other's way.
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )

    def do(self, cell: Cell, firmware: Path) -> dict[str, Any]:
        pipe, answers = self._process.stdin, self._process.stdout
        assert pipe and answers
        asked = {"runner": cell.runner, "params": cell.params, "firmware": str(firmware)}
        pipe.write(json.dumps(asked) + "\n")
        pipe.flush()
        line = answers.readline()
        if not line:
            raise UserError(f"a worker stopped at cell {cell.key}", EXIT_DEVICE)
        answer = json.loads(line)
        if "error" in answer:
            error = UserError(f"cell {cell.key}: {answer['error']}", EXIT_DEVICE)
            error.trace = answer["trace"]  # type: ignore[attr-defined]
            raise error
        return answer["result"]

    def close(self) -> None:
        """End it, whatever it does; its interpreter ends when the pipe between them does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
