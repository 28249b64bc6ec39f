# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch deploy`: installs or updates the firmware of a connected board.

In: `Options`. Out: an exit status, one line a step (a JSON line with `as_json`). Two slots: the new
firmware is written beside the running one, verified, and switched to by replacing one small file.
Whatever interrupts it, the old firmware runs, or the new one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from host_tools import device_code
from host_tools.deploy import package
from host_tools.deploy.board_files import BoardFiles
from host_tools.deploy.slots import install
from host_tools.devicelink import DeviceLink, find_port
from host_tools.errors import EXIT_DEVICE, EXIT_PLAYED, UserError

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LISTEN_S = 30.0


@dataclass
class Options:
    """What `chimewatch deploy` was asked for. All but the last three come from its options."""

    port: str | None = None
    settings: Path | None = None
    dry_run: bool = False
    as_json: bool = False
    firmware: Path = package.FIRMWARE
    library: Path = package.LIBRARY
    self_test: bool = True


def check_settings(path: Path | None) -> bytes | None:
    """The settings file's bytes after the firmware's own check; None when none is given."""
    if path is None:
        return None
    settings = device_code.module("settings")
    if not path.is_file():
        raise UserError(f"{path} does not exist")
    _, errors = settings.load(str(path))
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise UserError(
            f"{path}: {errors[0].removeprefix('settings: ')}{more}; nothing was changed"
        )
    return path.read_bytes()


def to_prompt(port: str, say: Callable[[str], None]) -> BoardFiles:
    """A running monitor goes into its maintenance mode; any other board is taken as it is."""
    try:
        with DeviceLink(port, timeout_s=2.0) as link:
            health = link.one("health")
            say(
                f"a monitor answers (firmware {health.get('version', '?')}); it stops listening now"
            )
            link.one("maintenance now")
    except UserError as error:
        if "nothing answers" not in str(error) and "disconnected" not in str(error):
            raise
    return BoardFiles(port)


def set_clock(board: BoardFiles, say: Callable[[str], None]) -> None:
    slots = board.read_json("slots.json") or {"run": ""}
    now = datetime.now(UTC)
    done, fault = board.set_clock(slots["run"], int((now - EPOCH).total_seconds()))
    if done:
        say(f"clock set to {now:%Y-%m-%d %H:%M:%S} UTC")
    else:
        say(f"WARNING: the clock could not be set ({fault or 'not confirmed'})")


def await_listening(port: str, self_test: bool, say: Callable[[str], None]) -> int:
    """After the restart: does it listen, does its sounder sound?"""
    deadline = time.monotonic() + LISTEN_S
    health: dict[str, Any] = {}
    while time.monotonic() < deadline and not health.get("listening"):
        try:
            with DeviceLink(port, timeout_s=2.0) as link:
                health = link.one("health")
        except UserError:
            time.sleep(0.3)
    if not health.get("listening"):
        faults = ", ".join(health.get("faults", {})) or "no answer"
        say(f"FAILED: it does not listen after {LISTEN_S:.0f} s ({faults})")
        return EXIT_DEVICE
    for name, detail in health["faults"].items():
        say(f"fault {name}: {detail}")
    say("it listens")
    return sounder_heard(port, say) if self_test else EXIT_PLAYED


def sounder_heard(port: str, say: Callable[[str], None]) -> int:
    """The self-test. Without a verdict (something sounds, too loud) the next burst will judge."""
    try:
        with DeviceLink(port, timeout_s=5.0) as link:
            result = link.one("selftest")
    except UserError as error:
        result = {"ok": None, "why": str(error)}
    if result["ok"] is False:
        say("FAILED: the microphone did not hear the sounder in the self-test")
        return EXIT_DEVICE
    if result["ok"] is None:
        say(f"WARNING: no self-test: {result.get('why', '')}")
    else:
        say("the self-test heard its sounder")
    return EXIT_PLAYED


def deploy(options: Options, out: TextIO) -> int:
    """Raises `UserError` with one line for everything that stops it."""

    def say(text: str) -> None:
        line = json.dumps({"step": text}) if options.as_json else text
        print(line, file=out, flush=True)

    status = _steps(options, say)
    if options.as_json:
        result = {"done": status == EXIT_PLAYED, "dry_run": options.dry_run}
        print(json.dumps(result), file=out, flush=True)
    return status


def _steps(options: Options, say: Callable[[str], None]) -> int:
    given = check_settings(options.settings)
    port = find_port(options.port)
    board = to_prompt(port, say)
    try:
        install(board, options.firmware, options.library, options.dry_run, say)
        if options.dry_run:
            board.reset()
            return EXIT_PLAYED
        if given is not None:
            board.replace("settings.json", given)
            say("settings written")
        set_clock(board, say)
    except BaseException:
        board.close()  # it goes back to listening by itself when the maintenance mode times out
        raise
    board.reset()
    say("restarting")
    return await_listening(port, options.self_test, say)
