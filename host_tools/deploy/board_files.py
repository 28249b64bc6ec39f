# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The board at its prompt, through mpremote: what it is, its files, its clock.

In: a serial port at which MicroPython's raw REPL answers. Out: facts and effects; every failure is
a `UserError` of one line.
"""

from __future__ import annotations

import binascii
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from host_tools.devicelink import port_problem
from host_tools.errors import EXIT_DEVICE, UserError

CHUNK_BYTES = 1536  # of a file, sent as base64
T = TypeVar("T")

ABOUT = """
import sys, os
i = sys.implementation
v = os.statvfs("/")
print(repr((getattr(i, "_machine", ""), i.version[:3], getattr(i, "_mpy", 0), v[0] * v[3])))
"""
HASHES = """
import os, hashlib, binascii
def _walk(path):
    for entry in os.ilistdir(path):
        name = path + "/" + entry[0]
        if entry[1] & 0x4000:
            _walk(name)
        else:
            h = hashlib.sha256()
            with open(name, "rb") as f:
                while True:
                    b = f.read(1024)
                    if not b:
                        break
                    h.update(b)
            print(repr((name, binascii.hexlify(h.digest()).decode())))
try:
    _walk(%r)
except OSError as e:
    if e.args[0] != 2:
        raise
"""
COPY = """
with open(%r, "rb") as f, open(%r, "wb") as g:
    while True:
        b = f.read(1024)
        if not b:
            break
        g.write(b)
"""
FOLDER = """
import os
try:
    os.mkdir(%r)
except OSError as e:
    if e.args[0] != 17:
        raise
"""
SET_CLOCK = """
import sys
sys.path[:0] = [%r, %r]
import machine, board, time
from drivers.bus import Bus
from drivers.clock import Clock
c = Clock(Bus(machine, board, time.sleep_us))
print(repr((c.set_utc_s(%d), c.fault)))
"""
# The firmware's version when the board's MicroPython carries it, else "".
CARRIED = """
import sys
_path = sys.path[:]
sys.path[:] = [".frozen"]
try:
    from carried import VERSION as _v
except ImportError:
    _v = ""
sys.path[:] = _path
print(repr((_v,)))
"""
EXTEND = """
import sys
m = sys.modules.get("maintenance")
if m and m.mode:
    m.mode.extend()
"""


class BoardFiles:
    def __init__(self, port: str, wait_s: float = 10.0) -> None:
        self.port = port
        deadline = time.monotonic() + wait_s
        while True:
            try:
                self._transport = SerialTransport(port, timeout=5)
                break
            except (TransportError, OSError) as error:
                # After a restart the port is gone for a moment.
                if time.monotonic() > deadline:
                    raise UserError(port_problem(port, error.__cause__ or error)) from error
                time.sleep(0.3)
        try:
            # Without a soft reset, which would end the maintenance mode's timer.
            self._transport.enter_raw_repl(soft_reset=False, timeout_overall=5)
        except (TransportError, OSError) as error:
            self._transport.serial.close()
            raise UserError(
                f"{port}: neither a Chimewatch monitor nor MicroPython's prompt answers; "
                "unplug the board, plug it in again and try within 10 s",
                EXIT_DEVICE,
            ) from error

    def close(self) -> None:
        try:
            self._transport.close()
        except OSError:
            pass

    def _do(self, action: Callable[[], T]) -> T:
        try:
            return action()
        except TransportExecError as error:
            last = error.error_output.strip().splitlines()[-1:] or ["no message"]
            text = "its flash is full" if "28" in last[0] or "ENOSPC" in last[0] else last[0]
            raise UserError(f"the board refused: {text}", EXIT_DEVICE) from error
        except (TransportError, OSError, serial.SerialException) as error:
            raise UserError(
                f"{self.port}: the connection broke ({error}); what ran before still runs; "
                "start the deployment again",
                EXIT_DEVICE,
            ) from error

    def run(self, code: str) -> str:
        """Run code there; what it printed."""
        return self._do(lambda: self._transport.exec(code)).decode().replace("\r", "")

    def tuples(self, code: str) -> list[tuple[Any, ...]]:
        import ast

        return [ast.literal_eval(line) for line in self.run(code).splitlines() if line.strip()]

    def about(self) -> tuple[str, tuple[int, ...], int, int]:
        """(machine name, version, .mpy word, free bytes)."""
        return self.tuples(ABOUT)[0]

    def heap_bytes(self) -> int:
        """All of MicroPython's heap, used and free."""
        return int(self.tuples("import gc\nprint((gc.mem_free() + gc.mem_alloc(),))")[0][0])

    def carried(self) -> str:
        """Version of the firmware that MicroPython's image itself carries, or ""."""
        return str(self.tuples(CARRIED)[0][0])

    def hashes(self, folder: str) -> dict[str, str]:
        """SHA-256 of every file below a folder; {} when there is none."""
        rows = self.tuples(HASHES % folder)
        return {name[len(folder) + 1 :]: digest for name, digest in rows}

    def write(self, path: str, data: bytes) -> None:
        self.run(f"from binascii import a2b_base64 as _a\n_f = open({path!r}, 'wb')\n_w = _f.write")
        for start in range(0, len(data), CHUNK_BYTES):
            text = binascii.b2a_base64(data[start : start + CHUNK_BYTES]).decode().strip()
            self.run(f"_w(_a({text!r}))")
        self.run("_f.close()")

    def replace(self, path: str, data: bytes) -> None:
        """Write beside, verify, rename: a cut leaves the old file or the new one."""
        self.write(path + ".new", data)
        back = self.run(
            f"import os, binascii\nwith open({path + '.new'!r}, 'rb') as _f:\n"
            " print(binascii.crc32(_f.read()))"
        )
        if int(back) != binascii.crc32(data):
            raise UserError(f"{path} arrived damaged; nothing was changed", EXIT_DEVICE)
        self.run(f"import os\nos.rename({path + '.new'!r}, {path!r})")

    def copy(self, source: str, target: str) -> None:
        self.run(COPY % (source, target))

    def remove(self, path: str) -> None:
        self.run(f"import os\nos.remove({path!r})")

    def folder(self, path: str) -> None:
        self.run(FOLDER % path)

    def read_json(self, path: str) -> Any:
        """A small JSON file, or None."""
        code = f"try:\n print(open({path!r}).read())\nexcept OSError:\n print('null')"
        try:
            return json.loads(self.run(code))
        except ValueError:
            return None

    def set_clock(self, slot: str, utc_s: int) -> tuple[bool, str]:
        return self.tuples(SET_CLOCK % (slot, slot + "/lib", utc_s))[0]

    def extend(self) -> None:
        """The maintenance mode should wait on."""
        self.run(EXTEND)

    def reset(self) -> None:
        try:
            self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
        except (TransportError, OSError):
            pass
        time.sleep(0.3)
        self.close()
