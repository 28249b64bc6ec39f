# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Talks to a running monitor through its line protocol; listening goes on meanwhile.

In: a serial port (USB, a pseudo terminal, a pyserial URL). Out: answers as dicts. Every problem is
a `UserError` of one line.

    with DeviceLink(find_port()) as link:
        for record in link.lines("log from 1"): ...
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import serial
from serial.tools import list_ports

from host_tools.errors import EXIT_DEVICE, UserError

#: USB vendors of the supported boards: Raspberry Pi, Espressif, MicroPython's own.
VENDORS = (0x2E8A, 0x303A, 0xF055)
BAUD = 115200  # USB ignores it
TIMEOUT_S = 5.0


def candidates() -> list[str]:
    """Ports at which one of the supported boards seems to be."""
    return sorted(port.device for port in list_ports.comports() if port.vid in VENDORS)


def find_port(wanted: str | None = None) -> str:
    """The port to use; with none or several boards, one line says what to do."""
    if wanted:
        return wanted
    found = candidates()
    if not found:
        raise UserError(
            "no monitor found at a USB port: connect it with a data cable, or name its --port",
            EXIT_DEVICE,
        )
    if len(found) > 1:
        raise UserError(f"several boards are connected ({', '.join(found)}): name one with --port")
    return found[0]


def open_serial(port: str, timeout_s: float) -> serial.SerialBase:
    try:
        link = serial.serial_for_url(port, BAUD, timeout=timeout_s, do_not_open=True)
        if hasattr(link, "exclusive"):
            link.exclusive = True
        link.open()
    except (OSError, ValueError) as error:
        raise UserError(port_problem(port, error), EXIT_DEVICE) from error
    return link


def port_problem(port: str, error: BaseException) -> str:
    """What a person can do about a port that does not open."""
    number = getattr(error, "errno", None)
    text = str(error)
    if number == 13 or "Permission denied" in text:
        return f"{port} may not be opened: add yourself to its group (often dialout), log in again"
    if number in (11, 16) or "lock" in text or "busy" in text:
        return f"{port} is in use by another program: close it (a terminal, mpremote) and try again"
    if number == 2 or "No such file" in text:
        return f"{port} does not exist: connect the monitor, or leave out --port to search"
    return f"{port} cannot be opened: {text}"


class DeviceLink:
    """One conversation. Not for two threads."""

    def __init__(self, port: str, timeout_s: float = TIMEOUT_S) -> None:
        self.port = port
        self.damaged = 0  # lines that were no JSON, in all
        self.raw = b""  # the line of the latest answer as it came: a log record's checksum is on it
        self._timeout_s = timeout_s
        self._serial = open_serial(port, 0.2)
        # Whatever an earlier program left half said ends here.
        self._write(b"\nstop\n")
        self._await_end("stop")

    def __enter__(self) -> DeviceLink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        try:
            self._serial.write(b"\nstop\n")
        except OSError:
            pass
        self._serial.close()

    def lines(self, command: str) -> Iterator[dict[str, Any]]:
        """The answer's lines, as they come; ends with the answer. Live findings are left out."""
        self._write(command.encode("ascii") + b"\n")
        name = command.split()[0]
        for answer in self._answers():
            if answer.get("end") == name:
                return
            if "error" in answer:
                raise UserError(f"the monitor refused '{command}': {answer['error']}", EXIT_DEVICE)
            if "live" not in answer:
                yield answer

    def one(self, command: str) -> dict[str, Any]:
        """The single line of a short answer."""
        found = list(self.lines(command))
        if not found:
            raise UserError(f"the monitor gave no answer to '{command}'", EXIT_DEVICE)
        return found[-1]

    def settings(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for line in self.lines("settings"):
            values.update(line)
        return values

    def live(self) -> Iterator[dict[str, Any]]:
        """Records as the monitor logs them, for ever; an empty dict each time nothing came."""
        self._write(b"findings\n")
        while True:
            answer = self._line()
            yield answer["live"] if answer and "live" in answer else {}

    def _write(self, data: bytes) -> None:
        try:
            self._serial.write(data)
        except OSError as error:
            raise UserError(f"{self.port}: the monitor was disconnected", EXIT_DEVICE) from error

    def _await_end(self, name: str) -> None:
        for answer in self._answers():
            if answer.get("end") == name:
                return

    def _answers(self) -> Iterator[dict[str, Any]]:
        silent_since = time.monotonic()
        while True:
            answer = self._line()
            if answer is not None:
                silent_since = time.monotonic()
                yield answer
            elif time.monotonic() - silent_since > self._timeout_s:
                raise UserError(
                    f"{self.port}: nothing answers as a running Chimewatch monitor; if it was "
                    "just started wait a moment, if it is new use: chimewatch deploy",
                    EXIT_DEVICE,
                )

    def _line(self) -> dict[str, Any] | None:
        try:
            line = self._serial.readline()
            while line and not line.endswith(b"\n"):
                more = self._serial.readline()
                if not more:
                    break
                line += more
        except OSError as error:
            raise UserError(f"{self.port}: the monitor was disconnected", EXIT_DEVICE) from error
        line = line.strip()
        if not line:
            return None
        self.raw = line
        try:
            answer = json.loads(line)
        except ValueError:
            self.damaged += 1
            return {}
        return answer if isinstance(answer, dict) else {}
