# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch settings`: change the settings by questions or by --set, see the changes, go back.

In: `Options` and the streams of a terminal. Out: an exit status; `settings.json` replaced as a
whole, the version before kept beside it as `settings.json.previous`. Nothing is written that the
device would refuse.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from host_tools import browser, care_plan, settings_schema
from host_tools.errors import EXIT_PLAYED, UserError
from host_tools.log_words import printable
from host_tools.settings_editor import Editor, parse_value


@dataclass
class Options:
    """What `chimewatch settings` was asked for."""

    file: Path | None = None
    change: list[str] = field(default_factory=list)
    show: bool = False
    undo: bool = False
    schema: Path | None = None
    as_json: bool = False


def run(options: Options, keyboard: TextIO, out: TextIO) -> int:
    """Raises `UserError` before anything was written, else returns the exit status."""
    console = Console(file=out, highlight=False, soft_wrap=True)
    if options.schema:
        text = json.dumps(settings_schema.schema(), indent=1, ensure_ascii=False) + "\n"
        browser.put(text.encode(), options.schema)
        console.print(f"wrote {options.schema}", markup=False)
        if options.file is None:
            return EXIT_PLAYED
    if options.file is None:
        raise UserError("name the settings file: chimewatch settings settings.json")
    if options.undo:
        return undo(options.file, console)
    given = care_plan.read_raw(options.file) if options.file.exists() else {}
    if options.show:
        return show(given, options.as_json, console, out)
    if options.change:
        changed = dict(given)
        for text in options.change:
            key, value = assignment(text)
            changed[key] = value
    else:
        edited = Editor(given, keyboard, console).run()
        if edited is None:
            console.print("nothing was changed")
            return EXIT_PLAYED
        changed = edited
    _refuse(options.file, changed)
    if options.change:  # the editor has shown them and asked
        tell_changes(given, changed, console)
    if changed == given and options.file.exists():
        return EXIT_PLAYED
    save(options.file, changed)
    console.print(f"saved {options.file}", markup=False)
    if previous(options.file).exists():
        console.print("the version before is kept (--undo brings it back)")
    return EXIT_PLAYED


def assignment(text: str) -> tuple[str, object]:
    """ "room=Room 4" as key and value."""
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals:
        raise UserError(f"--set {text!r}: write KEY=VALUE, such as room=4")
    rule = care_plan.schema().get(key)
    if rule is None:
        near = care_plan.check({key: ""})[1][0]
        raise UserError(f"--set: {near}: --show lists the keys")
    return key, parse_value(rule, value)


def _refuse(file: Path, changed: dict) -> None:
    errors = care_plan.check(changed)[1]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise UserError(f"{file}: {errors[0]}{more}: nothing was written")
    limit = care_plan.most_bytes()
    size = len(encode(changed))
    if size > limit:
        raise UserError(f"{file}: {size} bytes, the device reads at most {limit}: shorten texts")


def encode(values: dict) -> bytes:
    """In the editor's order, one setting a line."""
    order = {key: index for index, key in enumerate([*care_plan.words(), *care_plan.schema()])}
    rows = dict(sorted(values.items(), key=lambda item: order.get(item[0], 999)))
    return (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode()


def previous(file: Path) -> Path:
    return file.with_name(file.name + ".previous")


def save(file: Path, values: dict) -> None:
    """The old version is on disk under its new name before the new one takes its place."""
    if file.exists():
        browser.put(file.read_bytes(), previous(file))
    browser.put(encode(values), file)


def undo(file: Path, console: Console) -> int:
    """Change the present and the previous version over."""
    old = previous(file)
    if not old.is_file():
        raise UserError(f"{old}: there is no earlier version to go back to")
    restored = care_plan.decode(old.read_bytes(), str(old))
    errors = care_plan.check(restored)[1]
    if errors:
        raise UserError(f"{old}: {errors[0]}: it is left where it is")
    present = care_plan.read_raw(file) if file.exists() else {}
    tell_changes(present, restored, console)
    save(file, restored)
    console.print(f"went back to the version before of {file}", markup=False)
    return EXIT_PLAYED


def tell_changes(before: dict, after: dict, console: Console) -> None:
    """Each changed setting: old and new, with the default where one was or becomes absent."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    if not keys:
        console.print("no changes")
    for key in keys:
        console.print(
            Text(f"  {care_plan.title(key)} ({key}): ", style="bold")
            + Text(value_text(key, before))
            + Text("  ->  ")
            + Text(value_text(key, after), style="green")
        )


def value_text(key: str, values: dict) -> str:
    if key in values:
        return printable(json.dumps(values[key], ensure_ascii=False))
    rule = care_plan.schema().get(key)
    return f"{json.dumps(rule[0])} (default)" if rule else "absent"


def show(given: dict, as_json: bool, console: Console, out: TextIO) -> int:
    """Every setting with its value and its words."""
    values, errors = care_plan.check(given)
    if as_json:
        document = {"settings": values, "errors": errors}
        out.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
        return EXIT_PLAYED
    section = ""
    words = care_plan.words()
    for key in [*words, *(key for key in care_plan.schema() if key not in words)]:
        if key not in care_plan.schema():
            continue
        entry = words.get(key, {"section": "More", "text": ""})
        if entry["section"] != section:
            section = entry["section"]
            console.print(Text(f"\n{section}", style="bold"))
        console.print(Text(f"  {key} = {value_text(key, given)}"))
        console.print(Text(f"      {care_plan.title(key)}. {entry['text']}", style="dim"))
    for error in errors:
        console.print(Text(f"WRONG {printable(error)}", style="bold red"))
    return EXIT_PLAYED
