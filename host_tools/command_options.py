# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Options that several commands have: named, typed and explained once.

In: nothing. Out: types for the commands' parameters.
"""

from pathlib import Path
from typing import Annotated

import typer


def _languages() -> list[str]:
    """Imported only when the shell asks."""
    from host_tools import languages

    return languages.codes()


Port = Annotated[
    str | None,
    typer.Option(metavar="PORT", help="Serial port. [default: the one board that is connected]"),
]
Zone = Annotated[
    str | None, typer.Option(help="Time zone, such as Europe/Berlin. [default: this computer's]")
]
Profile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A learned pump's profile. [default: any pump]"),
]
Page = Annotated[
    Path, typer.Option("--out", "-o", metavar="FILE", help="Page (.html) or document (.pdf).")
]
Language = Annotated[
    str,
    typer.Option(
        help="en, de, or the path of a language file (.toml).",
        autocompletion=_languages,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON for other programs.")]
JsonLines = Annotated[bool, typer.Option("--json", help="JSON lines for other programs.")]
Recording = Annotated[Path, typer.Argument(metavar="FILE", help="A recording of the pump.")]
