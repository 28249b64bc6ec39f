# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The commands `learn` and `contribute`: from a recording of one's own pump.

In: the Typer application. Out: two commands added to it. Their work is imported when called.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from host_tools.command_options import Json, Recording

LEARN_EXAMPLES = """
**Examples**

chimewatch learn clinic.m4a : writes clinic.profile.json and a picture of what it took

chimewatch learn clinic.m4a --name "Ada's pump" --out ada.json


The recording: the clinic's alarm test, or a real alarm, with a plain recorder (WAV or FLAC) half a
metre from the pump; half a second of silence around each sound; where people talk, have each
sound played twice. One pump alone: its chime, its siren, or both.
"""
CONTRIBUTE_EXAMPLES = """
**Examples**

chimewatch contribute clinic.m4a : asks what is to be known, writes clinic-contribution/

chimewatch contribute clinic.m4a --pump "SynchroMed II" --distance "0.5 m" --phone "Pixel 7" --yes

Nothing is uploaded: the folder stays on this computer until you send it to somebody.
"""


def learn(
    recording: Recording,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The profile. [default: FILE.profile.json]"),
    ] = None,
    name: Annotated[str, typer.Option(help="The profile's name.")] = "my pump",
    picture: Annotated[
        bool, typer.Option("--picture/--no-picture", help="Draw the spectrogram, PNG.")
    ] = True,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Hear it again, fainter and in noise.")
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace a profile.")] = False,
    as_json: Json = False,
) -> None:
    """Learn a pump's sounds from a recording and write its profile."""
    from host_tools.learn import Options
    from host_tools.learn import learn as study

    options = Options(recording, out, name, picture, verify, force, as_json)
    raise typer.Exit(study(options, sys.stdout, sys.stderr))


def contribute(
    recording: Recording,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="[default: FILE-contribution]")
    ] = None,
    pump: Annotated[str | None, typer.Option(help="The pump's make and model.")] = None,
    distance: Annotated[str | None, typer.Option(help="From the pump, such as '0.5 m'.")] = None,
    phone: Annotated[str | None, typer.Option(help="What it was recorded with.")] = None,
    play: Annotated[
        bool, typer.Option("--play/--no-play", help="Play what is left, to hear it.")
    ] = True,
    yes: Annotated[
        bool, typer.Option("--yes", help="I have listened: no speech, and the licence is fine.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="The description on stdout; what a person reads, to stderr."),
    ] = False,
) -> None:
    """Prepare a recording of a pump for sharing: cut, measured, described. Nothing is uploaded."""
    from host_tools.contribute import Options
    from host_tools.contribute import contribute as prepare

    options = Options(recording, out, pump, distance, phone, play, yes, as_json)
    raise typer.Exit(prepare(options, sys.stdin, sys.stdout, sys.stderr))


def register(app: typer.Typer) -> None:
    app.command(epilog=LEARN_EXAMPLES)(learn)
    app.command(epilog=CONTRIBUTE_EXAMPLES)(contribute)
