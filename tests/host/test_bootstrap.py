# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The set-up: what it takes for a usable interpreter, what it pins, and that it repeats nothing."""

import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from host_tools import bootstrap, debian_packages, micropython_setup, python_setup, runtimes
from host_tools.debian_packages import Archive, PackageError

LOCKS = (python_setup.LOCK, python_setup.BOARD_LOCK)


@pytest.mark.parametrize("arch", runtimes.MICROPYTHON_ARCHES)
def test_probe_takes_each_runtime_that_was_set_up(arch: str) -> None:
    runtime = runtimes.find(arch)
    if runtime is None:
        pytest.skip(runtimes.why_missing(arch))
    assert runtimes.probe(runtime.argv, runtimes.WORD_BITS[arch]) == (runtime.version, "")
    assert str(runtime.word_bits) in runtime.describe() and runtime.is_micropython


def test_probe_refuses_words_of_another_size() -> None:
    runtime = runtimes.find("i386")
    if runtime is None:
        pytest.skip(runtimes.why_missing("i386"))
    version, why = runtimes.probe(runtime.argv, 64)
    assert version == "" and "32 bits" in why


def fake_interpreter(folder: Path, says: str, status: int = 0) -> list[str]:
    script = folder / "micropython"
    script.write_text(f"#!/bin/sh\n{says}\nexit {status}\n", "utf-8")
    script.chmod(0o755)
    return [str(script)]


@pytest.mark.parametrize(
    "says,status,reason",
    [
        ("echo probe 6 2 64 1.22.1", 0, ".mpy v6.2"),
        ("echo \"ImportError: no module named 'vfs'\" >&2", 1, "no module named 'vfs'"),
        ("echo SyntaxError: invalid micropython decorator >&2", 1, "decorator"),
        ("kill -SEGV $$", 0, "exit -11"),
        ("echo MicroPython says hello", 0, "hello"),
    ],
)
def test_probe_names_what_an_unfit_interpreter_lacks(
    tmp_path: Path, says: str, status: int, reason: str
) -> None:
    version, why = runtimes.probe(fake_interpreter(tmp_path, says, status), 64)
    assert version == "" and reason in why and "\n" not in why


def test_probe_survives_what_does_not_start_or_end(tmp_path: Path) -> None:
    assert "does not start" in runtimes.probe([str(tmp_path / "none")], 64)[1]
    hanging = fake_interpreter(tmp_path, "exec sleep 60")
    assert "does not start" in runtimes.probe(hanging, 64, timeout_s=0.2)[1]


def test_cpython_is_not_taken_for_micropython() -> None:
    assert "vfs" in runtimes.probe([sys.executable], 64)[1]


def test_a_runtime_that_is_not_there_is_none_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "RUNTIMES", tmp_path)
    assert runtimes.find("arm") is None
    assert "make setup" in runtimes.why_missing("arm")
    assert runtimes.best().arch == "cpython"
    with pytest.raises(ValueError, match="pdp-11"):
        runtimes.find("pdp-11")


def test_an_absent_part_is_one_line_and_looked_for_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(arch, say):
        raise PackageError("apt-get: Temporary failure resolving")

    monkeypatch.setattr(runtimes, "RUNTIMES", tmp_path)
    monkeypatch.setattr(micropython_setup, "_obtain", no_network)
    said: list[str] = []
    assert not micropython_setup.set_up("i386", said.append)
    assert said == [runtimes.why_missing("i386")]
    assert "Temporary failure" in said[0] and "Still works" in said[0]
    assert micropython_setup.current("i386")
    assert not micropython_setup.current("i386", retry=True)
    old_s = time.time() - micropython_setup.RETRY_S - 1
    os.utime(tmp_path / "i386.missing", (old_s, old_s))
    assert not micropython_setup.current("i386")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_pin_versions_by_hash_and_name_no_registry(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert not re.search(r"https?:|file:|--index-url|--find-links|--extra-index|@ ", text)
    assert "python_full_version" not in text, "one version for all Pythons (make lock)"
    blocks = re.findall(r"^[a-z0-9].*(?:\n[ \t].*)*", text, re.MULTILINE)
    assert len(blocks) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==[0-9]", block) and "--hash=sha256:" in block, block


def test_everything_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((runtimes.ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    wanted = {*project["project"]["dependencies"], *groups["test"], *groups["lint"]}
    assert wanted <= python_setup.locked_names(python_setup.LOCK)
    assert set(groups["board"]) == python_setup.locked_names(python_setup.BOARD_LOCK)


def run_bootstrap(*arguments: str, path: str = "/nowhere") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "host_tools/bootstrap.py", *arguments],
        cwd=runtimes.ROOT,
        env={"PATH": path, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
    )


def test_second_call_does_nothing_and_needs_no_tool() -> None:
    if not bootstrap._current(retry=False):
        pytest.skip("build/ was not set up by `make setup`")
    started = time.monotonic()
    done = run_bootstrap()
    took_s = time.monotonic() - started
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert took_s < 2, f"{took_s:.1f} s"


@pytest.mark.parametrize("arguments", [("sounds",), ("packages",), ("audio", "more")])
def test_wrong_use_prints_the_usage(arguments: tuple[str, ...]) -> None:
    done = run_bootstrap(*arguments)
    assert done.returncode == 2 and "packages NAME" in done.stderr and not done.stdout


def test_a_package_name_cannot_be_an_option_or_a_path() -> None:
    done = run_bootstrap("packages", "../../etc", "-oDir=/")
    assert done.returncode == 1 and done.stdout.count("not a package name") == 2
    assert not done.stderr


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """An archive whose apt-get "downloads" one small package, made here by dpkg-deb."""
    if subprocess.run(["which", "dpkg-deb"], capture_output=True).returncode:
        pytest.skip("dpkg-deb is missing: packages are unpacked on Debian and its like only")
    tree = tmp_path / "tree"
    for name in ("usr/bin/bell", "usr/share/doc/bell/copyright"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("ding\n", "utf-8")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(
        "Package: bell\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: rings\n"
    )
    real = debian_packages._run

    def run(command, cwd, **more):
        if command[0] == "apt-get":
            if "broken" in command:
                (cwd / "broken.deb").write_text("not a package")
                return ""
            command = ["dpkg-deb", "--root-owner-group", "-b", str(tree), str(cwd / "bell.deb")]
        return real(command, cwd, **more)

    monkeypatch.setattr(debian_packages, "_run", run)
    monkeypatch.setattr(debian_packages, "APT", tmp_path / "apt")
    return Archive("test", "")


def test_unpack_leaves_all_or_nothing(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(PackageError, match="dpkg-deb"):
        archive.unpack(["bell", "broken"], out / "broken")
    assert list(out.iterdir()) == []
    archive.unpack(["bell"], out / "bell")
    assert (out / "bell/usr/bin/bell").read_text() == "ding\n"
    assert [entry.name for entry in out.iterdir()] == ["bell"]
    assert sorted(entry.name for entry in (out / "bell").iterdir()) == ["usr"]


def test_unpack_one_member_only(archive: Archive, tmp_path: Path) -> None:
    archive.unpack(["bell"], tmp_path / "one", only="./usr/bin/bell")
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert files == [tmp_path / "one/usr/bin/bell"]
