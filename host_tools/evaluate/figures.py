# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Bounds, interpolation, sums of results: small statistics, each with its name."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

Z95 = 1.959964


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """95 % interval of a probability after so many trials (Wilson's score)."""
    if not trials:
        return 0.0, 1.0
    share = hits / trials
    scale = 1 + Z95**2 / trials
    middle = (share + Z95**2 / (2 * trials)) / scale
    half = Z95 * math.sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def poisson_upper(count: int) -> float:
    """95 % upper bound of a mean after that many events (exact; 3.0 after none)."""
    return float(stats.chi2.ppf(0.95, 2 * (count + 1)) / 2)


def rising(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nearest sequence that never falls (pooled neighbours)."""
    pools: list[list[float]] = []
    for value, weight in zip(values, weights, strict=True):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            high, low = pools[-2], pools.pop()
            total = high[1] + low[1]
            high[0] = (high[0] * high[1] + low[0] * low[1]) / total
            high[1] = total
            high[2] += low[2]
    return [pool[0] for pool in pools for _ in range(int(pool[2]))]


def crossing(levels: Sequence[float], shares: Sequence[float], wanted: float) -> float | None:
    """Level where the shares first reach `wanted`, between the measured ones; None if never."""
    for i, share in enumerate(shares):
        if share >= wanted:
            if i == 0:
                return levels[0]
            step = (wanted - shares[i - 1]) / (share - shares[i - 1])
            return levels[i - 1] + step * (levels[i] - levels[i - 1])
    return None


def quantiles(values: Sequence[float], at: Sequence[float]) -> list[float]:
    return [round(float(v), 2) for v in np.quantile(values, at)] if len(values) else []


def summed(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several results of `trials` as one."""
    refused: Counter[str] = Counter()
    besides: Counter[str] = Counter()
    for part in parts:
        refused.update(part["refused"])
        besides.update(part["besides"])
    return {
        "trials": sum(part["trials"] for part in parts),
        "sure": sum(part["sure"] for part in parts),
        "weak": sum(part["weak"] for part in parts),
        "refused": dict(refused.most_common()),
        "besides": dict(besides.most_common()),
    }
