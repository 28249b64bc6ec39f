# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The commands that talk to a connected board: `doctor`, `deploy`.

In: the Typer application. Out: commands added to it. Their work is imported when called.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from host_tools.command_options import JsonLines, Port

DOCTOR_EXAMPLES = """
**Examples**

chimewatch doctor : is the connected monitor well? (exit 4: no, or there is none)

chimewatch doctor --watch 2 : every two seconds, until Ctrl-C
"""
DEPLOY_EXAMPLES = """
**Examples**

chimewatch deploy : install or update the connected board

chimewatch deploy --settings settings.json : and give it these settings

chimewatch deploy --dry-run : say what would be done
"""


def doctor(
    port: Port = None,
    watch: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Ask again and again.")
    ] = None,
    as_json: JsonLines = False,
) -> None:
    """Show a connected monitor's health; it goes on listening."""
    from host_tools.doctor import Options
    from host_tools.doctor import doctor as examine

    raise typer.Exit(examine(Options(port, watch, as_json), sys.stdout))


def deploy(
    port: Port = None,
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings to write, checked first.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing.")] = False,
    as_json: JsonLines = False,
) -> None:
    """Install or update the firmware of a connected board."""
    from host_tools.deploy.command import Options
    from host_tools.deploy.command import deploy as install

    raise typer.Exit(install(Options(port, settings, dry_run, as_json), sys.stdout))


def register(app: typer.Typer) -> None:
    app.command(epilog=DOCTOR_EXAMPLES)(doctor)
    app.command(epilog=DEPLOY_EXAMPLES)(deploy)
