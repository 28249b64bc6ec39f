# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The architecture's picture is today's, and the layout's rules hold in the real imports."""

import ast

import pytest

from host_tools import architecture
from host_tools.architecture import Code, named, picture

CODE = Code()


def test_the_picture_is_today_s():
    assert architecture.TARGET.read_text("utf-8") == picture(CODE), "run: make map"


def test_a_new_import_changes_the_picture():
    code = Code()
    code.imports.add((("firmware/alarm", "listener"), ("host_tools", "cli")))
    assert picture(code) != picture(CODE)


def test_every_python_folder_of_ours_is_in_it():
    root = architecture.ROOT
    with_code = {
        path.parent.relative_to(root).as_posix()
        for top in ("firmware", "host_tools", "hardware")
        for path in (root / top).rglob("*.py")
    }
    # The stand-ins for MicroPython's own modules under CPython are no modules of ours.
    ours = {folder for folder in with_code if "simulator/cpython" not in folder}
    assert ours == {*architecture.LEFT, *architecture.RIGHT}


@pytest.mark.parametrize(
    ("folder", "may"),
    [
        ("firmware/alarm", set()),
        ("firmware/drivers", {"firmware/alarm"}),
        ("firmware", {"firmware/drivers", "firmware/alarm"}),
    ],
)
def test_nothing_imports_upwards(folder, may):
    assert {whom for who, whom in CODE.arrows() if who == folder} <= may


def test_the_pure_core_imports_no_board():
    for (folder, stem), path in CODE.modules.items():
        if folder == "firmware/alarm":
            names = {name.split(".")[0] for name in named(ast.parse(path.read_text("utf-8")))}
            assert not names & {"machine", "os", "time", "utime", "uos", "rp2", "esp32"}, stem


def test_rows_stand_above_what_they_import():
    (row,) = [i for i, row in enumerate(CODE.rows("firmware/alarm")) if "listener" in row]
    (below,) = [i for i, row in enumerate(CODE.rows("firmware/alarm")) if "spectrum" in row]
    assert row < below
