# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The listening chain alone, over any sound, on the best interpreter there is.

`Ear` keeps one interpreter running firmware/alarm and serves recording after recording. In: int32
slots or float samples at 16 kHz, in pieces of any size. Out: `Finding` records, times in seconds
of the recording. Memory does not grow with the recording.

    with Ear() as ear:
        for finding in ear.hear(pieces):
            ...
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from host_tools import audio, runtimes
from host_tools.decoding import RATE_HZ
from host_tools.errors import EXIT_DEVICE, UserError

SCRIPT = Path(__file__).resolve().parent / "run.py"
FIRMWARE = runtimes.ROOT / "firmware"
CPYTHON = runtimes.ROOT / "host_tools" / "simulator" / "cpython"
HEAP = "2m"
BLOCK = 256
PIECE_BLOCKS = 64


@dataclass(frozen=True)
class Finding:
    """What the listener said, and when (seconds of the recording)."""

    t: float  # announced
    start: float
    end: float
    kind: str  # chime, siren or not matched
    looks: str  # chime or siren: what it looked like
    grade: str  # sure or weak
    confidence: int
    hz: tuple[int, ...]
    s_n0_db: float
    reason: str  # the test it failed, "" when it passed
    profile: str = ""  # the learned profile that knows this sound

    @property
    def name(self) -> str:
        """ "sure siren", "weak chime", or "not matched"."""
        return self.kind if self.kind == "not matched" else f"{self.grade} {self.kind}"

    def as_dict(self) -> dict:
        return {**asdict(self), "hz": list(self.hz)}


class Ear:
    """A listening child process. Not for use by several threads at once."""

    def __init__(
        self,
        runtime: runtimes.Runtime | None = None,
        profiles: Sequence[Path] = (),
        firmware: Path = FIRMWARE,
        script: Path = SCRIPT,  # answers as run.py does
        learn: bool = False,
    ) -> None:
        """With `learn`, `learned` says what came of the last recording, once it has been heard."""
        self.learned: dict = {}
        self.runtime = runtime or runtimes.best()
        argv = list(self.runtime.argv)
        argv += ["-X", f"heapsize={HEAP}"] if self.runtime.is_micropython else ["-u"]
        path = [firmware] if self.runtime.is_micropython else [firmware, CPYTHON]
        self._process = subprocess.Popen(
            [*argv, str(script), *map(str, profiles), *(["--learn"] if learn else [])],
            env={**self.runtime.environ([*path]), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the host, which ends the child
        )
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._said: list[bytes] = []
        self._threads = [
            threading.Thread(target=self._read_findings, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child, whatever it does."""
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                if pipe:
                    pipe.close()
            except BrokenPipeError:
                pass

    def hear(self, pieces: Iterable[np.ndarray]) -> Iterator[Finding]:
        """One recording, heard by a fresh listener. Yields what it finds, in the order told.

        The last block is filled up with zeros. An iteration must be carried to its end before the
        next one begins.
        """
        try:
            for blocks in _whole_blocks(pieces):
                self._send(len(blocks) // BLOCK, blocks)
                yield from self._told(wait=False)
            self._send(0, None)
        except BrokenPipeError:
            raise self._died() from None
        yield from self._told(wait=True)

    def _send(self, count: int, blocks: np.ndarray | None) -> None:
        pipe = self._process.stdin
        assert pipe
        pipe.write(np.uint32(count).tobytes())
        if blocks is not None:
            pipe.write(blocks.tobytes())
        pipe.flush()

    def _told(self, wait: bool) -> Iterator[Finding]:
        """What has arrived so far; with `wait`, until the recording's end."""
        while wait or not self._lines.empty():
            line = self._lines.get()
            if line is None:
                raise self._died()
            told = json.loads(line)
            if "over" in told:
                self.learned = told.get("learned", {})
                return
            yield Finding(
                told["t"] / 1000,
                told["start"] / 1000,
                told["end"] / 1000,
                told["kind"],
                told["looks"],
                told["grade"],
                told["confidence"],
                tuple(told["hz"]),
                told["snr_db10"] / 10,
                told["reason"],
                told["profile"],
            )

    def _died(self) -> UserError:
        self._process.wait()
        self._threads[1].join()
        said = b"".join(self._said).decode("utf-8", "replace").strip().splitlines()
        why = said[-1] if said else f"exit {self._process.returncode}"
        error = UserError(f"the listening chain stopped: {why}", EXIT_DEVICE)
        error.trace = "\n".join(said)  # type: ignore[attr-defined]
        return error

    def _read_findings(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _read_errors(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self._said = [*self._said[-20:], line]


def _whole_blocks(pieces: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Slots in whole blocks, at most PIECE_BLOCKS at a time."""
    step = PIECE_BLOCKS * BLOCK
    rest = np.zeros(0, np.int32)
    for piece in pieces:
        slots = piece if piece.dtype == np.int32 else audio.to_slots(piece)
        rest = np.concatenate([rest, slots]) if len(rest) else slots
        for first in range(0, len(rest) - step + 1, step):
            yield rest[first : first + step]
        rest = rest[len(rest) - len(rest) % step :]
    if len(rest):
        yield np.concatenate([rest, np.zeros(-len(rest) % BLOCK, np.int32)])


__all__ = ["Ear", "Finding", "RATE_HZ"]
