# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What a step of the acceptance test can ask of the device's answer.

In: one `expect` of hardware/acceptance.toml and the `Evidence` of a step. Out: complaints, one line
each; none is passed. `CHECKS` holds them by the name the file uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """What a step brought: the device's lines, what the person (or the pins) said."""

    lines: list[dict[str, Any]]
    seen: bool | None = None  # None: nothing was to be seen
    now: datetime | None = None  # the computer's UTC when the lines came
    since_n: int = 0  # records up to this number were in the log before the test


def _field(expect: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    name = expect["field"]
    if not evidence.lines or name not in evidence.lines[-1]:
        yield f"the device did not tell {name}"
        return
    value = evidence.lines[-1][name]
    if "is" in expect and value is not expect["is"] and value != expect["is"]:
        yield f"{name} is {value}, expected {expect['is']}"
    if "in" in expect and value not in expect["in"]:
        yield f"{name} is {value}, expected one of {', '.join(expect['in'])}"
    number = value if isinstance(value, (int, float)) else float("nan")
    if "least" in expect and not number >= expect["least"]:
        yield f"{name} is {value}, at least {expect['least']}"
    if "most" in expect and not number <= expect["most"]:
        yield f"{name} is {value}, at most {expect['most']}"


def _no_fault(expect: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    if not evidence.lines or "faults" not in evidence.lines[-1]:
        yield "the device did not tell its faults"
        return
    for name, detail in evidence.lines[-1]["faults"].items():
        if name.startswith(expect["prefix"]):
            yield f"the device reports {name}: {detail}"


def _fault(expect: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    if not evidence.lines or expect["name"] not in evidence.lines[-1].get("faults", {}):
        yield f"the device does not report {expect['name']}"


def _clock(expect: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    told = evidence.lines[-1].get("t") if evidence.lines else None
    if not told:
        yield "the device does not know the time (way out: chimewatch deploy sets the clock)"
        return
    now = evidence.now or datetime.now(UTC)
    off_s = (datetime.fromisoformat(told.replace("Z", "+00:00")) - now).total_seconds()
    if abs(off_s) > expect["within_s"]:
        yield f"the clock is off by {off_s:.0f} s, at most {expect['within_s']} s"


def _record(expect: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    wanted = {"k": expect["k"], **expect.get("with", {})}
    count = sum(
        1
        for line in evidence.lines
        if wanted.items() <= line.items() and line.get("n", 0) > evidence.since_n
    )
    if count < expect.get("least", 1):
        what = ", ".join(f"{key} {value}" for key, value in wanted.items())
        yield f"the log holds {count} new records with {what}, at least {expect.get('least', 1)}"


def _whole(expect: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    numbers = [line["n"] for line in evidence.lines if "n" in line]
    damaged = sum(1 for line in evidence.lines if "damaged" in line)
    if damaged:
        yield f"the log has {damaged} damaged lines"
    if not numbers:
        yield "the log is empty"
    elif numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        yield "the log's numbers are not in order and without a gap"


CHECKS: dict[str, Callable[[dict[str, Any], Evidence], Iterator[str]]] = {
    "field": _field,
    "no_fault": _no_fault,
    "fault": _fault,
    "clock": _clock,
    "record": _record,
    "whole": _whole,
}
