# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Set Chimewatch up inside its clone: no root, nothing outside, only the standard library.

In: requirements.lock, requirements-board.lock, and what the machine offers. Out, all in build/:
venv/ (Python packages and the `chimewatch` command), device-lib/ (libraries for the board),
typings/ (its type stubs), micropython/<arch>/ (interpreters). What is in place already is left
alone, so that a second call returns at once.

    python3 host_tools/bootstrap.py                 everything but sounds (--retry: look again for
                                                    parts that could not be had)
    python3 host_tools/bootstrap.py audio           recorded speech and music for the sample night
    python3 host_tools/bootstrap.py packages NAME…  other packages of sounds

Exit status: 0 set up (parts may be missing, each said in one line); 1 the Python packages could
not be installed; 2 wrong use.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (whatever python3 the machine has starts this)
    sys.exit(
        f"setup: Python 3.11 or newer is needed, this is {sys.version.split()[0]}"
        " (way out: make setup PYTHON=python3.12, or another one you have)"
    )

try:
    import fcntl
except ImportError:
    sys.exit("setup: this system is not supported (Linux is; on Windows use WSL)")

# As a script, sys.path[0] is this folder, whose modules must not hide those of the library.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from host_tools import micropython_setup, python_setup, sound_packages  # noqa: E402
from host_tools.runtimes import BUILD, MICROPYTHON_ARCHES  # noqa: E402


def say(line: str) -> None:
    print(f"setup: {line}", flush=True)


def set_up(retry: bool = False) -> int:
    if _current(retry):
        return 0
    with _alone():
        if _current(retry):
            return 0
        started = time.monotonic()
        with ThreadPoolExecutor(1) as other:
            interpreters = other.submit(_interpreters, retry)
            try:
                python_setup.set_up(say)
            except python_setup.SetupError as error:
                say(f"failed: {error}")
                return 1
            finally:
                interpreters.result()
        say(f"done in {time.monotonic() - started:.0f} s")
    return 0


def _sounds(names: Sequence[str]) -> bool:
    if sound_packages.complete(names):
        return True
    with _alone():
        return sound_packages.fetch(names, say)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two calls at once (two terminals): the second waits, then finds it all done."""
    (BUILD / "tmp").mkdir(parents=True, exist_ok=True)
    with (BUILD / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for depth in ("*", "*/*", "*/*/*"):  # left by a run that was killed
            for leftover in BUILD.glob(f"{depth}.partial-*"):
                shutil.rmtree(leftover, ignore_errors=True)
        yield


def _current(retry: bool) -> bool:
    return python_setup.current() and all(
        micropython_setup.current(arch, retry) for arch in MICROPYTHON_ARCHES
    )


def _interpreters(retry: bool) -> None:
    for arch in MICROPYTHON_ARCHES:
        if not micropython_setup.current(arch, retry):
            micropython_setup.set_up(arch, say)


def main(arguments: list[str]) -> int:
    verb, names = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb in ("", "--retry") and not names:
        return set_up(retry=verb == "--retry")
    if verb == "audio" and not names:
        if not _sounds(sound_packages.NIGHT):
            say("the sample night will use a synthetic room instead of recorded sounds")
        return 0
    if verb == "packages" and names:
        return 0 if _sounds(names) else 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    # Another locale or a user's own Python settings must not leak into the children.
    os.environ.pop("PYTHONPATH", None)
    os.environ.pop("PYTHONHOME", None)
    sys.exit(main(sys.argv[1:]))
