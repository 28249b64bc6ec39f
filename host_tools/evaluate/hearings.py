# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A chime that comes back every hour: after how many hearings the monitor sounds its alert.

In: a cell: S/N0, how many evenings of twelve chimes (or how many days of nothing), a seed. Out:
for each evening the number of the chime at which it was told, by the firmware's own recurrence.

Rendered and heard by the true listening chain, in white noise: every chime of every evening (one
pump an evening, nine seconds around each chime), and noise with nothing in it. Not heard but drawn:
the hours between the chimes. What noise alone gives there comes at random times and tones, as
often and as strong as in the noise that was heard. All of it then goes into the true recurrence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import render
from host_tools.acoustics import RATE_HZ
from host_tools.evaluate import sounds
from host_tools.evaluate.trials import LEAD_S, SETTLE_S, SLOT_S, add
from host_tools.listening import FIRMWARE, Ear, Finding
from host_tools.listening.recurring import Recurring

LONG_RUN = Path(__file__).resolve().parent.parent / "listening" / "long_run.py"
HEARINGS = 12
INTERVAL_S = 3600
DRIFT = 1e-4  # of the pump's clock, against ours
WARM_S = 7200  # of noise alone before the first chime
NEAR_HZ, NEAR_S = 20.0, 2.0  # what is a hearing of the pump
LATCHED_S = 12 * 3600  # an alert of nothing holds its own repeats for so long
#: seconds, what it looked like, grade, strength, tones, number of the chime (0: none)
Event = tuple[float, str, str, int, list[int], int]


def mark(firmware: Path = FIRMWARE) -> str:
    """A fingerprint of the recurrence, which is no part of the listening chain."""
    total = hashlib.sha256()
    for path in sorted((firmware / "alarm").glob("recurrence*.py")):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:12]


def long_ear(firmware: Path = FIRMWARE) -> Ear:
    """The listening chain with its faint candidates."""
    return Ear(firmware=firmware, script=LONG_RUN)


def run(cell: dict[str, Any], firmware: Path) -> dict[str, Any]:
    if mark() != cell["recurrence"]:
        raise RuntimeError("firmware/alarm/recurrence*.py was changed meanwhile: start again")
    rng = np.random.default_rng(cell["seed"])
    with long_ear(firmware) as ear:
        noise = noise_alone(ear, rng, cell["noise_h"])
        done = {"noise_h": cell["noise_h"], "faint": sum(f.kind == "faint" for f in noise)}
        chance = Chance(noise, cell["noise_h"])
        if "days" in cell:
            return {**done, "days": cell["days"], "alerts": quiet(rng, chance, cell["days"])}
        heard = evenings(ear, rng, cell["s_n0_db"], cell["evenings"])
    single = Counter(best(findings) for evening in heard for findings in evening)
    told = [evening_of(rng, chance, evening) for evening in heard]
    return {**done, "single": dict(single), "told": told}


# --- heard --------------------------------------------------------------------------------------


def noise_alone(ear: Ear, rng: np.random.Generator, hours: float) -> list[Finding]:
    pieces = (sounds.white(rng, 20 * RATE_HZ) for _ in range(round(hours * 180)))
    return [f for f in ear.hear(pieces) if f.kind != "repeat"]


def evenings(
    ear: Ear, rng: np.random.Generator, level_db: float, count: int
) -> list[list[list[tuple[float, Finding]]]]:
    """What was made of each chime of each evening: (seconds late, finding)."""
    truths: list[render.Truth] = []
    found = [f for f in ear.hear(_slots(rng, level_db, count, truths)) if f.kind != "repeat"]
    heard = [[(f.start - t.start_s, f) for f in found if _is_of(f, t)] for t in truths]
    return [heard[first : first + HEARINGS] for first in range(0, len(heard), HEARINGS)]


def _slots(
    rng: np.random.Generator, level_db: float, count: int, truths: list[render.Truth]
) -> Iterator[np.ndarray]:
    yield sounds.white(rng, SETTLE_S * RATE_HZ)
    for i in range(count * HEARINGS):
        if i % HEARINGS == 0:
            rendered = sounds.pump(rng, "chime", {})[0]
        piece = sounds.white(rng, SLOT_S["chime"] * RATE_HZ)
        at_s = add(piece, rendered, LEAD_S + rng.uniform(), [sounds.WHITE_DENSITY], level_db)
        start_s = SETTLE_S + i * SLOT_S["chime"] + at_s
        truths.append(render.Truth(start_s, start_s + 1, "chime", rendered.hz, level_db))
        yield piece
    yield sounds.white(rng, 8 * RATE_HZ)


def _is_of(finding: Finding, truth: render.Truth) -> bool:
    near = abs(finding.start - truth.start_s) <= NEAR_S and len(finding.hz) == 1
    return near and finding.looks == "chime" and abs(finding.hz[0] - truth.hz[0]) <= NEAR_HZ


def _grade(finding: Finding) -> str:
    return "" if finding.reason else finding.grade


def best(findings: list[tuple[float, Finding]]) -> str:
    """sure, weak, faint, or nothing (what failed a test counts as nothing)."""
    grades = {_grade(f) for _, f in findings}
    return next((grade for grade in ("sure", "weak", "faint") if grade in grades), "nothing")


# --- drawn, and judged by the recurrence --------------------------------------------------------


class Chance:
    """What noise alone gives, at random times and tones: as often and as strong as it was heard."""

    def __init__(self, noise: list[Finding], hours: float) -> None:
        self._noise, self._a_second = noise, len(noise) / (hours * 3600)

    def events(self, rng: np.random.Generator, end_s: float) -> Iterator[Event]:
        for at_s in rng.uniform(0, end_s, rng.poisson(self._a_second * end_s)):
            one = self._noise[rng.integers(len(self._noise))]
            hz = sorted(round(v) for v in rng.uniform(sounds.LOW_HZ, sounds.HIGH_HZ, len(one.hz)))
            yield float(at_s), one.looks, _grade(one), one.confidence, hz, 0


def evening_of(
    rng: np.random.Generator, chance: Chance, heard: list[list[tuple[float, Finding]]]
) -> list[int | None]:
    """At which chime it was told: by a sure one alone, by repeats too, by faint ones as well."""
    interval_s = INTERVAL_S * (1 + rng.normal(0, DRIFT))
    first_s = WARM_S + rng.uniform(0, 600)
    events = list(chance.events(rng, first_s + len(heard) * interval_s))
    for n, findings in enumerate(heard):
        for late_s, f in findings:
            at_s = first_s + n * interval_s + late_s
            events.append((at_s, f.looks, _grade(f), f.confidence, list(f.hz), n + 1))
    events.sort()
    sure = next((number for *_, grade, _, _, number in events if number and grade == "sure"), None)
    plain = [event for event in events if event[2] != "faint"]
    return [sure, first_told(plain), first_told(events)]


def first_told(events: list[Event]) -> int | None:
    """The first chime that is sure, or with which the recurrence has heard enough."""
    recurring = Recurring()
    for at_s, looks, grade, strength, hz, number in events:
        enough = recurring.hear(int(at_s), looks, grade, strength, hz)
        if number and (enough or grade == "sure"):
            return number
    return None


def quiet(rng: np.random.Generator, chance: Chance, days: float) -> int:
    """Alerts by repeats of nothing but noise."""
    recurring = Recurring()
    alerts, until_s = 0, 0.0
    for at_s, looks, grade, strength, hz, _ in sorted(chance.events(rng, days * 86400)):
        if recurring.hear(int(at_s), looks, grade, strength, hz) and at_s >= until_s:
            alerts += 1
            until_s = at_s + LATCHED_S
    return alerts
