# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Who performs the acceptance test: a person with a connected device, or the simulated board.

In: steps of `accept`. Out: evidence. The simulated board runs once, unmodified firmware and all,
with the questions and the presses at the seconds that each step names; its pins stand in for the
person's eyes and ears.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import render, simulator
from host_tools.accept import Bench, Evidence, Step
from host_tools.errors import UserError

RATE_HZ = 16000
CHIME_AT_S = 28
SIREN_AT_S = 42
WHISTLE_S = (12, 14)
LENGTH_S = 192
START = datetime(2026, 1, 15, 22, tzinfo=UTC)
_ASK_AGAIN_S = 1.0


def call(kind: str, level_dbfs: float = -30.0) -> np.ndarray:
    """A rendered chime or siren, float in [-1, 1]; no recording of a real pump exists."""
    rng = np.random.default_rng(3)
    segments = render.siren(1200.0) if kind == "siren" else render.chime(1500.0)
    sound = render.pump(rng, segments, kind).signal
    return sound / np.abs(sound).max() * 10 ** (level_dbfs / 20)


def write_calls(folder: Path) -> None:
    """chime.wav and siren.wav for a telephone: loud, with a second of silence on both sides."""
    import wave

    quiet = np.zeros(RATE_HZ)
    for kind in ("chime", "siren"):
        target = folder / f"{kind}.wav"
        samples = np.concatenate([quiet, call(kind, -6.0), quiet])
        try:
            with target.open("wb") as raw, wave.open(raw, "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE_HZ)
                file.writeframes((samples * 32767).astype("<i2").tobytes())
        except OSError as error:
            raise UserError(f"{target}: cannot be written ({error.strerror})") from error


class Person(Bench):
    """At a desk: instructions and questions on a terminal, the device at a port."""

    def __init__(
        self,
        connect: Callable[[], Any],  # gives a DeviceLink
        confirm: Callable[[str], bool],
        pause: Callable[[str], None],
    ) -> None:
        """`confirm` and `pause` raise `accept.Stopped` when the person stops the test."""
        self._connect, self._confirm, self._pause = connect, confirm, pause

    def perform(self, step: Step, fits: Callable[[Evidence], list[str]]) -> Evidence:
        if step.do:
            self._pause(step.do)
        evidence = Evidence([])
        if step.ask:
            evidence = self._ask(step, fits)
        seen = self._confirm(step.see) if step.see else None
        return Evidence(evidence.lines, seen, evidence.now)

    def again(self, step: Step) -> bool:
        return self._confirm("Try this step again?")

    def _ask(self, step: Step, fits: Callable[[Evidence], list[str]]) -> Evidence:
        until = time.monotonic() + step.within_s
        evidence, failure = Evidence([]), None
        while True:
            try:
                # A new link each time: the device restarts in the middle of the test.
                with self._connect() as link:
                    evidence = Evidence(list(link.lines(step.ask)), now=datetime.now(UTC))
                failure = None
            except UserError as error:
                failure = error
            if failure is None and not fits(evidence):
                return evidence
            if time.monotonic() >= until:
                if failure is not None:
                    raise failure
                return evidence
            time.sleep(_ASK_AGAIN_S)


class SimulatedBoard(Bench):
    """The whole test in one run of the simulated board."""

    def __init__(self, steps: Iterable[Step], image: Path, **options: Any) -> None:
        inputs: list[dict[str, Any]] = list(options.pop("inputs", ()))
        for step in steps:
            inputs += step.sim.get("inputs", ())
            if step.ask and "at" in step.sim:
                inputs.append({"t": step.sim["at"], "stdin": step.ask + "\n"})
        start_utc = options.pop("start_utc", START.isoformat())
        run = simulator.run(
            _room(),
            flash_image=image,
            inputs=sorted(inputs, key=lambda entry: entry["t"]),
            start_utc=start_utc,
            progress_s=1e6,
            **options,
        )
        self.events = list(run)
        self.result = run.result
        if run.result.why != "end":
            raise UserError(f"the simulated board stopped: {run.result.why} {run.result.error}", 4)

    def perform(self, step: Step, fits: Callable[[Evidence], list[str]]) -> Evidence:
        lines: list[dict[str, Any]] = []
        at = step.sim.get("at", 0.0)
        if step.ask:
            lines = self._answer(at, step.ask)
        seen = all(self._seen(wanted) for wanted in step.sim.get("seen", ()))
        return Evidence(lines, seen if step.see else None, START + timedelta(seconds=at))

    def again(self, step: Step) -> bool:
        return False  # the run is over; it would answer the same

    def _answer(self, at: float, command: str) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []
        for event in self.events:
            if event["ev"] == "stdout" and event["t"] >= at:
                answer = json.loads(event["line"])
                if answer.get("end") == command.split()[0]:
                    return lines
                if "error" in answer:
                    raise UserError(f"the device refused {command!r}: {answer['error']}")
                if "live" not in answer:
                    lines.append(answer)
        raise UserError(f"the simulated device did not answer {command!r} at {at} s")

    def _seen(self, wanted: dict[str, Any]) -> bool:
        same = {key: value for key, value in wanted.items() if key not in ("from", "to", "on")}
        return any(
            wanted["from"] <= event["t"] <= wanted["to"]
            and same.items() <= event.items()
            and ("on" not in wanted or bool(event.get("duty")) == wanted["on"])
            for event in self.events
        )


def _room() -> Iterable[np.ndarray]:
    """Quiet, a whistle, a chime, a siren."""
    rng = np.random.default_rng(8)
    sound = rng.standard_normal(LENGTH_S * RATE_HZ) * 10 ** (-70 / 20)
    start, end = (second * RATE_HZ for second in WHISTLE_S)
    sound[start:end] += 0.05 * np.sin(2 * np.pi * 900 * np.arange(end - start) / RATE_HZ)
    for kind, second in (("chime", CHIME_AT_S), ("siren", SIREN_AT_S)):
        at, heard = second * RATE_HZ, call(kind)
        sound[at : at + len(heard)] += heard
    slots = (np.clip(sound, -1, 1 - 2**-23) * 2**31).astype(np.int64).astype(np.int32)
    yield from np.split(slots, range(65536, len(slots), 65536))
