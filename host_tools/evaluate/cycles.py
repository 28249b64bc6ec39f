# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Checks of the recurrence that are too long, or too far off, for `chimewatch evaluate --only h`.

    python -m host_tools.evaluate.cycles --whole 3 --db 13.3      evenings heard whole, no shortcut
    python -m host_tools.evaluate.cycles --recordings FOLDER...   alerts by faint tones there
    python -m host_tools.evaluate.cycles --weak-sirens 120        chance repeats, in so many nights

In: levels, folders, nights. Out: a line for each. A whole evening is twelve hours of white noise
with twelve chimes (a minute or two of processor time): it shows whether the shortcut of part h,
which hears the chimes and draws what noise does between them, holds.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from host_tools import audio, detect
from host_tools.acoustics import RATE_HZ
from host_tools.errors import UserError
from host_tools.evaluate import corpus, sounds
from host_tools.evaluate.hearings import HEARINGS, INTERVAL_S, NEAR_HZ, long_ear
from host_tools.evaluate.trials import add
from host_tools.listening import Ear
from host_tools.listening.recurring import Recurring

PIECE_S = 20


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="host_tools.evaluate.cycles",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--whole", type=int, default=0, help="evenings heard whole")
    parser.add_argument("--db", type=float, default=13.3, help="their S/N0")
    parser.add_argument("--recordings", type=Path, nargs="+", help="folders of sound")
    parser.add_argument("--hours", type=float, default=4, help="at most so many of them")
    parser.add_argument("--weak-sirens", type=int, default=0, metavar="NIGHTS")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not (args.whole or args.recordings or args.weak_sirens):
        parser.error("say what: --whole, --recordings or --weak-sirens")
    for a_night in (1, 3, 10) if args.weak_sirens else ():
        print(weak_sirens(a_night, args.weak_sirens, args.seed), flush=True)
    if args.recordings:
        print(on_recordings(args.recordings, args.hours))
    with long_ear() as ear:
        for i in range(args.whole):
            told = whole_evening(ear, args.db, seed_of(args.seed, 5, i))
            print(f"whole evening {i + 1} at {args.db:g} dB-Hz: told at chime {told}", flush=True)


def seed_of(seed: int, *more: int) -> list[int]:
    return [20261125, seed, *more]


def whole_evening(ear: Ear, level_db: float, seed: list[int]) -> int | None:
    """Twelve hourly chimes in noise, heard from end to end: the number of the first that is sure,
    or with which the recurrence has heard enough."""
    rng = np.random.default_rng(seed)
    rendered = sounds.pump(rng, "chime", {})[0]
    first_s = rng.uniform(60, 75)
    starts = [first_s + n * INTERVAL_S for n in range(HEARINGS)]

    def pieces() -> Iterator[np.ndarray]:
        for k in range(round((starts[-1] + 30) / PIECE_S)):
            piece = sounds.white(rng, PIECE_S * RATE_HZ)
            for at_s in starts:
                if 0 <= at_s - PIECE_S * k < 15:
                    add(piece, rendered, at_s - PIECE_S * k, [sounds.WHITE_DENSITY], level_db)
            yield piece

    told = None
    for f in ear.hear(pieces()):
        counts = f.kind == "repeat" or f.name == "sure chime"
        if told is None and counts and abs(f.hz[0] - rendered.hz[0]) < NEAR_HZ:
            told = 1 + round((f.start - first_s) / INTERVAL_S)
    return told


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


def recordings(places: list[Path], seconds: float) -> Iterator[np.ndarray]:
    """Tuning recordings back to back with three seconds of the microphone's noise between them."""
    noise = detect.microphone_noise(1)
    left = seconds
    for place in places:
        for recording in corpus.folder(place, place.name, True):
            if corpus.reserved(recording.path) or recording.role != "negative":
                continue
            try:
                samples = audio.load(recording.path, audio.inspect(recording.path, min_s=0.05))
            except UserError as error:
                print(error, file=sys.stderr)
                continue
            around = np.resize(noise, len(samples) + 3 * RATE_HZ).astype(np.float32)
            around[: len(samples)] += samples
            left -= len(around) / RATE_HZ
            yield around
            if left < 0:
                return


def on_recordings(places: list[Path], hours: float) -> str:
    heard: Counter[str] = Counter()
    seconds = 0.0

    def counted() -> Iterator[np.ndarray]:
        nonlocal seconds
        for piece in recordings(places, hours * 3600):
            seconds += len(piece) / RATE_HZ
            yield piece

    with long_ear() as chain:
        heard.update(f"{f.kind} {f.looks} {f.grade}" for f in chain.hear(counted()))
    return (
        f"recordings ({', '.join(place.name for place in places)}), {seconds / 3600:.2f} h: "
        f"{heard['faint chime faint']} faint candidates, {heard['repeat chime faint']} alerts by "
        f"them; all: {dict(sorted(heard.items()))}"
    )


if __name__ == "__main__":
    main()
