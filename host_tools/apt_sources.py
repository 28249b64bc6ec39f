# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Where this machine gets its packages: its own archive's mirror, suite and keyring.

In: /etc/os-release, /etc/apt/sources.list and sources.list.d/ in both formats. Out: `Stanza`
objects, and the text of a .sources file for `debian_packages.Archive`. Nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stanza:
    """One entry of the machine's package sources."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""  # a path, or an inline key as in a .sources file, or "" for the default

    def text(self, suites: tuple[str, ...], components: tuple[str, ...]) -> str:
        lines = ["Types: deb", f"URIs: {self.uri}", f"Suites: {' '.join(suites)}"]
        lines.append(f"Components: {' '.join(components)}")
        if self.signed_by:
            lines.append(f"Signed-By: {self.signed_by}")
        return "\n".join(lines) + "\n"


def os_release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {key: value.strip("\"'") for key, value in pairs}


def read_sources(folder: Path = Path("/etc/apt")) -> list[Stanza]:
    """Every binary package source of the machine, from .sources and .list files."""
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    found: list[Stanza] = []
    for file in files:
        try:
            text = file.read_text("utf-8", errors="replace")
        except OSError:
            continue
        if file.suffix == ".sources":
            for block in re.split(r"\n\s*\n", text):
                found += _deb822(block)
        elif file.suffix == ".list":
            for line in text.splitlines():
                found += _one_line(line)
    return found


def _deb822(block: str) -> list[Stanza]:
    fields: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in (" ", "\t") and key:
            fields[key] += "\n" + line
        elif ":" in line:
            key, value = line.split(":", 1)
            key = key.strip().lower()
            fields[key] = value.strip()
    off = fields.get("enabled", "yes").lower() in ("no", "false", "0", "off", "without", "disable")
    if off or "deb" not in fields.get("types", "").split():
        return []
    suites = tuple(fields.get("suites", "").split())
    components = tuple(fields.get("components", "").split())
    signed_by = fields.get("signed-by", "")
    return [Stanza(uri, suites, components, signed_by) for uri in fields.get("uris", "").split()]


def _one_line(line: str) -> list[Stanza]:
    match = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s*)?(\S+)\s+(\S+)\s+([^#]*)", line)
    if match is None:
        return []
    options, uri, suite, components = match.groups()
    signed = re.search(r"signed-by=(\S+)", options or "", re.IGNORECASE)
    return [Stanza(uri, (suite,), tuple(components.split()), signed.group(1) if signed else "")]


def own_archive(
    release: dict[str, str] | None = None, stanzas: list[Stanza] | None = None
) -> Stanza | None:
    """The archive of the machine's distribution: its own suite, with the main component."""
    release = os_release() if release is None else release
    stanzas = read_sources() if stanzas is None else stanzas
    # Derivatives name the suite of the archive they build on beside their own.
    keys = ("UBUNTU_CODENAME", "DEBIAN_CODENAME", "VERSION_CODENAME")
    names = [release[key] for key in keys if release.get(key)]
    for name in [*names, "stable", "testing", "unstable", "sid"]:
        mine = [
            stanza
            for stanza in stanzas
            if name in stanza.suites and not stanza.uri.startswith("cdrom:")
        ]
        for first in mine:
            if "main" in first.components:
                # One component a line is usual in .list files: gather those of the same archive.
                parts = [
                    part for other in mine if other.uri == first.uri for part in other.components
                ]
                components = tuple(dict.fromkeys(parts))
                return Stanza(first.uri, (name,), components, first.signed_by)
    return None


def own_source() -> str:
    """The machine's own archive as the text of a .sources file, or ""."""
    own = own_archive()
    return own.text(own.suites, own.components) if own else ""
