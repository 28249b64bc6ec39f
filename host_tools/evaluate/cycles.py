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
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import audio, detect, render
from host_tools.acoustics import RATE_HZ
from host_tools.errors import UserError
from host_tools.evaluate import corpus, sounds
from host_tools.evaluate.trials import LEAD_S, SETTLE_S, SLOT_S
from host_tools.listening import FIRMWARE, Ear, Finding
from host_tools.listening.recurring import Recurring

LONG_RUN = Path(__file__).resolve().parent.parent / "listening" / "long_run.py"
INTERVAL_S = {"chime": 3600, "siren": 600}
LEVELS_DB = {"chime": tuple(np.arange(10.0, 17.5, 0.5)), "siren": tuple(np.arange(9.0, 18.0, 0.5))}
MOST_CYCLES = {"chime": 8, "siren": 12}
WARM_S = 7200  # of noise alone before the first sounding of a drawn evening
NEAR_HZ = 20.0


@dataclass
class Table:
    """What single soundings become, by level; what noise alone gives."""

    kind: str
    #: level -> a list of what became of each: None, or {grade, strength, hz: errors, late_s}
    outcomes: dict[float, list[dict[str, Any] | None]] = field(default_factory=dict)
    noise_h: float = 0.0
    noise: list[dict[str, Any]] = field(default_factory=list)  # grade, strength, hz

    def share(self, level: float, grades: tuple[str, ...]) -> float:
        mine = self.outcomes[level]
        return sum(o is not None and o["grade"] in grades for o in mine) / len(mine)


def soundings(ear: Ear, kind: str, level: float, trials: int, seed: list[int]) -> list[Any]:
    """What becomes of so many single soundings."""
    rng = np.random.default_rng(seed)
    truths: list[render.Truth] = []
    found = list(ear.hear(_slots(rng, kind, level, trials, truths)))
    return [outcome(truth, found) for truth in truths]


def _slots(
    rng: np.random.Generator, kind: str, level: float, trials: int, truths: list[render.Truth]
) -> Iterator[np.ndarray]:
    yield sounds.white(rng, SETTLE_S * RATE_HZ)
    for i in range(trials):
        piece = sounds.white(rng, SLOT_S[kind] * RATE_HZ)
        truth = add(rng, piece, kind, LEAD_S + rng.uniform(), level)
        start_s = truth.start_s + SETTLE_S + i * SLOT_S[kind]
        truths.append(render.Truth(start_s, start_s, kind, truth.hz, level))
        yield piece
    yield sounds.white(rng, 8 * RATE_HZ)


def add(
    rng: np.random.Generator,
    piece: np.ndarray,
    kind: str,
    at_s: float,
    level: float,
    rendered: render.Rendered | None = None,
) -> render.Truth:
    """A sounding into a piece of white noise, in place."""
    rendered = rendered or sounds.pump(rng, kind, {})[0]
    gain = render.gain_for(rendered, [sounds.WHITE_DENSITY] * len(rendered.hz), level)
    first = round(at_s * RATE_HZ)
    place = piece[first : first + len(rendered.signal)]
    place += (gain * rendered.signal[: len(place)]).astype(np.float32)
    return render.Truth(first / RATE_HZ, first / RATE_HZ, kind, rendered.hz, level)


def outcome(truth: render.Truth, found: list[Finding]) -> dict[str, Any] | None:
    """The best that was made of a sounding; what failed a test counts as nothing."""
    best = None
    for f in found:
        if f.looks != truth.kind or f.kind not in (truth.kind, "faint"):
            continue
        if abs(f.start - truth.start_s) > 2 or len(f.hz) != len(truth.hz):
            continue
        errors = [a - b for a, b in zip(sorted(f.hz), truth.hz, strict=True)]
        if max(map(abs, errors)) > NEAR_HZ:
            continue
        rank = ("faint", "weak", "sure").index(f.grade)
        if best is None or rank > best[0]:
            late_s = round(f.start - truth.start_s, 2)
            strength = f.confidence if f.grade == "faint" else 0
            best = (rank, {"grade": f.grade, "strength": strength, "hz": errors, "late_s": late_s})
    return best[1] if best else None


def noise_alone(ear: Ear, kinds: tuple[str, ...], hours: float, seed: list[int]) -> list[Any]:
    rng = np.random.default_rng(seed)
    pieces = (sounds.white(rng, 20 * RATE_HZ) for _ in range(round(hours * 180)))
    return [
        {"looks": f.looks, "grade": f.grade, "strength": f.confidence, "hz": list(f.hz)}
        for f in ear.hear(pieces)
        if f.kind in ("faint", *kinds)
    ]


# --- drawn evenings ------------------------------------------------------------------------------


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


# --- whole evenings ------------------------------------------------------------------------------


def whole_evening(ear: Ear, kind: str, level: float, seed: list[int]) -> int | None:
    """The same through the true chain, sound and all."""
    rng = np.random.default_rng(seed)
    rendered = sounds.pump(rng, kind, {})[0]
    count = MOST_CYCLES[kind]
    first_s, interval_s = rng.uniform(60, 75), INTERVAL_S[kind]
    starts = [first_s + n * interval_s for n in range(count)]

    def pieces() -> Iterator[np.ndarray]:
        for k in range(round((starts[-1] + 30) / 20)):
            piece = sounds.white(rng, 20 * RATE_HZ)
            for at_s in starts:
                if 0 <= at_s - 20 * k < 15:
                    add(rng, piece, kind, at_s - 20 * k, level, rendered)
            yield piece

    first = None
    for f in ear.hear(pieces()):
        near = abs(f.hz[0] - rendered.hz[0]) < 40
        if f.kind == "repeat" and near and first is None:
            first = 1 + round((f.start - first_s) / interval_s)
    return first


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
            except UserError:
                continue
            around = np.resize(noise, len(samples) + 3 * RATE_HZ).astype(np.float32)
            around[: len(samples)] += samples
            left -= len(around) / RATE_HZ
            yield around
            if left < 0:
                return


def on_recordings(places: list[Path], hours: float) -> str:
    heard: dict[str, int] = {}
    seconds = 0.0

    def counted() -> Iterator[np.ndarray]:
        nonlocal seconds
        for piece in recordings(places, hours * 3600):
            seconds += len(piece) / RATE_HZ
            yield piece

    with Ear(firmware=FIRMWARE, script=LONG_RUN) as ear:
        for f in ear.hear(counted()):
            name = f"{f.kind} {f.looks} {f.grade}"
            heard[name] = heard.get(name, 0) + 1
    faint = heard.get("faint chime faint", 0)
    alerts = heard.get("repeat chime faint", 0)
    return (
        f"recordings ({', '.join(place.name for place in places)}), {seconds / 3600:.2f} h: "
        f"{faint} faint candidates, {alerts} alerts by them; all: {dict(sorted(heard.items()))}"
    )


def weak_sirens(a_night: float, nights: int, seed: int) -> str:
    """Weak sirens that mean nothing, at random times and tones: high alerts by chance repeats."""
    rng = np.random.default_rng(_seed(seed, 7, round(10 * a_night)))
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


# --- the command ---------------------------------------------------------------------------------


def reached(levels: list[float], shares: list[float], wanted: float) -> float | None:
    """The level from which on the share stays at or above `wanted`, between levels linearly."""
    for i in range(len(levels) - 1, -1, -1):
        if shares[i] < wanted:
            if i == len(levels) - 1:
                return None
            part = (wanted - shares[i]) / (shares[i + 1] - shares[i])
            return round(levels[i] + part * (levels[i + 1] - levels[i]), 1)
    return levels[0]


def _seed(seed: int, *more: int) -> list[int]:
    return [20261125, seed, *more]


def measure(kind: str, trials: int, noise_h: float, seed: int, say: Any) -> Table:
    """Step one, with the true chain."""
    table = Table(kind)
    with Ear(firmware=FIRMWARE, script=LONG_RUN) as ear:
        for i, level in enumerate(LEVELS_DB[kind]):
            table.outcomes[float(level)] = soundings(
                ear, kind, float(level), trials, _seed(seed, 1, i, len(kind))
            )
            say(f"{kind}: {trials} single soundings at {level:.1f} dB-Hz heard")
        if noise_h:
            table.noise_h = noise_h
            table.noise = noise_alone(ear, (kind,), noise_h, _seed(seed, 2))
            say(f"{noise_h:g} h of white noise heard")
    return table


def draw(table: Table, evenings: int, seed: int) -> dict[str, Any]:
    """Step two: shares found after n soundings, by level, with and without faint candidates."""
    out: dict[str, Any] = {"levels": list(table.outcomes)}
    for name, faint in (("with", True), ("without", False)):
        shares = []
        for i, level in enumerate(table.outcomes):
            rng = np.random.default_rng(_seed(seed, 3, i, faint))
            after = [evening(rng, table, level, faint) for _ in range(evenings)]
            shares.append(
                [
                    sum(a is not None and a <= n for a in after) / evenings
                    for n in range(1, MOST_CYCLES[table.kind] + 1)
                ]
            )
        out[name] = shares
    return out


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
        table = _kept(args.tables, kind) or measure(kind, args.trials, args.noise_h, args.seed, say)
        _keep(args.tables, table)
        mine = [one for one in table.noise if one["looks"] == kind and one["grade"] == "faint"]
        print(f"{kind}: {len(mine)} faint candidates in {table.noise_h:g} h of white noise", end="")
        if mine:
            strengths = [one["strength"] for one in mine]
            print(f", {len(mine) / table.noise_h:.0f} an hour, mean {np.mean(strengths):.1f} dB")
        else:
            print()
        drawn = draw(table, args.evenings, args.seed)
        print("\n".join(lines(table, drawn, args.evenings)))
        months = quiet_months(np.random.default_rng(_seed(args.seed, 4)), table, args.months)
        print(f"white noise alone: {months['alerts']} alerts in {months['months']:g} drawn months")
        if args.full:
            whole(kind, table, args, say)


def whole(kind: str, table: Table, args: argparse.Namespace, say: Any) -> None:
    level = args.full_db
    with Ear(firmware=FIRMWARE, script=LONG_RUN) as ear:
        after = []
        for i in range(args.full):
            after.append(whole_evening(ear, kind, level, _seed(args.seed, 5, i)))
            say(f"{kind}, whole evening {i + 1}: alert after sounding {after[-1]}")
    found = sum(a is not None for a in after)
    rng = np.random.default_rng(_seed(args.seed, 6))
    drawn = [evening(rng, table, level, True) for _ in range(500)]
    share = sum(a is not None for a in drawn) / len(drawn)
    print(f"whole evenings at {level:g} dB-Hz: alert in {found} of {len(after)}, drawn {share:.0%}")


def _kept(place: Path | None, kind: str) -> Table | None:
    path = place / f"{kind}.json" if place else None
    if path is None or not path.is_file():
        return None
    stored = json.loads(path.read_text("utf-8"))
    stored["outcomes"] = {float(k): v for k, v in stored["outcomes"].items()}
    return Table(**stored)


def _keep(place: Path | None, table: Table) -> None:
    if place:
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{table.kind}.json").write_text(json.dumps(asdict(table)), "utf-8")


if __name__ == "__main__":
    main()
