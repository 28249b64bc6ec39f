# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The command `accept`: leads a person through the acceptance test of a device.

In: the Typer application. Out: the command added to it; exit status 0 accepted, 4 not accepted.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO, TypeVar

import typer

from host_tools.command_options import Port
from host_tools.errors import EXIT_DEVICE, EXIT_PLAYED, UserError

T = TypeVar("T")
EXAMPLES = """
**Examples**

chimewatch accept : a connected device of the basic build

chimewatch accept --build care_home --by "A. Parent" --record box-3.json

chimewatch accept --simulated : the same steps on the simulated board
"""


def accept(
    build: Annotated[str, typer.Option(help="basic or care_home.")] = "basic",
    port: Port = None,
    record: Annotated[
        Path, typer.Option(metavar="FILE", help="The record; its text goes beside it as .txt.")
    ] = Path("acceptance.json"),
    by: Annotated[str, typer.Option(help="Who signs. [default: asked at the end]")] = "",
    simulated: Annotated[
        bool, typer.Option("--simulated", help="On the simulated board, for practice.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="The record on stdout; what a person reads goes to stderr."),
    ] = False,
) -> None:
    """Lead through the acceptance test of a built device and write a signed-off record."""
    told = sys.stderr if as_json else sys.stdout
    status = lead(build, port, record, by, simulated, told)
    if as_json:
        print(json.dumps(json.loads(record.read_text("utf-8"))))
    raise typer.Exit(status)


def lead(build: str, port: str | None, target: Path, by: str, simulated: bool, out: TextIO) -> int:
    """The whole test. Raises `UserError` before the first step where something is wrong."""
    err = out is sys.stderr  # questions go where the rest is told
    from host_tools import accept as test
    from host_tools import accept_bench

    def say(text: str) -> None:
        print(text, file=out, flush=True)

    steps = test.read_steps(build)
    if not target.absolute().parent.is_dir():
        raise UserError(f"{target}: its folder does not exist: make it first (--record)")
    if target.suffix != ".json":
        raise UserError(f"{target}: the record is a .json file (--record)")
    if target.exists():
        raise UserError(f"{target} exists: a record is never overwritten; name another (--record)")
    began = datetime.now(UTC)
    if simulated:
        with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
            bench = accept_bench.SimulatedBoard(
                steps, Path(folder) / "flash", display=build == "care_home"
            )
            result = test.run(build, bench, say, began)
    else:
        from host_tools.devicelink import DeviceLink, find_port

        find_port(port)  # a missing board is told before anything is written
        accept_bench.write_calls(target.absolute().parent)
        person = accept_bench.Person(
            lambda: DeviceLink(find_port(port)),
            lambda text: _ask(lambda: typer.confirm(f"   {text}", err=err)),
            lambda text: _ask(
                lambda: typer.prompt(
                    f"   {text} [Enter]", "", show_default=False, prompt_suffix=" ", err=err
                )
            ),
        )
        result = test.run(build, person, say, began)
    result.simulated = simulated
    if result.passed and not simulated:
        result.tested_by = by or typer.prompt(
            "All steps passed. Your name, to sign it off", err=err
        )
    elif result.passed:
        result.tested_by = by
    result.write(target)
    say("\n" + result.text() + f"written: {target} and {target.with_suffix('.txt').name}")
    return EXIT_PLAYED if result.passed else EXIT_DEVICE


def _ask(question: Callable[[], T]) -> T:
    """Ctrl-C, or the end of the input, stops the test; what was done is still recorded."""
    from host_tools.accept import Stopped

    try:
        return question()
    except (typer.Abort, KeyboardInterrupt, EOFError) as error:
        raise Stopped from error


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(accept)
