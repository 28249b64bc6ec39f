# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""OpenSCAD: the system's, or Debian's package unpacked into build/openscad/ without root.

In: a .scad file. Out: triangles. What is absent gives `Missing` with one line, never a failure of
the checks that do not need it.

    python -m hardware.drawing_tools        fetches OpenSCAD into build/
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from hardware import stl
from host_tools.debian_packages import PackageError, own
from host_tools.runtimes import BUILD

TREE = BUILD / "openscad"
#: In the package's closure, but not needed to write an STL file.
_NOT_NEEDED = re.compile(
    r"llvm|mesa-(dri|glx)|libz3|drm|sdl2|wacom|input|elogind|debian-installer|newt|gles|l10n|"
    r"sensors|readline|tinfo|fontenc|slang|textwrap|decor|mtdev|evdev|libacl|pciaccess|edit2|libelf"
)


class Missing(Exception):
    """One line: what is not there and how to get it."""


def command() -> list[str]:
    """The words that start OpenSCAD. Raises `Missing`."""
    system = shutil.which("openscad")
    if system:
        return [system]
    program = TREE / "usr" / "bin" / "openscad"
    loaders = [
        *TREE.glob("lib*/ld-linux*.so.*"),
        *TREE.glob("lib/*/ld-linux*.so.*"),
        *TREE.glob("usr/lib*/ld-linux*.so.*"),
        *TREE.glob("usr/lib/*/ld-linux*.so.*"),
    ]
    if not program.exists() or not loaders:
        raise Missing(
            "OpenSCAD is not here (way out: install the package openscad, or"
            " build/venv/bin/python -m hardware.drawing_tools)"
        )
    folders = {path.parent for path in TREE.rglob("lib*.so.*")}
    return [str(loaders[0]), "--library-path", ":".join(sorted(map(str, folders))), str(program)]


def fetch() -> None:
    """Debian's openscad and the libraries it is linked with, into build/. Raises `Missing`."""
    try:
        archive = own()
        names = [
            name
            for name in archive.closure("openscad")
            if (name.startswith(("lib", "zlib")) or name == "openscad")
            and not _NOT_NEEDED.search(name)
        ]
        archive.unpack(_existing(archive, names), TREE)
    except PackageError as error:
        raise Missing(f"OpenSCAD cannot be had: {error}") from error


def _existing(archive, names: list[str]) -> list[str]:
    """Without the names that only other packages provide."""
    done = subprocess.run(
        ["apt-cache", *archive._options(), "show", "--no-all-versions", *names],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    found = set(re.findall(r"^Package: (\S+)", done.stdout, re.MULTILINE))
    return [name for name in names if name in found]


def mesh(source: Path, defines: list[str]) -> np.ndarray:
    """What a source gives with these definitions ("name=value").

    Raises `Missing`, or `RuntimeError` with OpenSCAD's first error.
    """
    words = command()
    (BUILD / "tmp").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD / "tmp") as folder:
        target = Path(folder) / "piece.stl"
        done = subprocess.run(
            [
                *words,
                *(w for text in defines for w in ("-D", text)),
                "-o",
                os.fspath(target),
                os.fspath(source),
            ],
            capture_output=True,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        if done.returncode or not target.exists():
            wrong = [
                line for line in done.stderr.splitlines() if "ERROR" in line or "error" in line
            ]
            raise RuntimeError(f"OpenSCAD: {(wrong or done.stderr.splitlines() or ['failed'])[0]}")
        return stl.read(target)


if __name__ == "__main__":
    try:
        fetch()
        print("OpenSCAD is ready:", command()[-1])
    except Missing as error:
        print(f"SKIP: {error}")
