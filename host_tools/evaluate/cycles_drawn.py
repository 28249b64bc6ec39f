# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Step two of `cycles`: the true recurrence hears evenings and months that are drawn, not heard.

In: the table of step one. Out: after how many soundings it alerts, by level; chance alerts of noise
alone, and of weak sirens that mean nothing. No sound is made or heard here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from host_tools.evaluate import sounds
from host_tools.evaluate.cycles_heard import INTERVAL_S, MOST_CYCLES, Table, seed_of
from host_tools.listening.recurring import Recurring

WARM_S = 7200  # of noise alone before the first sounding of a drawn evening


def draw(table: Table, evenings: int, seed: int) -> dict[str, Any]:
    """Step two: shares found after n soundings, by level, with and without faint candidates."""
    out: dict[str, Any] = {"levels": list(table.outcomes)}
    for name, faint in (("with", True), ("without", False)):
        shares = []
        for i, level in enumerate(table.outcomes):
            rng = np.random.default_rng(seed_of(seed, 3, i, faint))
            after = [evening(rng, table, level, faint) for _ in range(evenings)]
            shares.append(
                [
                    sum(a is not None and a <= n for a in after) / evenings
                    for n in range(1, MOST_CYCLES[table.kind] + 1)
                ]
            )
        out[name] = shares
    return out


def evening(rng: np.random.Generator, table: Table, level: float, faint: bool) -> int | None:
    """After how many soundings the recurrence alerts; None: not within the evening."""
    kind = table.kind
    recurring = Recurring()
    interval_s = INTERVAL_S[kind] * (1 + rng.normal(0, 1e-4))
    ratio = float(np.exp(rng.uniform(0, np.log(2)))) if kind == "siren" else 1.0
    low = rng.uniform(sounds.LOW_HZ, sounds.HIGH_HZ / ratio)
    hz = [low, low * ratio] if kind == "siren" else [low]
    first_s = WARM_S + rng.uniform(0, 600)
    end_s = first_s + (MOST_CYCLES[kind] - 1) * interval_s + 10
    events = list(_noise_events(rng, table, end_s, faint))
    for n in range(MOST_CYCLES[kind]):
        got = table.outcomes[level][rng.integers(len(table.outcomes[level]))]
        if got is None or (got["grade"] == "faint" and not faint):
            continue
        at_s = first_s + n * interval_s + got["late_s"]
        tones = [round(a + b) for a, b in zip(hz, got["hz"], strict=True)]
        events.append((at_s, kind, got["grade"], got["strength"], tones, n + 1))
    for at_s, what, grade, strength, tones, number in sorted(events):
        if recurring.hear(int(at_s), what, grade, strength, tones) and number:
            return number
    return None


def _noise_events(
    rng: np.random.Generator, table: Table, end_s: float, faint: bool
) -> Iterator[tuple[float, str, str, int, list[int], int]]:
    """Candidates of noise alone, at random times and at tones drawn anew: (…, 0)."""
    count = rng.poisson(len(table.noise) / table.noise_h * end_s / 3600)
    for at_s in rng.uniform(0, end_s, count):
        one = table.noise[rng.integers(len(table.noise))]
        if one["grade"] == "faint" and not faint:
            continue
        hz = one["hz"]
        low = rng.uniform(sounds.LOW_HZ, sounds.HIGH_HZ)
        tones = [round(low)]
        if len(hz) > 1:
            tones = sorted([round(low), round(rng.uniform(sounds.LOW_HZ, sounds.HIGH_HZ))])
        yield float(at_s), one["looks"], one["grade"], one["strength"], tones, 0


def quiet_months(rng: np.random.Generator, table: Table, months: float) -> dict[str, Any]:
    """Alerts of noise alone: repeats that a faint candidate had a part in, and others."""
    alerts = 0
    days = round(months * 30)
    for _ in range(days):  # a day at a time: the recurrence is asked, not the sound
        recurring = Recurring()
        told = False
        for event in sorted(_noise_events(rng, table, 86400 + WARM_S, True)):
            at_s, what, grade, strength, tones, _ = event
            if recurring.hear(int(at_s), what, grade, strength, tones) and not told:
                told = True  # one alert, latched until somebody comes
                alerts += 1
    return {"months": days / 30, "alerts": alerts}


def weak_sirens(a_night: float, nights: int, seed: int) -> str:
    """Weak sirens that mean nothing, at random times and tones: high alerts by chance repeats."""
    rng = np.random.default_rng(seed_of(seed, 7, round(10 * a_night)))
    recurring = Recurring()
    high = 0
    for night in range(nights):
        for at_s in np.sort(rng.uniform(0, 8 * 3600, rng.poisson(a_night))):
            hz = sorted(round(v) for v in rng.uniform(sounds.LOW_HZ, sounds.HIGH_HZ, 2))
            high += recurring.hear(int(night * 86400 + at_s), "siren", "weak", 0, hz)
    return (
        f"{a_night:g} random weak sirens a night: {high} false highs in {nights} nights, "
        f"{30 * high / nights:.2f} a month"
    )
