# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Plays a night or a recording to the simulated device and shows what it does.

In: `Options` (already parsed), a stream. Out: an exit status. Everything that the user gave is
checked before the first byte is written; the flash image lives in a temporary folder and is copied
to its place only when the run is over.
"""

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from host_tools import audio, device_code, live, runtimes
from host_tools.errors import EXIT_ALERT, EXIT_PLAYED, UserError
from host_tools.night import HOURS, S_N0_DB, SEED, START, SampleNight, after_start
from host_tools.play import Session
from host_tools.playback import Playback
from host_tools.profile_files import check_profile, tell_unheard, text_of

RECORDINGS = runtimes.BUILD / "audio" / "asterisk"
PRESS_S = {"short": 0.3, "long": 3.5}


@dataclass
class Options:
    """What `chimewatch simulate` was asked for."""

    recording: Path | None = None
    settings: Path | None = None
    alert_exit: bool = False
    hours: float | None = None
    seed: int | None = None
    start: str = START
    s_n0_db: float | None = None
    gain_db: float = 0.0
    as_json: bool = False
    runtime: str | None = None
    keep_flash: Path | None = None
    buttons: list[str] = field(default_factory=list)
    profile: Path | None = None


def load_settings(path: Path) -> dict:
    """A settings file, checked by the firmware's own code. Raises `UserError`."""
    if not path.is_file():
        raise UserError(f"{path}: no such settings file: check the name (--settings)")
    values, errors = device_code.module("settings").load(str(path))
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise UserError(f"{path}: {errors[0].removeprefix('settings: ')}{more}: mend the file")
    return values


def choose_runtime(name: str | None) -> runtimes.Runtime:
    """The interpreter asked for, or the best there is."""
    if name is None:
        return runtimes.best()
    if name not in runtimes.ARCHES:
        known = ", ".join(runtimes.ARCHES)
        raise UserError(f"unknown runtime {name!r}: choose one of {known} (--runtime)")
    found = runtimes.find(name)
    if found is None:
        raise UserError(runtimes.why_missing(name))
    return found


def button_inputs(presses: Iterable[str], start: str, seconds: float) -> list[dict]:
    """ "02:10 short" as the pin changes of the simulated board (pressed = low)."""
    inputs = []
    for text in presses:
        match = re.fullmatch(r"(\d{1,2}:\d{2})(?::(\d{2}))?\s+(short|long)", text.strip())
        if not match:
            raise UserError(f"--button {text!r}: write a time and a kind, such as '02:10 short'")
        at_s = after_start(match[1], start) + int(match[2] or 0)
        if at_s >= seconds:
            raise UserError(f"--button {text!r}: the run is over by then")
        inputs.append({"t": at_s, "pin": "button", "value": 0})
        inputs.append({"t": at_s + PRESS_S[match[3]], "pin": "button", "value": 1})
    return inputs


def make_source(options: Options) -> SampleNight | Playback:
    """The sound to play: the given recording or the sample night."""
    after_start(options.start, START)  # refuses what is no time
    if options.recording is None:
        if options.gain_db:
            raise UserError("--level is for a recording: use --s-n0 for the sample night's pump")
        return SampleNight(
            HOURS if options.hours is None else options.hours,
            SEED if options.seed is None else options.seed,
            S_N0_DB if options.s_n0_db is None else options.s_n0_db,
            options.start,
            RECORDINGS if RECORDINGS.is_dir() else None,
        )
    for name, value in (
        ("--hours", options.hours),
        ("--seed", options.seed),
        ("--s-n0", options.s_n0_db),
    ):
        if value is not None:
            raise UserError(f"{name} shapes the sample night: leave it out when playing a file")
    if not -80 <= options.gain_db <= 80:
        raise UserError(f"--level {options.gain_db:g}: give -80 to 80 dB")
    return Playback(audio.inspect(options.recording), options.gain_db, options.start)


def simulate(options: Options, out: TextIO) -> int:
    """Run it all. Raises `UserError` before anything was written, else returns the exit status."""
    settings = load_settings(options.settings) if options.settings else None
    files = {}
    if options.profile:
        profile = check_profile(options.profile)
        tell_unheard(options.profile, profile, sys.stderr)
        files["profile.json"] = text_of(profile.value)
    runtime = choose_runtime(options.runtime)
    if options.keep_flash and not options.keep_flash.absolute().parent.is_dir():
        raise UserError(f"{options.keep_flash}: its folder does not exist: make it first")
    began = time.monotonic()
    with live.busy(out, options.as_json):
        source = make_source(options)
    prepared_s = time.monotonic() - began
    inputs = button_inputs(options.buttons, options.start, source.seconds)
    view: live.View
    if options.as_json:
        view = live.JsonView(out, source.start_utc)
    else:
        view = live.TextView(out, source.start_utc, source.seconds)
    try:
        with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
            image = Path(folder) / "flash"
            session = Session(source, view, runtime, image, prepared_s)
            status = session.play(settings, inputs, files)
            if options.keep_flash:
                _keep(image, options.keep_flash)
            alerted = session.report_alert
    finally:
        view.close()
    if status == EXIT_PLAYED and options.alert_exit and alerted:
        return EXIT_ALERT
    return status


def _keep(image: Path, target: Path) -> None:
    copy: Callable[..., object] = shutil.copytree if image.is_dir() else shutil.copyfile
    try:
        copy(image, target, **({"dirs_exist_ok": True} if image.is_dir() else {}))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise UserError(f"{target}: cannot be written ({reason}): choose another place") from error
