# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch listen`: this computer's microphone through the device's very detection code, live.

In: `Options`, a stream. Out: an exit status; a meter, the spectrum and what is heard, or what was
heard and why it is no pump. It wakes nobody: it is for trying, not for watching over someone.
"""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

import numpy as np
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from host_tools import audio
from host_tools.computer_microphone import PIECE, ComputerMicrophone, library, names
from host_tools.decoding import RATE_HZ
from host_tools.errors import EXIT_PLAYED, UserError
from host_tools.listening import Ear, Finding
from host_tools.loudness import Loudness

NOTE = (
    "For trying only: this computer wakes nobody, and nothing here replaces the pump's own alarm. "
    "Ctrl-C ends it."
)
LINE_EVERY_S = 10.0


@dataclass
class Options:
    """What `chimewatch listen` was asked for."""

    device: str | None = None
    seconds: float | None = None
    recording: Path | None = None
    profile: Path | None = None
    devices: bool = False
    as_json: bool = False


class View(Protocol):
    def level(self, at_s: float, loudness: Loudness) -> None: ...
    def finding(self, finding: Finding) -> None: ...
    def close(self) -> None: ...


def sentence(finding: Finding) -> tuple[str, str]:
    """(words, style)."""
    tones = " and ".join(str(hz) for hz in finding.hz)
    sound = f"{tones} Hz, {finding.s_n0_db:.0f} dB-Hz above the noise"
    length = f"{finding.end - finding.start:.1f} s"
    if finding.kind == "not matched":
        return f"heard, not a pump: like a {finding.looks}, but {finding.reason} ({sound})", "dim"
    words = f"HEARD: {finding.name}, {sound}, {length} long"
    return words, "bold red" if finding.kind == "siren" else "bold yellow"


class TextView:
    """Live in a terminal, plain lines elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._console = Console(file=out, highlight=False, soft_wrap=True)
        self._live: Live | None = None
        self._told_s = 0.0
        if self._console.is_terminal:
            self._live = Live(console=self._console, refresh_per_second=8, transient=True)
            self._live.start()

    def level(self, at_s: float, loudness: Loudness) -> None:
        if self._live:
            rows = [
                Text(loudness.meter()),
                Text(loudness.picture(), "cyan"),
                Text(loudness.scale()),
            ]
            if loudness.warning:
                rows.append(Text(loudness.warning, "bold red"))
            self._live.update(Group(*rows))
        elif at_s - self._told_s >= LINE_EVERY_S:
            self._told_s = at_s
            self._console.print(Text(f"{at_s:8.1f} s  {loudness.meter()} {loudness.warning}"))

    def finding(self, finding: Finding) -> None:
        words, style = sentence(finding)
        self._console.print(Text(f"{finding.t:8.1f} s  {words}", style))

    def close(self) -> None:
        if self._live:
            self._live.stop()


class JsonView:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._told_s = 0.0

    def level(self, at_s: float, loudness: Loudness) -> None:
        if at_s - self._told_s >= 1.0:
            self._told_s = at_s
            self._write({"event": "level", "t": round(at_s, 2), **loudness.as_dict()})

    def finding(self, finding: Finding) -> None:
        self._write({"event": "finding", **finding.as_dict()})

    def _write(self, record: dict) -> None:
        print(json.dumps(record), file=self._out, flush=True)

    def close(self) -> None:
        pass


def recorded(path: Path, pace: bool = True) -> Iterator[np.ndarray]:
    """A recording in the microphone's place, at the pace of life. Refused before it begins."""
    return _paced(path, audio.inspect(path), pace)


def _paced(path: Path, info: audio.Info, pace: bool) -> Iterator[np.ndarray]:
    began, count = time.monotonic(), 0
    for block in audio.blocks(path, RATE_HZ, info):
        for first in range(0, len(block), PIECE):
            piece = block[first : first + PIECE]
            count += len(piece)
            ahead_s = count / RATE_HZ - (time.monotonic() - began)
            if pace and ahead_s > 0:
                time.sleep(ahead_s)
            yield piece


def listen(options: Options, out: TextIO) -> int:
    """Raises `UserError`; else returns the exit status."""
    if options.seconds is not None and not 0 < options.seconds <= 864000:
        raise UserError(f"--seconds {options.seconds:g}: give a number above 0")
    if options.profile is not None:
        from host_tools.profile_files import check_profile

        check_profile(options.profile)
    if options.devices:
        found = names(library())
        print("\n".join(found) or "no microphone found", file=out)
        return EXIT_PLAYED
    if options.recording:
        return follow(recorded(options.recording), options, out, str(options.recording))
    with ComputerMicrophone(options.device) as microphone:
        try:
            return follow(microphone.pieces(), options, out, microphone.name)
        finally:
            if microphone.lost and not options.as_json:
                lost_s = microphone.lost / microphone.rate_hz
                print(
                    f"{lost_s:.1f} s of sound were lost: this computer was too busy. What sounded "
                    "then was not heard.",
                    file=out,
                )


def follow(
    pieces: Iterable[np.ndarray],
    options: Options,
    out: TextIO,
    name: str,
    view: View | None = None,
) -> int:
    """Hear until the sound, the time or the person's patience ends."""
    view = view or (JsonView(out) if options.as_json else TextView(out))
    heard = {"siren": 0, "chime": 0, "not matched": 0}
    loudness = Loudness()
    if not options.as_json:
        print(f"listening to {name}\n{NOTE}", file=out, flush=True)

    def watched() -> Iterator[np.ndarray]:
        samples = 0
        for piece in pieces:
            samples += len(piece)
            loudness.add(piece)
            view.level(samples / RATE_HZ, loudness)
            yield piece
            if options.seconds is not None and samples >= options.seconds * RATE_HZ:
                return

    try:
        with Ear(profiles=[options.profile] if options.profile else []) as ear:
            for finding in ear.hear(watched()):
                heard[finding.kind] += 1
                view.finding(finding)
    finally:
        view.close()
        if not options.as_json:
            print(
                f"heard: siren {heard['siren']}, chime {heard['chime']}; "
                f"not a pump {heard['not matched']}. Silence here proves nothing about the pump.",
                file=out,
            )
    return EXIT_PLAYED
