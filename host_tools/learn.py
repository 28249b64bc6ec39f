# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch learn`: from a recording of a pump to its profile, by the device's own code.

In: a recording of any length (it is streamed). Out: the profile file, a spectrogram with what was
taken, how sure it is, what it would still confuse with it, and how faint the same sound may become
until it is no longer heard. A recording that is no good is refused with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from rich.console import Console
from rich.progress import Progress

from host_tools import audio, profile_files, spectrogram
from host_tools.acoustics import RATE_HZ
from host_tools.detect import microphone_noise, pieces
from host_tools.errors import EXIT_PLAYED, UserError
from host_tools.learn_check import Clip, sensitivity
from host_tools.listening import Ear, Finding

AROUND_S = 1.5  # shown and kept around a sound
LONGEST_S = 4 * 3600


@dataclass
class Options:
    """What `chimewatch learn` was asked for."""

    recording: Path
    out: Path | None = None
    name: str = "my pump"
    picture: bool = True
    verify: bool = True
    force: bool = False
    as_json: bool = False


@dataclass
class Learned:
    """What came of a recording: the device's proposal, and what it heard blindly meanwhile."""

    info: audio.Info
    proposal: dict[str, Any]
    findings: list[Finding]

    @property
    def took(self) -> list[tuple[str, float, float, list[int]]]:
        """(kind, start, end in seconds, tones) of each sounding."""
        return [(kind, a / 1000, b / 1000, hz) for kind, a, b, hz in self.proposal["took"]]

    def clip(self, start_s: float, end_s: float) -> np.ndarray:
        """A stretch of the recording, without reading more of it than one second at a time."""
        return cut(self.info, start_s - AROUND_S, end_s + AROUND_S)


def cut(info: audio.Info, start_s: float, end_s: float) -> np.ndarray:
    """Samples from start to end, as far as they are there."""
    parts = []
    at = 0
    first, last = max(0, round(start_s * RATE_HZ)), round(end_s * RATE_HZ)
    for block in audio.blocks(info.path, RATE_HZ, info):
        if at + len(block) > first and at < last:
            parts.append(block[max(0, first - at) : max(0, last - at)])
        at += len(block)
        if at >= last:
            break
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def hear(path: Path, err: TextIO | None = None) -> Learned:
    """Let the device's code learn from a recording. Raises `UserError` when it cannot be used."""
    info = audio.inspect(path)
    if info.seconds > LONGEST_S:
        hours = info.seconds / 3600
        raise UserError(
            f"{path}: {hours:.1f} h long: cut out the minutes in which the pump sounds (at most "
            f"{LONGEST_S // 3600} h)"
        )
    with Ear(learn=True) as ear:
        # No tail: it would look as if silence came after a sound that the end cuts off.
        sound = pieces(info, microphone_noise(), tail_s=0)
        findings = list(ear.hear(_watched(sound, info, err)))
        return Learned(info, ear.learned, findings)


def _watched(
    sound: Iterator[np.ndarray], info: audio.Info, err: TextIO | None
) -> Iterator[np.ndarray]:
    """With a progress bar where it takes a while and somebody looks on."""
    if err is None or info.seconds < 300 or not err.isatty():
        yield from sound
        return
    with Progress(console=Console(file=err), transient=True) as progress:
        task = progress.add_task("learning", total=info.samples)
        for piece in sound:
            yield piece
            progress.advance(task, len(piece))


def refused(path: Path, learned: Learned) -> UserError:
    """Why there is nothing to learn from; and, where the blind search heard something, what."""
    reason = learned.proposal["reason"]
    heard = [f for f in learned.findings if f.kind != "not matched"]
    more = ""
    if heard:
        tones = " and ".join(str(hz) for hz in heard[0].hz)
        more = (
            f" (something like a {heard[0].kind} of {tones} Hz was heard at {heard[0].start:.0f} s)"
        )
    return UserError(f"{path}: nothing was learned: {reason}{more}; see docs/profiles.md")


def beside(recording: Path, suffix: str) -> Path:
    """What is made of a recording lies beside it. Raises `UserError` for what is no file's name."""
    if not recording.name:  # "." or "/"
        raise UserError(f"{recording}: is a directory: name one recording in it")
    return recording.with_name(recording.stem + suffix)


def learn(options: Options, out: TextIO, err: TextIO) -> int:
    """Raises `UserError`; nothing is written then."""
    target = options.out or beside(options.recording, ".profile.json")
    if target.exists() and not options.force:
        raise UserError(f"{target}: is there already: name another with --out, or use --force")
    if not target.absolute().parent.is_dir():
        raise UserError(f"{target}: its folder does not exist: make it first (--out)")
    if not 1 <= len(options.name) <= 40:
        raise UserError("--name: give 1 to 40 characters")
    learned = hear(options.recording, err)
    proposal = learned.proposal
    if proposal["profile"] is None:
        raise refused(options.recording, learned)
    value = {
        **proposal["profile"],
        "name": options.name,
        "source": f"learned from {options.recording.name}, {_quality(proposal)}",
    }
    errors = profile_files.errors_of(value)
    if errors:
        raise UserError(f"{options.recording}: {errors[0]}")
    profile_files.write(target, value)
    told: dict[str, Any] = {"profile": str(target), "value": value, **proposal}
    if options.picture:
        picture = target.with_suffix(".png")
        _draw(learned, picture)
        told["picture"] = str(picture)
    if not options.as_json:
        _tell(learned, value, target, out)
        if options.picture:
            print(f"picture: {told['picture']}", file=out)
    if options.verify:
        told["verified"] = []
        for clip in clips(learned):
            rows = sensitivity(clip, target)
            told["verified"].append({"kind": clip.kind, "rows": rows, "failed": failed(rows)})
            if not options.as_json:
                _tell_rows(clip, rows, out)
    if options.as_json:
        print(json.dumps(told, ensure_ascii=False), file=out)
    return EXIT_PLAYED


def clips(learned: Learned) -> list[Clip]:
    """The first sounding of each kind, with what lies around it."""
    found: dict[str, Clip] = {}
    for kind, start, end, hz in learned.took:
        if kind not in found:
            samples = learned.clip(start, end)
            lead = min(start, AROUND_S)
            found[kind] = Clip(kind, samples, lead, lead + end - start, hz)
    return list(found.values())


def _draw(learned: Learned, picture: Path) -> None:
    first = min(row[1] for row in learned.took)
    last = max(row[2] for row in learned.took)
    start = max(0.0, first - AROUND_S)
    end = min(last + AROUND_S, start + spectrogram.LONGEST_S)
    took = [(kind, a - start, b - start, hz) for kind, a, b, hz in learned.took if a < end]
    spectrogram.picture(cut(learned.info, start, end), took, picture, start)


def _tell(learned: Learned, value: dict[str, Any], target: Path, out: TextIO) -> None:
    proposal = learned.proposal
    for note in learned.info.notes:
        print(f"{learned.info.path.name}: {note}", file=out)
    kind, start, end, hz = learned.took[0]
    clip = learned.clip(start, end)
    lead = min(start, AROUND_S)
    print(spectrogram.text(clip, [(kind, lead, lead + end - start, hz)]), file=out)
    for kind, start, end, hz in learned.took:
        tones = " and ".join(str(f) for f in hz)
        print(f"{start:9.2f} s  {kind:5}  {tones} Hz, {end - start:.2f} s", file=out)
    for sound in value["sounds"]:
        parts = ", ".join(
            ("silence" if s["tone"] is None else f"tone {s['tone'] + 1}")
            + f" {s['ms'][0]}-{s['ms'][1]} ms"
            for s in sound["segments"]
        )
        tones = ", ".join(f"{low}-{high} Hz" for low, high in sound["tones"])
        least, most = sound["repeats"]
        often = (
            "once" if most == 1 else f"{least} times" if least == most else f"{least}-{most} times"
        )
        print(f"{sound['kind']}: {tones}; {parts}; {often}", file=out)
    print(f"{_quality(proposal)}: each sound heard again, and louder, adds to it", file=out)
    for line in proposal["confuse"]:
        print(f"would still be taken for it: {line}", file=out)
    for line in proposal["notes"]:
        print(f"note: {line}", file=out)
    print(f"profile: {target}", file=out)


def _tell_rows(clip: Clip, rows: list[dict[str, Any]], out: TextIO) -> None:
    # About 20: a tone's critical ratio for human ears is 17 dB at 500 Hz, 23 at 4 kHz (Hawkins and
    # Stevens 1950).
    print(
        f"heard again, {clip.kind}, attenuated and in white noise, {rows[0]['of']} times each\n"
        "  (S/N0, the tones over the noise: a person who listens for it needs about 20)"
        if rows
        else f"{clip.kind}: too close to the recording's own noise to be tried in more",
        file=out,
    )
    for row in rows:
        print(
            f"  S/N0 {row['s_n0_db']:2d} dB-Hz: {row['learned']} with the profile, "
            f"{row['blind']} blind",
            file=out,
        )
    if failed(rows):
        print(
            f"WARNING: with this profile the {clip.kind} of its own recording is not heard again. "
            "Do not use it: record once more, nearer and in quiet",
            file=out,
        )


def failed(rows: list[dict[str, Any]]) -> bool:
    """Whether the profile does not even hear its own recording: below half at the loudest."""
    return bool(rows) and 2 * rows[0]["learned"] < rows[0]["of"]


def _quality(proposal: dict) -> str:
    """Points for how often and how loud it was heard: no probability."""
    return f"quality {proposal['sure']} of 95 points"
