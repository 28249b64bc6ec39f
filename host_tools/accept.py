# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The acceptance test of a built device: steps as data, judged the same on a desk and in a test.

In: hardware/acceptance.toml; a `Bench` that performs a step (a person with a connected device, or
the simulated board). Out: a `Record` of every step, signed or not, as JSON and text.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from host_tools.accept_checks import CHECKS, Evidence
from host_tools.errors import UserError
from host_tools.runtimes import ROOT

STEPS = ROOT / "hardware" / "acceptance.toml"
BUILDS = ("basic", "care_home")
PASSED, FAILED, NOT_DONE = "passed", "failed", "not done"
_KEYS = {"id", "title", "fix", "builds", "do", "ask", "see", "within_s", "expect", "sim"}


@dataclass(frozen=True)
class Step:
    id: str
    title: str
    fix: str  # what to do when it fails
    do: str = ""
    ask: str = ""
    see: str = ""
    within_s: float = 10.0
    expect: tuple[dict[str, Any], ...] = ()
    sim: dict[str, Any] = field(default_factory=dict)


class Bench(Protocol):
    def perform(self, step: Step, fits: Callable[[Evidence], list[str]]) -> Evidence:
        """Do the step; ask again until `fits` has no complaint or the step's time is over."""
        ...

    def again(self, step: Step) -> bool:
        """A step has failed and the way out was told: shall it be tried once more?"""
        ...


class Stopped(Exception):
    """The person has stopped the test."""


@dataclass
class Record:
    """The signed-off record."""

    build: str
    began: str
    device: dict[str, Any] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    tested_by: str = ""
    simulated: bool = False

    @property
    def passed(self) -> bool:
        return bool(self.steps) and all(step["result"] == PASSED for step in self.steps)

    def text(self) -> str:
        title = "Chimewatch acceptance record" + (" (SIMULATED BOARD)" if self.simulated else "")
        about = ", ".join(f"{key} {value}" for key, value in self.device.items())
        lines = [title, f"build: {self.build}; begun {self.began}; {about}", ""]
        for number, step in enumerate(self.steps, 1):
            lines.append(f"{number:2}. {step['result']:8}  {step['title']}")
            lines += [f"              {why}" for why in step["why"]]
            lines += [f"              what to do: {step['fix']}"] if "fix" in step else []
        verdict = "ACCEPTED" if self.passed else "NOT ACCEPTED: do not use this device"
        signed = f"signed off by {self.tested_by}" if self.tested_by else "not signed"
        return "\n".join([*lines, "", f"{verdict}; {signed}", ""])

    def write(self, target: Path) -> None:
        """JSON at `target`, the text beside it as .txt."""
        try:
            target.write_text(json.dumps({**asdict(self), "passed": self.passed}, indent=1) + "\n")
            target.with_suffix(".txt").write_text(self.text(), "utf-8")
        except OSError as error:
            raise UserError(f"{target}: cannot be written ({error.strerror})") from error


def read_steps(build: str, path: Path = STEPS) -> list[Step]:
    """The steps of a build. A mistake in the file is a `UserError` that names the step."""
    if build not in BUILDS:
        raise UserError(f"unknown build {build!r}: choose one of {', '.join(BUILDS)} (--build)")
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["step"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise UserError(f"{path.name}: cannot be used: {error}") from error
    steps = []
    for row in rows:
        name = row.get("id", "?")
        if set(row) - _KEYS or not {"id", "title", "fix"} <= set(row):
            raise UserError(f"{path.name}: step {name!r} has a wrong or a missing key")
        if not (row.get("ask") or row.get("see")):
            raise UserError(f"{path.name}: step {name!r} asks neither the device nor the person")
        for expect in row.get("expect", ()):
            if expect.get("check") not in CHECKS:
                raise UserError(f"{path.name}: step {name!r}: no check {expect.get('check')!r}")
        if build in row.get("builds", BUILDS):
            kept = {key: value for key, value in row.items() if key not in ("builds", "expect")}
            steps.append(Step(**kept, expect=tuple(row.get("expect", ()))))
    return steps


def complaints(step: Step, evidence: Evidence) -> list[str]:
    """What the device's answer lacks."""
    return [text for expect in step.expect for text in CHECKS[expect["check"]](expect, evidence)]


def judge(step: Step, evidence: Evidence) -> list[str]:
    """Complaints of device and person, one line each; none is passed."""
    found = complaints(step, evidence)
    if step.see and not evidence.seen:
        found.append("not seen or heard: " + step.see)
    return found


def run(build: str, bench: Bench, say: Callable[[str], None], began: datetime) -> Record:
    """All steps in order. A failed step can be tried again, and does not end the test: the rest
    tells what else is wrong. A test that is stopped leaves its steps "not done"."""
    record = Record(build, began.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    steps = read_steps(build)
    since_n, stopped = 0, False
    for number, step in enumerate(steps, 1):
        why, result, tries, way_out = ["not reached"], NOT_DONE, 0, {}
        if not stopped:
            say(f"{number} of {len(steps)}: {step.title}")
        while not stopped:
            tries += 1
            try:
                why, result, lines = _attempt(step, bench, since_n)
                if step.ask == "health" and lines and not record.device:
                    last = lines[-1]
                    record.device = {k: last[k] for k in ("board", "chip", "version") if k in last}
                    since_n = last.get("log_n", 0) + last.get("log_waiting", 0)
                way_out = {} if result == PASSED else {"fix": step.fix}
                if way_out:
                    say("".join(f"   {text}\n" for text in why) + f"   What to do: {step.fix}")
                if result == PASSED or not bench.again(step):
                    # A monitor that does not answer at all answers none of the rest.
                    stopped = result == NOT_DONE and number == 1
                    say(f"   {result}")
                    break
            except Stopped:
                why, result, stopped = ["stopped by the person"], NOT_DONE, True
        row = {"id": step.id, "title": step.title, "result": result, "tries": tries, "why": why}
        record.steps.append(row | way_out)
    return record


def _attempt(step: Step, bench: Bench, since_n: int) -> tuple[list[str], str, list[dict[str, Any]]]:
    def fits(evidence: Evidence) -> list[str]:
        return complaints(step, replace(evidence, since_n=since_n))

    try:
        evidence = replace(bench.perform(step, fits), since_n=since_n)
    except UserError as error:
        return [str(error)], NOT_DONE, []
    why = judge(step, evidence)
    return why, FAILED if why else PASSED, evidence.lines
