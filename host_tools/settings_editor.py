# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The questions of `chimewatch settings`: sections, settings, each with its meaning and limits.

In: the present settings and a keyboard (any stream of lines). Out: the new settings, or None when
the person left without saving. Every answer is checked at once, by the firmware's own code.
"""

import json
from typing import TextIO

from rich.console import Console
from rich.text import Text

from host_tools import care_plan
from host_tools.errors import UserError
from host_tools.log_words import printable

YES = {"true", "yes", "y", "on", "1"}
NO = {"false", "no", "n", "off", "0"}
HELP = 'Enter keeps it, "-" takes the default, "q" goes back.'


class Done(Exception):
    """The keyboard has ended: nothing is saved."""


def parse_value(rule: tuple, text: str) -> object:
    """A typed answer as the setting's type. What does not fit stays text, for the check to name."""
    text = text.strip()
    kind = rule[1]
    if kind == "switch":
        low = text.lower()
        return True if low in YES else False if low in NO else text
    if kind in ("number", "interval"):
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else text
    if kind == "table":
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def expected(rule: tuple) -> str:
    kind = rule[1]
    if kind == "number":
        return f"whole number, {rule[2]} to {rule[3]}"
    if kind == "text":
        return f"text, at most {rule[2]} characters"
    return {
        "switch": "true or false",
        "date": 'date such as 2026-01-31, or "-" for none',
        "hours": "hours such as Mon-Fri 8:30-17:00",
        "summer": 'EU, US, two changes such as M3.5.0/2,M10.5.0/3, or "-" for none',
        "interval": "whole number, 60 to 5400, or 0 when it is not known",
        "table": "JSON object",
    }.get(kind, kind)


class Editor:
    """`run()` asks until the person saves or leaves."""

    def __init__(self, given: dict, keyboard: TextIO, console: Console) -> None:
        self.values = dict(given)
        self._before = dict(given)
        self._keyboard = keyboard
        self._console = console
        self._schema = care_plan.schema()
        self._sections: dict[str, list[str]] = {}
        words = care_plan.words()
        for key in [*words, *(key for key in self._schema if key not in words)]:
            if key in self._schema:
                section = words.get(key, {}).get("section", "More")
                self._sections.setdefault(section, []).append(key)

    def run(self) -> dict | None:
        try:
            self._mend()
            while True:
                choice = self._menu()
                if choice == "q":
                    if self.values == self._before or self._sure():
                        return None
                    continue
                if choice == "s":
                    if self._save():
                        return self.values
                elif choice.isdigit() and 1 <= int(choice) <= len(self._sections):
                    self._section(list(self._sections)[int(choice) - 1])
                else:
                    self._tell("give a number of the list, s or q", "yellow")
        except Done:
            self._tell("the input has ended: nothing was saved", "yellow")
            return None

    def _menu(self) -> str:
        self._console.print()
        for number, name in enumerate(self._sections, 1):
            self._tell(f"  {number}  {name}")
        changed = sum(1 for key in {**self._before, **self.values} if self._differs(key))
        return self._ask(f"Which section? s saves ({changed} changed), q leaves: ").lower()

    def _sure(self) -> bool:
        return self._ask("Leave without saving? y/n: ").strip().lower() in YES

    def _differs(self, key: str) -> bool:
        return self._before.get(key) != self.values.get(key)

    def _section(self, name: str) -> None:
        self._tell(f"\n{name}. {HELP}", "bold")
        for key in self._sections[name]:
            if not self._setting(key):
                return

    def _setting(self, key: str) -> bool:
        """Ask for one setting until the answer fits. False: back to the menu."""
        rule = self._schema[key]
        words = care_plan.words().get(key, {})
        present = self.values.get(key, rule[0])
        self._tell(f"\n  {care_plan.title(key)}", "bold")
        self._tell(f"  {words.get('text', '')}")
        example = f"; for instance {words['example']}" if words.get("example") else ""
        self._tell(f"  ({expected(rule)}{example})", "dim")
        while True:
            shown = printable(json.dumps(present, ensure_ascii=False)) if present != "" else "empty"
            answer = self._ask(f"  now {shown}: ").strip()
            if answer == "q":
                return False
            if not answer:
                return True
            if answer == "-":
                self.values.pop(key, None)
                return True
            value = parse_value(rule, answer)
            errors = care_plan.check({key: value})[1]
            # Hours without a number, or dates in the wrong order, are judged with the rest at the
            # end: while one types, a pair is always wrong for a moment.
            own = [line for line in errors if "must be" in line or rule[1] == "table"]
            if not own:
                self.values[key] = value
                return True
            self._tell(f"  {printable(own[0])}", "yellow")

    def _mend(self) -> None:
        """What the file holds and the device would refuse is shown first, and taken out."""
        for key in list(self.values):
            if key not in self._schema:
                self._tell(f'"{printable(key)}" is no setting of this device: left out', "yellow")
                del self.values[key]
                continue
            errors = [e for e in care_plan.check({key: self.values[key]})[1] if "must be" in e]
            if errors:
                self._tell(f"{printable(errors[0])}: set back to its default", "yellow")
                del self.values[key]

    def _save(self) -> bool:
        errors = care_plan.check(self.values)[1]
        for line in errors:
            self._tell(f"{printable(line)}: change one of them", "yellow")
        if errors:
            return False
        for key in {**self._before, **self.values}:
            if self._differs(key):
                old, new = (self._value(key, values) for values in (self._before, self.values))
                self._tell(f"  {care_plan.title(key)}: {old}  ->  {new}")
        return self._ask("Save this? y/n: ").strip().lower() in YES

    @staticmethod
    def _value(key: str, values: dict) -> str:
        return (
            printable(json.dumps(values[key], ensure_ascii=False)) if key in values else "default"
        )

    def _ask(self, question: str) -> str:
        self._console.print(Text(question), end="")
        line = self._keyboard.readline()
        if not line:
            self._console.print()
            raise Done
        try:
            line.encode()
        except UnicodeEncodeError as error:
            raise UserError("the answer holds characters that are not text") from error
        return line.rstrip("\n")

    def _tell(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style))
