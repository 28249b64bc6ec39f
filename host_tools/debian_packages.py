# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Fetch and unpack Debian (or Ubuntu) packages without root, inside the clone.

In: package names, and where from. Out: their files below a folder of the clone. `apt-get` does the
work with its own lists, cache and sources under build/apt/, so that signatures are checked and the
machine's proxy settings hold, while nothing of the system is touched. Mirror and keyring are the
machine's own.

Versions are not pinned: a suite keeps one version of a package and drops it at a point release, so
a pinned version would work until the next update and then never again. What matters is probed
instead (see `runtimes.probe`); apt checks every file against the suite's signed hashes.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

from host_tools.apt_sources import Stanza, os_release, own_archive, own_source
from host_tools.runtimes import BUILD

APT = BUILD / "apt"
#: The first Debian suite with MicroPython; its packages run on older systems through their loader.
MICROPYTHON_SUITE = "trixie"
#: Where else to look while a mirror is between two states of that suite.
LATER_SUITES = ("forky", "sid")

# Hooks of the machine (container images delete downloaded archives in one) must not run for us.
_APT_CONF = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


class PackageError(Exception):
    """One line: which package could not be had, and why."""


class Archive:
    """One suite for one architecture, with lists and cache of its own under build/apt/."""

    def __init__(self, name: str, source: str, arch: str = "", keyring: Path | None = None) -> None:
        self.arch = arch or _output(["dpkg", "--print-architecture"]).strip()
        self.folder = APT / f"{name}-{self.arch}"
        self._source = source
        self._keyring = keyring  # instead of the source's own Signed-By or the machine's default
        self._lock = threading.Lock()  # apt refuses to share its folders
        self._updated: PackageError | bool = False

    def _options(self) -> list[str]:
        here = self.folder
        pairs: dict[str, str | Path] = {
            "Dir::Etc::sourcelist": "/dev/null",
            "Dir::Etc::sourceparts": here / "sources",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State::Lists": here / "lists",
            "Dir::State::status": here / "status",
            "Dir::Cache": here / "cache",
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
            "Dir::Log": here,
            "APT::Architecture": self.arch,
            "APT::Sandbox::User": "root",  # as root, _apt may not write into the clone
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "Acquire::http::Timeout": "30",
            "Acquire::https::Timeout": "30",
            "APT::Install-Recommends": "false",
        }
        if self._keyring:
            pairs["Dir::Etc::trusted"] = "/dev/null"
            pairs["Dir::Etc::trustedparts"] = here / "trusted"
        options = ["-c", os.fspath(here / "apt.conf")]
        for key, value in pairs.items():
            options += ["-o", f"{key}={value}"]
        return [*options, "-o", "APT::Architectures::=" + self.arch]

    def update(self) -> None:
        """Load the suite's package lists, once per run; a failure too is only met once."""
        with self._lock:
            if not self._updated:
                try:
                    self._update()
                    self._updated = True
                except PackageError as error:
                    self._updated = error
            if isinstance(self._updated, PackageError):
                raise self._updated

    def _update(self) -> None:
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            raise PackageError("this system has no apt-get and dpkg-deb")
        for part in ("sources", "trusted", "lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        (self.folder / "apt.conf").write_text(_APT_CONF, "utf-8")
        (self.folder / "sources/archive.sources").write_text(self._source, "utf-8")
        if self._keyring:
            shutil.copy(self._keyring, self.folder / "trusted/archive.gpg")
        _run(["apt-get", *self._options(), "-qq", "--error-on=any", "update"], self.folder)

    def closure(self, package: str) -> list[str]:
        """A package and everything it depends on, by name."""
        self.update()
        skip = "recommends suggests breaks conflicts replaces enhances".split()
        flags = [f"--no-{kind}" for kind in skip]
        command = ["apt-cache", *self._options(), "depends", "--recurse", *flags, package]
        lines = _run(command, self.folder).splitlines()
        return [line.split(":")[0] for line in lines if re.match(r"[a-z0-9]", line)]

    def unpack(self, packages: list[str], into: Path, only: str = "") -> None:
        """Download packages and unpack them (or the one member `only`) into a new folder.

        The folder appears whole or not at all, so that an interrupted run leaves nothing half done.
        """
        self.update()
        partial = into.with_name(f"{into.name}.partial-{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        debs = partial / "debs"
        debs.mkdir(parents=True)
        try:
            with self._lock:
                _run(["apt-get", *self._options(), "-qq", "download", *packages], debs)
            for deb in sorted(debs.glob("*.deb")):
                if only:
                    _extract_member(deb, only, partial)
                else:
                    _run(["dpkg-deb", "-x", os.fspath(deb), os.fspath(partial)], partial)
            shutil.rmtree(debs)
            shutil.rmtree(into, ignore_errors=True)
            partial.rename(into)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def debian(suite: str, arch: str = "") -> Archive:
    """Debian's archive with this suite, or PackageError.

    On Debian through the machine's own mirror and keyring. On Ubuntu and its like, its own signed
    archive carries both: the package debian-archive-keyring, and Debian's address as the data of
    python-apt-common.
    """
    own = own_archive()
    if own is None:
        raise PackageError("no package source of this system can be read")
    keyring = None
    if os_release().get("ID") != "debian":
        # Not as Signed-By, which cannot hold a path with a space.
        own, keyring = _debian_elsewhere()
    return _archive(f"debian-{suite}", own.text((suite,), ("main",)), arch, keyring)


def own() -> Archive:
    """The machine's own archive, or PackageError."""
    source = own_source()
    if not source:
        raise PackageError("no package source of this system can be read")
    return _archive("own", source)


_archive = functools.cache(Archive)
_elsewhere_lock = threading.Lock()


def _debian_elsewhere() -> tuple[Stanza, Path]:
    tree = APT / "debian-elsewhere"
    with _elsewhere_lock:
        if not tree.is_dir():
            own().unpack(["debian-archive-keyring", "python-apt-common"], tree)
    keyring = tree / "usr/share/keyrings/debian-archive-keyring.gpg"
    templates = tree / "usr/share/python-apt/templates"
    info = "".join(file.read_text("utf-8") for file in templates.glob("[Dd]ebian.info"))
    address = re.search(r"^BaseURI: *(\S+)", info, re.MULTILINE)
    if address is None or not keyring.is_file():
        raise PackageError("this distribution's packages do not say where Debian's are")
    uri = address.group(1)
    if not Path("/etc/ssl/certs/ca-certificates.crt").exists():
        uri = uri.replace("https://", "http://")  # what comes is checked by its signature
    return Stanza(uri, (), ()), keyring


def _extract_member(deb: Path, member: str, into: Path) -> None:
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", os.fspath(deb)], stdout=subprocess.PIPE
    ) as tar:
        _run(["tar", "-x", "-C", os.fspath(into), member], into, stdin=tar.stdout)


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _run(command: list[str], cwd: Path, stdin=None) -> str:
    env = {**os.environ, "LC_ALL": "C", "TMPDIR": os.fspath(BUILD / "tmp")}
    (BUILD / "tmp").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=stdin or subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith(("E:", "W:"))]
        first = (errors or done.stderr.strip().splitlines() or ["no message"])[0]
        raise PackageError(f"{command[0]}: {first.removeprefix('E: ')}")
    return done.stdout
