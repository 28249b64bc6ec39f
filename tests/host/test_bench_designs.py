# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The designs weighed for the first stage: what must hold between them, with few trials."""

from dataclasses import replace

import numpy as np

from host_tools import bench_designs
from host_tools.bench_designs import DESIGNS

SPECTRUM, BLOCKS, SPARSE = DESIGNS[:3]


def share(design: bench_designs.Design, s_n0_db: float, trials: int = 60) -> float:
    rng = np.random.default_rng(5)
    return sum(design.heard(rng, s_n0_db) for _ in range(trials)) / trials


def test_overlap_and_filters_without_gaps_are_worth_decibels():
    assert share(SPECTRUM, 18.5) > 0.9
    assert share(SPECTRUM, 17.0) > share(BLOCKS, 17.0) > share(SPARSE, 17.0)


def test_noise_alone_passes_no_threshold():
    assert share(SPECTRUM, -100.0) == share(BLOCKS, -100.0) == 0


def test_the_threshold_follows_from_the_number_of_looks():
    """Gamma distributed: of one cell exponential, so that e times the looks add 1."""
    one = replace(SPECTRUM, frames=1)
    few = replace(one, apart_hz=one.apart_hz * np.e)
    assert abs(one.threshold - few.threshold - 1) < 0.01
    assert one.filters == 563
