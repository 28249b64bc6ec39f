# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch contribute`: prepares a recording of a pump for sharing. Nothing is uploaded.

In: a recording, and what only a person knows (pump, distance, phone; that no speech is left). Out:
a folder: sound.wav cut to the pump's sounds, spectrogram.png, description.json with what was
measured, LICENSE.txt. tests/recordings/README.md says how it joins the tests.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from host_tools import profile_files, spectrogram
from host_tools.acoustics import RATE_HZ
from host_tools.errors import EXIT_PLAYED, UserError
from host_tools.learn import Learned, beside, clips, cut, hear, refused

MARGIN_S = 0.7  # kept around each sound: the tests want silence before and after
FADE_S = 0.05
LICENCE = """The recording "sound.wav", "spectrogram.png" and "description.json" in this folder

The person who made this recording has said, with the command `chimewatch contribute`, that they
made it themselves, that nobody's speech is to be heard in it, and that they place it and its
description in the public domain: Creative Commons CC0 1.0 Universal,
https://creativecommons.org/publicdomain/zero/1.0/

A recording of an alarm says nothing about the person who wears the pump, and none is named here.
"""
QUESTIONS = {
    "pump": "Pump (make and model)",
    "distance": "Distance from the pump to the microphone",
    "phone": "Recorded with (phone or recorder, and the app)",
}


@dataclass
class Options:
    """What `chimewatch contribute` was asked for."""

    recording: Path
    out: Path | None = None
    pump: str | None = None
    distance: str | None = None
    phone: str | None = None
    play: bool = True
    yes: bool = False
    as_json: bool = False


def contribute(options: Options, answers: TextIO, out: TextIO, err: TextIO) -> int:
    """Raises `UserError`; then no folder is left. With `as_json` only JSON goes to `out`."""
    told, out = out, (err if options.as_json else out)
    target = options.out or beside(options.recording, "-contribution")
    if target.exists():
        raise UserError(f"{target}: is there already: name another folder with --out")
    if not target.absolute().parent.is_dir():
        raise UserError(f"{target}: its parent folder does not exist: make it first (--out)")
    learned = hear(options.recording, err)
    if learned.proposal["profile"] is None:
        raise refused(options.recording, learned)
    samples, took = shorten(learned)
    print(spectrogram.text(samples, took), file=out)
    kept = len(samples) / RATE_HZ
    print(
        f"kept {kept:.1f} of {learned.info.seconds:.1f} s: the pump's sounds and {MARGIN_S} s "
        "around each. Look and listen: is any speech left?",
        file=out,
    )
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        place = Path(folder) / "contribution"
        place.mkdir()
        write_wav(place / "sound.wav", samples)
        spectrogram.picture(samples, took, place / "spectrogram.png")
        if not options.yes:
            print(f"to see all of it before you answer: {place / 'spectrogram.png'}", file=out)
        if options.play:
            _play(samples, place, out)
        description = describe(learned, samples, took, _answers(options, answers, out))
        profile_files.write(place / "description.json", description)
        (place / "LICENSE.txt").write_text(LICENCE, "utf-8")
        try:
            shutil.copytree(place, target)
        except OSError as error:
            raise UserError(f"{target}: cannot be written ({error.strerror}): choose another "
                            "place with --out") from None  # fmt: skip
    if options.as_json:
        print(json.dumps({"wrote": str(target), **description}, ensure_ascii=False), file=told)
    print(f"written: {target}/ (nothing was uploaded; tests/recordings/README.md says how it "
          "joins the tests)", file=out)  # fmt: skip
    return EXIT_PLAYED


def _answers(options: Options, answers: TextIO, out: TextIO) -> dict[str, str]:
    """What only a person knows, and that they agree. Raises `UserError` when they do not."""
    asked = {
        key: _ask(getattr(options, key), question, answers, out, options.yes)
        for key, question in QUESTIONS.items()
    }
    _confirm("No speech and no name is to be heard in it", options, answers, out)
    _confirm("I recorded it myself and place it in the public domain (CC0)", options, answers, out)
    return asked


def shorten(learned: Learned) -> tuple[np.ndarray, list[spectrogram.Took]]:
    """The pump's sounds alone, one after the other, faded in and out; and where they lie now."""
    parts: list[np.ndarray] = []
    took: list[spectrogram.Took] = []
    at = 0.0
    spans: list[list[Any]] = []
    for row in learned.took:
        start, end = row[1] - MARGIN_S, row[2] + MARGIN_S
        if spans and start < spans[-1][1]:
            spans[-1][1] = end
            spans[-1][2].append(row)
        else:
            spans.append([max(0.0, start), end, [row]])
    for start, end, rows in spans:
        part = cut(learned.info, start, end).copy()
        ramp = np.linspace(0, 1, round(FADE_S * RATE_HZ), dtype=np.float32)[: len(part)]
        part[: len(ramp)] *= ramp
        part[len(part) - len(ramp) :] *= ramp[::-1]
        parts.append(part)
        took += [(kind, a - start + at, b - start + at, hz) for kind, a, b, hz in rows]
        at += len(part) / RATE_HZ
    return np.concatenate(parts), took


def describe(
    learned: Learned, samples: np.ndarray, took: list[spectrogram.Took], asked: dict[str, str]
) -> dict[str, Any]:
    """What was measured; levels in dBFS of the recording, S/N0 in dB-Hz."""
    levels = {}
    for clip in clips(learned):
        power, density = clip.power_and_noise()
        levels[clip.kind] = {
            "tones_dbfs": round(10 * np.log10(max(power, 1e-12)), 1),
            "s_n0_db": round(10 * np.log10(power / density), 1) if density > 0 and power else None,
        }
    return {
        "format": 1,
        **asked,
        "recording": {
            "rate_hz": learned.info.rate_hz,
            "container": learned.info.format,
            "seconds_kept": round(len(samples) / RATE_HZ, 2),
        },
        "levels": levels,
        "soundings": [
            {"kind": kind, "start_s": round(a, 3), "end_s": round(b, 3), "hz": list(hz)}
            for kind, a, b, hz in took
        ],
        "sure": learned.proposal["sure"],
        "sounds": learned.proposal["profile"]["sounds"],
        "licence": "CC0-1.0",
    }


def write_wav(path: Path, samples: np.ndarray) -> None:
    """16 kHz, 24 bits: what the microphone of the device would give."""
    codes = np.clip(np.rint(samples * (1 << 23)), -(1 << 23), (1 << 23) - 1).astype("<i4")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(3)
        file.setframerate(RATE_HZ)
        file.writeframes(codes.view("u1").reshape(-1, 4)[:, :3].tobytes())


def _ask(given: str | None, question: str, answers: TextIO, out: TextIO, yes: bool) -> str:
    if given is not None:
        return given
    if yes:
        return "not said"
    print(f"{question}: ", end="", file=out, flush=True)
    line = answers.readline()
    if not line:
        raise UserError("no answer: give --pump, --distance, --phone and --yes")
    return line.strip() or "not said"


def _confirm(statement: str, options: Options, answers: TextIO, out: TextIO) -> None:
    if options.yes:
        return
    print(f"{statement} (yes or no): ", end="", file=out, flush=True)
    if answers.readline().strip().lower() not in ("y", "yes"):
        raise UserError("not confirmed, so nothing was written")


def _play(samples: np.ndarray, place: Path, out: TextIO) -> None:
    from host_tools.computer_microphone import library

    try:
        sound = library()
        sound.play(samples, RATE_HZ, blocking=True)
        print(f"to hear it again before you answer: {place / 'sound.wav'}", file=out)
    except Exception as error:  # whatever keeps it silent: the file can be opened meanwhile
        print(f"cannot play it here ({error}): before you answer, listen to "
              f"{place / 'sound.wav'}", file=out)  # fmt: skip
