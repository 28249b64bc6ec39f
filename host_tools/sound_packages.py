# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recorded sounds from Debian's packages, unpacked into build/audio/.

In: package names. Out: build/audio/<package>/usr/share/…; `asterisk` packages also appear together
below build/audio/asterisk/. A package that cannot be had costs one line, never a failure: the
sample night then has a synthetic room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from host_tools.debian_packages import MICROPYTHON_SUITE, PackageError, debian, own
from host_tools.runtimes import BUILD

AUDIO = BUILD / "audio"
#: Speech and music in wideband (16 kHz) G.722, for the sample night.
NIGHT = ("asterisk-core-sounds-en-g722", "asterisk-moh-opsound-g722")


def folder(package: str) -> Path:
    """Where a package's files are, once fetched."""
    return AUDIO / ("asterisk" if package.startswith("asterisk-") else ".") / package


def complete(packages: Sequence[str]) -> bool:
    """True when all of them are there already."""
    return all(folder(package).is_dir() for package in packages)


def fetch(packages: Sequence[str], say: Callable[[str], None]) -> bool:
    """Fetch what is not there yet; False (one line each) when a package could not be had."""
    wanted = [package for package in packages if not folder(package).is_dir()]
    all_there = True
    for package in wanted:
        why = _fetch_one(package)
        if why:
            say(f"sounds of {package} are missing: {why}")
            all_there = False
        else:
            say(f"sounds of {package} are ready")
    return all_there


def _fetch_one(package: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", package):
        return "that is not a package name"
    reasons = []
    # The machine's own suite first: its lists are small beside a second distribution's.
    for archive in (own, lambda: debian(MICROPYTHON_SUITE)):
        try:
            archive().unpack([package], folder(package))
            return ""
        except PackageError as error:
            reasons.append(str(error))
    return "; ".join(dict.fromkeys(reasons))
