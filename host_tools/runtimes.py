# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Which interpreters can run the firmware on this computer, and how to start each.

In: what `host_tools/bootstrap.py` left in build/micropython/<arch>/ (runtime.json, or a line in
<arch>.missing that says why there is none). Out: `Runtime` objects whose `argv` a script and its
arguments are appended to. Nothing is downloaded or probed here: a look-up costs one small file.

    runtime = runtimes.best()
    subprocess.run([*runtime.argv, "-X", "heapsize=256k", script], env=runtime.environ(path))

Only the standard library, because the bootstrap uses this before any package is installed.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
RUNTIMES = BUILD / "micropython"

#: x86-64 is fast; i386 has the boards' 32-bit words at native speed; arm runs the machine code
#: that ships (Thumb-2, under qemu); cpython is always there and has neither viper nor littlefs.
MICROPYTHON_ARCHES = ("x86-64", "i386", "arm")
ARCHES = (*MICROPYTHON_ARCHES, "cpython")
WORD_BITS = {"x86-64": 64, "i386": 32, "arm": 32}

# What the firmware and the simulated board need. Versions are not compared: a distribution's
# build may lack any of these, whatever it calls itself.
PROBE = """\
import sys, vfs, micropython
vfs.VfsLfs2
@micropython.viper
def add(a: int, b: int) -> int:
    return a + b
assert add(40, 2) == 42, "viper"
import asyncio, json, struct, binascii
mpy = sys.implementation._mpy
version = ".".join(str(part) for part in sys.implementation.version[:3])
print("probe", mpy & 0xFF, mpy >> 8 & 3, 64 if sys.maxsize > 2**31 else 32, version)
"""


@dataclass(frozen=True)
class Runtime:
    """One interpreter: `argv` is a prefix, `env` is added to the environment."""

    arch: str
    argv: list[str]
    version: str
    word_bits: int
    env: dict[str, str] = field(default_factory=dict)

    @property
    def is_micropython(self) -> bool:
        return self.arch != "cpython"

    def describe(self) -> str:
        name = "MicroPython" if self.is_micropython else "CPython"
        return f"{name} {self.version} ({self.arch}, {self.word_bits}-bit words)"

    def environ(self, module_path: list[str | os.PathLike[str]]) -> dict[str, str]:
        """The environment for a child that finds its modules in these folders, first one first."""
        folders = [os.fspath(folder) for folder in module_path]
        if self.is_micropython:
            # ':' separates, so a folder with a colon in its name cannot be used.
            path = {"MICROPYPATH": ":".join([*folders, ".frozen"])}
        else:
            path = {"PYTHONPATH": os.pathsep.join(folders)}
        return {**os.environ, **self.env, **path}


def probe(argv: list[str], word_bits: int, timeout_s: float = 60) -> tuple[str, str]:
    """Run an interpreter once: (version, "") when it can run Chimewatch, else ("", the reason)."""
    try:
        done = subprocess.run(
            [*argv, "-c", PROBE], capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"it does not start ({error})"
    words = done.stdout.split()
    if done.returncode or words[:1] != ["probe"]:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        return "", f"the probe failed: {last[0]}"
    if words[1:3] != ["6", "3"]:
        return "", f"it loads .mpy v{words[1]}.{words[2]}, v6.3 is needed"
    if words[3] != str(word_bits):
        return "", f"its words have {words[3]} bits, not {word_bits}"
    return words[4], ""


def find(arch: str = "x86-64") -> Runtime | None:
    """The runtime for `arch`, or None (then `why_missing` says what to do)."""
    if arch not in ARCHES:
        raise ValueError(f"unknown architecture {arch!r}; one of {', '.join(ARCHES)}")
    if arch == "cpython":
        return Runtime(
            arch, [sys.executable], platform.python_version(), 64 if sys.maxsize > 2**31 else 32
        )
    try:
        stored = json.loads((RUNTIMES / arch / "runtime.json").read_text("utf-8"))
        # Paths inside the clone are stored relative to it, so that a moved clone still works.
        argv = [part.replace("{root}", str(ROOT)) for part in stored["argv"]]
        runtime = Runtime(arch, argv, stored["version"], stored["word_bits"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return runtime if Path(argv[0]).exists() else None


def best() -> Runtime:
    """The fastest real MicroPython, or else CPython."""
    found = find("x86-64") or find("cpython")
    assert found is not None
    return found


def why_missing(arch: str) -> str:
    """One line: why there is no such runtime, and the way out."""
    try:
        return (RUNTIMES / f"{arch}.missing").read_text("utf-8").strip()
    except OSError:
        return f"MicroPython for {arch} is not set up (run: make setup)"
