# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The care plan: the part of the device's settings that people read.

In: settings.json, a flash image or a folder with one. Out: the complete settings, as the device
itself would take them, and for each its words (templates/settings.toml): title, section, meaning.
"""

import functools
import json
import tomllib
from pathlib import Path

from host_tools import device_code
from host_tools.errors import UserError
from host_tools.logbook import Logbook
from host_tools.pages import TEMPLATES
from host_tools.simulator import flash

SETTINGS_NAME = "settings.json"
MOST_BYTES = 1 << 20


def check(given: object) -> tuple[dict, list[str]]:
    """(complete settings, errors), by the firmware's own code."""
    values, errors = device_code.module("settings").check(given)
    return values, [line.removeprefix("settings: ") for line in errors]


def defaults() -> dict:
    return device_code.module("settings").defaults()


def schema() -> dict:
    """key: (default, kind, …), as the firmware has it."""
    return device_code.module("settings").SCHEMA


def read(path: Path) -> dict:
    """Complete and checked settings. Raises `UserError`."""
    values, errors = check(read_raw(path))
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise UserError(f"{path}: {errors[0]}{more}: mend it with `chimewatch settings`")
    return values


def read_raw(path: Path) -> dict:
    """What the file holds, not checked but for being a JSON object."""
    return decode(_bytes(path), str(path))


def decode(data: bytes, name: str) -> dict:
    try:
        given = json.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError(f"{name}: not valid JSON{line}: mend it, or begin a new file") from error
    except RecursionError as error:
        raise UserError(f"{name}: not a settings file") from error
    if not isinstance(given, dict):
        raise UserError(f"{name}: expected an object with keys: is it a settings file?")
    return given


def beside(log: Logbook) -> dict:
    """The settings that came with a log; the defaults when there are none, or wrong ones."""
    if log.settings is None:
        return defaults()
    try:
        return check(decode(log.settings, SETTINGS_NAME))[0]
    except UserError:
        return defaults()


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        path = path / SETTINGS_NAME
    if not path.is_file():
        raise UserError(f"{path}: no such settings file: check the name")
    try:
        if path.stat().st_size <= MOST_BYTES and path.suffix == ".json":
            return path.read_bytes()
        found = flash.read_tree(path, unreadable={}).get(SETTINGS_NAME)
    except flash.FlashError as error:
        raise UserError(f"{path}: {error}: give a settings.json or a flash image") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}): check its rights") from error
    if found is None:
        raise UserError(f"{path}: this flash image holds no settings.json")
    return found


@functools.cache
def words() -> dict[str, dict]:
    """key: {"section", "title", "text", perhaps "example"}; in the order of the editor."""
    with (TEMPLATES / "settings.toml").open("rb") as file:
        document = tomllib.load(file)
    return {
        key: {"section": section["title"], **entry}
        for section in document["section"]
        for key, entry in section["settings"].items()
    }


def title(key: str) -> str:
    return words().get(key, {}).get("title", key.replace("_", " "))


def most_bytes() -> int:
    """The largest settings file that the device reads."""
    return device_code.module("settings").MAX_FILE_BYTES
