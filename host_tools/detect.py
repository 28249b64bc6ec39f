# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch detect`: the listening chain alone over recordings, findings as JSON lines.

In: paths of recordings of any format, learned profiles. Out: a JSON line for each finding, in the
order of the files; one line on stderr for each recording that cannot be used; an exit status.

A recording's start is left as it is: whatever was going on before it, nobody knows, and a sound cut
off by it must not look as if silence came before. After its end come two seconds of the
microphone's own noise (30 dBA), since a verdict takes a second of what follows; the same noise lies
under all of it, as no microphone gives zeros. Times are those of the recording.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

import numpy as np

from host_tools import audio
from host_tools.acoustics import RATE_HZ, noise_loop, white_spectrum
from host_tools.errors import EXIT_PLAYED, EXIT_USAGE, UserError
from host_tools.listening import Ear, Finding
from host_tools.night import MICROPHONE_DBA
from host_tools.profile_files import check_profile, tell_unheard

TAIL_S = 2
NOISE_LOOP_S = 64

_local = threading.local()


def microphone_noise(seed: int = 0) -> np.ndarray:
    """A loop of what the microphone gives in silence (float32, NOISE_LOOP_S long)."""
    rng = np.random.default_rng(seed)
    return noise_loop(rng, NOISE_LOOP_S, MICROPHONE_DBA, white_spectrum).astype(np.float32)


def pieces(info: audio.Info, noise: np.ndarray, tail_s: float = TAIL_S) -> Iterator[np.ndarray]:
    """The recording as it is heard: with the microphone's noise, and a tail of it."""
    at = 0
    for block in audio.blocks(info.path, RATE_HZ, info):
        yield block + noise[at : at + len(block)]
        at = (at + RATE_HZ) % len(noise)
    yield noise[: round(tail_s * RATE_HZ)]


def findings(ear: Ear, path: Path, noise: np.ndarray) -> list[Finding]:
    """Everything the listener says about one recording. Raises `UserError`."""
    return list(ear.hear(pieces(audio.inspect(path), noise)))


def detect(
    paths: Sequence[Path],
    out: TextIO,
    err: TextIO,
    profiles: Sequence[Path] = (),
    jobs: int | None = None,
) -> int:
    """Hear all recordings, `jobs` at a time, and print what was found. Returns the exit status."""
    if jobs is not None and jobs < 1:
        raise UserError(f"--jobs {jobs}: give 1 or more")
    for profile in profiles:
        tell_unheard(profile, check_profile(profile), err)
    noise = microphone_noise()
    ears: list[Ear] = []
    heard = lost = 0

    def open_ear() -> None:
        _local.ear = Ear(profiles=profiles)
        ears.append(_local.ear)

    def hear(path: Path) -> list[Finding]:
        return findings(_local.ear, path, noise)

    workers = min(jobs or os.cpu_count() or 1, len(paths))
    pool = ThreadPoolExecutor(workers, initializer=open_ear)
    try:
        waiting: list[tuple[Path, Future]] = [(path, pool.submit(hear, path)) for path in paths]
        while waiting:
            path, result = waiting.pop(0)
            try:
                for finding in result.result():
                    print(json.dumps({"file": str(path), **finding.as_dict()}), file=out)
                out.flush()
                heard += 1
            except UserError as error:
                if error.exit_code != EXIT_USAGE:
                    raise
                print(f"chimewatch: {error}", file=err)
                lost += 1
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for ear in ears:
            ear.close()
    return EXIT_USAGE if lost else EXIT_PLAYED
