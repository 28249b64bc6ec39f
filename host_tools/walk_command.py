# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The command `walk-test`.

In: the Typer application. Out: the command added to it. Its work is imported when called.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from host_tools.command_options import JsonLines, Port, Zone

EXAMPLES = """
**Examples**

chimewatch walk-test --out walk.wav : the sounds, for a phone laid where the pump is

chimewatch walk-test : ask the connected monitor which of them it heard

chimewatch walk-test flash.img : the same from a flash image or a copied log

chimewatch walk-test heard.m4a : from a recording made where the monitor will stand

chimewatch walk-test --play --profile ours.json : the learned sound, played here

chimewatch walk-test --simulated : all of it on the simulated board, for practice
"""


def walk_test(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[LOG|AUDIO]",
            help="What was heard: flash image, folder, log file (.jsonl), or a recording. Without "
            "it: the monitor that is connected, which goes on listening.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write the sounds for a phone (.wav)."),
    ] = None,
    play: Annotated[
        bool, typer.Option("--play", help="Play the sounds from this computer's loudspeaker.")
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option(
            help="siren or chime. [default: siren, or what the profile holds]",
            autocompletion=lambda: ["chime", "siren"],
        ),
    ] = None,
    hz: Annotated[
        float | None,
        typer.Option(help="Tone; a siren's second is a quarter above it. [default: 1500]"),
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A pump's profile. [default: a rendered sound]"),
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="Loudspeaker: its name, a part of it, or its number.")
    ] = None,
    ears: Annotated[
        int | None,
        typer.Option(
            "--my-ears", metavar="NUMBER", help="The last sound that you heard at the monitor."
        ),
    ] = None,
    zone: Zone = None,
    port: Port = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="With the simulated board, for practice.")
    ] = False,
    as_json: JsonLines = False,
) -> None:
    """Test the monitor's place: sounds that get softer and softer, and how far down it hears."""
    from host_tools.walk_test import Options, run

    options = Options(
        source, out, play, kind, hz, profile, device, ears, zone, port, simulated, as_json
    )
    raise typer.Exit(run(options, sys.stdout))


def register(app: typer.Typer) -> None:
    app.command("walk-test", epilog=EXAMPLES)(walk_test)
