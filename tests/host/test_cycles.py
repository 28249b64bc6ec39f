# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A chime that comes back: what is heard of it, and what the recurrence makes of that."""

import numpy as np
import pytest

from host_tools.evaluate import collect_again, hearings
from host_tools.evaluate.cycles import weak_sirens, whole_evening
from host_tools.evaluate.jobs import Cell
from host_tools.listening import Finding


def finding(grade="faint", reason="", hz=(1500,), looks="chime"):
    kind = "faint" if grade == "faint" else "not matched" if reason else looks
    return Finding(0, 0, 0, kind, looks, grade, 12, hz, 0, reason)


NOTHING = hearings.Chance([], 1.0)


@pytest.fixture(scope="module")
def ear():
    with hearings.long_ear() as chain:
        yield chain


def test_loud_chimes_are_sure_and_faint_ones_nothing(ear):
    rng = np.random.default_rng(1)
    (loud,) = hearings.evenings(ear, rng, 24.0, 1)
    assert [hearings.best(found) for found in loud] == ["sure"] * hearings.HEARINGS
    (deep,) = hearings.evenings(ear, rng, 0.0, 1)
    assert {hearings.best(found) for found in deep} == {"nothing"}


def test_noise_alone_gives_faint_candidates_now_and_then(ear):
    found = hearings.noise_alone(ear, np.random.default_rng(2), 0.1)
    assert "faint" in {f.kind for f in found} and "sure" not in {f.grade for f in found}


def told(heard, chance=NOTHING):
    return hearings.evening_of(np.random.default_rng(1), chance, heard)


def test_faint_chimes_every_hour_add_up_and_only_by_the_way_that_counts_them():
    sure, repeats, faint = told([[(0.1, finding())]] * 12)
    assert (sure, repeats) == (None, None) and faint in (3, 4)
    assert told([[]] * 12) == [None, None, None]


def test_weak_ones_repeat_and_a_sure_one_is_told_at_once():
    weak = finding("weak")
    sure, repeats, faint = told([[(0.1, weak)]] * 12)
    assert sure is None and repeats == faint and repeats in (2, 3)
    assert told([[], [(0.1, finding("sure"))], []]) == [2, 2, 2]


def test_what_failed_a_test_is_no_hearing():
    assert hearings.best([(0.1, finding("sure", reason="too short"))]) == "nothing"


def test_noise_comes_as_often_as_it_was_heard_and_rarely_means_anything():
    chance = hearings.Chance([finding()] * 59, 1.0)
    events = list(chance.events(np.random.default_rng(1), 36000))
    assert len(events) == pytest.approx(590, rel=0.1)
    assert {number for *_, number in events} == {0}
    quiet = hearings.quiet(np.random.default_rng(1), NOTHING, 30)
    assert quiet == 0


def test_a_recurrence_that_was_changed_meanwhile_is_said():
    with pytest.raises(RuntimeError, match="changed meanwhile"):
        hearings.run({"recurrence": "another"}, hearings.FIRMWARE)


def test_the_level_by_the_nth_hearing():
    def cell(above, evenings):
        result = {"told": evenings, "single": {"sure": 0, "nothing": 12}}
        return Cell(f"h|{above}|2|0|x", "again", 1, {"recurrence": "x"}), result

    half = [[None, None, 4], [None, None, None]]
    every = [[None, 8, 4], [12, 8, 2]]
    done = collect_again.figures([cell(-6, half), cell(-4, every)], [])
    rows = {(row["hearings"], row["pd"]): row for row in done["reached"]}
    assert rows[4, 0.5]["faint"] == done["points"][0]["s_n0_db"]
    assert rows[4, 0.9]["faint"] == pytest.approx(rows[4, 0.5]["faint"] + 0.8 * 2, abs=0.02)
    assert rows[2, 0.9]["faint"] is None and rows[8, 0.9]["repeats"] is not None
    assert rows[12, 0.9]["sure"] is None


def test_an_evening_heard_whole_agrees_with_the_shortcut(ear, monkeypatch):
    """Far over the noise both tell at the first chime; far below neither does."""
    monkeypatch.setattr("host_tools.evaluate.cycles.HEARINGS", 1)
    assert whole_evening(ear, 26.0, [1]) == 1
    assert whole_evening(ear, 0.0, [1]) is None


def test_weak_sirens_that_mean_nothing_meet_by_chance_as_docs_decisions_says():
    assert weak_sirens(0, 3, 1).startswith("0 random weak sirens a night: 0 false highs in 3")
    assert ": 2 false highs in 120 nights" in weak_sirens(10, 120, 1)
