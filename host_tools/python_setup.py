# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The virtual environment build/venv, the `chimewatch` command, build/device-lib, build/typings.

In: requirements.lock and requirements-board.lock (exact versions with hashes, for every supported
Python). Out: installed packages, or SetupError. Wheels only, so no compiler is needed.

Debian and Ubuntu leave `ensurepip` out of python3; there pip comes from the distribution's package
python3-pip-whl, unpacked inside the clone.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from host_tools.debian_packages import PackageError, own
from host_tools.runtimes import BUILD, ROOT

RECIPE = "2"  # raise it when the way of installing changes
VENV = BUILD / "venv"
PYTHON = VENV / "bin/python"
DEVICE_LIB = BUILD / "device-lib"  # libraries that go onto the board
TYPINGS = BUILD / "typings"  # what MicroPython's modules look like, for the type checker
LOCK = ROOT / "requirements.lock"
BOARD_LOCK = ROOT / "requirements-board.lock"

_COMMAND = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys
try:
    from host_tools.cli import main
    sys.exit(main())
except KeyboardInterrupt:  # while the modules were still loading
    sys.exit(sys.stderr.write("chimewatch: interrupted\\n") and 130)
"""


class SetupError(Exception):
    """One line: what could not be installed, and the way out."""


def _key(*parts: object) -> str:
    text = "\0".join([RECIPE, *map(str, parts)])
    return hashlib.sha256(text.encode()).hexdigest()


def _venv_key() -> str:
    # Scripts and the .pth file hold the clone's path, and compiled packages belong to one Python.
    return _key("venv", ROOT, os.path.realpath(sys.executable), sys.version)


def _lock_key() -> str:
    return _key(_venv_key(), _COMMAND, LOCK.read_text("utf-8"))


def _board_key() -> str:
    return _key("board", BOARD_LOCK.read_text("utf-8"))


def _is(stamp: Path, key: str) -> bool:
    try:
        return stamp.read_text("utf-8") == key
    except OSError:
        return False


def current() -> bool:
    """True when there is nothing to do."""
    return (
        PYTHON.exists()
        and _is(VENV / ".packages", _lock_key())
        and _is(DEVICE_LIB / ".stamp", _board_key())
        and _is(TYPINGS / ".stamp", _board_key())
    )


def set_up(say) -> None:
    """Bring build/venv and build/device-lib up to the locks; SetupError when it fails."""
    if not (PYTHON.exists() and _is(VENV / ".venv", _venv_key())):
        say(f"Python packages: making build/venv with Python {sys.version.split()[0]}")
        _make_venv(say)
        (VENV / ".venv").write_text(_venv_key(), "utf-8")
    if not _is(VENV / ".packages", _lock_key()):
        count = len(locked_names(LOCK))
        say(f"Python packages: installing {count} packages (a minute or two)")
        _pip(["install", "--require-hashes", "-r", os.fspath(LOCK)])
        _remove_unlisted()
        _install_command()
        (VENV / ".packages").write_text(_lock_key(), "utf-8")
        say("Python packages are ready")
    for target, wanted in ((DEVICE_LIB, "adafruit-"), (TYPINGS, "micropython-")):
        if not _is(target / ".stamp", _board_key()):
            _install_beside(target, wanted)
            say(f"build/{target.name} is ready")


def locked_names(lock: Path) -> set[str]:
    """The names of the packages in a lock file."""
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock.read_text("utf-8"), re.MULTILINE))


def _make_venv(say) -> None:
    command = [sys.executable, "-m", "venv", "--clear"]
    if not _call([*command, os.fspath(VENV)]):
        return
    failure = _call([*command, "--without-pip", os.fspath(VENV)])
    if failure:
        raise SetupError(f"this Python cannot make a virtual environment ({failure})")
    say("Python packages: no ensurepip here; fetching pip (package python3-pip-whl)")
    reason = _pip_from_package()
    if reason and _call(
        [sys.executable, "-m", "pip", "--python", os.fspath(PYTHON), "install", "pip"]
    ):
        raise SetupError(f"there is no pip: {reason} (way out: install python3-venv)")


def _pip_from_package() -> str:
    """Install pip into the environment from the distribution's package; "" or why not."""
    tree = BUILD / "pip-wheel"
    try:
        if not tree.is_dir():
            own().unpack(["python3-pip-whl"], tree)
    except PackageError as error:
        return str(error)
    wheels = sorted((tree / "usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        return "python3-pip-whl holds no pip"
    # A wheel is a zip file from which pip can run, and install itself.
    wheel = os.fspath(wheels[-1])
    return _call([os.fspath(PYTHON), f"{wheel}/pip", "install", "--no-index", "--no-deps", wheel])


def _remove_unlisted() -> None:
    """Drop what an older lock left behind, so that a forgotten dependency shows at once."""
    listed = _output([os.fspath(PYTHON), "-m", "pip", "list", "--format=freeze"])
    names = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in listed.split()}
    extra = sorted(names - locked_names(LOCK) - {"pip", "setuptools"})
    if extra:
        _pip(["uninstall", "--yes", *extra])


def _install_command() -> None:
    """The project itself: a path file and the command, as an editable install would leave them."""
    site = Path(
        _output(
            [os.fspath(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        ).strip()
    )
    (site / "chimewatch.pth").write_text(f"{ROOT}\n", "utf-8")
    script = VENV / "bin/chimewatch"
    # Through sh, because a `#!` line can hold neither spaces nor a long path.
    script.write_text(_COMMAND.format(python=PYTHON), "utf-8")
    script.chmod(0o755)


def _install_beside(target: Path, prefix: str) -> None:
    """Install the board lock's packages whose names start with `prefix` into a folder."""
    blocks = re.findall(r"^[a-z0-9].*(?:\n[ \t].*)*", BOARD_LOCK.read_text("utf-8"), re.MULTILINE)
    partial = target.with_name(f"{target.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    listed = partial / "requirements.txt"
    listed.write_text("\n".join(block for block in blocks if block.startswith(prefix)), "utf-8")
    # Without dependencies: Blinka stands in for CircuitPython on computers, the board needs none.
    _pip(
        [
            "install",
            "--no-deps",
            "--no-compile",
            "--require-hashes",
            "--target",
            os.fspath(partial),
            "-r",
            os.fspath(listed),
        ]
    )
    listed.unlink()
    (partial / ".stamp").write_text(_board_key(), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _pip(arguments: list[str]) -> None:
    failure = _call(
        [
            os.fspath(PYTHON),
            "-m",
            "pip",
            "--no-input",
            *arguments,
            *(["--only-binary=:all:"] if "install" == arguments[0] else []),
        ]
    )
    if failure:
        raise SetupError(f"pip {arguments[0]}: {failure} (is there a network connection?)")


def _environ() -> dict[str, str]:
    temporary = BUILD / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "TMPDIR": os.fspath(temporary),
        "PIP_CACHE_DIR": os.fspath(BUILD / "pip-cache"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PYTHONNOUSERSITE": "1",
    }


def _call(command: list[str]) -> str:
    """Run a command; "" when it worked, else the last line it said."""
    try:
        done = subprocess.run(command, env=_environ(), capture_output=True, text=True)
    except OSError as error:
        return str(error)
    if not done.returncode:
        return ""
    said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    errors = [line for line in said if line.startswith("ERROR")] or said
    return errors[-1] if errors else f"exit status {done.returncode}"


def _output(command: list[str]) -> str:
    return subprocess.run(
        command, env=_environ(), capture_output=True, text=True, check=True
    ).stdout
