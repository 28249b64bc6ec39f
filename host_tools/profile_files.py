# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Profile files on the computer: read and checked by the firmware's own rules, written legibly.

In: a path, or the object of a profile. Out: the firmware's Profile; text with a line a segment.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

from host_tools import device_code
from host_tools.errors import UserError

WIDTH = 96


def check_profile(path: Path) -> Any:
    """The firmware's Profile, or `UserError` with the first thing that is wrong with it."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}): check the name") from None
    try:
        profile, errors = device_code.module("alarm.profile").loads(text)
    except RecursionError:  # only here: MicroPython needs no stack for it
        profile, errors = None, ["profile: brackets within brackets without end"]
    if profile is None:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise UserError(f"{path}: is no profile: {errors[0]}{more}: see docs/profiles.md")
    return profile


def errors_of(value: Any) -> list[str]:
    return device_code.module("alarm.profile").check(value)[1]


def tell_unheard(path: Path, profile: Any, err: TextIO) -> None:
    """A line for each sound that the profile adds no listening to. Such a profile is not refused:
    it may be all that is known of a pump."""
    for number, sound in enumerate(profile.sounds):
        if sound.known or sound.sequence:
            continue
        what = "is listened for only by the blind search"
        if sound.kind == "chime" and len(sound.tones) > 1:
            what = "is not listened for: a chime of several tones"
        print(f"{path}: sounds[{number}] {what} (not all its tones are known)", file=err)


def text_of(value: Any, indent: int = 0) -> str:
    """JSON; whatever fits into a line stands in one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDTH or not isinstance(value, (dict, list)):
        return line
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        rows = [f"{json.dumps(key)}: {text_of(part, indent + 1)}" for key, part in value.items()]
    else:
        rows = [text_of(part, indent + 1) for part in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return start + "\n" + ",\n".join(pad + row for row in rows) + "\n" + " " * indent + end


def write(path: Path, value: Any) -> None:
    try:
        path.write_text(text_of(value) + "\n", "utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}): choose another") from None
