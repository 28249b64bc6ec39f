# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What a learned profile gains: `python -m host_tools.learned_gain [--trials N] [--hours H]`.

In: nothing but numbers. Out: a table, S/N0 against the share heard, blind and with the profile, in
white noise; then the findings that ten random profiles give in recordings that hold no pump (those
used for tuning, as far as they are here); then what profiles cost. Pump sounds are rendered: no
real one has been recorded.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import audio, profile_files, render, runtimes
from host_tools.acoustics import RATE_HZ
from host_tools.detect import microphone_noise, pieces
from host_tools.errors import UserError
from host_tools.evaluate import corpus, sounds
from host_tools.listening import Ear

SEED = 20261125  # figures; tuning used others
A_PUMP = 20  # soundings of one pump
SLOT_S = {"chime": 9, "siren": 12}
CASES = (("chime", 0.0), ("siren", 2.0), ("siren", 4.0), ("siren", 10.0))
LEVELS_DB = {"chime": (14, 15, 16, 17, 18, 19, 20), "siren": (12, 13, 14, 15, 16, 17, 18, 20)}


def profile(kind: str, hz: tuple[float, ...], changes: float) -> dict[str, Any]:
    """As learning writes it: tones to 0.3 %, turns and lengths to 8 %."""
    tones = [[max(600, int(f * 0.997)), min(5000, int(f * 1.003) + 1)] for f in hz]
    if kind == "chime":
        segments = [{"tone": 0, "ms": [920, 1080]}]
        repeats, total = 1, [920, 1080]
    else:
        once = 1000 / changes
        segments = [{"tone": i, "ms": [int(once * 0.92), int(once * 1.08) + 1]} for i in (0, 1)]
        repeats, total = round(3 * changes / 2), [2800, 3200]
    sound = {"kind": kind, "name": kind, "tones": tones, "segments": segments,
             "repeats": [repeats, repeats], "total_ms": total, "interval_s": [],
             "priority": "high" if kind == "siren" else "medium"}  # fmt: skip
    return {"format": 1, "name": "learned", "source": "rendered", "sounds": [sound]}


def draw(rng: np.random.Generator, kind: str) -> tuple[float, ...]:
    if kind == "chime":
        return (float(rng.uniform(620, 4950)),)
    ratio = float(np.exp(rng.uniform(np.log(1.06), np.log(2))))
    low = float(rng.uniform(620, 4950 / ratio))
    return low, low * ratio


def share(kind: str, changes: float, level: float, trials: int, learned: bool) -> tuple[int, int]:
    """(sure, heard at all) of so many soundings, by new pumps every A_PUMP."""
    rng = np.random.default_rng([SEED, int(level), int(changes)])
    sure = heard = 0
    length = 1.0 if kind == "chime" else 3.0
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        for _ in range(trials // A_PUMP):
            hz = draw(rng, kind)
            path = Path(folder) / "p.json"
            profile_files.write(path, profile(kind, hz, changes))
            segments = (
                render.chime(hz[0])
                if kind == "chime"
                else render.siren(hz[0], hz[1] / hz[0], changes)
            )
            starts: list[float] = []
            with Ear(profiles=[path] if learned else []) as ear:
                found = list(ear.hear(_stream(rng, kind, segments, level, starts)))
            for start in starts:
                grades = {
                    f.grade
                    for f in found
                    if f.kind == kind
                    and min(f.end, start + length) - max(f.start, start) > length / 2
                }
                sure += "sure" in grades
                heard += bool(grades)
    return sure, heard


def _stream(
    rng: np.random.Generator, kind: str, segments: Any, level: float, starts: list[float]
) -> Iterator[np.ndarray]:
    yield sounds.white(rng, 8 * RATE_HZ)
    for i in range(A_PUMP):
        piece = sounds.white(rng, SLOT_S[kind] * RATE_HZ)
        sound = render.pump(rng, segments, kind)
        gain = render.gain_for(sound, [sounds.WHITE_DENSITY] * len(sound.hz), level)
        at = 4.5 + rng.uniform(0, 1)
        first = round(at * RATE_HZ)
        place = piece[first : first + len(sound.signal)]
        place += (gain * sound.signal[: len(place)]).astype(np.float32)
        starts.append(8 + i * SLOT_S[kind] + at)
        yield piece
    yield sounds.white(rng, 3 * RATE_HZ)


def false_findings(hours: float, count: int = 10) -> tuple[float, Counter[str], Counter[str]]:
    """(hours heard, findings by grade and kind: of `count` profiles, and blind beside them)."""
    rng = np.random.default_rng(SEED)
    noise = microphone_noise()
    known: Counter[str] = Counter()
    blind: Counter[str] = Counter()
    recordings = [r for r in corpus.everything() if r.tuning and r.role == "negative"]
    order = rng.permutation(len(recordings))
    seconds = 0.0
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        paths = []
        for i in range(count):
            value = profile("chime", draw(rng, "chime"), 0)
            value["sounds"] += profile("siren", draw(rng, "siren"), 4)["sounds"]
            paths.append(Path(folder) / f"{i}.json")
            profile_files.write(paths[-1], value)
        with Ear(profiles=paths) as ear:
            for n in order:
                if seconds >= hours * 3600:
                    break
                try:
                    info = audio.inspect(recordings[n].path)
                except UserError:
                    continue
                seconds += info.seconds
                for finding in ear.hear(pieces(info, noise)):
                    if finding.kind != "not matched":
                        (known if finding.profile else blind)[finding.name] += 1
    return seconds / 3600, known, blind


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=100, help="soundings a level")
    parser.add_argument("--hours", type=float, default=2.0, help="of recordings")
    parser.add_argument("--only", choices=["heard", "false", "cost"])
    options = parser.parse_args()
    if options.only in (None, "heard"):
        print(f"{options.trials} soundings a level, white noise; sure (sure or weak), in percent")
        for kind, changes in CASES:
            print(f"{kind}" + (f", {changes:g} changes a second" if changes else ""))
            for level in LEVELS_DB[kind]:
                cells = []
                for learned in (False, True):
                    sure, heard = share(kind, changes, level, options.trials, learned)
                    of = options.trials // A_PUMP * A_PUMP
                    cells.append(f"{100 * sure / of:5.1f} ({100 * heard / of:5.1f})")
                print(f"  {level} dB-Hz   blind {cells[0]}   learned {cells[1]}", flush=True)
    if options.only in (None, "false"):
        hours, known, blind = false_findings(options.hours)
        print(f"{hours:.2f} h of recordings without a pump, ten random profiles (20 sounds):")
        print(f"  with a profile: {dict(known) or 'none'}; blind: {dict(blind) or 'none'}")
    if options.only in (None, "cost"):
        for count in (0, 1, 10):
            print(f"{count:2d} profiles: {cost(count)} us a frame of 64 ms on this computer")
    return 0


def cost(profiles: int) -> float:
    """Microseconds a frame, by MicroPython here; `make bench` counts instructions instead."""
    runtime = runtimes.best()
    if not runtime.is_micropython:
        raise UserError(runtimes.why_missing("x86-64"))
    script = runtimes.ROOT / "host_tools" / "bench_profiles.py"
    done = subprocess.run(
        [*runtime.argv, "-X", "heapsize=4m", str(script), str(profiles), "20000"],
        env=runtime.environ([runtimes.ROOT / "firmware"]), capture_output=True, check=True,
    )  # fmt: skip
    return float(json.loads(done.stdout)["us_a_frame"])


if __name__ == "__main__":
    sys.exit(main())
