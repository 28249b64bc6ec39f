# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch walk-test`: does the monitor hear a pump at the bed, and how faint a one?

In: `Options`. Out: an exit status; a WAV file for a phone, or the sounds from this computer's
loudspeaker, or the verdict: which of the falling levels the monitor still heard, by its own log or
by a recording that is put through its detection.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from host_tools import audio, computer_loudspeaker, local_time, walk_heard, walk_simulated
from host_tools.detect import check_profile, findings, microphone_noise
from host_tools.errors import EXIT_PLAYED, UserError
from host_tools.listening import Ear
from host_tools.logbook import open_log, pull
from host_tools.walk_heard import Hearing, Walk
from host_tools.walk_sounds import PLAYED_HZ, Sound, Step, choose, samples, steps, write_wav
from host_tools.walk_words import as_dict, reach, tell

WAKES = {
    "siren": "The monitor will raise its full alert at the first sound, nurse call included: tell "
    "everyone. Hold the button for 3 seconds in the minute after it; the rest is then only logged. "
    "For 30 minutes after that press a siren gives lamp and log only: stay with the person.",
    "chime": "The monitor will alert at the first sounds. Hold the button for 3 seconds in the "
    "minute after the first one. For 12 hours after that press a CHIME GIVES LAMP AND LOG ONLY "
    "(hold_chime_s in the settings makes it shorter): listen yourself, or use --kind siren.",
}


@dataclass
class Options:
    """What `chimewatch walk-test` was asked for."""

    source: Path | None = None
    out: Path | None = None
    play: bool = False
    kind: str | None = None
    hz: float | None = None
    profile: Path | None = None
    device: str | None = None
    ears: int | None = None
    zone: str | None = None
    port: str | None = None
    simulated: bool = False
    as_json: bool = False


def run(options: Options, out: TextIO) -> int:
    """Raises `UserError` before anything was written, else returns the exit status."""
    ways = [options.source is not None, options.out is not None, options.play, options.simulated]
    if sum(ways) > 1:
        raise UserError("give one of: a log or recording to judge, --out, --play, --simulated")
    if options.ears is not None and not 0 <= options.ears <= len(steps()):
        raise UserError(f"--my-ears {options.ears}: give a number from 0 to {len(steps())}")
    where = local_time.zone(options.zone)
    sound = choose(options.kind, options.hz, options.profile)
    if options.out is not None:
        write_wav(sound, options.out)
        return _announce(sound, options, out)
    if options.play:
        _play(sound, options, out)
        return EXIT_PLAYED
    if options.source and not options.source.is_dir() and audio_like(options.source):
        return judge(_recorded(options), str(options.source), where, options, out, clock=False)
    if options.simulated:
        log = walk_simulated.run(sound)
    else:
        log = open_log(options.source) if options.source else pull(options.port)
    return judge(walk_heard.of_log(log), log.source, where, options, out)


def audio_like(path: Path) -> bool:
    """A recording, to tell by its name; everything else is a log or an image."""
    return path.suffix.lower() not in ("", ".jsonl", ".img", ".bin", ".json")


def _recorded(options: Options) -> list[Hearing]:
    assert options.source
    if options.profile is not None:
        check_profile(options.profile)
    audio.inspect(options.source)  # refuses what is no recording before the ear opens
    with Ear(profiles=[options.profile] if options.profile else []) as ear:
        return walk_heard.of_findings(findings(ear, options.source, microphone_noise()))


def _announce(sound: Sound, options: Options, out: TextIO) -> int:
    plan = [{"number": s.number, "level_db": s.level_db, "at_s": s.at_s} for s in steps()]
    if options.as_json:
        document = {"file": str(options.out), "sound": sound.words, "steps": plan}
        print(json.dumps(document), file=out)
        return EXIT_PLAYED
    print(f"wrote {options.out}: {sound.words}", file=out)
    _explain(sound, out)
    print("Play it on a phone, then ask the monitor: chimewatch walk-test", file=out)
    return EXIT_PLAYED


def _explain(sound: Sound, out: TextIO) -> None:
    last = steps()[-1]
    print(
        f"{len(steps())} sounds in {local_time.span(last.at_s)}, each 4 dB softer than the one "
        f"before, down to {last.level_db} dB.\n{WAKES[sound.kind]}",
        file=out,
    )


def _play(sound: Sound, options: Options, out: TextIO) -> None:
    walk = samples(sound)
    console = Console(file=out, highlight=False, soft_wrap=True)
    if not options.as_json:
        print(f"playing {sound.words}", file=out)
        _explain(sound, out)
    bar = Progress(
        TextColumn("{task.description}"), "[progress.percentage]{task.percentage:>3.0f} %",
        TimeRemainingColumn(), TextColumn("left"), console=console, transient=True,
        disable=options.as_json or not console.is_terminal,
    )  # fmt: skip
    done = 0
    with bar:
        task = bar.add_task("", total=len(walk) / PLAYED_HZ)

        def told(at_s: float) -> None:
            nonlocal done
            now = [step for step in steps() if step.at_s <= at_s]
            bar.update(task, completed=at_s, description=_name(now[-1]) if now else "")
            if len(now) > done and options.as_json:
                event = {"event": "sound", "number": now[-1].number, "level_db": now[-1].level_db}
                print(json.dumps(event), file=out, flush=True)
            elif len(now) > done and not console.is_terminal:
                print(_name(now[-1]), file=out, flush=True)
            done = len(now)

        computer_loudspeaker.play(walk, PLAYED_HZ, options.device, told)
    if not options.as_json:
        print("played. Now ask the monitor what it heard: chimewatch walk-test", file=out)


def _name(step: Step) -> str:
    return f"sound {step.number} of {len(steps())}, {step.level_db} dB"


def judge(
    hearings: list[Hearing], name: str, where: tzinfo, options: Options, out: TextIO,
    clock: bool = True,
) -> int:  # fmt: skip
    """Say how far down it heard; of several walks the last in detail. `clock`: times are UTC."""
    found = walk_heard.walks(hearings)
    if not found:
        raise UserError(
            f"{name}: no walk test in it: at least two of its sounds have to be heard. Bring the "
            "phone nearer, or turn it up, and play the whole file again"
        )
    if options.as_json:
        for walk in found:
            print(json.dumps(as_dict(walk, clock)), file=out)
        return EXIT_PLAYED
    console = Console(file=out, highlight=False, soft_wrap=True)
    for walk in found[:-1]:
        console.print(Text(f"earlier: {_when(walk, where, clock)}: {reach(walk)}", "dim"))
    tell(found[-1], _when(found[-1], where, clock), name, options.ears, console)
    return EXIT_PLAYED


def _when(walk: Walk, where: tzinfo, clock: bool) -> str:
    if not clock:
        return f"from {local_time.span(max(0, walk.began_s))} on"
    return local_time.stamp(datetime.fromtimestamp(walk.began_s, UTC), where)
