# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The enclosure: parts fit, walls hold, mistakes are named, STL files are what the source gives."""

import copy
import re

import numpy as np
import pytest

from hardware import drawing_tools, enclosure, printable, stl
from hardware.netlist import HardwareError, read_bom


@pytest.fixture
def plan():
    return copy.deepcopy(enclosure.read())


def test_everything_fits(plan):
    assert enclosure.problems(plan) == []


def test_openscad_s_measures_are_those_of_the_list(plan):
    assert enclosure.LAYOUT.read_text("utf-8") == enclosure.layout(plan), "run: make hardware"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p: p["part"]["BZ1"]["box"].__setitem__(0, 50), "BZ1"),
        (lambda p: p["part"]["PB1"].update(box=[50.5, 20, 50, 24, 38, 10]), "SW1 and PB1 are only"),
        (lambda p: p["part"]["PB1"].update(box=[60, 20, 40, 24, 38, 10]), "SW1 and PB1 overlap"),
        (lambda p: p["part"]["PCB"]["box"].__setitem__(5, 40), "PCB reaches through the wall in z"),
        (lambda p: p["box"].update(wall=1.2), "the wall is 1.2 mm, at least 2.0 mm"),
        (lambda p: p["box"]["inside"].__setitem__(0, 230), "does not fit the printer's bed"),
        (lambda p: p["part"]["MK1"]["hole"].update(at=[70, 60]), "the microphone is"),
        (lambda p: p["part"]["D2"]["hole"].update(at=[81, 80.5]), "holes of D1 and D2 leave 0.3"),
        (lambda p: p["part"]["D4"]["hole"].update(at=[150, 20]), "D4: its hole is not over"),
        (lambda p: p["part"]["SW1"]["hole"].update(head=60), "holes of SW1 and DS1 leave"),
        (lambda p: p["part"]["BT1"].update(box=[52, 68, 40, 54, 20, 23]),
         "BT1 is 54.8 x 31.2 x 17.5 mm, its place 54 x 23 x 20 mm"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(plan, change, says):
    change(plan)
    found = enclosure.problems(plan)
    assert any(says in text for text in found), found


def test_the_measures_are_those_of_the_order():
    """What is reserved in the box is what the order's facts say."""
    facts = {ref: row["facts"] + row["part_number"] for row in read_bom() for ref in
             row["refs"].split()} | {"PCB": "90 x 74 76 x 44", "BT1": ""}  # fmt: skip
    facts["BT1"] = facts["H1"] + " 17.5"  # the holder; a 6LR61 is 17.5 mm thick
    checked = 0
    for path in (enclosure.BEDSIDE, enclosure.REMOTE):
        for ref, row in enclosure.read(path)["part"].items():
            for mm in row.get("measures", ()):
                if (ref, mm) in {("J3", 20), ("J4", 20)}:
                    continue  # the nut, guessed from the thread
                assert re.search(rf"(?<![\d.]){re.escape(f'{mm:g}')}(?![\d.])", facts[ref]), (
                    ref,
                    mm,
                )
                checked += 1
    assert checked > 20


def test_the_remote_box_fits_and_its_mistakes_are_named():
    plan = enclosure.read(enclosure.REMOTE)
    assert enclosure.problems(plan) == [] and plan["box"]["wall"] == 2.4
    assert set(plan["part"]) - {"PCB"} == {"LS2", "D7", "BZ3", "J4"}
    plan["part"]["LS2"]["box"][0] = 30
    assert any("LS2 and D7 overlap" in text for text in enclosure.problems(plan))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[box]\nwall = 3", "remote.toml: 'part' is missing"),
        ("[box]\n[part.X]\nbox = [1, 2]", "remote.toml: part X: box wants 6 numbers"),
        ("[box", "remote.toml: "),
    ],
)
def test_a_broken_list_of_measures_is_one_line(tmp_path, text, says):
    path = tmp_path / "remote.toml"
    path.write_text(text)
    with pytest.raises(HardwareError, match=says):
        enclosure.read(path)
    with pytest.raises(HardwareError, match="none.toml: "):
        enclosure.read(tmp_path / "none.toml")


@pytest.mark.parametrize("piece", enclosure.PIECES)
def test_the_printed_pieces_are_closed_and_thick_enough(piece):
    assert enclosure.shell_problems(piece) == []


@pytest.mark.parametrize("piece", ["lid", "stand", "clip", "remote_lid", "remote_body"])
def test_the_stl_is_what_openscad_makes_of_the_source(piece):
    try:
        mesh = drawing_tools.mesh(enclosure.FOLDER / "enclosure.scad", enclosure.defines(piece))
    except drawing_tools.Missing as error:
        pytest.skip(f"SKIP: {error}")
    kept = enclosure.triangles_of(piece)
    # Another version may cut the same shape into other triangles.
    assert stl.volume_cm3(mesh) == pytest.approx(stl.volume_cm3(kept), rel=1e-3)
    for side in (np.min, np.max):
        assert side(mesh.reshape(-1, 3), 0) == pytest.approx(side(kept.reshape(-1, 3), 0), abs=0.01)


def test_absent_openscad_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(drawing_tools.shutil, "which", lambda name: None)
    monkeypatch.setattr(drawing_tools, "TREE", tmp_path)
    with pytest.raises(drawing_tools.Missing, match="OpenSCAD is not here .way out: install"):
        drawing_tools.command()


def test_drawing_without_openscad_skips_by_name_and_goes_on(monkeypatch, tmp_path, capsys):
    from hardware import __main__ as command
    from hardware import breadboard_picture, figures, schematic

    def absent(source, defines):
        raise drawing_tools.Missing("OpenSCAD is not here")

    written = []
    monkeypatch.setattr(drawing_tools, "mesh", absent)
    monkeypatch.setattr(enclosure, "LAYOUT", tmp_path / "layout.scad")
    for module in (schematic, breadboard_picture, figures):
        monkeypatch.setattr(module, "write", lambda name=module.__name__: written.append(name))
    assert command.main(["draw"]) == 0
    assert "SKIP: no STL: OpenSCAD is not here" in capsys.readouterr().out
    assert written == ["hardware.schematic", "hardware.breadboard_picture", "hardware.figures"]


def _cube(size=10.0):
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]) * size
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return np.array([corners[[f[0], f[i], f[i + 1]]] for f in faces for i in (1, 2)])


def test_measures_of_a_cube(tmp_path):
    cube = _cube()
    assert stl.open_edges(cube) == 0 and stl.open_edges(cube[1:]) == 3
    assert stl.volume_cm3(cube) == pytest.approx(1.0)
    assert stl.thinnest_mm(cube * [1, 1, 0.2]) == pytest.approx(2.0)
    stl.write(tmp_path / "cube.stl", cube)
    assert stl.volume_cm3(stl.read(tmp_path / "cube.stl")) == pytest.approx(1.0)


def test_what_hangs_in_the_air_is_found():
    block = _cube()
    assert printable.overhangs_mm(block) == []
    # A roof of 40 x 10 mm over two walls; the walls' tops touch it.
    roof = block * [4, 1, 0.2] + [0, 0, 20]
    ((span, height),) = printable.overhangs_mm(np.concatenate([block * [0.2, 1, 2], roof]))
    assert (span, height) == pytest.approx((40.0, 20.0))
    assert printable.problems("body", np.concatenate([block, roof])) == [
        "body.stl: 40.0 mm over air at 20.0 mm, at most 13"
    ]


def test_the_lamps_have_tubes_of_their_own_and_light_cannot_cross(plan):
    lamps = [plan["part"][ref]["hole"] for ref in ("D1", "D2", "D3", "D4")]
    assert all(hole["collar"] for hole in lamps)
    source = (enclosure.FOLDER / "enclosure.scad").read_text("utf-8")
    assert "if (h[7])" in source  # a collar is what the source makes of the flag


def test_a_picture_shows_the_piece():
    points = np.array([[5.0, 5.0, 5.0]])  # its middle
    image, spots = stl.picture([(_cube(), (200, 10, 10))], 60, 40, points=points)
    assert spots == pytest.approx(np.array([[30, 20]]))
    assert image.shape == (40, 60, 3)
    assert 0.2 < (image[:, :, 1] < 100).mean() < 0.9
    assert (image[0, 0] == 255).all()
