# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Put MicroPython for x86-64, i386 and 32-bit Arm into build/micropython/.

In: what the machine has (a `micropython` or `qemu-arm` on the PATH, or package sources). Out:
build/micropython/<arch>/runtime.json for `runtimes.find`, or <arch>.missing with one line that
says why there is none. Nothing here ends the set-up: without MicroPython the simulator runs on
CPython.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from host_tools import runtimes
from host_tools.apt_sources import os_release
from host_tools.debian_packages import (
    LATER_SUITES,
    MICROPYTHON_SUITE,
    PackageError,
    debian,
    own,
)

# Raise it when the way an interpreter is set up changes: what older runs left is then rebuilt.
RECIPE = "1"
RETRY_S = 600  # a missing part is looked for again after this long, or at once by `make setup`

DEBIAN_ARCH = {"x86-64": "amd64", "i386": "i386", "arm": "armhf"}
QEMU = runtimes.BUILD / "qemu"
_LOADERS = {
    "x86-64": ("ld-linux-x86-64.so.2", "x86_64-linux-gnu"),
    "i386": ("ld-linux.so.2", "i386-linux-gnu"),
}

_DEBIAN = "the package of Debian "

Say = Callable[[str], None]


def current(arch: str, retry: bool = False) -> bool:
    """True when there is nothing to do for this architecture."""
    try:
        stored = json.loads((runtimes.RUNTIMES / arch / "runtime.json").read_text("utf-8"))
        return stored.get("recipe") == RECIPE and runtimes.find(arch) is not None
    except (OSError, ValueError):
        pass
    try:
        age_s = time.time() - (runtimes.RUNTIMES / f"{arch}.missing").stat().st_mtime
    except OSError:
        return False
    return not retry and 0 <= age_s < RETRY_S


def set_up(arch: str, say: Say) -> bool:
    """Make the runtime for `arch`; False (and one line said) when it cannot be had."""
    missing = runtimes.RUNTIMES / f"{arch}.missing"
    missing.parent.mkdir(parents=True, exist_ok=True)
    try:
        argv, version, origin = _obtain(arch, say)
    except PackageError as error:
        line = f"MicroPython for {arch} is missing: {error}. {_still_works(arch)}"
        missing.write_text(line + "\n", "utf-8")
        say(line)
        return False
    folder = runtimes.RUNTIMES / arch
    folder.mkdir(exist_ok=True)
    stored = {
        "recipe": RECIPE,
        "argv": [part.replace(str(runtimes.ROOT), "{root}") for part in argv],
        "version": version,
        "word_bits": runtimes.WORD_BITS[arch],
        "origin": origin,
    }
    partial = folder / f"runtime.json.{os.getpid()}"
    partial.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    partial.replace(folder / "runtime.json")
    missing.unlink(missing_ok=True)
    say(f"MicroPython {version} for {arch} is ready ({origin})")
    return True


def _still_works(arch: str) -> str:
    if arch == "x86-64":
        return "Still works: the simulator and all tests of the core, on CPython"
    return f"Still works: everything except the tests on {arch}"


def _obtain(arch: str, say: Say) -> tuple[list[str], str, str]:
    """(argv, version, where it came from) of a probed interpreter, or PackageError."""
    word_bits = runtimes.WORD_BITS[arch]
    if platform.system() != "Linux":
        raise PackageError(f"this system is {platform.system()}, its packages are for Linux")
    if arch != "arm" and platform.machine() not in ("x86_64", "AMD64"):
        raise PackageError(f"this machine is {platform.machine()}")
    reasons = []
    on_path = shutil.which("micropython") if arch == "x86-64" else None
    if on_path:
        version, why = runtimes.probe([on_path], word_bits)
        if not why:
            return [on_path], version, "from the PATH"
        reasons.append(f"{on_path}: {why}")
    origins = [_DEBIAN + suite for suite in (MICROPYTHON_SUITE, *LATER_SUITES)]
    if arch == "x86-64" and os_release().get("ID") != "debian":
        origins.insert(0, "this distribution's own package")
    for origin in origins:
        try:
            return _from_packages(arch, origin, say)
        except PackageError as error:
            reasons.append(f"{origin}: {error}")
    raise PackageError("; ".join(reasons))


def _from_packages(arch: str, origin: str, say: Say) -> tuple[list[str], str, str]:
    say(f"MicroPython for {arch}: fetching {origin}")
    if origin.startswith(_DEBIAN):
        archive = debian(origin.removeprefix(_DEBIAN), DEBIAN_ARCH[arch])
    else:
        archive = own()
    tree = runtimes.RUNTIMES / arch
    archive.unpack(archive.closure("micropython"), tree)
    why = ""
    for starter in _arm_starters(tree, say) if arch == "arm" else [_loader(tree, *_LOADERS[arch])]:
        argv = [*starter, os.fspath(tree / "usr/bin/micropython")]
        version, why = runtimes.probe(argv, runtimes.WORD_BITS[arch])
        if not why:
            return argv, version, origin
    shutil.rmtree(tree, ignore_errors=True)
    raise PackageError(why)


def _loader(tree: Path, loader: str, triplet: str) -> list[str]:
    libraries = [tree / f"usr/lib/{triplet}", tree / f"lib/{triplet}"]
    places = [*libraries, tree / "usr/lib", tree / "usr/lib64", tree / "lib64", tree / "lib"]
    for place in places:
        if (place / loader).is_file():
            path = ":".join(os.fspath(folder) for folder in libraries if folder.is_dir())
            return [os.fspath(place / loader), "--library-path", path]
    raise PackageError(f"the packages hold no {loader}")


def _arm_starters(tree: Path, say: Say) -> Iterator[list[str]]:
    """Ways to start 32-bit Arm programs: the machine's own qemu-arm, then Debian's."""
    if not (tree / "lib").exists():
        (tree / "lib").symlink_to("usr/lib")  # where the program looks for its loader
    for name in ("qemu-arm", "qemu-arm-static"):
        if found := shutil.which(name):
            yield [found, "-L", os.fspath(tree)]
    unpacked = QEMU / "usr/bin/qemu-arm"
    if not unpacked.is_file():
        # This suite's qemu-user is linked statically and so runs on older systems as well. It is
        # 465 MB for all targets: only one program is unpacked.
        say("qemu-arm: fetching Debian's qemu-user (71 MB)")
        debian(MICROPYTHON_SUITE).unpack(["qemu-user"], QEMU, only="./usr/bin/qemu-arm")
    yield [os.fspath(unpacked), "-L", os.fspath(tree)]
