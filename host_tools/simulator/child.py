# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""One power cycle of the simulated board as a child process.

In: a Runtime, the configuration (a dict that board/run.py reads as JSON) and the audio descriptor.
Out: events in the order they happen; the last is {"ev": "exit", "why": …, "state": …}, made here
when the interpreter dies without saying so. The child gets its own process group: Ctrl-C reaches
the host alone, which then ends the child.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from host_tools.runtimes import Runtime

BOARD = Path(__file__).resolve().parent / "board"
# The firmware's own heap is judged elsewhere; this one also holds the simulated board.
HEAP = "4m"
_LINE_LIMIT = 2000
Event = dict[str, Any]


def _given(fd: int | None) -> tuple[int, ...]:
    return () if fd is None else (fd,)


class Child:
    def __init__(
        self,
        runtime: Runtime,
        config: Event,
        audio_fd: int,
        folder: Path,
        heap: str = HEAP,
        stall_s: float | None = None,
    ) -> None:
        self._stall_s = stall_s
        event_fd, event_sink = os.pipe()
        try:
            config = {**config, "audio_fd": audio_fd, "event_fd": event_sink}
            path = folder / "config.json"
            path.write_text(json.dumps(config), "utf-8")
            if runtime.is_micropython:
                argv = [*runtime.argv, "-X", f"heapsize={heap}", str(BOARD / "run.py"), str(path)]
                module_path = [BOARD]
            else:
                argv = [*runtime.argv, "-u", str(BOARD / "run.py"), str(path)]
                module_path = [BOARD.parent / "cpython"]
            self._process = subprocess.Popen(
                argv,
                env=runtime.environ([str(part) for part in module_path]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(audio_fd, event_sink, *_given(config.get("console_fd"))),
                start_new_session=True,
            )
        except BaseException:
            os.close(event_fd)
            raise
        finally:
            os.close(event_sink)
        self.pid = self._process.pid
        self._queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._t = 0.0
        self.stderr: list[str] = []
        assert self._process.stdout and self._process.stderr
        # The event pipe's end is a copy that only the child holds: end of file means it is gone.
        self._threads = [
            threading.Thread(target=target, args=args, daemon=True)
            for target, args in (
                (self._read_events, (event_fd,)),
                (self._read_text, (self._process.stdout, self._stdout_line)),
                (self._read_text, (self._process.stderr, self.stderr.append)),
            )
        ]
        for thread in self._threads:
            thread.start()

    def _read_events(self, fd: int) -> None:
        with os.fdopen(fd, "rb") as file:
            for line in file:
                if not line.strip():
                    continue
                try:
                    event = json.loads(line)
                except ValueError:
                    continue  # the process was ended in the middle of a line
                self._t = event["t"]
                self._queue.put(event)
        self._queue.put(None)

    def _read_text(self, file: Any, use: Any) -> None:
        for line in file:
            use(line.decode("utf-8", "replace").rstrip()[:_LINE_LIMIT])

    def _stdout_line(self, line: str) -> None:
        self._queue.put({"t": self._t, "ev": "stdout", "line": line})

    def events(self) -> Iterator[Event]:
        exit_event: Event | None = None
        while exit_event is None:
            try:
                event = self._queue.get(timeout=self._stall_s)
            except queue.Empty:
                text = f"no virtual time passed in {self._stall_s:.0f} s: the firmware loops"
                yield {"t": self._t, "ev": "error", "what": "hang", "text": text}
                exit_event = {"t": self._t, "ev": "exit", "why": "hang", "state": None}
                break
            if event is None:
                break
            if event["ev"] == "exit":
                exit_event = event
            else:
                yield event
        self.kill()
        while not self._queue.empty():  # what the firmware printed last
            event = self._queue.get()
            if event is not None and event["ev"] == "stdout":
                yield event
        if exit_event is None:
            code = self._process.returncode
            last = next((line for line in reversed(self.stderr) if line), "no message")
            yield {
                "t": self._t,
                "ev": "error",
                "what": "interpreter",
                "text": f"the interpreter ended (status {code}): {last}",
                "trace": "\n".join(self.stderr[-30:]),
            }
            exit_event = {"t": self._t, "ev": "exit", "why": "interpreter", "state": None}
        yield exit_event

    def kill(self) -> None:
        """Ends the process at once; safe to call twice."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(timeout=5)
        for file in (self._process.stdin, self._process.stdout, self._process.stderr):
            if file is not None:
                file.close()
