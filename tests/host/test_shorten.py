# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Shortened names: the same programs, line for line, that do the same on the simulated board."""

import shutil

from test_device import EMERGENCY, Device, room

from host_tools.deploy import package
from host_tools.deploy.shorten import shorten
from host_tools.runtimes import ROOT

SOURCE = """
import json
from other import helper as assistant
_LIMIT = 3
class Box:
    _shared = 1
    def __init__(self, width, height_mm):
        self._width = width  # _width stays in words
        self.height_mm = height_mm
    def _area(self, scale):
        return self._width * self.height_mm * scale + _LIMIT + self._shared
    def tell(self, text, sep=","):
        other = [text for text in text.split(sep)]
        return "%s_width" % self._area(2), other, json
def make(width):
    return Box(width, height_mm=2)._area(scale=1), assistant
"""
USER = "def use(thing):\n    return thing._foreign + thing.height_mm, dict(sep=1)\n"


def test_private_names_and_parameters_become_short_and_nothing_else():
    short = shorten({"box.py": SOURCE, "user.py": USER})
    box = short["box.py"]
    assert "self._width" not in box and "def _area" not in box and "_LIMIT" not in box
    assert "height_mm" in box and "def tell(self, " in box and "sep=" in box and "scale" in box
    assert '"%s_width"' in box and "# _width stays in words" in box and "assistant" in box
    assert short["user.py"].count("_foreign") == 1
    assert box.count("\n") == SOURCE.count("\n")
    spaces: list[dict] = [{}, {}]
    for space, text in zip(spaces, (SOURCE, box), strict=True):
        text = text.replace("from other import helper as assistant", "assistant = 5")
        exec(compile(text, "box.py", "exec"), space)
    assert spaces[0]["make"](7) == spaces[1]["make"](7) == (18, 5)
    assert spaces[0]["Box"](2, 3).tell("a,b")[:2] == spaces[1]["Box"](2, 3).tell("a,b")[:2]


def test_a_name_that_two_files_share_keeps_its_name():
    texts = {"a.py": "class A:\n    def _both(self):\n        pass\n", "b.py": "x._both()\n"}
    assert shorten(texts) == texts


def test_the_shortened_firmware_does_the_same(tmp_path):
    tree = tmp_path / "firmware"
    shutil.copytree(ROOT / "firmware", tree, ignore=shutil.ignore_patterns("__pycache__"))
    texts = {p: f.read_text("utf-8") for p, f in package.sources().items() if f.suffix == ".py"}
    changed = 0
    for path, text in shorten(texts).items():
        if not path.startswith("lib/"):
            (tree / path).write_text(text, "utf-8")
            changed += text != texts[path]
    assert changed > 40
    inputs = [{"t": 45, "pin": "button", "value": 0}, {"t": 49, "pin": "button", "value": 1}]
    runs = [
        Device(
            room(70, chimes=[20]),
            tmp_path / f"{name}.img",
            settings=EMERGENCY,
            inputs=inputs,
            firmware=folder,
        )
        for name, folder in (("plain", ROOT / "firmware"), ("short", tree))
    ]
    told = [
        [(e["ev"], round(e["t"], 2)) for e in run.events if e["ev"] in ("sounder", "lamp", "relay")]
        for run in runs
    ]
    assert told[0] == told[1] and len(told[0]) > 20
    assert [r["k"] for r in runs[0].log.records] == [r["k"] for r in runs[1].log.records]
