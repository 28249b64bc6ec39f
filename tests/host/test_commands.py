# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""All commands are alike: examples and exit codes in the help, the same option means the same,
--json for machines, completion for the shell."""

import os
import re
import subprocess
import sys

import pytest
import typer

from host_tools import cli, runtimes
from host_tools.command_help import PANELS
from host_tools.errors import EXIT_CODES

COMMANDS = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
WANTED = {
    "simulate", "listen", "learn", "evaluate", "deploy", "doctor", "log", "report", "card",
    "settings", "walk-test", "detect", "accept",
}  # fmt: skip


def options(command) -> dict:
    return {name: part for part in command.params for name in part.opts}


@pytest.mark.parametrize("name", sorted(WANTED))
def test_it_is_there(name):
    if name == "learn" and name not in COMMANDS:
        pytest.skip("`chimewatch learn` is not there yet")
    assert name in COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_its_help_has_examples_and_exit_codes(name):
    epilog = COMMANDS[name].epilog or ""
    examples = re.findall(r"^chimewatch (\S+)", epilog, re.MULTILINE)
    assert examples and set(examples) == {name}
    assert "**Examples**" in epilog and "**Exit codes**" in epilog
    for code, text in EXIT_CODES:
        assert f"{code}: {text}" in epilog
    assert (COMMANDS[name].help or "").strip().endswith(".")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_its_examples_are_commands_that_exist(name):
    known = options(COMMANDS[name])
    for row in re.findall(r"^chimewatch \S+(.*)", COMMANDS[name].epilog, re.MULTILINE):
        for option in re.findall(r"(?<=\s)--[a-z-]+", row.split(" : ")[0]):
            assert option in known, row


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_it_speaks_json(name):
    assert "--json" in options(COMMANDS[name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_it_has_its_place_in_the_help(name):
    assert any(name in names for names in PANELS.values())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_explained(name):
    for part in COMMANDS[name].params:
        if not getattr(part, "hidden", False):
            assert part.help, f"{name} {part.name}"


def test_the_same_option_takes_the_same_kind_of_value():
    kinds: dict[str, set] = {}
    for command in COMMANDS.values():
        for option, part in options(command).items():
            if option.startswith("-"):
                kinds.setdefault(option, set()).add(str(part.bare_type))
    assert {option: found for option, found in kinds.items() if len(found) > 1} == {}


def complete(words: str) -> list[str]:
    """What the shell is offered after these words."""
    env = {**os.environ, "_CHIMEWATCH_COMPLETE": "complete_bash", "COMP_WORDS": words,
           "COMP_CWORD": str(len(words.split(" ")) - 1)}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "host_tools.cli"], env=env, cwd=runtimes.ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_shell_completes_commands_options_and_choices():
    assert complete("chimewatch wa") == ["walk-test"]
    assert complete("chimewatch report --ho") == ["--hours"]
    assert complete("chimewatch card --language ") == ["de", "en"]
