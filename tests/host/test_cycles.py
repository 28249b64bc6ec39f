# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The tool that reckons how much weaker a pump may be that is heard again and again."""

import numpy as np
import pytest

from host_tools.evaluate.cycles import reached
from host_tools.evaluate.cycles_drawn import evening, quiet_months, weak_sirens
from host_tools.evaluate.cycles_heard import Table, keep, kept, long_ear, noise_alone, soundings

FAINT = {"grade": "faint", "strength": 12, "hz": [0.2], "late_s": 0.1}


@pytest.fixture(scope="module")
def ear():
    with long_ear() as chain:
        yield chain


def test_loud_soundings_are_findings(ear):
    assert [one["grade"] for one in soundings(ear, "chime", 24.0, 2, [1])] == ["sure", "sure"]


def test_soundings_below_all_thresholds_are_nothing(ear):
    assert soundings(ear, "chime", 0.0, 2, [1]) == [None, None]


def test_noise_alone_gives_faint_candidates_now_and_then(ear):
    found = noise_alone(ear, ("chime",), 0.1, [2])
    assert found and {one["grade"] for one in found} == {"faint"}


def table(noise=()):
    return Table("chime", {12.0: [FAINT], 10.0: [None]}, 1.0, list(noise))


def test_faint_soundings_every_hour_add_up_to_an_alert():
    assert evening(np.random.default_rng(1), table(), 12.0, faint=True) in (3, 4)
    assert evening(np.random.default_rng(1), table(), 12.0, faint=False) is None
    assert evening(np.random.default_rng(1), table(), 10.0, faint=True) is None


def test_a_quiet_month_is_counted():
    rng = np.random.default_rng(1)
    assert quiet_months(rng, table(), 0.1) == {"months": 0.1, "alerts": 0}


def test_weak_sirens_that_mean_nothing_meet_by_chance_as_docs_decisions_says():
    assert weak_sirens(0, 3, 1).startswith("0 random weak sirens a night: 0 false highs in 3")
    assert ": 2 false highs in 120 nights" in weak_sirens(10, 120, 1)


def test_the_level_from_which_on_a_share_stays_reached():
    assert reached([10, 11, 12], [0.0, 0.4, 0.6], 0.5) == 11.5
    assert reached([10, 11, 12], [0.9, 0.2, 0.6], 0.5) == 11.8  # not the lucky first
    assert reached([10, 11, 12], [0.0, 0.1, 0.2], 0.5) is None
    assert reached([10, 11, 12], [0.7, 0.8, 0.9], 0.5) == 10


def test_a_table_is_kept_as_a_file(tmp_path):
    assert kept(tmp_path, "chime") is None
    keep(tmp_path, table())
    assert kept(tmp_path, "chime") == table()
