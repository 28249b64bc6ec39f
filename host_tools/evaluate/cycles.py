# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How much weaker a pump may be when it can be heard again and again, and what that costs.

    python -m host_tools.evaluate.cycles                 both kinds, about ten minutes
    python -m host_tools.evaluate.cycles --kind chime --trials 200 --noise-h 4
    python -m host_tools.evaluate.cycles --full 6        six whole evenings through the true chain

In: levels of S/N0, an interval. Out: for N = 1, 2, … soundings the S/N0 at which half and 90 % of
the pumps are found by then; chance alerts in months of white noise.

A whole evening of sound for each trial would take hours, so it is done in two steps. First the
true listening chain hears single soundings in white noise, and hours of nothing else: a table of
what becomes of a sounding at each level (a finding, or a faint candidate of such a strength and
such an error in pitch and time), and of how often noise gives candidates and how strong. Then the
true recurrence hears evenings whose soundings are drawn from the first table and whose noise is
drawn from the second. ``--full`` compares this with evenings heard whole.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.evaluate.cycles_drawn import draw, evening, quiet_months, weak_sirens
from host_tools.evaluate.cycles_heard import (
    INTERVAL_S,
    MOST_CYCLES,
    Table,
    keep,
    kept,
    long_ear,
    measure,
    on_recordings,
    seed_of,
    whole_evening,
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="host_tools.evaluate.cycles",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kind", choices=("chime", "siren", "both"), default="both")
    parser.add_argument("--trials", type=int, default=300, help="single soundings a level")
    parser.add_argument("--evenings", type=int, default=300, help="drawn evenings a level")
    parser.add_argument("--noise-h", type=float, default=8, help="hours of white noise heard")
    parser.add_argument("--months", type=float, default=24, help="drawn months of white noise")
    parser.add_argument("--full", type=int, default=0, help="whole evenings through the true chain")
    parser.add_argument("--full-db", type=float, default=12.5, help="their S/N0")
    parser.add_argument("--recordings", type=Path, nargs="+", help="only these folders of sound")
    parser.add_argument("--weak-sirens", type=int, default=0, metavar="NIGHTS", help="only these")
    parser.add_argument("--hours", type=float, default=4, help="at most so many of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", type=Path, help="keep step one here, or take it from here")
    args = parser.parse_args()
    if args.weak_sirens:
        for a_night in (1, 3, 10):
            print(weak_sirens(a_night, args.weak_sirens, args.seed), flush=True)
        return
    if args.recordings:
        print(on_recordings(args.recordings, args.hours))
        return
    kinds = ("chime", "siren") if args.kind == "both" else (args.kind,)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    for kind in kinds:
        table = kept(args.tables, kind) or measure(kind, args.trials, args.noise_h, args.seed, say)
        keep(args.tables, table)
        mine = [one for one in table.noise if one["looks"] == kind and one["grade"] == "faint"]
        print(f"{kind}: {len(mine)} faint candidates in {table.noise_h:g} h of white noise", end="")
        if mine:
            strengths = [one["strength"] for one in mine]
            print(f", {len(mine) / table.noise_h:.0f} an hour, mean {np.mean(strengths):.1f} dB")
        else:
            print()
        drawn = draw(table, args.evenings, args.seed)
        print("\n".join(lines(table, drawn, args.evenings)))
        months = quiet_months(np.random.default_rng(seed_of(args.seed, 4)), table, args.months)
        print(f"white noise alone: {months['alerts']} alerts in {months['months']:g} drawn months")
        if args.full:
            whole(kind, table, args, say)


def whole(kind: str, table: Table, args: argparse.Namespace, say: Callable[[str], None]) -> None:
    level = args.full_db
    with long_ear() as ear:
        after = []
        for i in range(args.full):
            after.append(whole_evening(ear, kind, level, seed_of(args.seed, 5, i)))
            say(f"{kind}, whole evening {i + 1}: alert after sounding {after[-1]}")
    found = sum(a is not None for a in after)
    rng = np.random.default_rng(seed_of(args.seed, 6))
    drawn = [evening(rng, table, level, True) for _ in range(500)]
    share = sum(a is not None for a in drawn) / len(drawn)
    print(f"whole evenings at {level:g} dB-Hz: alert in {found} of {len(after)}, drawn {share:.0%}")


def lines(table: Table, drawn: dict[str, Any], evenings: int) -> Iterator[str]:
    kind, levels = table.kind, drawn["levels"]
    single = [table.share(level, ("weak", "sure")) for level in levels]
    trials = len(table.outcomes[levels[0]])
    yield f"{kind}, white noise, one every {INTERVAL_S[kind] // 60} min; S/N0 in dB-Hz"
    yield f"({trials} single soundings and {evenings} evenings a level)"
    yield "level   one hearing   faint candidate besides"
    for level, share in zip(levels, single, strict=True):
        yield f"{level:5.1f}   {share:10.0%}   {table.share(level, ('faint',)):10.0%}"
    yield f"one hearing (sure or weak): 50 % at {_at(levels, single, 0.5)}, 90 % at " + _at(
        levels, single, 0.9
    )
    yield "alert after N soundings      50 %    90 %   without faint: 50 %    90 %   lamp: 50 %"
    for n in range(1, MOST_CYCLES[kind] + 1):
        cells = []
        for name in ("with", "without"):
            shares = [row[n - 1] for row in drawn[name]]
            cells += [_at(levels, shares, 0.5), _at(levels, shares, 0.9)]
        lamp = [1 - (1 - share) ** n for share in single]
        cells.append(_at(levels, lamp, 0.5))
        yield f"{n:24d} " + "{:>8}{:>8}{:>23}{:>8}{:>13}".format(*cells)


def _at(levels: list[float], shares: list[float], wanted: float) -> str:
    level = reached(levels, shares, wanted)
    return "-" if level is None else f"{level:.1f}"


def reached(levels: list[float], shares: list[float], wanted: float) -> float | None:
    """The level from which on the share stays at or above `wanted`, between levels linearly."""
    for i in range(len(levels) - 1, -1, -1):
        if shares[i] < wanted:
            if i == len(levels) - 1:
                return None
            part = (wanted - shares[i]) / (shares[i + 1] - shares[i])
            return round(levels[i] + part * (levels[i + 1] - levels[i]), 1)
    return levels[0]


if __name__ == "__main__":
    main()
