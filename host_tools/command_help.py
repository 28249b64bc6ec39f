# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What all commands have alike in their help: a place in it, and the exit codes at its end.

In: the Typer application with all its commands. Out: the same, arranged.
"""

import typer

from host_tools.errors import exit_text

#: Groups of commands, in this order; a command that stands in none is listed before them.
PANELS = {
    "Try it": ("simulate", "listen"),
    "At the bed": ("learn", "settings", "walk-test"),
    "For the clinic and the wall": ("log", "report", "card"),
    "The device": ("deploy", "doctor", "accept"),
    "How well it hears": ("detect", "evaluate", "contribute"),
}


def arrange(app: typer.Typer) -> None:
    order = [(panel, name) for panel, names in PANELS.items() for name in names]
    rank = {name: place for place, (_, name) in enumerate(order)}
    panels = {name: panel for panel, name in order}
    app.registered_commands.sort(key=lambda command: rank.get(_name(command), -1))
    for command in app.registered_commands:
        command.epilog = (command.epilog or "") + exit_text()
        command.rich_help_panel = panels.get(_name(command))


def _name(command: typer.models.CommandInfo) -> str:
    return str(command.name or getattr(command.callback, "__name__", ""))
