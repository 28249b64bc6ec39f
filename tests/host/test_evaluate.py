# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch evaluate`: its arithmetic, its scoring, a small run from end to end, and the page."""

import io
import json
import re
import shutil

import numpy as np
import pytest
from rich.console import Console

from host_tools import cli, render, runtimes
from host_tools.errors import UserError
from host_tools.evaluate import (
    collect,
    command,
    corpus,
    figures,
    jobs,
    page,
    plan,
    reel,
    scenes,
    sizes,
    theory,
    trials,
)
from host_tools.listening import Finding
from tests.host.audio_files import tone, wav

DOCS = runtimes.ROOT / "docs"
RATE_HZ = 16_000


def test_the_limit_is_the_published_one():
    """The figures of the design: chime 16.3, siren 12.6, 13.2 and 14.3 dB-Hz for Pd 99 %, and 0.5
    to 1 dB more where a second tone has to be searched for."""
    assert theory.needed_db(0.99, 1) == pytest.approx(16.3, abs=0.1)
    for segments, level in ((6, 12.6), (12, 13.2), (30, 14.3)):
        one = theory.needed_db(0.99, 3, segments, pairs=False)
        assert one == pytest.approx(level, abs=0.1)
        assert 0.4 < theory.needed_db(0.99, 3, segments) - one < 1
        assert theory.detection(theory.needed_db(0.9, 3, segments), 3, segments) == pytest.approx(
            0.9
        )


def test_the_second_tones_that_a_search_covers():
    low = np.linspace(600, 5000 / 1.05, 100_001)
    high = np.minimum(2 * low, 5000) - 1.05 * low
    assert theory.SECOND_TONE_HZ == pytest.approx(high.mean(), abs=0.1)


def test_bounds():
    assert figures.wilson(0, 0) == (0, 1)
    low, high = figures.wilson(95, 100)
    assert low == pytest.approx(0.888, abs=0.002) and high == pytest.approx(0.978, abs=0.002)
    assert figures.wilson(0, 50)[0] == 0 and figures.wilson(50, 50)[1] == pytest.approx(1)
    assert figures.poisson_upper(0) == pytest.approx(3.0, abs=0.01)
    assert figures.poisson_upper(1) == pytest.approx(4.74, abs=0.01)


def test_interpolation():
    assert figures.rising([0, 0.5, 0.3, 1], [10, 10, 10, 10]) == [0, 0.4, 0.4, 1]
    assert figures.crossing([10, 11, 12], [0.2, 0.8, 1.0], 0.9) == pytest.approx(11.5)
    assert figures.crossing([10, 11], [0.2, 0.8], 0.9) is None
    assert figures.crossing([10, 11], [0.95, 1.0], 0.9) == 10


def finding(kind="chime", start=10.0, end=11.0, hz=(1500,), reason="", grade="sure"):
    kind, looks = ("not matched" if reason else kind), kind
    return Finding(end + 1, start, end, kind, looks, grade, 80, hz, 20.0, reason)


def test_scoring_asks_for_time_and_tones():
    truth = render.Truth(10.0, 11.0, "chime", (1500.0,), 20.0)
    cases = {
        "sure": finding(),
        "late": finding(start=10.6, end=11.6),
        "tone": finding(hz=(1700,)),
        "kind": finding("siren", hz=(1500, 1800)),
        "refused": finding(reason="fades or swells"),
    }
    told = {name: trials.score([truth], [one]) for name, one in cases.items()}
    assert [told[name]["sure"] for name in cases] == [1, 0, 0, 0, 0]
    assert told["sure"]["latency_s"] == [1.0]
    assert told["late"]["besides"] == {"sure chime": 1}
    assert told["late"]["refused"] == told["tone"]["refused"] == {trials.OTHERWISE: 1}
    assert told["kind"]["refused"] == {"not noticed": 1}
    assert told["kind"]["besides"] == {"sure siren": 1}
    assert told["refused"]["refused"] == {"fades or swells": 1}
    assert not told["refused"]["besides"]
    both = trials.score([truth], [finding(grade="weak"), finding()])
    assert (both["sure"], both["weak"]) == (1, 0)


def test_rates_are_those_of_a_day():
    assert collect.rate(0, 72)["upper_95"] == pytest.approx(1.0, abs=0.01)
    assert collect.rate(2, 12)["per_24h"] == 4


def test_every_cell_has_a_key_and_a_seed_of_its_own():
    cells = plan.cells(sizes.SIZES["standard"], set("abchil"), [])
    assert len({cell.key for cell in cells}) == len(cells)
    seeds = {tuple(cell.params["seed"]) for cell in cells}
    assert len(seeds) == len(cells)
    again = plan.cells(sizes.SIZES["standard"], set("abchil"), [])
    assert [cell.params for cell in cells] == [cell.params for cell in again]


def test_split_is_by_source_and_the_reserved_ones_are_not_touched():
    for package in corpus.PACKAGES:
        assert not package.startswith(("wesnoth", "singularity")) and "-ru" not in package
    tuned = {name for name, (_, _, tuning) in corpus.PACKAGES.items() if tuning}
    assert "warzone2100-music" not in tuned and "asterisk-core-sounds-en-g722" in tuned


def test_a_folder_with_and_without_a_manifest(tmp_path):
    wav(tmp_path / "b.wav", tone(500, 1, RATE_HZ), RATE_HZ, 16)
    wav(tmp_path / "a.wav", tone(500, 1, RATE_HZ), RATE_HZ, 16)
    plain = list(corpus.folder(tmp_path, "mine", False))
    assert [r.name for r in plain] == ["mine/a.wav", "mine/b.wav"]
    assert {(r.role, r.category, r.split) for r in plain} == {("negative", "own", "held-out")}
    (tmp_path / "manifest.csv").write_text("file,category,role\na.wav,bells,alarm\n")
    (row,) = corpus.folder(tmp_path, "mine", True)
    assert (row.name, row.category, row.role, row.split) == ("a.wav", "bells", "alarm", "tuning")
    # As spreadsheets save it.
    (tmp_path / "manifest.csv").write_bytes("\ufefffile;role\r\na.wav;\r\n".encode())
    (row,) = corpus.folder(tmp_path, "mine", False)
    assert (row.name, row.role, row.category) == ("a.wav", "negative", "own")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"file,role\na.wav,alarm\nnone.wav,alarm\n", "line 3: there is no file 'none.wav'"),
        (b"file,role\na.wav,Alarms\n", "line 2: role Alarms: must be one of negative, beep-like"),
        (b"role,file\nalarm\n", "line 2: there is no file ''"),
        (b"name,role\na.wav,alarm\n", "has no column 'file'"),
        (b"", "has no column 'file'"),
        (b"file\n\xff.wav\n", "is not UTF-8"),
    ],
)
def test_a_manifest_with_a_mistake_is_refused_by_its_line(tmp_path, text, words):
    """A recording left out, or in a role that no table has, would only make the figures better."""
    wav(tmp_path / "a.wav", tone(500, 1, RATE_HZ), RATE_HZ, 16)
    (tmp_path / "manifest.csv").write_bytes(text)
    with pytest.raises(UserError, match=re.escape(words)):
        list(corpus.folder(tmp_path, "mine", False))


def test_a_room_brings_a_recording_to_its_level(monkeypatch):
    monkeypatch.setattr(scenes, "LEVEL_DBA", (55, 55))
    rng = np.random.default_rng(1)
    part = scenes._in_room(rng, tone(1000, 3, RATE_HZ, 0.1).astype(np.float32))
    power = np.sum(part.astype(float) ** 2) / (3 * RATE_HZ)
    assert 120 + 10 * np.log10(2 * power) == pytest.approx(55, abs=0.5)


def test_only_results_of_the_same_chain_are_used_again(tmp_path):
    path = tmp_path / "work.jsonl"
    jobs.Work(path, "one", False).add("a|x", {"trials": 1})
    with path.open("a") as file:
        file.write('{"key": "torn')
    assert jobs.Work(path, "one", True).results == {"a|x": {"trials": 1}}
    assert jobs.Work(path, "two", True).results == {}
    assert jobs.Work(path, "one", False).results == {}


def test_a_small_run_from_end_to_end(tmp_path, monkeypatch, capsys):
    place = tmp_path / "recordings"
    place.mkdir()
    rng = np.random.default_rng(3)
    for i in range(3):
        wav(place / f"{i}.wav", 0.1 * rng.uniform(-1, 1, 4 * RATE_HZ), RATE_HZ, 16)
    shutil.copy(place / "0.wav", place / "copy.wav")
    (place / "bad.wav").write_text("x")
    out = tmp_path / "out"
    arguments = ["evaluate", "--smoke", "--folder", str(place), "--out", str(out)]
    assert cli.main(arguments) == 0
    figures_now = json.loads((out / "detection.json").read_text())
    parts = {"sensitivity", "white_noise", "gusts", "conditions", "recordings", "scenes", "singles"}
    assert parts | {"learned", "latency", "again", "learning"} < set(figures_now)
    assert [entry["points"][0]["pd_sure"] for entry in figures_now["learned"][1:]] == [1, 1, 1]
    chime = figures_now["sensitivity"][0]["points"]
    assert [point["pd_sure"] for point in (chime[0], chime[-1])] == [0, 1]
    assert [row["name"] for row in figures_now["learning"]["rows"]] == ["no echo, 50 dB-Hz"]
    assert [row["pd_any"] for row in figures_now["sequences"]] == [1, 1, 1]
    first, last = figures_now["again"]["points"]  # an hourly chime far too weak, and a plain one
    assert first["told"]["faint 12"][0] == 0 and last["told"]["faint 1"][0] == 1
    assert figures_now["again"]["quiet"]["alerts"] == 0
    assert figures_now["gusts"]["gusts"] > 2
    assert figures_now["gusts"]["rates"]["sure siren"]["count"] == 0
    assert figures_now["recordings"]["files"] == 3
    assert figures_now["about"]["refused_recordings"] == 1
    assert (out / "img" / "sensitivity.png").stat().st_size > 1000
    text = (out / "detection.md").read_text()
    assert (out / "img" / "again.png").stat().st_size > 1000
    assert "No recording of a real pump exists" in text and str(tmp_path) not in text
    # Again, from what is finished: nothing is measured a second time, and nothing changes.
    monkeypatch.setattr(jobs.Worker, "do", None)
    assert cli.main([*arguments, "--resume"]) == 0
    assert json.loads((out / "detection.json").read_text()) == figures_now
    (out / "detection.md").unlink()
    capsys.readouterr()
    assert cli.main(["evaluate", "--report", "--out", str(out)]) == 0
    assert (out / "detection.md").read_text() == text
    assert "false findings" in capsys.readouterr().out
    assert cli.main(["evaluate", "--report", "--json", "--out", str(out)]) == 0
    assert json.loads(capsys.readouterr().out) == figures_now


def test_a_quick_run_leaves_the_whole_one_s_page_alone(tmp_path, monkeypatch, capsys):
    """Its figures are a few minutes' worth; the page in docs/ tells hours."""
    docs = tmp_path / "docs"
    monkeypatch.setattr(command, "DOCS", docs)
    monkeypatch.setattr(command, "FOLDER", tmp_path / "evaluation")
    monkeypatch.setattr(command, "_run", lambda *_: None)
    quick = tmp_path / "evaluation" / "quick"
    for option, place in (("--quick", quick), ("--full", docs)):
        assert not docs.exists()
        assert cli.main(["evaluate", option, "--only", "a"]) == 0
        assert f"page: {place / 'detection.md'}" in capsys.readouterr().err
        figures_now = json.loads((place / "detection.json").read_text("utf-8"))
        assert "--" + figures_now["about"]["size"] == option
        assert (place / "detection.md").is_file()


def test_a_stopped_run_leaves_the_whole_one_s_page_alone(tmp_path, monkeypatch, capsys):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "detection.json").write_text("whole")
    monkeypatch.setattr(command, "DOCS", docs)
    monkeypatch.setattr(command, "FOLDER", tmp_path / "evaluation")
    monkeypatch.setattr(command, "_run", stop)
    assert cli.main(["evaluate", "--only", "a"]) == 130
    stopped = tmp_path / "evaluation" / "stopped"
    assert f"stopped: figures of what is finished are in {stopped} " in capsys.readouterr().err
    assert sorted(path.name for path in docs.iterdir()) == ["detection.json"]
    assert (docs / "detection.json").read_text() == "whole"
    assert json.loads((stopped / "detection.json").read_text())["about"]["parts"] == ["a"]
    assert (stopped / "detection.md").is_file()


def test_a_recording_is_what_the_list_says_today(tmp_path, monkeypatch):
    """A reel that was decoded while its package counted as held out is used for tuning from the
    moment the list says so; nothing is decoded again for it."""
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(reel, "REELS", tmp_path / "reels")
    wav(tmp_path / "a.wav", np.full(RATE_HZ, 0.1), RATE_HZ, 16)
    path, known = str(tmp_path / "a.wav"), []
    monkeypatch.setattr(corpus, "everything", lambda *args, **kwargs: known)
    # In this process: what a worker does is not the point.
    monkeypatch.setattr(jobs.Worker, "do", lambda self, cell, _: reel.run(cell.params))
    for tuning, split in ((False, "held-out"), (True, "tuning")):
        known[:] = [corpus.Recording(path, "own/a.wav", "own", "own", "negative", tuning)]
        entries, refused = command.decoded(command.Options(), 1, Console(file=io.StringIO()))
        assert [(e["split"], e["tuning"]) for e in entries] == [(split, tuning)] and not refused
        monkeypatch.setattr(jobs.Worker, "do", None)


@pytest.mark.parametrize(
    "args, word",
    [
        (["--only", "z"], "sensitivity"),
        (["--only", "a", "--jobs", "0"], "give 1 or more"),
        (["--folder", "nowhere"], "nowhere"),
        (["--report", "--out", "nowhere"], "detection.json"),
    ],
)
def test_wrong_use_is_one_line(args, word, capsys):
    assert cli.main(["evaluate", *args]) == 2
    err = capsys.readouterr().err
    assert word in err and err.count("\n") == 1


def test_a_cell_that_fails_is_said(tmp_path):
    cell = jobs.Cell("a|x", "trials", 1, {"kind": "chime"})
    with pytest.raises(Exception, match=r"a\|x: KeyError"):
        jobs.run([cell], jobs.Work(tmp_path / "w", "", False), jobs.FIRMWARE, 1, print)


@pytest.mark.skipif(not (DOCS / "detection.json").is_file(), reason="nothing was measured yet")
def test_the_published_page_is_that_of_the_published_figures():
    published = json.loads((DOCS / "detection.json").read_text("utf-8"))
    assert page.text(published) == (DOCS / "detection.md").read_text("utf-8")
    names = [found["name"] for found in published["recordings"]["found"]]
    assert not any(name.startswith("/") for name in names)


def test_the_fingerprint_is_of_what_the_chain_does_not_of_its_comments():
    source = '"""One."""\nX = const(3)  # why\n\n\ndef f(a):\n    """Two."""\n    return a + X\n'
    same = "X = const(3)\ndef f(a):\n    # another\n    return a + X  # type: ignore\n"
    assert jobs.program(source) == jobs.program(same)
    for now, then in ("a + X", "a - X"), ("(3)", "(4)"), ("f(a)", "g(a)"):
        assert jobs.program(same) != jobs.program(same.replace(now, then))
    nested = "def f():\n    if a:\n        b\n    c\n"
    assert jobs.program(nested) != jobs.program(nested.replace("    c", "        c"))
