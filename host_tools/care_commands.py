# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The commands for families, carers and the clinic: `listen`, `log`, `report`, `card`, `settings`.

In: the Typer application. Out: five commands added to it. Their work is imported when called.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from host_tools.command_options import Json, JsonLines, Language, Page, Port, Profile, Zone

SOURCE_HELP = (
    "Flash image, a folder copied from the device, or a log file (.jsonl). Without it: the "
    "monitor that is connected, which goes on listening."
)
FROM_HELP = "First local time or day."
TO_HELP = "Last local time or day."
WHEN = "'YYYY-MM-DD HH:MM'"

LOG_EXAMPLES = """
**Examples**

chimewatch log : of the connected monitor, which goes on listening

chimewatch log flash.img : the readable history, checked

chimewatch log flash.img --from "2026-01-15 22:00" --to "2026-01-16 06:00"

chimewatch log flash.img --csv > night.csv : for a spreadsheet

chimewatch log flash.img --strict : exit with 5 when anything is damaged or missing
"""
REPORT_EXAMPLES = """
**Examples**

chimewatch report flash.img --out night.html : the page, opens offline

chimewatch report flash.img --hours 12 --out shift.html : the last 12 hours of the log, for handover

chimewatch report flash.img --language de --out bericht.html : in German

chimewatch report flash.img --out clinic.pdf : as PDF, printed by Chromium or Chrome
"""
CARD_EXAMPLES = """
**Examples**

chimewatch card settings.json --out card.html : the bedside card

chimewatch card settings.json --kind plan --out plan.html : the school or care-home plan

chimewatch card settings.json --language de --out karte.pdf : in German, as PDF

chimewatch card --out blank.html : without a care plan, with lines to fill in by hand
"""
SETTINGS_EXAMPLES = """
**Examples**

chimewatch settings settings.json : asks, explains, shows what changes, then saves

chimewatch settings settings.json --set room="Room 4" --set mri_today=true

chimewatch settings settings.json --show : every setting in plain words

chimewatch settings settings.json --undo : back to the version before

chimewatch settings --schema settings.schema.json : for editors that complete and check JSON
"""

LISTEN_EXAMPLES = """
**Examples**

chimewatch listen : the computer's own microphone, until Ctrl-C

chimewatch listen --devices : which microphones there are

chimewatch listen --source clinic.m4a : a recording in the microphone's place
"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command, examples in (
        (listen, LISTEN_EXAMPLES),
        (log, LOG_EXAMPLES),
        (report, REPORT_EXAMPLES),
        (card, CARD_EXAMPLES),
        (settings, SETTINGS_EXAMPLES),
    ):
        app.command(epilog=examples)(command)


def log(
    source: Annotated[
        Path | None, typer.Argument(metavar="[IMAGE|FOLDER]", help=SOURCE_HELP)
    ] = None,
    zone: Zone = None,
    start: Annotated[str | None, typer.Option("--from", metavar=WHEN, help=FROM_HELP)] = None,
    end: Annotated[str | None, typer.Option("--to", metavar=WHEN, help=TO_HELP)] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="Minor records too: sounds that were no pump, flash writes."),
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV for a spreadsheet.")] = False,
    as_json: Json = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 5 when the log is damaged or incomplete.")
    ] = False,
    port: Port = None,
) -> None:
    """Show the device's log in local time, and say exactly what is damaged or missing."""
    from host_tools.log_command import Options, show

    options = Options(source, zone, start, end, every, as_csv, as_json, strict, port)
    raise typer.Exit(show(options, sys.stdout))


def report(
    source: Annotated[
        Path | None, typer.Argument(metavar="[IMAGE|FOLDER]", help=SOURCE_HELP)
    ] = None,
    out: Page = Path("chimewatch-report.html"),
    start: Annotated[str | None, typer.Option("--from", metavar=WHEN, help=FROM_HELP)] = None,
    end: Annotated[str | None, typer.Option("--to", metavar=WHEN, help=TO_HELP)] = None,
    hours: Annotated[
        float | None, typer.Option(help="Only the last so many hours of the log.")
    ] = None,
    zone: Zone = None,
    settings: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Care plan. [default: the settings beside the log]"),
    ] = None,
    note: Annotated[str, typer.Option(help="A remark to print on the report.")] = "",
    port: Port = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The page's facts as JSON too, for other programs.")
    ] = False,
    language: Language = "en",
) -> None:
    """Write one page for the pump clinic or the next shift: what sounded, who answered when."""
    from host_tools.report import Options, write

    options = Options(source, out, start, end, hours, zone, settings, note, port, as_json, language)
    raise typer.Exit(write(options, sys.stdout))


def card(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SETTINGS]",
            help="settings.json, a flash image or a folder; without it, lines to fill in by hand.",
        ),
    ] = None,
    out: Page = Path("chimewatch-card.html"),
    kind: Annotated[
        str,
        typer.Option(
            help="bedside: the card; plan: school or care-home.",
            autocompletion=lambda: ["bedside", "plan"],
        ),
    ] = "bedside",
    language: Language = "en",
    as_json: Json = False,
) -> None:
    """Write the bedside card, or the school or care-home plan: one page in large type."""
    from host_tools.card import Options, write

    raise typer.Exit(write(Options(source, out, kind, language, as_json), sys.stdout))


def settings(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="settings.json; made when absent.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change without questions. Repeatable."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="List every setting; change nothing.")] = (
        False
    ),
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the version before.")] = False,
    schema: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the JSON schema for editors.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --show: JSON.")] = False,
) -> None:
    """Edit the device's settings and care plan: explained, checked, the version before is kept."""
    from host_tools.settings_command import Options, run

    options = Options(file, change or [], show, undo, schema, as_json)
    raise typer.Exit(run(options, sys.stdin, sys.stdout))


def listen(
    device: Annotated[
        str | None, typer.Option(help="Microphone: its name, a part of it, or its number.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="End by itself after that time.")] = None,
    source: Annotated[
        Path | None,
        typer.Option(metavar="AUDIO", help="Play this recording in the microphone's place."),
    ] = None,
    profile: Profile = None,
    devices: Annotated[bool, typer.Option("--devices", help="List the microphones.")] = False,
    as_json: JsonLines = False,
) -> None:
    """Try it at the bedside: this computer's microphone through the device's detection code."""
    from host_tools.listen import Options
    from host_tools.listen import listen as hear

    raise typer.Exit(hear(Options(device, seconds, source, profile, devices, as_json), sys.stdout))
