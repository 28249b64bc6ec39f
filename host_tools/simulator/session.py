# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A run of the simulated board from power-on to the end of the audio, restarts included.

In: audio, runtime, flash image, inputs, settings. Out: an iterator of events, then a `Result`.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from host_tools import runtimes
from host_tools.simulator import flash
from host_tools.simulator.child import BOARD, HEAP, Child, Event
from host_tools.simulator.feeder import Feeder
from host_tools.simulator.result import Result

DEFAULT_START_UTC = "2026-01-15T22:00:00Z"
#: How a power cycle can end and still be followed by the next one.
RESTARTS = {"wdt": "wdt", "reset": "wdt", "power": "power"}
BOOT_MS = 600  # boot ROM, MicroPython and imports on the chip, charged at each restart


class Run:
    """Iterate over it for events; `result` is complete once the iteration has ended."""

    def __init__(
        self,
        audio: Iterable[Any] | os.PathLike[str] | str | None,
        runtime: runtimes.Runtime | None,
        config: Event,
        max_restarts: int,
        heap: str,
        stall_s: float | None,
    ) -> None:
        self.runtime = runtime or runtimes.best()
        self.result = Result(
            runtime=self.runtime.describe(),
            real_littlefs=self.runtime.is_micropython,
            flash_image=Path(config["flash_image"]),
        )
        self._audio = audio
        self._config = config
        self._max_restarts = max_restarts
        self._heap = heap
        self._stall_s = stall_s
        self._events: Iterator[Event] | None = None
        self.child_pid = 0  # of the interpreter that runs now

    def __iter__(self) -> Iterator[Event]:
        if self._events is None:
            self._events = self._run()
        return self._events

    def __next__(self) -> Event:
        return next(iter(self))

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the run at once: no process and no thread stays behind."""
        if self._events is not None:
            self._events.close()  # type: ignore[attr-defined]

    def _run(self) -> Iterator[Event]:
        started = time.monotonic()
        feeder = Feeder(self._audio)
        child: Child | None = None
        try:
            with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
                config: Event | None = self._config
                while config is not None:
                    child = Child(
                        self.runtime, config, feeder.fd, Path(folder), self._heap, self._stall_s
                    )
                    self.child_pid = child.pid
                    exit_event: Event = {}
                    for event in child.events():
                        self.result.virtual_s = event["t"]
                        self.result.wall_s = time.monotonic() - started
                        if event["ev"] == "exit":
                            exit_event = event
                            break
                        if event["ev"] == "error":
                            self.result.error = event["text"]
                        yield event
                    config = self._after(exit_event, config)
                    if config is None and self.result.why == "restarts":
                        text = f"the board restarted {self.result.restarts} times; giving up"
                        self.result.error = text
                        yield {"t": exit_event["t"], "ev": "error", "what": "restarts",
                               "text": text}  # fmt: skip
        finally:
            if child is not None:
                child.kill()
            feeder.close()
            self.result.wall_s = time.monotonic() - started
        if feeder.error is not None:
            raise feeder.error

    def _after(self, exit_event: Event, config: Event) -> Event | None:
        """What the end of a power cycle means: the next configuration, or None."""
        why = exit_event["why"]
        state = exit_event["state"] or {}
        self.result.totals = state.get("totals", {})
        self.result.wear = state.get("wear", {})
        self.result.rtc = state.get("rtc")
        if why not in RESTARTS:
            self.result.why = why
            return None
        if self.result.restarts >= self._max_restarts:
            self.result.why = "restarts"
            return None
        self.result.restarts += 1
        off_s = exit_event.get("off_s", 0)
        off_us = int(off_s * 1_000_000) + state["us"]
        state["ms"] += off_us // 1000
        state["us"] = off_us % 1000
        state["lag"] += int(off_s * 2_000_000)
        return {
            **config,
            "state": state,
            "cause": RESTARTS[why],
            "off_s": off_s,
            "boot_ms": BOOT_MS,
            "flash_is_new": False,
            "files": {},
            "run": self.result.restarts,
        }


def run(
    audio: Iterable[Any] | os.PathLike[str] | str | None,
    *,
    flash_image: os.PathLike[str] | str,
    runtime: runtimes.Runtime | None = None,
    firmware: os.PathLike[str] | str | None = None,
    inputs: Iterable[Event] = (),
    faults: Iterable[Event] = (),
    settings: Event | None = None,
    files: dict[str, str] | None = None,
    start_utc: str | None = DEFAULT_START_UTC,
    rtc: Event | None = None,
    start_ticks: int = 0,
    max_restarts: int = 8,
    stop_after_s: float | None = None,
    flash_blocks: int = flash.DEFAULT_BLOCKS,
    flash_options: Event | None = None,
    display: bool = False,
    acoustic: float = 1.0,
    adc: dict[str, int] | None = None,
    progress_s: float = 60.0,
    heap: str = HEAP,
    stall_s: float | None = 120.0,
    console_fd: int | None = None,
    deployed: bool = False,
) -> Run:
    """Prepares a run; nothing starts before the first event is asked for.

    `audio`: numpy int32 arrays (32-bit slots, 16 kHz), or a raw s32le file; None is no sound at
    all, and then the run ends at once when it wants audio. `firmware`: another tree than the
    project's. `settings` and `files` are put on the flash before the start. `start_utc` None leaves
    the clock without the time (OSF set). README.md lists inputs, faults and the options' fields.
    """
    runtime = runtime or runtimes.best()
    image = Path(flash_image).resolve()
    is_new = not image.exists()
    if runtime.is_micropython:
        if is_new:
            flash.new_image(image, flash_blocks)
        elif image.is_dir():
            raise flash.FlashError(f"{image} is a folder; MicroPython needs a flash image file")
        flash_blocks = image.stat().st_size // flash.SECTOR
    elif image.is_file():
        raise flash.FlashError(f"{image} is a littlefs image; CPython needs a folder")
    code = Path(firmware or runtimes.ROOT / "firmware").resolve()
    library = runtimes.BUILD / "device-lib"
    mounts = [("/sim", str(BOARD)), ("/rom", str(code))]
    if library.is_dir():
        mounts.append(("/devlib", str(library)))
    every_file = dict(files or {})
    if settings is not None:
        every_file["settings.json"] = json.dumps(settings)
    moment = None
    if start_utc is not None:
        parsed = datetime.fromisoformat(start_utc.replace("Z", "+00:00")).astimezone(UTC)
        moment = (*parsed.timetuple()[:6], parsed.isoweekday())
    config: Event = {
        "flash_image": str(image),
        "flash_blocks": flash_blocks,
        "flash_is_new": is_new,
        "flash": flash_options or {},
        "firmware": str(code),
        "device_lib": str(library),
        "mounts": mounts,
        "files": every_file,
        "inputs": [*inputs, *faults],
        "start_utc": moment,
        "rtc": rtc or {},
        "start_ticks": start_ticks,
        "stop_after_s": stop_after_s,
        "display": display,
        "acoustic": acoustic,
        "adc": adc or {},
        "progress_s": progress_s,
        "console_fd": console_fd,
        "deployed": deployed,
    }
    return Run(audio, runtime, config, max_restarts, heap, stall_s)
