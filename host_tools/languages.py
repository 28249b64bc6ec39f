# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Languages of the card, the plan and the report: one text file each, complete or refused.

In: a code ("de") or the path of a TOML file. Out: its texts as nested dicts. A half-translated card
would be read at three in the morning by someone who understands half of it: so a text that is
missing is named, never replaced by English.
"""

import re
import tomllib
from pathlib import Path

from host_tools.errors import UserError
from host_tools.pages import TEMPLATES

FOLDER = TEMPLATES / "languages"
REFERENCE = "en"
SHOWN = 3


def codes(folder: Path = FOLDER) -> list[str]:
    return sorted(file.stem for file in folder.glob("*.toml"))


def load(name: str, folder: Path = FOLDER) -> dict:
    """The texts; `folder` holds the languages there are. Raises `UserError`."""
    path = Path(name)
    if path.suffix != ".toml":
        if name not in codes(folder):
            raise UserError(
                f"unknown language {name!r}: there are {', '.join(codes(folder))}; or give the "
                "path of a language file (.toml)"
            )
        path = folder / f"{name}.toml"
    texts = _read(path)
    faults = compare(_read(folder / f"{REFERENCE}.toml"), texts)
    if faults:
        more = f" (and {len(faults) - SHOWN} more)" if len(faults) > SHOWN else ""
        raise UserError(f"{path}: {'; '.join(faults[:SHOWN])}{more}: compare it with en.toml")
    return texts


def _read(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such language file: check the name") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not a language file ({error})") from error


def compare(wanted: dict, given: dict, where: str = "") -> list[str]:
    """What `given` lacks, has too much, or has in another form than `wanted`."""
    faults = [f"unknown text {where}{key}" for key in given if key not in wanted]
    for key, value in wanted.items():
        place = where + key
        if key not in given:
            faults.append(f"{place} is missing")
        elif isinstance(value, dict):
            other = given[key]
            if isinstance(other, dict):
                faults += compare(value, other, place + ".")
            else:
                faults.append(f"{place} must be a table")
        elif isinstance(value, list):
            faults += _list(place, value, given[key])
        elif not isinstance(given[key], str) or not given[key].strip():
            faults.append(f"{place} must be text")
        elif braces(value) != braces(given[key]):
            faults.append(f"{place} must hold {' '.join(sorted(braces(value))) or 'no braces'}")
    return faults


def _list(place: str, wanted: list, given: object) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
        return [f"{place} must be a list of texts"]
    if len(given) != len(wanted):
        return [f"{place} must have {len(wanted)} texts, found {len(given)}"]
    return []


def braces(text: str) -> set[str]:
    """The places to fill in, such as {emergency}; a stray brace counts too."""
    return set(re.findall(r"\{[^{}]*\}|[{}]", text))


def fill(text: str, **values: object) -> str:
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text
