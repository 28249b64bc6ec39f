# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Soak: the unmodified firmware, real listener included, for 30 simulated days.

In: a script of chimes, sirens, presses, noise, clock steps and health questions that repeats, white
room noise, ticks that start just before their wrap. Out: `Findings`, printed as one
line each; exit status 4 when something was lost, grew or failed.

    python -m host_tools.soak --days 30
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import runtimes, simulator
from host_tools.records import read_log

RATE_HZ = 16000
FULL_SCALE = 2**31
WRAP_TICKS = 2**30
# Waiting records and remembered tones come and go. Were 16 bytes (the least there is) lost each
# second, an hour would lose 57 KB, and each block 3.6 MB; in 30 days 70 bytes a day show.
FLUCTUATION_BYTES = 2048
TEN_YEARS_DAYS = 3652.5
ENDURANCE_ERASES = 100_000  # W25Q16JV data sheet, per sector


@dataclass(frozen=True)
class Script:
    """One period in seconds from its start; everything comes again in the next."""

    period_s: int
    chimes: tuple[int, ...]
    sirens: tuple[int, ...]
    presses: tuple[int, ...]  # long ones
    loud: tuple[int, int]  # from, to: clatter
    steps: tuple[tuple[int, int], ...]  # (at, by seconds) of the clock
    ask_s: int  # health is asked so often


HOUR = 3600
DAY = Script(
    86400,
    chimes=(3 * HOUR, 4 * HOUR, 5 * HOUR),
    sirens=(6 * HOUR, 6 * HOUR + 600, 6 * HOUR + 1200),
    presses=(4 * HOUR + 60, 6 * HOUR + 60, 6 * HOUR + 1260),
    loud=(20 * HOUR, 20 * HOUR + 600),
    steps=((8 * HOUR, -7200), (9 * HOUR, 7200), (10 * HOUR, 3600), (11 * HOUR, -3600)),
    ask_s=1200,
)
#: Twelve minutes, five times: what the tests run.
SHORT = Script(
    720,
    chimes=(200,),
    sirens=(500,),
    presses=(240, 540),
    loud=(600, 640),
    steps=((300, -7200), (450, 7200)),
    ask_s=60,
)


@dataclass
class Findings:
    """What a soak shows."""

    days: float = 0.0
    blocks: int = 0
    wall_s: float = 0.0
    played: dict[str, int] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    alerts: int = 0
    restarts: int = 0
    lost_ms: int = 0
    technical: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    besides: dict[str, int] = field(default_factory=dict)  # heard when nothing was played
    free: list[int] = field(default_factory=list)  # the most in each period: its quietest moment
    damaged: int = 0
    deaf_ms: int = 0
    worst_sector: int = 0
    erases: int = 0

    @property
    def growth(self) -> int:
        """Bytes of heap lost between the first half of the run (without its first period) and the
        second. Records that wait for the flash take memory for a while: hence the most that was
        free in each half."""
        half = (len(self.free) + 1) // 2
        return max(self.free[1:half]) - max(self.free[half:]) if len(self.free) > 2 else 0

    def _wear(self) -> str:
        if self.days < 1:  # a short script is far denser than any day
            return ""
        ten_years = round(self.worst_sector / self.days * TEN_YEARS_DAYS)
        return f": {ten_years} in ten years of {ENDURANCE_ERASES}"

    @property
    def ok(self) -> bool:
        bad = self.errors or self.technical or self.restarts or self.lost_ms or self.damaged
        return not bad and self.growth <= FLUCTUATION_BYTES

    def lines(self) -> list[str]:
        return [
            f"{self.days:g} days, {self.blocks} blocks in {self.wall_s:.0f} s "
            f"({self.days * 86400 / max(self.wall_s, 1e-9):.0f} times real time)",
            f"played {self.played}; in what the log still holds: heard {self.heard}, "
            f"besides {self.besides}, alerts {self.alerts}",
            f"restarts {self.restarts}, technical {self.technical}, errors {self.errors}",
            f"samples lost to a late loop: {self.lost_ms} ms; deaf while writing: "
            f"{self.deaf_ms / 1000:.1f} s, {self.deaf_ms / max(self.days, 1e-9) / 1000:.1f} a day",
            f"heap free {self.free[1:2]} -> {self.free[-1:]}: "
            + (
                f"growth {self.growth} bytes over {len(self.free) - 2} periods"
                if len(self.free) > 2
                else "growth not judged: that takes three periods"
            ),
            f"damaged log lines {self.damaged}; {self.erases} flash erases, worst sector "
            f"{self.worst_sector}" + self._wear(),
        ]


def _tone(seconds: float, hz: float, level_dbfs: float) -> np.ndarray:
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.sin(2 * np.pi * hz * t) * 10 ** (level_dbfs / 20)


def _siren() -> np.ndarray:
    parts = [_tone(0.25, hz, -45) for hz in (1000, 1260) * 6]
    return np.concatenate(parts)


def audio(script: Script, periods: int, seed: int = 1) -> Iterator[np.ndarray]:
    """A second at a time: room noise at -70 dBFS, the script's sounds in it."""
    rng = np.random.default_rng(seed)

    def noise(level_dbfs: float) -> np.ndarray:
        """Fresh each time: a second of a pool beside its like would seem a siren's turn."""
        values = rng.standard_normal(RATE_HZ, dtype=np.float32)
        return (values * np.float32(FULL_SCALE * 10 ** (level_dbfs / 20))).astype(np.int32)

    sounds = {at: _tone(1.0, 1500, -45) for at in script.chimes}
    sounds |= {at: _siren() for at in script.sirens}
    within: dict[int, np.ndarray] = {}
    for at, sound in sounds.items():
        for second in range(-(-len(sound) // RATE_HZ)):
            piece = sound[second * RATE_HZ : (second + 1) * RATE_HZ]
            within[at + second] = (piece * FULL_SCALE).astype(np.int32)
    for _ in range(periods):
        for second in range(script.period_s):
            loud = script.loud[0] <= second < script.loud[1] and second not in within
            block = noise(-45 if loud else -70)
            if second in within:
                block[: len(within[second])] += within[second]
            yield block


def inputs(script: Script) -> list[dict[str, Any]]:
    """Presses, clock steps and questions, again in every period."""
    every = {"every_s": script.period_s}
    rows: list[dict[str, Any]] = [
        {"t": script.ask_s - 7, "stdin": "health\n", "every_s": script.ask_s}
    ]
    for at in script.presses:
        rows.append({"t": at, "pin": "button", "value": 0, **every})
        rows.append({"t": at + 4, "pin": "button", "value": 1, **every})
    for at, by_s in script.steps:
        rows.append({"t": at, "fault": "rtc_step", "s": by_s, **every})
    return rows


def soak(
    script: Script,
    periods: int,
    image: Path,
    before_wrap_s: int = 600,
    tell: Callable[[str], None] | None = None,
    **options,
) -> Findings:
    """Run it. `before_wrap_s`: how long before their wrap the ticks start; `tell` takes a line at
    the end of each simulated day, so that a run which is broken off has shown something."""
    found = Findings(days=periods * script.period_s / 86400)
    found.blocks = int(periods * script.period_s * 62.5)
    found.played = {"chime": len(script.chimes) * periods, "siren": len(script.sirens) * periods}
    run = simulator.run(
        audio(script, periods),
        flash_image=image,
        inputs=inputs(script),
        start_ticks=WRAP_TICKS - before_wrap_s * 1000,
        progress_s=86400,
        **options,
    )
    for event in run:
        kind = event["ev"]
        if kind == "error":
            found.errors.append(event["text"])
        elif kind == "i2s":
            found.lost_ms += event.get("lost_ms", 0)
        elif kind == "stdout":
            answer = json.loads(event["line"])
            if answer.get("k") == "health":
                period = int(event["t"] // script.period_s)
                found.free += [0] * (period + 1 - len(found.free))
                found.free[period] = max(found.free[period], answer["free"])
                found.deaf_ms = answer["deaf_ms"]
                found.technical += sorted(set(answer["faults"]) - {"mic_noise"})
        elif kind == "progress" and tell:
            tell(
                f"day {event['t'] / 86400:g}: free {found.free}, lost {found.lost_ms} ms, "
                f"deaf {found.deaf_ms} ms, technical {found.technical}, errors {found.errors}"
            )
    result = run.result
    found.wall_s = result.wall_s
    if not result.ok or result.virtual_s < periods * script.period_s - 1:
        found.errors.append(f"it ended after {result.virtual_s / 86400:.2f} days: {result.why}")
    found.restarts = result.restarts
    found.worst_sector = max(result.wear.values(), default=0)
    found.erases = sum(result.wear.values())
    log = read_log(result.files())
    found.damaged = log.damaged
    for record in log.records:
        if record["k"] == "heard":
            at = (record["up"] - record["ago_ms"] / 1000) % script.period_s
            script_s = script.chimes if record["sound"] == "chime" else script.sirens
            played = any(abs(at - s) < 5 for s in script_s)
            counts = found.heard if played else found.besides
            name = record["sound"] if played else f"{record['grade']} {record['sound']}"
            counts[name] = counts.get(name, 0) + 1
        elif record["k"] == "alert":
            found.alerts += 1
        elif record["k"] == "technical":
            found.technical.append(record["name"])
    return found


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--runtime", default="x86-64", help="x86-64, i386 or arm")
    options = parser.parse_args()
    runtime = runtimes.find(options.runtime)
    if runtime is None:
        print(f"soak: {runtimes.why_missing(options.runtime)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        found = soak(DAY, options.days, Path(folder) / "flash.img", runtime=runtime, tell=_tell)
    print("\n".join(found.lines()))
    print("soak: " + ("passed" if found.ok else "FAILED"))
    return 0 if found.ok else 4


if __name__ == "__main__":
    sys.exit(main())
