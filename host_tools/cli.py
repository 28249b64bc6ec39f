# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The `chimewatch` command.

In: arguments. Out: `main` returns the exit status; errors are one line on stderr, with the trace
only after --debug. Commands live in their own modules and are imported when they are called, so
that `chimewatch --help` comes at once.
"""

import errno
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, TextIO

import typer

from host_tools import (
    accept_command,
    care_commands,
    command_help,
    device_commands,
    learn_commands,
    walk_command,
)
from host_tools.command_options import Json, JsonLines, Profile
from host_tools.errors import EXIT_DEVICE, EXIT_INTERRUPTED, EXIT_USAGE, UserError, exit_text

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SIMULATE_EXAMPLES = """
**Examples**

chimewatch simulate : the sample night, 22:00 to 06:00

chimewatch simulate bedroom.m4a : play a phone's recording to the device

chimewatch simulate --start 03:55 --hours 0.5 --button "04:05 short" : the first sirens

chimewatch simulate --json > night.jsonl : for other programs
"""

LAST_LINE_HELP = """
**The last line** always reads (without the line break):

alerts: high N, medium N, low N, technical N; sounds: chime N of M heard,
siren N of M heard, false N

M and the false ones are "?" for a recording, of which nobody has said what it holds.
"""

DETECT_HELP = """
**Each line** holds: file, t (announced), start and end in seconds of the recording; kind (chime,
siren or not matched), looks, grade (sure or weak), confidence (points 0 to 99 for strength and
returns, no probability), hz, s_n0_db, reason (the test it failed), profile (the learned one that
knows this sound). Recordings that cannot be read cost one line on stderr each, and exit code 2.

**Examples**

chimewatch detect clinic.m4a

chimewatch detect --profile ours.json night/*.flac > found.jsonl
"""

EVALUATE_EXAMPLES = """
**Examples**

chimewatch evaluate --quick : a few minutes, wide bounds

chimewatch evaluate --folder ~/recordings : with recordings of your own
"""

app = typer.Typer(
    name="chimewatch",
    help="Hears the soft alarm of an implanted baclofen pump. A second pair of ears: it never "
    "replaces the pump's own alarm, the refill appointment or a person's judgement.",
    epilog=exit_text(),
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


@app.callback()
def _top(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
) -> None:
    context.ensure_object(dict)["debug"] = debug


@app.command(epilog=SIMULATE_EXAMPLES + LAST_LINE_HELP)
def simulate(
    context: typer.Context,
    recording: Annotated[
        Path | None,
        typer.Argument(
            metavar="[AUDIO]",
            help="Recording to play (WAV, FLAC, OGG, MP3, M4A, G.722; 8 kHz and more). "
            "Without it: the sample night.",
        ),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The device's settings, JSON.")
    ] = None,
    profile: Profile = None,
    alert_exit: Annotated[
        bool, typer.Option("--alert-exit", help="Exit with 3 when an alert was raised.")
    ] = False,
    hours: Annotated[
        float | None, typer.Option(help="Length of the sample night. [default: 8]")
    ] = None,
    start: Annotated[str, typer.Option(metavar="HH:MM", help="Clock time of the start.")] = "22:00",
    seed: Annotated[
        int | None, typer.Option(help="Another sample night: other tones, other voices.")
    ] = None,
    s_n0: Annotated[
        float | None,
        typer.Option("--s-n0", help="Strength of the sample night's pump, dB-Hz. [default: 30]"),
    ] = None,
    level: Annotated[
        float, typer.Option(help="Play the recording that many dB louder, or softer (negative).")
    ] = 0.0,
    button: Annotated[
        list[str] | None,
        typer.Option(metavar="'HH:MM KIND'", help="Press the button: short or long. Repeatable."),
    ] = None,
    runtime: Annotated[
        str | None,
        typer.Option(help="Interpreter: x86-64, i386, arm or cpython. [default: the fastest]"),
    ] = None,
    keep_flash: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Keep the flash image (on cpython a folder) there."),
    ] = None,
    as_json: JsonLines = False,
) -> None:
    """Play a night, or a recording, to the simulated bedside monitor and show what it does."""
    from host_tools.simulate import Options
    from host_tools.simulate import simulate as play

    options = Options(
        recording, settings, alert_exit, hours, seed, start, s_n0, level, as_json, runtime,
        keep_flash, button or [], profile,
    )  # fmt: skip
    raise typer.Exit(play(options, sys.stdout))


@app.command(epilog=DETECT_HELP)
def detect(
    recordings: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Recordings of any format, any number."),
    ],
    profile: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A pump's profile. Repeatable. [default: none, blind]"),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(help="Recordings heard at a time. [default: one per core]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines (they always are).")] = True,
) -> None:
    """Run the listening chain alone over recordings and print what it finds as JSON lines."""
    from host_tools.detect import detect as hear

    raise typer.Exit(hear(recordings, sys.stdout, sys.stderr, profile or [], jobs))


@app.command(epilog=EVALUATE_EXAMPLES)
def evaluate(
    quick: Annotated[bool, typer.Option("--quick", help="A few minutes, wide bounds.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Hours, narrow bounds.")] = False,
    smoke: Annotated[bool, typer.Option("--smoke", hidden=True)] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PART", help="Only this part (a, b, …; see docs/detection.md). Repeatable."
        ),
    ] = None,
    folder: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER",
            help="More recordings: a folder, with or without a manifest.csv. Repeatable.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Put the results there. [default: docs/; with --quick build/evaluation/quick/]",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an earlier run was stopped.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(help="Cells at a time. [default: one per core]")
    ] = None,
    report: Annotated[
        bool,
        typer.Option("--report", help="Only write the page and plots from the figures there are."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure the listening chain: how weak a sound it hears, how often it cries wolf."""
    from host_tools.evaluate.command import Options
    from host_tools.evaluate.command import evaluate as measure

    size = "full" if full else "quick" if quick else "smoke" if smoke else "standard"
    options = Options(size, only or [], folder or [], out, resume, jobs, report, as_json)
    raise typer.Exit(measure(options, sys.stdout, sys.stderr))


accept_command.register(app)
care_commands.register(app)
walk_command.register(app)
device_commands.register(app)
learn_commands.register(app)
command_help.arrange(app)


def main(args: list[str] | None = None, stderr: TextIO | None = None) -> int:
    """Run the command; returns the exit status."""
    arguments = sys.argv[1:] if args is None else list(args)
    stderr = stderr or sys.stderr
    debug = "--debug" in arguments
    if debug:  # understood before and after the command's name
        arguments = ["--debug", *(part for part in arguments if part != "--debug")]
    try:
        status = app(args=arguments, prog_name="chimewatch", standalone_mode=False) or 0
        if status == EXIT_INTERRUPTED:  # Typer catches Ctrl-C and says nothing
            _tell("interrupted", stderr)
        return status
    except UserError as error:
        _tell(str(error), stderr)
        if debug:
            print(getattr(error, "trace", "") or traceback.format_exc(), file=stderr)
        return error.exit_code
    except KeyboardInterrupt:
        _tell("interrupted", stderr)
        return EXIT_INTERRUPTED
    except (BrokenPipeError, SystemExit) as error:
        if isinstance(error, SystemExit) and error.code != 1:  # Typer makes that of a broken pipe
            raise
        # The reader of our output left (`… | head`): nothing to say, nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_INTERRUPTED
    except Exception as error:
        return _other(error, debug, stderr)


def _other(error: Exception, debug: bool, stderr: TextIO) -> int:
    """Typer's own errors, and those nobody foresaw."""
    usage = getattr(error, "format_message", None)
    if usage is not None:
        text = usage()
        if not text:  # the help was asked for, and shown, by giving no command
            return EXIT_USAGE
        _tell(f"{text.rstrip('.')} (chimewatch --help lists what there is)", stderr)
        return getattr(error, "exit_code", EXIT_USAGE)
    if type(error).__name__ == "Abort":
        return EXIT_INTERRUPTED
    if debug:
        traceback.print_exc(file=stderr)
    if isinstance(error, OSError) and error.errno in FULL:
        where = error.filename or "what it was to write"
        _tell(f"{where}: cannot be written ({error.strerror}): make room first", stderr)
        return EXIT_USAGE
    _tell(f"unexpected {type(error).__name__}: {error} (--debug shows where)", stderr)
    return EXIT_DEVICE


def _tell(text: str, stderr: TextIO) -> None:
    print("chimewatch: " + " ".join(text.split()), file=stderr)


if __name__ == "__main__":
    sys.exit(main())
